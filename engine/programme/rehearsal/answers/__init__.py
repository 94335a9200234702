"""What the invented people answer, one function a form, found by the form's id (or `process/element`)."""

from collections.abc import Callable
from datetime import date, timedelta

from engine.programme.rehearsal.office import Answer, Desk
from engine.workdays import WorkCalendar

ANSWERS: dict[str, Answer] = {}


def answers(*names: str) -> Callable[[Answer], Answer]:
    """Register an answer for forms or elements. Raises ValueError for one that has an answer."""

    def register(answer: Answer) -> Answer:
        for name in names:
            if name in ANSWERS:
                raise ValueError(f"{name} is answered twice")
            ANSWERS[name] = answer
        return answer

    return register


def document_no(desk: Desk, series: str = "装") -> str:
    """The next number of the department's documents in a series, unique within the rehearsal."""
    return f"鲁工信{series}〔{desk.today.year}〕{desk.office.next_number()}号"


def workday(calendar: WorkCalendar, day: date) -> date:
    """That day, or the first working day after it."""
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return day


from engine.programme.rehearsal.answers import (  # noqa: E402
    applicants,  # noqa: F401
    department,  # noqa: F401
    experts,  # noqa: F401
    offices,  # noqa: F401
    returned,  # noqa: F401
    sidelines,  # noqa: F401
)
