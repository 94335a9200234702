"""A cycle in figures: the province for the department and supervision, its own area for a city."""

from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import NotFound
from engine.programme import stages
from engine.programme.cycles import operations as cycles
from engine.programme.cycles.models import STATUS_NAMES, Cycle
from engine.programme.figures.funnel import CODES
from webapp import access
from webapp.access import actor, rule
from webapp.dates import instant
from webapp.department import charts, tables, workbook
from webapp.department.blueprint import blueprint
from webapp.department.tables import PROVINCE, Figures
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.shared import cities, now, place, reading, runtime
from webapp.spreadsheets import XLSX


@dataclass(frozen=True, slots=True)
class Year:
    """One cycle in the list: its year, title and state."""

    year: int
    title: str
    status: str


@blueprint.get("/cycles")
@rule("cycle.read")
def listing() -> str:
    """The cycles, newest first."""
    _own_area()
    with reading() as session:
        rows = session.scalars(select(Cycle).order_by(Cycle.year.desc())).all()
        years = [Year(c.year, c.title, pick(*STATUS_NAMES[c.status])) for c in rows]
    return render_template("department/cycles.html", years=years)


@blueprint.get("/cycles/<int:year>")
@rule("cycle.read")
def own(year: int) -> AnyResponse:
    """The cycle in one's own area."""
    return redirect(url_for("department.show", year=year, area=_own_area()))


@blueprint.get("/cycles/<int:year>/<area>")
@rule("cycle.read")
def show(year: int, area: str) -> str:
    """The dashboard of a cycle in an area. Raises NoCycle, NotFound."""
    with reading() as session:
        cycle, found = _figures(session, year, area)
        listed = {table.id: table for table in tables.all_tables(session, found)}
        stage = _chosen(found)
        return render_template(
            "department/dashboard.html",
            cycle=cycle,
            state=pick(*STATUS_NAMES[cycle.status]),
            way=stages.cycle_status(session, cycle, now()),
            figures=found,
            tables=listed,
            charts=_charts(listed),
            tiles=_tiles(found, stage) if area == PROVINCE else None,
            stage=stage,
            stage_name=tables.stage_name,
            stages=CODES,
            heads=_heads(found),
            area=area,
            province=PROVINCE,
            home=_own_area(),
        )


@blueprint.get("/cycles/<int:year>/<area>/tables.xlsx")
@rule("cycle.read")
def spreadsheet(year: int, area: str) -> Response:
    """All tables of the dashboard as one spreadsheet. Raises NoCycle, NotFound."""
    with reading() as session:
        _cycle, found = _figures(session, year, area)
        listed = tables.all_tables(session, found)
    title = _("%(year)s 年度认定情况", year=year) + f"（{place(area)}）"
    content = workbook.file([title, _("统计时间：%(at)s", at=instant(now()))], listed)
    answer = Response(content, mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="cycle-{year}-{area}.xlsx"'
    return answer


@blueprint.get("/cycles/<int:year>/<area>/summary")
@rule("cycle.read")
def summary(year: int, area: str) -> str:
    """情况汇总 on one page, to print. Raises NoCycle, NotFound."""
    with reading() as session:
        cycle, found = _figures(session, year, area)
        return render_template(
            "department/summary.html",
            cycle=cycle,
            figures=found,
            reached=dict(zip(CODES, found.reached, strict=True)),
            before=dict(zip(CODES, found.reached_before, strict=True)),
            types=_brief(tables.by_type(found)),
            places=_brief(tables.by_city(found) if area == PROVINCE else tables.by_county(found)),
            industries=_brief(_largest(tables.by_industry(found))),
            area=area,
        )


def _figures(session: Session, year: int, area: str) -> tuple[Cycle, Figures]:
    """The cycle and its figures, for whoever may read them. Raises NotFound, NoCycle."""
    known = area == PROVINCE or area in {code for code, _name in cities()}
    if not known or not access.may("cycle.read", {"city": area}):
        raise NotFound(what_zh="这个地区的年度情况", what_en="The cycle in this area")
    runtime().definitions.refresh(session)
    cycle = cycles.require(session, year)
    return cycle, tables.count(session, year, area, _own_area(), now())


def _own_area() -> str:
    """The province, or the first city that the person works for. Raises NotFound for anybody else."""
    for grant in sorted(actor().grants, key=lambda g: g.organisation):
        if access.may("cycle.read", {"city": grant.organisation}):
            return grant.organisation
    raise NotFound(what_zh="年度情况", what_en="The figures of a cycle")


def _chosen(found: Figures) -> str:
    """The stage that the map shows: the one asked for, else what has been published, else what was submitted."""
    asked = request.args.get("stage", "")
    if asked in CODES:
        return asked
    return "PUBLISHED" if found.reached[-1] else "SUBMITTED"


def _tiles(found: Figures, stage: str) -> charts.TileMap:
    index = CODES.index(stage)
    counted = {code: 0 for code, _name in cities()}
    for group in found.now:
        if group.stage >= index and group.city in counted:
            counted[group.city] += group.count
    return charts.tile_map([(code, _short(code)) for code in counted], list(counted.values()))


def _short(code: str) -> str:
    item = runtime().catalogues.get("regions").find(code)
    return pick(str(item.facts.get("short") or item.label), item.label_en) if item else code


def _charts(listed: dict[str, tables.Table]) -> dict[str, charts.Chart]:
    """The chart of each table: this year beside the last, or what its two columns are."""
    submitted = 1 + tables.LISTED.index("SUBMITTED")
    before = 1 + len(tables.LISTED)
    drawn = {name: charts.bars(listed[name], (submitted, before)) for name in ("types", "industries")}
    places = "cities" if "cities" in listed else "counties"
    return {
        **drawn,
        "funnel": charts.bars(listed["funnel"], (1, 3)),
        "states": charts.bars(listed["states"], (1,)),
        places: charts.bars(listed[places], (submitted, before)),
        "steps": charts.bars(listed["steps"], (3, 4), label=1),
        "offices": charts.bars(listed["offices"], (1, 2)),
        "people": charts.bars(listed["people"], (1, 2)),
    }


def _heads(found: Figures) -> list[tuple[str, int, int]]:
    """The figures at the top: name, this year, last year."""
    names = ("SUBMITTED", "RECOMMENDED", "FORMAL", "PROPOSED", "PUBLISHED")
    now_, before = found.reached, found.reached_before
    return [(tables.stage_name(n), now_[CODES.index(n)], before[CODES.index(n)]) for n in names]


def _brief(table: tables.Table) -> tables.Table:
    """A table as wide as a sheet of paper: without the stages of which the text above already tells the sums."""
    dropped = {1 + tables.LISTED.index(code) for code in ("STARTED", "REVIEWED", "PROPOSED")}
    kept = [column for column in range(len(table.columns)) if column not in dropped]

    def cut(row: tuple[tables.Cell, ...]) -> tuple[tables.Cell, ...]:
        return tuple(row[column] for column in kept)

    columns = tuple(table.columns[column] for column in kept)
    rows = tuple(map(cut, table.rows))
    return tables.Table(table.id, table.title, columns, rows, total=cut(table.total))


def _largest(table: tables.Table, most: int = 8) -> tables.Table:
    """The industries with most submissions; on one page there is no room for all."""
    column = 1 + tables.LISTED.index("SUBMITTED")
    rows = sorted(table.rows, key=lambda row: -(row[column] if isinstance(row[column], int) else 0))  # type: ignore[operator]
    return tables.Table(table.id, table.title, table.columns, tuple(rows[:most]), total=table.total)
