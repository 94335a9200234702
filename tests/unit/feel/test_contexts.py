"""Contexts: entries that see those before them, paths, and functions."""

from __future__ import annotations

import pytest

from tests.unit.feel.support import feel, warnings_of


def test_an_entry_sees_the_entries_before_it() -> None:
    assert feel("{a: 1 + 2, b: a + 3}") == {"a": 3, "b": 6}


def test_keys_may_be_strings_words_or_contain_operators() -> None:
    assert feel('{"年 龄": 1, first name: "a", x+y: 2}') == {"年 龄": 1, "first name": "a", "x+y": 2}


def test_a_name_with_an_operator_is_found_once_it_is_in_scope() -> None:
    assert feel("{x+y: 2, z: x+y}.z") == 2
    assert feel("{x: 1, y: 1, x+y: 5, z: x + y}.z") == 2


def test_a_path_that_leads_nowhere_is_null_with_a_warning() -> None:
    assert feel("{a: 1}.b") is None
    assert [warning.code for warning in warnings_of("{a: 1}.b")] == ["NO_ENTRY"]
    assert feel("null.b.c") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('get value({a: 1}, "a")', 1),
        ('get value({a: {b: 2}}, ["a", "b"])', 2),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
        ("context merge([{a: 1, b: 1}, {b: 2}])", {"a": 1, "b": 2}),
        ("get or else(null, 5)", 5),
        ("is defined(nothing)", False),
        ("assert(5, 5 > 3)", 5),
        ("assert(5, 5 < 3)", None),
    ],
)
def test_context_functions(text: str, expected: object) -> None:
    assert feel(text) == expected


def test_a_function_never_changes_its_argument() -> None:
    given = {"a": {"b": 1}}
    feel('context put(given, ["a", "b"], 2)', {"given": given})
    assert given == {"a": {"b": 1}}
