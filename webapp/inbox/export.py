"""A list as a spreadsheet: the filter above the table, every cell text, so that codes keep their digits."""

from collections.abc import Sequence

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store.tasks import UserTask
from webapp import access
from webapp.access import actor
from webapp.dates import deadline, instant
from webapp.i18n import gettext as _
from webapp.inbox import facts, query, sources, words
from webapp.inbox.asked import moment
from webapp.inbox.filters import Filters
from webapp.names import doer_name, process_names, step_names, task_name
from webapp.shared import now, place, reading
from webapp.spreadsheets import XLSX, listed

MOST = 10_000
"""Rows of one file; the header says when there are more."""


def workbook(tab: str, wished: Filters, ticked: Sequence[int] | None) -> Response:
    """The ticked tasks of a tab, or with None all that the filters leave, as they stand now."""
    at = moment()
    with reading() as session:
        keys = list(session.scalars(query.page_keys(actor(), tab, wished, at, 0, MOST + 1)))
        chosen = keys if ticked is None else [key for key in keys if key in set(ticked)]
        processes = process_names(session, {wished.process} - {""})
        said = words.in_words(wished, processes, step_names(session))
        rows = _rows(session, chosen[:MOST], tab)
    more = _("；仅列出前 %(n)s 条", n=MOST) if len(chosen) > MOST else ""
    head = [
        f"{_('鲁智')} · {_('待办')} · {words.tab_name(tab)}",
        _("筛选条件：%(said)s", said=said) + more,
        _("导出时间：%(at)s，共 %(n)s 条", at=instant(now()), n=len(rows)),
    ]
    answer = Response(listed(_("待办"), head, _columns(), rows), mimetype=XLSX)
    answer.headers["Content-Disposition"] = 'attachment; filename="inbox.xlsx"'
    return answer


def _columns() -> list[str]:
    return [
        _("编号"),
        _("环节"),
        _("流程"),
        _("项目"),
        _("企业"),
        _("统一社会信用代码"),
        _("类型"),
        _("年度"),
        _("所在市"),
        _("收到时间"),
        _("期限"),
        _("状态"),
        _("退回次数"),
    ]


def _rows(session: Session, keys: Sequence[int], tab: str) -> list[list[str]]:
    found: dict[int, UserTask] = {}
    for first in range(0, len(keys), 500):
        part = select(UserTask).where(UserTask.id.in_(keys[first : first + 500]))
        found |= {task.id: task for task in session.scalars(part) if access.may("task.read", task)}
    tasks = [found[key] for key in keys if key in found]
    cells: list[list[str]] = []
    names = process_names(session, {task.process_id for task in tasks})
    for first in range(0, len(tasks), 500):
        part_of = tasks[first : first + 500]
        beside = facts.beside(session, part_of)
        cells += [_cells(task, beside, names[task.process_id], tab) for task in part_of]
    return cells


def _cells(task: UserTask, beside: facts.Beside, process: str, tab: str) -> list[str]:
    subject = beside.subjects.get(task.business_key or "")
    state = words.state_name("done" if task.ended_at else "free" if task.assignee is None else "held")
    who = beside.holders.get(task.assignee or "", "") if tab == sources.ALL else doer(task, beside)
    return [
        task.business_key or "",
        task_name(task),
        process,
        subject.name if subject else "",
        subject.holder if subject else "",
        subject.uscc if subject else "",
        words.value_name("type", subject.type, {}, {}) if subject else "",
        task.year,
        place(task.city) if task.city else "",
        instant(task.created_at),
        deadline(task.due),
        f"{state} {who}".strip(),
        str(beside.returns.get(task.business_key or "", 0)),
    ]


def doer(task: UserTask, beside: facts.Beside) -> str:
    """Both names of what a substitute did or does; empty where one person did what was theirs."""
    return doer_name(task, beside.people) if task.ended_for else ""
