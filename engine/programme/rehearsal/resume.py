"""Take the invented people up again in a database that they have worked in before.

They do their own tasks as they would have done; what a visitor has begun or has claimed stays the visitor's. An
application that no invented enterprise has filed is answered by the offices on its merits, as a plain one.
"""

import re
from collections.abc import Iterable
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clock import VirtualClock
from engine.programme.applications.models import Application
from engine.programme.cycles.models import CLOSED, TERMINATED, Cycle
from engine.programme.documents.models import Document
from engine.programme.objections.models import Objection
from engine.programme.rehearsal.office import Body, Later, Never, Office
from engine.programme.rehearsal.population import Enterprise
from engine.programme.rehearsal.year import Season, Year
from engine.runtime import Runtime
from engine.store.tasks import COMPLETED, UserTask

APPLICANT = ("enterprise_filler@", "legal_representative@")
GAP = 100  # document numbers left free after the highest, for what a visitor enters


def resume(
    runtime: Runtime, clock: VirtualClock, seed: int, sizes: dict[int, int], *, small: bool = False
) -> Year:
    """The people of the cycles `sizes` (year to number of enterprises), with everything that they remember.

    They try nothing forbidden any more. The clock is that of the runtime; `small` as the house was built.
    """
    year = Year(runtime, clock, seed, small=small)
    office = year.office
    quiet(year)
    seasons = [year.prepare(number, size) for number, size in sizes.items()]
    with runtime.reading() as session:
        office.enterprises = _enterprises(session, seasons)
        year.objectors.raised.update(filter(None, session.scalars(select(Objection.application_no))))
        _remember(session, office)
        year.take_up([season for season in seasons if _runs(session, season)], clock.now().date())
    invented = {enterprise.uscc for season in seasons for enterprise in season.enterprises}
    office.leaves = lambda task: _is_a_visitors(task, invented)
    return year


def quiet(year: Year) -> None:
    """Let these people do their lawful work only."""
    year.office.before = year.office.after = _nothing


def _nothing(task: UserTask, actor: object, body: Body | Later | Never) -> None:
    """Nobody tries anything."""


def _is_a_visitors(task: UserTask, invented: set[str]) -> bool:
    """Taken by somebody out of an office, or an applicant's task of an enterprise that was not invented."""
    if task.claimed_at is not None and task.candidate_groups:
        return True
    own = [group.partition("@")[2] for group in task.candidate_groups if group.startswith(APPLICANT)]
    return bool(own) and not any(uscc in invented for uscc in own)


def _enterprises(session: Session, seasons: Iterable[Season]) -> dict[str, Enterprise]:
    known = {e.uscc: (season.year, e) for season in seasons for e in season.enterprises}
    found: dict[str, Enterprise] = {}
    for application in session.scalars(select(Application)):
        filed_in, enterprise = known.get(application.uscc, (0, None))
        mine = enterprise is not None and filed_in == application.cycle_year
        found[application.application_no] = (
            enterprise if mine and enterprise is not None else _visitor(application)
        )
    return found


def _visitor(application: Application) -> Enterprise:
    """What the offices know of somebody's own application: enough to treat it as any other."""
    return Enterprise(
        uscc=application.uscc,
        name=application.enterprise,
        city=application.city,
        county=application.county,
        industry=application.industry,
        legal_person="",
        contact="",
        mobile="",
        founded=application.opened_at.date().replace(year=application.cycle_year - 10, day=1),
        type=application.type,  # type: ignore[arg-type]
        object_name=application.object_name,
        quality=0.8,
        city_title=application.city_title,
        temper="plain",
    )


def _remember(session: Session, office: Office) -> None:
    """Who did what (two-person rules), what was answered before, and which document numbers are taken."""
    done = select(UserTask.instance_id, UserTask.element_id, UserTask.ended_by, UserTask.business_key).where(
        UserTask.state == COMPLETED
    )
    for instance, element, login, key in session.execute(done.where(UserTask.ended_by.is_not(None))):
        office.recall(instance, element, str(login), key)
    numbers = (re.search(r"〕(\d+)号$", number) for number in session.scalars(select(Document.number)))
    office.number_from(count(max((int(n[1]) for n in numbers if n), default=0) + GAP))


def _runs(session: Session, season: Season) -> bool:
    status = session.scalar(select(Cycle.status).where(Cycle.year == season.year))
    return status is not None and status not in (CLOSED, TERMINATED)
