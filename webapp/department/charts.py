"""Charts as plain geometry: the server draws SVG out of tables, and every chart has its table beneath it."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.department.tables import Table

FULL = 100
"""The width of the longest bar, in the units of its drawing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart: what it is called, and for each series its value and its length (0 to 100)."""

    label: str
    values: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars side by side; `series` names what each bar of a line stands for."""

    series: tuple[str, ...]
    bars: tuple[Bar, ...]


def bars(table: Table, columns: Sequence[int], *, label: int = 0, most: int = 40) -> Chart:
    """A chart of some columns of a table, the first `most` rows; rows and series of nothing are left out."""
    shown = [c for c in columns if c == columns[0] or any(_number(row[c]) for row in table.rows)]
    columns = shown
    rows = [row for row in table.rows if any(_number(row[c]) for c in columns)][:most]
    longest = max((_number(row[c]) for row in rows for c in columns), default=0)
    lines = tuple(
        Bar(str(row[label]), tuple((_number(row[c]), _length(_number(row[c]), longest)) for c in columns))
        for row in rows
    )
    return Chart(tuple(table.columns[c] for c in columns), lines)


def _number(cell: object) -> int:
    return cell if isinstance(cell, int) else 0


def _length(value: int, longest: int) -> str:
    return f"{max(0, value) * FULL / longest:.1f}" if longest else "0"


TILE, GAP = 96, 8
_PLACES = {
    "371400": (1, 0),
    "371600": (2, 0),
    "370500": (3, 0),
    "370600": (4, 0),
    "371000": (5, 0),
    "371500": (0, 1),
    "370100": (1, 1),
    "370300": (2, 1),
    "370700": (3, 1),
    "370200": (4, 1),
    "370900": (1, 2),
    "371300": (2, 2),
    "371100": (3, 2),
    "371700": (0, 3),
    "370800": (1, 3),
    "370400": (2, 3),
}
"""Column and row of each city: where it lies among its neighbours, as far as squares can tell."""

SHADES = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """One city of the tile map: its code and name, its place in the drawing, its value and shade (0 to 4)."""

    code: str
    name: str
    x: int
    y: int
    value: int
    shade: int


@dataclass(frozen=True, slots=True)
class TileMap:
    """The province in squares; `steps` are the least and greatest value of each shade."""

    width: int
    height: int
    tiles: tuple[Tile, ...]
    steps: tuple[tuple[int, int], ...]


def tile_map(cities: Sequence[tuple[str, str]], values: Sequence[int]) -> TileMap:
    """A map of (code, short name) with a value each; a city without a place is left out."""
    longest = max(values, default=0)
    tiles = tuple(
        Tile(code, name, x * (TILE + GAP), y * (TILE + GAP), value, _shade(value, longest))
        for (code, name), value in zip(cities, values, strict=True)
        if code in _PLACES
        for x, y in [_PLACES[code]]
    )
    width = (max(x for x, _ in _PLACES.values()) + 1) * (TILE + GAP) - GAP
    height = (max(y for _, y in _PLACES.values()) + 1) * (TILE + GAP) - GAP
    return TileMap(width, height, tiles, _steps(longest))


def _shade(value: int, longest: int) -> int:
    return 0 if value <= 0 else min(SHADES - 1, 1 + (value - 1) * (SHADES - 1) // longest)


def _steps(longest: int) -> tuple[tuple[int, int], ...]:
    """The least and greatest value of each shade that occurs, the lightest (nothing) first."""
    found: dict[int, list[int]] = {}
    for value in range(longest + 1):
        found.setdefault(_shade(value, longest), []).append(value)
    return tuple((part[0], part[-1]) for part in found.values())
