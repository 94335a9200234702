"""A variable's value as an administrator writes it: text as it is, numbers, yes or no, empty; JSON for the rest."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.errors import Refusal
from engine.store import json
from webapp.i18n import gettext as _

TEXT, NUMBER, YES_NO, EMPTY, STRUCTURE = "text", "number", "yesno", "empty", "json"
YES = {"是": True, "yes": True, "true": True, "否": False, "no": False, "false": False}


class NotOfKind(Refusal):
    """What was written is not of the kind that was said."""

    zh = "变量“{name}”的新值应当是{zh_kind}：{zh_hint}。"
    en = "The new value of variable {name} must be {en_kind}: {en_hint}."
    status = 422


KINDS: Mapping[str, tuple[str, str, str, str]] = {
    NUMBER: ("数值", "a number", "请只写数字，如 12.50", "write digits only, such as 12.50"),
    YES_NO: ("是与否", "yes or no", "请写“是”或“否”", "write “yes” or “no”"),
    STRUCTURE: (
        "列表或对象",
        "a list or an object",
        "请按 JSON 书写，注意引号和括号成对",
        "write JSON, with every quote and bracket closed",
    ),
}


def kind_words() -> Mapping[str, str]:
    """The kinds in the page's language."""
    return {
        TEXT: _("文字（日期、时间也照写）"),
        NUMBER: _("数值"),
        YES_NO: _("是与否"),
        EMPTY: _("空值"),
        STRUCTURE: _("列表或对象（JSON）"),
    }


def kind_of(value: Any) -> str:
    """The kind of a value."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return YES_NO
    if isinstance(value, int | Decimal):
        return NUMBER
    return TEXT if isinstance(value, str) else STRUCTURE


def shown(value: Any) -> str:
    """A value as it is written in the form."""
    kind = kind_of(value)
    if kind == EMPTY:
        return ""
    if kind == YES_NO:
        return _("是") if value else _("否")
    return str(value) if kind in (TEXT, NUMBER) else json.pretty(value)


def read(name: str, kind: str, text: str) -> Any:
    """The value that was written. Raises NotOfKind, BadJson."""
    if kind == EMPTY:
        return None
    if kind == TEXT:
        return text.replace("\r\n", "\n")
    if kind == NUMBER:
        return _number(name, text.strip())
    if kind == YES_NO:
        found = YES.get(text.strip().lower())
        if found is None:
            raise _wrong(name, kind)
        return found
    try:
        return json.loads(text)
    except json.BadJson as error:
        if kind == STRUCTURE:
            raise _wrong(name, kind) from error
        raise


def _number(name: str, text: str) -> int | Decimal:
    try:
        found = Decimal(text) if len(text) <= 60 else Decimal("NaN")
    except InvalidOperation as error:
        raise _wrong(name, NUMBER) from error
    if not found.is_finite() or "_" in text:
        raise _wrong(name, NUMBER)
    return int(text) if text.lstrip("-").isdigit() and text.isascii() else found


def _wrong(name: str, kind: str) -> NotOfKind:
    zh_kind, en_kind, zh_hint, en_hint = KINDS[kind]
    return NotOfKind(name=name, zh_kind=zh_kind, en_kind=en_kind, zh_hint=zh_hint, en_hint=en_hint)
