"""checkbox, radio, select, checklist, taglist: answers that are chosen, never typed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.errors import Language
from forms import texts
from forms.components.base import ComponentType, Report, Situation, mistyped
from forms.definition import Component
from forms.errors import Message, Unfit
from forms.expressions import is_feel
from forms.viewmodel import OptionView

MAX_CHOSEN = 500
_TRUE = frozenset({"true", "on", "1", "yes"})
_FALSE = frozenset({"", "false", "off", "0", "no"})
SOURCES = ("values", "valuesKey", "valuesExpression")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its value, always text, its labels, and the heading under which it stands."""

    value: str
    zh: str
    en: str
    group_zh: str = ""
    group_en: str = ""

    def group(self, language: Language) -> str:
        """The heading in a language."""
        return self.group_zh if language == "zh" else self.group_en or self.group_zh

    def label(self, language: Language) -> str:
        """Its label in a language."""
        return self.zh if language == "zh" else self.en


def options(at: Situation) -> list[Option]:
    """The choices offered here: static, from the context (`valuesKey`), or by FEEL."""
    component = at.component
    if is_feel(component.get("valuesExpression")):
        entries = at.setting(component.get("valuesExpression"))
    elif component.get("valuesKey"):
        entries = at.scope.get(component.get("valuesKey"))
    else:
        entries = component.get("values")
    listed = entries if isinstance(entries, list | tuple) else [entries] if entries else []
    return [option for option in map(_option, listed) if option is not None]


def _option(entry: Any) -> Option | None:
    if not isinstance(entry, Mapping):
        value = _token(entry)
        return Option(value, value, value) if value else None
    value = _token(entry.get("value", entry.get("code")))
    if not value:
        return None
    zh = str(entry.get("label") or entry.get("name") or value)
    en = str(entry.get("label_en") or entry.get("name_en") or zh)
    group, group_en = str(entry.get("group") or ""), str(entry.get("group_en") or "")
    return Option(value, zh, en, group, group_en)


