"""Named refusals: what a person asked for, why the rules do not allow it, and what to do instead.

A refusal is part of the product, not a failure: it is shown word for word, in Chinese and in English, and
changes nothing. Every module defines its own small subclasses; anything that is not a `Refusal` is a defect
and is answered with a number (see `webapp.problems`).
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Literal

from engine.clock import in_words

Language = Literal["zh", "en"]


class Worded(str):
    """Words of a diagram, as a fact of a refusal: it names them in the language that it speaks."""

    en: str

    def __new__(cls, zh: str, en: str | None = "") -> "Worded":
        """`zh` as it stands; in English `en`, where the diagram says it."""
        made = super().__new__(cls, zh)
        made.en = en or zh
        return made


class Refusal(Exception):
    """A request that the rules do not allow. Subclasses give the texts; `facts` fill their placeholders.

    `basis` names the article or the rule. `status` is the HTTP status with which the web answers.
    """

    zh: ClassVar[str] = "操作未被接受。"
    en: ClassVar[str] = "The action was not accepted."
    remedy_zh: ClassVar[str] = ""
    remedy_en: ClassVar[str] = ""
    basis: ClassVar[str] = ""
    status: ClassVar[int] = 409

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.message("en"))

    @property
    def code(self) -> str:
        """Stable machine name: the class name."""
        return type(self).__name__

    def message(self, language: Language = "zh") -> str:
        """What happened and why, followed by what to do, in one language."""
        text, remedy = (self.zh, self.remedy_zh) if language == "zh" else (self.en, self.remedy_en)
        joined = text if not remedy else f"{text}{'' if language == 'zh' else ' '}{remedy}"
        return joined.format_map(_Facts(_told(self.facts, language)))

    def told(self, language: Language = "zh") -> str:
        """The message, followed by the article or rule that it rests on."""
        basis = basis_in(self.as_dict()["basis"], language)
        if not basis:
            return self.message(language)
        return self.message(language) + (f"（依据：{basis}）" if language == "zh" else f" (Basis: {basis})")

    def as_dict(self) -> dict[str, Any]:
        """The refusal as data, for the API and the logs."""
        return {
            "code": self.code,
            "message": {"zh": self.message("zh"), "en": self.message("en")},
            "basis": self.basis.format_map(_Facts(_told(self.facts, "zh"))),
        }


def basis_in(text: str, language: Language) -> str:
    """A basis, written 第八条 Article 8; I17, in one language and without the number of an invariant."""
    text = re.sub(r"(?:; |\()?\bI\d+\b\)?", "", text).strip()
    if not re.search("[\u4e00-\u9fff]", text):
        return text
    start = re.search("[A-Za-z]", text)
    cut = start.start() if start else len(text)
    return (text[cut:] if language == "en" and start else text[:cut]).strip()


def _told(facts: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """The facts as people read them: days and local instants in words, names of a diagram in the language."""
    return {name: _fact(fact, language) for name, fact in facts.items()}


def _fact(fact: Any, language: Language) -> Any:
    if isinstance(fact, Worded):
        return fact.en if language == "en" else str(fact)
    return in_words(str(fact), language) if isinstance(fact, str | date) else fact


class _Facts(dict[str, Any]):
    """Facts by name; one that was not given shows as an ellipsis instead of masking the refusal."""

    def __missing__(self, key: str) -> str:
        return "…"


class NotAllowed(Refusal):
    """The policy table has no row for this actor, action and resource."""

    zh = "您没有“{action_zh}”的权限。"
    en = "You are not allowed to {action_en}."
    remedy_zh = "如确属您的职责，请联系本单位的安全管理员授权。"
    remedy_en = "If it is your duty, ask your security administrator for the role."
    basis = "权限表 policy table"
    status = 403


class NotFound(Refusal):
    """The thing does not exist, or this actor may not know that it does."""

    zh = "没有找到{what_zh}，或您无权查看。"
    en = "{what_en} was not found, or you may not see it."
    remedy_zh = "请从列表重新进入。"
    remedy_en = "Open it again from the list."
    status = 404
