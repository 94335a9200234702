"""A link of the trail in words: who, what, to which object, and what was different before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from engine import masking
from engine.audit import words
from engine.store import json
from engine.store.trail import Audit
from webapp.dates import instant
from webapp.i18n import gettext as _
from webapp.i18n import language


@dataclass(frozen=True, slots=True)
class Line:
    """One link as a reader sees it."""

    sequence: int
    at: datetime
    actor: str
    name: str
    action: str
    code: str
    object: str
    key: str
    case: str
    url: str | None
    detail: list["Fact"]
    changes: list["Change"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the detail says."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Change:
    """What something was and what it became."""

    label: str
    before: str
    after: str


def line(eyes: masking.Reader, link: Audit, names: Mapping[str, str]) -> Line:
    """The link in the words of the page's language, as these eyes see it."""
    actor, key, detail = eyes.link(link)
    detail = detail if isinstance(detail, Mapping) else {"": detail}
    return Line(
        link.sequence,
        link.at,
        _login(actor),
        eyes.name(link.actor, names.get(link.actor)) if link.actor in names else "",
        words.told(words.ACTIONS, link.action, language()),
        link.action,
        words.told(words.OBJECTS, link.object_type, language()),
        key,
        eyes.text(link.business_key or ""),
        _address(link),
        _facts(detail),
        _changes(detail),
    )


def _login(login: str) -> str:
    return {"system": _("系统"), "public": _("公众")}.get(login, login)


def _address(link: Audit) -> str | None:
    """The page of the instance, where the link is about one."""
    key = link.object_key if link.object_type == "instance" else (link.detail or {}).get("instance")
    return url_for("inspector.instance", key=int(key)) if str(key).isdigit() else None


def _facts(detail: Mapping[str, Any]) -> list[Fact]:
    both = {"before", "after"} if {"before", "after"} & detail.keys() else set()
    return [Fact(_label(name), _text(value)) for name, value in detail.items() if name not in both]


def _changes(detail: Mapping[str, Any]) -> list[Change]:
    before, after = detail.get("before"), detail.get("after")
    if before is None and after is None:
        return []
    if not isinstance(before, Mapping | None) or not isinstance(after, Mapping | None):
        return [Change(str(detail.get("variable", _("内容"))), _text(before), _text(after))]
    was, became = before or {}, after or {}
    names = [*was, *(name for name in became if name not in was)]
    return [Change(_label(name), _text(was.get(name)), _text(became.get(name))) for name in names]


def _label(name: str) -> str:
    return words.told(words.FIELDS, name, language())


def _text(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, str):
        return _moment(value)
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return "、".join(map(str, value)) or "—"
    return str(value) if not isinstance(value, list | Mapping) else json.dumps(value)


def _moment(text: str) -> str:
    """An instant as people write it; any other text as it stands."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return instant(at) if at.tzinfo is not None and len(text) > 10 else text
