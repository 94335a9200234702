"""Rules of city packages.

Collect, rank within the quota, send one that replaces the last, accept or refuse.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.errors import Refusal
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.applications.operations import change_status
from engine.programme.cycles.models import Cycle
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.documents.operations import register as register_document
from engine.programme.recommendations.errors import (
    AlreadyDecided,
    NothingSent,
    QuotaExceeded,
    TypeQuotaExceeded,
    WindowClosed,
)
from engine.programme.recommendations.models import (
    ACCEPTED,
    COLLECTING,
    NONE,
    REFUSED,
    SENT,
    Package,
    PackageItem,
    Recommendation,
)
from engine.programme.recommendations.quotas import quota_of
from engine.programme.recommendations.ranking import Place, places
from engine.programme.titles.models import TYPE_NAMES, TYPE_NAMES_EN


def require(session: Session, year: int, city: str) -> Recommendation:
    """A city's recommendation in a cycle; made when it is first asked for. One row a city and cycle (I4)."""
    where = (Recommendation.cycle_year == year, Recommendation.city == city)
    found = session.scalar(select(Recommendation).where(*where))
    if found is None:
        found = Recommendation(cycle_year=year, city=city, status=COLLECTING, current_version=0)
        session.add(found)
        session.flush()
    return found


def candidates(session: Session, year: int, city: str) -> list[Application]:
    """What the city has agreed to recommend, in order of filing number."""
    where = (
        Application.cycle_year == year,
        Application.city == city,
        Application.status == s.CITY_AGREED,
    )
    return list(session.scalars(select(Application).where(*where).order_by(Application.application_no)))


def check_package(
    session: Session, cycle: Cycle, city: str, ranking: Iterable[Mapping[str, Any]]
) -> list[Place]:
    """I4: a package lists only what the city's own review agreed, ranked, within its quotas (articles 4, 7).

    Raises RanksInvalid, QuotaExceeded, TypeQuotaExceeded, NotInPackageArea.
    """
    agreed = {
        application.application_no: application for application in candidates(session, cycle.year, city)
    }
    found = places(agreed, ranking)
    over = quota_of(cycle, city).exceeded(place.application.type for place in found)
    if over is not None:
        raise _over_quota(*over)
    return found


def _over_quota(type: str, count: int, quota: int) -> Refusal:
    if not type:
        return QuotaExceeded(count=count, quota=quota)
    names = {"type_zh": TYPE_NAMES[type], "type_en": TYPE_NAMES_EN[type]}
    return TypeQuotaExceeded(count=count, quota=quota, **names)


def ensure_window_open(cycle: Cycle, at: datetime) -> None:
    """A package is sent before the city deadline's instant (articles 7, 8). Raises WindowClosed."""
    due = cycle.city_deadline
    if due is None or at >= due:
        raise WindowClosed(year=cycle.year, deadline=clock.deadline(due) if due is not None else "—")


def send(
    session: Session,
    cycle: Cycle,
    city: str,
    ranking: Iterable[Mapping[str, Any]],
    *,
    document_no: str,
    document_date: date,
    actor: str,
    at: datetime,
    scan_file: str | None = None,
) -> Package:
    """Send a package; it replaces the whole of any earlier one (article 7).

    Raises WindowClosed, AlreadyDecided and check_package's.
    """
    ensure_window_open(cycle, at)
    listed = check_package(session, cycle, city, ranking)
    recommendation = require(session, cycle.year, city)
    if recommendation.status in (ACCEPTED, REFUSED):
        raise AlreadyDecided(city=city)
    recommendation.current_version += 1
    recommendation.status = SENT
    _register_letter(session, cycle, city, document_no, document_date, actor, at)
    package = Package(
        cycle_year=cycle.year,
        city=city,
        version=recommendation.current_version,
        document_no=document_no,
        document_date=document_date,
        signed_by=actor,
        sent_at=at,
        scan_file=scan_file,
        items=[_item(place) for place in listed],
    )
    session.add(package)
    session.flush()
    return package


