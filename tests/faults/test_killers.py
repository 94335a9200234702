"""Work that kills whoever does it is counted before it is done, and becomes an incident instead of killing for ever.

Others that were in the same hands are done, and are not counted with it.
"""

import multiprocessing
import os
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine import commands
from engine.clock import VirtualClock
from engine.runtime import Runtime
from engine.store.definitions import StartSubscription
from engine.store.instances import COMPLETED, Incident, Instance
from engine.store.work import Job, Timer
from engine.verbs import Parameter, VerbContext
from engine.worker import drain
from tests.support.diagrams import chain, diagram, end, one_step, service, start, timer
from tests.support.people import SYSADMIN
from tests.support.runtimes import MORNING, deploy, open_runtime, rows
from tests.support.runtimes import start as begin

LIMIT, LEASE = 3, 60
JOB, SLEEPER = one_step("test.work"), one_step("test.step", after="PT1M")
DAILY = diagram(
    "p",
    start("begin", timer("Cycle", "R/P1D"))
    + service("work", "test.step")
    + end()
    + chain("begin", "work", "end"),
)


class Died(BaseException):
    """Leaves a worker as a kill does: nothing catches it, and its transaction is gone."""


def equipped(url: str, clock: VirtualClock, kill: bool = True, real: bool = False) -> Runtime:
    """A worker on that database; `kill`: number 0 kills it. `real`: by ending its process."""
    rt = open_runtime(url, clock, lease_seconds=LEASE, lost_limit=LIMIT)
    inputs = (Parameter("no", "number", "号", "no", required=False),)

    def work(context: VerbContext, no: int = 0) -> None:
        if kill and no == 0:
            if real:
                os._exit(137)
            raise Died

    rt.verbs.register("test.work", zh="办", en="work", pure=False, inputs=inputs)(work)
    rt.verbs.register("test.step", zh="步", en="step", inputs=inputs)(work)
    return rt


def deaths(rt: Runtime, clock: VirtualClock, rounds: int = 12) -> int:
    """How many workers die while one after the other is begun, each when the leases of the last have ended."""
    died = 0
    for _ in range(rounds):
        try:
            drain(rt)
        except Died:
            died += 1
        clock.advance(timedelta(seconds=LEASE))
    return died


@pytest.fixture
def deadly(database: str, clock: VirtualClock) -> Runtime:
    """A worker that number 0 kills."""
    return equipped(database, clock)


def incidents(rt: Runtime) -> list[Incident]:
    return rows(rt, select(Incident).where(Incident.resolved_at.is_(None)))


def done(rt: Runtime) -> int:
    return len(rows(rt, select(Instance).where(Instance.status == COMPLETED)))


def test_a_job_that_kills_its_worker_is_given_to_nobody_any_more(
    deadly: Runtime, clock: VirtualClock
) -> None:
    deploy(deadly, p=JOB)
    instance = begin(deadly, "p", {"no": 0})
    for no in range(1, 6):
        begin(deadly, "p", {"no": no})
    assert deaths(deadly, clock) == LIMIT
    [incident] = incidents(deadly)
    assert (incident.instance_id, incident.element_id) == (instance, "work")
    assert f"{LIMIT} workers took it" in incident.message
    assert done(deadly) == 5, "those that were in the same hands are done"
    assert rows(deadly, select(Job)) == []


def test_an_administrator_lets_it_be_tried_again(deadly: Runtime, database: str, clock: VirtualClock) -> None:
    deploy(deadly, p=JOB)
    begin(deadly, "p", {"no": 0})
    deaths(deadly, clock)
    [incident] = incidents(deadly)
    mended = equipped(database, clock, kill=False)
    commands.retry(mended, SYSADMIN, incident.id, "已修复")
    drain(mended)
    assert (done(mended), incidents(mended)) == (1, [])


def test_a_timer_whose_step_kills_its_worker(deadly: Runtime, clock: VirtualClock) -> None:
    deploy(deadly, p=SLEEPER)
    instance = begin(deadly, "p", {"no": 0})
    for no in range(1, 6):
        begin(deadly, "p", {"no": no})
    clock.advance(timedelta(minutes=1))
    assert deaths(deadly, clock) == LIMIT
    [incident] = incidents(deadly)
    assert (incident.instance_id, incident.type) == (instance, "TIMER_NOT_FIRED")
    assert done(deadly) == 5
    [timer_row] = rows(deadly, select(Timer))
    assert (timer_row.wake, timer_row.lost) == (None, 0)


def test_a_start_that_kills_its_worker(deadly: Runtime, clock: VirtualClock) -> None:
    deploy(deadly, p=DAILY)
    clock.advance(timedelta(days=1))
    assert deaths(deadly, clock) == 5
    [incident] = incidents(deadly)
    assert (incident.type, incident.instance_id) == ("START_NOT_MADE", None)
    assert rows(deadly, select(StartSubscription.due))[0] <= clock.now(), "it stays due: nothing is lost"


def test_a_worker_that_dies_once_costs_nothing(deadly: Runtime, database: str, clock: VirtualClock) -> None:
    deploy(deadly, p=JOB)
    for no in range(4):
        begin(deadly, "p", {"no": no})
    assert deaths(deadly, clock, rounds=1) == 1
    clock.advance(timedelta(seconds=LEASE))
    drain(equipped(database, clock, kill=False))
    assert (done(deadly), incidents(deadly)) == (4, [])


def test_processes_that_really_die(database: str, clock: VirtualClock) -> None:
    rt = equipped(database, clock)
    deploy(rt, p=JOB)
    begin(rt, "p", {"no": 0})
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.test_killers"])
    codes = []
    for number in range(LIMIT + 1):
        at = MORNING + timedelta(seconds=LEASE * number)
        child = context.Process(target=live, args=(database, at.isoformat()))
        child.start()
        child.join(60)
        codes.append(child.exitcode)
        child.close()
    assert codes == [137] * LIMIT + [0]
    assert len(incidents(rt)) == 1


def live(url: str, now: str) -> None:
    """One worker process, until nothing is due or it is killed."""
    drain(equipped(url, VirtualClock(datetime.fromisoformat(now)), real=True))
    os._exit(0)
