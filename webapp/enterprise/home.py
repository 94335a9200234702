"""/enterprise: what is to be done, where the applications stand, titles, drafts, and whether one may apply now."""

from collections.abc import Sequence

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.policy import ENTERPRISE
from engine.programme.applications.models import Application
from engine.programme.subjects import subjects
from engine.programme.titles.models import Title
from engine.programme.windows import window
from engine.store.people import Organisation
from engine.store.tasks import CREATED, Draft, UserTask
from webapp import access
from webapp.access import actor, rule
from webapp.enterprise.blueprint import blueprint
from webapp.enterprise.standing import as_open, codes_of, open_tasks, optional, standings
from webapp.shared import now, reading, workdays_left

LATEST = 8  # ended applications that the home page still shows; the register has all


@blueprint.get("")
@rule("filing.read")
def home() -> str:
    """The enterprise's home. Raises NotAllowed for people of no enterprise."""
    codes = codes_of(actor())
    with reading() as session:
        organisations = _organisations(session, codes)
        tasks = open_tasks(session, codes)
        applications = _applications(session, codes)
        drafts = _drafts(session)
        duties = [as_open(task) for task in tasks if not optional(task)]
        return render_template(
            "enterprise/home.html",
            organisations=organisations,
            duties=duties,
            about=subjects(session, [t.business_key for t in tasks] + [t.business_key for t, _ in drafts]),
            standings=standings(session, applications, tasks),
            titles=_titles(session, codes),
            drafts=drafts,
            window=window(session, now()),
            may_start=any(grant.role in ENTERPRISE for grant in actor().grants),
            workdays=lambda until: workdays_left(until, now()),
        )


def _organisations(session: Session, codes: Sequence[str]) -> Sequence[Organisation]:
    """The enterprises, each asked of the policy table. Raises NotAllowed when there is none."""
    rows = session.scalars(
        select(Organisation).where(Organisation.code.in_(codes)).order_by(Organisation.code)
    ).all()
    for row in rows:
        access.require("filing.read", {"uscc": row.code})
    if not rows:
        access.require("filing.read")
    return rows


def _applications(session: Session, codes: Sequence[str]) -> list[Application]:
    """All that run, and the latest that have ended, newest first."""
    query = access.visible("filing.read", select(Application)).where(Application.uscc.in_(codes))
    rows = session.scalars(query.order_by(Application.cycle_year.desc(), Application.id.desc())).all()
    ended = [row for row in rows if not row.live or row.status == "RECOGNISED"][:LATEST]
    return [row for row in rows if (row.live and row.status != "RECOGNISED") or row in ended]


def _titles(session: Session, codes: Sequence[str]) -> Sequence[Title]:
    query = access.visible("filing.read", select(Title)).where(Title.uscc.in_(codes))
    return session.scalars(query.order_by(Title.cycle_year.desc(), Title.title_no)).all()


def _drafts(session: Session) -> list[tuple[UserTask, Draft]]:
    """The person's own drafts of open tasks: nobody else sees them."""
    rows = session.execute(
        select(UserTask, Draft)
        .join(Draft, Draft.task_id == UserTask.id)
        .where(Draft.login == actor().login, UserTask.state == CREATED)
        .order_by(UserTask.due_order)
    )
    return [(task, draft) for task, draft in rows if access.may("task.read", task)]
