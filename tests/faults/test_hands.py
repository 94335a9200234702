"""The hands of a rehearsal: tasks that other processes complete are done once, and refusals come back by name."""

from engine.clock import VirtualClock
from engine.programme.rehearsal.hands import Refused, hands
from engine.runtime import Runtime
from tests.support.diagrams import straight
from tests.support.people import CITY
from tests.support.runtimes import deploy, open_tasks, start


def test_tasks_are_completed_side_by_side_and_refusals_come_back(
    any_rt: Runtime, clock: VirtualClock
) -> None:
    deploy(any_rt, two=straight("two", 2))
    start(any_rt, "two")
    start(any_rt, "two")
    first, second = (task.id for task in open_tasks(any_rt))
    with hands(any_rt.settings, 2, clock.now()) as two:
        assert two is not None
        handed = [two.complete(clock.now(), CITY, key, {}) for key in (first, second, first)]
        told = [done() for done in handed]
    assert [task.element_id for task in open_tasks(any_rt)] == ["t2", "t2"]
    assert {type(found) for found in told} == {type(None), Refused}
    [refused] = [found for found in told if found is not None]
    assert refused.code == "TaskCompleted"
    assert told[1] is None


def test_one_pair_of_hands_needs_no_process(any_rt: Runtime, clock: VirtualClock) -> None:
    with hands(any_rt.settings, 1, clock.now()) as one:
        assert one is None
