"""Rules of public notice and publication (article 8).

An item is announced and published here and nowhere else.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from engine.clock import end_of_day, in_words
from engine.errors import Language, Refusal
from engine.programme.announcements.errors import (
    ItemsStillHeld,
    NotFullyHandled,
    NothingToAnnounce,
    NothingToPublish,
    NoticeInThePast,
    NoticeTooShort,
)
from engine.programme.announcements.evidence import put_up
from engine.programme.announcements.handled import Steps, steps
from engine.programme.announcements.models import (
    Publication,
    PublicationItem,
    PublicNotice,
    PublicNoticeItem,
)
from engine.programme.applications import statuses as s
from engine.programme.applications.errors import FlagIsOpen
from engine.programme.applications.models import Application
from engine.programme.applications.operations import change_status, pinned_catalogue
from engine.programme.cycles.models import Cycle
from engine.programme.documents.operations import check_number
from engine.programme.documents.operations import register as register_document
from engine.programme.meetings.operations import TYPE_ORDER
from engine.programme.objections.operations import objected, require_unobjected
from engine.programme.titles.operations import grant

MOST_TOLD = 5


def check_period(cycle: Cycle, starts_on: date, ends_on: date, workdays: int, today: date) -> None:
    """I17: a public notice runs its working days by the calendar file and is not backdated (article 8).

    `workdays` is counted by the calendar's FEEL function. Raises NoticeInThePast, NoticeTooShort.
    """
    if starts_on < today:
        raise NoticeInThePast(start=starts_on)
    least = max(cycle.parameters["public_notice.workdays"], cycle.parameters["public_notice.floor"])
    if workdays < least or ends_on < starts_on:
        raise NoticeTooShort(days=workdays, least=least, start=starts_on, end=ends_on)


def in_state(session: Session, year: int, status: str, *options: ExecutableOption) -> list[Application]:
    """A cycle's applications in one state, by type, city and number; `options` say what is read with them."""
    where = (Application.cycle_year == year, Application.status == status)
    order = (Application.type, Application.city, Application.application_no)
    return list(session.scalars(select(Application).where(*where).order_by(*order).options(*options)))


def open_notice(
    session: Session,
    cycle: Cycle,
    *,
    title: str,
    starts_on: date,
    ends_on: date,
    workdays: int,
    phone: str,
    email: str = "",
    address: str = "",
    actor: str,
    at: datetime,
) -> PublicNotice:
    """Announce exactly what the meeting passed (article 8). Raises NothingToAnnounce and check_period's."""
    check_period(cycle, starts_on, ends_on, workdays, at.date())
    items = in_state(session, cycle.year, s.MEETING_PASSED)
    if not items:
        raise NothingToAnnounce()
    notice = PublicNotice(
        cycle_year=cycle.year,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        ends_at=end_of_day(ends_on),
        phone=phone,
        email=email,
        address=address,
        issued_by=actor,
        issued_at=at,
        items=[PublicNoticeItem(**_names(item)) for item in items],
    )
    session.add(notice)
    session.flush()
    put_up(session, notice, at=at)
    for item in items:
        basis = f"第八条（公示 {in_words(str(starts_on))}至{in_words(str(ends_on))}）"
        change_status(item, s.ANNOUNCED, actor=actor, basis=basis, at=at)
    session.flush()
    return notice


def _names(item: Application) -> dict[str, Any]:
    """I19: all that is told to the public of an item; no phone, code of a person, score or expert."""
    return {
        name: getattr(item, name) for name in ("application_no", "type", "enterprise", "object_name", "city")
    }


def ensure_complete(session: Session, cycle: Cycle, item: Application, at: datetime) -> None:
    """I5: recommended, formally passed, reviewed by experts, passed by the meeting, fully announced.

    Raises NotFullyHandled, naming what is missing.
    """
    _ensure_complete(steps(session, [item.application_no]), cycle, item, at)


def _ensure_complete(done: Steps, cycle: Cycle, item: Application, at: datetime) -> None:
    pinned_catalogue(cycle, item.type, item.catalogue)
    number, ends_at = item.application_no, done.announced_until.get(item.application_no)
    enough = done.sheets.get(number, 0) >= cycle.parameters["experts.min"]
    checks = (
        (number in done.recommended, "未经市推荐受理", "not in an accepted city package"),
        (number in done.formally_passed, "形式审查未通过", "formal review not passed"),
        (enough, "专家评审未完成", "too few expert sheets"),
        (number in done.passed_by_meeting, "会议未通过", "not passed by the meeting"),
        (ends_at is not None and at >= ends_at, "公示期未满", "the public notice has not ended"),
    )
    missing = [(zh, en) for kept, zh, en in checks if not kept]
    if missing:
        raise NotFullyHandled(
            application_no=number,
            missing="、".join(zh for zh, _ in missing),
            missing_en=", ".join(en for _, en in missing),
        )


def ensure_unquestioned(session: Session, item: Application) -> None:
    """I6: no open or upheld objection, no open or upheld flag of article 6.

    Raises ItemObjected, FlagIsOpen.
    """
    require_unobjected(session, item.application_no)
    _ensure_unflagged(item)


def _ensure_unflagged(item: Application) -> None:
    if any(flag.resolved_at is None or flag.excluded for flag in item.flags):
        raise FlagIsOpen(application_no=item.application_no)


def sort_out(session: Session, cycle: Cycle, at: datetime) -> tuple[list[Application], list[Application]]:
    """Announced items, as (may be published now, held by an open question)."""
    found = questioned(session, cycle, at)
    return [item for item, why in found if why is None], [item for item, why in found if why is not None]


