"""The rules of every visible field, applied to settled answers: all that is wrong, in page order."""

from collections.abc import Iterator, Mapping
from typing import Any

from forms import fixed, texts
from forms.components import TYPES, Situation
from forms.definition import Component
from forms.errors import FieldError, Message
from forms.expressions import Evaluator
from forms.files import FileFacts
from forms.paths import Path, get_in, name_of
from forms.settle import Place, Settlement
from forms.templates import render

_REQUIRED = {
    "choose": Message("请选择{label}", "Choose {label}"),
    "upload": Message("请上传{label}", "Upload {label}"),
    "tick": Message("请勾选{label}", "Tick {label}"),
    "rows": Message("{label}至少填写一行", "Add at least one row to {label}"),
    "compute": Message(
        "{label}还不能计算，请先填写相关各项", "{label} cannot be computed yet; fill in what it depends on"
    ),
    "enter": Message("请填写{label}", "Enter {label}"),
}
_ASK = {
    "radio": "choose",
    "select": "choose",
    "checklist": "choose",
    "taglist": "choose",
    "filepicker": "upload",
    "checkbox": "tick",
    "dynamiclist": "rows",
}
_COMMITMENT = Message(
    "请阅读并勾选{label}，未承诺的不能提交", "Read and tick {label}; without it the form cannot be sent"
)
_CHECK = Message("{label}与其他填写项不一致，请核对", "{label} does not agree with other answers; check it")
_PUNCTUATION = frozenset("，。？；：、（）,?;:()")


class Rules:
    """Finds what is wrong with settled answers.

    `unfit` are the messages of values that could not be read, `files` what is known about uploads, `sent` the body
    as it was read.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        unfit: Mapping[Path, list[Message]],
        files: Mapping[str, FileFacts] | None = None,
        sent: Mapping[str, Any] | None = None,
    ) -> None:
        self.evaluator, self._unfit, self._files, self._sent = evaluator, unfit, files, sent or {}

    def errors(self, settlement: Settlement) -> list[FieldError]:
        """Everything to mend among visible fields."""
        return [
            self.error(place, message)
            for place in settlement.walk()
            if not (place.hidden or place.blank) and TYPES[place.component.type].keyed
            for message in self._messages(place)
        ]

    def error(self, place: Place, message: Message) -> FieldError:
        """A message told about a place: with its label and its row."""
        label = Message(*(self.label(place, language) for language in ("zh", "en")))
        told = message.labelled(Message(_quoted(label.zh, 20), _quoted(label.en, 40)))
        if place.row is not None and (name := Message(place.row.label("zh"), place.row.label("en"))).zh:
            told = Message(
                f"{name.zh}：{told.zh}", f"{name.en}: {told.en}"
            )  # a row that is known by its name
        else:
            told = told.in_row(place.rows)
        return FieldError(name_of(place.path), label.zh, told.zh, told.en, label.en)

    def required(self, place: Place) -> bool:
        """Whether the place must be answered now."""
        component = place.component
        condition = component.properties.get("required")
        return (
            component.validate.get("required") is True
            or _promised(component)
            or least_rows(component) > 0
            or (bool(condition) and self.evaluator.holds(condition, place.scope))
        )

    def _messages(self, place: Place) -> Iterator[Message]:
        component, kind = place.component, TYPES[place.component.type]
        if place.readonly and component.computed is None:
            return  # what was kept was judged when it was given
        if place.path in self._unfit:
            yield from self._unfit[place.path]
        elif kind.is_empty(place.value):
            if self.required(place):
                yield _asking(place)
            if place.elements is not None:
                yield from self._row_count(place)
        else:
            at = Situation(component, place.scope, self.evaluator, files=self._files)
            yield from kind.check(at, place.value)
            yield from self._row_count(place)
            yield from self._own_check(place)

    def _own_check(self, place: Place) -> Iterator[Message]:
        """The author's `check`: FEEL that must be true."""
        check = place.component.properties.get("check")
        if check and not self.evaluator.holds(check, {**place.scope, "value": place.value}):
            yield authors_words(place.component, _CHECK)

    def _row_count(self, place: Place) -> Iterator[Message]:
        if place.component.type != "dynamiclist":
            return
        if place.elements is None:
            yield from _rows_out_of_bounds(place)
        elif not fixed.of_files(place.component):
            yield from _misplaced(place.elements, get_in(self._sent, place.path))

    def label(self, place: Place, language: str) -> str:
        chosen = "en" if language == "en" else "zh"
        return render(place.component.label(chosen), place.scope, self.evaluator, chosen)  # type: ignore[arg-type]


def authors_words(component: Component, ours: Message) -> Message:
    """The author's `error_zh` and `error_en`, where given."""
    return Message(
        component.properties.get("error_zh") or ours.zh, component.properties.get("error_en") or ours.en
    )


def least_rows(component: Component) -> int:
    """`min_rows` of a list, 0 when none is set."""
    return _count(component, "min_rows") or 0


def most_rows(component: Component) -> int | None:
    """`max_rows` of a list, None when none is set."""
    return _count(component, "max_rows")


def _count(component: Component, name: str) -> int | None:
    text = component.properties.get(name, "")
    return int(text) if component.type == "dynamiclist" and text.isascii() and text.isdigit() else None


def _misplaced(known: list[fixed.Element], sent: Any) -> Iterator[Message]:
    """Rows of a given table that it does not have, or not there."""
    numbers = [str(number + 1) for number in fixed.misplaced(known, sent)]
    if numbers:
        yield Message(
            f"{{label}}共 {len(known)} 行，提交的第 {'、'.join(numbers[:5])} 行不在表中或位置不对，请刷新页面后重新填写",
            f"{{label}} has {len(known)} rows; row {', '.join(numbers[:5])} is not one of them or not in its place: "
            "reload the page",
        )


def _rows_out_of_bounds(place: Place) -> Iterator[Message]:
    count, least, most = len(place.value), least_rows(place.component), most_rows(place.component)
    if count < least:
        yield Message(
            f"{{label}}至少 {least} 行，您填了 {count} 行，请补充",
            f"{{label}} takes at least {least} rows; you filled in {count}",
        )
    if most is not None and count > most:
        yield Message(
            f"{{label}}最多 {most} 行，您填了 {count} 行，请删除 {count - most} 行",
            f"{{label}} takes at most {most} rows; you filled in {count}: remove {count - most}",
        )


def _promised(component: Component) -> bool:
    return component.type == "checkbox" and component.properties.get("must_be_true") == "true"


def _asking(place: Place) -> Message:
    component = place.component
    if _promised(component):
        return authors_words(component, _COMMITMENT)
    return _REQUIRED["compute" if component.computed is not None else _ASK.get(component.type, "enter")]


def _quoted(label: str, longest: int) -> str:
    """A long label, or one with punctuation, stands in quotation marks inside a sentence."""
    shown = texts.excerpt(label, 2 * longest)
    return f"“{shown}”" if len(shown) > longest or _PUNCTUATION & set(shown) else shown
