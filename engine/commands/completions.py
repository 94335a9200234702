"""Complete a user task: the click that moves the programme on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, update

from engine import policy
from engine.commands.countersigning import require_countersigned
from engine.commands.refusals import NoForm
from engine.commands.retrying import command
from engine.commands.tasks import open_task, require_holder, require_open, require_other_person
from engine.commands.work import Work
from engine.files.operations import attach
from engine.files.reading import Usable
from engine.form_context import form_context, limits
from engine.guards import GuardContext
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store import json
from engine.store.tasks import COMPLETED, Submission, UserTask

# Every click runs these two: they are put together once, on the tables.
_SUBMIT = insert(cast("Table", Submission.__table__)).returning(Submission.id)
_TASK = cast("Table", UserTask.__table__)
_CLOSE = (
    update(_TASK)
    .where(_TASK.c.id == bindparam("number"))
    .values(
        state=COMPLETED,
        assignee=bindparam("who"),
        ended_at=bindparam("now"),
        ended_by=bindparam("who"),
        ended_for=bindparam("stands_for"),
        revision=bindparam("next"),
    )
)


@dataclass(frozen=True, slots=True)
class Completed:
    """An accepted completion: its submission, and what the instance came to."""

    task_key: int
    instance_key: int
    submission_key: int
    status: str
    tasks: tuple[int, ...]
    """The tasks that it opened."""
    incidents: tuple[str, ...]
    """The elements whose automatic step failed after the click, which stands all the same."""


@command
def complete(
    rt: Runtime, actor: Actor, task_key: int, body: Mapping[str, Any], revision: int | None = None
) -> Completed:
    """Submit a task's form and let the process go on. `revision` is the task's, as the page showed it.

    Raises NotFound, NotAllowed, TaskCompleted, DeadlinePassed (its effect is committed), TaskCanceled,
    InstanceSuspended, StalePage, HeldByAnother, SamePerson, Outstanding, InvalidForm, NoForm, and what guards raise.
    """
    with rt.transaction() as tx:
        result = complete_in(rt, tx, actor, task_key, body, revision)
    if result is None:
        raise RuntimeError("a refusal was committed but not raised")
    return result


def complete_in(
    rt: Runtime,
    tx: Transaction,
    actor: Actor,
    task_key: int,
    body: Mapping[str, Any],
    revision: int | None = None,
) -> Completed | None:
    """The same within a transaction that has more to write down; None when `tx.refusal` says a deadline passed."""
    task, work = open_task(rt, tx, actor, task_key, "task.complete", saves=True)
    return _complete(work, task, body, revision) if tx.refusal is None else None


def _complete(work: Work, task: UserTask, body: Mapping[str, Any], revision: int | None) -> Completed:
    rt, tx, actor = work.rt, work.tx, work.actor
    require_open(rt, work, task, revision)
    require_holder(actor, task)
    require_other_person(tx, actor, task)
    require_countersigned(tx.session, actor, task)
    work.on_behalf_of = policy.acting_for(actor, task)
    variables = work.case.scope_view(task.wait_key)
    files = Usable(tx.session, actor, f"task:{task.id}", work.row.id)
    data = _validated(work, task, body, variables, files)
    _check_guards(work, task, variables, data)
    submission = _submit(work, task, data)
    attach(tx.session, files.found, submission_id=submission, at=tx.now)
    facts = {"submission_id": submission, "completed_by": actor.login, "completed_at": tx.now.isoformat()}
    incidents = set(work.case.incidents)
    work.completed = task.wait_key
    work.case.complete(task.wait_key, {**data, **facts})
    work.run()
    _close(work, task)
    work.save(task.id, {"element": task.element_id, "submission": submission})
    failed = tuple(found.element_id for key, found in work.case.incidents.items() if key not in incidents)
    return Completed(task.id, work.row.id, submission, work.row.status, tuple(work.opened.values()), failed)


def _validated(
    work: Work, task: UserTask, body: Mapping[str, Any], variables: Mapping[str, Any], files: Usable
) -> dict[str, Any]:
    """The body as the form's pinned version accepts it. Raises InvalidForm, NoForm, NotDeployed."""
    if task.form_id is None:
        if body:
            names = [ascii(name)[:40] for name in list(body)[:5]]  # enough to see what was meant
            raise NoForm(task=task.called, names=", ".join(names))
        return {}
    definitions, session = work.rt.definitions, work.tx.session
    if task.form_definition_id is None:  # the form was not there when the task opened
        version = definitions.find("form", task.form_id)
    else:
        version = definitions.by_key(session, task.form_definition_id)
    form = definitions.form(session, version)
    limited = limits(work.rt, session, task.properties, variables)
    return form.validate(
        body,
        form_context(work.rt, variables, session, task.properties),
        work.environment.clock,
        functions=work.rt.functions,
        files=files,
        only=limited.only,
        base=limited.base if limited.only is not None else None,
    )


def _check_guards(work: Work, task: UserTask, variables: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    listed = task.properties.get("luzhi:guard", "")
    if listed:
        work.rt.guards.check(
            listed,
            GuardContext(
                work.tx.session,
                work.environment.clock,
                work.actor,
                work.row.id,
                work.row.business_key,
                task.element_id,
                variables,
                data,
                work.on_behalf_of,
            ),
        )


def _submit(work: Work, task: UserTask, data: dict[str, Any]) -> int:
    row = {
        "instance_id": work.row.id,
        "task_id": task.id,
        "element_id": task.element_id,
        "form_id": task.form_id,
        "form_definition_id": task.form_definition_id,
        "by": work.actor.login,
        "on_behalf_of": work.on_behalf_of,
        "at": work.tx.now,
        "data": data,
        "sha256": json.sha256(data),
    }
    return int(work.tx.session.execute(_SUBMIT, row).scalar_one())


def _close(work: Work, task: UserTask) -> None:
    values = {
        "number": task.id,
        "who": work.actor.login,
        "stands_for": work.on_behalf_of,
        "now": work.tx.now,
        "next": task.revision + 1,
    }
    work.tx.session.execute(_CLOSE, values)
