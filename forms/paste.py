"""A piece of a spreadsheet pasted into a list: tab-separated text becomes rows as if they had been typed.

Numbers with separators, full-width digits and dates as they are written are understood by the fields themselves;
words of options become their values. What does not fit in is named and left out.
"""

import csv
import io
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from forms import decode, fixed, texts
from forms.components import Situation
from forms.components.choice import options
from forms.definition import Component
from forms.errors import FieldError, Message
from forms.expressions import Evaluator
from forms.paths import Path, get_in, name_of, parse_name
from forms.rules import most_rows
from forms.sections import keyed
from forms.settle import Place, Settler

MAX_TEXT = 200_000
MAX_ROWS = 500
_UNPASTED = frozenset({"filepicker", "expression", "dynamiclist"})
_YES = frozenset({"是", "√", "✓", "y", "yes", "true", "1", "有", "对"})


class Unreadable(ValueError):
    """The text is no piece of a spreadsheet; `args` are the Chinese and the English text."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a paste begins: the list, the row number (from 0, None behind the last one), the column key."""

    path: Path
    component: Component
    row: int | None
    column: str | None

    @property
    def columns(self) -> list[Component]:
        """The columns that can be typed into, from the first one on that is meant."""
        found = [c for c in keyed(self.component.children) if _is_typed(c)]
        names = [".".join(c.path) for c in found]
        return found[names.index(self.column) :] if self.column in names else found

    @property
    def all_columns(self) -> list[Component]:
        """Every column of the table, computed ones included."""
        return list(keyed(self.component.children))


def target(index: decode.Index, name: str) -> Target | None:
    """What `products`, `products[2]` or `products[2].name` means as the place of a paste; None for anything else."""
    path = parse_name(name)
    if path is None:
        return None
    numbers = [place for place, step in enumerate(path) if isinstance(step, int)]
    if len(numbers) > 1:
        return None
    cut = numbers[0] if numbers else len(path)
    component = index.get(decode.names(path[:cut]))
    if component is None or component.type != "dynamiclist":
        return None
    row = path[cut] if numbers else None
    return Target(path[:cut], component, row if isinstance(row, int) else None, _column(path[cut + 1 :]))


def _column(path: Path) -> str | None:
    return ".".join(str(step) for step in path) or None


def _is_typed(component: Component) -> bool:
    return component.computed is None and component.readonly is not True and component.type not in _UNPASTED


def table(text: str) -> list[list[str]]:
    """The cells of tab-separated text, quoted ones as spreadsheets write them. Raises Unreadable."""
    if len(text) > MAX_TEXT:
        raise Unreadable("粘贴的内容过长，请分几次粘贴", "the text is too long; paste it in parts")
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if plain.count('"') % 2:
        rows = [line.split("\t") for line in plain.split("\n")]
    else:
        rows = list(csv.reader(io.StringIO(plain), delimiter="\t"))
    rows = [[cell.strip() for cell in row] for row in rows]
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise Unreadable(
            "没有可以粘贴的内容，请先在电子表格中复制",
            "there is nothing to paste; copy cells in a spreadsheet first",
        )
    return rows


def pasted(
    body: Mapping[str, Any], at: Target, text: str, elements: int | None
) -> tuple[dict[str, Any], list[Message]]:
    """The body with the cells in place, and what had to be left out. `elements`: how many rows a fixed list has."""
    data = deepcopy(dict(body))
    rows = _list_at(data, at.path)
    try:
        cells = _without_head(at, table(text))
    except Unreadable as unreadable:
        return data, [Message(*unreadable.args)]
    columns, messages = _columns(at, cells)
    start = _start(at, rows, fixed_rows=elements is not None)
    most = elements if elements is not None else most_rows(at.component) or MAX_ROWS
    room = max(0, most - start)
    if len(cells) > room:
        messages.append(_too_many_rows(most, start, cells[room:]))
    for number, texts_ in enumerate(cells[:room], start):
        while len(rows) <= number:
            rows.append({})
        for column, cell in zip(columns, texts_, strict=False):
            if column is not None:
                _put(rows[number], column, cell)
    return data, messages


def _list_at(data: dict[str, Any], path: Path) -> list[Any]:
    """The list at a path of keys; made when it is not there yet."""
    holder: dict[str, Any] = data
    for key in path[:-1]:
        inner = holder.get(str(key))
        if not isinstance(inner, dict):
            inner = holder[str(key)] = {}
        holder = inner
    rows = holder.get(str(path[-1]))
    if not isinstance(rows, list):
        rows = holder[str(path[-1])] = []
    rows[:] = [row if isinstance(row, dict) else {} for row in rows]
    return rows


