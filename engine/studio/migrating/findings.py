"""What would become of one instance: facts with a level, told in both languages."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine import findings
from engine.store.migrating import CAN, CANNOT, RISK

INFO = "INFO"
"""A finding that loses nothing: shown, and no reason to hold an instance back."""

TEXTS: Mapping[str, tuple[str, str, str]] = {
    # why it cannot go
    "ended": (CANNOT, "已于 {at} 办结，不再迁移。", "It ended at {at} and is not migrated."),
    "suspended": (CANNOT, "已挂起，恢复后再迁移。", "It is suspended; migrate it when it goes on again."),
    "elsewhere": (
        CANNOT,
        "现在使用第 {version} 版，不在所选版本之内。",
        "It runs on version {version}, which was not chosen.",
    ),
    "gone": (
        CANNOT,
        "停在“{name}”，新版中没有同类型的对应环节。",
        "It waits at {name_en}, which has no counterpart of the same type in the new version.",
    ),
    "refused": (CANNOT, "{zh}", "{en}"),
    "stops": (
        CANNOT,
        "迁移后会停在“{name}”：{message}",
        "It would stop at {name_en} after the migration: {message}",
    ),
    "broken": (CANNOT, "未能办理：{message}", "It could not be done: {message}"),
    # what it would lose: the owner says whether it goes all the same
    "timer_lost": (
        RISK,
        "会失去期限“{name}”（{old}）。",
        "It would lose the timer {name_en} ({old}).",
    ),
    "timer_now": (
        RISK,
        "期限“{name}”变为 {new}，已经过去，迁移后立即生效。",
        "Timer {name_en} becomes {new}, which has passed: it acts at once after the migration.",
    ),
    "event_lost": (
        RISK,
        "不再等待“{name}”（{event}）。",
        "It would no longer wait for {name_en} ({event}).",
    ),
    "task_lost": (RISK, "任务“{name}”会撤销。", "Task {name_en} would be withdrawn."),
    "draft_lost": (
        RISK,
        "“{name}”有 {count} 份草稿，其中“{fields}”在新表单中没有对应的项；内容保留并显示给填写人。",
        "{name_en} has {count} drafts; {fields_en} have no field in the new form. They are kept and shown to who"
        " filled them in.",
    ),
    "incident": (
        RISK,
        "有未处理的故障（“{name}”），迁移后仍停在那里，按新版重试。",
        "An incident is open ({name_en}); it stays there and is retried by the new version.",
    ),
    "ends": (RISK, "迁移后会立即办结。", "It would end at once after the migration."),
    "called_stays": (
        INFO,
        "所调用的“{name}”仍按第 {version} 版办理。",
        "The process it has called, {name_en}, stays on version {version}.",
    ),
    # what changes
    "timer_moved": (
        INFO,
        "期限“{name}”由 {old} 改为 {new}。",
        "Timer {name_en} moves from {old} to {new}.",
    ),
    "timer_kept": (
        INFO,
        "期限“{name}”的规定已改，此案仍为 {old}。",
        "The rule for timer {name_en} has changed; here it stays {old}.",
    ),
    "timer_new": (INFO, "新增期限“{name}”：{new}。", "A new timer {name_en}: {new}."),
    "due_moved": (
        INFO,
        "任务“{name}”的办理期限由 {old} 改为 {new}。",
        "Task {name_en} is due {new} instead of {old}.",
    ),
    "due_kept": (
        INFO,
        "任务“{name}”的期限规定已改，此案仍为 {old}。",
        "The rule for the due date of {name_en} has changed; here it stays {old}.",
    ),
    "event_new": (INFO, "开始等待“{name}”（{event}）。", "It would wait for {name_en} ({event}) as well."),
    "task_new": (INFO, "会新开任务“{name}”。", "Task {name_en} would be opened."),
    "form": (
        INFO,
        "任务“{name}”的表单由第 {old} 版换为第 {new} 版。",
        "Task {name_en} takes version {new} of its form instead of {old}.",
    ),
    "form_kept": (
        INFO,
        "任务“{name}”的表单保持第 {old} 版（现行第 {new} 版）。",
        "Task {name_en} keeps version {old} of its form (the present one is {new}).",
    ),
    "draft_kept": (
        INFO,
        "“{name}”有 {count} 份草稿，全部保留。",
        "{name_en} has {count} drafts, which are kept.",
    ),
    "called": (
        INFO,
        "所调用的“{name}”由第 {old} 版改为第 {new} 版。",
        "The process it has called, {name_en}, moves from version {old} to {new}.",
    ),
    "due_now": (
        INFO,
        "有已到的期限，先按现行规定生效，再迁移。",
        "A deadline has come: it acts by the present rules first.",
    ),
    # after the dry run
    "moved_on": (
        CANNOT,
        "试运行之后情况有变，未迁移；请重新试运行。",
        "It has changed since the dry run and was not migrated; run it again.",
    ),
    "gone_on": (
        CANNOT,
        "迁移之后已继续办理，不能恢复到迁移前；可按反向对应另行迁移。",
        "It has moved on since the migration and cannot be brought back; it can be migrated by the inverse mapping.",
    ),
}


class Finding(findings.Finding):
    """A finding of a migration; its level is CANNOT, RISK or INFO."""

    __slots__ = ()
    TEXTS = TEXTS


def finding(code: str, element: str = "", **facts: Any) -> Finding:
    """A finding."""
    return Finding(code, element, facts)


def read(rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Findings as they were kept."""
    return Finding.read(rows)


def verdict(found: Iterable[Finding]) -> str:
    """The worst of them."""
    return findings.worst(found, (CANNOT, RISK, CAN))


def signature(found: Iterable[Finding]) -> set[tuple[str, str]]:
    """What must not be worse when it is done than it was when it was tried."""
    return {(each.code, each.element) for each in found if each.level != INFO}
