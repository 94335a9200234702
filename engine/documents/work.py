"""Work on many documents after the click: a worker does it in steps, and the page shows how far it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands.retrying import command
from engine.documents import archive
from engine.documents import kinds as k
from engine.documents.issuing import issue
from engine.documents.models import ARCHIVE, DONE, FAILED, PRODUCE, RUNNING, WAITING, DocumentWork
from engine.documents.operations import newest
from engine.documents.rendering import kind_of
from engine.documents.subjects import scope
from engine.errors import Refusal
from engine.outbox import leave
from engine.policy import Actor, Grant
from engine.programme.announcements.models import Notice, Publication, PublicationItem, PublicNotice
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.recommendations.models import Recommendation
from engine.programme.titles.models import Title
from engine.runtime import DOCUMENTS as EFFECT
from engine.runtime import Runtime, Transaction

OFFICER = (Grant("dept_officer", "370000"),)
"""What whoever asked was allowed when the work was asked for."""
STEP = 20
"""Documents of one step: a step is over long before its lease is."""
MANY = (
    "certificate",
    "result_letter",
    "county_opinion",
    "city_review",
    "receipt",
    "formal_review",
    "score_sheet",
)
"""Kinds that are made for a whole year at once."""


ISSUED: dict[str, type[Notice] | type[PublicNotice] | type[Publication]] = {
    k.NOTICE: Notice,
    k.ANNOUNCEMENT: PublicNotice,
    k.PUBLICATION: Publication,
}


@command
def ask(rt: Runtime, actor: Actor, year: int, kind: str = "") -> int:
    """Have all documents of a kind made for a year, or without a kind the year's archive; the number of the work.

    Raises NotAllowed, NotFound, CycleUnknown.
    """
    policy.require(actor, "document.archive")
    with rt.transaction() as tx:
        require_cycle(tx.session, year)
        total = len(subjects(tx.session, kind_of(kind).id, year)) if kind else 1
        work = DocumentWork(
            what=PRODUCE if kind else ARCHIVE, kind=kind, year=year, state=WAITING, done=0, total=total, note="",
            asked_by=actor.login, asked_at=tx.now,
        )  # fmt: skip
        return enter(tx, work)


def enter(tx: Transaction, work: DocumentWork) -> int:
    """Have a worker begin with the work; its number."""
    tx.session.add(work)
    tx.session.flush()
    leave(tx.session, tx.now, EFFECT, {"work": work.id}, f"{EFFECT}:{work.id}:0")
    cause = {} if work.cause is None else {"cause": work.cause}
    audit.append(
        tx.session,
        at=tx.now,
        actor=work.asked_by,
        action="document.work",
        object_type="document_work",
        object_key=work.id,
        business_key=str(work.year),
        detail={"what": work.what, "kind": work.kind, "total": work.total, **cause},
    )
    return work.id


def subjects(session: Session, kind: str, year: int) -> Sequence[str]:
    """What documents of a kind a year has, in a lasting order."""
    about = kind_of(kind).about
    if about in ISSUED:
        model = ISSUED[about]
        count = session.scalar(select(func.count(model.id)).where(model.cycle_year == year)) or 0
        return [f"{year}-{place}" for place in range(1, count + 1)]
    if about == k.TITLE:
        granted = select(PublicationItem.title_no)
        query = select(Title.title_no).where(Title.cycle_year == year, Title.title_no.in_(granted))
        return session.scalars(query.order_by(Title.title_no)).all()
    if about == k.PACKAGE:
        cities = select(Recommendation.city).where(Recommendation.cycle_year == year)
        return [f"{year}-{city}" for city in session.scalars(cities.order_by(Recommendation.city))]
    found = select(Application.application_no).where(
        Application.cycle_year == year, Application.submitted_at.is_not(None)
    )
    if kind == "result_letter":
        found = found.where(Application.status.in_(s.ENDED))
    return session.scalars(found.order_by(Application.application_no)).all()


def perform(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """The next step of a work; it leaves another step until all is done. Done twice it changes nothing more."""
    id = int(payload["work"])
    with rt.reading() as session:
        work = session.get_one(DocumentWork, id)
    if work.state in (DONE, FAILED) or key != f"{EFFECT}:{id}:{work.done}":
        return
    if work.what == ARCHIVE:
        _archive(rt, work)
    else:
        _produce(rt, work)


def _produce(rt: Runtime, work: DocumentWork) -> None:
    with rt.reading() as session:
        todo = subjects(session, work.kind, work.year)
    notes = [note for subject in todo[work.done : work.done + STEP] if (note := _one(rt, work, subject))]
    with rt.transaction() as tx:
        row = tx.session.get_one(DocumentWork, work.id, with_for_update=True)
        if row.done != work.done:
            return
        row.total = len(todo)
        row.done = min(work.done + STEP, len(todo))
        row.note = "\n".join([*row.note.splitlines(), *notes])
        row.state = DONE if row.done >= row.total else RUNNING
        if row.state == DONE:
            row.ended_at = tx.now
        else:
            leave(tx.session, tx.now, EFFECT, {"work": work.id}, f"{EFFECT}:{work.id}:{row.done}")


def _one(rt: Runtime, work: DocumentWork, subject: str) -> str:
    """Make one document; what refused it, or nothing. A version that is there stays, however old."""
    try:
        if work.cause is not None and _made(rt, work.kind, subject):
            return ""
        issue(rt, Actor(work.asked_by, work.asked_by, OFFICER), work.kind, subject)
    except Refusal as refusal:
        return f"{subject}：{refusal.message('zh')} / {refusal.message('en')}"
    return ""


def _made(rt: Runtime, kind: str, subject: str) -> bool:
    with rt.reading() as session:
        return newest(session, kind, scope(session, kind_of(kind), subject).subject) is not None


def _archive(rt: Runtime, work: DocumentWork) -> None:
    try:
        digest, size, count = archive.build(rt, work.year, work.asked_by)
        state, note = DONE, f"{count} 个文件 / {count} files"
    except Refusal as refusal:
        digest, size, state, note = None, None, FAILED, refusal.message("zh")
    with rt.transaction() as tx:
        row = tx.session.get_one(DocumentWork, work.id, with_for_update=True)
        row.state, row.note, row.done, row.ended_at = state, note, 1, tx.now
        row.sha256, row.size = digest, size
        if digest is not None and size is not None:
            archive.keep(tx.session, row, tx.now)
