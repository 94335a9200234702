"""What the commands among colleagues share: whom somebody means, and the message that they get."""

from collections.abc import Iterable

from engine import audit
from engine.collaboration.comments import mentioned
from engine.errors import Refusal
from engine.notifications.operations import COLLEAGUE, notify
from engine.policy import Actor
from engine.runtime import Transaction
from engine.store.tasks import UserTask

LONGEST_NOTE = 300
"""Characters of a note that goes with a reminder, a copy or a request."""


class NotAmong(Refusal):
    """A name means nobody who may read the case, or more than one person."""

    zh = "“{names}”不是可以选择的人：须在有权查看本事项的机关任职，同名的请从名单中选择。"
    en = "{names}: nobody to choose. It must be one person of an office that may read this case."
    remedy_zh = "请从名单中选择姓名。"
    remedy_en = "Choose the name from the list."
    basis = "按职责查看 need to know"
    status = 422


class TooLong(Refusal):
    """A text is empty or longer than its place."""

    zh = "请填写内容，最多 {most} 个字。"
    en = "Write something, {most} characters at most."
    status = 422


def text_of(given: str, most: int, *, required: bool = True) -> str:
    """A text without the blanks around it. Raises TooLong."""
    text = given.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > most or (required and not text):
        raise TooLong(most=most)
    return text


def chosen(given: str, known: list[Actor]) -> list[Actor]:
    """The people whom a field names, one at least. Raises NotAmong."""
    found, unknown = mentioned("", given, known)
    if unknown or not found:
        raise NotAmong(names="、".join(unknown) or "—")
    return found


def tell(
    tx: Transaction,
    task: UserTask,
    to: Iterable[str],
    subject: tuple[str, str],
    text: tuple[str, str],
    *,
    key: str,
    link: str = "",
) -> None:
    """Send a message about a task to colleagues."""
    notify(
        tx.session,
        to=list(to),
        kind=COLLEAGUE,
        subject=subject,
        text=text,
        link=link or f"/tasks/{task.id}/case",
        at=tx.now,
        key=key,
        business_key=task.business_key,
        due=task.due,
    )


def about(task: UserTask) -> tuple[str, str]:
    """The task and its case in words."""
    key = f" {task.business_key}" if task.business_key else ""
    return f"“{task.name}”{key}", f"{task.properties.get('luzhi:name_en') or task.name}{key}"


def log(tx: Transaction, actor: Actor, action: str, task: UserTask, detail: dict[str, object]) -> None:
    """The audit link of what was said about a task; never its words."""
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action=action,
        object_type="user_task",
        object_key=task.id,
        business_key=task.business_key,
        detail={"instance": task.instance_id, **detail},
    )
