"""What an instance waits for, as rows: only the difference between before and after is written."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Insert, Table, delete, insert, select, update

from engine.bpmn.waits import JobWait, MessageWait, SignalWait, TimerWait, UserTaskWait, Wait
from engine.commands import publishing
from engine.definitions import NotDeployed
from engine.inbox.faces import face
from engine.policy import SYSTEM
from engine.store.definitions import FORM
from engine.store.instances import SUSPENDED, Incident
from engine.store.messages import MessageSubscription, SignalSubscription
from engine.store.tasks import CANCELED, CREATED, NEVER, UserTask, UserTaskCandidate
from engine.store.work import MATCH, VERB, Job, Timer

if TYPE_CHECKING:
    from engine.commands.work import Work

ROWS: dict[type, Any] = {
    TimerWait: Timer,
    JobWait: Job,
    MessageWait: MessageSubscription,
    SignalWait: SignalSubscription,
}


def write(work: "Work", before: Mapping[str, Wait], after: Mapping[str, Wait]) -> None:
    """Bring the tables from `before` to `after`; at most one statement for each kind of row and change."""
    gone = [wait for key, wait in before.items() if key not in after]
    new = [wait for key, wait in after.items() if key not in before]
    changed = [wait for key, wait in after.items() if key in before and before[key] != wait]
    # Only a migration changes a job or a subscription in place; then its row is made anew.
    anew = [wait for wait in changed if not isinstance(wait, TimerWait | UserTaskWait)]
    new += anew
    _remove(work, [*gone, *anew])
    _cancel_tasks(work, [wait for wait in gone if isinstance(wait, UserTaskWait)])
    _change(work, changed)
    _add_tasks(work, [wait for wait in new if isinstance(wait, UserTaskWait)])
    add(work, Timer, [_timer(work, wait) for wait in new if isinstance(wait, TimerWait)])
    add(work, Job, [_job(work, wait) for wait in new if isinstance(wait, JobWait)])
    add(work, SignalSubscription, [_signal(work, wait) for wait in new if isinstance(wait, SignalWait)])
    _subscribe(work, [wait for wait in new if isinstance(wait, MessageWait)])


def write_incidents(work: "Work", before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Open the incidents that are new, close those that are gone."""
    session, now, key = work.tx.session, work.tx.now, work.row.id
    gone = before.keys() - after.keys()
    if gone:
        _resolve(work, gone)
    add(
        work,
        Incident,
        [
            {
                "instance_id": key,
                "wait_key": wait_key,
                "element_id": found.element_id,
                "type": found.type,
                "message": found.message,
                "stack": work.environment.stacks.get(wait_key),
                "created_at": now,
            }
            for wait_key, found in after.items()
            if wait_key not in before
        ],
    )
    for wait_key, found in after.items():
        if wait_key in before and before[wait_key] != found:
            session.execute(
                update(Incident)
                .where(
                    Incident.instance_id == key, Incident.wait_key == wait_key, Incident.resolved_at.is_(None)
                )
                .values(type=found.type, message=found.message, stack=work.environment.stacks.get(wait_key))
            )


def _resolve(work: "Work", keys: Iterable[str]) -> None:
    work.tx.session.execute(
        update(Incident)
        .where(
            Incident.instance_id == work.row.id,
            Incident.wait_key.in_(sorted(keys)),
            Incident.resolved_at.is_(None),
        )
        .values(resolved_at=work.tx.now, resolved_by=work.actor.login)
    )


def _remove(work: "Work", gone: Sequence[Wait]) -> None:
    for kind, table in ROWS.items():
        keys = [wait.key for wait in gone if isinstance(wait, kind)]
        if keys:
            work.tx.session.execute(
                delete(table).where(table.instance_id == work.row.id, table.wait_key.in_(keys))
            )
    workers = [
        wait.key for wait in gone if isinstance(wait, TimerWait | JobWait) and wait.key in work.troubled
    ]
    if workers:
        _resolve(work, workers)


def _cancel_tasks(work: "Work", gone: Sequence[UserTaskWait]) -> None:
    for wait in gone:
        if wait.key == work.completed:
            continue
        work.tx.session.execute(
            update(UserTask)
            .where(
                UserTask.instance_id == work.row.id, UserTask.wait_key == wait.key, UserTask.state == CREATED
            )
            .values(
                state=CANCELED,
                ended_at=work.tx.now,
                ended_by=SYSTEM.login if wait.key in work.ended else work.actor.login,
                ended_reason=work.ended.get(wait.key, {"kind": "command", "command": work.action}),
            )
        )


def _change(work: "Work", changed: Sequence[Wait]) -> None:
    for wait in changed:
        if isinstance(wait, TimerWait):
            _update(work, Timer, wait, {"due": wait.due, "wake": _wake(work, wait), "attempts": 0, "lost": 0})
        elif isinstance(wait, UserTaskWait):
            facts = _task(work, wait)
            kept = (
                "assignee",
                "claimed_at",
                "created_at",
                "candidate_groups",
                "candidate_users",
                "organisation",
            )
            for name in kept:  # who has the task, or is offered it, stays
                del facts[name]
            _update(work, UserTask, wait, {**facts, "revision": UserTask.revision + 1})
            _relabel(work, wait, facts)


