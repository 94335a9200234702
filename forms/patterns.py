"""Regular expressions of form authors: a subset that cannot run away, in Python here and in the browser there.

A pattern is unanchored, as in form-js. It is refused when matching could take more than a bounded number of
paths through it; bounded input (`MAX_INPUT`) makes that a bound in time.
"""

import re
from functools import lru_cache
from re import _constants as ops  # type: ignore[attr-defined]  # the parse tree has no public door
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from forms.errors import Message

MAX_INPUT = 256
MAX_LENGTH = 300
MAX_PATHS = 70_000  # two unbounded repetitions over MAX_INPUT characters; a third one does not fit
_JAVASCRIPT_ONLY = re.compile(r"\(\?<[A-Za-z]|\\[pPku]\{|\[\^?\]|\\c[A-Za-z]")
_PYTHON_ONLY = re.compile(r"\(\?P|\(\?[aiLmsux]|\(\?#|\(\?>|[*+?}]\+|\\[AZ]")


class _Unsafe(Exception):
    """The pattern uses something outside the subset."""


def problem(pattern: str) -> Message | None:
    """Why a pattern is refused at deployment, or None when it is safe and means the same in the browser."""
    if len(pattern) > MAX_LENGTH:
        return Message(
            f"校验规则过长（最多 {MAX_LENGTH} 个字符）", f"the pattern is longer than {MAX_LENGTH} characters"
        )
    if _JAVASCRIPT_ONLY.search(pattern) or _PYTHON_ONLY.search(pattern):
        return Message(
            "校验规则用了浏览器与服务器写法不同的语法，请改用普通字符、字符集和次数",
            "the pattern uses syntax that browser and server read differently; use characters, sets and counts",
        )
    try:
        compiled(pattern)
        paths = _sequence(parser.parse(pattern, re.ASCII))
    except _Unsafe as unsafe:
        return Message(
            f"校验规则中的{unsafe.args[0]}不在支持范围内",
            f"the pattern uses {unsafe.args[1]}, which is not supported",
        )
    except (re.error, RecursionError, OverflowError, ValueError) as error:
        return Message(f"校验规则有语法错误：{error}", f"the pattern has a syntax error: {error}")
    if paths > MAX_PATHS:
        return Message(
            "校验规则可能使匹配耗时过长：请不要嵌套 *、+，重复请写明次数，例如 \\d{1,8}",
            "the pattern may take too long: do not nest * and +, and write bounded counts such as \\d{1,8}",
        )
    return None


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found in the text (at most MAX_INPUT characters; longer text does not match)."""
    return len(text) <= MAX_INPUT and compiled(pattern).search(text) is not None


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern with JavaScript's meaning of \\d, \\w and $. Raises re.error."""
    return re.compile(_end_of_input(pattern), re.ASCII)


def _end_of_input(pattern: str) -> str:
    """Python's `$` also matches before a last line break, JavaScript's does not."""
    parts = re.split(r"(\\.|\[(?:\\.|[^\]\\])*\])", pattern, flags=re.DOTALL)
    return "".join(part if n % 2 else part.replace("$", r"\Z") for n, part in enumerate(parts))


def _sequence(items: Any) -> int:
    paths = 1
    for operation, argument in items:
        paths = min(paths * _item(operation, argument), MAX_PATHS + 1)
    return paths


def _item(operation: Any, argument: Any) -> int:
    """An upper bound of the ways in which one node can match at one position."""
    if operation in (ops.LITERAL, ops.NOT_LITERAL, ops.ANY, ops.IN, ops.CATEGORY, ops.AT):
        return 1
    if operation is ops.SUBPATTERN:
        return _sequence(argument[-1])
    if operation is ops.BRANCH:
        return sum(_sequence(branch) for branch in argument[1])
    if operation in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        least, most, body = argument
        return _repeat(int(least), min(int(most), MAX_INPUT), _sequence(body))
    if operation in (ops.ASSERT, ops.ASSERT_NOT):
        raise _Unsafe("前后查找 (?=…)", "look-around (?=…)")
    if operation in (ops.GROUPREF, ops.GROUPREF_EXISTS):
        raise _Unsafe("反向引用 \\1", "a back-reference \\1")
    raise _Unsafe(f"语法 {operation}", str(operation))


def _repeat(least: int, most: int, body: int) -> int:
    if body == 1:
        return max(1, most - least + 1)
    total = 0
    for count in range(least, most + 1):
        total += min(body**count, MAX_PATHS + 1)
        if total > MAX_PATHS:
            break
    return min(total, MAX_PATHS + 1)
