"""What every component type can do; each family overrides what differs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.errors import Language
from forms.definition import Component
from forms.errors import Message, Unfit
from forms.expressions import Evaluator, Scope
from forms.files import FileFacts

Report = Callable[[str, str, str], None]
"""Takes a finding: code, Chinese, English."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a value stands when it is checked or shown: its component, scope, path and language."""

    component: Component
    scope: Scope
    evaluator: Evaluator
    html_id: str = ""
    language: Language = "zh"
    files: Mapping[str, FileFacts] | None = None
    """What is known about uploaded files by id; None when nobody can tell."""

    def setting(self, value: Any) -> Any:
        """A static value, or a FEEL one evaluated here."""
        return self.evaluator.setting(value, self.scope)


class ComponentType:
    """A component type. `keyed` ones hold a value in the data."""

    keyed: ClassVar[bool] = True
    container: ClassVar[bool] = False

    def empty(self) -> Any:
        """The canonical value of an answer that was not given."""
        return None

    def is_empty(self, value: Any) -> bool:
        """Whether a canonical value counts as not answered."""
        return value is None

    def convert(self, component: Component, raw: Any) -> Any:
        """The canonical value of what was submitted. Raises Unfit."""
        raise NotImplementedError

    def check(self, at: Situation, value: Any) -> Iterator[Message]:
        """What is wrong with a canonical value that was answered."""
        return iter(())

    def accepts_computed(self, component: Component, value: Any) -> Any:
        """A FEEL result as this component's canonical value. Raises Unfit."""
        return self.convert(component, value)

    def decode(self, component: Component, texts: Sequence[str]) -> Any:
        """What an HTML form sent under its name, as a body value: the last text counts."""
        return texts[-1]

    def encode(self, value: Any) -> list[str]:
        """The texts that an HTML form would send for a canonical value."""
        return [typed(value)]

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """Attributes of its FieldView. `value` is canonical, `raw` what was typed if it could not be converted."""
        return {}

    def lint(self, component: Component, report: Report) -> None:
        """Report what is wrong with its definition beyond what all components share."""


def typed(value: Any) -> str:
    """A canonical scalar as the text of an input."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else f"{value:f}"


def mistyped(raw: Any, zh: str, en: str) -> Unfit:
    """The refusal of a value of another JSON type."""
    names = {bool: ("是/否", "true or false"), dict: ("对象", "an object"), list: ("列表", "a list")}
    got = names.get(type(raw), ("数字", "a number") if not isinstance(raw, str) else ("文字", "text"))
    return Unfit(f"{{label}}应为{zh}，提交的是{got[0]}", f"{{label}} should be {en}; it was {got[1]}")
