"""Which answers of a form tell who sent it: their keys, and the sections that are left out altogether.

A form marks them with the property `identifying`; whoever must not know who sent it (a blind review) is shown neither.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.definition import Component, Definition, KeyPath
from forms.sections import slug

PROPERTY = "identifying"


@dataclass(frozen=True, slots=True)
class Identifying:
    """`keys` lead to answers, through lists; `sections` are ids as they stand in addresses."""

    keys: tuple[KeyPath, ...] = ()
    sections: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether the form marks anything at all."""
        return bool(self.keys or self.sections)

    def texts(self, data: Mapping[str, Any]) -> Iterator[str]:
        """Every text that stands in an identifying answer."""
        for key in self.keys:
            yield from _texts(data, key)


def of(definition: Definition) -> Identifying:
    """What a form marks: fields by `identifying` on themselves or a group within a section, sections by their group."""
    sections = frozenset(slug(c.id) for c in definition.components if c.type == "group" and _marked(c))
    return Identifying(tuple(dict.fromkeys(_keys(definition.components, (), False, True))), sections)


def _marked(component: Component) -> bool:
    return component.properties.get(PROPERTY) == "true"


def _keys(components: Iterable[Component], before: KeyPath, told: bool, top: bool) -> Iterator[KeyPath]:
    """A section that is left out is left out whole: only what is marked in it counts as a word to cover elsewhere."""
    for component in components:
        marked = told or (_marked(component) and not (top and component.type == "group"))
        if component.type == "dynamiclist":
            yield from _keys(component.children, (*before, *component.path), marked, False)
        elif component.children:
            yield from _keys(component.children, before, marked, False)
        elif marked and component.path:
            yield (*before, *component.path)


def _texts(value: Any, key: KeyPath) -> Iterator[str]:
    if isinstance(value, list):
        for row in value:
            yield from _texts(row, key)
    elif not key:
        if isinstance(value, str):
            yield value
    elif isinstance(value, Mapping):
        yield from _texts(value.get(key[0]), key[1:])
