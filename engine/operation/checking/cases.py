"""Running cases: each state loads under its own diagrams, and what it waits for is what the tables hold."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from engine import bpmn
from engine.bpmn.waits import JobWait, MessageWait, SignalWait, TimerWait, UserTaskWait, Wait
from engine.clock import in_business_zone
from engine.commands.environment import StoreEnvironment
from engine.operation.checking.report import Area
from engine.policy import SYSTEM
from engine.runtime import Runtime, Transaction
from engine.store import json
from engine.store.instances import ACTIVE, SUSPENDED, Incident, Instance
from engine.store.messages import MessageSubscription, SignalSubscription
from engine.store.tasks import CREATED, Submission, UserTask
from engine.store.work import VERB, Job, Timer

RUNNING = Instance.status.in_((ACTIVE, SUSPENDED))
SLICE = 500
"""Cases that are read at a time."""
KINDS: dict[type, str] = {
    UserTaskWait: "user_task",
    TimerWait: "timer",
    JobWait: "job",
    MessageWait: "message_subscription",
    SignalWait: "signal_subscription",
}
Keys = dict[int, set[tuple[str, str]]]


def instances(rt: Runtime, area: Area, share: float = 1.0) -> None:
    """Every running case, or the share of them that changed last."""
    rt.definitions  # noqa: B018 - made once, for the threads that ask
    with rt.reading() as session:
        rt.definitions.refresh(session)
        running = session.scalar(select(func.count(Instance.id)).where(RUNNING)) or 0
        left = round(running * share)
        for rows in _slices(session, left):
            held = _held(session, [row.id for row in rows])
            stopped = _stopped(session, [row.id for row in rows])
            for row in rows:
                area.looked += 1
                _look(rt, session, row, held[row.id], stopped[row.id], area)
            session.expunge_all()
    if share < 1:
        area.note_zh, area.note_en = f"共 {running} 个，抽查", f"a sample of {running}"


def _slices(session: Session, left: int) -> Iterator[list[Instance]]:
    """The running cases by falling number, some at a time."""
    below = None
    while left > 0:
        query = select(Instance).options(undefer(Instance.state)).where(RUNNING)
        if below is not None:
            query = query.where(Instance.id < below)
        rows = list(session.scalars(query.order_by(Instance.id.desc()).limit(min(SLICE, left))))
        if not rows:
            return
        yield rows
        below, left = rows[-1].id, left - len(rows)


def _held(session: Session, keys: list[int]) -> Keys:
    """What the tables say that these cases wait for."""
    found: Keys = defaultdict(set)
    asked: dict[str, Any] = {
        "user_task": select(UserTask.instance_id, UserTask.wait_key).where(UserTask.state == CREATED),
        "timer": select(Timer.instance_id, Timer.wait_key),
        "job": select(Job.instance_id, Job.wait_key).where(Job.kind == VERB),
        "message_subscription": select(MessageSubscription.instance_id, MessageSubscription.wait_key),
        "signal_subscription": select(SignalSubscription.instance_id, SignalSubscription.wait_key),
    }
    for kind, query in asked.items():
        column = query.selected_columns["instance_id"]
        for instance, key in session.execute(query.where(column.in_(keys))):
            found[instance].add((kind, key))
    return found


def _stopped(session: Session, keys: list[int]) -> dict[int, set[str]]:
    """The incidents that stand open in these cases."""
    found: dict[int, set[str]] = defaultdict(set)
    query = select(Instance.id, Incident.wait_key).join(Incident, Incident.instance_id == Instance.id)
    for instance, key in session.execute(query.where(Instance.id.in_(keys), Incident.resolved_at.is_(None))):
        found[instance].add(key)
    return found


def _look(
    rt: Runtime, session: Session, row: Instance, held: set[tuple[str, str]], stopped: set[str], area: Area
) -> None:
    now = in_business_zone(rt.clock.now())
    environment = StoreEnvironment(rt, Transaction(session, now), SYSTEM.login, row)
    try:
        case = bpmn.Case.load(row.state, environment)
        waits = case.waits()
        troubles = case.incidents.keys()
    except Exception as error:  # noqa: BLE001 - whatever stops a state from loading is the finding
        area.tell(
            f"实例 {row.id}（{row.process_id}）的状态无法读出：{error}",
            f"the state of instance {row.id} ({row.process_id}) cannot be read: {error}",
        )
        return
    wanted = {(_kind(wait), key) for key, wait in waits.items()}
    for kind, key in sorted(wanted ^ held):
        lacks = (kind, key) in wanted
        area.tell(
            f"实例 {row.id} 的等待 {key}：{kind} 表{'缺少对应的行' if lacks else '多出一行'}",
            f"instance {row.id}, wait {key}: table {kind} {'lacks its row' if lacks else 'has a row too many'}",
        )
    for key in sorted(set(troubles) - stopped):
        area.tell(
            f"实例 {row.id} 的 {key} 停住了，却没有异常记录",
            f"instance {row.id} has stopped at {key}, and no incident says so",
        )


def _kind(wait: Wait) -> str:
    return KINDS[type(wait)]


def submissions(rt: Runtime, area: Area) -> None:
    """What people sent is what was accepted: its hash is the one that was kept."""
    with rt.reading() as session:
        query = select(Submission.id, Submission.data, Submission.sha256).order_by(Submission.id).limit(SLICE)
        last = 0
        while rows := session.execute(query.where(Submission.id > last)).all():
            for key, data, digest in rows:
                area.looked += 1
                if json.sha256(data) != digest:
                    area.tell(
                        f"提交 {key} 的内容与其散列值不符", f"submission {key} is not what its hash says"
                    )
            last = rows[-1].id
