"""Compiled patterns and the backtracking search, which remembers every state that it has tried."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

from engine.feel.regex.parse import InvalidPattern, PatternParser
from engine.feel.regex.program import BACK, CHAR, JUMP, MATCH, SAVE, SPLIT, START, Assembler, Instruction

_STEPS_PER_COUNT = 4
_MAX_LENGTH = 5_000

Slots = tuple[int, ...]


class Account(Protocol):
    """Where a search accounts for its work; both raise when the budget is used up."""

    def step(self, count: int = 1) -> None:
        """Account for steps."""

    def take(self, size: int) -> None:
        """Account for bytes."""


class Match:
    """One match: `spans[0]` is the whole, `spans[n]` group n; (-1, -1) for a group that took no part."""

    __slots__ = ("spans", "text")

    def __init__(self, text: str, slots: Slots) -> None:
        self.text = text
        self.spans = [(slots[index], slots[index + 1]) for index in range(0, len(slots), 2)]

    def group(self, number: int) -> str:
        """The text of a group, nothing when it took no part."""
        start, end = self.spans[number]
        return self.text[start:end] if start >= 0 and end >= 0 else ""


class Pattern:
    """A compiled pattern."""

    __slots__ = ("code", "groups", "has_back_references", "split_numbers", "splits")

    def __init__(self, code: list[Instruction], groups: int, has_back_references: bool) -> None:
        self.code = code
        self.groups = groups
        self.has_back_references = has_back_references
        self.split_numbers: list[int] = []
        self.splits = 0
        for operation, _, _ in code:
            self.split_numbers.append(self.splits)
            self.splits += operation == SPLIT

    def find(self, text: str, account: Account) -> Match | None:
        """The first match."""
        return next(self.find_all(text, account), None)

    def find_all(self, text: str, account: Account) -> Iterator[Match]:
        """All matches that do not overlap, from left to right."""
        search = _Search(self, text, account)
        start = 0
        while start <= len(text):
            slots = search.match_at(start)
            if slots is None:
                start += 1
                continue
            yield Match(text, slots)
            start = slots[1] if slots[1] > start else start + 1
            search.forget(start)


class _Search:
    """The search of one text. A state that failed once fails again, so it is tried once only.

    What a back reference matches depends on the groups; with one in the pattern they belong to the state.
    """

    __slots__ = ("_account", "_pattern", "_remembered", "_text", "_tried", "_width", "_work")

    def __init__(self, pattern: Pattern, text: str, account: Account) -> None:
        self._pattern, self._text, self._account = pattern, text, account
        self._width = len(text) + 1
        self._work = 0
        self._remembered: set[tuple[int, int, Slots]] = set()
        size = 0 if pattern.has_back_references else pattern.splits * self._width
        account.take(size)
        account.take(-size)  # it lives no longer than the search
        account.step(size // 5_000)
        self._tried = bytearray(size)

    def forget(self, position: int) -> None:
        """After a match that ended here: its own last states have not failed, all later ones have."""
        for key in range(position, len(self._tried), self._width):
            self._tried[key] = 0

    def match_at(self, start: int) -> Slots | None:
        """The slots of the groups of the match that starts here, or None."""
        self._remembered.clear()
        stack = [(0, start, (-1,) * (2 * self._pattern.groups + 2))]
        self._account.step()
        while stack:
            address, position, slots = stack.pop()
            end = self._follow(stack, address, position, slots)
            if end is not None:
                return (start, *end)
        return None

    def _follow(
        self, stack: list[tuple[int, int, Slots]], address: int, position: int, slots: Slots
    ) -> Slots | None:
        """One path to its end: the end position and the groups, or None when it fails."""
        code, text, length = self._pattern.code, self._text, self._width - 1
        while True:
            self._count()
            operation, first, second = code[address]
            address += 1
            if operation == CHAR:
                if position >= length or not first(text[position]):
                    return None
                position += 1
            elif operation == SPLIT:
                if not self._is_new(address - 1, position, slots):
                    return None
                stack.append((second, position, slots))
                address = first
            elif operation == JUMP:
                address = first
            elif operation == SAVE:
                slots = (*slots[:first], position, *slots[first + 1 :])
            elif operation == MATCH:
                return (position, *slots[2:])
            elif operation == BACK:
                part = text[slots[2 * first] : slots[2 * first + 1]]
                if not text.startswith(part, position):
                    return None
                position += len(part)
            elif not _at_edge(text, position, operation, first):
                return None

    def _count(self) -> None:
        self._work += 1
        if self._work == _STEPS_PER_COUNT:
            self._work = 0
            self._account.step()

    def _is_new(self, address: int, position: int, slots: Slots) -> bool:
        if self._pattern.has_back_references:
            state = (address, position, slots)
            if state in self._remembered:
                return False
            self._account.take(150)
            self._remembered.add(state)
            return True
        key = self._pattern.split_numbers[address] * self._width + position
        if self._tried[key]:
            return False
        self._tried[key] = 1
        return True


def _at_edge(text: str, position: int, operation: int, multi_line: bool) -> bool:
    if operation == START:
        return position == 0 or (multi_line and text[position - 1] == "\n")
    return position == len(text) or (multi_line and text[position] == "\n")


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: str = "") -> Pattern:
    """The pattern with flags out of `smixq`, cached. Raises InvalidPattern."""
    if set(flags) - set("smixq") or len(pattern) > _MAX_LENGTH:
        raise InvalidPattern(pattern)
    if "q" in flags:
        pattern = "".join(f"\\{char}" if char in "\\|.?*+(){}-[]^$" else char for char in pattern)
    elif "x" in flags:
        pattern = _without_spaces(pattern)
    parser = PatternParser(pattern, ignore_case="i" in flags, dot_all="s" in flags)
    tree = parser.parse()
    assembler = Assembler(multi_line="m" in flags)
    assembler.group(tree)
    assembler.emit(MATCH)
    return Pattern(assembler.code, parser.groups, assembler.has_back_references)


def _without_spaces(pattern: str) -> str:
    """Flag x: white space goes, but not inside a class."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for char in pattern:
        if char in " \t\n\r" and not depth:
            continue
        kept.append(char)
        if not escaped:
            depth += {"[": 1, "]": -1}.get(char, 0)
        escaped = char == "\\" and not escaped
    return "".join(kept)