def _relabel(work: "Work", wait: UserTaskWait, facts: dict[str, Any]) -> None:
    task = select(UserTask.id).where(UserTask.instance_id == work.row.id, UserTask.wait_key == wait.key)
    work.tx.session.execute(
        update(UserTaskCandidate)
        .where(UserTaskCandidate.task_id == task.scalar_subquery())
        .values(due_order=facts["due_order"], name=facts["name"], priority=facts["priority"])
        .execution_options(synchronize_session=False)
    )


def _update(work: "Work", table: Any, wait: Wait, values: dict[str, Any]) -> None:
    work.tx.session.execute(
        update(table)
        .where(table.instance_id == work.row.id, table.wait_key == wait.key)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def add(work: "Work", table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows with one statement: by the table, not the class, whose inserts split where a value is None."""
    if rows:  # one row alone is sent at once, without the pipeline that several go through
        work.tx.session.execute(_into(table), rows if len(rows) > 1 else rows[0])


@cache
def _into(table: Any) -> Insert:
    return insert(table.__table__)


_INTO_TASKS = insert(cast("Table", UserTask.__table__)).returning(UserTask.id, UserTask.wait_key)


def _add_tasks(work: "Work", waits: Sequence[UserTaskWait]) -> None:
    if not waits:
        return
    about = face(work.tx.session, work.row.business_key)
    work.row.city = about["city"] or work.row.city
    rows = [{**_task(work, wait), **about} for wait in waits]
    inserted = work.tx.session.execute(_INTO_TASKS, rows)
    work.opened = ids = {wait_key: id for id, wait_key in inserted}
    work.tx.opened += [{**row, "id": ids[row["wait_key"]], "opened_by": work.actor.login} for row in rows]
    add(
        work,
        UserTaskCandidate,
        [
            {
                "candidate": candidate,
                "due_order": wait.due or NEVER,
                "task_id": ids[wait.key],
                "process_id": work.row.process_id,
                "name": wait.name or wait.element_id,
                "free": wait.assignee is None,
                "business_key": work.row.business_key,
                "priority": wait.priority,
                "created_at": work.tx.now,
                **about,
            }
            for wait in waits
            for candidate in {*wait.candidate_groups, *(f"user:{login}" for login in wait.candidate_users)}
        ],
    )


def _task(work: "Work", wait: UserTaskWait) -> dict[str, Any]:
    return {
        "instance_id": work.row.id,
        "process_id": work.row.process_id,
        "business_key": work.row.business_key,
        "wait_key": wait.key,
        "element_id": wait.element_id,
        "name": wait.name or wait.element_id,
        "lane": wait.lane or "",
        "documentation": wait.documentation or "",
        "properties": dict(wait.properties),
        "manual": wait.manual,
        "form_id": wait.form_id,
        "form_definition_id": form_key(work, wait),
        "external_reference": wait.external_reference,
        "assignee": wait.assignee,
        "candidate_groups": list(wait.candidate_groups),
        "candidate_users": list(wait.candidate_users),
        "organisation": next((g.partition("@")[2] for g in wait.candidate_groups if "@" in g), None),
        "due": wait.due,
        "due_order": wait.due or NEVER,
        "follow_up": wait.follow_up,
        "priority": wait.priority,
        "created_at": work.tx.now,
        "claimed_at": work.tx.now if wait.assignee else None,
    }


def form_key(work: "Work", wait: UserTaskWait) -> int | None:
    """The version of the form that a task is opened with now; None without a form, and for one that is not deployed."""
    if wait.form_id is None:
        return None
    try:
        return work.rt.definitions.find(
            FORM,
            wait.form_id,
            binding=wait.form_binding,
            tag=wait.form_version_tag,
            as_of=work.row.deployment_id,
        ).key
    except NotDeployed:
        # The person before must not lose the click over it: the task opens, and says so when it is completed.
        return None


def _timer(work: "Work", wait: TimerWait) -> dict[str, Any]:
    return {
        "instance_id": work.row.id,
        "wait_key": wait.key,
        "element_id": wait.element_id,
        "due": wait.due,
        "wake": _wake(work, wait),
    }


def _wake(work: "Work", wait: TimerWait) -> Any:
    return None if work.row.status == SUSPENDED else wait.due


def _job(work: "Work", wait: JobWait) -> dict[str, Any]:
    return {
        "kind": VERB,
        "instance_id": work.row.id,
        "wait_key": wait.key,
        "element_id": wait.element_id,
        "type": wait.type,
        "payload": {},
        "retries": max(wait.retries, 1),
        "wake": None if work.row.status == SUSPENDED else work.tx.now,
        "created_at": work.tx.now,
    }


def _signal(work: "Work", wait: SignalWait) -> dict[str, Any]:
    return {
        "instance_id": work.row.id,
        "wait_key": wait.key,
        "element_id": wait.element_id,
        "name": wait.name,
    }


def _subscribe(work: "Work", waits: Sequence[MessageWait]) -> None:
    rows = [
        {
            "instance_id": work.row.id,
            "process_id": work.row.process_id,
            "wait_key": wait.key,
            "element_id": wait.element_id,
            "name": wait.name,
            "correlation_key": wait.correlation_key,
            "interrupting": wait.interrupting,
        }
        for wait in waits
    ]
    add(work, MessageSubscription, rows)
    if rows:
        # A message published while this transaction runs sees no subscription, and this transaction sees no
        # message. Whoever commits last leaves a job that sees both.
        sought = [[wait.name, wait.correlation_key] for wait in waits]
        publishing.enqueue(work.tx.session, work.tx.now, MATCH, {"sought": sought})
