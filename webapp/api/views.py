"""All addresses of the programming interface in one place."""

from typing import Any

from flask import Blueprint, Response
from sqlalchemy import Select, func, select

from engine import commands
from engine.definitions import NotDeployed
from engine.errors import NotFound
from engine.store.tasks import CREATED, UserTask, UserTaskCandidate
from webapp import access
from webapp.access import actor, rule
from webapp.api import body
from webapp.i18n import language
from webapp.shared import reading, runtime
from webapp.start import opening as starting

blueprint = Blueprint("api", __name__, url_prefix="/v2")

MOST = 100


@blueprint.post("/user-tasks/search")
@rule("task.read")
def search_user_tasks() -> Response:
    """Open tasks that the caller may read, soonest due first: filter state, assignee, candidateGroup, process."""
    given = body.read(filter=dict, page=dict)
    page = body.mapping(given.get("page"))
    limit, first = _number(page, "limit", 50, MOST), _number(page, "from", 0, 1_000_000)
    with reading() as session:
        query = _filtered(body.mapping(given.get("filter")))
        total = session.scalar(query.with_only_columns(func.count(UserTask.id), maintain_column_froms=True))
        rows = session.scalars(query.order_by(UserTask.due_order, UserTask.id).offset(first).limit(limit))
        return body.answer(
            {"items": [body.user_task(row) for row in rows], "page": {"totalItems": total or 0}}
        )


def _number(page: Any, name: str, default: int, most: int) -> int:
    value = page.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise body.BodyNotAccepted(
            zh_why=f"page.{name} 须为 0–{most}", en_why=f"page.{name} must be 0–{most}"
        )
    return value


COLUMNS = {
    "state": UserTask.state,
    "assignee": UserTask.assignee,
    "elementId": UserTask.element_id,
    "processDefinitionId": UserTask.process_id,
    "businessId": UserTask.business_key,
}


def _filtered(wanted: Any) -> Select[Any]:
    """The tasks that the caller may read, narrowed. Raises BodyNotAccepted for an unknown filter."""
    query = access.visible("task.read", select(UserTask))
    for name, value in {"state": CREATED, **wanted}.items():
        if name == "candidateGroup":
            offered = select(UserTaskCandidate.task_id).where(UserTaskCandidate.candidate == str(value))
            query = query.where(UserTask.id.in_(offered))
        elif name in COLUMNS:
            query = query.where(COLUMNS[name] == (value if value is None else str(value)))
        else:
            raise body.BodyNotAccepted(zh_why=f"未知条件 {name[:60]}", en_why=f"unknown filter {name[:60]}")
    return query


@blueprint.get("/user-tasks/<int:key>")
@rule("task.read")
def get_user_task(key: int) -> Response:
    """One task. Raises NotFound."""
    with reading() as session:
        task = session.get(UserTask, key)
        if task is None or not access.may("task.read", task):
            raise NotFound(what_zh="这项任务", what_en="This task")
        return body.answer(body.user_task(task))


@blueprint.post("/user-tasks/<int:key>/completion")
@rule("task.complete")
def complete_user_task(key: int) -> Response:
    """Submit a task's form: `variables` is the form's data, checked as on the page; `revision` is optional."""
    access.by_command("task.complete")
    given = body.read(variables=dict, revision=int)
    commands.complete(runtime(), actor(), key, given.get("variables", {}), revision=given.get("revision"))
    return body.nothing()


@blueprint.post("/user-tasks/<int:key>/assignment")
@rule("task.claim")
def assign_user_task(key: int) -> Response:
    """Claim a task for oneself, or, for those who may, assign it with a reason in `action`."""
    given = body.read(assignee=str, action=str)
    access.by_command("task.claim")
    if given.get("assignee", actor().login) == actor().login:
        commands.claim(runtime(), actor(), key)
    else:
        commands.assign(runtime(), actor(), key, given["assignee"], given.get("action", ""))
    return body.nothing()


@blueprint.delete("/user-tasks/<int:key>/assignee")
@rule("task.give_back")
def unassign_user_task(key: int) -> Response:
    """Give a task back."""
    access.by_command("task.give_back")
    commands.give_back(runtime(), actor(), key)
    return body.nothing()


@blueprint.get("/forms/<form_id>/schema")
@rule("definition.read")
def get_form_schema(form_id: str) -> Response:
    """The newest version of a form as JSON Schema 2020-12, for programs that send its data. Raises NotFound."""
    access.require("definition.read")
    try:
        form = starting.form_of(form_id)
    except NotDeployed:
        raise NotFound(what_zh="这份表单", what_en="This form") from None
    schema = body.answer(form.json_schema(language()))
    schema.mimetype = "application/schema+json"
    return schema


@blueprint.post("/process-instances")
@rule("instance.start")
def create_process_instance() -> Response:
    """Start a process that people may begin by hand; `variables` is the data of its start form."""
    given = body.read(processDefinitionId=str, variables=dict)
    found = starting.find(str(given.get("processDefinitionId", "")))
    started = starting.begin(found, given.get("variables", {}))
    return body.answer(
        {
            "processDefinitionId": started.process_id,
            "processDefinitionVersion": started.version,
            "processInstanceKey": str(started.instance_key),
        }
    )
