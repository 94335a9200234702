"""Rules of applications: number, status, submission, versions, flags of article 6."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, object_session

from engine import clock
from engine.notifications.applications import announce_change
from engine.programme.applications import statuses as s
from engine.programme.applications.errors import (
    CapReached,
    CatalogueDiffers,
    CityDoesNotTakePart,
    DeadlinePassed,
    DuplicateObject,
    IndustryNotCalled,
    NoApplication,
    SamePerson,
    TransitionRefused,
)
from engine.programme.applications.models import (
    Application,
    ApplicationEvent,
    ApplicationVersion,
    ExclusionFlag,
)
from engine.programme.applications.verification import new_code
from engine.programme.cycles.models import Cycle
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.cycles.operations import require_open
from engine.programme.documents.operations import next_number
from engine.programme.lookup import by_key
from engine.programme.titles.models import ACTIVE, RECTIFYING, Title
from engine.programme.values import as_date
from engine.store import json


def find(session: Session, application_no: str) -> Application | None:
    """The application with this number, or None."""
    return by_key(session, Application, Application.application_no, application_no)


def require(session: Session, application_no: str) -> Application:
    """The application with this number. Raises NoApplication."""
    application = find(session, application_no)
    if application is None:
        raise NoApplication(application_no=application_no)
    return application


def city_of(county: str) -> str:
    """The city's code of a county-level filing body: zones and counties share its first four digits."""
    return county[:4] + "00"


def change_status(
    application: Application, to: str, *, actor: str, basis: str, at: datetime, note: str = ""
) -> None:
    """I15: the only way an application's status changes, and it leaves actor, time and basis.

    Raises TransitionRefused for a way that `statuses.TRANSITIONS` does not know.
    """
    if not actor or not basis:
        raise ValueError("a status change needs an actor and a basis")
    before = application.status
    if (before, to) not in s.TRANSITIONS:
        (from_zh, from_en), (to_zh, to_en) = s.NAMES[before], s.NAMES[to]
        raise TransitionRefused(
            application_no=application.application_no,
            from_zh=from_zh,
            from_en=from_en,
            to_zh=to_zh,
            to_en=to_en,
        )
    _record(application, before, to, actor, basis, at, note)
    application.status = to
    if to in s.ENDED and to != s.RECOGNISED:
        application.live, application.reason = False, note or s.NAMES[to][0]


def _record(
    application: Application, before: str | None, to: str, actor: str, basis: str, at: datetime, note: str
) -> None:
    # not through `history`, which would read every earlier event first
    event = ApplicationEvent(
        application=application,
        from_status=before,
        to_status=to,
        actor=actor,
        basis=basis,
        at=at,
        note=note,
    )
    session = object_session(application)
    if session is not None:
        session.add(event)
        announce_change(application, event)


def ensure_may_start(session: Session, facts: Mapping[str, Any], at: datetime) -> Cycle:
    """Whether an enterprise may begin this application: window, city, industry, cap, object (article 7).

    Raises CycleNotOpen, DeadlinePassed, CityDoesNotTakePart, CapReached, DuplicateObject.
    """
    cycle = require_open(session, facts["cycle_year"])
    ensure_before_deadline(cycle, at)
    if city_of(facts["county"]) not in cycle.cities:
        raise CityDoesNotTakePart(year=cycle.year)
    called = cycle.parameters["industries"]
    if called and facts["industry"] not in called:
        raise IndustryNotCalled(year=cycle.year, industry=facts["industry"])
    _ensure_below_cap(session, cycle, facts["uscc"], facts["type"])
    _ensure_object_free(session, cycle, facts)
    return cycle


def ensure_before_deadline(cycle: Cycle, at: datetime) -> None:
    """I3: nothing is submitted after the enterprise deadline's instant (article 7). Raises DeadlinePassed."""
    deadline = cycle.enterprise_deadline
    if deadline is None or at >= deadline:
        raise DeadlinePassed(year=cycle.year, deadline=clock.deadline(deadline) if deadline else "")


def _ensure_below_cap(session: Session, cycle: Cycle, uscc: str, type: str) -> None:
    cap = cycle.parameters[f"caps.{type.lower()}"]
    live = select(func.count(Application.id)).where(
        Application.cycle_year == cycle.year,
        Application.uscc == uscc,
        Application.type == type,
        Application.live,
    )
    if (session.scalar(live) or 0) >= cap:
        raise CapReached(cap=cap)


def _ensure_object_free(session: Session, cycle: Cycle, facts: Mapping[str, Any]) -> None:
    """No live application of the cycle and no valid title of the enterprise is about the same object (article 7)."""
    wanted = object_key(facts["object_name"])
    filed = select(Application.application_no, Application.object_name).where(
        Application.cycle_year == cycle.year,
        Application.live,
        Application.uscc == facts["uscc"],
        Application.type == facts["type"],
    )
    held = select(Title.title_no, Title.name).where(
        Title.uscc == facts["uscc"], Title.type == facts["type"], Title.status.in_((ACTIVE, RECTIFYING))
    )
    for query in (filed, held):
        for known, name in session.execute(query):
            if object_key(name) == wanted:
                raise DuplicateObject(object_name=facts["object_name"], known=known)


