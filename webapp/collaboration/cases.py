"""How cases of the area below stand: a list of what is open there, and one case to read, with reminder and copy."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.collaboration.people import office_of
from engine.errors import NotFound
from engine.programme.subjects import subjects
from engine.store.instances import Instance
from engine.store.people import Organisation
from engine.store.tasks import CREATED, UserTask
from webapp import access
from webapp.access import actor, rule
from webapp.collaboration import panel
from webapp.collaboration.blueprint import blueprint
from webapp.enterprise.standing import OPTIONAL_BELOW
from webapp.names import holder_names, people_names, process_names
from webapp.paging import page_of
from webapp.shared import now, reading
from webapp.tasks import scopes
from webapp.tasks.materials import earlier
from webapp.tasks.progress import steps


@blueprint.get("/cases")
@rule("case.read")
def case_list() -> str:
    """What is open in other offices of my area, the most urgent first; `?late=1` only what is overdue.

    What a task only offers (the withdrawal of an application) is nobody's delay and is left out.
    """
    late = request.args.get("late") == "1"
    found = access.visible("case.read", select(UserTask)).where(
        UserTask.state == CREATED,
        UserTask.organisation.not_in(sorted(office_of(actor()))),
        or_(UserTask.due.is_not(None), UserTask.priority >= OPTIONAL_BELOW),
    )
    if late:
        found = found.where(UserTask.due < now())
    with reading() as session:
        page = page_of(session, found)
        rows = list(
            session.scalars(
                found.order_by(UserTask.due_order, UserTask.id).offset(page.offset).limit(page.size)
            )
        )
        return render_template(
            "collaboration/cases.html",
            rows=rows,
            page=page,
            late=late,
            subjects=subjects(session, [task.business_key for task in rows]),
            offices=_offices(session, rows),
            holders=holder_names(session, {task.assignee for task in rows}),
        )


@blueprint.get("/tasks/<int:id>/case")
@rule("case.read")
def case(id: int) -> Any:
    """How the case of a task stands; whoever has a part in the task goes to its page. Raises NotFound."""
    with reading() as session:
        task = session.get(UserTask, id)
        if task is not None and access.policy.may(actor(), "task.read", task):
            return redirect(url_for("tasks.show", id=id))
        if task is None or not access.may("case.read", task):
            raise NotFound(what_zh="这项任务", what_en="This task")
        history = list(
            session.scalars(
                select(UserTask).where(UserTask.instance_id == task.instance_id).order_by(UserTask.id)
            )
        )
        names = people_names(session, {login for t in history for login in (t.ended_by, t.ended_for)})
        variables = scopes.variables(session, task, session.get_one(Instance, task.instance_id))
        return render_template(
            "collaboration/case.html",
            task=task,
            process=process_names(session, [task.process_id])[task.process_id],
            subject=subjects(session, [task.business_key]).get(task.business_key or ""),
            offices=_offices(session, [task]),
            steps=steps(history, names, with_people=False),
            materials=earlier(session, task, variables),
            holder=holder_names(session, {task.assignee}).get(task.assignee or ""),
            panel=panel.of(session, task),
        )


def _offices(session: Session, tasks: Sequence[UserTask]) -> dict[str, str]:
    """The names of enterprises and agencies by their codes; places have theirs in the catalogue."""
    codes = {task.organisation for task in tasks if task.organisation}
    query = select(Organisation.code, Organisation.name).where(
        Organisation.code.in_(codes), Organisation.kind.in_(("enterprise", "agency"))
    )
    return {row.code: row.name for row in session.execute(query)}
