"""Whether one may apply now, and if not, why: from the newest cycle and the end of the measure."""

from datetime import datetime, timedelta

import pytest

from engine.clock import BUSINESS_ZONE
from engine.programme.cycles.models import CLOSED, FROZEN, OPEN, TERMINATED, Cycle
from engine.programme.windows import judge

DEADLINE = datetime(2024, 6, 26, tzinfo=BUSINESS_ZONE)
EXPIRES = datetime(2026, 1, 1, tzinfo=BUSINESS_ZONE)
MOMENT = timedelta(microseconds=1)


def cycle(status: str = OPEN) -> Cycle:
    return Cycle(year=2024, status=status, enterprise_deadline=DEADLINE)


def test_the_window_is_open_until_the_very_deadline() -> None:
    found = judge(cycle(), EXPIRES, DEADLINE - MOMENT)
    assert (found.open, found.year, found.until) == (True, 2024, DEADLINE)
    assert not judge(cycle(), EXPIRES, DEADLINE).open


@pytest.mark.parametrize("status", [FROZEN, TERMINATED, CLOSED])
def test_no_cycle_but_an_open_one_takes_anything_in(status: str) -> None:
    found = judge(cycle(status), EXPIRES, DEADLINE - timedelta(days=3))
    assert not found.open
    assert found.reason[0]
    assert found.reason[1]


def test_after_the_measure_nothing_is_taken_in_whatever_the_cycle_says() -> None:
    late = Cycle(year=2025, status=OPEN, enterprise_deadline=EXPIRES + timedelta(days=30))
    assert judge(late, EXPIRES, EXPIRES - MOMENT).open
    found = judge(late, EXPIRES, EXPIRES)
    assert not found.open
    assert "第十五条" in found.reason[0]


def test_without_a_cycle_one_waits_for_its_notice() -> None:
    found = judge(None, EXPIRES, DEADLINE)
    assert not found.open
    assert "第七条" in found.reason[0]
