"""Elements by their names: of one version for a row of a list, of all versions for a filter."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn.model import ElementInfo
from engine.operating.names import names
from engine.store.definitions import PROCESS, Definition
from engine.studio.comparing.words import type_name
from webapp.i18n import pick
from webapp.shared import runtime

NEWEST = 5
"""Versions of a process whose elements a filter offers; older ones are found by typing the id."""
WAITING = ("Task", "Event", "Gateway", "Activity", "subProcess")


def label(info: ElementInfo | None, id: str) -> str:
    """An element's name in the page's language; what it is and its id where it has none."""
    return (pick(info.name, info.properties.get("luzhi:name_en")) or unnamed(info.type, id)) if info else id


def unnamed(type: str, id: str) -> str:
    """What an element without a name is called: what it is, and its id."""
    return f"{pick(*type_name(type))} {id}"


def called(session: Session, version: int, id: str) -> str:
    """The name of an element as of a version (its key), in the page's language; its id where it has none."""
    runtime().definitions.refresh(session)
    known = names(session, runtime().definitions, version).of(id)
    return pick(known["name"], known["name_en"])


def named(session: Session, versions: Iterable[int]) -> Mapping[int, Mapping[str, ElementInfo]]:
    """By the key of a version: its elements, and those of what it calls."""
    runtime().definitions.refresh(session)
    return {key: names(session, runtime().definitions, key).known for key in set(versions)}


def offered(session: Session, process: str, version: str) -> list[tuple[str, str]]:
    """Ids and names of the elements at which an instance of a process may wait; nothing without a process."""
    wanted = select(Definition.id).where(Definition.kind == PROCESS, Definition.definition_id == process)
    if version:
        wanted = wanted.where(Definition.version == int(version))
    found: dict[str, str] = {}
    keys = session.scalars(wanted.order_by(Definition.version.desc()).limit(NEWEST)).all() if process else []
    for elements in named(session, keys).values():
        for id, info in elements.items():
            if info.type.endswith(WAITING):
                found.setdefault(id, label(info, id))
    return sorted(found.items(), key=lambda item: item[1])
