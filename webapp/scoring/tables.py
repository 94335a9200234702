"""The score table of a year, the experts of a year, and both as one spreadsheet."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from engine.programme.reviews.scores_table import Cell, Scored, Table, table
from engine.programme.titles.models import TYPE_NAMES
from webapp import access
from webapp.access import rule
from webapp.i18n import gettext as _
from webapp.names import people_names
from webapp.paging import part_of
from webapp.scoring import workbook
from webapp.scoring.blueprint import blueprint
from webapp.shared import cities, reading
from webapp.spreadsheets import XLSX

NOTHING = Decimal(-1)
SORTS: dict[str, Callable[[Scored], Any]] = {
    "rank": lambda row: (row.application.type, row.rank or 10**6),  # ranks are those within a type
    "number": lambda row: row.application.application_no,
    "score": lambda row: row.application.score if row.application.score is not None else NOTHING,
    "mean": lambda row: row.spread.mean if row.spread else NOTHING,
    "median": lambda row: row.spread.median if row.spread else NOTHING,
    "range": lambda row: row.spread.range if row.spread else NOTHING,
    "deviation": lambda row: row.spread.deviation if row.spread else NOTHING,
    "sealed": lambda row: row.sealed,
}
UPWARDS = ("rank", "number")
"""Sorted upwards at first; all others downwards."""
ONLY: dict[str, Callable[[Scored, Table], bool]] = {
    "incomplete": lambda row, found: not row.complete,
    "divergent": lambda row, found: bool(row.spread and row.spread.range > found.parameters["divergence"]),
    "far": lambda row, found: row.far > 0,
    "tied": lambda row, found: row.tied,
    "rescored": lambda row, found: row.round > 1,
    "proposed": lambda row, found: row.rescore_proposed,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of the table is asked for: order and filters; all from the address."""

    sort: str
    down: bool
    only: str
    type: str
    city: str

    def address(self, year: int, **changes: Any) -> str:
        """The same choice with changes."""
        own = {"sort": self.sort, "dir": "down" if self.down else "up", "only": self.only}
        wanted = {**own, "type": self.type, "city": self.city, **changes}
        return url_for("scoring.cycle", year=year, **{k: v for k, v in wanted.items() if v})

    def toward(self, column: str) -> str:
        """The direction that a click on a column's heading asks for."""
        if column == self.sort:
            return "up" if self.down else "down"
        return "up" if column in UPWARDS else "down"


def chosen() -> Chosen:
    """The choice of the address; what it does not know is left out."""
    sort = request.args.get("sort", "rank")
    sort = sort if sort in SORTS else "rank"
    down = request.args.get("dir", "up" if sort in UPWARDS else "down") == "down"
    only = request.args.get("only", "")
    type = request.args.get("type", "")
    city = request.args.get("city", "")
    return Chosen(
        sort,
        down,
        only if only in ONLY else "",
        type if type in TYPE_NAMES else "",
        city if city.isdigit() else "",
    )


def narrowed(found: Table, choice: Chosen) -> list[Scored]:
    """The rows of a choice, in its order; equal ones by number."""
    rows = [
        row
        for row in found.rows
        if (not choice.type or row.application.type == choice.type)
        and (not choice.city or row.application.city == choice.city)
        and (not choice.only or ONLY[choice.only](row, found))
    ]
    rows.sort(key=lambda row: row.application.application_no)
    return sorted(rows, key=SORTS[choice.sort], reverse=choice.down)


@blueprint.get("/cycles/<int:year>")
@rule("score.read")
def cycle(year: int) -> str:
    """The score table, 50 applications a page. Raises NoCycle."""
    access.require("score.read")
    choice = chosen()
    with reading() as session:
        found = table(session, year)
    rows, page = part_of(narrowed(found, choice))
    return render_template(
        "scoring/table.html",
        year=year,
        found=found,
        rows=rows,
        seats=found.seats,
        page=page,
        choice=choice,
        counts={name: sum(test(row, found) for row in found.rows) for name, test in ONLY.items()},
        cities=cities(),
        types=list(TYPE_NAMES),
    )


@blueprint.app_template_global("sees_scores")
def sees_scores() -> bool:
    """Whether the person looking may see the scores; for links to them."""
    return access.may("score.read")


@dataclass(frozen=True, slots=True)
class Far:
    """One sheet that differs much from the median of its panel."""

    row: Scored
    cell: Cell

    @property
    def difference(self) -> Decimal:
        """Its total less the median."""
        return (self.cell.total or Decimal(0)) - (self.row.spread.median if self.row.spread else Decimal(0))


@blueprint.get("/cycles/<int:year>/experts")
@rule("score.read")
def experts(year: int) -> str:
    """Every expert's figures, how far they agree, and the sheets that differ much. Raises NoCycle."""
    access.require("score.read")
    with reading() as session:
        found = table(session, year)
        standings = found.standings()
        names = _names(session, [s.expert for s in standings])
    strict = Decimal(found.parameters["strictness"])
    odd = [s for s in standings if s.strictness is not None and abs(s.strictness) > strict]
    far = [Far(row, cell) for row in found.rows for cell in row.cells if cell.far]
    standings.sort(key=lambda s: (-abs(s.strictness or Decimal(0)), s.expert))
    return render_template(
        "scoring/experts.html",
        year=year,
        found=found,
        standings=standings,
        agreement=found.agreement(),
        names=names,
        odd={s.expert for s in odd},
        far=sorted(far, key=lambda each: (-abs(each.difference), each.row.application.application_no)),
    )


def _names(session: Session, logins: list[str]) -> dict[str, str]:
    """Names of the pool, of accounts where the pool knows none."""
    return people_names(session, logins)


@blueprint.get("/cycles/<int:year>/scores.xlsx")
@rule("score.read")
def spreadsheet(year: int) -> Response:
    """The chosen rows, every sheet behind them and the experts' figures. Raises NoCycle."""
    access.require("score.read")
    with reading() as session:
        found = table(session, year)
        names = _names(session, [s.expert for s in found.standings()])
    content = workbook.file(found, narrowed(found, chosen()), names)
    answer = Response(content, mimetype=XLSX)
    name = _("%(year)s年度评分汇总表", year=year)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    return answer
