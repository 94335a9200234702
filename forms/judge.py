"""Answers brought together with the rules: settled, and everything that is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import Schema

from engine.clock import Clock
from engine.feel import Functions
from forms import fixed, guard, schema
from forms.components import TYPES
from forms.definition import Definition
from forms.errors import FieldError, InvalidForm, Message
from forms.expressions import Evaluator
from forms.files import FileFacts, Files
from forms.limits import Limits, exact
from forms.order import Ahead
from forms.paths import Path, get_in, name_of
from forms.rules import Rules
from forms.settle import Place, Settlement, Settler

Unfit = Mapping[Path, list[Message]]
_ABSENT = object()
_CONTRADICTION = FieldError(
    "",
    "表单",
    "这些填写项的显示条件互相矛盾，无法确定哪些应当填写，请联系表单管理人员",
    "The conditions of this form contradict each other for these answers; tell the people who keep the form",
    "Form",
)
_CLOSED = Message(
    "{label}不在本次可以修改的范围内，请保持原来的内容",
    "{label} is not among the answers that may be changed now; leave it as it was",
)
_CLOSED_ROWS = Message(
    "{label}的行数不能改变，只能修改列出的内容",
    "The rows of {label} cannot be added or removed now; change only what is listed",
)


@dataclass(frozen=True, slots=True)
class Around:
    """What answers are judged by besides the form: see `Form.validate`."""

    context: Mapping[str, Any]
    clock: Clock
    existing: Mapping[str, Any] | None = None
    functions: Functions | None = None
    files: Files | None = None
    only: Mapping[str, str] | None = None
    base: Mapping[str, Any] | None = None

    def limits(self, definition: Definition) -> Limits:
        """Which answers are open; with files also what is said about them, file by file."""
        only = self.only
        if only:
            told = [c for c in definition.walk() if fixed.of_files(c) and fixed.files_of(c) in only]
            only = {**{name_of(c.path): only[fixed.files_of(c)] for c in told}, **only}
        return Limits(only, exact(self.base))


@dataclass(frozen=True, slots=True)
class Judgement:
    """Settled answers and what is wrong with them; `evaluator` and `files` go on to hints and views."""

    settlement: Settlement
    errors: list[FieldError]
    evaluator: Evaluator
    files: Mapping[str, FileFacts] | None


def read(form: Schema, body: Mapping[str, Any]) -> tuple[dict[str, Any], Unfit]:
    """What could be read, and the messages by path. Raises InvalidForm for a body that must not be looked into."""
    refused = guard.body_errors(body)
    if refused:
        raise InvalidForm(refused)
    loaded, messages = schema.load(form, body)
    unfit: dict[Path, list[Message]] = {}
    for path, message in schema.messages_by_path(messages):
        unfit.setdefault(path, []).append(message)
    return loaded, unfit


def judge(
    definition: Definition, loaded: Mapping[str, Any], unfit: Unfit, around: Around, ahead: Ahead
) -> Judgement:
    """Settle what was read and list everything to mend, in page order."""
    settlement, evaluator, limits = settled(definition, loaded, unfit, around, ahead)
    files = facts(settlement, around.files)
    rules = Rules(evaluator, unfit, files, loaded)
    errors = [
        *_strangers(settlement, unfit),
        *(rules.error(place, message) for place, message in _intruders(settlement, loaded, unfit, limits)),
        *rules.errors(settlement),
    ]
    if evaluator.faults:
        errors.append(_too_costly(evaluator))
    elif not settlement.stable:
        errors.append(_CONTRADICTION)
    return Judgement(settlement, errors, evaluator, files)


def settled(
    definition: Definition,
    loaded: Mapping[str, Any],
    unfit: Unfit,
    around: Around,
    ahead: Ahead,
) -> tuple[Settlement, Evaluator, Limits]:
    """The answers as they count, whatever is wrong with them; what computed them, and what is open."""
    evaluator, limits = Evaluator(around.clock, around.functions), around.limits(definition)
    sources = [around.existing or {}, around.context]
    settler = Settler(
        definition, around.context, evaluator, sources, limits=limits, unreadable=unfit, ahead=ahead
    )
    return settler.settle(loaded), evaluator, limits


def facts(settlement: Settlement, files: Files | None) -> Mapping[str, FileFacts] | None:
    """What is known about all files that the answers name, asked for once; None when nobody can tell."""
    if files is None:
        return None
    pickers = [place for place in settlement.walk() if place.component.type == "filepicker"]
    ids = [entry for place in pickers for entry in place.value or () if not place.hidden]
    return files.facts(list(dict.fromkeys(ids))) if ids else {}


def located(error: FieldError, section_of: Mapping[str, str]) -> FieldError:
    """The error with the section where it is to be mended; `section_of` leads from top-level keys to sections."""
    key = error.path.partition(".")[0].partition("[")[0]
    return replace(error, section=section_of[key]) if key in section_of else error


def _strangers(settlement: Settlement, unfit: Unfit) -> list[FieldError]:
    """Errors about keys that no open component stands for; what was sent for a hidden one is no error."""
    placed = {place.path: place for place in settlement.walk() if TYPES[place.component.type].keyed}
    closed = {path for path, place in placed.items() if place.hidden or place.readonly}
    return [
        form_error(path, message)
        for path, messages in unfit.items()
        if path not in placed and not any(path[:length] in closed for length in range(1, len(path)))
        for message in messages
    ]


def _intruders(
    settlement: Settlement, loaded: Mapping[str, Any], unfit: Unfit, limits: Limits
) -> Iterator[tuple[Place, Message]]:
    """What was sent for answers that are not open now, unless it is what stands there anyway."""
    if limits.only is None:
        return
    lists = [p for p in settlement.walk() if p.component.type == "dynamiclist" and not p.hidden]
    kept = [p for p in lists if p.closed or limits.reaches_into(p.path)]
    for place in settlement.walk():
        sent = get_in(loaded, place.path, _ABSENT)
        if place in kept:
            if isinstance(sent, list) and len(sent) > len(place.value):
                yield place, _CLOSED_ROWS
        elif _is_kept(place) and (place.path in unfit or (sent is not _ABSENT and sent != place.value)):
            yield place, _CLOSED


def _is_kept(place: Place) -> bool:
    """Whether somebody could have answered it, were it open: what is always readonly is not even read."""
    component = place.component
    answers = TYPES[component.type].keyed and component.computed is None and component.readonly is not True
    return place.closed and answers and not place.hidden


def form_error(path: Path, message: Message) -> FieldError:
    """An error about a name that is no field."""
    name = name_of(path)
    told = message.labelled(Message(name, name))
    return FieldError(name, name, told.zh, told.en, name)


def _too_costly(evaluator: Evaluator) -> FieldError:
    zh, en = evaluator.faults[0].message("zh"), evaluator.faults[0].message("en")
    return FieldError("", "表单", f"有一项不能计算：{zh}", f"Something could not be computed: {en}", "Form")
