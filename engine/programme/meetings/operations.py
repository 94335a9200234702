"""Rules of the review opinion and of the director's meeting (article 8)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.applications.operations import change_status, ensure_distinct_person
from engine.programme.cycles.models import Cycle
from engine.programme.meetings.errors import CannotPropose, ListDiffers, OrderUnexplained, ReasonMissing
from engine.programme.meetings.models import (
    DEFER,
    FAIL,
    PASS,
    PROPOSE,
    RETURN,
    Meeting,
    MeetingResult,
    Opinion,
)
from engine.programme.reviews.operations import participants
from engine.programme.visits.errors import VisitStillOpen
from engine.programme.visits.operations import still_open

Row = Mapping[str, Any]
TYPE_ORDER = {"SCENE": 0, "WORKSHOP": 1, "FACTORY": 2}
"""The order in which the measure names the types."""


def _in_state(session: Session, year: int, status: str, *options: ExecutableOption) -> list[Application]:
    where = (Application.cycle_year == year, Application.status == status)
    rows = select(Application).where(*where).order_by(Application.application_no)
    return list(session.scalars(rows.options(*options)))


def reviewed(session: Session, year: int) -> list[Application]:
    """Items whose reviews are closed and that wait for an opinion."""
    return _in_state(session, year, s.REVIEWED)


def proposed(session: Session, year: int) -> list[Application]:
    """Items on the meeting's list."""
    return _in_state(session, year, s.PROPOSED)


def passed(session: Session, year: int) -> list[Application]:
    """Items that a meeting passed and that wait for the public notice."""
    return _in_state(session, year, s.MEETING_PASSED)


def order_key(application: Application) -> tuple[Decimal, bool, Decimal, Decimal]:
    """I10: score first; the city-level title of article 5(7) only orders equal scores, then D2, D3.

    Smaller is better.
    """
    return (
        -(application.score or Decimal(0)),
        not application.city_title,
        -(application.score_d2 or Decimal(0)),
        -(application.score_d3 or Decimal(0)),
    )


def check_opinions(session: Session, cycle: Cycle, rows: Iterable[Row]) -> list[tuple[Application, Row]]:
    """An opinion on every reviewed item and no other, ranked as scored unless a reason is given (article 8).

    Ranks are those within a type; the answer is in their order. Raises ListDiffers, VisitStillOpen, CannotPropose,
    OrderUnexplained, ReasonMissing.
    """
    by_number = _matched(reviewed(session, cycle.year), rows)
    open_visits = still_open(session, cycle.year)
    if open_visits:
        raise VisitStillOpen(count=len(open_visits), example=open_visits[0])
    ranked = []
    for pairs in by_type(by_number.values()).values():
        _check_order(pairs)
        ranked += pairs
    for application, row in ranked:
        _check_opinion(cycle, application, row)
    return ranked


def by_type(pairs: Iterable[tuple[Application, Row]]) -> dict[str, list[tuple[Application, Row]]]:
    """Applications with their rows by type, each in the order of the given ranks: types do not compete."""
    found: dict[str, list[tuple[Application, Row]]] = {}
    for pair in sorted(pairs, key=lambda pair: int(pair[1]["rank"])):
        found.setdefault(pair[0].type, []).append(pair)
    return {type: found[type] for type in sorted(found, key=lambda type: TYPE_ORDER.get(type, 9))}


def _check_order(pairs: list[tuple[Application, Row]]) -> None:
    """Within a type the order is that of the scores unless a reason is given (I10). Raises OrderUnexplained."""
    expected = sorted((application for application, _ in pairs), key=order_key)
    for place, (application, row) in enumerate(pairs, start=1):
        tied = order_key(application) == order_key(expected[place - 1])
        if not tied and not (row.get("reason") or "").strip():
            due = expected.index(application) + 1
            raise OrderUnexplained(application_no=application.application_no, rank=place, expected=due)


def _matched(due: list[Application], rows: Iterable[Row]) -> dict[str, tuple[Application, Row]]:
    given = list(rows)
    numbers = [row["application_no"] for row in given]
    known = {application.application_no: application for application in due}
    missing, extra = known.keys() - set(numbers), set(numbers) - known.keys()
    ranks = [
        (known[n].type, int(row["rank"]))
        for n, row in zip(numbers, given, strict=True)
        if n in known and "rank" in row
    ]
    if missing or extra or len(set(numbers)) != len(numbers) or len(set(ranks)) != len(ranks):
        raise ListDiffers(missing="、".join(sorted(missing)) or "-", extra="、".join(sorted(extra)) or "-")
    return {row["application_no"]: (known[row["application_no"]], row) for row in given}


def _check_opinion(cycle: Cycle, application: Application, row: Row) -> None:
    number, low = application.application_no, (application.score or 0) < cycle.parameters["pass_line"]
    if row["opinion"] == PROPOSE:
        if application.visit_result == "FALSE":
            raise CannotPropose(
                application_no=number, why_zh="实地考察不属实", why_en="was found untrue on site"
            )
        if low:
            raise CannotPropose(application_no=number, why_zh="低于合格线", why_en="is below the pass line")
    elif not (row.get("reason") or "").strip():
        raise ReasonMissing(application_no=number)


