"""How a migration is to go, as it is kept: by process, for an instance holds the processes that it has called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn.migration import Target
from engine.commands.moving import Move
from engine.definitions import Definitions, NotDeployed, Version
from engine.store.definitions import PROCESS, Definition
from engine.store.migrating import MigrationPlan
from engine.studio.migrating.mapping import Pair, pairs, propose, with_flows
from engine.studio.migrating.places import Place, diagram

KEEP, BEGIN, NOW = "keep", "begin", "now"
MODES = (KEEP, BEGIN, NOW)
"""A changed timer is kept, or counted anew from when its step began, or from the migration."""


@dataclass(frozen=True, slots=True)
class Options:
    """Mappings (new ids by old, only what differs from the proposal's identity) and timers, by process."""

    mapping: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    timers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    called: tuple[str, ...] = ()
    """Called processes that go along."""
    forms: bool = True
    """Whether open tasks take the form that counts in the target deployment."""

    def as_json(self) -> dict[str, Any]:
        """For the table."""
        return {
            "mapping": {process: dict(each) for process, each in self.mapping.items()},
            "timers": {process: dict(each) for process, each in self.timers.items()},
            "called": list(self.called),
            "forms": self.forms,
        }


def read(row: Mapping[str, Any]) -> Options:
    """Options as they were kept."""
    return Options(row["mapping"], row["timers"], tuple(row["called"]), row["forms"])


@dataclass(frozen=True, slots=True)
class Part:
    """One process of a migration: the version that its instances go on with, and each older one as it maps."""

    process_id: str
    target: Version
    sources: tuple[Version, ...]
    pairs: tuple[Pair, ...]
    """Of the elements of all the sources, the newest source first."""
    added: tuple[Place, ...]
    """What only the target has, as far as something waits there by time."""
    choices: tuple[Place, ...]
    """The elements of the target."""


def part(
    session: Session,
    definitions: Definitions,
    target: Version,
    sources: tuple[Version, ...],
    mapping: Mapping[str, str],
) -> Part:
    """What a process owner looks at: every element with its counterpart, checked."""
    new = diagram(definitions.model(session, target), target.id)
    found: dict[str, Pair] = {}
    for source in sorted(sources, key=lambda version: -version.version):
        old = diagram(definitions.model(session, source), source.id)
        for pair in pairs(old, new, mapping, propose(old, new)):
            if pair.old.id not in found or (pair.fault and not found[pair.old.id].fault):
                found[pair.old.id] = pair
    reached = {pair.new.id for pair in found.values() if pair.new is not None}
    added = tuple(
        place
        for place in new.places.values()
        if place.id not in reached and place.timer and place.type != "userTask"
    )
    return Part(target.id, target, sources, tuple(found.values()), added, tuple(new.places.values()))


def proposal(
    session: Session, definitions: Definitions, target: Version, sources: tuple[Version, ...]
) -> dict[str, str]:
    """The proposed mapping over several old versions, as far as it does not say that an id stays; newest first."""
    new = diagram(definitions.model(session, target), target.id)
    found: dict[str, str] = {}
    for source in sorted(sources, key=lambda version: -version.version):
        old = diagram(definitions.model(session, source), source.id)
        for before, after in propose(old, new).items():
            found.setdefault(before, after)
        for id in old.places:
            found.setdefault(id, id if id in new.places else "")  # of another type: the check says so
    return {old: new for old, new in found.items() if old != new}


def source_versions(session: Session, definitions: Definitions, keys: "list[int]") -> tuple[Version, ...]:
    """Versions by their keys."""
    return tuple(definitions.by_key(session, key) for key in keys)


def older(session: Session, definitions: Definitions, target: Version) -> tuple[Version, ...]:
    """Every version of the same process but the target."""
    keys = session.scalars(
        select(Definition.id).where(
            Definition.kind == PROCESS, Definition.definition_id == target.id, Definition.id != target.key
        )
    )
    return tuple(definitions.by_key(session, key) for key in keys)


def called_targets(
    session: Session, definitions: Definitions, target: Version, deployment: int
) -> dict[str, Version]:
    """The processes that the target calls, those that they call too, in the version of the deployment."""
    found: dict[str, Version] = {}
    todo = sorted(definitions.model(session, target).processes[target.id].calls)
    while todo:
        process = todo.pop()
        if process in found:
            continue
        try:
            version = definitions.find(PROCESS, process, binding="deployment", as_of=deployment)
        except NotDeployed:
            continue  # nothing of it can be running
        found[process] = version
        todo += sorted(definitions.model(session, version).processes[process].calls)
    return found


def move(session: Session, definitions: Definitions, plan: MigrationPlan, source: Version) -> Move:
    """What the command is given for an instance of this version."""
    options, target = read(plan.options), definitions.by_key(session, plan.target_id)
    called = {
        process: _called(session, definitions, version, options)
        for process, version in called_targets(session, definitions, target, plan.deployment_id).items()
        if process in options.called
    }
    return Move(
        version=plan.target_id,
        deployment=plan.deployment_id,
        mapping=_full(session, definitions, options, source, target),
        timers=options.timers.get(target.id, {}),
        called=called,
        forms=options.forms,
    )


def _called(session: Session, definitions: Definitions, target: Version, options: Options) -> Target:
    """A called process may be of any older version: the mapping covers all."""
    mapping: dict[str, str] = {}
    for source in older(session, definitions, target):
        mapping = {**_full(session, definitions, options, source, target), **mapping}
    return Target(str(target.key), mapping, options.timers.get(target.id, {}))


def _full(
    session: Session, definitions: Definitions, options: Options, source: Version, target: Version
) -> dict[str, str]:
    old = diagram(definitions.model(session, source), source.id)
    new = diagram(definitions.model(session, target), target.id)
    return with_flows(options.mapping.get(target.id, {}), old, new)
