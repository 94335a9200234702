"""The verdict: what the database holds against what the clients were told."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select, text

from engine import audit
from engine.runtime import Runtime
from engine.store.instances import ACTIVE, ElementEvent, Incident, Instance
from engine.store.tasks import COMPLETED, Submission, UserTask
from engine.store.trail import Audit
from engine.store.work import MESSAGE, Job, Outbox, Timer
from tests.faults.chaos.history import Call
from tests.faults.chaos.matters import CALLED, MATTER, TASKS, TIMERS


def running(rt: Runtime) -> int:
    """How many instances have not ended."""
    with rt.reading() as session:
        return session.scalar(select(func.count(Instance.id)).where(Instance.status == ACTIVE)) or 0


def verdict(rt: Runtime, calls: list[Call], outside: list[str]) -> list[str]:
    """Everything that is wrong; empty when nothing was lost and nothing done twice."""
    return [
        *_starts(rt, [call for call in calls if call.kind == "start"]),
        *_completions(rt, [call for call in calls if call.kind == "complete"]),
        *_effects(rt, outside),
        *_rest(rt),
    ]


def _starts(rt: Runtime, calls: list[Call]) -> list[str]:
    with rt.reading() as session:
        query = select(ElementEvent.detail).join(Instance, Instance.id == ElementEvent.instance_id)
        begun = (Instance.process_id == MATTER, ElementEvent.event == "variable", ElementEvent.revision == 1)
        rows = session.scalars(query.where(*begun))
        found = Counter(row["value"] for row in rows if row["name"] == "token")
    return _compare("start", calls, found)


def _completions(rt: Runtime, calls: list[Call]) -> list[str]:
    with rt.reading() as session:
        rows = list(session.execute(select(Submission.task_id, Submission.data)))
        links = Counter(session.scalars(select(Audit.object_key).where(Audit.action == "task.complete")))
        closed = set(session.scalars(select(UserTask.id).where(UserTask.state == COMPLETED)))
    found = Counter(row.data["token"] for row in rows)
    of_task = {row.task_id: row.data["token"] for row in rows}
    wrong = _compare("complete", calls, found)
    wrong += _more_than_once("a submission of task", Counter(row.task_id for row in rows))
    wrong += _more_than_once("an audit link of task", links)
    wrong += [
        f"task {call.key}: {call.token} was accepted, {of_task.get(call.key or 0)} is kept"
        for call in calls
        if call.answer == "done" and of_task.get(call.key or 0) != call.token
    ]
    if closed != of_task.keys() or {str(key) for key in closed} != set(links):
        wrong.append("tasks, submissions and audit links differ")
    return wrong


def _compare(kind: str, calls: list[Call], found: Counter[str]) -> list[str]:
    """Accepted: once. Refused, and nothing else said of the same token: never. Not known: at most once."""
    told: dict[str, set[str]] = {}
    for call in calls:
        told.setdefault(call.token, set()).add(call.answer)
    wrong = _more_than_once(kind, found)
    lost = [token for token, answers in told.items() if "done" in answers and token not in found]
    wrong += [f"{kind} {token} was accepted and is lost" for token in lost]
    wrong += [
        f"{kind} {token} was refused and happened"
        for token, answers in told.items()
        if answers == {"refused"} and token in found
    ]
    return wrong + [f"{kind} {token} was never asked for" for token in found.keys() - told.keys()]


def _effects(rt: Runtime, outside: list[str]) -> list[str]:
    with rt.reading() as session:
        matters = list(session.scalars(select(Instance.id).where(Instance.process_id == MATTER)))
        ledger = Counter(map(tuple, session.execute(text("SELECT instance, element FROM chaos_ledger"))))
        marks = {row.idempotency_key: row.done_at for row in session.scalars(select(Outbox))}
        ended = select(ElementEvent.instance_id, ElementEvent.element_id).where(
            ElementEvent.event == "completed"
        )
        done = Counter(map(tuple, session.execute(ended)))
    wrong = []
    for key in matters:
        wrong += [f"{e} of {key} done {ledger[key, e]} times" for e in CALLED if ledger[key, e] > 1]
        once = [e for e in (*CALLED[:2], *TASKS[:4], TIMERS[0]) if done[key, e] != 1]
        wrong += [f"{e} of {key} completed {done[key, e]} times" for e in once]
        wrong += [f"{e} of {key} is not in the ledger" for e in CALLED[:2] if ledger[key, e] != 1]
        if ledger[key, "mark"] != done[key, "remind"]:
            wrong.append(f"the reminder of {key} fired {done[key, 'remind']}, wrote {ledger[key, 'mark']}")
    wrong += _more_than_once("a reminder", Counter({k: n for k, n in done.items() if k[1] in TIMERS}))
    wanted = {f"mark-{key}" for key in matters}
    if set(marks) != wanted or None in marks.values() or set(outside) != wanted:
        wrong.append(f"{len(wanted)} effects are due, {len(set(outside))} were seen outside")
    return wrong


def _rest(rt: Runtime) -> list[str]:
    """Nothing is left to do but forgetting the messages, which were kept for a while."""
    with rt.reading() as session:
        jobs = session.scalar(select(func.count(Job.id)).where(Job.kind != MESSAGE))
        timers = session.scalar(select(func.count(Timer.id)))
        incidents = list(session.scalars(select(Incident)))
        broken = audit.verify(session)
        counts = Counter(session.scalars(select(Instance.process_id)))
    wrong = [f"{jobs} jobs and {timers} timers are left"] if jobs or timers else []
    wrong += [f"incident {i.type} on {i.element_id}: {i.message}" for i in incidents]
    wrong += [f"the audit chain is broken: {broken}"] if broken else []
    return wrong + ([f"instances: {dict(counts)}"] if len(set(counts.values())) > 1 else [])


def _more_than_once(what: str, counts: "Counter[Any]") -> list[str]:
    return [f"{what} {key} stands {count} times" for key, count in counts.items() if count > 1]


def summary(calls: Iterable[Call]) -> dict[str, int]:
    """How many calls of each kind came to what."""
    return dict(Counter(f"{call.kind} {call.answer}" for call in calls))
