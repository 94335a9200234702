"""Computed values that need each other: `a` from `b` and `b` from `a` can never be computed."""

from collections.abc import Iterable, Iterator, Mapping

from engine import feel
from engine.errors import Refusal
from forms.components import TYPES
from forms.definition import Component
from forms.expressions import source


def find(components: Iterable[Component]) -> Iterator[list[Component]]:
    """Each circle of computed components that share a data object, once; rows have circles of their own."""
    level = list(_same_object(components))
    computed = {component.path[0]: component for component in level if component.computed and component.path}
    needs = {key: _needs(component) & computed.keys() for key, component in computed.items()}
    done: set[str] = set()
    for key in needs:
        circle = _circle(key, needs) if key not in done else []
        done.update(circle)
        if circle:
            yield [computed[step] for step in circle]
    for component in level:
        if component.type == "dynamiclist":
            yield from find(component.children)


def _circle(start: str, needs: Mapping[str, frozenset[str] | set[str]]) -> list[str]:
    """The shortest way from a key back to itself, or nothing."""
    ways = [[start]]
    seen: set[str] = set()
    for way in ways:
        for key in sorted(needs[way[-1]]):
            if key == start:
                return way
            if key not in seen:
                seen.add(key)
                ways.append([*way, key])
    return []


def _needs(component: Component) -> frozenset[str]:
    try:
        return feel.parse(source(component.computed or "")).free_variables
    except Refusal:
        return frozenset()  # lint reports the text itself


def _same_object(components: Iterable[Component]) -> Iterator[Component]:
    for component in components:
        if component.type == "group":
            yield from _same_object(component.children)
        elif TYPES[component.type].keyed:
            yield component
