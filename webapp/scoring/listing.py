"""What an expert has to score: how many are done, which is next; and a leader's opinions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.programme.reviews.models import ExpertSheet
from engine.programme.reviews.opening import SCORING
from engine.programme.subjects import Subject
from engine.store.tasks import CANCELED, CREATED, UserTask
from webapp import access
from webapp.access import actor, rule
from webapp.blind import is_blind, known_subjects
from webapp.scoring.blueprint import blueprint
from webapp.shared import reading

LEADING = "leader_review"
FILTERS = ("open", "done", "all")


@dataclass(frozen=True, slots=True)
class Mine:
    """One application that I score: its task, what it is about, my sealed total."""

    task: UserTask
    subject: Subject | None
    sheet: ExpertSheet | None
    blind: bool

    @property
    def open(self) -> bool:
        """Whether it is still to be scored."""
        return self.task.state == CREATED


@blueprint.get("")
@rule("task.read")
def listing() -> str:
    """My applications of a year, those not scored first by their deadline."""
    chosen = request.args.get("show", "open")
    chosen = chosen if chosen in FILTERS else "open"
    with reading() as session:
        years = _years(session)
        year = request.args.get("year", years[0] if years else "")
        tasks = own(session, year)
        rows = _rows(session, tasks)
        leading = _leading(session)
        about = known_subjects(session, [task.business_key for task in leading])
    done = sum(not row.open for row in rows)
    shown = [row for row in rows if chosen == "all" or row.open == (chosen == "open")]
    return render_template(
        "scoring/listing.html",
        rows=shown,
        done=done,
        total=len(rows),
        year=year,
        years=years,
        chosen=chosen,
        leading=leading,
        about=about,
    )


@blueprint.get("/next")
@rule("task.read")
def following() -> Response:
    """The next application that is not scored, after the one named, from the beginning again; else the list."""
    with reading() as session:
        open_ = [task for task in own(session, request.args.get("year", "")) if task.state == CREATED]
    after = request.args.get("after", "")
    found = next((task for task in open_ if (task.business_key or "") > after), open_[0] if open_ else None)
    if found is None:
        return redirect(url_for("scoring.listing", show="all"))
    return redirect(url_for("tasks.show", id=found.id))


def own(session: Session, year: str) -> Sequence[UserTask]:
    """My tasks of scoring, newest round of each application, by number; of one year unless it is empty."""
    query = select(UserTask).where(
        UserTask.process_id == "application",
        UserTask.element_id == SCORING,
        UserTask.assignee == actor().login,
        UserTask.state != CANCELED,
    )
    if year:
        query = query.where(UserTask.year == year)
    newest = {
        task.business_key: task
        for task in session.scalars(access.visible("task.read", query).order_by(UserTask.id))
    }
    return sorted(newest.values(), key=lambda task: task.business_key or "")


def _years(session: Session) -> list[str]:
    query = select(UserTask).where(
        UserTask.process_id == "application",
        UserTask.element_id == SCORING,
        UserTask.assignee == actor().login,
    )
    years: Any = session.scalars(
        access.visible("task.read", query).with_only_columns(UserTask.year).distinct()
    )
    return sorted(years, reverse=True)


def _rows(session: Session, tasks: Sequence[UserTask]) -> list[Mine]:
    numbers = [task.business_key for task in tasks]
    about = known_subjects(session, numbers)
    where = (ExpertSheet.expert == actor().login, ExpertSheet.application_no.in_(numbers))
    sheets = {
        sheet.application_no: sheet
        for sheet in session.scalars(select(ExpertSheet).where(*where).order_by(ExpertSheet.round))
    }
    blind = {task.year: is_blind(session, task.year) for task in tasks}
    return [
        Mine(task, about.get(task.business_key or ""), sheets.get(task.business_key or ""), blind[task.year])
        for task in tasks
    ]


def _leading(session: Session) -> Sequence[UserTask]:
    query = select(UserTask).where(UserTask.element_id == LEADING, UserTask.state == CREATED)
    return session.scalars(
        access.visible("task.read", query).order_by(UserTask.due_order, UserTask.id).limit(50)
    ).all()
