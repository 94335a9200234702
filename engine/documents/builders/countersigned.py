"""Who countersigned what a document says: name with office, agreed or not, opinion, instant."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.collaboration.countersigns import of_tasks
from engine.collaboration.models import AGREE, WITHDRAWN, Countersignature
from engine.documents.builders import words as w
from engine.programme.offices import office_name
from engine.store.people import Organisation, RoleGrant
from engine.store.tasks import Submission


def rows(session: Session, sent: Iterable[Submission | None]) -> list[dict[str, str]]:
    """The countersignatures of the tasks in which these answers were given, in the order in which they were given."""
    tasks = [answer.task_id for answer in sent if answer is not None and answer.task_id is not None]
    given = [a.answer for asked in of_tasks(session, tasks).values() for a in asked if a.answer is not None]
    return w.numbered(
        [
            {
                "name": _signer(session, answer),
                "result": "同意" if answer.result == AGREE else "不同意",
                "opinion": answer.opinion,
                "at": w.instant(answer.at),
            }
            for answer in sorted(given, key=lambda answer: answer.at)
            if answer.result != WITHDRAWN
        ]
    )


def _signer(session: Session, answer: Countersignature) -> str:
    """The name of who signed, with the office held then."""
    office = session.scalar(
        select(Organisation)
        .join(RoleGrant, RoleGrant.organisation == Organisation.code)
        .where(RoleGrant.login == answer.by, RoleGrant.granted_at <= answer.at)
        .order_by(Organisation.code)
        .limit(1)
    )
    name = w.person(session, answer.by)
    return f"{name}（{office_name(office)[0]}）" if office is not None else name
