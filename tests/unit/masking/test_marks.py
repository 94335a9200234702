"""Masks: enough to recognise, too little to use."""

from collections.abc import Callable

import pytest

from engine.masking import (
    masked_email,
    masked_id,
    masked_login,
    masked_name,
    masked_phone,
    masked_uscc,
    masked_value,
)


@pytest.mark.parametrize(
    ("masked", "whole", "shown"),
    [
        (masked_name, "王小明", "王**"),
        (masked_name, "李娜", "李*"),
        (masked_name, "Alexander Wei", "A***"),
        (masked_name, "王", "王*"),
        (masked_login, "wang.wei", "wa***i"),
        (masked_login, "li.na", "l***"),
        (masked_phone, "13812345678", "138****5678"),
        (masked_phone, "0531-86061234", "0531-****1234"),
        (masked_phone, "12345", "****45"),
        (masked_email, "wang.wei@example.org", "w***@example.org"),
        (masked_email, "no-address", "no***s"),
        (masked_id, "370102199003074578", "370*************78"),
        (masked_uscc, "91370100MA3C000001", "9137**********0001"),
    ],
)
def test_each_kind_keeps_a_little(masked: Callable[[str | None], str], whole: str, shown: str) -> None:
    assert masked(whole) == shown
    assert masked(None) == masked("") == ""


def test_personal_numbers_are_found_in_texts_however_deep_they_stand() -> None:
    value = {"a": ["电话13812345678，邮箱 li@example.org", 7, None, True], "b": {"c": "0531-86061234"}}
    assert masked_value(value) == {
        "a": ["电话138****5678，邮箱 l***@example.org", 7, None, True],
        "b": {"c": "0531-****1234"},
    }


def test_a_card_has_a_day_in_it_and_a_code_of_an_enterprise_has_none() -> None:
    assert masked_value("370102199003074578") == "370*************78"
    assert masked_value("91370100MA3C000001") == "91370100MA3C000001"
    assert masked_value("913701001234567890") == "913701001234567890"
    assert masked_value("2024-370100-0001-13812345678901") == "2024-370100-0001-13812345678901"