def publishable(session: Session, cycle: Cycle, at: datetime) -> tuple[list[Application], list[Application]]:
    """As `sort_out`. Raises NothingToPublish, which names the first held items and what holds each."""
    found = questioned(session, cycle, at)
    free = [item for item, why in found if why is None]
    held = [(item, why) for item, why in found if why is not None]
    if not free:
        raise NothingToPublish(held=_told(held, "zh"), held_en=_told(held, "en"))
    return free, [item for item, _ in held]


def _told(held: Sequence[tuple[Application, Refusal]], language: Language) -> str:
    """The first held items with what holds each, for the end of a sentence; nothing when there are none."""
    stop = {"zh": "。", "en": ". "}[language]
    reasons = [why.message(language).split(stop)[0].rstrip(".") for _, why in held[:MOST_TOLD]]
    if not reasons:
        return ""
    rest = len(held) - len(reasons)
    if language == "zh":
        return f"：{'；'.join(reasons)}{f'；另有{rest}项' if rest else ''}"
    return f": {'; '.join(reasons)}{f'; and {rest} more' if rest else ''}"


def questioned(session: Session, cycle: Cycle, at: datetime) -> list[tuple[Application, Refusal | None]]:
    """Announced items by type and city code, each with what keeps it from being published, or None (I5, I6).

    The registers are asked once for all of them: a list may have more than a thousand.
    """
    items = in_state(session, cycle.year, s.ANNOUNCED, selectinload(Application.flags))
    numbers = [item.application_no for item in items]
    done, questions = steps(session, numbers), objected(session, numbers)
    found: list[tuple[Application, Refusal | None]] = []
    for item in sorted(items, key=list_order):
        why: Refusal | None = None
        try:
            _ensure_complete(done, cycle, item, at)
            why = questions.get(item.application_no)
            _ensure_unflagged(item)
        except (FlagIsOpen, NotFullyHandled) as refusal:
            why = why or refusal
        found.append((item, why))
    return found


def list_order(item: Application) -> tuple[int, str, str]:
    """The order of published lists: by type, then by the city's code, no ranking."""
    return TYPE_ORDER.get(item.type, 9), item.city, item.application_no


def publish(
    session: Session,
    cycle: Cycle,
    *,
    document_no: str,
    document_date: date,
    title: str,
    repeals: str = "",
    actor: str,
    at: datetime,
) -> tuple[Publication, list[Application]]:
    """Publish what may be published and grant the titles (article 8); returns the document and what is held.

    The first document of a cycle is its list; later ones supplement it with items that an objection had held.
    Raises NothingToPublish, and when the number is malformed or taken.
    """
    free, held = publishable(session, cycle, at)
    check_repeals(session, repeals)
    _register(session, cycle, document_no, document_date, title, actor, at)
    first = main_list(session, cycle.year)
    publication = Publication(
        cycle_year=cycle.year,
        document_no=document_no,
        document_date=document_date,
        title=title,
        supplement_to=first.document_no if first else None,
        main_of=None if first else cycle.year,
        repeals=repeals,
        issued_by=actor,
        issued_at=at,
        items=list(_granted(session, free, document_no, document_date, actor, at)),
    )
    session.add(publication)
    session.flush()
    return publication, held


def check_repeals(session: Session, repeals: str) -> None:
    """What a list repeals is another document's number, well-formed. Raises DocumentNumberMalformed."""
    if repeals:
        check_number(repeals)


def _register(
    session: Session, cycle: Cycle, number: str, day: date, title: str, actor: str, at: datetime
) -> None:
    register_document(
        session,
        number=number,
        kind="PUBLICATION",
        title=title,
        issued_on=day,
        subject=str(cycle.year),
        actor=actor,
        at=at,
    )


def main_list(session: Session, year: int) -> Publication | None:
    """The cycle's list, or None before it is out. A unique column keeps it one."""
    return session.scalar(select(Publication).where(Publication.main_of == year))


def _granted(
    session: Session,
    items: Iterable[Application],
    document_no: str,
    document_date: date,
    actor: str,
    at: datetime,
) -> Iterable[PublicationItem]:
    for item in items:
        facts = {
            name: getattr(item, name)
            for name in (
                "application_no",
                "type",
                "object_name",
                "enterprise",
                "uscc",
                "city",
                "county",
                "industry",
                "cycle_year",
            )
        }
        title = grant(session, facts, document_no, document_date, actor, at=at)
        change_status(item, s.RECOGNISED, actor=actor, basis=f"第八条（{document_no}）", at=at)
        yield PublicationItem(title_no=title.title_no, **_names(item))


def ensure_may_close(session: Session, cycle: Cycle, at: datetime) -> None:
    """Publication is over when nothing is free or held any more; what must be announced again need not wait for
    what is held. Raises ItemsStillHeld.
    """
    free, held = sort_out(session, cycle, at)
    again = in_state(session, cycle.year, s.MEETING_PASSED)
    if free or (held and not again):
        raise ItemsStillHeld(count=len(free) + len(held))


def remove_upheld(item: Application, *, reason: str, actor: str, at: datetime) -> None:
    """An objection was upheld: the item leaves the list (article 8)."""
    change_status(item, s.OBJECTION_UPHELD, actor=actor, basis="第八条（异议成立）", at=at, note=reason)


def announce_again(item: Application, *, actor: str, at: datetime) -> None:
    """A material change after an objection: the item goes on a public notice again (article 8)."""
    change_status(item, s.MEETING_PASSED, actor=actor, basis="第八条（重新公示）", at=at)
