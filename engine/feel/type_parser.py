"""Reads the types of `instance of` and of function parameters (DMN 1.5, grammar rules 52 to 54)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.feel.types import ANY, Type, named_type

if TYPE_CHECKING:
    from engine.feel.cursor import Cursor

_MULTI_WORD = (
    ("date", "and", "time"),
    ("days", "and", "time", "duration"),
    ("years", "and", "months", "duration"),
    ("day", "and", "time", "duration"),
    ("year", "and", "month", "duration"),
)


def read_type(cursor: Cursor, depth: int = 0) -> Type:
    """The type at the cursor. Raises FeelSyntaxError; an unknown name is a type that nothing belongs to."""
    if cursor.token.kind != "name":
        raise cursor.error("此处应为类型", "expected a type")
    if depth > 20:
        raise cursor.error("类型嵌套过深", "the type is nested too deeply")
    name = _type_name(cursor)
    known = named_type(name) or Type(name)
    if name == "function":
        return _function_type(cursor, depth)
    if name == "context" and cursor.take("<"):
        return _context_type(cursor, depth)
    if name in ("list", "range") and cursor.take("<"):
        inner = read_type(cursor, depth + 1)
        cursor.expect(">")
        return Type(name, (inner,))
    return known


def _type_name(cursor: Cursor) -> str:
    for words in _MULTI_WORD:
        if all(cursor.peek(ahead).text == word for ahead, word in enumerate(words)):
            cursor.index += len(words)
            return " ".join(words)
    name = cursor.token.text
    cursor.index += 1
    while cursor.token.text == "." and cursor.peek().kind == "name":
        name += "." + cursor.peek().text
        cursor.index += 2
    return name


def _context_type(cursor: Cursor, depth: int) -> Type:
    entries: list[tuple[str, Type]] = []
    while True:
        name = cursor.label((":",))
        cursor.expect(":")
        entries.append((name, read_type(cursor, depth + 1)))
        if not cursor.take(","):
            break
    cursor.expect(">")
    return Type("context", (), tuple(entries))


def _function_type(cursor: Cursor, depth: int) -> Type:
    if not cursor.take("<"):
        return Type("function")
    arguments: list[Type] = []
    while cursor.token.text != ">":
        arguments.append(read_type(cursor, depth + 1))
        if not cursor.take(","):
            break
    cursor.expect(">")
    result = read_type(cursor, depth + 1) if cursor.take("->") else ANY
    return Type("function", (*arguments, result))
