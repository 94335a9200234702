"""Host data that nobody will change is read once, and again after it was let go."""

from engine import feel
from engine.clock import VirtualClock
from tests.support.runtimes import MORNING

CLOCK = VirtualClock(MORNING)


def test_what_was_released_is_read_again_and_means_the_same() -> None:
    found = feel.prepared([{"a": 1}, {"a": 2}], clock=CLOCK)
    assert feel.is_prepared(found)
    feel.release(found)
    feel.release(found)
    assert not feel.is_prepared(found)
    assert feel.evaluate("xs[item.a = 2][1].a", {"xs": found}, clock=CLOCK) == 2
