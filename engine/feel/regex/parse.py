"""Reads a pattern into a tree (XML Schema part 2, appendix F, with the additions of XPath 3.1, 5.6.1)."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.regex import charset
from engine.feel.regex.charset import Predicate

_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"} | {char: char for char in "\\|.?*+(){}-[]^$"}
_MAX_DEPTH = 40
_MAX_COUNT = 1000


class InvalidPattern(ValueError):
    """The text is not a pattern, or its flags are none."""


class Item:
    """Part of a pattern."""


@dataclass(frozen=True, slots=True)
class Char(Item):
    """One character out of a set."""

    accepts: Predicate


@dataclass(frozen=True, slots=True)
class Edge(Item):
    """`^` or `$`."""

    start: bool


@dataclass(frozen=True, slots=True)
class Back(Item):
    """The text that a group has matched."""

    group: int


@dataclass(frozen=True, slots=True)
class Group(Item):
    """Alternatives between parentheses; `number` is None when they do not capture."""

    branches: tuple[tuple[Item, ...], ...]
    number: int | None


@dataclass(frozen=True, slots=True)
class Repeat(Item):
    """An item several times; `most` is None for any number."""

    item: Item
    least: int
    most: int | None
    greedy: bool


class PatternParser:
    """Reads one pattern; `groups` counts the capturing groups."""

    def __init__(self, pattern: str, ignore_case: bool, dot_all: bool) -> None:
        self.text = pattern
        self.index = 0
        self.groups = 0
        self._closed: set[int] = set()
        self._ignore_case = ignore_case
        self._dot = charset.ANY if dot_all else charset.NOT_A_LINE_END

    def parse(self) -> Group:
        """The whole pattern. Raises InvalidPattern."""
        whole = self._alternatives(None, 0)
        if self.index < len(self.text):
            raise InvalidPattern(self.text)
        return whole

    def _next(self) -> str:
        if self.index >= len(self.text):
            raise InvalidPattern(self.text)
        self.index += 1
        return self.text[self.index - 1]

    def _ahead(self, text: str) -> bool:
        return self.text.startswith(text, self.index)

    def _take(self, text: str) -> bool:
        if self._ahead(text):
            self.index += len(text)
            return True
        return False

    def _alternatives(self, number: int | None, depth: int) -> Group:
        if depth > _MAX_DEPTH:
            raise InvalidPattern(self.text)
        branches = [self._branch(depth)]
        while self._take("|"):
            branches.append(self._branch(depth))
        return Group(tuple(branches), number)

    def _branch(self, depth: int) -> tuple[Item, ...]:
        items: list[Item] = []
        while self.index < len(self.text) and not self._ahead("|") and not self._ahead(")"):
            items.append(self._quantified(self._atom(depth)))
        return tuple(items)

    def _atom(self, depth: int) -> Item:
        char = self._next()
        if char == "(":
            return self._group(depth)
        if char == "[":
            return Char(self._class(0))
        if char == "\\":
            return self._escape()
        if char == ".":
            return Char(self._dot)
        if char in "^$":
            return Edge(char == "^")
        if char in "?*+{}])":
            raise InvalidPattern(self.text)
        return self._literal(char)

    def _literal(self, char: str) -> Char:
        return Char(charset.one_of({char, char.lower(), char.upper()} if self._ignore_case else {char}))

    def _group(self, depth: int) -> Group:
        number = None
        if not self._take("?:"):
            self.groups += 1
            number = self.groups
        group = self._alternatives(number, depth + 1)
        if not self._take(")"):
            raise InvalidPattern(self.text)
        if number is not None:
            self._closed.add(number)
        return group

    def _escape(self) -> Item:
        if self.index < len(self.text) and self.text[self.index] in "123456789":
            return self._back_reference()
        found = self._escaped_set()
        return self._literal(found) if isinstance(found, str) else Char(found)

    def _back_reference(self) -> Back:
        number = int(self._next())
        while self.index < len(self.text) and self.text[self.index] in "0123456789":
            longer = number * 10 + int(self.text[self.index])
            if longer > self.groups:
                break
            number = longer
            self.index += 1
        if number not in self._closed:
            raise InvalidPattern(self.text)
        return Back(number)

    def _escaped_set(self) -> str | Predicate:
        """What follows a backslash: a character, or a set of characters."""
        char = self._next()
        if char in _ESCAPED:
            return _ESCAPED[char]
        if char in charset.CLASSES:
            return charset.CLASSES[char]
        if char in "pP" and self._take("{"):
            end = self.text.find("}", self.index)
            predicate = charset.category(self.text[self.index : end]) if end > 0 else None
            if predicate is not None:
                self.index = end + 1
                return charset.negate(predicate) if char == "P" else predicate
        raise InvalidPattern(self.text)

    def _class(self, depth: int) -> Predicate:
        """A class after its opening bracket."""
        if depth > _MAX_DEPTH:
            raise InvalidPattern(self.text)
        negated = self._take("^")
        parts: list[Predicate] = []
        removed: Predicate | None = None
        while not (parts and self._take("]")):
            if parts and self._take("-["):
                removed = self._class(depth + 1)
                if not self._take("]"):
                    raise InvalidPattern(self.text)
                break
            parts.append(self._class_part())
        base = charset.union(parts)
        if self._ignore_case:
            base = charset.ignoring_case(base)
        if negated:
            base = charset.negate(base)
        return charset.without(base, removed) if removed is not None else base

    def _class_part(self) -> Predicate:
        low = self._class_char()
        if not isinstance(low, str):
            return low
        if self._ahead("-") and not self._ahead("-]") and not self._ahead("-["):
            self.index += 1
            high = self._class_char()
            if not isinstance(high, str) or high < low:
                raise InvalidPattern(self.text)
            return charset.interval(low, high)
        return charset.one_of({low})

    def _class_char(self) -> str | Predicate:
        char = self._next()
        if char == "\\":
            return self._escaped_set()
        if char in "[]":
            raise InvalidPattern(self.text)
        return char

    def _quantified(self, item: Item) -> Item:
        if self._take("?"):
            bounds: tuple[int, int | None] = (0, 1)
        elif self._take("*"):
            bounds = (0, None)
        elif self._take("+"):
            bounds = (1, None)
        elif self._take("{"):
            bounds = self._counts()
        else:
            return item
        return Repeat(item, *bounds, greedy=not self._take("?"))

    def _counts(self) -> tuple[int, int | None]:
        end = self.text.find("}", self.index)
        least, comma, most = self.text[self.index : max(end, self.index)].partition(",")
        if not least.isascii() or not least.isdigit() or (most and not (most.isascii() and most.isdigit())):
            raise InvalidPattern(self.text)
        if len(least) > 4 or len(most) > 4:
            raise InvalidPattern(self.text)
        self.index = end + 1
        low = int(least)
        high = int(most) if most else (None if comma else low)
        if low > _MAX_COUNT or (high is not None and not low <= high <= _MAX_COUNT):
            raise InvalidPattern(self.text)
        return low, high
