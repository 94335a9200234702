"""What is done to the register of measures.

Register, take effect, remind, expire, continue, list what is open.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.measures.acts import ACTS, AfterExpiry
from engine.programme.measures.errors import ContinuationInvalid, MeasureInvalid
from engine.programme.measures.models import (
    EXPIRED,
    IN_FORCE,
    Continuation,
    ExpiryItem,
    Measure,
    MeasureEvent,
)
from engine.programme.measures.validity import by_code
from engine.programme.measures.validity import require_act_allowed as require_act_allowed
from engine.programme.values import as_date

ARTICLE_15 = "第十五条"


def register(session: Session, facts: Mapping[str, Any], *, actor: str, at: datetime) -> Measure:
    """Enter a measure with its own dates; a successor names its predecessor. Raises MeasureInvalid.

    `facts`: code, name, document_no, in_force_on, expires_on (inclusive), and optionally index_no,
    issuing_office, signed_on, printed_on, published_on, predecessor.
    """
    measure = build(session, facts, actor=actor, at=at)
    session.add(measure)
    if measure.predecessor:
        _succeed(session, measure, actor, at)
    record(measure, "REGISTERED", actor=actor, at=at, basis=measure.document_no)
    session.flush()
    return measure


def build(session: Session, facts: Mapping[str, Any], *, actor: str, at: datetime) -> Measure:
    """The measure that `facts` describe, checked but not yet entered. Raises MeasureInvalid."""
    measure = Measure(
        **{name: facts[name] for name in ("code", "name", "document_no")},
        **{name: as_date(facts[name]) for name in ("in_force_on", "expires_on")},
        **{
            name: as_date(facts[name])
            for name in ("signed_on", "printed_on", "published_on")
            if facts.get(name) is not None
        },
        **{
            name: facts[name]
            for name in ("index_no", "issuing_office", "predecessor")
            if facts.get(name) is not None
        },
        registered_by=actor,
        registered_at=at,
    )
    _check(session, measure)
    return measure


def _check(session: Session, measure: Measure) -> None:
    if measure.expires_on < measure.in_force_on:
        raise MeasureInvalid(
            zh_why="有效期截止日早于施行日。", en_why="it would expire before it is in force."
        )
    with session.no_autoflush:
        for other in session.scalars(select(Measure)):
            if other.code == measure.code:
                raise MeasureInvalid(
                    zh_why=f"登记号{measure.code}已登记。", en_why=f"{measure.code} is already registered."
                )
            if measure.in_force_on <= other.expires_on and other.in_force_on <= measure.expires_on:
                raise MeasureInvalid(
                    zh_why=f"有效期与《{other.name}》（{other.in_force_on}至{other.expires_on}）重叠。",
                    en_why=f"its validity overlaps {other.code} ({other.in_force_on} to {other.expires_on}).",
                )


def _succeed(session: Session, measure: Measure, actor: str, at: datetime) -> None:
    predecessor = by_code(session, str(measure.predecessor))
    if predecessor is None or predecessor.in_force_on > measure.in_force_on:
        raise MeasureInvalid(
            zh_why=f"前一依据文件{measure.predecessor}未登记或晚于本文件。",
            en_why=f"the predecessor {measure.predecessor} is not registered or is later.",
        )
    predecessor.successor = measure.code
    record(predecessor, "SUCCEEDED", actor=actor, at=at, basis=measure.document_no)


def record(
    measure: Measure, kind: str, *, actor: str, at: datetime, basis: str = ARTICLE_15, note: str = ""
) -> None:
    """Add a line to the measure's history (I15)."""
    measure.events.append(MeasureEvent(kind=kind, actor=actor, at=at, basis=basis, note=note))


def take_effect(session: Session, code: str, *, actor: str, at: datetime) -> Measure:
    """The first day has come. Raises MeasureInvalid when the measure is unknown."""
    measure = require(session, code)
    measure.status = IN_FORCE
    record(measure, "IN_FORCE", actor=actor, at=at)
    session.flush()
    return measure


def record_evaluation(
    session: Session, code: str, *, months: int, conclusion: str, note: str, actor: str, at: datetime
) -> None:
    """Keep what was concluded on renewal (续期评估) at a reminder, `months` before expiry."""
    record(
        require(session, code),
        "EVALUATED",
        actor=actor,
        at=at,
        note=f"届满前{months}个月：{conclusion}；{note}"[:2000],
    )
    session.flush()


def expire(
    session: Session, code: str, open_cases: Iterable[tuple[str, str, int]], *, actor: str, at: datetime
) -> int:
    """The last day has ended: mark the measure and list what is still open (到期清单); returns how many.

    `open_cases`: (process id, business key, instance key) of everything in flight. Titles are not
    touched: they stay valid, the measure gives them no term.
    """
    measure = require(session, code)
    measure.status = EXPIRED
    items = [
        ExpiryItem(
            measure_code=code, process_id=process, business_key=key, instance_key=instance, listed_at=at
        )
        for process, key, instance in open_cases
    ]
    session.add_all(items)
    record(measure, "EXPIRED", actor=actor, at=at, note=f"到期清单：{len(items)}项")
    session.flush()
    return len(items)


def require(session: Session, code: str) -> Measure:
    """The measure with this code. Raises MeasureInvalid when there is none."""
    measure = by_code(session, code)
    if measure is None:
        raise MeasureInvalid(zh_why=f"登记号{code}没有登记。", en_why=f"{code} is not registered.")
    return measure


def continue_acts(
    session: Session,
    *,
    measure_code: str,
    cycle_year: int,
    document_no: str,
    legal_opinion: str,
    acts: Iterable[str],
    decided_on: date,
    actor: str,
    at: datetime,
    until: date | None = None,
) -> Continuation:
    """Record a 延续办理决定: which acts of which cycle go on after expiry, on what document. Raises
    ContinuationInvalid.

    The number must already stand in the register of documents or be entered there by the caller.
    Raises ContinuationInvalid.
    """
    measure, acts = require(session, measure_code), sorted(set(acts))
    check_continuation(acts, legal_opinion)
    decision = Continuation(
        measure_code=measure_code,
        cycle_year=cycle_year,
        document_no=document_no,
        legal_opinion=legal_opinion,
        acts=acts,
        decided_on=decided_on,
        until=until,
        recorded_by=actor,
        recorded_at=at,
    )
    session.add(decision)
    record(
        measure, "CONTINUED", actor=actor, at=at, basis=document_no, note="、".join(ACTS[a].zh for a in acts)
    )
    session.flush()
    return decision


def check_continuation(acts: Iterable[str], legal_opinion: str) -> None:
    """What a decision to continue must contain. Raises ContinuationInvalid."""
    acts = list(acts)
    if not acts:
        raise ContinuationInvalid(zh_why="未列明可继续办理的事项。", en_why="it lists no act.")
    if not legal_opinion.strip():
        raise ContinuationInvalid(zh_why="缺少法制审核意见。", en_why="the legal opinion is missing.")
    wrong = [a for a in acts if a not in ACTS or ACTS[a].after_expiry is not AfterExpiry.CONTINUATION]
    if wrong:
        raise ContinuationInvalid(
            zh_why=f"事项{'、'.join(wrong)}不能以延续办理决定继续。",
            en_why=f"{', '.join(wrong)} cannot be continued by such a decision.",
        )
