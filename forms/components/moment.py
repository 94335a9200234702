"""datetime: a date, a time, or both, as ISO 8601 text."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from engine.clock import BUSINESS_ZONE, in_business_zone, in_words
from engine.errors import Language
from forms import templates, texts
from forms.components.base import ComponentType, Report, Situation, mistyped
from forms.definition import Component
from forms.errors import Message, Unfit

_DATE = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"(\d{1,2})[:时](\d{2})分?(?::(\d{2})(?:\.0{1,9})?)?")
_EXAMPLES = {"date": "2026-12-08", "time": "09:30", "datetime": "2026-12-08 09:30"}
_OFFSET = re.compile(r"(.*\d)(Z|[+-]\d{2}:?\d{2})", re.IGNORECASE)


class Moment(ComponentType):
    """A date (`2026-12-08`), a time (`09:30`) or an instant (`2026-12-08T09:30+08:00`), by its `subtype`."""

    def convert(self, component: Component, raw: Any) -> str | None:
        """Canonical ISO text; 2026/12/8, 20261208 and 2026年12月8日 are understood. Raises Unfit."""
        if raw is None:
            return None
        if not isinstance(raw, str):
            raise mistyped(raw, "日期或时间", "a date or a time")
        text = texts.half_width(texts.one_line(raw[:100]))
        if not text:
            return None
        subtype = subtype_of(component)
        try:
            return _READERS[subtype](text, component)
        except ValueError:
            example = _EXAMPLES[subtype]
            raise Unfit(
                f"{{label}}不是有效的{'时间' if subtype == 'time' else '日期'}，请按 {example} 的样子填写，"
                f"您填了“{texts.excerpt(raw)}”",
                f"{{label}} is not a valid {subtype}; write it like {example}; you typed “{texts.excerpt(raw)}”",
            ) from None

    def accepts_computed(self, component: Component, value: Any) -> str | None:
        """A FEEL date, time or date and time, or its text."""
        if isinstance(value, datetime):
            return self.convert(component, value.isoformat(timespec="seconds"))
        return self.convert(component, value.isoformat() if isinstance(value, date | time) else value)

    def check(self, at: Situation, value: str) -> Iterator[Message]:
        """`disallowPassedDates`, `not_before`, `not_after`."""
        if (
            at.component.get("disallowPassedDates") is True
            and value[:10] < at.evaluator.clock.now().date().isoformat()
        ):
            yield Message(
                "{label}不能早于今天，请改为今天或以后的日期",
                "{label} must not be in the past; choose today or later",
            )
        first, last = (_bound(at, name) for name in ("not_before", "not_after"))
        if first and _order(value) < _order(first):
            yield Message(
                f"{{label}}不能早于{_said(first)}，您填了{_said(value)}",
                f"{{label}} must not be before {_said(first, 'en')}; you typed {_said(value, 'en')}",
            )
        if last and _order(value) > _order(last):
            yield Message(
                f"{{label}}不能晚于{_said(last)}，您填了{_said(value)}",
                f"{{label}} must not be after {_said(last, 'en')}; you typed {_said(value, 'en')}",
            )

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """The input type and the value that it understands."""
        subtype, text = subtype_of(at.component), value if isinstance(value, str) else ""
        return {
            "value": raw if raw is not None else text[:16] if subtype == "datetime" else text,
            "text": templates.told(_read(text), at.language),
            "input_type": "datetime-local" if subtype == "datetime" else subtype,
            "min": (_bound(at, "not_before") or "")[:16],
            "max": (_bound(at, "not_after") or "")[:16],
        }

    def lint(self, component: Component, report: Report) -> None:
        """A subtype that form-js does not know."""
        if component.get("subtype", "date") not in _READERS:
            report(
                "FORM_VALIDATE", "subtype 应为 date、time 或 datetime", "subtype is date, time or datetime"
            )


def _said(value: str, language: Language = "zh") -> str:
    return in_words(_read(value), language)


def subtype_of(component: Component) -> str:
    """date, time or datetime."""
    subtype = component.get("subtype", "date")
    return subtype if subtype in _READERS else "date"


def _date(text: str, component: Component) -> str:
    match = _DATE.fullmatch(text.replace(" ", "")) or _DATE.fullmatch(text.partition("T")[0])
    if match is None:
        raise ValueError(text)
    year, month, day = (int(part) for part in match.groups() if part is not None)
    if not 1900 <= year <= 2200:
        raise ValueError(text)
    return date(year, month, day).isoformat()


def _time(text: str, component: Component) -> str:
    match = _TIME.fullmatch(text.replace(" ", ""))
    if match is None:
        raise ValueError(text)
    hour, minute, second = (int(part) for part in match.groups(default="0"))
    return time(hour, minute, second).isoformat(timespec="seconds")


def _datetime(text: str, component: Component) -> str:
    day, _, rest = text.replace("T", " ", 1).partition(" ")
    match = _OFFSET.fullmatch(rest.strip())
    clock_text, offset = (match[1], match[2].upper()) if match else (rest, "")
    local = datetime.fromisoformat(f"{_date(day, component)}T{_time(clock_text, component)}{offset}")
    if component.get("timeSerializingFormat") == "no_timezone":
        return local.replace(tzinfo=None).isoformat(timespec="seconds")
    aware = local if local.tzinfo else local.replace(tzinfo=BUSINESS_ZONE)
    return in_business_zone(aware).isoformat(timespec="seconds")


_READERS = {"date": _date, "time": _time, "datetime": _datetime}


def _bound(at: Situation, name: str) -> str | None:
    value = at.setting(at.component.properties.get(name))
    if isinstance(value, datetime):
        value = (in_business_zone(value) if value.tzinfo else value).isoformat(timespec="seconds")
    elif isinstance(value, date | time):
        value = value.isoformat()
    if not isinstance(value, str):
        return None
    try:
        return _READERS[subtype_of(at.component)](value, at.component)
    except ValueError:
        return None


def _order(text: str) -> str:
    """Canonical texts of one subtype sort as text: their offset is always that of the business zone."""
    return text[:16]


def _read(text: str) -> str:
    return text[:16].replace("T", " ")
