"""Processes that are asked to end (SIGTERM) finish what they hold: a new release is rolled out while people work."""

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import commands
from engine.clock import VirtualClock
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.instances import COMPLETED, Incident, Instance
from engine.store.private_postgres import Server
from engine.store.work import Job, Timer
from engine.verbs import VerbContext
from tests.faults.chaos.clients import Browser
from tests.faults.chaos.house import PATIENCE, Office, opened
from tests.faults.chaos.judge import verdict
from tests.support.diagrams import one_step
from tests.support.runtimes import deploy, rows
from tests.support.runtimes import start as begin

CUT = ("ConnectionRefusedError", "ConnectionResetError", "RemoteDisconnected")
"""What a client sees of a machine that takes no more calls; nothing of such a call may have happened."""


@pytest.fixture
def server(postgres_server: Server) -> Server:
    """The session's server: nobody restarts it here."""
    return postgres_server


@pytest.fixture
def busy(server: Server, tmp_path: Path) -> Iterator[Office]:
    """An office in which people work."""
    with opened(server, tmp_path, seed=1, people=4) as found:
        assert found.history.wait(5, PATIENCE), found.logs()
        yield found


@pytest.fixture
def quiet(server: Server, tmp_path: Path) -> Iterator[Office]:
    """An office in which nobody works but the test."""
    with opened(server, tmp_path, seed=1, people=0) as found:
        yield found


@pytest.mark.postgres
def test_every_machine_is_restarted_in_turn_and_nobody_loses_an_answer(busy: Office) -> None:
    for machine in busy.machines:
        assert machine.terminate() == 0, busy.logs()
        assert busy.history.wait(5, PATIENCE), busy.logs()
    busy.close()
    calls = busy.history.calls
    assert not [call for call in calls if call.answer == "unknown" and call.told not in CUT]
    told = [replace(call, answer="refused") if call.answer == "unknown" else call for call in calls]
    assert verdict(busy.runtime, told, busy.outside) == []


@pytest.mark.postgres
def test_a_request_that_has_begun_is_finished_and_answered(quiet: Office) -> None:
    answers: list[int] = []
    call = threading.Thread(target=lambda: answers.append(_click(quiet)))
    call.start()
    _until((quiet.folder / "web-has-begun").exists)
    ending = quiet.machines[0].ask_to_end()
    (quiet.folder / "web-may-go-on").touch()
    call.join(PATIENCE)
    assert answers == [204]
    assert ending.wait(60) == 0
    (quiet.folder / "worker-may-go-on").touch()
    _until(lambda: rows(quiet.runtime, select(Instance.status)) == [COMPLETED])


@pytest.mark.postgres
def test_a_job_that_has_begun_is_finished(quiet: Office) -> None:
    (quiet.folder / "web-may-go-on").touch()
    assert _click(quiet) == 204
    _until((quiet.folder / "worker-has-begun").exists)
    endings = [machine.ask_to_end() for machine in quiet.machines[2:]]
    (quiet.folder / "worker-may-go-on").touch()
    assert [process.wait(60) for process in endings] == [0, 0]
    _until(lambda: rows(quiet.runtime, select(Instance.status)) == [COMPLETED])
    assert rows(quiet.runtime, select(Job)) == rows(quiet.runtime, select(Incident)) == []


def _click(office: Office) -> int:
    """Begin the slow matter and complete its task at the first web machine; the status of the answer."""
    task = commands.start(office.runtime, SYSTEM, "slow", {}).tasks[0]
    browser = Browser(office.ports[:1], "chaos-0", random.Random(1))
    _until(browser.enter)
    return browser.call(f"/v2/user-tasks/{task}/completion", {})[0]


def _until(there: Callable[[], object]) -> None:
    """Wait for a condition; at most as long as anything here may take."""
    for _ in range(int(PATIENCE / 0.05)):
        if there():
            return
        threading.Event().wait(0.05)
    raise AssertionError(f"{there} never came")


# ------------------------------------------------------------- what was claimed and not begun


def _stops_at_the_second(rt: Runtime) -> None:
    """The worker is asked to end while it does its second piece of work."""
    done: list[int] = []

    def work(context: VerbContext) -> None:
        done.append(context.instance_key)
        if len(done) == 2:
            rt.stopping.set()

    rt.verbs.register("test.work", zh="办", en="work", pure=False)(work)
    rt.verbs.register("test.step", zh="步", en="step")(work)


def test_jobs_that_were_only_claimed_are_given_back(rt: Runtime, clock: VirtualClock) -> None:
    _stops_at_the_second(rt)
    deploy(rt, p=one_step("test.work"))
    for _ in range(5):
        begin(rt, "p")
    assert commands.run_jobs(rt) == 2
    waiting = rows(rt, select(Job))
    assert [(job.wake, job.lease, job.lost) for job in waiting] == [(clock.now(), None, 0)] * 3
    rt.stopping.clear()
    assert commands.run_jobs(rt) == 3


def test_timers_that_were_only_claimed_are_given_back(rt: Runtime, clock: VirtualClock) -> None:
    _stops_at_the_second(rt)
    deploy(rt, p=one_step("test.step", after="PT1M"))
    for _ in range(5):
        begin(rt, "p")
    clock.advance(timedelta(minutes=1))
    assert commands.fire_due_timers(rt) == 2
    assert [(t.wake, t.lost) for t in rows(rt, select(Timer))] == [(clock.now(), 0)] * 3
    rt.stopping.clear()
    assert commands.fire_due_timers(rt) == 3
