"""The body of an HTML form as JSON, and back: `rows[0].name` leads into lists and objects, boxes become bools."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from forms import fixed
from forms.components import TYPES
from forms.definition import Component
from forms.paths import Path, get_in, name_of, parse_name

MAX_PAIRS = 20_000
Index = Mapping[tuple[str, ...], Component]


KEEP = "_keep"
"""A control of the page: its value names a list whose rows stay at their numbers although some were not sent."""


class _Rows(dict[Any, Any]):
    """Rows by their number, until all are there; with `keeps_numbers` missing ones become blank rows."""

    keeps_numbers = False


def index(components: Iterable[Component], prefix: tuple[str, ...] = ()) -> dict[tuple[str, ...], Component]:
    """Keyed components by the names on the way to them, row numbers left out."""
    found: dict[tuple[str, ...], Component] = {}
    for component in components:
        if component.type == "group":
            found.update(index(component.children, prefix))
        elif TYPES[component.type].keyed:
            found[(*prefix, *component.path)] = component
            found.update(index(component.children, (*prefix, *component.path)))
            if fixed.is_fixed(component):
                found[(*prefix, *component.path, fixed.KEY)] = fixed.KEY_COMPONENT
    return found


def is_control(name: str) -> bool:
    """Whether a name is the page's own (its CSRF token, `_revision`), no answer."""
    return name == "csrf_token" or (name.startswith("_") and not name.startswith("__"))


def decode(known: Index, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The body that the pairs mean. Names that fit nowhere stay as they are, so that validation refuses them."""
    texts: dict[str, list[str]] = {}
    kept: list[str] = []
    for number, (name, text) in enumerate(pairs):
        if name == KEEP:
            kept.append(text)
        elif not is_control(name):
            texts.setdefault(name if number < MAX_PAIRS else "too_many_fields", []).append(text)
    body: dict[str, Any] = {}
    for name, values in texts.items():
        path = parse_name(name)
        component = known.get(names(path)) if path and _indices_fit(known, path) else None
        if path is None or component is None:
            body[name] = values[-1]
        elif component.type == "dynamiclist":
            _holder(body, path).setdefault(path[-1], _Rows())
        else:
            _holder(body, path)[path[-1]] = TYPES[component.type].decode(component, values)
    for name in kept[:100]:
        rows = get_in(body, parse_name(name) or (name,))
        if isinstance(rows, _Rows):
            rows.keeps_numbers = True
    return {key: _as_lists(value) for key, value in body.items()}


def names(path: Path) -> tuple[str, ...]:
    """A path without its row numbers."""
    return tuple(step for step in path if isinstance(step, str))


def _indices_fit(known: Index, path: Path) -> bool:
    """A row number stands behind every list on the way, and nowhere else."""
    passed: tuple[str, ...] = ()
    for number, step in enumerate(path):
        following = path[number + 1] if number + 1 < len(path) else None
        if isinstance(step, int):
            if following is None:
                return False
            continue
        passed = (*passed, step)
        component = known.get(passed)
        is_list = component is not None and component.type == "dynamiclist"
        if is_list != isinstance(following, int) and not (is_list and following is None):
            return False
    return True


def _holder(body: dict[Any, Any], path: Path) -> dict[Any, Any]:
    """The object that holds the last step."""
    for step, following in pairwise(path):
        body = body.setdefault(step, _Rows() if isinstance(following, int) else {})
    return body


def _as_lists(value: Any) -> Any:
    """Rows in the order of their numbers; blank ones stay, so that the page finds its rows again."""
    if not isinstance(value, dict):
        return value
    if isinstance(value, _Rows) and value.keeps_numbers:
        return [_as_lists(value.get(number, {})) for number in range(max(value, default=-1) + 1)]
    if isinstance(value, _Rows):
        return [_as_lists(value[number]) for number in sorted(value)]
    return {key: _as_lists(entry) for key, entry in value.items()}


def encode(known: Index, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The pairs that an HTML form with this data would send; keys that the form does not know are left out."""
    return list(_pairs(known, data, ()))


def _pairs(known: Index, data: Mapping[str, Any], prefix: Path) -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        path = (*prefix, key)
        component = known.get(names(path))
        if component is None:
            if isinstance(value, Mapping):
                yield from _pairs(known, value, path)
        elif component.type == "dynamiclist":
            yield name_of(path), ""
            for number, row in enumerate(value or []):
                yield from _pairs(known, row, (*path, number))
        elif component.type != "expression":
            yield from ((name_of(path), text) for text in TYPES[component.type].encode(value))
