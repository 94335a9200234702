"""The way of an application in five steps, as the applicant sees it: fill in, check, submit, review, notice."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications import statuses
from engine.programme.applications.models import Application
from engine.store.tasks import UserTask
from webapp.i18n import gettext as _

Code = Literal["fill", "check", "submit", "review", "notice"]
CODES: tuple[Code, ...] = ("fill", "check", "submit", "review", "notice")
AFTER_REVIEW = frozenset(
    {statuses.MEETING_PASSED, statuses.ANNOUNCED, statuses.OBJECTION_UPHELD, statuses.RECOGNISED}
)
BEFORE_SUBMISSION = frozenset({statuses.DRAFT, statuses.RETURNED, statuses.SUPPLEMENTING})


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the way: done, now, or still to come."""

    code: Code
    state: Literal["done", "now", "next"]

    @property
    def name(self) -> str:
        """Its name in the language of the request."""
        names = {
            "fill": _("填报"),
            "check": _("核对"),
            "submit": _("提交"),
            "review": _("审核"),
            "notice": _("公示"),
        }
        return names[self.code]


def of(session: Session, task: UserTask) -> tuple[Stage, ...]:
    """The steps of the application that a task belongs to; none for a task of anything else."""
    if task.process_id != "application":
        return ()
    query = select(Application.status).where(Application.application_no == task.business_key)
    status = session.scalar(query) or statuses.DRAFT
    if status in BEFORE_SUBMISSION:
        return at("fill")
    return at("notice" if status in AFTER_REVIEW else "review")


def at(current: Code) -> tuple[Stage, ...]:
    """The steps with `current` as the one under way."""
    number = CODES.index(current)
    states: tuple[Literal["done", "now", "next"], ...] = ("done", "now", "next")
    return tuple(
        Stage(code, states[(position >= number) + (position > number)]) for position, code in enumerate(CODES)
    )


def moved(stages: tuple[Stage, ...], current: Code) -> tuple[Stage, ...]:
    """The same way one page further: `fill` is still under way on the page that checks the answers."""
    return at(current) if stages else ()
