"""The department's desk of receipt: a city's package with its letter, scan and list, and what is to be looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.recommendations.operations import candidates
from engine.programme.recommendations.quotas import quota_of
from engine.programme.values import as_int
from webapp.dates import day, deadline, instant
from webapp.i18n import gettext as _
from webapp.recommending.packages import Version, versions
from webapp.shared import reading
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the system has looked at: whether it is in order, and what was found."""

    name: str
    fine: bool
    found: str


def facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The package that counts, what was checked about it, and what the city agreed but did not list."""
    variables = page.opened.variables
    year, city = as_int(variables["cycle_year"]), str(variables["city"])
    with reading() as session:
        cycle = require_cycle(session, year)
        sent = versions(session, year, city)
        current = sent[0] if sent else None
        return {
            "year": year,
            "city": city,
            "current": current,
            "earlier": sent[1:],
            "checks": _checks(session, cycle, city, current) if current else [],
            "unlisted": _unlisted(session, year, city, current),
        }


def _checks(session: Session, cycle: Cycle, city: str, version: Version) -> list[Check]:
    package, lines = version.package, [line for _, own in version.groups for line in own]
    due = cycle.city_deadline
    over = quota_of(cycle, city).exceeded(line.application.type for line in lines)
    moved = [line.application for line in lines if line.application.status != s.CITY_AGREED]
    told = _("报送于 %(at)s，截止 %(due)s", at=instant(package.sent_at), due=deadline(due) if due else "—")
    return [
        Check(_("按时报送"), due is not None and package.sent_at < due, told),
        Check(
            _("推荐文件文号、日期"),
            bool(package.document_no),
            f"{package.document_no} {day(package.document_date)}",
        ),
        Check(
            _("盖章扫描件"),
            version.scan is not None,
            version.scan[1].name if version.scan else _("没有（旧版本系统报送）"),
        ),
        Check(_("推荐汇总表"), bool(lines), _("%(n)s 项", n=len(lines)) if lines else _("无推荐（书面）")),
        Check(
            _("名额"), over is None, _("未超出") if over is None else _("超出：%(n)s 项", n=over[1] - over[2])
        ),
        Check(
            _("所列申报均仍由本市同意推荐"),
            not moved,
            _("是") if not moved else "、".join(application.application_no for application in moved),
        ),
    ]


def _unlisted(session: Session, year: int, city: str, version: Version | None) -> list[Application]:
    """What the city's review agreed and the package leaves out: not recommended once this is decided."""
    listed = {item.application_no for item in version.package.items} if version else set()
    return [row for row in candidates(session, year, city) if row.application_no not in listed]


desks.register("receipt_of_package", template="recommending/receipt.html", facts=facts)