def object_key(name: str) -> str:
    """A name as it counts when objects are compared: width, case and spaces make no other object."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def open_application(session: Session, facts: Mapping[str, Any], *, actor: str, at: datetime) -> Application:
    """Enter an application and give it its number (year, county, running number).

    Raises as ensure_may_start.
    """
    cycle = ensure_may_start(session, facts, at)
    application = Application(
        application_no=_new_number(session, cycle.year, facts["county"]),
        **{name: facts[name] for name in ("uscc", "enterprise", "type", "object_name", "county", "industry")},
        cycle_year=cycle.year,
        city=city_of(facts["county"]),
        catalogue=pinned_catalogue(cycle, facts["type"], facts.get("catalogue")),
        status=s.DRAFT,
        opened_at=at,
        live=True,
    )
    _record(application, None, s.DRAFT, actor, "第七条", at, "")
    session.add(application)
    session.flush()
    return application


def _new_number(session: Session, year: int, county: str) -> str:
    return f"{year}-{county}-{next_number(session, f'application {year} {county}'):04d}"


def pinned_catalogue(cycle: Cycle, type: str, found: str | None = None) -> str:
    """I20: an application's catalogue edition is its cycle's (article 14). Raises CatalogueDiffers."""
    pinned = str(cycle.catalogues.get(type, ""))
    if found is not None and found != pinned:
        raise CatalogueDiffers(found=found, pinned=pinned)
    return pinned


def submit(
    session: Session,
    application: Application,
    content: Mapping[str, Any],
    *,
    submission_id: int | None,
    actor: str,
    at: datetime,
) -> None:
    """Take the application in: freeze version 1, fix the look-back anchor (articles 6, 7).

    Raises DeadlinePassed.
    """
    cycle = require_cycle(session, application.cycle_year)
    ensure_before_deadline(cycle, at)
    pinned_catalogue(cycle, application.type, application.catalogue)
    application.submitted_at = application.submitted_at or at
    application.city_title = bool(content.get("city_title"))
    application.city_title_no = content.get("city_title_no") or None
    add_version(session, application, content, submission_id=submission_id, actor=actor, at=at, reason="提交")
    change_status(application, s.SUBMITTED, actor=actor, basis="第七条", at=at)


def add_version(
    session: Session,
    application: Application,
    content: Mapping[str, Any],
    *,
    submission_id: int | None,
    actor: str,
    at: datetime,
    reason: str,
) -> ApplicationVersion:
    """Freeze the next version with its hash; earlier ones stay as they are (article 7, I7)."""
    application.version = (application.version or 0) + 1
    version = ApplicationVersion(
        application_no=application.application_no,
        version=application.version,
        submitted_at=at,
        submitted_by=actor,
        reason=reason,
        submission_id=submission_id,
        content=dict(content),
        sha256=json.sha256(dict(content)),
        verification_code=new_code(),
    )
    session.add(version)
    return version


def latest_version(session: Session, application_no: str) -> ApplicationVersion | None:
    """What the application says now, or None before the first submission."""
    return session.scalar(_LATEST, {"number": application_no})


_LATEST = (
    select(ApplicationVersion)
    .where(ApplicationVersion.application_no == bindparam("number"))
    .order_by(ApplicationVersion.version.desc())
    .limit(1)
)


def lapse(application: Application, cycle: Cycle, *, actor: str, at: datetime) -> bool:
    """The enterprise deadline has come.

    An unsubmitted draft lapses, unless a notice extended the window meanwhile.
    """
    if cycle.enterprise_deadline is not None and at < cycle.enterprise_deadline:
        return False
    change_status(application, s.LAPSED, actor=actor, basis="第七条", at=at, note="截止前未提交")
    return True


def leave(application: Application, *, reason: str, actor: str, at: datetime) -> str:
    """The enterprise withdraws (撤回), or renounces once the meeting's list is fixed (放弃认定).

    Returns the new status.
    """
    to = s.RENOUNCED if application.status in s.LIST_FIXED else s.WITHDRAWN
    change_status(application, to, actor=actor, basis="第三条（企业自愿）", at=at, note=reason)
    return to


def ensure_distinct_person(application: Application, login: str, acted_as: Iterable[tuple[str, str]]) -> None:
    """I16: applicant, reviewer and approver of one application are distinct persons. Raises SamePerson.

    `acted_as`: (role, login) of everybody whose part excludes this one, besides the applicant.
    """
    roles = {role for role, other in acted_as if other == login}
    if any(e.to_status == s.SUBMITTED and e.actor == login for e in application.history):
        roles.add("申报人")
    if roles:
        raise SamePerson(application_no=application.application_no, roles="、".join(sorted(roles)))


def raise_flag(
    application: Application, ground: str, fact: str, *, event_date: Any = None, actor: str, at: datetime
) -> ExclusionFlag:
    """Note a fact that may exclude an application (article 6); it can be resolved, never deleted."""
    flag = ExclusionFlag(
        ground=ground,
        fact=fact,
        event_date=as_date(event_date) if event_date else None,
        raised_by=actor,
        raised_at=at,
    )
    application.flags.append(flag)
    return flag


def resolve_flag(flag: ExclusionFlag, *, excluded: bool, reason: str, actor: str, at: datetime) -> None:
    """Decide a flag with a reason and an officer. Raises ValueError without a reason."""
    if not reason.strip():
        raise ValueError("a flag is resolved with a reason")
    flag.resolved_by, flag.resolved_at, flag.resolution, flag.excluded = actor, at, reason, excluded


def open_flags(application: Application) -> list[ExclusionFlag]:
    """Flags of article 6 that nobody has decided yet."""
    return [flag for flag in application.flags if flag.resolved_at is None]
