"""What an instance waited for as of a step of its past, and whether it was suspended then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from engine import xml
from engine.definitions import NotDeployed
from engine.inspecting.past.waits import Attached, Kind, Moved, Wait, moved, still, waits
from engine.store.definitions import Resource
from engine.store.instances import ACTIVE, SUSPENDED
from engine.store.messages import Message
from engine.store.tasks import UserTask
from engine.store.trail import Audit
from engine.store.work import Timer
from webapp.drawing import BPMN
from webapp.i18n import gettext as _
from webapp.inspector.instance_shown import Shown
from webapp.inspector.instance_waiting import MOST, Waiting
from webapp.shared import runtime

DEFINITIONS: Mapping[str, Kind] = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "signalEventDefinition": "event",
}
"""What comes at a boundary event, by the tag of its definition; others are thrown by the step itself."""
SUSPEND, RESUME = "instance.suspend", "instance.resume"


@dataclass(frozen=True, slots=True)
class Then:
    """What was waited for: told by the history, and of what is waited for now what was there already."""

    waits: Sequence[Wait]
    more: int
    """How many of them are not listed."""
    now: Waiting


def then(page: Shown, present: Waiting) -> Then:
    """The waits of a page that looks at the past; `present` is what is waited for now."""
    found = waits(page.history, page.past, _attached(page))
    kept = still(page.history, page.past, {row.wait_key for row in _rows(present)})
    due = {row.wait_key for row in (*present.timers, *present.jobs)}
    told = [wait for wait in found if not (wait.until is None and wait.key in due)]  # its row says more
    before = moved(page.history, page.past)
    was = Waiting(
        timers=[_then(row, before) for row in present.timers if row.wait_key in kept],
        jobs=[row for row in present.jobs if row.wait_key in kept],
        messages=[row for row in present.messages if row.wait_key in kept],
        signals=[row for row in present.signals if row.wait_key in kept],
        sent=_sent(page),
        received=[row for row in present.received if row.at <= page.at],
    )
    return Then(_with_dues(page, told[:MOST]), max(len(told) - MOST, 0), was)


def _then(row: Timer, before: Moved) -> Timer:
    """A timer as it was before somebody moved its deadline."""
    due = before.due(row.element_id, row.wait_key, None)
    if due is None:
        return row
    return Timer(wait_key=row.wait_key, element_id=row.element_id, due=due, wake=row.wake, attempts=0)


def _with_dues(page: Shown, told: Sequence[Wait]) -> Sequence[Wait]:
    """The waits with the due dates of tasks: the rows of tasks are kept, the history does not tell them."""
    keys = [wait.key for wait in told if wait.kind == "task"]
    mine = (UserTask.instance_id == page.row.id, UserTask.wait_key.in_(keys))
    found = page.session.execute(select(UserTask.wait_key, UserTask.due).where(*mine))
    due = {row.wait_key: row.due for row in found}
    return [replace(wait, due=wait.due or due.get(wait.key)) for wait in told]


def _rows(present: Waiting) -> list[object]:
    rows = (*present.timers, *present.jobs, *present.messages, *present.signals)
    return [row for row in rows if row.wait_key]


def _sent(page: Shown) -> Sequence[Message]:
    """Messages that were sent until then, newest first, as far as they are kept."""
    mine = select(Message).where(Message.origin_id == page.row.id, Message.published_at <= page.at)
    return page.session.scalars(mine.order_by(Message.id.desc()).limit(MOST)).all()


def _attached(page: Shown) -> Mapping[str, Attached]:
    """Boundary events of every diagram of the instance."""
    found: dict[str, Attached] = {}
    for node in page.past.nodes.values():
        if node.type == "process" and node.reference:
            found |= _read(page, node.reference)
    return found


def _read(page: Shown, reference: str) -> Mapping[str, Attached]:
    try:
        version = runtime().definitions.by_key(page.session, int(reference))
    except (NotDeployed, ValueError):
        return {}
    resource = page.session.get_one(Resource, version.sha256)
    return _boundaries(resource.file, resource.content)


@lru_cache(maxsize=64)
def _boundaries(file: str, content: bytes) -> Mapping[str, Attached]:
    events = xml.parse(file, content).iter(f"{{{BPMN}}}boundaryEvent")
    return {event.get("id", ""): Attached(event.get("attachedToRef", ""), _kind(event)) for event in events}


def _kind(event: Iterable[Any]) -> Kind | None:
    tags = (str(inner.tag).rpartition("}")[2] for inner in event)
    return next((DEFINITIONS[tag] for tag in tags if tag in DEFINITIONS), None)


def suspended(page: Shown) -> bool:
    """Whether the instance was suspended at the step that is looked at: the trail tells, the history does not."""
    link = (
        select(Audit.action)
        .where(Audit.object_type == "instance", Audit.object_key == str(page.row.id))
        .where(Audit.action.in_((SUSPEND, RESUME)), Audit.at <= page.at)
        .order_by(Audit.sequence.desc())
        .limit(1)
    )
    return page.session.scalar(link) == SUSPEND


def status(page: Shown) -> str:
    """The state of the instance at the step: what ran had not ended."""
    if page.step is None:
        return page.row.status
    top = page.past.nodes.get(page.past.top)
    if top is not None and not top.active:
        return top.outcome.upper()
    return SUSPENDED if suspended(page) else ACTIVE


def kind(wait: Wait) -> str:
    """What is waited for, in words."""
    return {
        "task": _("有人办理"),
        "job": _("后台做的事"),
        "timer": _("一个期限"),
        "message": _("一条消息"),
        "event": _("期限、消息或信号"),
    }[wait.kind]
