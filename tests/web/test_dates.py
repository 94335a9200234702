"""Dates as people here write them."""

from datetime import date, datetime

import pytest
from flask import Flask

from engine.clock import BUSINESS_ZONE
from webapp import dates


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=BUSINESS_ZONE)  # type: ignore[misc,arg-type]


NOW = at(2024, 6, 3, 9)


def test_days_and_instants(app: Flask) -> None:
    with app.test_request_context():
        assert dates.day(date(2027, 3, 1)) == "2027年3月1日"
        assert dates.instant(at(2027, 3, 1, 17)) == "2027年3月1日 17:00"
        assert dates.deadline(at(2027, 3, 1)) == "2027年2月28日 24:00"
        assert dates.deadline(None) == "—"


def test_a_sentence_of_a_table_gets_dates_that_people_write(app: Flask) -> None:
    with app.test_request_context():
        assert (
            dates.spelled("成立于 2000-09-27，编号 2024-3710-02-01")
            == "成立于 2000年9月27日，编号 2024-3710-02-01"
        )


def test_in_english(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "luzhi_language=en"}):
        assert dates.instant(at(2027, 3, 1, 17)) == "1 March 2027 17:00"


@pytest.mark.parametrize(
    ("due", "text", "level"),
    [
        (at(2024, 6, 7), "3 天后", "soon"),
        (at(2024, 6, 5), "明天到期", "soon"),
        (at(2024, 6, 4), "今天到期", "today"),
        (at(2024, 6, 3, 17), "今天到期", "today"),
        (at(2024, 6, 3, 8), "今天已超期", "overdue"),
        (at(2024, 6, 2), "已超期 2 天", "overdue"),
        (at(2024, 6, 30), "26 天后", "later"),
    ],
)
def test_how_far_a_deadline_is(app: Flask, due: datetime, text: str, level: str) -> None:
    with app.test_request_context():
        assert dates.relative(due, NOW) == text
        assert dates.urgency(due, NOW) == level
