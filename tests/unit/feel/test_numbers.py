"""Numbers are decimals of 34 digits, rounded half to even."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.feel.values import YearsMonthsDuration
from tests.unit.feel.support import feel


def test_tenths_add_up_exactly() -> None:
    assert feel("0.1 + 0.2 = 0.3") is True


def test_a_quotient_has_34_digits() -> None:
    assert feel("1 / 3") == Decimal("0." + "3" * 34)
    assert feel("2 / 3") == Decimal("0." + "6" * 33 + "7")


def test_the_34th_digit_is_rounded_half_to_even() -> None:
    assert feel("1" + "0" * 33 + ".5") == Decimal(10**33)
    assert feel("1" + "0" * 32 + "1.5") == Decimal(10**33 + 2)


def test_division_by_zero_is_null() -> None:
    assert feel("1 / 0") is None


@pytest.mark.parametrize("text", ["10 ** 7000", "10 ** 1000000000", "exp(10 ** 20)", "0 ** -1"])
def test_what_cannot_be_represented_is_null(text: str) -> None:
    assert feel(text) is None


def test_zero_to_the_power_of_zero_is_one() -> None:
    assert feel("0 ** 0") == 1


def test_negation_binds_more_tightly_than_a_power() -> None:
    assert feel("-5 ** 2") == 25


def test_multiplication_comes_before_addition_and_powers_before_both() -> None:
    assert feel("2 + 3 * 2 ** 2") == 14


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decimal(2.5, 0)", "2"),
        ("decimal(1.005, 2)", "1"),
        ("round half up(2.5, 0)", "3"),
        ("round half down(2.5, 0)", "2"),
        ("round up(-1.1, 0)", "-2"),
        ("round down(-1.9, 0)", "-1"),
        ("floor(-1.5)", "-2"),
        ("ceiling(1.21, 1)", "1.3"),
        ("decimal(1234, -2)", "1200"),
        ("modulo(-12, 5)", "3"),
        ("modulo(12, -5)", "-3"),
        ("abs(-3.5)", "3.5"),
        ("sqrt(16)", "4"),
    ],
)
def test_rounding_and_its_relatives_follow_the_table(text: str, expected: str) -> None:
    assert feel(text) == Decimal(expected)


def test_the_absolute_value_of_a_duration_has_no_sign() -> None:
    assert feel('abs(duration("-P1Y"))') == YearsMonthsDuration(12)


def test_a_wrong_type_gives_null_not_an_error() -> None:
    assert feel('"1" + 1') is None
    assert feel("true * 2") is None
    assert feel('sqrt("4")') is None


def test_text_becomes_a_number_with_the_separators_that_are_named() -> None:
    assert feel('number("1 234,5", " ", ",")') == Decimal("1234.5")
    assert feel('number("1234.5")') == Decimal("1234.5")
    assert feel('number("abc")') is None
    assert feel('number("1,000", ",", ",")') is None


def test_a_number_is_written_without_trailing_zeros_or_exponent() -> None:
    assert feel("string(1.50)") == "1.5"
    assert feel("string(1e10)") == "10000000000"
    assert feel("string(0.00)") == "0"


def test_statistics_follow_their_definitions() -> None:
    assert feel("mean(1, 2, 6)") == 3
    assert feel("median([8, 2, 5, 7])") == 6
    assert feel("mode([6, 3, 9, 6, 3])") == [3, 6]
    assert feel("sum([])") is None
    assert feel("product(2, 3, 4)") == 24
    assert feel("stddev([1, 3])") == Decimal("1.414213562373095048801688724209698")