def _item(place: Place) -> PackageItem:
    return PackageItem(
        rank=place.overall,
        type_rank=place.rank,
        application_no=place.application.application_no,
        application_version=place.application.version,
    )


def _register_letter(
    session: Session, cycle: Cycle, city: str, number: str, day: date, actor: str, at: datetime
) -> None:
    register_document(
        session,
        number=number,
        kind="RECOMMENDATION",
        title=f"{cycle.year}年度推荐文件",
        issued_on=day,
        subject=f"{cycle.year}-{city}",
        actor=actor,
        at=at,
        issuer=city,
    )


def current_package(session: Session, recommendation: Recommendation) -> Package | None:
    """The version that counts, or None when nothing was sent."""
    return session.scalar(
        select(Package).where(
            Package.cycle_year == recommendation.cycle_year,
            Package.city == recommendation.city,
            Package.version == recommendation.current_version,
        )
    )


def close_window(session: Session, cycle: Cycle, city: str, *, at: datetime) -> str:
    """The city deadline has come.

    SENT, NONE (无推荐, recorded), or EXTENDED when a notice moved the deadline.
    """
    if cycle.city_deadline is not None and at < cycle.city_deadline:
        return "EXTENDED"
    recommendation = require(session, cycle.year, city)
    recommendation.closed_at = at
    if recommendation.status == COLLECTING:
        recommendation.status, recommendation.reason = NONE, "截止前未报送推荐文件，记为无推荐"
    session.flush()
    return recommendation.status


def decide(
    session: Session, year: int, city: str, *, accepted: bool, reason: str, actor: str, at: datetime
) -> tuple[list[str], list[str]]:
    """受理 or 不予受理 of a city's package (article 8); returns the numbers taken on and those left.

    Everything the city had agreed but did not list, or that was listed in a refused package, is not
    recommended.
    Raises NothingSent when there is nothing to accept.
    """
    recommendation = require(session, year, city)
    package = current_package(session, recommendation)
    if accepted and package is None:
        raise NothingSent()
    items = package.items if package and accepted else []
    listed = {item.application_no: item.type_rank or item.rank for item in items}
    if recommendation.status != NONE:
        recommendation.status = ACCEPTED if accepted else REFUSED
    recommendation.decided_by, recommendation.decided_at = actor, at
    recommendation.reason = reason or recommendation.reason
    return _settle(session, require_cycle(session, year), city, listed, reason, actor, at)


def _settle(
    session: Session,
    cycle: Cycle,
    city: str,
    listed: Mapping[str, int],
    reason: str,
    actor: str,
    at: datetime,
) -> tuple[list[str], list[str]]:
    taken, left = [], []
    for application in candidates(session, cycle.year, city):
        rank = listed.get(application.application_no)
        if rank is None:
            note = reason or "未列入市推荐汇总表"
            change_status(application, s.NOT_RECOMMENDED, actor=actor, basis="第七条", at=at, note=note)
            left.append(application.application_no)
        else:
            application.city_rank = rank
            change_status(application, s.RECOMMENDED, actor=actor, basis="第八条（受理）", at=at)
            taken.append(application.application_no)
    session.flush()
    return taken, left


def recommended(session: Session, numbers: Sequence[str]) -> set[str]:
    """Those applications that stand in the current version of their own city's accepted package (I5, I4)."""
    current = (
        (Recommendation.cycle_year == Package.cycle_year)
        & (Recommendation.city == Package.city)
        & (Recommendation.current_version == Package.version)
    )
    own = (
        (Application.application_no == PackageItem.application_no)
        & (Application.cycle_year == Package.cycle_year)
        & (Application.city == Package.city)
    )
    rows = select(PackageItem.application_no).join(PackageItem.package).join(Recommendation, current)
    where = (Recommendation.status == ACCEPTED, PackageItem.application_no.in_(numbers))
    return set(session.scalars(rows.join(Application, own).where(*where)))
