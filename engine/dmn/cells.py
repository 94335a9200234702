"""Read the cells of a decision table as sets, where they are made of literals only.

`-`, `"a", "b"`, `not("a")`, `< 5`, `[1..5)`, `date("2024-01-01")`, `null` and lists of these can be compared
exactly. Any other cell (a variable, a function, a calculation) cannot be analysed and gives None: nothing is
claimed about it.
"""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

NUMBER, STRING, BOOLEAN, DATE, DATETIME, TIME, NULL = (
    "number",
    "string",
    "boolean",
    "date",
    "date and time",
    "time",
    "null",
)
ORDERED = frozenset({NUMBER, DATE, DATETIME, TIME})

_STRING = r'"(?:[^"\\]|\\.)*"'
_TOKEN = re.compile(
    rf"""\s*(?:(?P<temporal>date\s+and\s+time|date|time)\s*\(\s*(?P<iso>{_STRING})\s*\)
    |@(?P<at>{_STRING})
    |(?P<string>{_STRING})
    |(?P<number>-?(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<word>true|false|null|not)\b
    |(?P<sign><=|>=|!=|<|>|=|\.\.|[\[\](),]))""",
    re.X,
)


@dataclass(frozen=True, slots=True)
class Value:
    """A literal with its kind."""

    kind: str
    value: Any


@dataclass(frozen=True, slots=True)
class Interval:
    """Values between two bounds; a bound of None is open-ended."""

    kind: str
    low: Any
    low_closed: bool
    high: Any
    high_closed: bool

    def contains(self, value: Any) -> bool:
        """Whether a value of the same kind lies inside."""
        above = self.low is None or value > self.low or (self.low_closed and value == self.low)
        below = self.high is None or value < self.high or (self.high_closed and value == self.high)
        return above and below


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as a union of literals and intervals; `negated` is `not(…)`; `everything` is `-`."""

    parts: tuple[Value | Interval, ...] = ()
    negated: bool = False
    everything: bool = False

    @property
    def kinds(self) -> set[str]:
        """The kinds of values that it mentions, null left out."""
        return {part.kind for part in self.parts} - {NULL}


class _NotLiteral(Exception):
    """The text is more than literals."""


def parse_cell(text: str) -> Cell | None:
    """The cell as a set, or None when it cannot be analysed."""
    stripped = text.replace("\u00a0", " ").strip()
    if stripped in ("", "-"):
        return Cell(everything=True)
    try:
        return _Reader(_tokens(stripped)).cell()
    except _NotLiteral:
        return None


def literal(text: str) -> Value | None:
    """The value of an output cell that is one literal, else None."""
    cell = parse_cell(text)
    if cell is None or cell.negated or len(cell.parts) != 1 or not isinstance(cell.parts[0], Value):
        return None
    return cell.parts[0]


def _tokens(text: str) -> list[Value | str]:
    tokens: list[Value | str] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _NotLiteral
        tokens.append(_token(match))
        position = match.end()
        if not text[position:].strip():
            break
    return tokens


def _token(match: re.Match[str]) -> Value | str:
    groups = match.groupdict()
    if groups["temporal"]:
        return _temporal(" ".join(groups["temporal"].split()), _unquote(groups["iso"]))
    if groups["at"]:
        return _at(_unquote(groups["at"]))
    if groups["string"]:
        return Value(STRING, _unquote(groups["string"]))
    if groups["number"]:
        return Value(NUMBER, Decimal(groups["number"]))
    word = groups["word"] or groups["sign"]
    constants = {"true": Value(BOOLEAN, True), "false": Value(BOOLEAN, False), "null": Value(NULL, None)}
    return constants.get(word, word)


def _unquote(quoted: str) -> str:
    try:
        return str(json.loads(quoted, strict=False))
    except ValueError as error:
        raise _NotLiteral from error


def _temporal(kind: str, iso: str) -> Value:
    """Naive and zoned instants cannot be ordered among each other, so only one of them is analysed."""
    try:
        if kind == DATE:
            return Value(DATE, date.fromisoformat(iso))
        if kind == TIME:
            moment = time.fromisoformat(iso)
            plain = moment.tzinfo is None
            value: Any = moment
        else:
            value = datetime.fromisoformat(iso)
            plain = value.tzinfo is None
    except ValueError as error:
        raise _NotLiteral from error
    if not plain:
        raise _NotLiteral
    return Value(kind, value)


def _at(iso: str) -> Value:
    if "T" in iso and iso[0].isdigit():
        return _temporal(DATETIME, iso)
    return _temporal(TIME if ":" in iso else DATE, iso)


class _Reader:
    """A reader of unary tests over literals, one token ahead."""

    def __init__(self, tokens: list[Value | str]) -> None:
        self.tokens = tokens
        self.at = 0

    def cell(self) -> Cell:
        negated = self.tokens[:2] == ["not", "("]
        if negated:
            self.at = 2
        parts = [self.part()]
        while self.peek() == ",":
            self.at += 1
            parts.append(self.part())
        if negated:
            self.expect(")")
        if self.peek() is not None:
            raise _NotLiteral
        return Cell(tuple(parts), negated)

    def part(self) -> Value | Interval:
        token = self.take()
        if isinstance(token, Value):
            return token
        if token in ("[", "(", "]"):
            return self.interval(token)
        return self.comparison(token)

    def interval(self, start: str) -> Interval:
        low = self.value()
        self.expect("..")
        high, end = self.value(), self.take()
        if end not in ("]", ")", "[") or low.kind != high.kind or low.kind not in ORDERED:
            raise _NotLiteral
        return Interval(low.kind, low.value, start == "[", high.value, end == "]")

    def comparison(self, sign: str) -> Value | Interval:
        value = self.value()
        if sign == "=":
            return value
        if value.kind not in ORDERED or sign not in ("<", "<=", ">", ">="):
            raise _NotLiteral
        closed = sign.endswith("=")
        if sign[0] == "<":
            return Interval(value.kind, None, False, value.value, closed)
        return Interval(value.kind, value.value, closed, None, False)

    def value(self) -> Value:
        token = self.take()
        if not isinstance(token, Value):
            raise _NotLiteral
        return token

    def expect(self, sign: str) -> None:
        if self.take() != sign:
            raise _NotLiteral

    def peek(self) -> Value | str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> Value | str:
        token = self.peek()
        if token is None:
            raise _NotLiteral
        self.at += 1
        return token
