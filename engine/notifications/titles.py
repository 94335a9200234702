"""What the holder of a title is told when its status or its holder's name changes (articles 11 and 12)."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.orm import object_session

from engine.notifications.changes import Change, collect
from engine.notifications.operations import TITLE, Message
from engine.notifications.words import Both, labelled, paragraphs
from engine.programme.titles.models import ACTIVE, REVOKED, REVOKING, SURRENDERED, TERMINATED

if TYPE_CHECKING:
    from engine.notifications.delivery import Scene
    from engine.programme.titles.models import Title, TitleEvent

DEPARTMENT = "370000"

_HAPPENED: Mapping[str, Both] = {
    ACTIVE: ("恢复有效", "is valid again"),
    REVOKING: ("拟被撤销，您有权陈述和申辩", "may be revoked; you have the right to state your case"),
    REVOKED: ("已被撤销", "was revoked"),
    TERMINATED: ("已终止", "was terminated"),
    SURRENDERED: ("已放弃", "was surrendered"),
}
"""A rectification is told by its task, with its deadline."""


def announce_title_change(title: "Title", event: "TitleEvent") -> None:
    """Tell the holder of this change at the end of the transaction."""
    session = object_session(title)
    renamed = event.from_status == event.to_status
    if session is not None and (renamed or event.to_status in _HAPPENED):
        collect(session, Change(event, title.uscc, partial(_message, title, event, renamed)))


def _message(title: "Title", event: "TitleEvent", renamed: bool, scene: "Scene") -> Message:
    happened = ("的企业名称已变更", "has a new holder's name") if renamed else _HAPPENED[event.to_status]
    task = scene.task_of(title.title_no)
    text = paragraphs(
        (
            f"称号“{title.name}”（{title.title_no}）{happened[0]}。",
            f"The title “{title.name}” ({title.title_no}) {happened[1]}.",
        ),
        labelled("依据", "Basis", event.basis),
        labelled("文号", "Document", event.document_no),
        labelled("说明", "About it", event.note),
        scene.deadline(task),
        labelled("联系单位", "Contact", scene.office(DEPARTMENT)),
    )
    return Message(
        TITLE,
        (f"称号“{title.name}”{happened[0]}", f"Title “{title.name}” {happened[1]}"),
        text,
        f"title-event:{event.id}",
        f"/register/{title.title_no}",
        title.title_no,
        task["due"] if task else None,
    )
