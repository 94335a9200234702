"""One instance on its new rules, by the code that really moves it, and what that came to.

The dry run does it in a transaction that is given up; applying does it for good. Both ask the same questions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine import bpmn
from engine.bpmn.errors import CannotMigrate, ExpressionDoesNotFit, Fault
from engine.commands.moving import Former, former, move
from engine.commands.work import Work
from engine.definitions import Version
from engine.errors import Refusal
from engine.store.instances import ACTIVE
from engine.store.migrating import MigrationPlan
from engine.store.tasks import CREATED, UserTask
from engine.studio.migrating import options
from engine.studio.migrating.differences import Differences, Look
from engine.studio.migrating.findings import Finding, finding
from engine.studio.migrating.places import diagram


@dataclass(frozen=True, slots=True)
class Tried:
    """What an attempt found, and what the instance was before. `fired`: deadlines acted first."""

    findings: list[Finding]
    former: Former | None = None
    fired: bool = False


def attempt(work: Work, plan: MigrationPlan, detail: Mapping[str, Any]) -> Tried:
    """Let deadlines act, then move the instance; its transaction decides whether anything is kept."""
    session, definitions = work.tx.session, work.rt.definitions
    if work.row.ended_at is not None:
        return Tried([finding("ended", at=work.row.ended_at.isoformat())])
    if work.row.status != ACTIVE:
        return Tried([finding("suspended")])
    source = definitions.by_key(session, work.row.definition_id)
    if source.key not in plan.cohort["sources"]:
        return Tried([finding("elsewhere", version=source.version)])
    fired = bool(work.fire_due())
    if work.case.status != "active":
        return Tried([finding("ended", at=work.tx.now.isoformat())], fired=True)
    before, was = _look(work), former(work)
    try:
        move(work, options.move(session, definitions, plan, source), detail)
    except Refusal as refusal:
        gone = isinstance(refusal, CannotMigrate) and not isinstance(refusal, ExpressionDoesNotFit)
        told = _without_values(refusal)
        said = {"zh": told.told("zh"), "en": told.told("en")}
        why = _gone(work, source, str(refusal.facts["element"])) if gone else finding("refused", **said)
        return Tried([why], was, fired)
    known = Differences(work, plan, source, {**bpmn.processes(was.state), **bpmn.processes(work.row.state)})
    found = [*_first(fired, before, known), *known.compare(before, _look(work))]
    return Tried(found, was, fired)


def _without_values(refusal: Refusal) -> Refusal:
    """The refusal with the type of the fault behind it alone, whose message quotes values of the case."""
    fault = refusal.__cause__
    return ExpressionDoesNotFit(element=fault.type) if isinstance(fault, Fault) else refusal


def _gone(work: Work, source: Version, element: str) -> Finding:
    """That it waits at an element without counterpart, by its name."""
    session, definitions = work.tx.session, work.rt.definitions
    called = options.called_targets(session, definitions, source, work.row.deployment_id).values()
    names = {
        id: place
        for version in (*called, source)
        for id, place in diagram(definitions.model(session, version), version.id).places.items()
    }
    place = names.get(element)
    name = (place.name if place else "") or element
    return finding("gone", element, name=name, name_en=(place.name_en if place else "") or name)


def _look(work: Work) -> Look:
    tasks = select(UserTask).where(UserTask.instance_id == work.row.id, UserTask.state == CREATED)
    rows = work.tx.session.scalars(tasks.execution_options(populate_existing=True)).all()
    forms = {row.wait_key: row for row in rows}
    for row in rows:
        work.tx.session.expunge(row)  # as it is now, to be compared with what becomes of it
    return Look(dict(work.case.waits()), dict(work.case.incidents), forms)


def _first(fired: bool, before: Look, known: Differences) -> Iterator[Finding]:
    if fired:
        yield finding("due_now")
    for incident in before.incidents.values():
        yield known.named("incident", incident)
