"""Reading comments, and whom one may mention."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import policy
from engine.collaboration.models import CaseComment
from engine.collaboration.people import named, officials
from engine.collaboration.places import Place
from engine.policy import Actor
from engine.store.tasks import UserTask

LONGEST = 2000
"""Characters of one comment."""
MENTIONED = re.compile(r"@([^\s@，。、；：,;:!?！？（）()]{1,40})")
_PARTS = re.compile(r"[、，,;；\n]+")


def of_case(session: Session, actor: Actor, task: UserTask) -> list[CaseComment]:
    """The comments on a task's case that this person may read, the oldest first."""
    same = CaseComment.instance_id == task.instance_id
    if task.business_key is not None:
        same |= CaseComment.business_key == task.business_key
    found = policy.visible(actor, "comment.read", select(CaseComment).where(same))
    return list(session.scalars(found.order_by(CaseComment.id)))


def readers(session: Session, actor: Actor, task: UserTask, place: Place) -> list[Actor]:
    """Everybody else who may read both the task and what this person writes about it."""
    return [
        who
        for who in officials(session, place)
        if who.login != actor.login and policy.may(who, "comment.read", place) and reads(who, task)
    ]


def reads(who: Actor, task: UserTask) -> bool:
    """Whether somebody may open the page of a task, or see how its case stands."""
    return policy.may(who, "task.read", task) or policy.may(who, "case.read", task)


def mentioned(text: str, chosen: str, known: list[Actor]) -> tuple[list[Actor], list[str]]:
    """Whom a text and the field beside it name, and the names in the field that mean nobody who may read it.

    An @ in the text that is nobody's name is text like any other.
    """
    asked = [part.strip().removeprefix("@") for part in _PARTS.split(chosen) if part.strip()]
    found = {part: named(part, known) for part in asked}
    unknown = [part for part, who in found.items() if who is None]
    written = [named(word, known) for word in MENTIONED.findall(text)]
    people = {who.login: who for who in (*found.values(), *written) if who is not None}
    return list(people.values()), unknown
