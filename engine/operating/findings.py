"""What an act would do to one object: facts with a level, told in both languages."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine import findings
from engine.operating.words import said

CANNOT, WARN, INFO = "CANNOT", "WARN", "INFO"

TEXTS: Mapping[str, tuple[str, str, str]] = {
    "refused": (CANNOT, "{zh}", "{en}"),
    "broken": (CANNOT, "未能办理：{message}", "It could not be done: {message}"),
    # what somebody should think about first
    "law": (
        WARN,
        "此期限依据{article}，须先由{who}决定（{how}）；本操作只改系统中的期限，不能代替决定，理由中请写明决定文号。",
        "This deadline rests on {article_en}: {who_en} must have decided first ({how_en}). This changes only what the"
        " system waits for; name the decision in the reason.",
    ),
    "due_now": (
        WARN,
        "有已到的期限，先按规定生效。",
        "A deadline has come: it acts first.",
    ),
    "ends": (WARN, "流程实例会就此结束（{status_zh}）。", "The instance ends with this ({status_en})."),
    "terminated": (WARN, "终止“{name}”。", "{name_en} is terminated."),
    "task_gone": (WARN, "任务“{name}”会撤销。", "Task {name_en} is withdrawn."),
    "timer_gone": (
        WARN,
        "期限“{name}”（{old}）不再等待。",
        "The deadline {name_en} ({old}) is no longer waited for.",
    ),
    "event_gone": (WARN, "不再等待“{name}”。", "{name_en} is no longer waited for."),
    "job_gone": (WARN, "后台工作“{name}”会撤销。", "The job of {name_en} is withdrawn."),
    "incident_new": (WARN, "会停在“{name}”：{type}。", "It stops at {name_en}: {type}."),
    "incident_again": (WARN, "仍停在“{name}”：{type}。", "It still stops at “{name_en}”: {type}."),
    "rest_day": (
        WARN,
        "新期限的最后一天 {day} 不是工作日。",
        "The last day of the new deadline, {day}, is not a working day.",
    ),
    "year_unknown": (
        WARN,
        "{year} 年的工作日历还没有录入，不能计算工作日。",
        "The calendar of {year} is not known yet; working days cannot be counted.",
    ),
    "source_stays": (
        WARN,
        "变量“{names}”仍是原来的时刻，以后按它计算的期限不变。",
        "Variable {names} keeps the old instant, and so does whatever is computed from it later.",
    ),
    "timer_stays": (
        WARN,
        "到期自动生效的“{name}”（{old}）不随任务的期限改变，届时照样生效；要真正延期，请调整“{name}”。",
        "The deadline {name_en} ({old}) does not move along and acts as it would have; change that one to give more time.",
    ),
    "incidents_stay": (
        WARN,
        "有 {count} 个未处理的故障，办理后仍停在那里。",
        "{count} incidents stay open.",
    ),
    "suspended": (
        WARN,
        "实例已挂起，恢复之后才会继续。",
        "The instance is suspended; it goes on only when it is resumed.",
    ),
    "passed_meanwhile": (
        WARN,
        "挂起期间期限“{name}”（{old}）已经届满，恢复后立即生效。",
        "The deadline {name_en} ({old}) has passed meanwhile and acts at once.",
    ),
    # what changes
    "status": (INFO, "状态：{old_zh} → {new_zh}。", "State: {old_en} → {new_en}."),
    "activated": (INFO, "激活“{name}”。", "{name_en} is activated."),
    "completed": (INFO, "完成“{name}”。", "{name_en} is completed."),
    "task_new": (INFO, "打开任务“{name}”。", "Task {name_en} is opened."),
    "task_due": (
        INFO,
        "任务“{name}”的办理期限由 {old} 改为 {new}。",
        "Task {name_en} is due {new} instead of {old}.",
    ),
    "task_held": (INFO, "任务“{name}”改由他人办理。", "Task {name_en} goes to somebody else."),
    "timer_new": (INFO, "新增期限“{name}”：{new}。", "A deadline {name_en} is waited for: {new}."),
    "timer_moved": (
        INFO,
        "期限“{name}”由 {old} 改为 {new}。",
        "The deadline {name_en} moves from {old} to {new}.",
    ),
    "workdays": (
        INFO,
        "距新期限还有 {left} 个工作日（原为 {before} 个）。",
        "{left} working days are left until the new deadline ({before} until the old one).",
    ),
    "job_new": (INFO, "留下后台工作“{name}”（{type}）。", "A job is left: {name_en} ({type})."),
    "event_new": (INFO, "开始等待“{name}”。", "{name_en} is waited for."),
    "incident_gone": (INFO, "“{name}”的故障消除。", "The incident at {name_en} is gone."),
    "variable": (
        INFO,
        "变量“{variable}”改写（{was_zh} → {now_zh}）。",
        "Variable {variable} is written ({was_en} → {now_en}).",
    ),
    "held": (
        INFO,
        "{tasks} 项任务、{timers} 个期限、{jobs} 项后台工作停住。",
        "{tasks} tasks, {timers} deadlines and {jobs} jobs are held.",
    ),
    "woken": (INFO, "后台随即再试一次。", "A worker tries it again at once."),
    "again": (INFO, "再试“{name}”。", "{name_en} is tried again."),
    "version": (
        INFO,
        "由第 {old} 版改按第 {new} 版办理。",
        "It goes on with version {new} instead of {old}.",
    ),
    "effect": (INFO, "向外发出 {count} 条（{kind}）。", "{count} effects leave the system ({kind})."),
    "told": (INFO, "站内通知 {count} 人次。", "{count} messages to people are left."),
    "nothing": (INFO, "没有可见的变化。", "Nothing visible changes."),
    # what has happened since somebody looked
    "since": (INFO, "{at}：{what_zh}“{name}”。", "{at}: {name_en} {what_en}."),
    "since_status": (INFO, "状态现为{now_zh}。", "It is now {now_en}."),
    "since_more": (INFO, "另有 {count} 处变化。", "{count} more changes."),
    "since_other": (INFO, "它已由他人或后台处理。", "Somebody else or a worker has seen to it."),
}
CODES = frozenset({"type", "kind"})
"""Facts that are codes of the machinery."""


class Finding(findings.Finding):
    """A finding of an act; its level is CANNOT, WARN or INFO."""

    __slots__ = ()
    TEXTS = TEXTS

    def fact(self, name: str, value: Any, language: str, say: Callable[[Any], str]) -> Any:
        """One fact as the text tells it, a code in words."""
        return said(str(value), language) if name in CODES else super().fact(name, value, language, say)


def finding(code: str, element: str = "", **facts: Any) -> Finding:
    """A finding."""
    return Finding(code, element, facts)


def read(rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Findings as they were kept."""
    return Finding.read(rows)


def worst(found: Iterable[Finding]) -> str:
    """The highest level among them; INFO for none."""
    return findings.worst(found, (CANNOT, WARN, INFO))
