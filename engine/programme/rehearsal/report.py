"""What a rehearsal came to: counts, refused clicks, workload, and every invariant with what it checked."""

from dataclasses import dataclass
from typing import Any

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.programme.announcements.models import PublicationItem, PublicNotice, PublicNoticeItem
from engine.programme.applications.models import Application
from engine.programme.recommendations.models import Package, PackageItem
from engine.programme.rehearsal.invariants import Outcome
from engine.programme.rehearsal.office import Office
from engine.programme.reviews.models import ExpertSheet
from engine.store.instances import Incident


@dataclass(frozen=True, slots=True)
class Report:
    """One rehearsal. What the office missed (forbidden clicks that were accepted, things that did not come true)
    counts as broken.
    """

    year: int
    counts: dict[str, int]
    cities: dict[str, dict[str, int]]
    states: dict[str, int]
    late_cycles: dict[str, dict[str, Any]]
    """Counts and states of a cycle that was in flight when the measure ended."""
    office: Office
    invariants: dict[str, Outcome]
    incidents: list[str]
    days: int
    seconds: float

    @property
    def applications(self) -> int:
        """How many were begun."""
        return self.counts["applications"]

    @property
    def broken(self) -> int:
        """How much went against the law: broken invariants, accepted forbidden clicks, open incidents."""
        found = sum(len(outcome.broken) for outcome in self.invariants.values())
        return found + len(self.office.missed) + len(self.incidents)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON data; the same seed gives the same but for `seconds`."""
        return {
            "year": self.year,
            **self.counts,
            "states": self.states,
            "cities": self.cities,
            "late_cycles": self.late_cycles,
            "refused_clicks": sum(self.office.refused.values()),
            "refused_by_rule": dict(sorted(self.office.refused.items())),
            "tried": dict(sorted(self.office.tried.items())),
            "confirmed": dict(sorted(self.office.confirmed.items())),
            "missed": self.office.missed,
            "workload": {"/".join(key): n for key, n in sorted(self.office.done.items())},
            "invariants": {
                name: {
                    "checks": outcome.checks,
                    "broken": len(outcome.broken),
                    "examples": outcome.broken[:5],
                }
                for name, outcome in self.invariants.items()
            },
            "broken": self.broken,
            "incidents": self.incidents,
            "days": self.days,
            "seconds": self.seconds,
        }

    def tables(self) -> Group:
        """The report for a terminal."""
        steps = Table("步骤 step", "件 items", title=f"{self.year} 年度")
        for name, number in self.counts.items():
            steps.add_row(name, str(number))
        refused = Table("被拒绝的操作 refused clicks", "次")
        for name, number in sorted(self.office.refused.items()):
            refused.add_row(name, str(number))
        invariants = Table("不变式", "检查 checks", "破坏 broken", "例 example")
        for name, outcome in self.invariants.items():
            example = outcome.broken[0] if outcome.broken else ""
            invariants.add_row(name, str(outcome.checks), str(len(outcome.broken)), example)
        return Group(steps, refused, invariants, *self._trouble(), f"{self.seconds} s")

    def _trouble(self) -> list[str]:
        return [f"[red]{escape(m)}[/red]" for m in self.office.missed] + [
            f"[red]{escape(i)}[/red]" for i in self.incidents
        ]


def counts(session: Session, year: int) -> dict[str, int]:
    """How many applications of a cycle came to each step."""
    of_year = Application.cycle_year == year
    numbers = select(Application.application_no).where(of_year)

    def distinct(column: Any, *where: Any) -> int:
        statement = select(func.count(func.distinct(column))).where(column.in_(numbers), *where)
        return session.scalar(statement) or 0

    return {
        "applications": session.scalar(select(func.count(Application.id)).where(of_year)) or 0,
        "submitted": session.scalar(
            select(func.count(Application.id)).where(of_year, Application.submitted_at.is_not(None))
        )
        or 0,
        "recommended": distinct(PackageItem.application_no, PackageItem.package_id.in_(_packages(year))),
        "reviewed": distinct(ExpertSheet.application_no),
        "announced": distinct(
            PublicNoticeItem.application_no, PublicNoticeItem.notice_id.in_(_notices(year))
        ),
        "recognised": distinct(PublicationItem.application_no),
    }


def states(session: Session, year: int) -> dict[str, int]:
    """Applications by status."""
    rows = session.execute(
        select(Application.status, func.count())
        .where(Application.cycle_year == year)
        .group_by(Application.status)
        .order_by(Application.status)
    )
    return dict(rows.all())


def by_city(session: Session, year: int) -> dict[str, dict[str, int]]:
    """Applications and recognised ones by city."""
    begun = session.execute(
        select(Application.city, func.count())
        .where(Application.cycle_year == year)
        .group_by(Application.city)
    )
    granted = session.execute(
        select(Application.city, func.count())
        .join(PublicationItem, PublicationItem.application_no == Application.application_no)
        .where(Application.cycle_year == year)
        .group_by(Application.city)
    )
    recognised = dict(granted.all())
    return {
        city: {"applications": number, "recognised": recognised.get(city, 0)}
        for city, number in sorted(begun.all())
    }


def open_incidents(session: Session) -> list[str]:
    """What stands still because a step failed."""
    rows = session.scalars(select(Incident).where(Incident.resolved_at.is_(None)).order_by(Incident.id))
    return [f"{row.element_id}: {row.type}: {row.message}" for row in rows]


def _packages(year: int) -> Any:
    return select(Package.id).where(Package.cycle_year == year)


def _notices(year: int) -> Any:
    return select(PublicNotice.id).where(PublicNotice.cycle_year == year)
