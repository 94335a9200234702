"""The diagram of a case's process with what is open and done in it.

Which step is open or done is told of the very case, and only to who may read the task; what the picture shows stands
beside it as a list.
"""

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.store.definitions import Definition, Resource
from engine.store.instances import Instance
from engine.store.tasks import CANCELED, CREATED, UserTask
from engine.studio.migrating.history import moves
from webapp import access
from webapp.access import actor, rule
from webapp.collaboration.blueprint import blueprint
from webapp.drawing import Drawing, painted
from webapp.names import process_names
from webapp.shared import reading


@blueprint.get("/tasks/<int:id>/diagram")
@rule("task.read")
def diagram(id: int) -> str:
    """The process with this task's step marked, and the same as a list. Raises NotFound."""
    with reading() as session:
        task = session.get(UserTask, id)
        allowed = access.may("task.read", task) if task is not None else False
        if task is None or not (allowed or access.may("case.read", task)):
            raise NotFound(what_zh="这项任务", what_en="This task")
        takes_part = access.policy.may(actor(), "task.read", task)
        return render_template(
            "collaboration/diagram.html",
            task=task,
            takes_part=takes_part,
            drawing=of_task(session, task),
            process=process_names(session, [task.process_id])[task.process_id],
            moves=moves(session, session.get_one(Instance, task.instance_id)),
        )


def of_task(session: Session, task: UserTask) -> Drawing | None:
    """The drawing of the very version that the case runs; None for a file without a picture."""
    instance = session.get_one(Instance, task.instance_id)
    definition = session.get_one(Definition, instance.definition_id)
    resource = session.get_one(Resource, definition.sha256)
    rows = session.execute(
        select(UserTask.element_id, UserTask.state).where(
            UserTask.instance_id == task.instance_id, UserTask.state != CANCELED
        )
    )
    states: dict[str, str] = {}
    for element, state in rows:
        if state == CREATED or element not in states:
            states[element] = "now" if state == CREATED else "done"
    return painted(resource.file, resource.content, {**states, task.element_id: "this"})
