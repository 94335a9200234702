"""What asks for too much is stopped. Limits are counted; one generous clock guards them all."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from engine.feel import Budget, FeelBudgetExceeded, FeelSyntaxError, parse
from tests.unit.feel.support import feel, under

GENEROUS_SECONDS = 5.0
MEGABYTE = 1024 * 1024

HOSTILE = {
    "a billion turns": "for i in 1..10**9 return i",
    "a billion turns without a result": "some i in 1..10**9 satisfies i < 0",
    "nested loops": "for a in 1..1000, b in 1..1000, c in 1..1000 return a",
    "recursion": "{f: function(n) f(n + 1), r: f(0)}.r",
    "branching recursion": "{f: function(n) [f(n), f(n)], r: f(0)}.r",
    "a string that doubles": '{f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f("12345678", 50)}.r',
    "a list that doubles": "{f: function(s, n) if n = 0 then s else f(concatenate(s, s), n - 1), r: f([1], 50)}.r",
    "a shared list that unfolds": "{f: function(s, n) if n = 0 then s else f([s, s], n - 1), r: f([1], 45)}.r",
    "the text of a shared list": "{f: function(s, n) if n = 0 then s else f([s, s], n - 1), r: string(f([1], 45))}.r",
    "shared lists compared": "{f: function(s, n) if n = 0 then s else f([s, s], n - 1), r: f([1], 45) = f([1], 45)}.r",
    "a long joined string": 'string join(for i in 1..10**6 return "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")',
    "partial results of results": "for i in 1..50000 return partial",
    "quadratic distinct values": "distinct values(for i in 1..50000 return {a: i})",
    "a slow sort": "sort(for i in 1..100000 return i, function(x, y) x < y)",
    "every day of ten thousand years": 'count(for d in @"0001-01-01"..@"9999-12-31" return d)',
    "a catastrophic pattern": 'matches(long, "(a*)*(a*)*\\1\\2b")',
    "many replacements": 'replace(long, "a", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")',
    "deep parentheses": "(" * 5000 + "1" + ")" * 5000,
    "deep lists": "[" * 5000 + "]" * 5000,
    "many minus signs": "-" * 9000 + "1",
    "a long chain": "1" + "+1" * 9000,
    "deep functions": "function() " * 900 + "1",
    "deep conditions": "if true then " * 900,
    "a long text": "1 + " * 6000 + "1",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_asks_for_too_much_is_stopped_in_time_and_in_little_memory(text: str) -> None:
    context = {"long": "a" * 300_000}
    started = time.thread_time()
    with pytest.raises(FeelBudgetExceeded):
        feel(text, context)
    assert time.thread_time() - started < GENEROUS_SECONDS


@pytest.mark.parametrize(
    "name", ["a billion turns", "a string that doubles", "partial results of results", "deep lists"]
)
def test_memory_stays_under_64_megabytes(name: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(FeelBudgetExceeded):
            feel(HOSTILE[name])
        assert tracemalloc.get_traced_memory()[1] < 64 * MEGABYTE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text", ["10 ** 1000000000", "1.0000001 ** 999999999999", "exp(10**20)", "(2**0.5)**(10**30)"]
)
def test_a_huge_power_is_null_at_once(text: str) -> None:
    assert under(Budget(steps=100), text) is None


def test_every_iteration_is_a_step() -> None:
    assert under(Budget(steps=100), "count(for i in 1..50 return i)") == 50
    with pytest.raises(FeelBudgetExceeded) as caught:
        under(Budget(steps=100), "count(for i in 1..150 return i)")
    assert caught.value.facts["limit"] == "steps"


def test_bytes_are_counted() -> None:
    with pytest.raises(FeelBudgetExceeded) as caught:
        under(Budget(bytes=1000), "for i in 1..50 return i")
    assert caught.value.facts["limit"] == "bytes"


def test_seconds_are_processor_time() -> None:
    with pytest.raises(FeelBudgetExceeded) as caught:
        under(Budget(steps=10**9, bytes=10**12, seconds=0.01), "some i in 1..10**9 satisfies i < 0")
    assert caught.value.facts["limit"] == "seconds"


def test_a_stopped_expression_says_so_in_both_languages() -> None:
    with pytest.raises(FeelBudgetExceeded) as caught:
        feel("for i in 1..10**9 return i")
    assert "计算步数" in caught.value.message("zh")
    assert "steps" in caught.value.message("en")


def test_a_budget_is_fresh_for_every_evaluation() -> None:
    expression = "count(for i in 1..60 return i)"
    assert [under(Budget(steps=100), expression) for _ in range(3)] == [60, 60, 60]


def test_deep_nesting_within_reason_is_read() -> None:
    assert feel("(" * 40 + "1" + ")" * 40) == 1
    assert feel("1" + " + 1" * 200) == 201


def test_names_and_contexts_of_any_number_are_read_in_linear_time() -> None:
    started = time.thread_time()
    parse("{" + ", ".join(f"a {index}: 1" for index in range(1500)) + "}")
    with pytest.raises(FeelSyntaxError):
        parse("a " * 9000 + ")")
    assert time.thread_time() - started < GENEROUS_SECONDS


def test_deep_data_of_the_host_is_stopped_too() -> None:
    deep: list[object] = []
    for _ in range(500):
        deep = [deep]
    with pytest.raises(FeelBudgetExceeded):
        feel("deep", {"deep": deep})
