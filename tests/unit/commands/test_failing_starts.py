"""A start that was due and could not be made: tried again, then an incident that belongs to no instance."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import commands
from engine.clock import VirtualClock
from engine.commands.scheduled import ATTEMPTS
from engine.runtime import Runtime, Transaction
from engine.store.definitions import StartSubscription
from engine.store.instances import Incident, Instance
from engine.store.trail import Audit
from engine.worker import drain
from tests.support.diagrams import chain, diagram, end, start, timer
from tests.support.people import SYSADMIN
from tests.support.runtimes import deploy, rows


class Breakage:
    """While it is there nothing can be started."""

    def __init__(self, rt: Runtime) -> None:
        self.there = True
        rt.before_commit.append(self)

    def __call__(self, rt: Runtime, tx: Transaction) -> None:
        """Raise in every transaction that has begun an instance."""
        if self.there and any(isinstance(row, Instance) for row in tx.session):
            raise RuntimeError("nothing can be started")


def daily(name: str = "daily", last: str = "end") -> bytes:
    """A process that begins every day."""
    body = start("begin", timer("Cycle", "R/P1D")) + end(last) + chain("begin", last)
    return diagram(name, body)


@pytest.fixture
def broken(rt: Runtime, clock: VirtualClock) -> Breakage:
    """A start that was due a day later and failed until nobody tried any more."""
    deploy(rt, daily=daily())
    found = Breakage(rt)
    clock.advance(timedelta(days=1))
    for _ in range(ATTEMPTS + 2):
        drain(rt)
        clock.advance(timedelta(hours=1))
    return found


def incidents(rt: Runtime) -> list[Incident]:
    return rows(rt, select(Incident).where(Incident.resolved_at.is_(None)))


def test_it_becomes_an_incident_without_an_instance(rt: Runtime, broken: Breakage) -> None:
    [incident] = incidents(rt)
    assert (incident.type, incident.element_id, incident.instance_id) == ("START_NOT_MADE", "begin", None)
    assert incident.message == "daily: RuntimeError: nothing can be started"
    assert rows(rt, select(Instance)) == []


def test_while_attempts_are_left_there_is_none(rt: Runtime, clock: VirtualClock) -> None:
    deploy(rt, daily=daily())
    breakage = Breakage(rt)
    clock.advance(timedelta(days=1))
    drain(rt)
    assert incidents(rt) == []
    breakage.there = False
    clock.advance(timedelta(hours=1))
    drain(rt)
    assert len(rows(rt, select(Instance))) == 1
    [left] = rows(rt, select(StartSubscription))
    assert (left.attempts, left.held_until) == (0, None)


def test_it_is_not_tried_for_ever(rt: Runtime, clock: VirtualClock, broken: Breakage) -> None:
    broken.there = False
    clock.advance(timedelta(hours=5))
    drain(rt)
    assert rows(rt, select(Instance)) == []
    assert len(incidents(rt)) == 1


def test_an_administrator_lets_it_start(rt: Runtime, broken: Breakage) -> None:
    [incident] = incidents(rt)
    broken.there = False
    commands.retry(rt, SYSADMIN, incident.id, "已修复")
    drain(rt)
    assert len(rows(rt, select(Instance))) == 1
    assert incidents(rt) == []
    link = rows(rt, select(Audit).where(Audit.action == "incident.retry"))
    assert [row.actor for row in link] == [SYSADMIN.login]


def test_what_fails_again_is_an_incident_again(rt: Runtime, clock: VirtualClock, broken: Breakage) -> None:
    [incident] = incidents(rt)
    commands.retry(rt, SYSADMIN, incident.id, "再试")
    for _ in range(ATTEMPTS + 2):
        drain(rt)
        clock.advance(timedelta(hours=1))
    [again] = incidents(rt)
    assert again.id != incident.id


def test_a_newer_version_of_the_process_ends_it(rt: Runtime, broken: Breakage) -> None:
    deploy(rt, daily=daily(last="over"))
    assert incidents(rt) == []


def test_one_that_fails_holds_up_no_other(rt: Runtime, clock: VirtualClock) -> None:
    body = start(
        "begin", timer("Cycle", '=if now() &lt; @"2024-06-04T00:00:00+08:00" then "R/P1D" else null')
    )
    deploy(rt, bad=diagram("bad", body + end() + chain("begin", "end")), daily=daily())
    for _ in range(ATTEMPTS + 2):
        clock.advance(timedelta(days=1))
        drain(rt)
    assert {row.process_id for row in rows(rt, select(Instance))} == {"daily"}
    assert [incident.message.split(":")[0] for incident in incidents(rt)] == ["bad"]
