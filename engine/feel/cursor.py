"""The place in the text that the parser has reached, and the reading of names."""

from __future__ import annotations

from engine.feel.errors import FeelSyntaxError, length_exceeded
from engine.feel.lexer import Token, tokenize
from engine.feel.names import KnownNames

MAX_LENGTH = 20_000


class Cursor:
    """Tokens of one text and the index of the next. `known` are names of more than one plain word."""

    def __init__(self, text: str, known: KnownNames) -> None:
        if len(text) > MAX_LENGTH:
            raise length_exceeded()
        self.text = text
        self.known = known
        self.tokens = tokenize(text)
        self.index = 0

    @property
    def token(self) -> Token:
        """The token to read next."""
        return self.tokens[self.index]

    def peek(self, ahead: int = 1) -> Token:
        """A token further on."""
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)]

    def at(self, text: str) -> bool:
        """Whether the next token is this word or symbol."""
        return self.token.text == text and self.token.kind in ("operator", "name")

    def take(self, text: str) -> bool:
        """Read this word or symbol if it is the next token."""
        if self.at(text):
            self.index += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Read this word or symbol. Raises FeelSyntaxError when the next token is another."""
        if not self.take(text):
            raise self.error(
                f"此处应为“{text}”，而不是{self.found('zh')}",
                f"expected “{text}” but found {self.found('en')}",
            )

    def expect_end(self) -> None:
        """Raises FeelSyntaxError unless everything was read."""
        if self.token.kind != "end":
            raise self.error(f"多余的内容{self.found('zh')}", f"unexpected {self.found('en')}")

    def found(self, language: str) -> str:
        """The next token as a message names it."""
        if self.token.kind == "end":
            return "表达式结尾" if language == "zh" else "the end"
        return f"“{self.token.text[:40]}”"

    def error(self, zh: str, en: str, token: Token | None = None) -> FeelSyntaxError:
        """The refusal at a token, by default the next one."""
        return FeelSyntaxError(self.text, (token or self.token).start, zh, en)

    def name(self, any_word: bool = False) -> str:
        """Reads a name. After a dot any word may be one, keywords too."""
        token = self.token
        name, count = ("", 0)
        if token.kind == "name":
            name, count = self.known.match(self.text, self.tokens, self.index, any_word)
        if not count:
            raise self.error(
                f"此处应为名称，而不是{self.found('zh')}", f"expected a name but found {self.found('en')}"
            )
        self.index += count
        return name

    def label(self, ends: tuple[str, ...]) -> str:
        """A name at the place where it is declared: everything up to one of `ends`."""
        first = self.index
        while self._is_label_part() and self.token.text not in ends:
            self.index += 1
        if self.index == first or self.tokens[first].kind == "number":
            raise self.error(
                f"此处应为名称，而不是{self.found('zh')}", f"expected a name but found {self.found('en')}"
            )
        return " ".join(self.text[self.tokens[first].start : self.tokens[self.index - 1].end].split())

    def _is_label_part(self) -> bool:
        token = self.token
        return token.kind in ("name", "number") or (token.kind == "operator" and token.text in "+-*/.'**")
