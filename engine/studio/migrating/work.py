"""What the worker does of a migration: tries an instance, moves it to the new rules, or brings it back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from engine.commands import moving
from engine.commands.moving import Former
from engine.commands.retrying import command
from engine.commands.work import Work, open_work
from engine.errors import Refusal
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store import migrating as m
from engine.store.instances import ACTIVE
from engine.store.migrating import MigrationItem, MigrationPlan
from engine.studio.migrating import findings as f
from engine.studio.migrating.findings import Finding, finding
from engine.studio.migrating.plans import STEPS
from engine.studio.migrating.trying import Tried, attempt


class _GivenUp(Exception):
    """The dry run's transaction is to leave nothing."""

    def __init__(self, tried: Tried, revision: int) -> None:
        self.tried, self.revision = tried, revision
        super().__init__()


class _Changed(Exception):
    """What applying came to is not what the dry run had shown."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__()


def perform(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """The next step of a migration (`engine.commands.stepping`)."""
    STEPS.perform(rt, payload, {m.CHECKING: _check, m.APPLYING: _apply, m.UNDOING: _undo}, _broken)


def _broken(rt: Runtime, plan: MigrationPlan, number: int, error: Exception) -> None:
    _note(rt, plan, number, [finding("broken", message=type(error).__name__)])


# -------------------------------------------------------------------- dry run


@command
def _check(rt: Runtime, plan: MigrationPlan, number: int) -> None:
    """Try one instance in a transaction that is given up, and note what it came to."""
    instance = _instance(rt, plan, number)
    try:
        with rt.transaction() as tx:
            work = open_work(rt, tx, _actor(plan.planned_by), instance, "instance.migrate")
            revision = work.row.revision
            raise _GivenUp(attempt(work, plan, {"plan": plan.id}), revision)
    except _GivenUp as given_up:
        tried, revision = given_up.tried, given_up.revision
    with rt.transaction() as tx:
        item = tx.session.get_one(MigrationItem, (plan.id, number), with_for_update=True)
        item.verdict, item.revision = f.verdict(tried.findings), revision
        item.findings, item.at = [each.as_json() for each in tried.findings], tx.now


# -------------------------------------------------------------------- apply


@command
def _apply(rt: Runtime, plan: MigrationPlan, number: int) -> None:
    """Move one instance; its item says so in the same transaction."""
    try:
        _move(rt, plan, number)
    except _Changed as changed:
        _note(rt, plan, number, [finding("moved_on"), *changed.findings])


def _move(rt: Runtime, plan: MigrationPlan, number: int) -> None:
    with _opened(rt, plan, number, plan.applied_by, m.PLANNED) as (tx, work, item):
        if item is None:
            return
        fired = work.row.ended_at is None and work.row.status == ACTIVE and bool(work.fire_due())
        if fired:  # deadlines stand, whatever comes of the migration
            work.save_timers()
            _skip(tx, item, [finding("moved_on"), finding("due_now")])
            return
        tried = attempt(work, plan, {"plan": plan.id, "reason": plan.reason})
        known = f.read(item.findings)
        worse = f.signature(tried.findings) - f.signature(known)
        if tried.former is None or f.verdict(tried.findings) == m.CANNOT or worse:
            raise _Changed(tried.findings)
        item.former = asdict(tried.former)
        item.state, item.at, item.moved_revision = m.MOVED, tx.now, work.row.revision
        item.findings = [each.as_json() for each in tried.findings]


# -------------------------------------------------------------------- undo


@command
def _undo(rt: Runtime, plan: MigrationPlan, number: int) -> None:
    """Bring one instance back to what it was, unless it has moved on."""
    try:
        _return(rt, plan, number)
    except Refusal as refusal:
        found = finding("refused", zh=refusal.told("zh"), en=refusal.told("en"))
        _note(rt, plan, number, [found])


def _return(rt: Runtime, plan: MigrationPlan, number: int) -> None:
    with _opened(rt, plan, number, plan.undone_by, m.MOVED) as (tx, work, item):
        if item is None:
            return
        if work.row.revision != item.moved_revision or work.row.ended_at is not None:
            _remain(tx, item, [finding("gone_on")])
        elif work.row.status != ACTIVE:
            _remain(tx, item, [finding("suspended")])
        elif work.fire_due():
            work.save_timers()
            _remain(tx, item, [finding("gone_on")])
        else:
            moving.go_back(work, Former(**item.former), {"undo": plan.id})
            item.state, item.at = m.RETURNED, tx.now


# -------------------------------------------------------------------- items


def _instance(rt: Runtime, plan: MigrationPlan, number: int) -> int:
    with rt.reading() as session:
        return session.get_one(MigrationItem, (plan.id, number)).instance_id


@contextmanager
def _opened(
    rt: Runtime, plan: MigrationPlan, number: int, asked: str | None, state: str
) -> Iterator[tuple[Transaction, Work, MigrationItem | None]]:
    """One instance and its item, locked; no item when nothing is to be done with it in this state."""
    instance = _instance(rt, plan, number)
    with rt.transaction() as tx:
        work = open_work(rt, tx, _actor(asked or plan.planned_by), instance, "instance.migrate")
        yield tx, work, STEPS.wanted(tx, plan, number, state)


def _actor(login: str) -> Actor:
    """Who asked for it: the rule was asked when they did."""
    return Actor(login, login)


def _skip(tx: Transaction, item: MigrationItem, why: list[Finding]) -> None:
    item.state, item.at, item.outcome = m.SKIPPED, tx.now, [each.as_json() for each in why]


def _remain(tx: Transaction, item: MigrationItem, why: list[Finding]) -> None:
    item.state, item.at, item.outcome = m.REMAINS, tx.now, [each.as_json() for each in why]


@command
def _note(rt: Runtime, plan: MigrationPlan, number: int, why: list[Finding]) -> None:
    """Why one was not done."""
    with rt.transaction() as tx:
        item = tx.session.get_one(MigrationItem, (plan.id, number), with_for_update=True)
        if plan.state == m.CHECKING:
            item.verdict, item.findings = f.verdict(why), [each.as_json() for each in why]
        elif plan.state == m.APPLYING and item.state == m.PLANNED:
            _skip(tx, item, why)
        elif plan.state == m.UNDOING and item.state == m.MOVED:
            _remain(tx, item, why)
