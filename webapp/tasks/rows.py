"""Rows of a list in a form, added and removed by buttons: the page comes back with everything as typed."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

ADD, REMOVE = "add:", "remove:"
ACTIONS = (ADD, REMOVE)
MOST_ROWS = 500


def changed(body: Mapping[str, Any], action: str) -> dict[str, Any]:
    """The body after `add:products` or `remove:products[2]` (numbered from 0); an impossible one changes nothing."""
    data = deepcopy(dict(body))
    verb, _, path = action.partition(":")
    name, _, index = path.partition("[")
    rows = _list_at(data, name.split("."))
    number = index.rstrip("]")
    if verb + ":" == ADD and len(rows) < MOST_ROWS:
        rows.append({})
    elif verb + ":" == REMOVE and number.isdigit() and int(number) < len(rows):
        del rows[int(number)]
    return data


def _list_at(data: dict[str, Any], path: list[str]) -> list[Any]:
    """The list at a path of keys; made when it is not there yet."""
    for key in path[:-1]:
        data = data.setdefault(key, {})
    rows = data.setdefault(path[-1], [])
    return rows if isinstance(rows, list) else []
