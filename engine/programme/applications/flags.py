"""Flags of article 6: raised with evidence, resolved with a reason by another person, never deleted."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands.retrying import command
from engine.policy import Actor
from engine.programme.announcements.models import PublicNotice
from engine.programme.applications.errors import FlagRefused
from engine.programme.applications.models import Application, ExclusionFlag, LookBackCheck
from engine.programme.applications.operations import raise_flag, require, resolve_flag
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.meetings.models import Meeting
from engine.programme.reviews.sheet_models import ExpertSheet
from engine.runtime import Runtime, Transaction

GROUNDS = {
    "6.1": ("第六条第（一）项：提供虚假信息", "Article 6(1): false information"),
    "6.2": (
        "第六条第（二）项：三年内生产安全、质量、环境污染事故并受处罚",
        "Article 6(2): accident with penalty",
    ),
    "6.3": ("第六条第（三）项：三年内偷漏税、失信惩戒等", "Article 6(3): tax evasion, bad credit"),
}
OCCASIONS = {
    "REVIEW": ("专家评审日", "expert review"),
    "MEETING": ("厅长办公会日", "director's meeting"),
    "NOTICE_END": ("公示结束日", "end of the public notice"),
}


def listed(session: Session, year: int) -> list[tuple[ExclusionFlag, Application]]:
    """The flags of a cycle, the open ones first, then the newest."""
    query = (
        select(ExclusionFlag, Application)
        .join(Application, Application.id == ExclusionFlag.application_id)
        .where(Application.cycle_year == year)
        .order_by(ExclusionFlag.id.desc())
    )
    rows = [(row[0], row[1]) for row in session.execute(query)]
    return sorted(rows, key=lambda row: row[0].resolved_at is not None)


def changed_since(flag: ExclusionFlag, application: Application) -> bool:
    """Whether the fact became known, or was decided, after the application had been handed in: its look-back changed."""
    handed_in = application.submitted_at
    return handed_in is not None and handed_in < (flag.resolved_at or flag.raised_at)


def outside_look_back(flag: ExclusionFlag, application: Application, years: int) -> bool:
    """Whether the event lies before the look-back window of its application; ground 6(1) has no limit."""
    anchor = application.submitted_at
    if flag.ground == "6.1" or flag.event_date is None or anchor is None:
        return False
    day = anchor.date()
    first = date(day.year - years, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)
    return flag.event_date < first


def occasions(session: Session, year: int) -> dict[str, date | None]:
    """The days on which article 6 is looked at again in a cycle; None while the day is not known."""
    sheets = (
        select(ExpertSheet.sealed_at)
        .join(Application, Application.application_no == ExpertSheet.application_no)
        .where(Application.cycle_year == year)
    )
    reviewed: datetime | None = session.scalar(sheets.order_by(ExpertSheet.sealed_at.desc()).limit(1))
    met = session.scalar(
        select(Meeting.held_on).where(Meeting.cycle_year == year).order_by(Meeting.held_on.desc()).limit(1)
    )
    ends = session.scalar(
        select(PublicNotice.ends_on)
        .where(PublicNotice.cycle_year == year)
        .order_by(PublicNotice.ends_on.desc())
        .limit(1)
    )
    return {"REVIEW": reviewed.date() if reviewed else None, "MEETING": met, "NOTICE_END": ends}


def checks(session: Session, year: int) -> list[LookBackCheck]:
    """The re-checks that were put on record, the newest first."""
    query = select(LookBackCheck).where(LookBackCheck.cycle_year == year)
    return list(session.scalars(query.order_by(LookBackCheck.id.desc())))


@command
def flag(
    rt: Runtime,
    actor: Actor,
    application_no: str,
    *,
    ground: str,
    fact: str,
    evidence: str,
    event_date: date | None,
) -> int:
    """Raise a flag; an open one keeps the application from being published (I6).

    Raises NotAllowed, ApplicationUnknown, FlagRefused.
    """
    policy.require(actor, "flag.raise")
    with rt.transaction() as tx:
        application = require(tx.session, application_no.strip())
        if ground not in GROUNDS or not fact.strip() or not evidence.strip():
            raise FlagRefused(
                zh_why="情形、事实和证据来源均须填写。", en_why="ground, fact and evidence are needed."
            )
        if ground != "6.1" and event_date is None:
            raise FlagRefused(
                zh_why="第（二）（三）项须填写发生日期。", en_why="6(2) and 6(3) need the day it happened."
            )
        if event_date is not None and event_date > tx.now.date():
            raise FlagRefused(zh_why="发生日期晚于今天。", en_why="the day lies in the future.")
        raised = raise_flag(
            application, ground, fact.strip(), event_date=event_date, actor=actor.login, at=tx.now
        )
        raised.evidence = evidence.strip()
        tx.session.flush()
        _note(tx, actor, "flag.raise", raised, application.application_no)
        return raised.id


@command
def resolve(rt: Runtime, actor: Actor, flag_id: int, *, excluded: bool, reason: str) -> None:
    """Decide a flag with a reason; whoever raised it does not decide it. Raises NotAllowed, FlagRefused."""
    policy.require(actor, "flag.resolve")
    with rt.transaction() as tx:
        found = tx.session.get(ExclusionFlag, flag_id)
        if found is None or found.resolved_at is not None:
            raise FlagRefused(zh_why="没有待处理的这一条标记。", en_why="no such open flag.")
        if found.raised_by == actor.login:
            raise FlagRefused(
                zh_why="提出人与处理人应为不同的人。", en_why="another person has to decide it."
            )
        if not reason.strip():
            raise FlagRefused(zh_why="请写明理由。", en_why="a reason is needed.")
        resolve_flag(found, excluded=excluded, reason=reason.strip(), actor=actor.login, at=tx.now)
        _note(tx, actor, "flag.resolve", found, found.application.application_no)


def _note(tx: Transaction, actor: Actor, action: str, row: ExclusionFlag, number: str) -> None:
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action=action,
        object_type="exclusion_flag",
        object_key=row.id,
        business_key=number,
        detail={"ground": row.ground, "excluded": row.excluded},
    )


@command
def check(rt: Runtime, actor: Actor, year: int, occasion: str, *, sources: str, result: str) -> None:
    """Put on record that article 6 was looked at again. Raises NotAllowed, CycleUnknown, FlagRefused."""
    policy.require(actor, "flag.raise")
    with rt.transaction() as tx:
        require_cycle(tx.session, year)
        if occasion not in OCCASIONS or not sources.strip() or not result.strip():
            raise FlagRefused(
                zh_why="时点、查询来源和结果均须填写。", en_why="occasion, sources and result are needed."
            )
        tx.session.add(
            LookBackCheck(
                cycle_year=year,
                occasion=occasion,
                checked_on=tx.now.date(),
                sources=sources.strip(),
                result=result.strip(),
                checked_by=actor.login,
                checked_at=tx.now,
            )
        )
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="flag.check",
            object_type="cycle",
            object_key=year,
            business_key=str(year),
            detail={"occasion": occasion},
        )
