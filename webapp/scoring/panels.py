"""What the others of a panel gave, for an expert whose own sheet is sealed."""

from flask import render_template
from sqlalchemy import select

from engine.errors import NotFound
from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle
from engine.programme.lookup import by_key
from engine.programme.reviews.opening import SCORING
from engine.programme.reviews.sheets import by_round, ensure_sealed_own, present_round
from engine.store.tasks import UserTask
from webapp import access
from webapp.access import actor, rule
from webapp.blind import is_blind, known_subjects
from webapp.scoring.blueprint import blueprint
from webapp.scoring.panel import panel
from webapp.shared import reading


@blueprint.get("/panels/<application_no>")
@rule("task.read")
def show_panel(application_no: str) -> str:
    """The sealed sheets of the panel without names. Raises NotFound for who is not on it, SealFirst."""
    with reading() as session:
        query = select(UserTask).where(
            UserTask.business_key == application_no,
            UserTask.element_id == SCORING,
            UserTask.assignee == actor().login,
        )
        task = session.scalars(access.visible("task.read", query).order_by(UserTask.id.desc())).first()
        application = by_key(session, Application, Application.application_no, application_no)
        if task is None or application is None:
            raise NotFound(what_zh="这份评分", what_en="This review")
        ensure_sealed_own(session, application_no, actor().login)
        cycle = by_key(session, Cycle, Cycle.year, application.cycle_year)
        # of a round that is over all, of the present one what is sealed
        found = by_round(session, application_no)
        rounds = [
            panel(session, application_no, n, sheets, cycle.parameters if cycle else {})
            for n, sheets in sorted(found.items())
            if n <= present_round(session, application_no)
        ]
        blind = is_blind(session, application.cycle_year)
        name = known_subjects(session, [application_no])[application_no].name
    return render_template(
        "scoring/panel.html",
        application=application,
        task=task,
        rounds=rounds,
        me=actor().login,
        blind=blind,
        name=name,
    )
