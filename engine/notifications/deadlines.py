"""A deadline was changed by hand: whoever has the task is told the old and the new one, and why where that may be said."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from engine.commands.claims import eligible
from engine.notifications import tasks
from engine.notifications.operations import REMINDER, Message, Recipient, members, people
from engine.notifications.words import instant, labelled, paragraphs
from engine.operating.names import names
from engine.store.instances import Instance
from engine.store.tasks import CREATED, UserTask

if TYPE_CHECKING:
    from engine.notifications.delivery import Scene

MOST = 50
"""People of an office who are told of one task that nobody holds."""
_COLUMNS = (
    "id",
    "name",
    "documentation",
    "properties",
    "business_key",
    "candidate_groups",
    "due",
    "priority",
)


def messages(
    scene: "Scene", changed: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Message, Sequence[Recipient]]]:
    """One message for each task that a changed deadline is about, to who holds it or may take it."""
    for change in changed:
        for task in _tasks(scene, change):
            yield _message(scene, change, task), _told(scene, task)


def _tasks(scene: "Scene", change: Mapping[str, Any]) -> list[UserTask]:
    """The tasks that moved along; where none did, the open ones of the case: the deadline is about them all."""
    found = select(UserTask).where(UserTask.instance_id == change["instance"], UserTask.state == CREATED)
    rows = scene.session.scalars(found.order_by(UserTask.id)).all()
    moved = [row for row in rows if row.wait_key in change["waits"]]
    return moved or [row for row in rows if row.due is not None or row.priority >= tasks.OPTIONAL_BELOW]


def _message(scene: "Scene", change: Mapping[str, Any], task: UserTask) -> Message:
    own = task.wait_key in change["waits"]
    zh, en = tasks.names(_facts(task)) if own else _element(scene, change)
    text = paragraphs(
        (f"“{zh}”的期限已经调整。", f"The deadline of “{en}” was changed."),
        labelled("事项", "Case", task.business_key or ""),
        labelled("原来的期限", "Deadline so far", instant(change["former"])),
        labelled("现在的期限", "Deadline now", scene.until(change["due"])),
        labelled("理由", "Reason", change["reason"]),
    )
    until = instant(change["due"])
    return Message(
        REMINDER,
        (f"期限已调整：{zh}，至 {until[0]}", f"Deadline changed: {en}, until {until[1]}"),
        text,
        f"deadline:{task.id}:{change['revision']}:{change['due'].isoformat()}",
        f"/tasks/{task.id}",
        task.business_key,
        change["due"] if own else task.due,
    )


def _element(scene: "Scene", change: Mapping[str, Any]) -> tuple[str, str]:
    instance = scene.session.get_one(Instance, change["instance"])
    known = names(scene.session, scene.rt.definitions, instance.definition_id).of(change["element"])
    return known["name"], known["name_en"]


def _told(scene: "Scene", task: UserTask) -> Sequence[Recipient]:
    facts = _facts(task)
    codes = tasks.codes([facts])
    if codes:
        return tasks.doers(facts, members(scene.session, codes))
    if task.assignee:
        return people(scene.session, [task.assignee])
    offered = list(task.candidate_users) or [login for login, _ in eligible(scene.session, task)]
    return people(scene.session, offered[:MOST])


def _facts(task: UserTask) -> Mapping[str, Any]:
    return {name: getattr(task, name) for name in _COLUMNS}
