"""Reading countersignatures: what was asked, what came of it, who acted by signing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.collaboration.comments import reads
from engine.collaboration.models import AGREE, DISAGREE, Countersignature, CountersignRequest
from engine.collaboration.people import office_of, officials
from engine.collaboration.places import PROVINCE, Place
from engine.errors import Worded
from engine.policy import Actor
from engine.store import json
from engine.store.tasks import UserTask

ALLOWED = "allowed"
PROPERTY = "luzhi:countersign"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its answer, if there is one."""

    request: CountersignRequest
    answer: Countersignature | None


_OF_TASKS = (
    select(CountersignRequest, Countersignature)
    .outerjoin(Countersignature, Countersignature.request_id == CountersignRequest.id)
    .where(CountersignRequest.task_id.in_(bindparam("ids", expanding=True)))
    .order_by(CountersignRequest.id)
)


def allowed(task: UserTask) -> bool:
    """Whether the diagram lets the holder ask for countersignatures in this step."""
    return task.properties.get(PROPERTY) == ALLOWED


def of_tasks(session: Session, ids: Iterable[int]) -> dict[int, list[Asked]]:
    """The requests of these tasks in their order."""
    rows = session.execute(_OF_TASKS, {"ids": sorted(set(ids))})
    found: dict[int, list[Asked]] = {}
    for request, answer in rows:
        found.setdefault(request.task_id, []).append(Asked(request, answer))
    return found


def signed(session: Session, instance: int, elements: Sequence[str], logins: set[str]) -> Worded | None:
    """The name of one of these steps that one of these people countersigned; None if nobody did (I16)."""
    step = session.scalar(
        select(UserTask)
        .join(CountersignRequest, CountersignRequest.task_id == UserTask.id)
        .join(Countersignature, Countersignature.request_id == CountersignRequest.id)
        .where(
            CountersignRequest.instance_id == instance,
            CountersignRequest.element_id.in_(elements),
            Countersignature.result.in_((AGREE, DISAGREE)),
            Countersignature.by.in_(logins),
        )
        .limit(1)
    )
    return step.called if step is not None else None


def candidates(session: Session, actor: Actor, task: UserTask, place: Place) -> list[Actor]:
    """Whom the holder may ask: officials of the own office or of the department who may read the case."""
    near = office_of(actor) | {PROVINCE}
    return [
        who
        for who in officials(session, place)
        if who.login not in (actor.login, task.assignee)
        and not near.isdisjoint(office_of(who))
        and reads(who, task)
    ]


def waiting_for(session: Session, login: str) -> list[tuple[CountersignRequest, UserTask]]:
    """What a person is asked to countersign, the oldest first."""
    rows = session.execute(
        select(CountersignRequest, UserTask)
        .join(UserTask, UserTask.id == CountersignRequest.task_id)
        .outerjoin(Countersignature, Countersignature.request_id == CountersignRequest.id)
        .where(
            CountersignRequest.login == login,
            Countersignature.id.is_(None),
            UserTask.state == "CREATED",
        )
        .order_by(CountersignRequest.id)
    )
    return [(request, task) for request, task in rows]


def seal(facts: Mapping[str, Any]) -> str:
    """The SHA-256 of a countersignature's facts."""
    return json.sha256(dict(facts))
