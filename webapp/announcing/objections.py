"""All objections with what they hold and until when; who objected is not on this page."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.announcements.models import PublicationItem
from engine.programme.objections.models import CLOSED, OPEN, Objection
from engine.programme.subjects import Subject, subjects
from engine.store.tasks import CREATED, UserTask
from webapp import access
from webapp.access import rule
from webapp.announcing.blueprint import blueprint
from webapp.shared import now, reading

STATES = ("open", "holding", "overdue", "late", "closed")
MOST = 500


@dataclass(frozen=True, slots=True)
class Case:
    """One objection, the task that is open in it, and whether its item has been published meanwhile."""

    objection: Objection
    subject: Subject | None
    task: UserTask | None
    published: bool
    at: datetime

    @property
    def states(self) -> list[str]:
        """Which of STATES hold."""
        found = {
            "open": self.objection.status == OPEN,
            "holding": self.objection.status == OPEN and self.objection.holds,
            "overdue": self.overdue,
            "late": self.objection.late,
            "closed": self.objection.status == CLOSED,
        }
        return [state for state in STATES if found[state]]

    @property
    def overdue(self) -> bool:
        """Whether its open task is past its due date."""
        return self.task is not None and self.task.due is not None and self.task.due <= self.at


@blueprint.get("/objections")
@rule("objection.read")
def objection_list() -> str:
    """Objections, newest first, with deadlines and what each holds."""
    with reading() as session:
        cases = _cases(session)
    wanted = request.args.get("state", "")
    return render_template(
        "announcing/objections.html",
        cases=[case for case in cases if not wanted or wanted in case.states],
        counts=Counter(state for case in cases for state in case.states),
        total=len(cases),
        states=STATES,
        wanted=wanted,
    )


def _cases(session: Session) -> list[Case]:
    query: Any = access.visible("objection.read", select(Objection))
    found = list(session.scalars(query.order_by(Objection.id.desc()).limit(MOST)))
    keys = [objection.objection_no for objection in found]
    open_tasks = select(UserTask).where(
        UserTask.process_id == "objection", UserTask.state == CREATED, UserTask.business_key.in_(keys)
    )
    tasks: Mapping[str | None, UserTask] = {task.business_key: task for task in session.scalars(open_tasks)}
    targets = [o.application_no or o.title_no or "" for o in found]
    known = subjects(session, targets)
    published = set(
        session.scalars(
            select(PublicationItem.application_no).where(PublicationItem.application_no.in_(targets))
        )
    )
    at = now()
    return [
        Case(o, known.get(target), tasks.get(o.objection_no), o.application_no in published, at)
        for o, target in zip(found, targets, strict=True)
    ]
