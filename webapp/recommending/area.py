"""/recommending: the applications of one's own area, by state, county and type, who has each, and the deadlines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import render_template, request
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from engine.policy import CITY, COUNTY, DEPARTMENT
from engine.programme.applications.models import Application
from engine.programme.applications.statuses import NAMES
from engine.programme.cycles.models import DRAFT, Cycle
from engine.programme.recommendations.quotas import TYPES
from engine.store.people import Organisation
from engine.store.tasks import CREATED, UserTask
from webapp import access
from webapp.access import rule
from webapp.i18n import pick
from webapp.names import people_names
from webapp.paging import Page, page_of
from webapp.recommending.blueprint import blueprint
from webapp.shared import now, reading, workdays_left

OFFICES = (*COUNTY, *CITY, *DEPARTMENT, "supervision")
FILTERS = ("status", "city", "county", "type")
SILENT = "SILENT"
OPTIONAL_BELOW = 50


@dataclass(frozen=True, slots=True)
class Wished:
    """What the list is narrowed to; "" is no narrowing."""

    status: str = ""
    city: str = ""
    county: str = ""
    type: str = ""
    q: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One application: its open step, who holds it, and until when."""

    application: Application
    task: UserTask | None
    holder: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many applications of the area there are, by one of their columns."""

    by: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    total: int = 0
    silent: int = 0


@blueprint.get("")
@rule("application.read")
def overview() -> str:
    """The area's applications. Raises NotAllowed for people of no office."""
    mine = [grant for grant in access.actor().grants if grant.role in OFFICES]
    if not mine:
        access.require("application.read")
    wished = _wished()
    with reading() as session:
        cycles = _cycles(session)
        cycle = next(
            (c for c in cycles if str(c.year) == request.args.get("year")), cycles[0] if cycles else None
        )
        year = cycle.year if cycle is not None else 0
        found = access.visible("application.read", select(Application)).where(*_where(year, wished))
        page = page_of(session, found)
        return render_template(
            "recommending/overview.html",
            cycle=cycle,
            cycles=cycles,
            wished=wished,
            counts=_counts(session, year),
            types=TYPES,
            rows=_rows(session, found, page),
            page=page,
            silent=_silent(session, year),
            offices=_offices(session, {grant.organisation for grant in mine}),
            city=next((grant.organisation for grant in mine if grant.role in CITY), ""),
            workdays=lambda until: workdays_left(until, now()),
        )


@blueprint.app_template_filter("status_name")
def status_name(code: str) -> str:
    """A status of applications as people read it."""
    return pick(*NAMES.get(code, (code, code)))


def _wished() -> Wished:
    given = {name: request.args.get(name, "")[:20] for name in FILTERS}
    return Wished(**given, q=request.args.get("q", "").strip()[:100], silent="silent" in request.args)


def _cycles(session: Session) -> Sequence[Cycle]:
    return session.scalars(select(Cycle).where(Cycle.status != DRAFT).order_by(Cycle.year.desc())).all()


def _where(year: int, wished: Wished) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = [Application.cycle_year == year]
    clauses += [getattr(Application, name) == value for name in FILTERS if (value := getattr(wished, name))]
    if wished.silent:
        clauses.append(Application.county_result == SILENT)
    if wished.q:
        named = (
            Application.enterprise,
            Application.object_name,
            Application.application_no,
            Application.uscc,
        )
        clauses.append(or_(*(column.contains(wished.q, autoescape=True) for column in named)))
    return clauses


def _counts(session: Session, year: int) -> Counts:
    """Counts of the whole area, whatever the list is narrowed to."""
    query = access.visible("application.read", select(Application)).where(Application.cycle_year == year)
    found: dict[str, dict[str, int]] = {}
    for name in FILTERS:
        column = getattr(Application, name)
        rows = session.execute(
            query.with_only_columns(column, func.count(Application.id)).group_by(column).order_by(column)
        )
        found[name] = {str(value): count for value, count in rows}
    order = list(NAMES)
    found["status"] = dict(sorted(found["status"].items(), key=lambda pair: order.index(pair[0])))
    silent = query.where(Application.county_result == SILENT).with_only_columns(func.count(Application.id))
    return Counts(found, sum(found["status"].values()), session.scalar(silent) or 0)


def _rows(session: Session, query: Select[Application], page: Page) -> list[Row]:
    found = session.scalars(
        query.order_by(Application.application_no).limit(page.size).offset(page.offset)
    ).all()
    tasks = _open_tasks(session, [row.application_no for row in found])
    people = people_names(session, {task.assignee for task in tasks.values()})
    places = _offices(session, {task.organisation for task in tasks.values() if task.organisation})
    rows = []
    for application in found:
        task = tasks.get(application.application_no)
        rows.append(Row(application, task, _holder(task, people, places), _may_open(task)))
    return rows


def _holder(task: UserTask | None, people: Mapping[str, str], places: Mapping[str, Organisation]) -> str:
    """Whose desk it is on: a person of an office by name, else the office; an enterprise's people are not named."""
    if task is None:
        return ""
    office = places.get(task.organisation or "")
    named = people.get(task.assignee or "", "") if office is None or office.kind != "enterprise" else ""
    return " · ".join(part for part in (office.name if office is not None else "", named) if part)


def _may_open(task: UserTask | None) -> bool:
    return task is not None and access.may("task.read", task)


def _open_tasks(session: Session, numbers: Sequence[str]) -> dict[str, UserTask]:
    """The step at which each application waits, without the withdrawal that is always offered."""
    rows = session.scalars(
        select(UserTask)
        .where(UserTask.business_key.in_(numbers), UserTask.state == CREATED)
        .order_by(UserTask.id)
    )
    waiting = [task for task in rows if task.due is not None or task.priority >= OPTIONAL_BELOW]
    return {str(task.business_key): task for task in waiting if _tellable(task)}


def _tellable(task: UserTask) -> bool:
    """An expert's sheet is told to nobody here: who reviews what stays secret."""
    return not any(str(group).startswith("expert") for group in task.candidate_groups) and bool(
        task.candidate_groups
    )


def _silent(session: Session, year: int) -> list[tuple[str, list[Application]]]:
    """The counties that let their deadline pass, with the applications that went on without their opinion."""
    query = access.visible("application.read", select(Application)).where(
        Application.cycle_year == year, Application.county_result == SILENT
    )
    found: dict[str, list[Application]] = {}
    for row in session.scalars(query.order_by(Application.county, Application.application_no)):
        found.setdefault(row.county, []).append(row)
    return list(found.items())


def _offices(session: Session, codes: Iterable[str]) -> dict[str, Organisation]:
    rows = session.scalars(select(Organisation).where(Organisation.code.in_(set(codes))))
    return {row.code: row for row in rows}
