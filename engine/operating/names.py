"""Elements of an instance by their names in both languages; ids where a diagram gives none."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.bpmn.model import ElementInfo, ProcessInfo
from engine.definitions import Definitions, NotDeployed, Version
from engine.store.definitions import PROCESS


@dataclass(frozen=True, slots=True)
class Names:
    """The elements of an instance's process and of the processes that it calls."""

    own: ProcessInfo
    known: dict[str, ElementInfo]

    def of(self, element: str) -> dict[str, str]:
        """`name` and `name_en` of an element, for a finding."""
        info = self.known.get(element)
        name = (info.name if info else "") or element
        return {"name": name, "name_en": (info.properties.get("luzhi:name_en") if info else "") or name}

    def property(self, element: str, name: str) -> str:
        """A property of an element; empty where it has none."""
        info = self.known.get(element)
        return (info.properties.get(name) if info else "") or ""


def names(session: Session, definitions: Definitions, version_key: int) -> Names:
    """The names as of the version that an instance is pinned to."""
    version = definitions.by_key(session, version_key)
    own = definitions.model(session, version).processes[version.id]
    known: dict[str, ElementInfo] = {}
    _collect(session, definitions, version, known, set())
    return Names(own, known)


def _collect(
    session: Session,
    definitions: Definitions,
    version: Version,
    known: dict[str, ElementInfo],
    seen: set[str],
) -> None:
    """Those of a process first, then of what it calls: an id that both have is told by the outer one."""
    if version.id in seen:
        return
    seen.add(version.id)
    info = definitions.model(session, version).processes[version.id]
    for id, element in info.elements.items():
        known.setdefault(id, element)
    for called in sorted(info.calls):
        try:
            _collect(session, definitions, definitions.find(PROCESS, called), known, seen)
        except NotDeployed:
            continue  # a process that is not deployed (any more) was not called either
