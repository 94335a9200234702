"""Compiled patterns and the backtracking matcher, which remembers every state that it has tried."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

from engine.feel.regex.parse import InvalidPattern, PatternParser
from engine.feel.regex.program import BACK, CHAR, END, JUMP, MATCH, SAVE, SPLIT, START, Assembler, Instruction

_STEPS_PER_COUNT = 4


class Account(Protocol):
    """Where the matcher accounts for its work; both raise when the budget is used up."""

    def step(self, count: int = 1) -> None: ...
    def take(self, size: int) -> None: ...


class Match:
    """One match: `spans[0]` is the whole, `spans[n]` group n; (-1, -1) for a group that took no part."""

    __slots__ = ("spans", "text")

    def __init__(self, text: str, slots: tuple[int, ...]) -> None:
        self.text = text
        self.spans = [(slots[index], slots[index + 1]) for index in range(0, len(slots), 2)]

    def group(self, number: int) -> str:
        """The text of a group, nothing when it took no part."""
        start, end = self.spans[number]
        return self.text[start:end] if start >= 0 and end >= 0 else ""


class Pattern:
    """A compiled pattern."""

    __slots__ = ("_code", "_has_back_references", "_splits", "groups")

    def __init__(self, code: list[Instruction], groups: int, has_back_references: bool) -> None:
        self._code = code
        self.groups = groups
        self._has_back_references = has_back_references
        self._splits: list[int] = []
        for operation, _, _ in code:
            self._splits.append((self._splits[-1] if self._splits else -1) + (operation == SPLIT))

    def find(self, text: str, account: Account, start: int = 0) -> Match | None:
        """The first match at or after `start`."""
        return next(self.find_all(text, account, start), None)

    def find_all(self, text: str, account: Account, start: int = 0) -> Iterator[Match]:
        """All matches that do not overlap, from left to right."""
        tried = self._new_record(text, account)
        while start <= len(text):
            slots = self._match_at(text, start, tried, account)
            if slots is None:
                start += 1
                continue
            yield Match(text, slots)
            start = slots[1] if slots[1] > start else start + 1
            # What was tried further on has failed and will again; the states of the match itself have not.
            for key in range(start, len(tried), len(text) + 1):
                tried[key] = 0

    def _new_record(self, text: str, account: Account) -> bytearray:
        size = 0 if self._has_back_references else (self._splits[-1] + 1) * (len(text) + 1)
        account.take(size)
        account.take(-size)  # it lives no longer than this search
        account.step(size // 5000)
        return bytearray(size)

    def _match_at(self, text: str, start: int, tried: bytearray, account: Account) -> tuple[int, ...] | None:
        code, splits, length = self._code, self._splits, len(text)
        remembered: set[tuple[int, int, tuple[int, ...]]] = set()
        stack = [(0, start, (-1,) * (2 * self.groups + 2))]
        work = 0
        while stack:
            address, position, slots = stack.pop()
            while True:
                work += 1
                if work & 63 == 0:
                    account.step(64 // _STEPS_PER_COUNT)
                operation, first, second = code[address]
                if operation == CHAR:
                    if position >= length or not first(text[position]):
                        break
                    position += 1
                elif operation == SPLIT:
                    if self._has_back_references:
                        state = (address, position, slots)
                        if state in remembered:
                            break
                        account.take(150)
                        remembered.add(state)
                    else:
                        key = splits[address] * (length + 1) + position
                        if tried[key]:
                            break
                        tried[key] = 1
                    stack.append((second, position, slots))
                    address = first
                    continue
                elif operation == JUMP:
                    address = first
                    continue
                elif operation == SAVE:
                    slots = (*slots[:first], position, *slots[first + 1 :])
                elif operation == MATCH:
                    account.step(work % 64 // _STEPS_PER_COUNT)
                    return (start, position, *slots[2:])
                elif operation == BACK:
                    low, high = slots[2 * first], slots[2 * first + 1]
                    if not text.startswith(text[low:high], position):
                        break
                    position += high - low
                elif not _at_edge(text, position, operation, first):
                    break
                address += 1
        account.step(work % 64 // _STEPS_PER_COUNT + 1)
        return None


def _at_edge(text: str, position: int, operation: int, multi_line: bool) -> bool:
    if operation == START:
        return position == 0 or (multi_line and text[position - 1] == "\n")
    return position == len(text) or (multi_line and text[position] == "\n")


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: str = "") -> Pattern:
    """The pattern with flags out of `smixq`, cached. Raises InvalidPattern."""
    if set(flags) - set("smixq") or len(pattern) > 5000:
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


__all__ = ["END", "Account", "InvalidPattern", "Match", "Pattern", "compile_pattern"]
