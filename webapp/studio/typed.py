"""Values that people type where a process expects variables: by type where it is known, else as JSON or plain text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine import feel
from engine.bpmn.model import Model
from engine.clock import BUSINESS_ZONE
from engine.errors import Refusal
from engine.store import json
from engine.studio.trying.histories import listed
from engine.verbs import Parameter, Verb
from webapp.i18n import pick

PREFIX = "v."
LONGEST = 200_000


class NotSuch(Refusal):
    """What was typed is not of the type that is expected."""

    zh = "“{name}”应填{type_zh}，不能是“{typed}”。"
    en = "{name} takes {type_en}, not “{typed}”."
    status = 422


TYPES = {
    "number": ("数字", "a number"),
    "boolean": ("是或否", "yes or no"),
    "date": ("日期（如 2024-06-30）", "a date such as 2024-06-30"),
    "date and time": ("日期和时间", "a date with a time"),
    "list": ("JSON 列表（如 [1, 2]）", "a JSON list such as [1, 2]"),
    "context": ("JSON 对象", "a JSON object"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One value to give: its variable name, its label, its type ("" where nobody knows), and what stands there."""

    name: str
    label: str
    type: str = ""
    text: str = ""

    @property
    def id(self) -> str:
        """The name of the input."""
        return PREFIX + self.name


def of_verb(found: Verb | None, given: Mapping[str, Any]) -> list[Field]:
    """The fields for what a verb gives; those that were given before, for a verb that nobody knows."""
    if found is None:
        return [Field(name, name, "", shown(value)) for name, value in given.items()]
    return [_field(parameter, given.get(parameter.name)) for parameter in found.outputs]


def _field(parameter: Parameter, value: Any) -> Field:
    known = parameter.type if parameter.type in TYPES or parameter.type == "string" else ""
    return Field(parameter.name, pick(parameter.zh, parameter.en), known, shown(value, known))


def names_read(model: Model, process: str, element: str) -> list[str]:
    """The variables that an element's output mappings take from what comes in: what a message may bring."""
    found = listed(model, process).get(element)
    sources = [source for _, source in found.outputs] if found is not None else []
    read = [feel.parse(source[1:]) for source in sources if source.startswith("=")]
    return list(dict.fromkeys(name for each in read for name in sorted(each.free_variables)))


def shown(value: Any, type: str = "") -> str:
    """A value as it is typed: plain text as it is, anything else as JSON."""
    if value is None:
        return ""
    if type == "date and time" and isinstance(value, str):
        return value[:16]
    if isinstance(value, str):
        return value if type or _guessed(value) == value else json.dumps(value)
    return json.dumps(value)


def taken(fields: Iterable[Field], sent: Mapping[str, str]) -> dict[str, Any]:
    """What was typed into these fields; empty ones are left out. Raises NotSuch."""
    found = {field: sent.get(field.id, "").strip()[:LONGEST] for field in fields}
    return {field.name: _typed(field, text) for field, text in found.items() if text}


def free(names: Sequence[str], values: Sequence[str]) -> dict[str, Any]:
    """Pairs of a name and a text of any type; pairs without a name are left out. Raises NotSuch for a bad name."""
    found: dict[str, Any] = {}
    for name, text in zip(names, values, strict=False):
        if not name.strip():
            continue
        if not name.strip().isidentifier() or len(name) > 100:
            raise NotSuch(
                name="变量名 / name",
                type_zh="字母、数字和下划线",
                type_en="letters, digits, underscores",
                typed=name[:60],
            )
        found[name.strip()] = _guessed(text.strip()[:LONGEST])
    return found


def _typed(field: Field, text: str) -> Any:
    if field.type == "string":
        return text
    try:
        return READERS.get(field.type, _guessed)(text)
    except (ValueError, InvalidOperation) as error:
        zh, en = TYPES.get(field.type, ("别的值", "something else"))
        raise NotSuch(name=field.label, type_zh=zh, type_en=en, typed=text[:60]) from error


def _guessed(text: str) -> Any:
    """JSON where it is JSON, else the text itself."""
    try:
        return json.loads(text)
    except json.BadJson:
        return text


def _number(text: str) -> Decimal:
    found = Decimal(text)
    if not found.is_finite():
        raise ValueError(text)
    return found


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def instant(text: str) -> datetime:
    """A local date and time as browsers send it. Raises ValueError."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=BUSINESS_ZONE)


def _listed(text: str) -> list[Any]:
    found = _guessed(text)
    if not isinstance(found, list):
        raise ValueError(text)
    return found


def _context(text: str) -> dict[str, Any]:
    found = _guessed(text)
    if not isinstance(found, dict):
        raise ValueError(text)
    return found


READERS = {
    "number": _number,
    "boolean": _flag,
    "date": _day,
    "date and time": lambda text: instant(text).isoformat(),
    "list": _listed,
    "context": _context,
}
