"""Who has a task open just now: light, kept for a minute, and shown to colleagues of the same office only."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from engine.collaboration.models import TaskSeen
from engine.collaboration.people import actor_of, office_of
from engine.policy import Actor

LASTS = timedelta(minutes=1)
_OTHERS = (
    select(TaskSeen.login)
    .where(
        TaskSeen.task_id == bindparam("task"),
        TaskSeen.login != bindparam("login"),
        TaskSeen.at >= bindparam("since"),
    )
    .order_by(TaskSeen.login)
)


def note(session: Session, actor: Actor, task_id: int, at: datetime) -> None:
    """Say that this official has the task open; what is older than a minute is forgotten."""
    session.execute(delete(TaskSeen).where(TaskSeen.at < at - LASTS))
    known = session.get(TaskSeen, (task_id, actor.login))
    if known is None:
        session.add(TaskSeen(task_id=task_id, login=actor.login, at=at))
    else:
        known.at = at
    session.flush()


def others(session: Session, actor: Actor, task_id: int, at: datetime) -> list[str]:
    """The names of the colleagues of the same office who have the task open, too."""
    logins = session.scalars(_OTHERS, {"task": task_id, "login": actor.login, "since": at - LASTS})
    people = [who for who in (actor_of(session, login) for login in logins) if who is not None]
    return [who.name for who in people if not office_of(who).isdisjoint(office_of(actor))]
