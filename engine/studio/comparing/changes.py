"""A difference between two versions of a file, in the terms of who drew it: elements and their properties."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What became of an element."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    """Its place in the drawing only: nothing that would run differently."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One property that differs; None stands for a side that does not have it."""

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """An element that differs: its id, type and name (the newer one), and the properties that do."""

    kind: Kind
    id: str
    type: str
    name: str
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """One element of a file as it is compared: plain properties by path, and its place in the drawing."""

    id: str
    type: str
    name: str
    properties: Mapping[str, str] = field(default_factory=dict)
    layout: tuple[str, ...] = ()


def compare(old: Mapping[str, Node], new: Mapping[str, Node]) -> list[Change]:
    """The changes from one version to another, in the order of the newer one, what is gone last."""
    found = [change for id, node in new.items() if (change := _change(old.get(id), node))]
    gone = [Change(Kind.REMOVED, node.id, node.type, node.name) for id, node in old.items() if id not in new]
    return found + gone


def _change(old: Node | None, new: Node) -> Change | None:
    if old is None:
        details = tuple(Detail(path, None, text) for path, text in new.properties.items())
        return Change(Kind.ADDED, new.id, new.type, new.name, details)
    details = tuple(_details(old, new))
    if details:
        return Change(Kind.CHANGED, new.id, new.type, new.name, details)
    if old.layout != new.layout:
        return Change(Kind.MOVED, new.id, new.type, new.name)
    return None


def _details(old: Node, new: Node) -> list[Detail]:
    before, after = {"type": old.type, **old.properties}, {"type": new.type, **new.properties}
    paths = [*after, *(path for path in before if path not in after)]
    return [Detail(p, before.get(p), after.get(p)) for p in paths if before.get(p) != after.get(p)]
