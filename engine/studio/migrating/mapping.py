"""Which element of the new version takes the place of which: proposed, and each pair checked.

Proposed is the same id; else the same name and type; else the place in the flow, when only one fits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.studio.migrating.places import Diagram, Place

SAME, NAME, POSITION, NONE = "same", "name", "position", "none"
"""How a counterpart was found."""

GONE, TYPE, SCOPE, HOST = "gone", "type", "scope", "host"
"""What is wrong with a pair."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An old element and its counterpart, None where there is none. `fault`: what is wrong with it, or empty."""

    old: Place
    new: Place | None
    how: str
    fault: str

    @property
    def timer(self) -> bool:
        """Whether both are due, by different words: then the owner says what counts."""
        return bool(self.new and self.old.timer and self.new.timer and self.old.timer != self.new.timer)


def propose(old: Diagram, new: Diagram) -> dict[str, str]:
    """New ids by old ones, of elements and flows; elements without a counterpart are missing."""
    found: dict[str, str] = {}
    for wanted in (_same, _named, _placed):
        for place in old.places.values():
            if place.id not in found:
                taken = set(found.values())
                free = [each for each in new.places.values() if each.id not in taken]
                fitting = wanted(place, [each for each in free if not fault(place, each, found)], found)
                if fitting is not None:
                    found[place.id] = fitting.id
    return found


def with_flows(mapping: Mapping[str, str], old: Diagram, new: Diagram) -> dict[str, str]:
    """The mapping with the flows between its elements: a join remembers by which flow a token came."""
    ends = {pair: id for id, pair in new.flows.items()}
    flows: dict[str, str] = {}
    for id, (source, target) in old.flows.items():
        there = ends.get((mapping.get(source, source), mapping.get(target, target)))
        if id not in new.flows and there is not None:
            flows[id] = there
    return {**flows, **mapping}


def pairs(old: Diagram, new: Diagram, mapping: Mapping[str, str], proposed: Mapping[str, str]) -> list[Pair]:
    """Every old element with its counterpart by a mapping (an element that is missing in it keeps its id)."""
    found = []
    for place in old.places.values():
        wanted = mapping.get(place.id, place.id)
        there = new.places.get(wanted)
        how = _how(place, there, proposed)
        found.append(Pair(place, there, how, GONE if there is None else fault(place, there, mapping)))
    return found


def fault(old: Place, new: Place, mapping: Mapping[str, str]) -> str:
    """Why a token cannot go from one to the other, or nothing."""
    if old.shape != new.shape:
        return TYPE
    if tuple(mapping.get(id, id) for id in old.path) != new.path:
        return SCOPE
    if old.host and mapping.get(old.host, old.host) != new.host:
        return HOST
    return ""


def _how(old: Place, new: Place | None, proposed: Mapping[str, str]) -> str:
    if new is None:
        return NONE
    if old.id == new.id:
        return SAME
    if proposed.get(old.id) != new.id:
        return ""  # as the owner said
    return NAME if old.name and old.name == new.name else POSITION


def _same(old: Place, fitting: list[Place], known: Mapping[str, str]) -> Place | None:
    return _only(each for each in fitting if each.id == old.id)


def _named(old: Place, fitting: list[Place], known: Mapping[str, str]) -> Place | None:
    return _only(each for each in fitting if old.name and each.name == old.name)


def _placed(old: Place, fitting: list[Place], known: Mapping[str, str]) -> Place | None:
    """What stands between the same neighbours; of boundary events, the only one of its kind at the activity."""
    if old.host:
        return _only(each for each in fitting if each.host)
    before = {known[id] for id in old.before if id in known}
    after = {known[id] for id in old.after if id in known}
    if not before and not after:
        return None
    return _only(
        each for each in fitting if (not before or before & each.before) and (not after or after & each.after)
    )


def _only(found: Iterable[Place]) -> Place | None:
    several = list(found)
    return several[0] if len(several) == 1 else None
