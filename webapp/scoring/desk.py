"""The desks of scoring: an expert's split view of file and score sheet, and the leader's view of all sheets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import commands
from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle
from engine.programme.lookup import by_key
from engine.programme.reviews import likeness
from engine.programme.reviews.declaring import open_file
from engine.programme.reviews.errors import LeaderHasConflict
from engine.programme.reviews.opening import is_open, keeps_closed
from engine.programme.reviews.rounds import opened_rounds
from engine.programme.reviews.sheets import by_round, ensure_may_lead
from engine.programme.reviews.sheets import group as seated_group
from engine.programme.reviews.sheets import panel as seated
from engine.store.tasks import CREATED, UserTask
from forms.viewmodel import FieldView, SectionView
from webapp import access
from webapp import blind as hiding
from webapp.access import actor, rule
from webapp.scoring.blueprint import blueprint
from webapp.scoring.listing import own
from webapp.scoring.panel import Criterion, criteria, panel
from webapp.shared import reading, runtime
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage

APPLICATION_FORM = "application_form"


@dataclass(frozen=True, slots=True)
class Way:
    """Where the task stands among mine: number, how many are done, neighbours."""

    number: int
    total: int
    done: int
    previous: UserTask | None
    next: UserTask | None


def score_sheet(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the split view shows beside the answers."""
    number = page.task.business_key or ""
    with reading() as session:
        about = {
            "opened": not keeps_closed(session, actor(), page.task) or page.task.assignee != actor().login,
            "way": _way(session, page.task),
            "rounds": opened_rounds(session, number),
            "application": by_key(session, Application, Application.application_no, number),
            "blind": hiding.is_blind(session, page.task.year) and page.task.assignee == actor().login,
            "hints": likeness.hints(session, number) if is_open(session, number, actor().login) else [],
        }
        words = hiding.words(session, number) if about["blind"] else ()
    document = _document(page)
    if about["blind"]:
        document = [section for section in document if not hiding.tells(section)]
    return {
        **about,
        "document": document,
        "covered": lambda html: hiding.covered(str(html), words),
        "criteria": _criteria(page),
        "parts": _parts(page),
    }


def _way(session: Session, task: UserTask) -> Way | None:
    mine = own(session, task.year)
    places = [n for n, each in enumerate(mine) if each.id == task.id]
    if not places:
        return None
    here = places[0]
    return Way(
        here + 1,
        len(mine),
        sum(each.state != CREATED for each in mine),
        mine[here - 1] if here else None,
        mine[here + 1] if here + 1 < len(mine) else None,
    )


def _document(page: TaskPage) -> list[SectionView]:
    """The application as it was last submitted: the newest material that is an application form."""
    found = [m for m in page.materials if m.view.id == APPLICATION_FORM]
    return [s for s in found[-1].view.sections if not s.hidden] if found else []


def _criteria(page: TaskPage) -> dict[str, Criterion]:
    editions = page.opened.variables.get("catalogue_editions")
    edition = editions.get("review_rubric") if isinstance(editions, Mapping) else None
    type = str(page.opened.variables.get("type") or page.task.type)
    return {each.key: each for each in criteria(edition, type)}


def _parts(page: TaskPage) -> list[str]:
    return list(dict.fromkeys(each.dimension for each in _criteria(page).values()))


def leader_review(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """All sealed sheets of every round that is complete, for whoever leads the group, once the task is taken.

    Nothing for a leader with a conflict of interest (I8): the task is given back. A leader who sits on the panel has
    sealed a sheet by then, because the task comes after the last one.
    """
    number = page.task.business_key or ""
    if page.task.assignee != actor().login and not access.may("score.read"):
        return {"rounds": [], "group": "", "barred": False}
    with reading() as session:
        application = by_key(session, Application, Application.application_no, number)
        group = seated_group(session, number)
        if application is not None and not access.may("score.read") and barred(session, application):
            return {"rounds": [], "group": group, "barred": True}
        cycle = by_key(session, Cycle, Cycle.year, application.cycle_year) if application else None
        found = by_round(session, number)
        parameters = cycle.parameters if cycle else {}
        seats = len(seated(session, number))
        rounds = [
            panel(session, number, n, sheets, parameters)
            for n, sheets in sorted(found.items())
            if len(sheets) >= seats
        ]
    return {"rounds": rounds, "group": group, "barred": False}


def barred(session: Session, application: Application) -> bool:
    """Whether the person looking has a conflict of interest with the applicant, as the registers stand."""
    try:
        ensure_may_lead(session, application, actor().login)
    except LeaderHasConflict:
        return True
    return False


@blueprint.post("/tasks/<int:id>/open")
@rule("task.complete")
def open_task(id: int) -> Response:
    """Declare to have no interest; then the file is there to read. Raises NotFound, ExpertIsRecused."""
    access.by_command("task.complete")
    open_file(runtime(), actor(), id)
    commands.save_draft(runtime(), actor(), id, {"declaration": "NONE"}, keys=["declaration"])
    return redirect(url_for("tasks.show", id=id))


def rows_of(fields: tuple[FieldView, ...]) -> FieldView | None:
    """The list of criteria among the fields of a part of the form."""
    return next((field for field in fields if field.kind == "dynamiclist" and field.path == "scores"), None)


desks.register("score_sheet", template="scoring/sheet.html", facts=score_sheet)
desks.register("leader_review", template="scoring/leader.html", facts=leader_review)


@blueprint.app_template_global("scored_rows")
def scored_rows(fields: tuple[FieldView, ...]) -> FieldView | None:
    """As `rows_of`, for templates."""
    return rows_of(fields)
