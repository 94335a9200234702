"""Rules of titles: grant, the status machine, the chain of names, which titles are valid on a day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from engine.notifications.titles import announce_title_change
from engine.programme.documents.operations import next_number
from engine.programme.measures.validity import governing, remark
from engine.programme.titles.errors import (
    TitleAlreadyGranted,
    TitleNotRenameable,
    TitleTransitionRefused,
    TitleUnknown,
)
from engine.programme.titles.models import (
    ACTIVE,
    RECTIFYING,
    REVOKED,
    REVOKING,
    STATUS_NAMES,
    SURRENDERED,
    TERMINATED,
    TYPE_NAMES,
    Title,
    TitleEvent,
    TitleName,
)

ENDED = frozenset({REVOKED, TERMINATED, SURRENDERED})
TRANSITIONS = frozenset(
    {
        (ACTIVE, RECTIFYING),  # failed evaluation confirmed, article 11(3)
        (RECTIFYING, ACTIVE),  # passed the re-evaluation
        (ACTIVE, REVOKING),  # 拟撤销告知书 served
        (RECTIFYING, REVOKING),  # failed re-evaluation, or another ground meanwhile
        (REVOKING, ACTIVE),  # the meeting decided to keep it
        (REVOKING, REVOKED),  # 撤销决定
        (REVOKING, TERMINATED),  # 撤销决定 on ground 2: the enterprise has ended
        (ACTIVE, SURRENDERED),  # 自愿放弃
        (RECTIFYING, SURRENDERED),
        (REVOKED, ACTIVE),  # only by a decision on review, see `reinstate`
    }
)


def grant(
    session: Session,
    facts: Mapping[str, Any],
    document_no: str,
    granted_on: date,
    actor: str,
    *,
    at: datetime,
) -> Title:
    """Grant the title of a recognised application from the document's date on (article 8). Raises
    TitleAlreadyGranted.

    `facts`: application_no, type, object_name, enterprise, uscc, city, county, industry, cycle_year and, when
    more than one measure is registered, measure_code. Callers have checked I5 and I6 before.
    """
    application_no = facts["application_no"]
    if known := session.scalar(select(Title).where(Title.application_no == application_no)):
        raise TitleAlreadyGranted(application_no=application_no, title_no=known.title_no)
    title = Title(
        title_no=_new_number(session, facts["cycle_year"], facts["type"]),
        application_no=application_no,
        measure_code=facts.get("measure_code") or _measure_code(session, at),
        name=facts["object_name"],
        holder=facts["enterprise"],
        **{name: facts[name] for name in ("type", "uscc", "city", "county", "industry", "cycle_year")},
        status=ACTIVE,
        granted_on=granted_on,
        document_no=document_no,
    )
    title.names.append(_first_name(title))
    title.events.append(
        _event(None, ACTIVE, actor, f"公布通知 {document_no}", at, granted_on, document_no, "")
    )
    session.add(title)
    session.flush()
    return title


def _new_number(session: Session, year: int, type: str) -> str:
    return f"{year}-{type[0]}-{next_number(session, f'title {year} {type}'):04d}"


def _measure_code(session: Session, at: datetime) -> str:
    measure = governing(session, at)
    return measure.code if measure else ""


def _first_name(title: Title) -> TitleName:
    return TitleName(
        sequence=1,
        holder=title.holder,
        uscc=title.uscc,
        since=title.granted_on,
        document_no=title.document_no,
        basis="公布通知",
    )


def _event(
    before: str | None,
    after: str,
    actor: str,
    basis: str,
    at: datetime,
    effective_on: date,
    document_no: str | None,
    note: str,
) -> TitleEvent:
    return TitleEvent(
        from_status=before,
        to_status=after,
        actor=actor,
        basis=basis,
        at=at,
        effective_on=effective_on,
        document_no=document_no,
        note=note,
    )


def require(session: Session, title_no: str) -> Title:
    """The title with this number. Raises TitleUnknown."""
    title = session.scalar(select(Title).where(Title.title_no == title_no))
    if title is None:
        raise TitleUnknown(title_no=title_no)
    return title


def change_status(
    title: Title,
    to: str,
    *,
    actor: str,
    basis: str,
    at: datetime,
    effective_on: date,
    document_no: str | None = None,
    note: str = "",
) -> None:
    """I15 for titles: the only way a status changes, and it leaves actor, time and basis.

    Raises TitleTransitionRefused.
    """
    if not actor or not basis:
        raise ValueError("a status change needs an actor and a basis")
    if (title.status, to) not in TRANSITIONS:
        before, after = STATUS_NAMES[title.status], STATUS_NAMES[to]
        raise TitleTransitionRefused(
            title_no=title.title_no, from_zh=before[0], from_en=before[1], to_zh=after[0], to_en=after[1]
        )
    event = _event(title.status, to, actor, basis, at, effective_on, document_no, note)
    title.events.append(event)
    announce_title_change(title, event)
    title.status = to
    if to in ENDED:
        title.ended_on, title.ended_document_no = effective_on, document_no
    elif title.ended_on is not None:
        title.ended_on, title.ended_document_no, title.from_the_start = None, None, False


def surrender(title: Title, *, actor: str, reason: str, at: datetime, on: date) -> None:
    """Record that the holder gives the title up (自愿放弃): not a ground of article 11.

    Raises TitleTransitionRefused.
    """
    change_status(title, SURRENDERED, actor=actor, basis="自愿放弃", at=at, effective_on=on, note=reason)


def reinstate(title: Title, *, actor: str, document_no: str, reason: str, at: datetime, on: date) -> None:
    """Restore a revoked title by a decision on correction or review (撤销决定的更正/复议).

    Nothing else may.
    """
    change_status(
        title,
        ACTIVE,
        actor=actor,
        basis=f"更正或复议决定 {document_no}",
        at=at,
        effective_on=on,
        document_no=document_no,
        note=reason,
    )


def require_renameable(title: Title) -> None:
    """Only a title that has not ended may be renamed (article 12). Raises TitleNotRenameable."""
    if title.status in ENDED:
        zh, en = STATUS_NAMES[title.status]
        raise TitleNotRenameable(title_no=title.title_no, zh_why=f"称号{zh}。", en_why=f"it is {en.lower()}.")


def rename(
    title: Title,
    *,
    holder: str,
    uscc: str,
    since: date,
    document_no: str,
    basis: str,
    actor: str,
    at: datetime,
) -> None:
    """I13: the holder's name changes; number, type, year and object of the title stay, the old name stays
    in the chain.

    Raises TitleNotRenameable for a title that has ended or a name that is the present one.
    """
    require_renameable(title)
    if (holder, uscc) == (title.holder, title.uscc):
        raise TitleNotRenameable(
            title_no=title.title_no, zh_why="新名称与现名称相同。", en_why="the name is the present one."
        )
    title.names[-1].until = since
    title.names.append(
        TitleName(
            sequence=len(title.names) + 1,
            holder=holder,
            uscc=uscc,
            since=since,
            document_no=document_no,
            basis=basis,
        )
    )
    note = f"{title.holder} → {holder}"
    title.holder, title.uscc = holder, uscc
    event = _event(title.status, title.status, actor, basis, at, since, document_no, note)
    title.events.append(event)
    announce_title_change(title, event)


def valid_titles(day: date) -> Select[Title]:
    """I18: the titles valid on a day, and no other; every pool export and public list of valid titles
    starts here.

    A title counts from its document's date until the day before its revocation; one revoked from the start
    (自始)
    never counts. Expiry of the measure does not end titles.
    """
    return (
        select(Title)
        .where(
            Title.granted_on <= day,
            or_(Title.ended_on.is_(None), Title.ended_on > day),
            Title.from_the_start.is_(False),
        )
        .order_by(Title.type, Title.city, Title.title_no)
    )


def export_rows(session: Session, day: date, now: datetime) -> list[dict[str, Any]]:
    """The pool of valid titles on a day (article 13), as rows for tables; USCC stays text.

    No personal data.
    """
    remarks: dict[str, str] = {}
    rows = []
    for title in session.scalars(valid_titles(day)):
        code = title.measure_code
        remarks.setdefault(code, remark(session, code, now))
        rows.append(_row(title, day, remarks[code]))
    return rows


def _row(title: Title, day: date, remark_text: str) -> dict[str, Any]:
    name = name_on(title, day)
    return {
        "title_no": title.title_no,
        "type": title.type,
        "type_name": TYPE_NAMES[title.type],
        "name": title.name,
        "holder": name.holder,
        "uscc": name.uscc,
        "city": title.city,
        "county": title.county,
        "industry": title.industry,
        "cycle_year": title.cycle_year,
        "granted_on": title.granted_on,
        "document_no": title.document_no,
        "status": title.status,
        "remark": remark_text,
    }


def name_on(title: Title, day: date) -> TitleName:
    """The holder's name that was valid on a day (the first one for days before the grant)."""
    known = [name for name in title.names if name.since <= day]
    return known[-1] if known else title.names[0]


def search(session: Session, text: str, limit: int = 50) -> Sequence[Title]:
    """Titles whose number, USCC, object or any present or former holder's name contains `text`."""
    like = f"%{text}%"
    named = select(TitleName.title_id).where(or_(TitleName.holder.like(like), TitleName.uscc.like(like)))
    where = or_(Title.title_no.like(like), Title.name.like(like), Title.id.in_(named))
    return session.scalars(select(Title).where(where).order_by(Title.title_no).limit(limit)).all()
