"""Rules of returns: what may be opened, how often, until when; what an answer becomes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.programme.applications import operations as applications
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application, ApplicationVersion
from engine.programme.cycles.models import Cycle
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.returns.errors import (
    FieldNamedTwice,
    NoOpenReturn,
    NothingToCorrect,
    ReturnTooLate,
    TooManyReturns,
)
from engine.programme.returns.models import CITY, COUNTY, FORMAL, ApplicationReturn

LEAST = timedelta(hours=24)
"""What an enterprise has at least to answer a return (decision)."""

SELF_EVALUATION = "self_evaluation"
"""The key of a version's content that is not of the form: it stays as it was frozen with version 1."""

_BACK = {COUNTY: s.SUBMITTED, CITY: s.COUNTY_DONE, FORMAL: s.RECOMMENDED}
_BASIS = {COUNTY: "第七条", CITY: "第七条", FORMAL: "第八条"}
_REASON = {COUNTY: "县级退回补正", CITY: "市级退回补正", FORMAL: "形式审查补正"}
_IN_TIME, _LATE = "已补正", "逾期未补正，按原材料办理"


def returns(session: Session, application_no: str) -> list[ApplicationReturn]:
    """All returns of an application, the first one first."""
    where = ApplicationReturn.application_no == application_no
    return list(session.scalars(select(ApplicationReturn).where(where).order_by(ApplicationReturn.number)))


def open_return(session: Session, application_no: str) -> ApplicationReturn | None:
    """The return that waits for its answer, or None."""
    return next((row for row in returns(session, application_no) if row.closed_at is None), None)


def check_items(items: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The fields to be opened, each once and with its reason; a list (`finance`), a row of it (`finance[2]`), a cell.

    Raises NothingToCorrect, FieldNamedTwice: also for a part of what is open as a whole.
    """
    found: dict[str, dict[str, str]] = {}
    for item in items:
        row = {name: str(item.get(name) or "").strip() for name in ("field", "label", "label_en", "reason")}
        if not (row["field"] and row["reason"]):
            raise NothingToCorrect()
        if row["field"] in found:
            raise FieldNamedTwice(label=row["label"] or row["field"])
        found[row["field"]] = row
    if not found:
        raise NothingToCorrect()
    for name, row in found.items():
        if any(name.startswith((f"{other}[", f"{other}.")) for other in found):
            raise FieldNamedTwice(label=row["label"] or name)
    return list(found.values())


def ensure_may_return(
    session: Session, application: Application, cycle: Cycle, level: str, at: datetime
) -> None:
    """Whether county or city may return now: time to answer is left, and the cycle's count is not used up.

    Raises ReturnTooLate, TooManyReturns.
    """
    parameters = {**DEFAULTS, **cycle.parameters}  # a cycle of an earlier release was pinned without these
    times = parameters["return.times"]
    if sum(row.level == level for row in returns(session, application.application_no)) >= times:
        raise TooManyReturns(application_no=application.application_no, times=times)
    names = {"city_deadline": "市级截止时间"}
    if not parameters["return.after_enterprise_deadline"]:
        names["enterprise_deadline"] = "企业申报截止时间"
    for attribute, name in names.items():
        deadline: datetime | None = getattr(cycle, attribute)
        if deadline is not None and at + LEAST > deadline:
            raise ReturnTooLate(deadline_name=name, deadline=clock.deadline(deadline))


def ask(
    session: Session,
    application: Application,
    level: str,
    items: Sequence[Mapping[str, Any]],
    *,
    due: datetime,
    actor: str,
    at: datetime,
) -> ApplicationReturn:
    """Enter a return with the fields that it opens (articles 7, 8). Raises as check_items."""
    row = ApplicationReturn(
        application_no=application.application_no,
        number=_count(session, application.application_no) + 1,
        level=level,
        items=check_items(items),
        asked_by=actor,
        asked_at=at,
        due=due,
        version_before=application.version,
    )
    session.add(row)
    return row


def take(
    session: Session,
    application: Application,
    level: str,
    answer: Mapping[str, Any] | None,
    *,
    submission_id: int | None,
    actor: str,
    at: datetime,
) -> ApplicationVersion | None:
    """Close the open return: freeze the answer as the next version (I7), or record that none came in time.

    The old version stays as it is. Either way the file goes back to who returned it. Raises NoOpenReturn.
    """
    row = open_return(session, application.application_no)
    if row is None or row.level != level:
        raise NoOpenReturn(application_no=application.application_no)
    version = None
    if answer is not None:
        version = _freeze(session, application, level, answer, submission_id, actor, at)
        row.version_after = version.version
    row.closed_at = at
    note = _IN_TIME if version is not None else _LATE
    applications.change_status(application, _BACK[level], actor=actor, basis=_BASIS[level], at=at, note=note)
    return version


def _freeze(
    session: Session,
    application: Application,
    level: str,
    answer: Mapping[str, Any],
    submission_id: int | None,
    actor: str,
    at: datetime,
) -> ApplicationVersion:
    before = applications.latest_version(session, application.application_no)
    kept = before.content.get(SELF_EVALUATION) if before is not None else None
    if "city_title" in answer:  # article 5(7): what is claimed now
        application.city_title = bool(answer["city_title"])
        application.city_title_no = answer.get("city_title_no") or None
    return applications.add_version(
        session,
        application,
        {**answer, SELF_EVALUATION: kept} if kept is not None else answer,
        submission_id=submission_id,
        actor=actor,
        at=at,
        reason=_REASON[level],
    )


def _count(session: Session, application_no: str) -> int:
    where = ApplicationReturn.application_no == application_no
    return session.scalar(select(func.count(ApplicationReturn.id)).where(where)) or 0
