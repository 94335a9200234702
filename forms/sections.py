"""Sections of a form: what stands under one heading, or, with the layout `sections`, on one page."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.errors import Language
from forms.components import TYPES
from forms.definition import Component

_MARKER = re.compile(r"^[a-z]-(?=.)")


@dataclass(frozen=True, slots=True)
class Section:
    """A run of components. `id` is stable and fit for an address; `head` gives it its heading."""

    id: str
    head: Component | None
    components: tuple[Component, ...]
    named: bool = False

    @property
    def group(self) -> Component | None:
        """The top-level group that makes the section, if one does."""
        return self.head if self.head is not None and self.head.type == "group" else None

    def title(self, language: Language) -> str:
        """Its heading as written: the group's label, or the property `section`; it may hold FEEL."""
        if self.head is None:
            return ""
        if self.group:
            return self.head.label(language) if self.head.get("label") else ""
        return self.head.text("section", language) if self.named else ""

    def standing(self) -> set[str]:
        """The ids of what stands for it among the components of the form: its group, or its components."""
        return {self.group.id} if self.group else {component.id for component in self.components}

    def keys(self) -> frozenset[str]:
        """The top-level keys of its answers."""
        return frozenset(c.path[0] for c in keyed(self.components))


def keyed(components: Iterable[Component]) -> Iterator[Component]:
    """The components that hold a value of this level's data object, those inside groups included."""
    for component in components:
        if component.type == "group":
            yield from keyed(component.children)
        elif TYPES[component.type].keyed:
            yield component


def split(components: Iterable[Component]) -> tuple[Section, ...]:
    """A top-level group is a section; so is a run of components under one `section` property, or under none."""
    found: list[Section] = []
    run: list[Component] = []
    named = False
    for component in components:
        title = component.properties.get("section", "")
        if component.type == "group":
            found.extend(_run(run, named))
            found.append(Section(slug(component.id), component, component.children))
            run, named = [], False
        elif title and not (named and run[0].properties.get("section") == title):
            found.extend(_run(run, named))
            run, named = [component], True
        else:
            run.append(component)
    return (*found, *_run(run, named))


def _run(run: list[Component], named: bool) -> Iterator[Section]:
    if any(component.type not in ("separator", "spacer", "button") for component in run):
        yield Section(slug(run[0].id), run[0], tuple(run), named)


def slug(identity: str) -> str:
    """A component's id in an address: `g_key_elements` is `key-elements`."""
    plain = re.sub(r"[^a-z0-9]+", "-", identity.lower()).strip("-")
    return _MARKER.sub("", plain)