def _token(value: Any) -> str:
    """The text of a value that can be chosen; empty for one that cannot."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return ""
    return value if isinstance(value, str) else f"{Decimal(value):f}"


class Choice(ComponentType):
    """radio and select: one of the options, as text."""

    def convert(self, component: Component, raw: Any) -> str | None:
        """The chosen value. Raises Unfit."""
        if raw is None or raw == "":
            return None
        token = _token(raw)
        if not token:
            raise mistyped(raw, "一个选项", "one of the options")
        return texts.one_line(token[:1000]) or None

    def check(self, at: Situation, value: str) -> Iterator[Message]:
        """The value must be among the options."""
        yield from _foreign([value], options(at))

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """The options, the chosen one marked; an old value that is no longer offered is still read."""
        return _view_options(at, [value] if isinstance(value, str) else [], many=False)

    def lint(self, component: Component, report: Report) -> None:
        """No source of values, two of them, duplicate or non-text values."""
        lint_values(component, report)


class Choices(ComponentType):
    """checklist and taglist: any of the options, a list of texts without repeats."""

    def empty(self) -> list[str]:
        """No choice."""
        return []

    def is_empty(self, value: Any) -> bool:
        """Nothing was chosen."""
        return not value

    def convert(self, component: Component, raw: Any) -> list[str]:
        """The chosen values in the order given. Raises Unfit."""
        if raw is None or raw == "":
            return []
        if not isinstance(raw, list | tuple) or any(not _token(entry) for entry in raw):
            raise mistyped(raw, "选项的列表", "a list of options")
        if len(raw) > MAX_CHOSEN:
            raise Unfit(f"{{label}}最多选 {MAX_CHOSEN} 项", f"{{label}} takes at most {MAX_CHOSEN} choices")
        return list(dict.fromkeys(texts.one_line(_token(entry)[:1000]) for entry in raw))

    def check(self, at: Situation, value: list[str]) -> Iterator[Message]:
        """Every value must be among the options."""
        yield from _foreign(value, options(at))

    def decode(self, component: Component, texts: Sequence[str]) -> list[str]:
        """All texts sent; the empty one only says that the field was on the page."""
        return [text for text in texts if text]

    def encode(self, value: Any) -> list[str]:
        """The chosen values behind an empty text."""
        return ["", *(value or [])]

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """The options, the chosen ones marked."""
        return _view_options(at, value if isinstance(value, list) else [], many=True)

    def lint(self, component: Component, report: Report) -> None:
        """As for a single choice."""
        lint_values(component, report)


class Checkbox(ComponentType):
    """A box that is ticked or not."""

    def empty(self) -> bool:
        """Not ticked."""
        return False

    def is_empty(self, value: Any) -> bool:
        """A required box must be ticked, as in form-js."""
        return value is not True

    def convert(self, component: Component, raw: Any) -> bool:
        """True or False; null is False. Raises Unfit."""
        if raw is None or isinstance(raw, bool):
            return bool(raw)
        raise mistyped(raw, "是或否", "true or false")

    def decode(self, component: Component, texts: Sequence[str]) -> Any:
        """What a box sends; anything unknown stays text and is refused."""
        last = texts[-1].lower()
        return True if last in _TRUE else False if last in _FALSE else texts[-1]

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """Ticked or not, as a bool and in words."""
        words = ("否", "是") if at.language == "zh" else ("No", "Yes")
        return {"value": value is True, "text": words[value is True]}


def _foreign(values: Sequence[str], offered: Sequence[Option]) -> Iterator[Message]:
    known = {option.value for option in offered}
    for value in values:
        if value not in known:
            yield Message(
                f"{{label}}所选的“{texts.excerpt(value)}”不在可选范围内，请重新选择",
                f"“{texts.excerpt(value)}” is not among the options of {{label}}; choose again",
            )


def _view_options(at: Situation, chosen: list[str], *, many: bool) -> dict[str, Any]:
    offered = options(at)
    labels = {option.value: option.label(at.language) for option in offered}
    once = Counter(labels.values())
    for option in offered if len(once) < len(labels) else ():
        if once[option.label(at.language)] > 1:  # 市中区 is a district of two cities
            labels[option.value] = (
                f"{option.group(at.language)}{'' if at.language == 'zh' else ' '}{labels[option.value]}"
            )
    views = tuple(
        OptionView(
            option.value,
            option.label(at.language),
            option.value in chosen,
            f"{at.html_id}-{number}",
            option.group(at.language),
        )
        for number, option in enumerate(offered)
    )
    separator = "、" if at.language == "zh" else ", "
    return {
        "value": list(chosen) if many else (chosen[0] if chosen else ""),
        "text": separator.join(labels.get(value, value) for value in chosen),
        "options": views,
        "multiple": many,
    }


def lint_values(component: Component, report: Report) -> None:
    """Exactly one of values, valuesKey and valuesExpression; static values are distinct texts with labels."""
    given = [name for name in SOURCES if component.get(name)]
    if len(given) != 1:
        report(
            "FORM_VALUES",
            f"选项应由 {'、'.join(SOURCES)} 之一给出，现有 {len(given)} 个",
            f"options come from exactly one of {', '.join(SOURCES)}; there are {len(given)}",
        )
    expression = component.get("valuesExpression")
    if expression and not is_feel(expression):
        report("FORM_VALUES", "valuesExpression 应以 = 开头", "valuesExpression begins with =")
    values = component.get("values") or []
    tokens = [entry.get("value") if isinstance(entry, Mapping) else None for entry in values]
    if any(not isinstance(token, str) or not token for token in tokens):
        report("FORM_VALUES", "每个选项都应有文字的 value", "every option has a value that is text")
    elif len(set(tokens)) < len(tokens):
        report("FORM_VALUES", "选项的 value 重复", "two options have the same value")
    if any(isinstance(entry, Mapping) and not entry.get("label") for entry in values):
        report("FORM_VALUES", "每个选项都应有 label", "every option has a label")
