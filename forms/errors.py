"""What is wrong with an answer: one message a field, in both languages, saying how to mend it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import Language, Refusal


@dataclass(frozen=True, slots=True)
class Message:
    """A text in both languages; `{label}` stands for the field's label until it is known."""

    zh: str
    en: str

    def labelled(self, label: "Message") -> "Message":
        """The same with the label filled in; added in front when the text has no place for it."""
        return Message(self.zh.replace("{label}", label.zh), self.en.replace("{label}", label.en))

    def in_row(self, numbers: Sequence[int]) -> "Message":
        """The same, told as belonging to that row (1-based, outermost first)."""
        if not numbers:
            return self
        where = "-".join(str(number) for number in numbers)
        return Message(f"第 {where} 行：{self.zh}", f"Row {where}: {self.en}")

    def __getitem__(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class Unfit(Exception):
    """A value that a field cannot take; carries the message."""

    def __init__(self, zh: str, en: str) -> None:
        self.message = Message(zh, en)
        super().__init__(en)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing to mend. `path` is the field's HTML name (`rows[0].name`), empty for the form as a whole.

    `section` is the id of the section where it stands, empty when it is in none.
    """

    path: str
    label_zh: str
    zh: str
    en: str
    label_en: str = ""
    section: str = ""

    def as_dict(self) -> dict[str, str]:
        """The error as plain data."""
        return asdict(self)


class InvalidForm(Refusal):
    """The answers cannot be accepted; `errors` lists everything that has to be mended, in page order."""

    zh = "有 {count} 处需要修改。"
    en = "There is a problem in {count} place(s)."
    remedy_zh = "请按各项旁边的提示修改后重新提交，已填写的内容不会丢失。"
    remedy_en = "Mend each as described beside it and send the form again; nothing you typed is lost."
    status = 422

    def __init__(self, errors: Sequence[FieldError]) -> None:
        self.errors = list(errors)
        super().__init__(count=len(self.errors))

    def as_dict(self) -> dict[str, Any]:
        """The refusal as data, with its errors."""
        return {**super().as_dict(), "errors": [error.as_dict() for error in self.errors]}