def sign_opinions(
    session: Session, cycle: Cycle, rows: Iterable[Row], *, actor: str, at: datetime
) -> dict[str, str]:
    """Fix the meeting's list (article 8); returns the opinion by application number.

    Raises as check_opinions.
    """
    round_no = next_round(session, cycle.year)
    signed, places = {}, Counter[str]()
    for application, row in check_opinions(session, cycle, rows):
        places[application.type] += 1
        opinion, reason = row["opinion"], row.get("reason") or ""
        session.add(
            Opinion(
                cycle_year=cycle.year,
                application_no=application.application_no,
                round=round_no,
                opinion=opinion,
                rank=places[application.type],
                reason=reason,
                signed_by=actor,
                signed_at=at,
            )
        )
        application.rank = places[application.type]
        to = s.PROPOSED if opinion == PROPOSE else s.NOT_PROPOSED
        note = ("暂缓：" if opinion == DEFER else "") + reason if opinion != PROPOSE else ""
        change_status(application, to, actor=actor, basis="第八条（审核意见）", at=at, note=note)
        signed[application.application_no] = opinion
    cycle.meeting_list_fixed_at = at
    session.flush()
    return signed


def next_round(session: Session, year: int) -> int:
    """The round that the next meeting decides: one more than meetings held."""
    return (session.scalar(select(func.count(Meeting.id)).where(Meeting.cycle_year == year)) or 0) + 1


def check_results(
    session: Session, year: int, rows: Iterable[Row], approver: str | None = None
) -> list[tuple[Application, Row]]:
    """A word on every proposed item and no other, by one who took no part before (article 8, I16).

    Raises ListDiffers, ReasonMissing, SamePerson.
    """
    due = _in_state(session, year, s.PROPOSED, selectinload(Application.history))
    pairs = list(_matched(due, rows).values())
    acted = participants(session, [a.application_no for a in due]) if approver is not None else {}
    for application, row in pairs:
        if row["result"] != PASS and not (row.get("reason") or "").strip():
            raise ReasonMissing(application_no=application.application_no)
        if approver is not None:
            ensure_distinct_person(application, approver, acted[application.application_no])
    return pairs


def check_recusals(pairs: Iterable[tuple[Application, Row]], recusals: Iterable[Row]) -> list[dict[str, str]]:
    """Who withdrew from which item of the list. Raises ListDiffers for an item that is not on it."""
    listed = {application.application_no for application, _ in pairs}
    found = [
        {name: str(row.get(name) or "").strip() for name in ("name", "application_no", "reason")}
        for row in recusals
    ]
    extra = sorted({row["application_no"] for row in found} - listed)
    if extra:
        raise ListDiffers(missing="-", extra="、".join(extra))
    return found


_AFTER = {PASS: s.MEETING_PASSED, FAIL: s.MEETING_REJECTED, RETURN: s.REVIEWED}


def record_meeting(
    session: Session,
    year: int,
    rows: Iterable[Row],
    *,
    minutes_no: str,
    held_on: date,
    attendees: str,
    attendance: Mapping[str, Any] | None = None,
    actor: str,
    at: datetime,
) -> dict[str, str]:
    """Enter a meeting's results (article 8); returns the result by application number.

    `attendance`: place, chair, absent, observers and the recusals by person and item. The measure knows no quorum:
    who attended is recorded. Raises as check_results and check_recusals.
    """
    pairs = check_results(session, year, rows, actor)
    attended = attendance or {}
    meeting = Meeting(
        cycle_year=year,
        round=next_round(session, year),
        minutes_no=minutes_no,
        held_on=held_on,
        attendees=attendees,
        signed_by=actor,
        recorded_at=at,
        recusals=check_recusals(pairs, attended.get("recusals") or []),
        results=[_result(row) for _, row in pairs],
        **{name: attended.get(name) or "" for name in ("place", "chair", "absent", "observers")},
    )
    session.add(meeting)
    for application, row in pairs:
        basis = f"第八条（厅长办公会 {minutes_no}）"
        to = _AFTER[row["result"]]
        change_status(application, to, actor=actor, basis=basis, at=at, note=row.get("reason") or "")
    session.flush()
    return {application.application_no: row["result"] for application, row in pairs}


def _result(row: Row) -> MeetingResult:
    return MeetingResult(
        application_no=row["application_no"], result=row["result"], reason=row.get("reason") or ""
    )


def passed_by_meeting(session: Session, numbers: Sequence[str]) -> set[str]:
    """Those applications that the latest meeting that dealt with them passed (I5)."""
    rows = select(MeetingResult.application_no, MeetingResult.result).order_by(MeetingResult.id)
    last = dict(session.execute(rows.where(MeetingResult.application_no.in_(numbers))).all())
    return {number for number, result in last.items() if result == PASS}
