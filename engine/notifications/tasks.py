"""What an enterprise is told when a task opens for it, or its deadline comes near: what to do, until when, and then?

All of it stands in the diagram: documentation, due date, `luzhi:onDeadline`. So a new diagram tells it, too.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.notifications.operations import REMINDER, TASK, Message, Recipient
from engine.notifications.words import Both, labelled, paragraphs, until, workdays_left
from engine.policy import ENTERPRISE
from engine.programme.subjects import Subject
from engine.workdays import WorkCalendar

if TYPE_CHECKING:
    from engine.notifications.delivery import Scene

OPTIONAL_BELOW = 50
"""A task without a due date and with a lower priority only offers something, e.g. the withdrawal."""


def for_enterprises(opened: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of the tasks that were opened those that an enterprise has to do."""
    return [
        task
        for task in opened
        if _groups(task) and not (task["due"] is None and task["priority"] < OPTIONAL_BELOW)
    ]


def codes(tasks: Iterable[Mapping[str, Any]]) -> set[str]:
    """The enterprises that these tasks are offered to."""
    return {group.partition("@")[2] for task in tasks for group in _groups(task)}


def messages(
    scene: "Scene",
    tasks: Sequence[Mapping[str, Any]],
    by_code: Mapping[str, Sequence[Recipient]],
) -> list[tuple[Message, Sequence[Recipient]]]:
    """One message a task, to everybody who may do it but the person whose click opened it."""
    return [
        (message(scene, task), [p for p in doers(task, by_code) if p.login != task["opened_by"]])
        for task in tasks
    ]


def doers(task: Mapping[str, Any], by_code: Mapping[str, Sequence[Recipient]]) -> list[Recipient]:
    """Of the enterprise's people those who hold a role that the task is offered to."""
    groups = set(_groups(task))
    return [
        person
        for code in sorted(codes([task]))
        for person in by_code.get(code, ())
        if not groups.isdisjoint(person.groups)
    ]


def message(scene: "Scene", task: Mapping[str, Any]) -> Message:
    """What there is to do, why, until when, and what happens then."""
    zh, en = names(task)
    text = paragraphs(
        (f"您有一项新的待办：{zh}。", f"There is something for you to do: {en}."),
        labelled("事项", "Case", str(task["business_key"] or "")),
        labelled("说明", "About it", documentation(task)),
        deadline(task, scene.now, scene.calendar),
    )
    return Message(
        TASK,
        (f"待办：{zh}", f"To do: {en}"),
        text,
        f"task:{task['id']}",
        f"/tasks/{task['id']}",
        task["business_key"],
        task["due"],
    )


def reminder(
    task: Mapping[str, Any], subject: Subject | None, days: int, now: datetime, calendar: WorkCalendar
) -> Message:
    """So many working days are left for a task; one message for each deadline and distance."""
    zh, en = names(task)
    about = f"“{subject.name}”" if subject else str(task["business_key"] or "")
    left = workdays_left(task["due"], now, calendar)
    text = paragraphs(
        (f"{about}的“{zh}”尚未提交。", f"{about}: “{en}” has not been submitted yet."),
        labelled("说明", "About it", documentation(task)),
        deadline(task, now, calendar),
    )
    return Message(
        REMINDER,
        (f"期限提醒：{about}{zh}，还有 {left} 个工作日", f"Reminder: {about} {en}, {left} working days left"),
        text,
        f"reminder:{task['id']}:{task['due'].isoformat()}:{days}",
        f"/tasks/{task['id']}",
        task["business_key"],
        task["due"],
    )


def deadline(task: Mapping[str, Any], now: datetime, calendar: WorkCalendar) -> Both | None:
    """Until when, and what happens then; None for a task without a due date."""
    if task["due"] is None:
        return None
    properties = task["properties"]
    then_zh = properties.get("luzhi:onDeadline", "")
    then = (then_zh, properties.get("luzhi:onDeadline_en") or then_zh) if then_zh else None
    return paragraphs(
        labelled("期限", "Deadline", until(task["due"], now, calendar)),
        labelled("逾期后果", "After it", then),
    )


def names(task: Mapping[str, Any]) -> Both:
    """The step's name; English as the diagram gives it."""
    return task["name"], task["properties"].get("luzhi:name_en") or task["name"]


def documentation(task: Mapping[str, Any]) -> Both:
    """What to do in this step."""
    zh = task["documentation"]
    return zh, task["properties"].get("luzhi:documentation_en") or zh


def _groups(task: Mapping[str, Any]) -> list[str]:
    """The groups of one enterprise that a task is offered to."""
    return [
        group for group in task["candidate_groups"] if "@" in group and group.partition("@")[0] in ENTERPRISE
    ]
