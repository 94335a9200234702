"""What is not FEEL is refused with line, column and reason, in both languages."""

from __future__ import annotations

import pytest

from engine.errors import Refusal
from engine.feel import FeelSyntaxError, parse, parse_unary_tests


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("1 +", 1, 4),
        ("1 +\n  * 2", 2, 3),
        ("if a then b", 1, 12),
        ("[1, 2", 1, 6),
        ('"abc', 1, 1),
        ("a ＝ b", 1, 3),
        ("f(a: 1, 2)", 1, 10),
        ("{a: 1, a: 2}", 1, 8),
        ("1 2", 1, 3),
        ("@2024", 1, 2),
        ("x instance of", 1, 14),
        ("for x return x", 1, 15),
    ],
)
def test_the_place_of_the_error_is_named(text: str, line: int, column: int) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_the_refusal_speaks_chinese_and_english() -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        parse("(1 + 2")
    refusal = caught.value
    assert isinstance(refusal, Refusal)
    assert refusal.message("zh") == "表达式第 1 行第 7 列有错误：此处应为“)”，而不是表达式结尾"
    assert (
        refusal.message("en")
        == "The expression has an error at line 1, column 7: expected “)” but found the end"
    )


@pytest.mark.parametrize("text", ["", ",", "not(", "> ", "1,"])
def test_broken_unary_tests_are_refused_too(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        parse_unary_tests(text)


@pytest.mark.parametrize(
    "text", ["__import__('os')", "a.__class__.__mro__", "().__class__", "lambda: 1", "open('a')"]
)
def test_python_is_not_feel(text: str) -> None:
    try:
        expression = parse(text)
    except FeelSyntaxError:
        return
    from tests.unit.feel.support import feel

    assert feel(expression.text, {"a": object()}) is None
