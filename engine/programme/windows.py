"""Whether an enterprise may begin an application now; if not, why, and when it may again (articles 3, 7 and 15)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.cycles.models import DRAFT, FROZEN, OPEN, TERMINATED, Cycle
from engine.programme.measures.models import Measure


@dataclass(frozen=True, slots=True)
class Window:
    """Open until `until`, or closed for a reason, in Chinese and English."""

    open: bool
    year: int | None
    until: datetime | None
    reason: tuple[str, str]


def window(session: Session, now: datetime) -> Window:
    """The window of the newest cycle at `now`."""
    cycle = session.scalar(select(Cycle).where(Cycle.status != DRAFT).order_by(Cycle.year.desc()).limit(1))
    expires = max((measure.expires_at for measure in session.scalars(select(Measure))), default=None)
    return judge(cycle, expires, now)


def judge(cycle: Cycle | None, measure_expires: datetime | None, now: datetime) -> Window:
    """Whether applications are taken in at `now`, from the newest cycle and the end of the newest measure."""
    year = cycle.year if cycle is not None else None
    if measure_expires is not None and now >= measure_expires:
        return Window(False, year, None, _EXPIRED)
    if cycle is None:
        return Window(False, None, None, _NONE)
    if cycle.status in (FROZEN, TERMINATED):
        return Window(False, year, None, _FROZEN)
    deadline = cycle.enterprise_deadline
    if cycle.status == OPEN and deadline is not None and now < deadline:
        return Window(True, year, deadline, ("", ""))
    return Window(
        False,
        year,
        deadline,
        (
            f"{year}年度企业申报已截止。每年认定一次（第三条），下一年度通知发布后可以申报，通知会发布在“申报通知”中。",
            f"Applications for {year} are closed. There is one cycle a year (Article 3); "
            "the next one opens with its notice, published under “Notices”.",
        ),
    )


_EXPIRED = (
    "依据办法已于有效期届满后失效，不再受理新的申报（第十五条）；有后继办法和年度通知后方可申报。",
    "The measure has expired and no application is taken in (Article 15); a successor and its notice would open one.",
)
_NONE = (
    "本年度申报通知尚未发布。通知发布后即可申报（第七条），截止时间以通知为准。",
    "This year's notice is not out yet. Applications open with it (Article 7); it states the deadline.",
)
_FROZEN = (
    "本年度认定因依据到期已冻结或终止，不受理新的申报（第十五条）。",
    "This cycle is frozen or ended because its legal basis expired; no application is taken in (Article 15).",
)
