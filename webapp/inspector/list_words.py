"""The words of the list of instances: states, filters, what was asked for in one line."""

from collections.abc import Mapping

from engine.inspecting.finding import wishes as w
from engine.inspecting.finding.wishes import Wish
from engine.operating.words import said
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.shared import place


def state_name(value: str) -> str:
    """A state that can be asked for."""
    return {
        "running": _("进行中"),
        "active": _("办理中"),
        "suspended": _("已挂起"),
        w.INCIDENT: _("有故障"),
        w.OVERDUE: _("有超期任务"),
        "ended": _("已结束"),
        "completed": _("已完成"),
        "terminated": _("已终止"),
    }.get(value, value)


def sort_name(value: str) -> str:
    """An order of the list."""
    return {
        w.NEWEST: _("最近开始的在前"),
        w.OLDEST: _("最早开始的在前"),
        w.ENDED_LAST: _("最近结束的在前"),
        w.ENDED_FIRST: _("最早结束的在前"),
    }[value]


def error_name(code: str) -> str:
    """A kind of incident in words, with nothing lost of one that has none."""
    return said(code, language())


def field_name(name: str) -> str:
    """The label of a filter."""
    return {
        "process": _("流程"),
        "version": _("版本"),
        "state": _("状态"),
        "element": _("所在环节"),
        "variable": _("变量"),
        "value": _("变量值"),
        "key": _("业务编号"),
        "city": _("所在市"),
        "started_from": _("开始日期自"),
        "started_to": _("开始日期至"),
        "ended_from": _("结束日期自"),
        "ended_to": _("结束日期至"),
        "error": _("故障种类"),
        "text": _("故障说明"),
    }[name]


def value_name(name: str, value: str, processes: Mapping[str, str], elements: Mapping[str, str]) -> str:
    """One value of a filter."""
    if name == "city":
        return _("全省") if value == w.NO_CITY else place(value)
    if name == "version":
        return _("第 %(v)s 版", v=value)
    if name == "error":
        return error_name(value)
    known = {"process": processes, "element": elements}.get(name)
    return known.get(value, value) if known else state_name(value) if name == "state" else value


def in_words(wish: Wish, processes: Mapping[str, str], elements: Mapping[str, str]) -> str:
    """All chosen filters in one line; what a file says above its rows."""
    said = [
        f"{field_name(name)}{_('：')}{value_name(name, getattr(wish, name), processes, elements)}"
        for name in w.FILTERS
        if getattr(wish, name)
    ]
    return "；".join(said) or _("无筛选条件")
