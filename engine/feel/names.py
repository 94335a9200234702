"""Names with spaces and special characters: which tokens make up one name (DMN 1.5, 10.3.1.4).

A name that is known (a variable in scope, a built-in function) wins by length, whatever it contains, when the
text has it with the same spaces. Words that follow each other make one name in any case: nothing else in FEEL
could be meant.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.feel.lexer import Token, tokenize

# Keywords that can stand after an operand; a name ends before them unless the whole name is known.
INFIX = frozenset({"and", "or", "in", "between", "instance", "then", "else", "return", "satisfies"})
RESERVED = INFIX | {"if", "for", "some", "every", "true", "false", "null"}


MAX_TOKENS = 30
"""Longer names are found only as a sequence of plain words."""


class KnownNames:
    """The names in scope that are more than one plain word: by first token, then by number of tokens."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, dict[int, set[str]]] = {}
        for name in names:
            self.add(name)

    def copy(self) -> KnownNames:
        """An independent set with the same names."""
        twin = KnownNames()
        for first, by_count in self._by_first.items():
            twin._by_first[first] = {count: set(names) for count, names in by_count.items()}
        return twin

    def add(self, name: str) -> None:
        """Make a name known; plain words need not be."""
        if name.isidentifier():
            return
        tokens = tokenize(name)
        count = len(tokens) - 1
        if 1 < count <= MAX_TOKENS:
            self._by_first.setdefault(tokens[0].text, {}).setdefault(count, set()).add(" ".join(name.split()))

    def match(self, text: str, tokens: list[Token], index: int, any_word: bool = False) -> tuple[str, int]:
        """The longest name that starts at this token, and how many tokens it takes (0: none).

        A keyword starts a name only when that name is known, or when `any_word` may be one.
        """
        best = self._longest_known(text, tokens, index)
        if tokens[index].text in RESERVED and not any_word:
            return best
        joined = _adjacent_words(tokens, index)
        if joined <= best[1]:
            return best
        return " ".join(token.text for token in tokens[index : index + joined]), joined

    def _longest_known(self, text: str, tokens: list[Token], index: int) -> tuple[str, int]:
        by_count = self._by_first.get(tokens[index].text)
        for count in sorted(by_count, reverse=True) if by_count else ():
            if index + count < len(tokens):
                source = " ".join(text[tokens[index].start : tokens[index + count - 1].end].split())
                if by_count and source in by_count[count]:
                    return source, count
        return "", 0


def _adjacent_words(tokens: list[Token], index: int) -> int:
    end = index + 1
    while _continues_name(tokens, end):
        end += 1
    return end - index


def _continues_name(tokens: list[Token], index: int) -> bool:
    token = tokens[index]
    if token.kind == "number":
        return token.text.isdigit()
    if token.kind != "name":
        return False
    if token.text == "instance":
        return tokens[index + 1].text != "of"
    if token.text == "between":
        return _has_two_arguments(tokens, index + 1)
    return token.text not in INFIX


def _has_two_arguments(tokens: list[Token], index: int) -> bool:
    """Whether `(a, b)` follows: then `workdays between(a, b)` is a call, for `between` takes no such operand."""
    depth = 0
    for token in tokens[index:]:
        if token.kind == "operator":
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0)
        if depth == 0 or tokens[index].text != "(":
            return False
        if depth == 1 and token.text == "," and token.kind == "operator":
            return True
    return False
