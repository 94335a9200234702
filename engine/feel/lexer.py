"""Turns FEEL text into tokens. Names are single words here; the parser joins them (see `names`)."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Name characters of grammar rules 28 and 29, without the full-width punctuation that a Chinese keyboard types
# by mistake: `a ＝ b` shall be an error with a position, not one long name.
_START = (
    r"?A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3005-\u3007\u3021-\uD7FF\uF900-\uFDCF\uFDF0-\uFEFE\uFF10-\uFF19"
    r"\uFF21-\uFF3A\uFF41-\uFF5A\uFF66-\uFFFD\U00010000-\U000EFFFF"
)
_TOKEN = re.compile(
    rf"""
    (?P<space>(?:\s|\uFEFF|//[^\n]*|/\*(?s:.*?)\*/)+)
  | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<string>"(?:[^"\\]|\\(?s:.))*")
  | (?P<name>[{_START}][{_START}0-9\u00B7\u0300-\u036F\u203F-\u2040]*)
  | (?P<operator>\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{{}},:.@'])
  | (?P<bad>(?s:.))
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind (number, string, name, operator, bad, end), text and place."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """All tokens of the text, closed by one of kind `end`. Never fails: what is no token is of kind `bad`."""
    tokens = [
        Token(match.lastgroup or "bad", match.group(), match.start(), match.end())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    ]
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(?s:(.)))")
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def unescape(quoted: str) -> str:
    """The characters of a string literal. An escape that FEEL does not know stays as it is (`\\s` in a pattern)."""
    body = quoted[1:-1]
    if "\\" not in body:
        return body
    joined = _ESCAPE.sub(_replace_escape, body)
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _replace_escape(match: re.Match[str]) -> str:
    digits = match.group(1) or match.group(2)
    if digits is None:
        return _SIMPLE.get(match.group(3), match.group())
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else "\N{REPLACEMENT CHARACTER}"
