"""What the pages of a migration show: each element with its counterpart, what else changes, what came of each case."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.definitions import Definitions, NotDeployed, Version
from engine.store import migrating as m
from engine.store.definitions import DECISION, FORM
from engine.store.instances import Instance
from engine.store.migrating import MigrationItem, MigrationPlan
from engine.studio.migrating import cohort, findings, options
from engine.studio.migrating.findings import Finding
from engine.studio.migrating.mapping import SAME, Pair
from engine.studio.migrating.options import KEEP, NOW, Options, Part
from engine.studio.migrating.places import Place
from webapp.i18n import language, pick
from webapp.paging import Page, page_of
from webapp.shared import runtime


@dataclass(frozen=True, slots=True)
class Row:
    """One element of the old version in the mapping: how many cases are there, and what it may go over to."""

    pair: Pair
    count: int
    choices: Sequence[Place]

    @property
    def asks(self) -> bool:
        """Whether somebody should look at it: its counterpart is not simply itself, or none."""
        waits = self.pair.old.waits or self.count > 0
        return waits and (self.pair.how != SAME or bool(self.pair.fault))


@dataclass(frozen=True, slots=True)
class TimerRow:
    """A timer whose rule differs, or that only the new version has, and what is chosen for it."""

    place: Place
    old: tuple[str, str] | None
    new: tuple[str, str] | None
    mode: str


@dataclass(frozen=True, slots=True)
class Section:
    """One process of a migration: the migrated one, or one that it calls."""

    part: Part
    name: str
    called: bool
    included: bool
    rows: Sequence[Row]
    timers: Sequence[TimerRow]


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision or form that the instances go on with in another version."""

    kind: str
    id: str
    old: Sequence[int]
    new: int


@dataclass(frozen=True, slots=True)
class Case:
    """One instance of a migration with the words for it."""

    item: MigrationItem
    instance: Instance
    where: Sequence[str]
    findings: Sequence[Finding]


def definitions() -> Definitions:
    """What is deployed."""
    return runtime().definitions


def sections(session: Session, plan: MigrationPlan) -> list[Section]:
    """The migrated process, then those that it calls."""
    known, wished = definitions(), options.read(plan.options)
    target = known.by_key(session, plan.target_id)
    sources = options.source_versions(session, known, plan.cohort["sources"])
    counts = _counts(session, plan)
    found = [
        _section(session, options.part(session, known, target, sources, _of(wished, target)), wished, counts)
    ]
    for version in options.called_targets(session, known, target, plan.deployment_id).values():
        older = options.older(session, known, version)
        if older:
            part = options.part(session, known, version, older, _of(wished, version))
            found.append(_section(session, part, wished, counts, called=True))
    return found


def _of(wished: Options, version: Version) -> Mapping[str, str]:
    return wished.mapping.get(version.id, {})


def _section(
    session: Session, part: Part, wished: Options, counts: Mapping[str, int], *, called: bool = False
) -> Section:
    rows = [
        Row(
            pair,
            counts.get(pair.old.id, 0),
            [each for each in part.choices if each.shape == pair.old.shape],
        )
        for pair in part.pairs
    ]
    info = definitions().model(session, part.target).processes[part.process_id]
    modes = wished.timers.get(part.process_id, {})
    timers = [
        TimerRow(pair.new, pair.old.timer, pair.new.timer, modes.get(pair.new.id, KEEP))
        for pair in part.pairs
        if pair.new is not None and pair.timer
    ]
    timers += [TimerRow(place, None, place.timer, modes.get(place.id, NOW)) for place in part.added]
    return Section(
        part,
        pick(info.name, info.properties.get("luzhi:name_en")),
        called,
        part.process_id in wished.called,
        sorted(rows, key=lambda row: (-bool(row.pair.fault and row.count), -row.asks, -row.count)),
        timers,
    )


def _counts(session: Session, plan: MigrationPlan) -> Mapping[str, int]:
    """Cases of this migration by the element where they wait now."""
    ids = set(session.scalars(select(MigrationItem.instance_id).where(MigrationItem.plan_id == plan.id)))
    found = cohort.places(session, plan.process_id)
    return Counter(element for id, elements in found.items() if id in ids for element in elements)


def rules(session: Session, plan: MigrationPlan) -> list[Rule]:
    """The decisions and forms of the process that are other ones in the target deployment."""
    known = definitions()
    info = known.model(session, known.by_key(session, plan.target_id)).processes[plan.process_id]
    former = session.scalars(
        select(Instance.deployment_id)
        .distinct()
        .join(MigrationItem, MigrationItem.instance_id == Instance.id)
        .where(MigrationItem.plan_id == plan.id)
    ).all()
    wanted = [(DECISION, id) for id in sorted(info.decisions)] + [(FORM, id) for id in sorted(info.forms)]
    found = []
    for kind, id in wanted:
        try:
            new = known.find(kind, id, binding="deployment", as_of=plan.deployment_id).version
            old = {known.find(kind, id, binding="deployment", as_of=each).version for each in former}
        except NotDeployed:
            continue
        if old - {new}:
            found.append(Rule(kind, id, sorted(old - {new}), new))
    return found


def counted(session: Session, plan: MigrationPlan) -> Mapping[str, int]:
    """Instances by verdict, and by what came of them."""
    found: Counter[str] = Counter()
    rows = select(MigrationItem.verdict, MigrationItem.state, func.count()).where(
        MigrationItem.plan_id == plan.id
    )
    for verdict, state, count in session.execute(rows.group_by(MigrationItem.verdict, MigrationItem.state)):
        found[verdict] += count
        found[state] += count
        found["all"] += count
        if state == m.PLANNED and verdict in (m.CAN, m.RISK):
            found[f"left_{verdict}"] += count
    return found


def cases(
    session: Session, plan: MigrationPlan, show: str, names: Mapping[str, str]
) -> tuple[list[Case], Page]:
    """One page of the instances, those with this verdict or outcome."""
    query = select(MigrationItem, Instance).join(Instance, Instance.id == MigrationItem.instance_id)
    query = query.where(MigrationItem.plan_id == plan.id)
    if show in (m.UNKNOWN, m.CAN, m.RISK, m.CANNOT):
        query = query.where(MigrationItem.verdict == show)
    elif show:
        query = query.where(MigrationItem.state == show)
    page = page_of(session, query)
    rows = session.execute(query.order_by(MigrationItem.number).limit(page.size).offset(page.offset)).all()
    where = cohort.places(session, plan.process_id)
    found = [
        Case(
            item,
            instance,
            sorted({names[element] for element in where.get(instance.id, ()) if element in names}),
            findings.read([*item.outcome, *item.findings]),
        )
        for item, instance in rows
    ]
    return found, page


BESIDE = ("boundaryEvent", "startEvent")
"""What waits beside a step for what may come: a case does not stand there."""


def element_names(found: Sequence[Section]) -> dict[str, str]:
    """The names of the elements of all versions at which a case can stand, by id."""
    return {
        place.id: name(place)
        for section in found
        for place in [*(pair.old for pair in section.part.pairs), *section.part.choices]
        if place.type not in BESIDE
    }


def name(place: Place) -> str:
    """An element's name in the language of the page."""
    return (place.name_en if language() == "en" else "") or place.name or place.id
