"""The figures of a cycle as tables in words: what the page, the spreadsheet and the printed summary all show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.programme.applications import statuses
from engine.programme.figures import funnel, steps
from engine.programme.figures.funnel import CODES, STAGES, Group
from engine.programme.figures.steps import Load, Step
from engine.programme.titles.models import TYPE_NAMES, TYPE_NAMES_EN
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.names import people_names, process_names, step_names
from webapp.shared import cities, place, runtime

PROVINCE = "370000"
Cell = str | int | None
LISTED = ("STARTED", "SUBMITTED", "RECOMMENDED", "ACCEPTED", "FORMAL", "REVIEWED", "PROPOSED", "PUBLISHED")
"""The stages that stand in tables by city, type and industry."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: words left, numbers right. `first` columns hold words; None is shown as a dash."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    first: int = 1
    total: tuple[Cell, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is counted of one cycle in one area; `before` is the year before."""

    year: int
    area: str
    now: tuple[Group, ...]
    before: tuple[Group, ...]
    steps: tuple[Step, ...]
    offices: tuple[Load, ...]
    people: tuple[Load, ...]

    @property
    def reached(self) -> list[int]:
        """How many came to each stage."""
        return funnel.reached(self.now)

    @property
    def reached_before(self) -> list[int]:
        """The same of the year before."""
        return funnel.reached(self.before)

    @property
    def overdue(self) -> int:
        """Open tasks whose time is over."""
        return sum(step.overdue for step in self.steps)


def count(session: Session, year: int, area: str, office: str, at: datetime) -> Figures:
    """Count a cycle for an area; people are those of `office` only, who looks at their own colleagues."""
    city = None if area == PROVINCE else area
    groups = funnel.groups(session, (year - 1, year), city)
    return Figures(
        year,
        area,
        tuple(g for g in groups if g.year == year),
        tuple(g for g in groups if g.year == year - 1),
        tuple(steps.steps(session, year, at, runtime().calendar, city)),
        tuple(steps.offices(session, year, at, city)),
        tuple(steps.people(session, year, at, office, city)),
    )


def stage_name(code: str) -> str:
    """The name of a stage."""
    return next(pick(zh, en) for known, zh, en in STAGES if known == code)


def stages(figures: Figures) -> Table:
    """The funnel: each stage, its share of the stage before it, and the year before."""
    now, before = figures.reached, figures.reached_before
    rows = tuple(
        (
            pick(zh, en),
            now[i],
            _share(now[i], now[i - 1]) if i else None,
            before[i],
            now[i] - before[i],
        )
        for i, (_code, zh, en) in enumerate(STAGES)
    )
    columns = (_("环节"), _("本年"), _("占上一环节"), _("上年"), _("比上年增减"))
    note = _("按申报曾经到达的最远环节计数；县级逾期未提意见或由市直接受理的，计入“县级意见”。")
    return Table("funnel", _("各环节数量"), columns, rows, note=note)


def states(figures: Figures) -> Table:
    """How many applications are in each state now."""
    found = funnel.total(figures.now, lambda g: g.status)
    rows = tuple((pick(*statuses.NAMES[code]), found[code]) for code in statuses.NAMES if code in found)
    return Table("states", _("目前状态"), (_("状态"), _("数量")), rows)


def by_city(figures: Figures) -> Table:
    """The stages by city, in the order of codes; every city has its row."""
    return _split(
        "cities", _("按市"), _("市"), figures, lambda g: g.city, [code for code, _n in cities()], place
    )


def by_county(figures: Figures) -> Table:
    """The stages by county or zone, for the page of one city."""
    return _split("counties", _("按县（市、区）"), _("县（市、区）"), figures, lambda g: g.county, (), place)


def by_type(figures: Figures) -> Table:
    """The stages by type."""
    return _split("types", _("按类型"), _("类型"), figures, lambda g: g.type, tuple(TYPE_NAMES), type_name)


def by_industry(figures: Figures) -> Table:
    """The stages by division of GB/T 4754."""
    return _split("industries", _("按行业"), _("行业大类"), figures, lambda g: g.industry, (), industry)


def type_name(code: str) -> str:
    """The name of a type."""
    return pick(TYPE_NAMES.get(code, code), TYPE_NAMES_EN.get(code, code))


def industry(code: str) -> str:
    """The name of a division; an unknown code as it is."""
    item = runtime().catalogues.get("industries").find(code)
    return pick(item.label, item.label_en) if item else code


def _split(
    id: str,
    title: str,
    heading: str,
    figures: Figures,
    key: Callable[[Group], str],
    always: Sequence[str],
    name: Callable[[str], str],
) -> Table:
    now, before = funnel.split(figures.now, key), funnel.split(figures.before, key)
    codes = [*always, *sorted((now.keys() | before.keys()) - set(always))]
    empty = [0] * len(STAGES)
    rows = tuple((name(code), *_line(now.get(code, empty), before.get(code, empty))) for code in codes)
    columns = (heading, *(stage_name(code) for code in LISTED), _("上年提交"), _("上年公布"))
    total = (_("合计"), *_line(figures.reached, figures.reached_before))
    return Table(id, title, columns, rows, total=total)


def _line(now: Sequence[int], before: Sequence[int]) -> tuple[int, ...]:
    at = CODES.index
    return (*(now[at(code)] for code in LISTED), before[at("SUBMITTED")], before[at("PUBLISHED")])


def times(session: Session, figures: Figures) -> Table:
    """How long each step took, and what is late."""
    processes = process_names(session, {step.process for step in figures.steps})
    english = step_names(session)
    rows = tuple(
        (
            processes[s.process],
            english.get(s.name, s.name),
            s.done,
            s.median,
            s.p90,
            s.late,
            _share(s.late, s.done),
            s.open,
            s.overdue,
        )
        for s in figures.steps
    )
    columns = (
        _("流程"),
        _("环节"),
        _("已办"),
        _("用时中位数"),
        _("用时90%分位"),
        _("其中逾期办结"),
        _("逾期率"),
        _("在办"),
        _("其中已超期"),
    )
    note = _("用时按工作日计：收到的次日起到办结当日止，当日办结为0。")
    return Table("steps", _("各环节用时和逾期"), columns, rows, first=2, note=note)


def offices(figures: Figures) -> Table:
    """What each office has and did."""
    rows = tuple(
        (_department() if load.who == PROVINCE else place(load.who), *_work(load)) for load in figures.offices
    )
    return Table("offices", _("各单位工作量"), (_("单位"), *_work_columns()), rows)


def people(session: Session, figures: Figures) -> Table:
    """What each colleague has and did."""
    names: Mapping[str, str] = people_names(session, {load.who for load in figures.people})
    rows = tuple(
        (names.get(load.who, load.who) if load.who else _("（待领取）"), *_work(load))
        for load in figures.people
    )
    return Table("people", _("本单位人员工作量"), (_("人员"), *_work_columns()), rows)


def _work_columns() -> tuple[str, ...]:
    return (_("在办"), _("其中已超期"), _("已办"), _("其中逾期办结"))


def _work(load: Load) -> tuple[int, ...]:
    return (load.open, load.overdue, load.done, load.late)


def _department() -> str:
    return _("省工业和信息化厅")


def _share(part: int, whole: int) -> str | None:
    return f"{part * 100 / whole:.1f}%" if whole else None


def all_tables(session: Session, figures: Figures) -> list[Table]:
    """Every table of the page, in its order."""
    places = by_city(figures) if figures.area == PROVINCE else by_county(figures)
    return [
        stages(figures),
        states(figures),
        places,
        by_type(figures),
        by_industry(figures),
        times(session, figures),
        offices(figures),
        people(session, figures),
    ]
