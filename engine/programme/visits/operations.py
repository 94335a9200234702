"""Rules of site visits (article 8: 必要的实地考察).

Which applications are visited is decided by `review_conclusion.dmn` and the sample; here stands who may go, and
that no opinion is given while an ordered visit is open.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.policy import ENTERPRISE_ROLES
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.lookup import by_key
from engine.programme.reviews.draw import has_conflict
from engine.programme.reviews.models import Expert, SiteVisit
from engine.programme.reviews.operations import check_visit
from engine.programme.visits.errors import CaptionMissing, VisitDone, VisitNotOrdered, VisitorUnfit
from engine.programme.visits.models import VisitOrder
from engine.store.people import Account, RoleGrant

VISITORS = ("dept_officer", "agency", "expert", "expert_leader")
"""Roles that may visit: the department, the agency, experts. Never the applicant's own, nor its county or city."""


def order(
    session: Session, application: Application, reasons: Sequence[str], *, before_review: bool, at: datetime
) -> VisitOrder:
    """Put an item on the list of visits, with the reasons that the decision table gave (article 8)."""
    found = find(session, application.application_no)
    if found is not None:
        return found
    ordered = VisitOrder(
        application_no=application.application_no,
        cycle_year=application.cycle_year,
        reasons=list(reasons),
        before_review=before_review,
        ordered_at=at,
    )
    session.add(ordered)
    session.flush()
    return ordered


def find(session: Session, application_no: str) -> VisitOrder | None:
    """The order to visit an application, or None."""
    return by_key(session, VisitOrder, VisitOrder.application_no, application_no)


def recorded(session: Session, application_no: str) -> SiteVisit | None:
    """The record of the visit, or None while it is open."""
    return by_key(session, SiteVisit, SiteVisit.application_no, application_no)


def plan(
    session: Session,
    application: Application,
    *,
    leader: str,
    second: str,
    planned_on: date,
    note: str = "",
    actor: str,
    at: datetime,
) -> VisitOrder:
    """Send two people (article 8). Raises VisitNotOrdered, VisitDone, VisitNeedsTwo, VisitorUnfit."""
    found = find(session, application.application_no)
    if found is None:
        raise VisitNotOrdered(application_no=application.application_no)
    check_plan(session, application, leader, second)
    found.leader, found.second, found.planned_on = leader, second, planned_on
    found.planned_by, found.planned_at, found.note = actor, at, note
    return found


def check_plan(session: Session, application: Application, leader: str, second: str) -> None:
    """Two different people without an interest. Raises VisitDone, VisitNeedsTwo, VisitorUnfit."""
    if recorded(session, application.application_no) is not None:
        raise VisitDone(application_no=application.application_no)
    check_visit([leader, second])
    for login in (leader, second):
        why = unfit(session, application, login)
        if why is not None:
            raise VisitorUnfit(
                person=login, application_no=application.application_no, why_zh=why[0], why_en=why[1]
            )


def unfit(session: Session, application: Application, login: str) -> tuple[str, str] | None:
    """Why this person may not visit this applicant, in both languages; None when they may."""
    account = by_key(session, Account, Account.login, login)
    if account is None or not account.active:
        return "没有这个账号", "there is no such account"
    grants = grants_of(session, login)
    if not any(grant.role in VISITORS for grant in grants):
        return (
            "不是省厅经办、专家或监测机构人员",
            "neither an officer of the department, nor expert, nor agency",
        )
    if any(g.role in ENTERPRISE_ROLES and g.organisation == application.uscc for g in grants):
        return "在申报企业任职", "works for the applicant"
    if any(g.organisation in (application.county, application.city) for g in grants):
        return "属于推荐该申报的市、县", "belongs to the city or county that recommended it"
    expert = by_key(session, Expert, Expert.login, login)
    if expert is not None and has_conflict(expert, application):
        return "与申报企业存在利害关系", "has an interest in the applicant"
    return None


def grants_of(session: Session, login: str) -> list[RoleGrant]:
    """The roles that somebody holds now."""
    where = (RoleGrant.login == login, RoleGrant.revoked_at.is_(None))
    return list(session.scalars(select(RoleGrant).where(*where)))


def visitors(session: Session) -> list[Account]:
    """Everybody who may be sent, by name."""
    held = select(RoleGrant.login).where(RoleGrant.role.in_(VISITORS), RoleGrant.revoked_at.is_(None))
    query = select(Account).where(Account.login.in_(held), Account.active.is_(True))
    return list(session.scalars(query.order_by(Account.name, Account.login)))


def check_record(record: Mapping[str, Any]) -> None:
    """A record names two people, and every photograph says what it shows. Raises VisitNeedsTwo, CaptionMissing."""
    check_visit([row.get("name") or "" for row in record.get("members") or []])
    for row in record.get("photos") or []:
        if row.get("files") and not str(row.get("caption") or "").strip():
            raise CaptionMissing()


def record(
    session: Session,
    application: Application,
    data: Mapping[str, Any],
    *,
    visited_on: date,
    signers: Sequence[str],
    at: datetime,
) -> SiteVisit:
    """Keep what both visitors signed; 不属实 keeps the item from being proposed (article 8).

    Raises VisitNeedsTwo, CaptionMissing, VisitDone.
    """
    check_record(data)
    check_visit(list(signers))
    if recorded(session, application.application_no) is not None:
        raise VisitDone(application_no=application.application_no)
    visit = SiteVisit(
        application_no=application.application_no,
        visited_on=visited_on,
        members=[row["name"] for row in data["members"]],
        result=data["visit_result"],
        findings=data.get("findings") or "",
        recorded_by=signers[0],
        recorded_at=at,
        countersigned_by=signers[1],
        items=list(data.get("items") or []),
        photos=list(data.get("photos") or []),
    )
    session.add(visit)
    application.visit_result = data["visit_result"]
    session.flush()
    return visit


def listed(session: Session, year: int) -> list[tuple[VisitOrder, Application, SiteVisit | None]]:
    """The ordered visits of a cycle, by city and number, with what is on record."""
    rows = session.execute(
        select(VisitOrder, Application, SiteVisit)
        .join(Application, Application.application_no == VisitOrder.application_no)
        .outerjoin(SiteVisit, SiteVisit.application_no == VisitOrder.application_no)
        .where(VisitOrder.cycle_year == year)
        .order_by(Application.city, Application.application_no)
    ).all()
    return [(row[0], row[1], row[2]) for row in rows]


def still_open(session: Session, year: int) -> list[str]:
    """Numbers of the cycle's live applications whose ordered visit is not on record."""
    return [
        ordered.application_no
        for ordered, application, visit in listed(session, year)
        if visit is None and application.live and application.status not in s.ENDED
    ]