def _without_head(at: Target, cells: list[list[str]]) -> list[list[str]]:
    """Without a first row that repeats the headings, and without a first column that repeats fixed rows' names."""
    labels = {label for c in at.all_columns for label in (c.label("zh"), c.label("en"))}
    first = [cell for cell in cells[0] if cell]
    if len(cells) > 1 and first and sum(cell in labels for cell in first) * 2 > len(first):
        cells = cells[1:]
    if fixed.is_fixed(at.component) and max(map(len, cells)) == len(at.columns) + 1:
        cells = [row[1:] for row in cells]
    return cells


def _columns(at: Target, cells: list[list[str]]) -> tuple[list[Component | None], list[Message]]:
    """The column of each pasted cell, None for a computed one that was copied along; and a message about extra ones."""
    width, typed = max(map(len, cells)), at.columns
    if width <= len(typed):
        return list(typed), []
    if at.column is None and width <= len(at.all_columns):
        return [c if _is_typed(c) else None for c in at.all_columns], []
    extra = [texts.excerpt(cell, 12) for row in cells for cell in row[len(typed) :] if cell][:3]
    shown = "、".join(f"“{cell}”" for cell in extra)
    first = typed[0].label("zh"), typed[0].label("en")
    message = Message(
        f"粘贴的内容有 {width} 列，{{label}}从“{first[0]}”起只能粘贴 {len(typed)} 列，"
        f"第 {len(typed) + 1} 列起（{shown}）没有粘贴",
        f"{width} columns were pasted; {{label}} takes {len(typed)} from “{first[1]}” on: "
        f"column {len(typed) + 1} and later ({shown}) were left out",
    )
    return list(typed), [message]


def _start(at: Target, rows: list[Any], *, fixed_rows: bool) -> int:
    """The row to begin with: the one that is meant, or the first of the blank ones at the end."""
    if at.row is not None:
        return min(at.row, len(rows))
    if fixed_rows:
        return 0
    filled = [number for number, row in enumerate(rows) if any(_is_given(value) for value in row.values())]
    return max(filled, default=-1) + 1


def _is_given(value: Any) -> bool:
    return value not in (None, "", False, [])


def _too_many_rows(most: int, start: int, left: list[list[str]]) -> Message:
    names = "、".join(f"“{texts.excerpt(row[0], 12)}”" for row in left[:3])
    more_zh, more_en = ("等", " and more") if len(left) > 3 else ("", "")
    return Message(
        f"{{label}}最多 {most} 行，粘贴的最后 {len(left)} 行（{names}{more_zh}）没有粘贴",
        f"{{label}} takes at most {most} rows; the last {len(left)} pasted rows ({names}{more_en}) were left out",
    )


def _put(row: dict[str, Any], column: Component, cell: str) -> None:
    value: Any = cell
    if column.type == "checkbox":
        value = cell.lower() in _YES
    elif column.type in ("checklist", "taglist"):
        value = [
            part.strip() for part in cell.replace("，", "、").replace(",", "、").split("、") if part.strip()
        ]
    holder = row
    for step in column.path[:-1]:
        inner = holder.get(step)
        if not isinstance(inner, dict):
            inner = holder[step] = {}
        holder = inner
    holder[column.path[-1]] = value


def worded(
    data: dict[str, Any], settler: Settler, evaluator: Evaluator, at: Target, loaded: Mapping[str, Any]
) -> bool:
    """Make the words of options their values, in place; whether anything changed (others may depend on it)."""
    changed = False
    for place in settler.settle(loaded).walk():
        if place.path[: len(at.path)] == at.path and place.component.type in (
            "select",
            "radio",
            "checklist",
            "taglist",
        ):
            changed = _reword(data, place, evaluator) or changed
    return changed


def _reword(data: dict[str, Any], place: Place, evaluator: Evaluator) -> bool:
    value = get_in(data, place.path)
    if not value or place.hidden:
        return False
    offered = options(Situation(place.component, place.scope, evaluator))
    known = {option.value for option in offered}
    by_word = {word: option.value for option in reversed(offered) for word in (option.en, option.zh)}
    many = isinstance(value, list)
    given = [entry for entry in (value if many else [value]) if isinstance(entry, str)]
    values = [entry if entry in known else by_word.get(entry, entry) for entry in given]
    if values == given:
        return False
    holder = get_in(data, place.path[:-1])
    holder[place.path[-1]] = values if many else values[0]
    return True


def cell_errors(errors: list[FieldError], body: Mapping[str, Any], at: Target) -> list[FieldError]:
    """Of all errors those of cells in the list that hold something: what is still blank was not pasted wrongly."""
    prefix = f"{name_of(at.path)}["
    return [
        e for e in errors if e.path.startswith(prefix) and _is_given(get_in(body, parse_name(e.path) or ()))
    ]
