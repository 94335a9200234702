"""Turns the tree of a pattern into a flat list of instructions for the matcher."""

from __future__ import annotations

from typing import Any

from engine.feel.regex.parse import Back, Char, Edge, Group, InvalidPattern, Item, Repeat

CHAR, SPLIT, JUMP, SAVE, START, END, BACK, MATCH = range(8)

Instruction = tuple[int, Any, Any]
_MAX_SIZE = 20_000


class Assembler:
    """Collects instructions. A SPLIT tries its first target before its second."""

    def __init__(self, multi_line: bool) -> None:
        self.code: list[Instruction] = []
        self.has_back_references = False
        self._multi_line = multi_line

    def emit(self, operation: int, first: Any = None, second: Any = None) -> int:
        """Append an instruction and answer its address. Raises InvalidPattern when there are too many."""
        if len(self.code) >= _MAX_SIZE:
            raise InvalidPattern("pattern too large")
        self.code.append((operation, first, second))
        return len(self.code) - 1

    def group(self, group: Group) -> None:
        """A group with its alternatives."""
        if group.number is not None:
            self.emit(SAVE, 2 * group.number)
        jumps: list[int] = []
        for index, branch in enumerate(group.branches):
            last = index == len(group.branches) - 1
            split = None if last else self.emit(SPLIT)
            for item in branch:
                self.item(item)
            if split is not None:
                jumps.append(self.emit(JUMP))
                self.code[split] = (SPLIT, split + 1, len(self.code))
        for jump in jumps:
            self.code[jump] = (JUMP, len(self.code), None)
        if group.number is not None:
            self.emit(SAVE, 2 * group.number + 1)

    def item(self, item: Item) -> None:
        """Any part of a pattern."""
        if isinstance(item, Char):
            self.emit(CHAR, item.accepts)
        elif isinstance(item, Edge):
            self.emit(START if item.start else END, self._multi_line)
        elif isinstance(item, Back):
            self.has_back_references = True
            self.emit(BACK, item.group)
        elif isinstance(item, Group):
            self.group(item)
        elif isinstance(item, Repeat):
            self._repeat(item)

    def _repeat(self, repeat: Repeat) -> None:
        for _ in range(repeat.least):
            self.item(repeat.item)
        if repeat.most is None:
            split = self.emit(SPLIT)
            self.item(repeat.item)
            self.emit(JUMP, split)
            self._aim(split, repeat.greedy)
            return
        splits = []
        for _ in range(repeat.most - repeat.least):
            splits.append(self.emit(SPLIT))
            self.item(repeat.item)
        for split in splits:
            self._aim(split, repeat.greedy)

    def _aim(self, split: int, greedy: bool) -> None:
        inside, after = split + 1, len(self.code)
        self.code[split] = (SPLIT, inside, after) if greedy else (SPLIT, after, inside)
