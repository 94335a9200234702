"""Workers report themselves: who ends in an orderly way says so, who was killed or hangs is noticed."""

from datetime import timedelta

import pytest

from engine import worker
from engine.clock import VirtualClock
from engine.operation import workers
from engine.operation.workers import GONE, KEPT, STUCK, Heartbeat
from engine.runtime import Runtime


@pytest.fixture
def heart(rt: Runtime, clock: VirtualClock) -> Heartbeat:
    found = Heartbeat(rt, clock)
    found.begin()
    return found


def seen(rt: Runtime, clock: VirtualClock) -> list[workers.Seen]:
    with rt.reading() as session:
        return workers.seen(session, clock)


def test_a_worker_that_works_is_alive(rt: Runtime, clock: VirtualClock, heart: Heartbeat) -> None:
    worker._tick_safely(rt, heart)
    heart.did(3)
    clock.advance(timedelta(seconds=30))
    heart.beat()
    [found] = seen(rt, clock)
    assert (found.alive, found.done, found.seen_at) == (True, 3, clock.now())


def test_one_that_was_killed_is_missed_after_a_minute(
    rt: Runtime, clock: VirtualClock, heart: Heartbeat
) -> None:
    clock.advance(GONE)
    with rt.reading() as session:
        assert workers.alive(session, clock) == 0


def test_one_that_hangs_in_a_job_is_missed_though_it_reports(
    rt: Runtime, clock: VirtualClock, heart: Heartbeat
) -> None:
    clock.advance(STUCK)
    heart.beat()
    assert [found.alive for found in seen(rt, clock)] == [False]


def test_an_orderly_end_is_told_and_forgotten_after_a_week(
    rt: Runtime, clock: VirtualClock, heart: Heartbeat
) -> None:
    heart.end()
    assert [(found.alive, found.stopped_at) for found in seen(rt, clock)] == [(False, clock.now())]
    clock.advance(KEPT + timedelta(seconds=1))
    another = Heartbeat(rt, clock)
    another.begin()
    another.beat()
    assert [found.id for found in seen(rt, clock)] == [another.id]


def test_a_tick_that_fails_is_no_sign_of_life(
    rt: Runtime, clock: VirtualClock, heart: Heartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Runtime) -> int:
        raise OSError("the database is away")

    monkeypatch.setattr(worker, "tick", away)
    worker._tick_safely(rt, heart)
    assert heart.worked_at is None
