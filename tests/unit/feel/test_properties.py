"""Properties that hold for any text and any numbers."""

from __future__ import annotations

import decimal
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import (
    Budget,
    FeelBudgetExceeded,
    FeelSyntaxError,
    parse,
    parse_unary_tests,
    to_json,
    to_text,
)
from engine.feel.builtins import BUILTINS
from tests.unit.feel.support import feel, under

_WORDS = """
+ - * / ** ( ) [ ] { } , : . .. = != < <= > >= and or in between instance of if then else for return some every
satisfies function external true false null date time a b 年 "x" @"P1D" @ 1 2.5 ? partial item " \\ // /* */
list<number> -> ＝
"""
_ATOMS = """
1|0|-1|2.5|1e300|"a"|""|true|false|null|a|xs|ctx|?|[1..3]|[]|[1,2,3]|{}|{k:1}|[{k:1},{k:2}]|[null]|xs[1]
@"2024-02-29"|@"9999-12-31"|@"-999999999-01-01"|@"2024-02-29T10:00:00@Asia/Shanghai"|@"10:00:00@Europe/Paris"
@"9999-12-31T23:59:59@America/New_York"|@"10:00:00"|@"P1D"|@"P999999999D"|@"-P1Y"|@"P99999999999Y"
(< 5)|function(x) x|function(x, y) x < y|9999999999 ** 600
"""
_OPERATORS = ["+", "-", "*", "/", "**", "<", ">=", "=", "!=", "and", "or", "in"]


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(_OPERATORS), inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(st.sampled_from(sorted(BUILTINS)), st.lists(inner, max_size=4)).map(
            lambda call: f"{call[0]}({', '.join(call[1])})"
        ),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]})[{parts[1]}]"),
        st.tuples(inner, st.sampled_from(["year", "k", "start", "time offset", "days"])).map(
            lambda parts: f"({parts[0]}).{parts[1]}"
        ),
        st.tuples(inner, inner).map(lambda parts: f"(for q in {parts[0]} return {parts[1]})"),
        st.tuples(inner, inner).map(lambda parts: f"(some q in {parts[0]} satisfies {parts[1]})"),
        st.tuples(inner, inner, inner).map(lambda parts: "(if {} then {} else {})".format(*parts)),
        inner.map(lambda part: f"-{part}"),
    )


_atoms = st.sampled_from(_ATOMS.strip().replace("\n", "|").split("|"))
expressions = st.recursive(_atoms, _larger, max_leaves=6)
words = st.lists(st.sampled_from(_WORDS.split()), max_size=12).map(" ".join)


@given(st.one_of(st.text(max_size=60), words))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (parse, parse_unary_tests):
        with suppress(FeelSyntaxError, FeelBudgetExceeded):
            read(text)


@settings(max_examples=300, deadline=None)
@given(expressions)
def test_any_expression_has_a_value_or_is_stopped(text: str) -> None:
    context = {"a": 1, "xs": [1, 2.5, "a", None], "ctx": {"k": [1]}, "?": 3}
    try:
        value = under(Budget(steps=5_000), text, context)
    except FeelBudgetExceeded:
        return
    to_json(value)
    to_text(value)


_numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6)


@given(_numbers, _numbers)
def test_sums_differences_and_products_are_exact(a: Decimal, b: Decimal) -> None:
    context = {"a": a, "b": b}
    with decimal.localcontext(prec=100):
        assert feel("a + b", context) == a + b
        assert feel("a - b", context) == a - b
        assert feel("a * b", context) == +(a * b) or abs(a * b) >= 10**22  # beyond 34 digits it is rounded


@given(_numbers)
def test_the_text_of_a_number_reads_back(value: Decimal) -> None:
    assert feel("number(string(n))", {"n": value}) == value


@given(st.dates(), st.timedeltas(timedelta(days=-4000), timedelta(days=4000)))
def test_adding_and_taking_away_a_duration_of_whole_days_comes_back(day: date, length: timedelta) -> None:
    whole = timedelta(days=length.days)
    assert feel("d + p - p = d", {"d": day, "p": whole}) is True


@given(st.dates(), st.dates())
def test_the_order_of_dates_is_that_of_the_calendar(first: date, second: date) -> None:
    assert feel("a < b", {"a": first, "b": second}) is (first < second)


@given(st.text(max_size=30), st.text(max_size=5))
def test_what_stands_before_and_after_a_match_makes_up_the_text(text: str, match: str) -> None:
    context = {"t": text, "m": match}
    if match and match in text:
        assert feel("substring before(t, m) + m + substring after(t, m) = t", context) is True
