"""Authors' regular expressions: what runs, what is refused, and that nothing runs away."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import patterns
from tests.support.effort import cpu

FOLD = 10


@cache
def worst() -> float:
    """Processor time of two unbounded repetitions from every position: most of what `MAX_PATHS` lets through.

    In a group, which costs some ten times as much as without, and not the same share in every version of Python.
    """
    return cpu(lambda: patterns.matches(r"(.*.*)?x", "a" * patterns.MAX_INPUT))


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\d{4}$",
        r"^[A-Z]{2}\d+$",
        r"^\d+\.\d+$",
        r"[\u4e00-\u9fff]{2,20}",
        r"^(foo|bar){1,3}$",
        r"(a|b)*",
        r"^[^,]+,x$",
        "",
    ],
)
def test_plain_patterns_are_safe(pattern: str) -> None:
    assert patterns.problem(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"(a+)+$", "耗时过长"),
        (r"(a|aa)+$", "耗时过长"),
        (r"(\d*)*", "耗时过长"),
        (r"(.*,){12}x", "耗时过长"),
        (r"\d+-\d+-\d+", "耗时过长"),
        (r"(a{1,30}){1,30}", "耗时过长"),
        (r"(?=x)y", "前后查找"),
        (r"(?<!x)y", "前后查找"),
        (r"(a)\1", "反向引用"),
        (r"(?P<n>a)", "写法不同"),
        (r"(?<n>a)", "写法不同"),
        (r"(?i)a", "写法不同"),
        (r"\p{L}", "写法不同"),
        (r"a\Z", "写法不同"),
        (r"(", "语法错误"),
        (r"[z-a]", "语法错误"),
        (r"a{99999999999}", "语法错误"),
        ("x" * 301, "过长"),
    ],
)
def test_others_are_refused_with_the_reason(pattern: str, said: str) -> None:
    found = patterns.problem(pattern)
    assert found is not None
    assert said in found.zh
    assert found.en


@pytest.mark.parametrize("pattern", [r"\d+\.\d+x", r"(a|b)*c+x", r"^.*.*x", r"(ab?){1,14}x"])
def test_the_worst_safe_pattern_is_quick(pattern: str) -> None:
    assert patterns.problem(pattern) is None
    texts = ("1" * 256, "a" * 256, "ab" * 128, "1." * 128)
    assert not any(patterns.matches(pattern, text) for text in texts)
    assert cpu(lambda: [patterns.matches(pattern, text) for text in texts]) < FOLD * worst()


def test_long_text_never_matches() -> None:
    assert not patterns.matches("a", "a" * 257)


def test_a_dollar_is_the_end_of_the_text() -> None:
    assert not patterns.matches(r"^a$", "a\n")
    assert patterns.matches(r"^[$]\$$", "$$")


RUNAWAYS = (
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(a|a?)+b",
    r"(.*a){20}",
    r"(x+x+)+y",
    r"^(\w+\s?)*$",
    r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}$",
    r"(.*)*x",
    r"((a*)*)*b",
    r"(a?){30}a{30}",
    r"^(\d+\.?)+$",
    r"(([^,]*),){11}P",
    r"^(.?){25}(.?){25}$",
    r"(ab|a|b){2,40}c",
    r"\s*\s*\s*x",
    r"(a{0,20}){0,20}b",
    r"(a|b|ab)*c",
)


@pytest.mark.parametrize("pattern", RUNAWAYS)
def test_known_runaways_are_refused(pattern: str) -> None:
    found = patterns.problem(pattern)
    assert found is not None
    assert "耗时过长" in found.zh


@settings(deadline=None)  # the machine may be busy
@given(st.from_regex(r"(\(?[ab.][*+?]?\)?[*+?]?){1,6}x?", fullmatch=True))
def test_what_is_not_refused_is_quick(pattern: str) -> None:
    if patterns.problem(pattern) is None:
        texts = ("a" * 256, "ab" * 128, "b" * 255 + "y")
        assert cpu(lambda: [patterns.matches(pattern, text) for text in texts]) < FOLD * worst(), pattern
