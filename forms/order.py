"""What of a form is read before it is settled: only such names can make another pass necessary."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import feel
from engine.errors import Refusal
from forms.definition import Component
from forms.expressions import is_feel, source
from forms.templates import BrokenTemplate, expressions, parse

_WHOLE = frozenset({"this", "parent"})  # names under which an expression sees a level as a whole
_UNDRAWN = ("check", "hint", "error_")
_NAMED = ("valuesKey", "dataSource")  # a name, not FEEL


class _Anything(Exception):
    """Nobody can tell what an expression reads."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Names that some expression reads before they are settled in the same pass: top-level ones, and cells by list.

    `anything`: nobody can tell; every settlement takes another pass to be sure.
    """

    top: frozenset[str] = frozenset()
    cells: Mapping[str, frozenset[str]] = field(default_factory=dict)
    anything: bool = False

    def seen(self, previous: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
        """Whether a pass that saw `previous` and made `data` has read nothing that came out differently."""
        if self.anything or any(previous.get(name) != data.get(name) for name in self.top):
            return False
        return all(
            _same_cells(previous.get(listing), data.get(listing), names)
            for listing, names in self.cells.items()
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """A component, the lists around it, and the run of places that it takes."""

    component: Component
    lists: tuple[Component, ...]
    first: int
    last: int


UNKNOWN = Ahead(anything=True)


def ahead(components: Iterable[Component]) -> Ahead:
    """The names that a form reads ahead of their place."""
    places = _places(components)
    settled = _settled(places)
    try:
        names = {n for place in places for n in _mentioned(place) if settled.get(n, -1) >= place.first}
    except _Anything:
        return Ahead(anything=True)
    return _by_level(places, names)


def moving(components: Iterable[Component]) -> frozenset[str]:
    """The top-level keys on whose answers something else on a page may depend; a list moves at least its own sums.

    Checks and hints do not count: nothing of theirs is drawn while somebody types.
    """
    places = _places(components)
    keys = {place.component.path[0] for place in places if place.component.path and not place.lists}
    try:
        read = {name for place in places for name in _read(place)}
    except _Anything:
        return frozenset(keys)
    lists = {place.component.path[0] for place in places if place.component.type == "dynamiclist"}
    return frozenset(keys & (read | lists))


def _read(place: _Place) -> Iterator[str]:
    component = place.component
    attributes = {name: part for name, part in component.raw.items() if name != "components"}
    attributes["properties"] = {n: t for n, t in component.properties.items() if not n.startswith(_UNDRAWN)}
    texts = [*_settling(component), *_all_texts(attributes)]
    yield from _names(texts, whole=bool(place.lists))
    yield from (str(component.get(name)) for name in _NAMED if component.get(name))


def _places(components: Iterable[Component]) -> list[_Place]:
    found: list[_Place] = []
    count = itertools.count()

    def walk(level: Iterable[Component], lists: tuple[Component, ...]) -> None:
        for component in level:
            first = next(count)
            walk(component.children, (*lists, component) if component.type == "dynamiclist" else lists)
            found.append(_Place(component, lists, first, next(count)))

    walk(components, ())
    return found


def _settled(places: Iterable[_Place]) -> dict[str, int]:
    """By name, where the last component with that key has its value."""
    found: dict[str, int] = {}
    for place in places:
        if place.component.path:
            name = place.component.path[0]
            found[name] = max(found.get(name, -1), place.last)
    return found


def _mentioned(place: _Place) -> Iterator[str]:
    """The names that a pass looks up for a component, and in a row what its labels, options and checks look up.

    A row goes on to see what stands around its list as it was when the row began; its own cells it sees as they
    become. Raises _Anything.
    """
    component = place.component
    yield from _names(_settling(component))
    if place.lists:
        own = {c.path[0] for c in place.lists[-1].walk() if c.path and c is not place.lists[-1]}
        attributes = {name: part for name, part in component.raw.items() if name != "components"}
        yield from _names(_all_texts(attributes)) - own
        yield from {str(component.get(name)) for name in _NAMED if component.get(name)} - own


def _names(texts: Iterable[str], *, whole: bool = True) -> set[str]:
    found: set[str] = set()
    for text in texts:
        try:
            found |= feel.parse(source(text)).mentioned
        except Refusal:
            raise _Anything from None
    if whole and found & _WHOLE:
        raise _Anything
    return found


def _settling(component: Component) -> Iterator[str]:
    """FEEL that is evaluated within a pass."""
    bare = (component.computed, component.properties.get("rows"))
    yield from (text for text in bare if text)
    whole = (component.hide, component.readonly, component.properties.get("prefill"))
    yield from (str(text) for text in whole if is_feel(text))


def _all_texts(part: Any) -> Iterator[str]:
    if is_feel(part):
        yield part
    elif isinstance(part, str) and "{{" in part:
        try:
            yield from expressions(parse(part))
        except BrokenTemplate:
            return  # shown as it is written
    elif isinstance(part, Mapping | list):
        for inner in part.values() if isinstance(part, Mapping) else part:
            yield from _all_texts(inner)


def _by_level(places: Iterable[_Place], names: set[str]) -> Ahead:
    top: set[str] = set()
    cells: dict[str, set[str]] = {}
    for place in places:
        path = place.component.path
        if not path or path[0] not in names:
            continue
        if not place.lists:
            top.add(path[0])
        elif len(place.lists) == 1 and len(place.lists[0].path) == 1:
            cells.setdefault(place.lists[0].path[0], set()).add(path[0])
        else:
            return Ahead(anything=True)
    return Ahead(frozenset(top), {key: frozenset(names) for key, names in cells.items()})


def _same_cells(previous: Any, rows: Any, names: Iterable[str]) -> bool:
    """Whether each row saw its own cells as they came out: row by row in the order in which they count."""
    before = previous if isinstance(previous, list) else []
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        seen = before[number] if number < len(before) and isinstance(before[number], Mapping) else {}
        if any(seen.get(name) != row.get(name) for name in names):
            return False
    return True
