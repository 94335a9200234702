"""The words of the inbox: tabs, filters, their values, orders, groups; in the language of the request."""

from collections.abc import Mapping

from engine.inbox import models as m
from engine.programme.titles.models import TYPE_NAMES, TYPE_NAMES_EN
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.inbox import filters as f
from webapp.inbox import sources
from webapp.shared import place


def tab_name(tab: str) -> str:
    """The tab's label."""
    return {
        sources.MINE: _("待办"),
        sources.OFFERED: _("可领取"),
        sources.DONE: _("我已办"),
        sources.FOLLOWED: _("我关注"),
        sources.ALL: _("全部"),
    }[tab]


def field_name(name: str) -> str:
    """The label of a filter."""
    return {
        "process": _("流程"),
        "step": _("环节"),
        "city": _("所在市"),
        "type": _("类型"),
        "year": _("年度"),
        "due": _("期限"),
        "state": _("状态"),
    }[name]


def due_name(value: str) -> str:
    """The label of a due group."""
    return {
        f.OVERDUE: _("已超期"),
        f.TODAY: _("今天到期"),
        f.WEEK: _("本周到期"),
        f.LATER: _("以后到期"),
        f.NEVER: _("无期限"),
    }.get(value, value)


def group_name(value: str) -> str:
    """The heading of a due group in the list."""
    return {f.OVERDUE: _("已超期"), f.TODAY: _("今天"), f.WEEK: _("本周"), f.LATER: _("以后")}.get(
        value, _("无期限")
    )


def state_name(value: str) -> str:
    """The label of a task's state."""
    return {
        f.FREE: _("待领取"),
        f.HELD: _("办理中"),
        f.DONE: _("已办结"),
        f.CANCELED: _("已撤销"),
    }.get(value, value)


def value_name(name: str, value: str, processes: Mapping[str, str], steps: Mapping[str, str]) -> str:
    """The label of one value of a filter."""
    if name == "type":
        return pick(TYPE_NAMES.get(value, value), TYPE_NAMES_EN.get(value, value))
    known = {"process": processes, "step": steps}.get(name)
    if known is not None:
        return known.get(value, value)
    return {"city": place, "due": due_name, "state": state_name}.get(name, str)(value)


def sort_name(name: str) -> str:
    """The label of an order."""
    return {
        f.DUE: _("期限"),
        f.RECEIVED: _("收到时间"),
        f.PRIORITY: _("优先级"),
        f.COMPANY: _("企业"),
    }[name]


def in_words(filters: f.Filters, processes: Mapping[str, str], steps: Mapping[str, str]) -> str:
    """All chosen filters in one line; what an exported sheet says above its rows."""
    said = [
        f"{field_name(name)}：{value_name(name, getattr(filters, name), processes, steps)}"
        for name in f.FIELDS
        if getattr(filters, name)
    ]
    if filters.q:
        said.append(_("搜索：%(words)s", words=filters.q))
    return "；".join(said) or _("无筛选条件")


def action_name(action: str) -> str:
    """The label of an act on many tasks."""
    return {
        m.CLAIM: _("批量领取"),
        m.ASSIGN: _("批量指派"),
        m.GIVE_BACK: _("批量放回待领取"),
        m.COMPLETE: _("用同一意见批量办理"),
    }[action]


def result_name(state: str) -> str:
    """What came of one row of a batch that was confirmed."""
    return {
        m.SUCCEEDED: _("已办成"),
        m.READY: _("待办理"),
        m.LEFT_OUT: _("不能办理"),
        m.REFUSED: _("未被接受"),
    }[state]


def progress(count: Mapping[str, int]) -> str:
    """How far a batch is, in one line."""
    return _(
        "已办成 %(done)s 项，未被接受 %(refused)s 项，未列入 %(out)s 项，剩余 %(ready)s 项。",
        done=count.get(m.SUCCEEDED, 0),
        refused=count.get(m.REFUSED, 0),
        out=count.get(m.LEFT_OUT, 0),
        ready=count.get(m.READY, 0),
    )
