"""What runs and what is stuck, in figures: counted by the database in few statements, each from one index."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.clock import start_of_day
from engine.policy import SYSTEM
from engine.store.instances import ACTIVE, SUSPENDED, Incident, Instance
from engine.store.tasks import CREATED, UserTask
from engine.store.trail import Audit

SAMPLED = 4_000
"""Links of the trail that are looked at for the lag of timers; of more, evenly spread ones."""
FIRED = "timer.fire"


@dataclass(frozen=True, slots=True)
class Version:
    """How many instances of one version (key of its definition) run, stand still, are late or have failed."""

    key: int
    active: int
    suspended: int
    overdue: int
    troubled: int

    @property
    def running(self) -> int:
        """All that have not ended."""
        return self.active + self.suspended


@dataclass(frozen=True, slots=True)
class Trouble:
    """Open incidents of one kind, or at one element of one process; and in how many instances."""

    name: str
    process: str
    incidents: int
    instances: int


@dataclass(frozen=True, slots=True)
class Lag:
    """How late timers fired: seconds at the median, of 99 of 100, at most; None when none has."""

    fired: int
    sampled: bool
    p50: float | None
    p99: float | None
    longest: float | None


def versions(session: Session, now: datetime) -> list[Version]:
    """The versions that something still runs on, the busiest first."""
    running = select(Instance.definition_id, Instance.status, func.count()).where(
        Instance.status.in_((ACTIVE, SUSPENDED))
    )
    counts: dict[int, dict[str, int]] = {}
    for key, status, count in session.execute(running.group_by(Instance.definition_id, Instance.status)):
        counts.setdefault(key, {})[status] = count
    late, failed = _late(session, now), _failed(session)
    found = [
        Version(key, of.get(ACTIVE, 0), of.get(SUSPENDED, 0), late.get(key, 0), failed.get(key, 0))
        for key, of in counts.items()
    ]
    return sorted(found, key=lambda version: (-version.running, version.key))


def _late(session: Session, now: datetime) -> Mapping[int, int]:
    """By version: running instances with a task past its deadline."""
    late = select(UserTask.instance_id).where(UserTask.state == CREATED, UserTask.due_order <= now)
    return _by_version(session, late)


def _failed(session: Session) -> Mapping[int, int]:
    """By version: running instances with an open incident."""
    return _by_version(session, select(Incident.instance_id).where(Incident.resolved_at.is_(None)))


def _by_version(session: Session, keys: Any) -> Mapping[int, int]:
    found = (
        select(Instance.definition_id, func.count())
        .where(Instance.id.in_(keys), Instance.status.in_((ACTIVE, SUSPENDED)))
        .group_by(Instance.definition_id)
    )
    rows = session.execute(found).all()
    return {row[0]: row[1] for row in rows}


def ended_today(session: Session, now: datetime) -> int:
    """How many instances have ended since midnight."""
    ended = select(func.count()).select_from(Instance).where(Instance.ended_at >= start_of_day(now.date()))
    return session.scalar(ended) or 0


def by_error(session: Session) -> list[Trouble]:
    """Open incidents of instances by what went wrong, the most frequent first."""
    found = (
        select(Incident.type, func.count(), func.count(Incident.instance_id.distinct()))
        .where(Incident.resolved_at.is_(None), Incident.instance_id.is_not(None))
        .group_by(Incident.type)
    )
    return _sorted([Trouble(type, "", count, cases) for type, count, cases in session.execute(found)])


def by_element(session: Session, most: int = 20) -> list[Trouble]:
    """Open incidents of instances by where they are, the most frequent first."""
    found = (
        select(
            Incident.element_id,
            Instance.process_id,
            func.count(),
            func.count(Incident.instance_id.distinct()),
        )
        .join(Instance, Instance.id == Incident.instance_id)
        .where(Incident.resolved_at.is_(None))
        .group_by(Incident.element_id, Instance.process_id)
    )
    rows = [Trouble(element, process, n, cases) for element, process, n, cases in session.execute(found)]
    return _sorted(rows)[:most]


def _sorted(rows: Sequence[Trouble]) -> list[Trouble]:
    return sorted(rows, key=lambda row: (-row.instances, row.process, row.name))


def lag(session: Session, now: datetime, span: timedelta) -> Lag:
    """How late the timers of the last hours fired, as the audit trail tells due and done."""
    where = (Audit.actor == SYSTEM.login, Audit.at >= now - span, Audit.at <= now)
    links = session.scalar(select(func.count()).select_from(Audit).where(*where)) or 0
    every = max(1, -(-links // SAMPLED))
    fired = select(Audit.at, Audit.detail).where(*where, Audit.action == FIRED, Audit.sequence % every == 0)
    late = Counter(
        max(0, round((at - datetime.fromisoformat(timer["due"])).total_seconds() * 10))
        for at, detail in session.execute(fired)
        for timer in detail.get("timers", ())
    )
    total = late.total()
    if not total:
        return Lag(0, every > 1, None, None, None)
    return Lag(total * every, every > 1, _at(late, 0.5), _at(late, 0.99), max(late) / 10)


def _at(late: Counter[int], share: float) -> float:
    """The least number of seconds within which this share of the timers fired."""
    wanted, seen = share * late.total(), 0
    for tenths in sorted(late):
        seen += late[tenths]
        if seen >= wanted:
            return tenths / 10
    raise ValueError("no timers")
