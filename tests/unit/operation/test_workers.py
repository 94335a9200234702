"""Workers report themselves: who ends in an orderly way says so, who was killed or hangs is noticed."""

from datetime import timedelta
from threading import Event

import pytest

from engine import worker
from engine.clock import VirtualClock
from engine.operation import workers
from engine.operation.workers import GONE, KEPT, STUCK, Heartbeat
from engine.runtime import Runtime
from webapp.worker_port import Door


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


def test_a_worker_that_is_told_to_stop_takes_no_more(
    rt: Runtime, clock: VirtualClock, heart: Heartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it has taken is finished; a backlog that never ends does not keep it."""
    stopping = Event()

    def look(_: Runtime) -> int:
        if heart.done == 5:
            stopping.set()
        return 1

    monkeypatch.setattr(worker, "tick", look)
    worker._tick_safely(rt, heart, stopping)
    assert heart.done == 6


def test_what_fails_beside_the_work_stops_nothing(
    rt: Runtime, clock: VirtualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: Runtime) -> None:
        raise OSError("no room")

    worker._safely("cleaning", broken, rt)
    assert {"reminders", "cleaning", "watching", "retention"} <= worker.BESIDES.keys()
    written = capsys.readouterr()
    assert "no room" in written.out + written.err


def test_it_answers_orchestrators_and_monitors_only(
    rt: Runtime, clock: VirtualClock, heart: Heartbeat
) -> None:
    said: list[str] = []

    def ask(path: str, **more: str) -> bytes:
        environ = {"PATH_INFO": path, "REMOTE_ADDR": "10.0.0.7", **more}
        return b"".join(Door(rt, heart, "a-token")(environ, lambda status, _: said.append(status[:3])))

    assert ask("/health/live") == b'{"live": "ok"}'
    assert b"luzhi_workers" in ask("/metrics", HTTP_AUTHORIZATION="Bearer a-token")
    assert ask("/metrics", HTTP_AUTHORIZATION="Bearer other") == ask("/metrics") == ask("/") == b""
    clock.advance(STUCK)
    assert ask("/health/live") == b'{"live": "stuck"}'
    assert said == ["200", "200", "404", "404", "404", "503"]
    assert b"".join(
        Door(rt, heart, None)({"PATH_INFO": "/metrics", "REMOTE_ADDR": "127.0.0.1"}, lambda *_: None)
    )
