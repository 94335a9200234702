"""The moves of a trial in words."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.store import json
from webapp.dates import instant
from webapp.i18n import gettext as _
from webapp.studio import typed

MOST = 160


def said(name_of: Callable[[str], str], move: Mapping[str, Any]) -> str:
    """One move, as the list of what was done says it; `name_of` tells what an element is called."""
    if "result" in move:
        given = move["result"]
        name = name_of(str(given["key"]).partition(":")[0])
        return _("“%(name)s”得到 %(value)s", name=name, value=_short(given["value"]))
    if "task" in move:
        by = move.get("by")
        name = name_of(move["task"])
        return _("%(by)s办理“%(name)s”", by=by, name=name) if by else _("办理“%(name)s”", name=name)
    if "message" in move:
        return _("收到消息“%(name)s”", name=move["message"])
    if "signal" in move:
        return _("收到信号“%(name)s”", name=move["signal"])
    if "timer" in move:
        return _("等到定时器“%(name)s”触发", name=name_of(move["timer"]))
    if "until" in move:
        return _("等到 %(at)s", at=instant(typed.instant(str(move["until"]))))
    return _("等待 %(period)s", period=str(move.get("wait", "")))


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= MOST else text[:MOST] + "…"
