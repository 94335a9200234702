"""Refusals are told in the words of people: days and instants as they are written here."""

from datetime import date

from engine.errors import Refusal


class TooLate(Refusal):
    """For these tests."""

    zh = "{no}：{deadline}已过，应在{day}之前。"
    en = "{no}: {deadline} has passed; it was to come before {day}."


def test_days_and_instants_are_told_in_words() -> None:
    refusal = TooLate(no="2024-370102-0001", deadline="2024-06-17 24:00", day=date(2024, 6, 5))
    assert refusal.message("zh") == "2024-370102-0001：2024年6月17日 24:00已过，应在2024年6月5日之前。"
    assert refusal.message("en") == (
        "2024-370102-0001: 17 June 2024 24:00 has passed; it was to come before 5 June 2024."
    )


def test_what_only_looks_like_a_day_stays_as_it_is() -> None:
    refusal = TooLate(no="鲁工信装〔2024〕1号", deadline="2024-13-01", day="2024-06-05起")
    assert "2024-13-01" in refusal.message()
    assert "2024-06-05起" in refusal.message()
