"""Where an annual cycle stands, for the public: seven stages and their dates (articles 7 and 8)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.programme.announcements.models import Publication, PublicNotice
from engine.programme.cycles.models import CLOSED, FROZEN, TERMINATED, Cycle

DONE, NOW, LATER = "done", "now", "later"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the year: `done`, `now` or `later`, and the instant that ends it where one is fixed."""

    code: str
    zh: str
    en: str
    state: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class CycleStatus:
    """A cycle as the home page shows it."""

    year: int
    title: str
    notice_no: str | None
    status: str
    stages: tuple[Stage, ...]

    @property
    def frozen(self) -> bool:
        """Whether the expiry of the measure holds everything (article 15)."""
        return self.status == FROZEN

    @property
    def next(self) -> Stage | None:
        """The stage that runs now and has a fixed end."""
        return next((s for s in self.stages if s.state == NOW and s.until is not None), None)


def cycle_status(session: Session, cycle: Cycle, now: datetime) -> CycleStatus:
    """The stages of a cycle at `now`, from its own instants and from what has been announced."""
    last = select(func.max(PublicNotice.ends_at)).where(PublicNotice.cycle_year == cycle.year)
    notice_ends = session.scalar(last)
    published = session.scalar(
        select(func.count()).select_from(Publication).where(Publication.cycle_year == cycle.year)
    )
    ended = bool(published) or cycle.status in (CLOSED, TERMINATED)
    rows = [
        ("NOTICE", "发布通知", "Notice issued", cycle.published_at),
        ("FILING", "企业申报", "Enterprises apply", cycle.enterprise_deadline),
        ("COUNTY", "县级审核", "County opinion", cycle.county_deadline),
        ("CITY", "市级初审推荐", "City recommendation", cycle.city_deadline),
        ("REVIEW", "形式审查与专家评审", "Formal and expert review", None),
        ("ANNOUNCED", "公示", "Public notice", notice_ends),
        ("PUBLISHED", "公布", "Publication", None),
    ]
    reached = len(rows) if ended else _reached(cycle, notice_ends, now)
    return CycleStatus(
        cycle.year,
        cycle.title,
        cycle.notice_no,
        cycle.status,
        tuple(
            Stage(code, zh, en, DONE if i < reached else NOW if i == reached else LATER, until)
            for i, (code, zh, en, until) in enumerate(rows)
        ),
    )


def _reached(cycle: Cycle, notice_ends: datetime | None, now: datetime) -> int:
    """Index of the stage that runs now."""
    if notice_ends is not None:
        return 5 if now < notice_ends else 6
    deadlines = (cycle.enterprise_deadline, cycle.county_deadline, cycle.city_deadline)
    for index, instant in enumerate(deadlines, start=1):
        if instant is not None and now < instant:
            return index
    return 4
