"""Where a value stands: `("rows", 0, "name")` in Python, `rows[0].name` as an HTML name, `f-rows-0-name` as an id."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

Path = tuple[str | int, ...]

MAX_ROWS = 1000
"""Rows of a list that says nothing of its own; one with a higher `max_rows` takes as many as that."""
BLANK_INDEX = "__index__"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\[\d{1,4}\])?(?:\.[A-Za-z][A-Za-z0-9_]*(?:\[\d{1,4}\])?)*")
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9_]*|\d+")


def name_of(path: Path) -> str:
    """The HTML name of a path."""
    name = ""
    for step in path:
        is_index = isinstance(step, int) or step == BLANK_INDEX
        name += f"[{step}]" if is_index else f".{step}" if name else str(step)
    return name


def id_of(path: Path) -> str:
    """The HTML id of a path."""
    return "-".join(["f", *(str(step) for step in path)])


def parse_name(name: str) -> Path | None:
    """The path that an HTML name means, or None when it is not one (row numbers below 10,000)."""
    if len(name) > 200 or not _NAME.fullmatch(name):
        return None
    return tuple(int(token) if token.isdigit() else token for token in _TOKEN.findall(name))


def get_in(data: Any, path: Path, default: Any = None) -> Any:
    """The value at a path, or `default` when a step is not there."""
    for step in path:
        if isinstance(data, list):
            known = isinstance(step, int) and 0 <= step < len(data)
        else:
            known = isinstance(data, dict | Mapping) and step in data
        if not known:
            return default
        data = data[step]
    return data


def put_in(data: MutableMapping[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set the value at a path of names, making the objects on the way."""
    for step in path[:-1]:
        data = data.setdefault(step, {})
    data[path[-1]] = value


def is_blank(value: Any) -> bool:
    """Whether nothing was answered: a row of empty boxes."""
    if isinstance(value, Mapping):
        return all(is_blank(entry) for entry in value.values())
    if isinstance(value, list | tuple):
        return all(is_blank(entry) for entry in value)
    return value is None or value is False or (isinstance(value, str) and not value.strip())
