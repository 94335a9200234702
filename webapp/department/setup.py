"""The desk at which a cycle is set up: parameters with their sources and warnings, what is pinned, the calendar."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.catalogues import edition_name
from engine.errors import NotFound
from engine.programme.announcements.models import Notice
from engine.programme.cycles import described, operations
from engine.programme.cycles.described import Described, Warned
from engine.programme.cycles.models import Cycle
from engine.programme.cycles.operations import DEADLINES
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.cycles.preview import Month, Preview, months, preview
from engine.programme.cycles.wording import Wording, looser_wordings
from engine.programme.figures import funnel
from engine.programme.measures.validity import governing
from engine.programme.recommendations.quotas import FIELDS, TYPES, Quota, entered, quota_among, quota_of
from engine.programme.submissions import content
from engine.programme.values import as_instant
from webapp import access
from webapp.access import rule
from webapp.department.blueprint import blueprint
from webapp.department.tables import PROVINCE, industry
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.shared import cities, now, place, reading, runtime
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage

PINNED = (
    ("scenes", "catalogue_scene"),
    ("workshop_elements", "catalogue_workshop"),
    ("factory_elements", "catalogue_factory"),
    ("review_rubric", "catalogue_rubric"),
    ("formal_review", "catalogue_formal"),
)
"""What a notice pins, and the answers of its form that choose the editions."""


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter: what it means, its value here, the default and last year's, and what to be warned of."""

    described: Described
    value: str
    default: str
    before: str
    warnings: tuple[Warned, ...]


@dataclass(frozen=True, slots=True)
class Pin:
    """One catalogue with the edition that counts, its hash and how many entries it has."""

    name: str
    edition: str
    sha256: str
    entries: int
    changed: bool


@dataclass(frozen=True, slots=True)
class CityRow:
    """One city: whether it takes part, its quota, and last year's figures to go by."""

    name: str
    takes_part: bool
    quota: Quota
    before: tuple[int | None, int, int]
    """Last year: quota, in the package, published."""


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything beside the answers of a notice."""

    year: int
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    preview: Preview
    months: tuple[Month, ...]
    pins: tuple[Pin, ...]
    cities: tuple[CityRow, ...]
    before: int | None
    frozen: bool
    wordings: tuple[Wording, ...] = ()
    """Sentences of the notice that are looser than the measure."""

    @property
    def warned(self) -> list[tuple[Row, Warned]]:
        """Every warning with its parameter, what is looser than the measure first."""
        found = [(row, w) for _name, rows in self.groups for row in rows for w in row.warnings]
        return sorted(found, key=lambda pair: pair[1].kind)

    @property
    def quotas(self) -> Quota:
        """The quotas of all cities together; None for what some city that takes part has no limit of."""
        taking = [city.quota for city in self.cities if city.takes_part]
        by_type = {type: _sum(quota.of(type) for quota in taking) for type in TYPES}
        known = {type: total for type, total in by_type.items() if total is not None}
        return Quota(_sum(quota.total for quota in taking), known)

    @property
    def missing(self) -> list[str]:
        """Cities that do not take part; none while no city has been chosen yet."""
        chosen = any(city.takes_part for city in self.cities)
        return [city.name for city in self.cities if chosen and not city.takes_part]


def of_draft(session: Session, year: int, data: Mapping[str, Any]) -> Setup:
    """What follows from the answers of a draft, as far as they can be read."""
    last = operations.find(session, year - 1)
    values = {d.name: data.get(d.field, d.default) for d in described.DESCRIBED}
    instants = {name: _instant(data.get(name)) for name in DEADLINES}
    editions = {id: str(data.get(field) or "") for id, field in PINNED}
    quotas = _entered(data.get("quotas") or [])
    taking = set(data.get("cities") or [])
    hashes = {row["id"]: row["sha256"] for row in data.get("pinned") or []}
    shown = _setup(session, year, last, values, instants, editions, hashes, quotas, taking)
    return replace(shown, wordings=_wordings([f"{data.get('title') or ''}\n{data.get('body') or ''}"]))


def of_cycle(session: Session, cycle: Cycle, moved: Mapping[str, Any] | None = None) -> Setup:
    """The same of a cycle whose notice is out: nothing of it changes any more but by a supplementary notice.

    `moved`: the answers of such a notice's draft, whose instants count where they can be read.
    """
    last = operations.find(session, cycle.year - 1)
    values = {d.name: cycle.parameters.get(d.name, d.default) for d in described.DESCRIBED}
    instants = {name: _instant((moved or {}).get(name)) or getattr(cycle, name) for name in DEADLINES}
    pinned = cycle.pinned or []
    editions = {row["id"]: row["edition"] for row in pinned}
    hashes = {row["id"]: row["sha256"] for row in pinned}
    taking = set(cycle.cities or [])
    shown = _setup(
        session,
        cycle.year,
        last,
        values,
        instants,
        editions,
        hashes,
        cycle.quotas or {},
        taking,
        True,
        cycle.published_at.date() if cycle.published_at is not None else None,
    )
    notices = session.scalars(select(Notice).where(Notice.cycle_year == cycle.year).order_by(Notice.id))
    texts = [f"{notice.title}\n{notice.body}" for notice in notices]
    if moved is not None:
        texts.append(str(moved.get("reason") or ""))
    return replace(shown, wordings=_wordings(texts))


def _wordings(texts: Iterable[str]) -> tuple[Wording, ...]:
    """What is looser than the measure in these texts; a draft's are whatever has been typed so far."""
    return tuple(found for text in texts for found in looser_wordings(runtime().catalogues, text))


