"""Rows of a list in a form, changed by buttons and by pasting: the page comes back with everything as typed.

A button sends `_action`: `add:products`, `copy:products[1]`, `remove:products[1]`, `up:products[1]`,
`down:products[1]` (numbered from 0), the last two for the files of a field, too, also within a row
(`up:effects[0].evidence[1]`); `paste:products` with the text in `_paste:products`, or, from a cell,
`paste:products[1].name` with the text in `_paste`.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Protocol

from forms import FieldError, Form
from forms.paths import Path, parse_name
from webapp.shared import runtime

ADD, COPY, REMOVE, UP, DOWN, PASTE = "add:", "copy:", "remove:", "up:", "down:", "paste:"
ACTIONS = (ADD, COPY, REMOVE, UP, DOWN, PASTE)
MOST_ROWS = 500


class Filled(Protocol):
    """A form that is being filled in: of a task, or one that begins a process."""

    @property
    def form(self) -> Form | None:
        """Its definition."""

    @property
    def context(self) -> Mapping[str, Any]:
        """What its expressions see."""


def apply(
    opened: Filled, body: Mapping[str, Any], sent: Mapping[str, str]
) -> tuple[dict[str, Any], list[FieldError]]:
    """The body after the button `_action` of what was sent, and what of a paste does not fit."""
    action = sent.get("_action", "")
    if not action.startswith(PASTE) or opened.form is None:
        return changed(body, action), []
    name = action.removeprefix(PASTE)
    text = sent.get(f"_paste:{name}") or sent.get("_paste", "")
    rt = runtime()
    return opened.form.paste(body, name, text, opened.context, rt.clock, functions=rt.functions)


def changed(body: Mapping[str, Any], action: str) -> dict[str, Any]:
    """The body after a button that adds, copies, removes or moves a row; an impossible one changes nothing."""
    data = deepcopy(dict(body))
    verb, _, path = action.partition(":")
    name, _, index = path.rpartition("[") if path.endswith("]") else (path, "", "")
    rows = _list_at(data, parse_name(name) or ())
    number = int(index.rstrip("]")) if index.rstrip("]").isdigit() else -1
    if verb + ":" == ADD and len(rows) < MOST_ROWS:
        rows.append({})
    elif 0 <= number < len(rows):
        _change_row(rows, verb + ":", number)
    return data


def _change_row(rows: list[Any], verb: str, number: int) -> None:
    if verb == COPY and len(rows) < MOST_ROWS:
        rows.insert(number + 1, deepcopy(rows[number]))
    elif verb == REMOVE:
        del rows[number]
    elif verb == UP and number > 0:
        rows.insert(number - 1, rows.pop(number))
    elif verb == DOWN:
        rows.insert(number + 1, rows.pop(number))


def _list_at(data: dict[str, Any], path: Path) -> list[Any]:
    """The list at a path; made when it is not there yet. A path that leads nowhere gives one that nobody keeps."""
    if not path or not isinstance(path[-1], str):
        return []
    here: Any = data
    for key in path[:-1]:
        if isinstance(key, int):
            here = here[key] if isinstance(here, list) and key < len(here) else {}
        else:
            here = here.setdefault(key, {}) if isinstance(here, dict) else {}
    rows = here.setdefault(path[-1], []) if isinstance(here, dict) else []
    return rows if isinstance(rows, list) else []
