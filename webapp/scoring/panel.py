"""The sealed sheets of one round beside each other: a line a criterion, a column a sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine.catalogues import Item
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.reviews.models import ExpertSheet
from engine.programme.reviews.rubric import DIMENSIONS, Dimension
from engine.programme.reviews.scores import Spread, extremes, outliers, spread
from engine.programme.reviews.sheets import places
from webapp.i18n import pick
from webapp.scoring.blueprint import blueprint
from webapp.shared import runtime

RUBRIC = "review_rubric"


@blueprint.app_template_filter("points")
def points(value: Decimal | int | None) -> str:
    """Points without zeros that say nothing: 80, 79.5, 79.33; a dash for none."""
    if value is None:
        return "—"
    text = f"{Decimal(value):.2f}"
    return text.rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the score sheet: most points, from where on a reason is asked for, what to look at."""

    key: str
    dimension: str
    label: str
    most: Decimal
    low: Decimal
    high: Decimal
    guideline: str
    article: str


def criteria(edition: str | None, type: str) -> list[Criterion]:
    """The criteria of an edition of the rubric for a type; its dimensions where it has no criteria."""
    lists = runtime().catalogues.get(RUBRIC, edition).lists
    return [_criterion(item, type) for item in lists.get("criteria", lists["rubric"])]


def _criterion(item: Item, type: str) -> Criterion:
    facts = item.facts
    most = Decimal(facts["maximum"].get(type) or facts["maximum"]["FACTORY"])
    return Criterion(
        key=item.value if item.parent else f"{item.value}.1",
        dimension=item.parent or item.value,
        label=pick(item.label, item.label_en),
        most=most,
        low=most * Decimal(facts.get("explain_below", 60)) / 100,
        high=most * Decimal(facts.get("explain_above", 100)) / 100,
        guideline=pick(str(facts.get("guideline") or ""), str(facts.get("guideline_en") or "")),
        article=str(facts.get("article") or ""),
    )


def dimension_name(dimension: Dimension) -> str:
    """The name of a dimension in the language of the request."""
    return pick(dimension.zh, dimension.en)


@dataclass(frozen=True, slots=True)
class Column:
    """One sealed sheet: the place of its expert, and how it stands among the others."""

    place: int
    sheet: ExpertSheet
    left_out: str  # LOW, HIGH or nothing
    far: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion or, `total`, one dimension: its label, most points, and (points, reason) of every sheet."""

    label: str
    most: Decimal
    cells: tuple[tuple[Decimal | None, str], ...]
    total: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """One round: its sheets, lines, and what the totals look like."""

    round: int
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    spread: Spread | None


def panel(
    session: Session,
    application_no: str,
    round: int,
    sheets: Sequence[ExpertSheet],
    parameters: Mapping[str, Any],
) -> Panel:
    """One round as a table; extremes and sheets far from the median are marked by the cycle's parameters."""
    known = {**DEFAULTS, **parameters}
    seated = places(session, application_no)
    totals = [sheet.total for sheet in sheets]
    dropped = extremes(totals, known["experts.drop_extremes_from"]) or (-1, -1)
    far = outliers(totals, Decimal(known["outlier"]))
    columns = tuple(
        Column(
            seated.get(sheet.expert, n + 1),
            sheet,
            "LOW" if n == dropped[0] else "HIGH" if n == dropped[1] else "",
            n in far,
        )
        for n, sheet in enumerate(sheets)
    )
    return Panel(round, columns, tuple(_lines(sheets)), spread(totals) if totals else None)


def _lines(sheets: Sequence[ExpertSheet]) -> list[Line]:
    by_sheet = [{row["key"]: row for row in sheet.criteria or ()} for sheet in sheets]
    names = {c.key: c for c in criteria(None, "FACTORY")}
    keys = sorted(
        {key for rows in by_sheet for key in rows}, key=lambda key: (key.split(".")[0], len(key), key)
    )
    lines = []
    for dimension in DIMENSIONS:
        points = tuple((getattr(sheet, dimension.id), "") for sheet in sheets)
        lines.append(Line(dimension_name(dimension), dimension.maximum, points, True))
        for key in keys:
            if key.partition(".")[0].lower() == dimension.id:
                lines.append(_line(key, names, by_sheet))
    return lines


def _line(key: str, names: Mapping[str, Criterion], by_sheet: Sequence[Mapping[str, Any]]) -> Line:
    row = next(rows[key] for rows in by_sheet if key in rows)
    cells = tuple(
        (Decimal(rows[key]["points"]), str(rows[key]["reason"])) if key in rows else (None, "")
        for rows in by_sheet
    )
    return Line(names[key].label if key in names else key, Decimal(row["most"]), cells, False)