def _setup(
    session: Session,
    year: int,
    last: Cycle | None,
    values: Mapping[str, Any],
    instants: Mapping[str, datetime | None],
    editions: Mapping[str, str],
    hashes: Mapping[str, str],
    quotas: Mapping[str, Any],
    taking: set[str],
    frozen: bool = False,
    issued_on: date | None = None,
) -> Setup:
    calendar, today = runtime().calendar, issued_on or now().date()
    measure = governing(session, now())
    workdays, supplement = (
        _whole(values["public_notice.workdays"], 5),
        _whole(values["supplement.workdays"], 5),
    )
    shown = preview(
        instants,
        today,
        workdays,
        supplement,
        calendar,
        measure.expires_on if measure is not None else None,
        issued=issued_on is not None,
    )
    return Setup(
        year,
        _groups(values, last),
        shown,
        tuple(months(shown, calendar)),
        tuple(_pin(id, editions.get(id, ""), hashes.get(id)) for id, _field in PINNED),
        _cities(session, year, last, quotas, taking),
        last.year if last is not None else None,
        frozen,
    )


def _groups(values: Mapping[str, Any], last: Cycle | None) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    return tuple(
        (pick(*names), tuple(_row(d, values, last) for d in described.DESCRIBED if d.group == group))
        for group, names in described.GROUPS.items()
    )


def _row(d: Described, values: Mapping[str, Any], last: Cycle | None) -> Row:
    value = values[d.name]
    before = last.parameters.get(d.name, d.default) if last is not None else None
    return Row(
        d,
        words(d, value),
        words(d, d.default),
        words(d, before) if last is not None else "–",
        tuple(described.warnings(d, value, before)),
    )


_CODES = {
    "SUBMISSION_DATE": ("提交之日", "day of submission"),
    "LOG_ONLY": ("只登记为线索", "logged as a clue"),
    "ITEM": ("只涉该项", "the item only"),
    "AFTER": ("评审之后", "after the experts"),
    "BEFORE": ("评审之前", "before the experts"),
    "NONE": ("不安排", "none"),
    "TYPE": ("按类型", "by type"),
    "INDUSTRY": ("按行业", "by industry"),
    DEFAULTS["experts.seed_source"]: (
        DEFAULTS["experts.seed_source"],
        "given by the supervisors when the draw is made",
    ),
}


