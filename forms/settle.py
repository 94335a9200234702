"""Which components are shown, which are open, and what the computed ones hold: they depend on each other.

Conditions see the data without hidden keys, as they are when the page is read from top to bottom (form-js
does the same), so hiding one field may show another, and a computed value may hide a third. The passes are
repeated until nothing changes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine import feel
from forms import fixed
from forms.components import TYPES
from forms.definition import EMPTY, Component, Definition, KeyPath
from forms.errors import Unfit
from forms.expressions import Evaluator, Scope, is_feel
from forms.limits import Limits
from forms.order import UNKNOWN, Ahead
from forms.paths import BLANK_INDEX, Path, get_in, is_blank, put_in

MAX_PASSES = 12
MAX_BLANK_ROWS = 50
_ABSENT = object()


@dataclass(slots=True)
class Place:
    """A component where it stands: once in the form, or once in every row.

    `closed`: only other answers are open (`forms.limits`). `elements`: what the fixed rows of a list stand for.
    `blank`: it stands in a row without any answer, which is shown and does not count. `row`: what its own row stands
    for, where rows are fixed and have names.
    """

    component: Component
    path: Path
    scope: Scope
    rows: tuple[int, ...]
    hidden: bool
    readonly: bool
    value: Any = None
    closed: bool = False
    elements: list[fixed.Element] | None = None
    blank: bool = False
    row: fixed.Element | None = None
    children: list["Place"] = field(default_factory=list)
    row_places: list[list["Place"]] = field(default_factory=list)

    def walk(self) -> list["Place"]:
        """Itself and everything inside, in page order."""
        found: list[Place] = []
        _flatten([self], found)
        return found


def _flatten(places: Iterable[Place], found: list[Place]) -> None:
    for place in places:
        found.append(place)
        if place.children:
            _flatten(place.children, found)
        for row in place.row_places:
            _flatten(row, found)


@dataclass(frozen=True, slots=True)
class Settlement:
    """The data without hidden keys, with computed values; and every component in its place.

    Not `stable` when the conditions contradict each other, so that no pass is the last one.
    """

    data: dict[str, Any]
    places: list[Place]
    stable: bool = False
    _all: list[Place] = field(default_factory=list, repr=False, compare=False)

    def walk(self) -> Iterator[Place]:
        """Every place, in page order; looked up once."""
        if not self._all:
            _flatten(self.places, self._all)
        return iter(self._all)

    def scope_of(self, component_id: str) -> Scope:
        """What FEEL sees at a top-level component."""
        return next((place.scope for place in self.places if place.component.id == component_id), EMPTY)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The object that holds the values of a level: as loaded, as of the last pass, and as it is being built.

    `live` are what FEEL sees of it: they follow what is built.
    """

    loaded: Mapping[str, Any]
    previous: Mapping[str, Any]
    built: dict[str, Any]
    prefix: Path
    scope: dict[str, Any]
    rows: tuple[int, ...]
    live: tuple[dict[str, Any], ...]
    closed: bool = False
    blank: bool = False

    def keep(self, path: KeyPath, value: Any) -> None:
        """Put a value into its place."""
        put_in(self.built, path, value)
        self.follow(path)

    def follow(self, path: KeyPath) -> None:
        """Let FEEL see what is built, or null."""
        for seen in self.live:
            seen[path[0]] = self.built.get(path[0])


