"""What a process owner does about a migration: plan it, change it, try it, apply it, stop it, take it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, insert, select, update
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands.refusals import NoReason
from engine.commands.retrying import command
from engine.commands.stepping import Stepped
from engine.policy import Actor
from engine.runtime import MIGRATIONS, Runtime, Transaction
from engine.store import migrating as m
from engine.store.definitions import PROCESS
from engine.store.instances import Instance
from engine.store.migrating import MigrationItem, MigrationPlan
from engine.studio.migrating import cohort as cohorts
from engine.studio.migrating import options
from engine.studio.migrating.cohort import MOST, Cohort, Running
from engine.studio.migrating.options import MODES, Options
from engine.studio.migrating.places import diagram
from engine.studio.migrating.refusals import (
    NobodyChosen,
    NothingToMove,
    NotTried,
    PlanMoved,
    TooManyChosen,
    UnknownChoice,
)

ACTION = "migration.run"
STATES = {
    m.DRAFT: ("拟定中", "being planned"),
    m.CHECKING: ("试运行中", "dry run under way"),
    m.CHECKED: ("已试运行", "dry run done"),
    m.APPLYING: ("迁移中", "being applied"),
    m.STOPPED: ("已停止", "stopped"),
    m.APPLIED: ("已迁移", "applied"),
    m.UNDOING: ("撤回中", "being undone"),
    m.UNDONE: ("已撤回", "undone"),
}


def _todo(plan: MigrationPlan) -> Select[int]:
    of_plan = select(MigrationItem.number).where(MigrationItem.plan_id == plan.id)
    if plan.state == m.CHECKING:
        return of_plan.where(MigrationItem.verdict == m.UNKNOWN)
    if plan.state == m.UNDOING:
        return of_plan.where(MigrationItem.state == m.MOVED)
    wanted = (m.CAN, m.RISK) if plan.with_risks else (m.CAN,)
    return of_plan.where(MigrationItem.state == m.PLANNED, MigrationItem.verdict.in_(wanted))


def _moved(plan: MigrationPlan) -> PlanMoved:
    zh, en = STATES[plan.state]
    by = plan.undone_by or plan.applied_by or plan.planned_by
    return PlanMoved(by=by, state_zh=zh, state_en=en)


def _ended(plan: MigrationPlan, now: datetime) -> None:
    plan.ended_at = now
    if plan.state == m.CHECKED:
        plan.checked_at = now


STEPS = Stepped(
    name="migration",
    subject="plan",
    effect=MIGRATIONS,
    work=MigrationPlan,
    row=MigrationItem,
    what=("这次迁移", "This migration"),
    after=m.AT_WORK,
    todo=_todo,
    moved=_moved,
    ended=_ended,
)


@command
def begin(
    rt: Runtime, actor: Actor, process_id: str, version: int | None, chosen: Cohort, reason: str
) -> int:
    """Plan a migration of the running instances that were chosen; its number. Nothing moves yet.

    The same version as theirs takes them to the decisions and forms of the newest deployment only. Raises
    NotAllowed, NoReason, NotDeployed, NobodyChosen, TooManyChosen.
    """
    policy.require(actor, ACTION)
    with rt.transaction() as tx:
        newest = rt.definitions.refresh(tx.session)
        target = rt.definitions.version(PROCESS, process_id, version)
        found = cohorts.chosen(cohorts.running(tx.session, process_id), chosen)
        sources = options.source_versions(
            tx.session, rt.definitions, sorted({each.definition_id for each in found})
        )
        wished = proposed(rt, tx.session, target, sources, newest)
        return _plan(tx, actor, found, target.key, newest, chosen, reason, wished)


def proposed(rt: Runtime, session: Session, target: Any, sources: Any, deployment: int) -> Options:
    """What is proposed: mappings of all processes concerned, called ones go along, timers stay, forms are renewed."""
    called = options.called_targets(session, rt.definitions, target, deployment)
    mapping = {target.id: options.proposal(session, rt.definitions, target, sources)}
    for process, version in called.items():
        older = options.older(session, rt.definitions, version)
        mapping[process] = options.proposal(session, rt.definitions, version, older)
    return Options(mapping, {}, tuple(sorted(called)), forms=True)


def _plan(
    tx: Transaction,
    actor: Actor,
    found: Sequence[Running],
    target: int,
    deployment: int,
    chosen: Cohort,
    reason: str,
    wished: Options,
    inverse_of: int | None = None,
) -> int:
    if not reason.strip():
        raise NoReason()
    if not found:
        raise NobodyChosen()
    if len(found) > MOST:
        raise TooManyChosen(count=len(found), most=MOST)
    plan = MigrationPlan(
        process_id=_process(tx.session, found[0].id),
        target_id=target,
        deployment_id=deployment,
        cohort={**chosen.as_json(), "sources": sorted({each.definition_id for each in found})},
        reason=reason.strip(),
        options=wished.as_json(),
        planned_by=actor.login,
        planned_at=tx.now,
        inverse_of=inverse_of,
    )
    tx.session.add(plan)
    tx.session.flush()
    rows = [
        {"plan_id": plan.id, "number": n, "instance_id": each.id, "findings": [], "outcome": []}
        for n, each in enumerate(found, 1)
    ]
    tx.session.execute(insert(cast("Table", MigrationItem.__table__)), rows)
    _record(tx, actor, plan, "migration.plan", {"instances": len(rows), "reason": plan.reason})
    return plan.id


def _process(session: Session, instance: int) -> str:
    return session.scalars(select(Instance.process_id).where(Instance.id == instance)).one()


@command
def change(rt: Runtime, actor: Actor, plan_id: int, wished: Options, step: int) -> None:
    """Map otherwise, or count timers otherwise; the dry run before does not count any more.

    Raises NotAllowed, NotFound, PlanMoved, UnknownChoice.
    """
    policy.require(actor, ACTION)
    with rt.transaction() as tx:
        plan = STEPS.at(tx, plan_id, step, m.DRAFT, m.CHECKED)
        _known(rt, tx.session, plan, wished)
        plan.options, plan.state, plan.checked_at = wished.as_json(), m.DRAFT, None
        plan.step += 1
        _forget(tx.session, plan)
        _record(tx, actor, plan, "migration.change", {"options": plan.options})


@command
def check(rt: Runtime, actor: Actor, plan_id: int, step: int) -> None:
    """Let a worker try every instance; nothing of it is kept. Raises NotAllowed, NotFound, PlanMoved."""
    policy.require(actor, ACTION)
    with rt.transaction() as tx:
        plan = STEPS.at(tx, plan_id, step, m.DRAFT, m.CHECKED)
        _forget(tx.session, plan)
        _go(tx, actor, plan, m.CHECKING, "migration.check")


@command
def apply(rt: Runtime, actor: Actor, plan_id: int, step: int, *, with_risks: bool = False) -> None:
    """Let a worker move what the dry run found to be movable; also one that was stopped.

    Raises NotAllowed, NotFound, PlanMoved, NotTried, NothingToMove.
    """
    policy.require(actor, ACTION)
    with rt.transaction() as tx:
        plan = STEPS.at(tx, plan_id, step, m.DRAFT, m.CHECKED, m.STOPPED)
        if plan.state == m.DRAFT:
            raise NotTried()
        if plan.state == m.CHECKED:
            plan.with_risks, plan.applied_by, plan.applied_at = with_risks, actor.login, tx.now
        if not STEPS.left(tx.session, plan):
            raise NothingToMove()
        _go(tx, actor, plan, m.APPLYING, "migration.apply")


@command
def stop(rt: Runtime, actor: Actor, plan_id: int) -> None:
    """Stop between two instances; what has been moved stays moved. Raises NotAllowed, NotFound, PlanMoved."""
    policy.require(actor, ACTION)
    with rt.transaction() as tx:
        plan = STEPS.locked(tx, plan_id)
        if plan.state not in m.AT_WORK:
            raise _moved(plan)
        former = plan.state
        plan.state = {m.CHECKING: m.DRAFT, m.APPLYING: m.STOPPED, m.UNDOING: m.STOPPED}[former]
        plan.step += 1
        _record(tx, actor, plan, "migration.stop", {"while": former})


@command
def undo(rt: Runtime, actor: Actor, plan_id: int, step: int) -> None:
    """Let a worker bring back what has not moved on since. Raises NotAllowed, NotFound, PlanMoved."""
    policy.require(actor, ACTION)
    with rt.transaction() as tx:
        plan = STEPS.at(tx, plan_id, step, m.APPLIED, m.STOPPED, m.UNDONE)
        tx.session.execute(
            update(MigrationItem)
            .where(MigrationItem.plan_id == plan.id, MigrationItem.state == m.REMAINS)
            .values(state=m.MOVED, outcome=[])
        )
        plan.undone_by = actor.login
        _go(tx, actor, plan, m.UNDOING, "migration.undo")


@command
def invert(rt: Runtime, actor: Actor, plan_id: int, reason: str) -> int:
    """Plan the way back, with the inverse mapping, for what was moved and cannot be brought back; its number.

    Raises NotAllowed, NotFound, NoReason, NobodyChosen.
    """
    policy.require(actor, ACTION)
    with rt.transaction() as tx:
        plan = STEPS.locked(tx, plan_id)
        remaining = _moved_items(tx.session, plan)
        found = [each for each in cohorts.running(tx.session, plan.process_id) if each.id in remaining]
        if not found:
            raise NobodyChosen()
        version, deployment = remaining[found[0].id]
        same = [each for each in found if remaining[each.id] == (version, deployment)]
        wished = options.read(plan.options)
        mapping = {
            process: {new: old for old, new in each.items() if new}
            for process, each in wished.mapping.items()
        }
        back = Options(mapping, {}, wished.called if _older(plan, deployment) else (), wished.forms)
        chosen = Cohort(keys=tuple(each.business_key for each in same))
        return _plan(tx, actor, same, version, deployment, chosen, reason, back, plan.id)


def _older(plan: MigrationPlan, deployment: int) -> bool:
    return deployment < plan.deployment_id


def _moved_items(session: Session, plan: MigrationPlan) -> dict[int, tuple[int, int]]:
    """What was moved and is not back, with the version and deployment that it had before."""
    rows = session.execute(
        select(MigrationItem.instance_id, MigrationItem.former).where(
            MigrationItem.plan_id == plan.id, MigrationItem.state.in_((m.MOVED, m.REMAINS))
        )
    )
    return {row.instance_id: (row.former["version"], row.former["deployment"]) for row in rows}


def _go(tx: Transaction, actor: Actor, plan: MigrationPlan, state: str, action: str) -> None:
    plan.state, plan.ended_at = state, None
    STEPS.next_step(tx, plan)
    _record(tx, actor, plan, action, {"risks": plan.with_risks})


def _forget(session: Session, plan: MigrationPlan) -> None:
    values: Mapping[str, Any] = {"verdict": m.UNKNOWN, "findings": [], "outcome": [], "revision": None}
    session.execute(update(MigrationItem).where(MigrationItem.plan_id == plan.id).values(**values))


def _known(rt: Runtime, session: Session, plan: MigrationPlan, wished: Options) -> None:
    """Every counterpart is an element of the new version, every mode one of three. Raises UnknownChoice."""
    target = rt.definitions.by_key(session, plan.target_id)
    called = options.called_targets(session, rt.definitions, target, plan.deployment_id)
    targets = {target.id: target, **called}
    for process, mapping in wished.mapping.items():
        if process not in targets:
            raise UnknownChoice(what=process)
        there = diagram(rt.definitions.model(session, targets[process]), process).places
        for new in mapping.values():
            if new and new not in there:
                raise UnknownChoice(what=new)
    modes = [mode for each in wished.timers.values() for mode in each.values()]
    wrong = [mode for mode in modes if mode not in MODES] + [p for p in wished.called if p not in called]
    if wrong:
        raise UnknownChoice(what=wrong[0])


def _record(
    tx: Transaction, actor: Actor, plan: MigrationPlan, action: str, detail: Mapping[str, Any]
) -> None:
    tx.session.flush()
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action=action,
        object_type="migration_plan",
        object_key=plan.id,
        detail={"process": plan.process_id, "target": plan.target_id, **detail},
    )