def words(d: Described, value: Any) -> str:
    """A parameter's value as people read it."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if d.name == "industries":
        return "、".join(industry(str(code)) for code in value) if value else _("全部")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return pick(*_CODES[value]) if value in _CODES else "–" if value in (None, "") else str(value)


def _pin(id: str, edition: str, signed: str | None) -> Pin:
    """The catalogue as it is now; `signed` is the hash of what was pinned."""
    catalogues = runtime().catalogues
    known = catalogues.get(id, edition if edition in catalogues.editions(id) else None)
    return Pin(
        pick(known.zh, known.en),
        pick(*edition_name(known.edition)),
        signed or known.sha256,
        sum(len(items) for items in known.lists.values()),
        signed is not None and signed != known.sha256,
    )


def _cities(
    session: Session, year: int, last: Cycle | None, quotas: Mapping[str, Any], taking: set[str]
) -> tuple[CityRow, ...]:
    counted = funnel.split(funnel.groups(session, [year - 1]), lambda g: g.city) if last else {}
    empty = [0] * len(funnel.STAGES)
    listed, published = funnel.CODES.index("RECOMMENDED"), funnel.CODES.index("PUBLISHED")
    return tuple(
        CityRow(
            name,
            code in taking,
            quota_among(quotas, code),
            (
                quota_of(last, code).total if last is not None else None,
                counted.get(code, empty)[listed],
                counted.get(code, empty)[published],
            ),
        )
        for code, name in cities()
    )


def _entered(rows: Any) -> dict[str, int]:
    """The quotas of a draft, as far as they can be read."""
    fields = ("quota", *FIELDS.values())
    whole = (
        {"city": row["city"], **{name: _count(row.get(name)) for name in fields}}
        for row in rows
        if isinstance(row, Mapping) and row.get("city")
    )
    return entered(whole)


def _count(value: Any) -> int | None:
    try:
        return int(Decimal(str(value)))
    except ArithmeticError:
        return None


def _sum(quotas: Iterable[int | None]) -> int | None:
    """All of them together; None where one of them, or there is none at all."""
    found = list(quotas)
    known = [quota for quota in found if quota is not None]
    return sum(known) if known and len(known) == len(found) else None


def _instant(value: Any) -> datetime | None:
    try:
        return as_instant(value) if value else None
    except (TypeError, ValueError):
        return None


def _whole(value: Any, otherwise: Any) -> Any:
    try:
        return max(1, int(value)) if otherwise is not None else int(value)
    except (TypeError, ValueError, ArithmeticError):
        return otherwise


def year_of(page: TaskPage) -> int:
    """The cycle that a task of the annual cycle belongs to."""
    return int((page.task.business_key or "0").split("-")[0])


def _draft_facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    with reading() as session:
        return {"setup": of_draft(session, year_of(page), {**_offered(page, data), **data})}


def _offered(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The editions that the form offers before anybody has chosen: the table says what the boxes say."""
    chosen_by = {field for _id, field in PINNED}
    view = page.view(data)
    if view is None or all(data.get(field) for field in chosen_by):
        return {}
    fields = (field for section in view.sections for field in section.fields)
    return {field.path: field.value for field in fields if field.path in chosen_by}


def _approval_facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The draft that is to be approved, set up as its drafter saw it."""
    with reading() as session:
        draft = content(session, page.opened.variables["notice_submission"])
        return {"setup": of_draft(session, year_of(page), draft)}


@blueprint.get("/cycles/<int:year>/<area>/setup")
@rule("cycle.read")
def setup(year: int, area: str) -> str:
    """How a cycle was set up: parameters, what is pinned, all dates. Raises NoCycle, NotFound."""
    known = area == PROVINCE or area in {code for code, _name in cities()}
    if not known or not access.may("cycle.read", {"city": area}):
        raise NotFound(what_zh="这个年度的设置", what_en="How this cycle was set up")
    with reading() as session:
        cycle = operations.require(session, year)
        return render_template(
            "department/setup.html", cycle=cycle, setup=of_cycle(session, cycle), area=area, place=place
        )


desks.register("cycle_setup", template="department/notice_draft.html", facts=_draft_facts)
desks.register("notice_approval", template="department/notice_approval.html", facts=_approval_facts)
