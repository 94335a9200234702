"""The words of an instance's page: states, what happened, types, how long."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.inspecting.past import Line
from engine.store.instances import ACTIVE, COMPLETED, SUSPENDED, TERMINATED
from engine.studio.comparing.words import type_name
from webapp.i18n import gettext as _
from webapp.i18n import pick


def state(status: str) -> str:
    """The state of an instance."""
    words = {ACTIVE: _("办理中"), SUSPENDED: _("已挂起"), COMPLETED: _("已完成"), TERMINATED: _("已终止")}
    return words.get(status, status)


STATE_TAGS: Mapping[str, str] = {
    ACTIVE: "tag-blue",
    SUSPENDED: "tag-amber",
    COMPLETED: "tag-green",
    TERMINATED: "tag-red",
}


def happened(line: Line) -> str:
    """What a line of history tells, without the name of its element."""
    words = {
        "activated": _("恢复") if (line.detail or {}).get("back") else _("开始"),
        "completed": _("汇合") if (line.detail or {}).get("joined") else _("完成"),
        "terminated": _("终止"),
        "variable": _("写入变量"),
        "incident": _("发生故障"),
        "resolved": _("故障解除"),
        "migrated": _("迁移到新版本"),
    }
    return words.get(line.event, line.event)


EVENT_TAGS: Mapping[str, str] = {
    "activated": "tag-blue",
    "completed": "tag-green",
    "terminated": "tag-amber",
    "incident": "tag-red",
    "migrated": "tag-amber",
}


def outcome(code: str) -> str:
    """How an element instance ended, or that it is at work."""
    words = {"": _("进行中"), "completed": _("完成"), "joined": _("汇合"), "terminated": _("终止")}
    return words.get(code, code)


def element_type(type: str) -> str:
    """The type of an element; a body of many as such."""
    return _("多实例") if type == "multiInstanceBody" else pick(*type_name(type))


def value_type(value: Any) -> str:
    """The type of a variable's value."""
    if value is None:
        return _("空值")
    kinds: tuple[tuple[Any, str], ...] = (
        (bool, _("是/否")),
        (int | float | Decimal, _("数字")),
        (str, _("文字")),
        (list | tuple, _("一个列表")),
        (Mapping, _("键值对象")),
    )
    return next((words for kind, words in kinds if isinstance(value, kind)), type(value).__name__)


def lasted(began: datetime, ended: datetime) -> str:
    """How long something took, in its two largest units."""
    return span(ended - began)


def span(length: timedelta) -> str:
    """A length of time in its two largest units: 3 天 4 小时, 12 分 5 秒."""
    seconds = max(int(length.total_seconds()), 0)
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    if days:
        return _("%(d)s 天 %(h)s 小时", d=f"{days:,}", h=hours) if hours else _("%(d)s 天", d=f"{days:,}")
    if hours:
        return _("%(h)s 小时 %(m)s 分", h=hours, m=minutes) if minutes else _("%(h)s 小时", h=hours)
    if minutes:
        return _("%(m)s 分 %(s)s 秒", m=minutes, s=rest) if rest else _("%(m)s 分", m=minutes)
    return _("%(s)s 秒", s=rest) if rest else _("不到 1 秒")
