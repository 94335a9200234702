"""Names with spaces, operators, keywords, Chinese; and which of them an expression takes from outside."""

from __future__ import annotations

import pytest

from engine.feel import FeelSyntaxError, parse, parse_unary_tests
from tests.unit.feel.support import feel


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("年龄 + 1", {"年龄": 4}, 5),
        ("申请 单位", {"申请 单位": "甲"}, "甲"),
        ("Full Name", {"Full Name": "Ann"}, "Ann"),
        ("Full   Name", {"Full Name": "Ann"}, "Ann"),
        ("profit/loss", {"profit/loss": 7}, 7),
        ("profit / loss", {"profit/loss": 7, "profit": 6, "loss": 3}, 2),
        ("a-b", {"a-b": 7, "a": 5, "b": 1}, 7),
        ("a - b", {"a-b": 7, "a": 5, "b": 1}, 4),
        ("price and tax", {"price and tax": 3}, 3),
        ("x.first name", {"x": {"first name": "A"}}, "A"),
        ("process instance key", {"process instance key": 3}, 3),
        ("reason for change", {"reason for change": "r"}, "r"),
        ("step 2 result", {"step 2 result": 1}, 1),
        ("金额（万元） * 2", {"金额（万元）": 3}, 6),
        ("x.in", {"x": {"in": 1}}, 1),
        ("🐎 + 1", {"🐎": 1}, 2),
    ],
)
def test_names(text: str, context: dict[str, object], expected: object) -> None:
    assert feel(text, context) == expected


def test_spaces_of_every_kind_separate() -> None:
    assert feel("a\u00a0=\u3000b", {"a": 1, "b": 1}) is True


def test_a_variable_that_is_missing_is_null() -> None:
    assert feel("nowhere") is None


@pytest.mark.parametrize(
    ("text", "certain", "possible"),
    [
        ("a + b.c", {"a", "b"}, {"a", "b"}),
        ("count(xs[age > limit])", {"xs"}, {"xs", "age", "limit"}),
        ("for x in xs, y in x return x + y + z", {"xs", "z"}, {"xs", "z"}),
        ("{a: 1, b: a + c}", {"c"}, {"c"}),
        ("function(x) x + y", {"y"}, {"y"}),
        ("some x in xs satisfies x > n", {"xs", "n"}, {"xs", "n"}),
        ("today() + duration", set(), set()),
        ("申请 单位 = 甲", {"申请 单位", "甲"}, {"申请 单位", "甲"}),
        ("for i in 1..n return partial", {"n"}, {"n"}),
    ],
)
def test_an_expression_knows_its_free_variables(text: str, certain: set[str], possible: set[str]) -> None:
    expression = parse(text)
    assert expression.free_variables == certain
    assert expression.possible_variables == possible


def test_the_input_of_unary_tests_is_no_free_variable() -> None:
    assert parse_unary_tests("> limit, ? = other").free_variables == {"limit", "other"}


def test_a_text_is_read_once_for_the_same_names() -> None:
    assert parse("a + 1") is parse("a + 1", names=["plain"])
    assert parse("a-b") is not parse("a-b", names=["a-b"])


@pytest.mark.parametrize("text", ["1 + in x", "if + 1", "and", "x.", "then"])
def test_a_keyword_is_no_name(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        parse(text)
