"""textfield and textarea."""

from collections.abc import Iterator
from typing import Any

from forms import patterns, texts
from forms.components.base import ComponentType, Report, Situation, mistyped
from forms.definition import Component
from forms.errors import Message, Unfit
from forms.kinds import KINDS, Kind, email_problems, phone_problems
from forms.templates import written

COUNTED = 100
"""Texts that may be as long as this many characters show how many are left."""


class TextField(ComponentType):
    """One line of text, perhaps of a semantic kind (`forms.kinds`)."""

    longest = 1000
    multiline = False

    def convert(self, component: Component, raw: Any) -> str | None:
        """Normalised text; None for an empty one. Raises Unfit for anything but text."""
        if raw is None:
            return None
        if not isinstance(raw, str):
            raise mistyped(raw, "文字", "text")
        if len(raw) > self.longest:
            raise Unfit(
                f"{{label}}最多 {self.longest} 个字，您填了 {len(raw)} 个",
                f"{{label}} takes at most {self.longest} characters; you typed {len(raw)}",
            )
        kind = kind_of(component)
        normalise = kind.normalise if kind else texts.clean if self.multiline else texts.one_line
        return self._typed(component, normalise(raw)) or None

    @staticmethod
    def _typed(component: Component, text: str) -> str:
        """Addresses and phone numbers are pasted full-width, too."""
        return texts.half_width(text) if component.validate.get("validationType") else text

    def accepts_computed(self, component: Component, value: Any) -> str | None:
        """A FEEL result as text: numbers and dates are written out."""
        plain = isinstance(value, str | bool | dict | list) or value is None
        return self.convert(component, value if plain else written(value))

    def check(self, at: Situation, value: str) -> Iterator[Message]:
        """Length, kind, validationType and pattern."""
        yield from _length(at, value)
        kind = kind_of(at.component)
        if kind:
            yield from kind.problems(value)
        validation = at.component.validate.get("validationType")
        if validation in _VALIDATIONS:
            yield from _VALIDATIONS[validation](value)
        yield from _pattern(at.component, value)

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """Input type, lengths and hints for the keyboard."""
        kind, validation = kind_of(at.component), at.component.validate.get("validationType")
        text = value if isinstance(value, str) else ""
        longest = at.setting(at.component.validate.get("maxLength"))
        return {
            "value": text if raw is None else raw,
            "text": text,
            "input_type": kind.input_type if kind else _INPUT_TYPES.get(str(validation), "text"),
            "inputmode": kind.inputmode if kind else "",
            "autocomplete": at.component.properties.get("autocomplete")
            or (kind.autocomplete if kind else ""),
            "minlength": _shown(at.setting(at.component.validate.get("minLength"))),
            "maxlength": _shown(longest) if not kind else "",
            "semantic": kind.name if kind else "",
            "counts": int(longest) if is_number(longest) and longest >= COUNTED and not kind else 0,
        }

    def lint(self, component: Component, report: Report) -> None:
        """An unknown kind or validationType, an unsafe pattern."""
        kind, validation = component.properties.get("kind"), component.validate.get("validationType")
        if kind and kind not in KINDS:
            known = "、".join(KINDS)
            report(
                "FORM_KIND",
                f"没有名为“{kind}”的 kind，可用：{known}",
                f"no kind “{kind}”; there are: {', '.join(KINDS)}",
            )
        if validation and validation not in ("custom", *_VALIDATIONS):
            report(
                "FORM_VALIDATE",
                f"不支持 validationType “{validation}”",
                f"validationType “{validation}” is unknown",
            )
        pattern = component.validate.get("pattern")
        found = patterns.problem(pattern) if isinstance(pattern, str) else None
        if found:
            report("FORM_PATTERN", found.zh, found.en)


class TextArea(TextField):
    """Text of several lines."""

    longest = 20_000
    multiline = True


_INPUT_TYPES = {"email": "email", "phone": "tel"}
_VALIDATIONS = {"email": email_problems, "phone": phone_problems}


def kind_of(component: Component) -> Kind | None:
    """The semantic kind of a text field, if it has one."""
    return KINDS.get(component.properties.get("kind", ""))


def _length(at: Situation, value: str) -> Iterator[Message]:
    least, most = (at.setting(at.component.validate.get(name)) for name in ("minLength", "maxLength"))
    if is_number(least) and len(value) < least:
        yield Message(
            f"{{label}}至少 {least} 个字，您填了 {len(value)} 个，请补充",
            f"{{label}} takes at least {least} characters; you typed {len(value)}",
        )
    if is_number(most) and len(value) > most:
        yield Message(
            f"{{label}}最多 {most} 个字，您填了 {len(value)} 个，请删减 {len(value) - most} 个",
            f"{{label}} takes at most {most} characters; you typed {len(value)}: shorten it by {len(value) - most}",
        )


def _pattern(component: Component, value: str) -> Iterator[Message]:
    pattern = component.validate.get("pattern")
    if not pattern:
        return
    if len(value) > patterns.MAX_INPUT:
        yield Message(
            f"{{label}}最多 {patterns.MAX_INPUT} 个字，您填了 {len(value)} 个",
            f"{{label}} takes at most {patterns.MAX_INPUT} characters; you typed {len(value)}",
        )
    elif not patterns.matches(pattern, value):
        author = component.validate.get("patternErrorMessage")
        yield Message(
            author or f"{{label}}的格式不对，您填了“{texts.excerpt(value)}”，请按说明填写",
            component.properties.get("error_en")
            or f"{{label}} does not have the expected format; you typed “{texts.excerpt(value)}”",
        )


def is_number(value: Any) -> bool:
    """A number of a definition or of FEEL; booleans are not."""
    return value is not None and not isinstance(value, str | bool | list | dict) and hasattr(value, "__lt__")


def _shown(value: Any) -> str:
    return str(value) if is_number(value) else ""
