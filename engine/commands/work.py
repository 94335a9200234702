"""One instance under its lock, within one transaction: load, step, write the difference.

Every command that moves tokens goes through `Work`: `open_work` locks and loads, `fire_due` lets deadlines that
have passed act first, the command steps the case, `save` writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, exists, func, select
from sqlalchemy.orm import undefer

from engine import audit, bpmn, faults, logs, meters
from engine.bpmn.waits import TimerWait, UserTaskWait, Wait
from engine.commands import diff, publishing
from engine.commands.environment import StoreEnvironment
from engine.commands.refusals import InstanceEnded, InstanceSuspended
from engine.commands.texts import instant
from engine.errors import NotFound
from engine.inspecting.finding.keeping import keep
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime, Transaction
from engine.store.definitions import Deployment
from engine.store.instances import ACTIVE, COMPLETED, SUSPENDED, TERMINATED, ElementEvent, Incident, Instance
from engine.store.tasks import UserTask

STATUS = {"active": ACTIVE, "completed": COMPLETED, "terminated": TERMINATED}


@dataclass(slots=False)
class Work:
    """A locked instance, its case once it is needed, and what the command did to it."""

    rt: Runtime
    tx: Transaction
    actor: Actor
    row: Instance
    action: str
    has_incidents: bool = False
    """Whether an incident was open when it was locked; saves asking for them."""
    started: Any = None
    """The case of an instance that is being started; others are loaded."""
    completed: str | None = None
    """The wait key of the task that the command completes."""
    ended: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Why tasks went away, by wait key."""
    on_behalf_of: str | None = None
    """Who is away and has the actor stand in: history and audit name both."""
    opened: dict[str, int] = field(default_factory=dict)
    """The keys of the tasks that were opened, by wait key."""
    fired: list[TimerWait] = field(default_factory=list)
    """The timers that fired, for the audit trail."""
    events: list[dict[str, Any]] = field(default_factory=list)
    """The history so far, each line with who caused it."""
    steps: int = 0
    """Automatic steps taken so far."""

    @cached_property
    def environment(self) -> StoreEnvironment:
        """What the case may reach."""
        return StoreEnvironment(self.rt, self.tx, self.actor.login, self.row)

    @cached_property
    def case(self) -> "bpmn.Case":
        """The loaded case. What it waits for now is what the tables hold."""
        case = self.started or bpmn.Case.load(self.row.state, self.environment)
        self.before: Mapping[str, Wait] = {} if self.started else dict(case.waits())
        self.incidents_before: Mapping[str, Any] = {} if self.started else dict(case.incidents)
        return case

    @cached_property
    def troubled(self) -> frozenset[str]:
        """The wait keys with an open incident; read only when jobs or timers go away."""
        if not self.has_incidents:
            return frozenset()
        open_ones = select(Incident.wait_key).where(
            Incident.instance_id == self.row.id, Incident.resolved_at.is_(None)
        )
        return frozenset(self.tx.session.scalars(open_ones))

    def replace(self, case: "bpmn.Case") -> None:
        """Go on with another case (of the newer version); what is saved is the difference to the former one."""
        before, incidents = self.before, self.incidents_before
        self._collect_events(self.actor)
        self.__dict__["case"] = case
        self.before, self.incidents_before = before, incidents

    def require_running(self) -> None:
        """Pass for an active instance. Raises InstanceEnded, InstanceSuspended."""
        if self.row.ended_at is not None:
            raise InstanceEnded(at=instant(self.row.ended_at))
        if self.row.status == SUSPENDED:
            raise InstanceSuspended()

    def run(self) -> None:
        """Let the engine take its automatic steps; all runs of one command share the budget of the settings."""
        left = self.rt.settings.step_limit - self.steps
        self.steps += self.case.run(bpmn.Budget(steps=left, tokens=self.rt.settings.token_limit))

    def fire_due(self) -> list[TimerWait]:
        """Fire the timers whose instant has come, in order; those that fired. Nothing while suspended."""
        fired: list[TimerWait] = []
        while self.row.status == ACTIVE and self.case.status == "active":
            due = [w for w in self.case.waits().values() if isinstance(w, TimerWait) and w.due <= self.tx.now]
            if not due:
                break
            fired.append(self._fire(min(due, key=lambda wait: (wait.due, wait.key))))
        return fired

    def save(self, key: str | int | None = None, detail: Mapping[str, Any] | None = None) -> None:
        """Write what changed, the history and the audit link; the caller's transaction commits."""
        faults.point("command.after_steps")
        session, case = self.tx.session, self.case
        after = case.waits()
        self.row.status = STATUS[case.status] if case.status != "active" else self.row.status
        self.row.ended_at = None if case.status == "active" else self.tx.now
        diff.write(self, self.before, after)
        diff.write_incidents(self, self.incidents_before, case.incidents)
        self._collect_events(self.actor)
        if self.events:
            diff.add(self, ElementEvent, self.events)
            keep(session, self.row.id, case.root, self.events)
        for name, variables in case.take_signals():
            publishing.broadcast(
                session, self.tx.now, name, variables, origin=self.row.id, hops=self.row.hops + 1
            )
        self.row.state = case.dump()
        self.row.revision += 1
        session.flush()
        self.record(key, detail)

    def save_timers(self) -> None:
        """Write what the deadlines alone did: it is theirs in history and audit, whatever the command comes to."""
        actor, action = self.actor, self.action
        self.actor, self.action = SYSTEM, "timer.fire"
        self.save(detail={"met_by": actor.login})
        self.actor, self.action = actor, action

    def record(self, key: str | int | None, detail: Mapping[str, Any] | None) -> None:
        """Add the audit link of this command."""
        audit.append(
            self.tx.session,
            at=self.tx.now,
            actor=self.actor.login,
            action=self.action,
            object_type="instance" if key is None else "user_task",
            object_key=self.row.id if key is None else key,
            business_key=self.row.business_key,
            detail={
                "instance": self.row.id,
                "process": self.row.process_id,
                **self._timers(),
                **({"on_behalf_of": self.on_behalf_of} if self.on_behalf_of else {}),
                **(detail or {}),
            },
        )

    def _timers(self) -> dict[str, Any]:
        """What fired since the last link, each with its own due time, however late it came."""
        fired = [{"element": wait.element_id, "due": wait.due.isoformat()} for wait in self.fired]
        self.fired.clear()
        return {"timers": fired} if fired else {}

    def _fire(self, wait: TimerWait) -> TimerWait:
        self._collect_events(self.actor)
        before = {key for key, open_wait in self.case.waits().items() if isinstance(open_wait, UserTaskWait)}
        self.row.hops = 0  # what goes round by timers goes at their pace
        self.environment.actor = SYSTEM.login  # whoever came by, it is the deadline that acts
        self.case.fire(wait.key)
        self.run()
        self.environment.actor = self.actor.login
        self._collect_events(SYSTEM)
        meters.meters().timer_lag.observe((self.tx.now - wait.due).total_seconds())
        waits = self.case.waits()
        if waits.get(wait.key) == wait:
            raise RuntimeError(f"timer {wait.key} did not move")
        reason = {"kind": "timer", "element_id": wait.element_id, "due": wait.due.isoformat()}
        self.fired.append(wait)
        self.ended.update(dict.fromkeys(before - waits.keys(), reason))
        return wait

    def _collect_events(self, actor: Actor) -> None:
        self.events += [
            {
                "instance_id": self.row.id,
                "revision": self.row.revision + 1,
                "element_instance": event.element_instance,
                "element_id": event.element_id,
                "element_type": event.element_type,
                "event": event.event,
                "at": event.at,
                "scope": event.scope,
                "actor": actor.login,
                "detail": self._detail(actor, event.detail),
            }
            for event in self.case.take_events()
        ]

    def _detail(self, actor: Actor, known: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """What an event says beside its facts; with for whom somebody stood in."""
        both = {"on_behalf_of": self.on_behalf_of} if self.on_behalf_of and actor is self.actor else {}
        return {**(known or {}), **both} or None


# Every command begins with one of these: what they ask is put together once.
_LOCKED = (
    select(
        Instance,
        select(func.max(Deployment.id)).scalar_subquery(),
        exists().where(Incident.instance_id == Instance.id, Incident.resolved_at.is_(None)),
    )
    .options(undefer(Instance.state))
    .with_for_update(of=Instance)
)
_BY_NUMBER = _LOCKED.where(Instance.id == bindparam("number"))
_BY_TASK = _LOCKED.where(
    Instance.id == select(UserTask.instance_id).where(UserTask.id == bindparam("task")).scalar_subquery()
)


def open_work(
    rt: Runtime, tx: Transaction, actor: Actor, instance_key: int | ScalarSelect[int], action: str
) -> Work:
    """Lock an instance for this transaction. Raises NotFound."""
    if isinstance(instance_key, int):
        found = tx.session.execute(_BY_NUMBER, {"number": instance_key}).one_or_none()
    else:
        found = tx.session.execute(_LOCKED.where(Instance.id == instance_key)).one_or_none()
    return _opened(rt, tx, actor, found, action)


def open_work_of_task(rt: Runtime, tx: Transaction, actor: Actor, task_key: int, action: str) -> Work:
    """The same by the number of one of its tasks. Raises NotFound."""
    found = tx.session.execute(_BY_TASK, {"task": task_key}).one_or_none()
    return _opened(rt, tx, actor, found, action)


def _opened(rt: Runtime, tx: Transaction, actor: Actor, found: Any, action: str) -> Work:
    if found is None:
        raise NotFound(what_zh="流程实例", what_en="The process instance")
    row, deployment, has_incidents = found
    rt.definitions.refresh(tx.session, deployment)
    logs.bind(instance=row.id)
    if actor.login != SYSTEM.login:
        row.hops = 0  # a person begins something new
    return Work(rt, tx, actor, row, action, has_incidents=has_incidents)
