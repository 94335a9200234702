"""Two to four applications side by side: the same part of each beside each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.errors import NotFound, Refusal
from engine.programme.reviews.opening import SCORING, keeps_closed
from engine.programme.subjects import Subject
from engine.store.tasks import UserTask
from forms.viewmodel import SectionView
from webapp import access
from webapp import blind as hiding
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.scoring.aligned import LEAST, MOST, told
from webapp.scoring.blueprint import blueprint
from webapp.scoring.desk import APPLICATION_FORM
from webapp.shared import reading
from webapp.tasks.materials import earlier
from webapp.tasks.opened import open_in


class NotOpenedYet(Refusal):
    """An expert reads an application after declaring to have no interest in it."""

    zh = "申报 {application_no} 尚未作出无利害关系声明，不能对比。"
    en = "You have not declared to have no interest in application {application_no}; it cannot be compared yet."
    remedy_zh = "请先打开该申报的评分任务，作出声明。"
    remedy_en = "Open its task and declare first."
    basis = "第八条、评审回避规则 Article 8, rules of recusal; I8"
    status = 403


@dataclass(frozen=True, slots=True)
class Compared:
    """One application: its task for me, what it is about, its parts by id, and the words to cover."""

    task: UserTask
    subject: Subject | None
    parts: Mapping[str, SectionView]
    words: tuple[str, ...]
    blind: bool

    @property
    def number(self) -> str:
        """Its number."""
        return str(self.task.business_key)

    @property
    def name(self) -> str:
        """What it is about."""
        return self.subject.name if self.subject is not None else self.number

    @property
    def holder(self) -> str:
        """Whose it is; empty where the cycle hides it."""
        return self.subject.holder if self.subject is not None and not self.blind else ""

    @property
    def url(self) -> str:
        """My task."""
        return url_for("tasks.show", id=self.task.id)

    @property
    def facts(self) -> list[str]:
        """What an expert knows beside the answers: nothing."""
        return []

    def covered(self, html: Any) -> Any:
        """Rendered text without what tells who applies, where the cycle hides it."""
        return hiding.covered(str(html), self.words)


@blueprint.get("/compare")
@rule("task.read")
def compare() -> str | Response:
    """The applications named by `no`, part by part. Raises NotFound, NotOpenedYet."""
    access.asked_for_each("task.read")
    numbers = list(dict.fromkeys(request.args.getlist("no")))
    if not LEAST <= len(numbers) <= MOST:
        flash(_("请选择2至4份申报进行对比。"))
        return redirect(url_for("scoring.listing", show="all"))
    with reading() as session:
        about = hiding.known_subjects(session, numbers)
        found = [_compared(session, number, about.get(number)) for number in numbers]
    return render_template("scoring/compare.html", **told(found, numbers))


def _compared(session: Session, number: str, subject: Subject | None) -> Compared:
    """Raises NotFound for an application that is not mine to read, NotOpenedYet."""
    query = select(UserTask).where(UserTask.business_key == number, UserTask.process_id == "application")
    tasks = list(session.scalars(access.visible("task.read", query).order_by(UserTask.id.desc())))
    mine = [t for t in tasks if t.element_id == SCORING and t.assignee == actor().login]
    if not mine and not (tasks and access.may("score.read")):
        raise NotFound(what_zh=f"申报 {number}", what_en=f"Application {number}")
    task = (mine or tasks)[0]
    if keeps_closed(session, actor(), task):
        raise NotOpenedYet(application_no=number)
    return _read(session, task, subject, bool(mine))


def _read(session: Session, task: UserTask, subject: Subject | None, scoring: bool) -> Compared:
    blind = scoring and hiding.is_blind(session, task.year)
    known = open_in(session, task.id).variables
    views = [m.view for m in earlier(session, task, known) if m.view.id == APPLICATION_FORM]
    parts = {s.id: s for s in views[-1].sections if not s.hidden} if views else {}
    if blind:
        parts = {id: part for id, part in parts.items() if not hiding.tells(part)}
    words = hiding.words(session, task.business_key) if blind else ()
    return Compared(task, subject, parts, words, blind)