class Settler:
    """Settles one set of answers.

    `sources`: where the values of readonly fields stand, first come first. With `fill`, answers that are absent
    get their default or prefilled value. Computed values that `stored` has are shown as they were submitted.
    A row without any answer is no row, unless something `unreadable` was typed there.
    """

    def __init__(
        self,
        definition: Definition,
        context: Mapping[str, Any],
        evaluator: Evaluator,
        sources: Sequence[Mapping[str, Any]],
        *,
        fill: bool = False,
        stored: Mapping[str, Any] = EMPTY,
        limits: Limits | None = None,
        unreadable: Iterable[Path] = (),
        ahead: Ahead = UNKNOWN,
    ) -> None:
        self._definition, self._context, self._evaluator = definition, context, evaluator
        self._sources, self._fill, self._stored = sources, fill, stored
        self.limits = limits or Limits(None, None)
        self._ahead = ahead
        self._nulls: dict[str, dict[str, Any]] = {}
        self._touched = {
            path[: n + 1] for path in unreadable for n, step in enumerate(path) if isinstance(step, int)
        }

    def settle(self, loaded: Mapping[str, Any]) -> Settlement:
        """Repeat passes over the loaded answers until the data stay the same."""
        previous: Mapping[str, Any] = loaded
        for _ in range(MAX_PASSES):
            settlement = self._pass(loaded, previous)
            if settlement.data == previous or self._ahead.seen(previous, settlement.data):
                return replace(settlement, stable=True)
            previous = settlement.data
        return settlement

    def blank_row(self, listing: Place) -> list[Place]:
        """The components of a row that is not there yet, for the page to copy."""
        frame = self._row_frame(listing, {}, {}, {}, BLANK_INDEX, len(listing.row_places) + 1)
        return self._level(listing.component.children, frame, hidden=listing.hidden)

    def first(self, place: Place) -> Any:
        """What stands in a place at first: prefilled or default."""
        return self._first(place.component, place.scope)

    def _pass(self, loaded: Mapping[str, Any], previous: Mapping[str, Any]) -> Settlement:
        data: dict[str, Any] = {}
        components = self._definition.components
        scope = {**self._context, **_nulls(components), **previous}
        frame = _Frame(loaded, previous, data, (), scope, (), (scope,))
        places = self._level(components, frame, hidden=False)
        return Settlement(data, places)

    def _level(self, components: tuple[Component, ...], frame: _Frame, *, hidden: bool) -> list[Place]:
        return [self._place(component, frame, hidden) for component in components]

    def _place(self, component: Component, frame: _Frame, hidden: bool) -> Place:
        hidden = hidden or (component.hide is not None and self._evaluator.holds(component.hide, frame.scope))
        readonly = (
            frame.closed
            or component.computed is not None
            or (component.readonly is not False and self._evaluator.holds(component.readonly, frame.scope))
        )
        place = Place(component, (*frame.prefix, *component.path), frame.scope, frame.rows, hidden, readonly)
        place.blank = frame.blank
        keyed = TYPES[component.type].keyed
        if keyed and self.limits.only is not None and self._closes(place):
            place.closed = place.readonly = True
        if component.type == "group":
            place.path = (*frame.prefix, component.id)
            place.children = self._level(component.children, frame, hidden=hidden)
        elif keyed:
            place.value = self._value(place, frame)
            if component.type == "dynamiclist":
                place.value = self._rows(place, frame)
            if hidden:
                frame.follow(component.path)
            else:
                frame.keep(component.path, place.value)
        else:
            place.path = (*frame.prefix, component.id)
        return place

    def _closes(self, place: Place) -> bool:
        """Whether the answer stays as it was; a list with an open cell keeps its rows and opens that cell."""
        if place.component.computed is not None:
            return False
        return self.limits.closes(place.path) and not self.limits.reaches_into(place.path)

    def _value(self, place: Place, frame: _Frame) -> Any:
        component, kind = place.component, TYPES[place.component.type]
        if place.closed:
            value = self.limits.kept(place.path)
            return value if component.type == "dynamiclist" else _accepted(component, value)
        if place.readonly:
            sources = self._sources if component.computed is None else (self._stored,)
            kept = self._kept(place, sources)
            return kept if kept is not _ABSENT else self._closed(component, frame.scope)
        value = get_in(frame.loaded, component.path, _ABSENT)
        if value is not _ABSENT:
            return value
        if self.limits.only is not None:
            value = self.limits.kept(place.path, _ABSENT)  # what nobody touched stays as it was
            if value is not _ABSENT:
                return value if component.type == "dynamiclist" else _accepted(component, value)
        return self._first(component, frame.scope) if self._fill else kind.empty()

    def _closed(self, component: Component, scope: Scope) -> Any:
        """The value of a field that is not open and has none yet: computed, or the first one."""
        if component.computed is None:
            return self._first(component, scope)
        return _accepted(component, self._evaluator.evaluate(component.computed, scope))

    def _kept(self, place: Place, sources: Iterable[Mapping[str, Any]]) -> Any:
        """The value of a field that is not open: what there was, or what the process knows under its name."""
        for source in sources:
            value = get_in(source, place.path, _ABSENT)
            if value is not _ABSENT:
                return value if place.component.type == "dynamiclist" else _accepted(place.component, value)
        return _ABSENT

    def _first(self, component: Component, scope: Scope) -> Any:
        """`prefill` (FEEL), `defaultValue`, the default number of rows, or nothing."""
        prefill = component.properties.get("prefill")
        value = component.get("defaultValue")
        if prefill is not None and is_feel(prefill):
            value = self._evaluator.evaluate(prefill, scope)
        if component.type == "dynamiclist":
            count = min(max(component.get("defaultRepetitions", 1), 0), MAX_BLANK_ROWS)
            return feel.to_json(value) if isinstance(value, list) else [{} for _ in range(count)]
        return _accepted(component, value) if value is not None else TYPES[component.type].empty()

    def _rows(self, place: Place, frame: _Frame) -> list[Any]:
        rows = place.value if isinstance(place.value, list) else []
        if self.limits.reaches_into(place.path):
            rows = _aligned(rows, self.limits.kept(place.path))
        place.elements = fixed.elements(place.component, place.scope, self._evaluator)
        if place.elements is not None:
            rows = fixed.matched(place.elements, rows)
            if fixed.of_files(place.component):  # a new file has nothing yet, whatever stood in its row
                rows = [{**self._nulls_of(place.component), **row} for row in rows]
        previous = get_in(frame.previous, place.component.path)
        built: list[Any] = []
        for number, row in enumerate(rows):
            answers = row if isinstance(row, Mapping) else {}
            blank = self._is_blank(place, number, answers)
            seen = previous[len(built)] if isinstance(previous, list) and len(built) < len(previous) else {}
            entry: dict[str, Any] = {}
            seen = seen if isinstance(seen, Mapping) and not blank else {}
            row_frame = self._row_frame(place, answers, seen, entry, number, len(built) + 1, blank)
            cells = self._level(place.component.children, row_frame, hidden=place.hidden)
            place.row_places.append(cells)
            if place.elements is not None:
                entry[fixed.KEY] = place.elements[number].key
                for cell in cells if not fixed.of_files(place.component) else ():
                    cell.row = place.elements[number]
            if not blank:
                built.append(entry)
        return built

    def _is_blank(self, place: Place, number: int, answers: Mapping[str, Any]) -> bool:
        """Whether a row that somebody may add has no answer at all."""
        given = place.readonly or place.elements is not None or self.limits.reaches_into(place.path)
        return not given and is_blank(answers) and (*place.path, number) not in self._touched

    def _row_frame(
        self,
        place: Place,
        answers: Mapping[str, Any],
        previous: Mapping[str, Any],
        built: dict[str, Any],
        index: int | str,
        number: int,
        blank: bool = False,
    ) -> _Frame:
        """Inside a row FEEL sees its fields, `this`, `parent` and `i`, the 1-based numbers of the rows that count."""
        this = {**self._nulls_of(place.component), **previous}
        rows = (*place.rows, index + 1 if isinstance(index, int) else number)
        outer = place.scope["i"] if place.rows else []
        scope = {**place.scope, **this, "this": this, "parent": place.scope, "i": [*outer, number]}
        if place.elements is not None and isinstance(index, int):
            scope["row"] = place.elements[index].value
        return _Frame(
            answers, previous, built, (*place.path, index), scope, rows, (scope, this), place.readonly, blank
        )

    def _nulls_of(self, listing: Component) -> dict[str, Any]:
        """Every key of a row as null, looked up once for all rows."""
        if listing.id not in self._nulls:
            self._nulls[listing.id] = _nulls(listing.children)
        return self._nulls[listing.id]


def _aligned(rows: list[Any], kept: Any) -> list[Any]:
    """As many rows as there were: none comes and none goes when only some cells are open."""
    count = len(kept) if isinstance(kept, list) else 0
    return [rows[number] if number < len(rows) else {} for number in range(count)]


def _accepted(component: Component, value: Any) -> Any:
    """A value that did not come from the body, as the component holds it; nothing when it does not fit."""
    kind = TYPES[component.type]
    try:
        return kind.accepts_computed(component, value)
    except Unfit:
        return kind.empty()


def _nulls(components: tuple[Component, ...]) -> dict[str, Any]:
    """Every key of a level as null: a hidden answer is null to FEEL, whatever the process has under its name."""
    found: dict[str, Any] = {}
    for component in components:
        if component.type == "group":
            found.update(_nulls(component.children))
        elif TYPES[component.type].keyed and component.path:
            found[component.path[0]] = None
    return found
