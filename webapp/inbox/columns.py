"""The columns of a list: which there are, which a person or a view has chosen, in which order."""

from collections.abc import Mapping, Sequence

from webapp.i18n import gettext as _

STEP, CASE = "step", "case"
USUAL = (STEP, CASE, "city", "received", "due", "priority", "state")
"""What is shown until somebody chooses."""
COLUMNS = (*USUAL, "number", "type", "year", "process", "holder")
"""Every column. The step, by which a task is opened, is always among those shown."""
SORTED = {CASE: "company", "received": "received", "due": "due", "priority": "priority"}
"""The order behind a column's heading."""


def label(name: str, tab: str = "") -> str:
    """A column's heading."""
    if name == "due" and tab == "done":
        return _("办结时间")
    return {
        STEP: _("环节"),
        CASE: _("对象与企业"),
        "city": _("所在市"),
        "received": _("收到时间"),
        "due": _("期限"),
        "priority": _("优先级"),
        "state": _("状态"),
        "number": _("编号"),
        "type": _("类型"),
        "year": _("年度"),
        "process": _("流程"),
        "holder": _("办理人"),
    }[name]


def shown(*choices: Sequence[str]) -> tuple[str, ...]:
    """The first choice that names any column, unknown names left out; the usual ones without a choice."""
    for choice in choices:
        known = tuple(dict.fromkeys(name for name in choice if name in COLUMNS))
        if known:
            return known if STEP in known else (STEP, *known)
    return USUAL


def chosen(form: Mapping[str, str]) -> list[str]:
    """The columns of a form that ticks (`show-…`) and numbers (`place-…`) them; by number, then as they stood."""
    ticked = [name for name in COLUMNS if form.get(f"show-{name}") == "1" or name == STEP]
    return sorted(ticked, key=lambda name: _place(form.get(f"place-{name}", "")))


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else len(COLUMNS)
