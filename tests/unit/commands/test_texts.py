"""How instants are written and durations read."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.commands.refusals import BadDuration
from engine.commands.texts import duration, instant


def test_midnight_is_24_oclock_of_the_day_before() -> None:
    assert instant(datetime(2024, 6, 30, 16, 0, tzinfo=UTC)) == "2024-06-30 24:00"
    assert instant(datetime(2024, 6, 30, 1, 5, tzinfo=UTC)) == "2024-06-30 09:05"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT0S", timedelta()),
        ("P1D", timedelta(days=1)),
        ("P2W", timedelta(weeks=2)),
        ("P1DT2H30M", timedelta(days=1, hours=2, minutes=30)),
        ("PT1.5S", timedelta(seconds=1.5)),
    ],
)
def test_durations(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize("text", ["", "P", "PT", "1 hour", "P1Y", "-P1D", "PT1H;"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(BadDuration):
        duration(text)
