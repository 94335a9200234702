"""Random walks: a case that is stored and loaded after every step goes the same way as one that is not."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn import JobWait, MessageWait, SignalWait, TimerWait, UserTaskWait
from tests.process.test_event_subprocess import STOP, around
from tests.process.test_gateways import either, forked
from tests.process.test_state import every_wait, looping
from tests.process.test_subprocess import erring
from tests.process.world import Run, World

DIAGRAMS = [every_wait(), looping(), either(), forked("inclusive"), forked(), around(False, *STOP), erring()]
FIRST = {"k": "1", "n": 1, "编号": "1", "时限": "P1D"}


def act(r: Run, choice: int, value: int) -> None:
    """Do one of the things that are possible now."""
    waits = sorted(r.case.waits().values(), key=lambda w: int(w.key))
    if not waits:
        return
    wait = waits[choice % len(waits)]
    if isinstance(wait, UserTaskWait | JobWait):
        if value == 7:
            r.case.throw_error(wait.key, "E1")
        else:
            r.case.complete(wait.key, {"n": value, "y": value, "leave": value % 2 == 0})
    elif isinstance(wait, MessageWait):
        r.case.correlate(wait.key, {"m": value})
    elif isinstance(wait, SignalWait):
        r.case.signal(wait.key)
    elif isinstance(wait, TimerWait):
        r.world.clock.set(max(wait.due, r.world.clock.now()))
        r.case.fire(wait.key)
    r.step()


def trace(r: Run) -> list[Any]:
    return [(e.element_instance, e.element_id, e.event, e.at, e.scope, e.detail) for e in r.events]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    which=st.integers(0, len(DIAGRAMS) - 1),
    steps=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 7)), max_size=14),
)
def test_a_random_walk_is_the_same_with_and_without_storing(which: int, steps: list[tuple[int, int]]) -> None:
    runs = [Run(World(), reload, DIAGRAMS[which], FIRST) for reload in (False, True)]
    for choice, value in steps:
        for r in runs:
            act(r, choice, value)
        plain, reloaded = runs
        assert plain.case.dump() == reloaded.case.dump()
        assert plain.case.waits() == reloaded.case.waits()
        assert plain.case.incidents == reloaded.case.incidents
        assert trace(plain) == trace(reloaded)
        active = {e[0] for e in trace(plain) if e[2] == "activated"}
        ended = [e[0] for e in trace(plain) if e[2] in ("completed", "terminated")]
        assert len(ended) == len(set(ended))
        assert set(ended) <= active
