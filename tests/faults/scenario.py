"""A small life of three instances that meets every mechanism, told as a client that tries again after a crash.

It can be run from the beginning at any time: what was accepted before is found and not done twice.
"""

import os
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import audit, commands, faults
from engine.clock import VirtualClock
from engine.runtime import Runtime
from engine.store.instances import ElementEvent, Incident, Instance
from engine.store.messages import Message
from engine.store.people import Organisation
from engine.store.tasks import CREATED, Submission, UserTask
from engine.store.work import Job, Outbox, Timer
from engine.verbs import Parameter, VerbContext
from engine.worker import drain
from tests.support.diagrams import (
    catch,
    chain,
    diagram,
    end,
    message,
    message_root,
    service,
    signal,
    signal_root,
    start,
    task,
    throw_message,
    timer,
)
from tests.support.people import CITY, SYSTEM
from tests.support.runtimes import MORNING, open_runtime, rows

SENDER = diagram(
    "sender",
    start()
    + task("click")
    + service("keep", "test.keep")
    + service("mail", "test.mail")
    + catch("sleep", timer("Duration", "PT1H"))
    + throw_message("tell", "told", "=no")
    + f'<bpmn:endEvent id="end">{signal("over")}</bpmn:endEvent>'
    + chain("start", "click", "keep", "mail", "sleep", "tell", "end"),
    roots=message_root("told", "=no") + signal_root("over"),
)
RECEIVER = diagram(
    "receiver",
    start()
    + catch("listen", message("told"))
    + task("answer")
    + end()
    + chain("start", "listen", "answer", "end"),
    roots=message_root("told", "=no"),
)
HEARER = diagram(
    "hearer",
    start() + catch("await", signal("over")) + end() + chain("start", "await", "end"),
    roots=signal_root("over"),
)


def build(url: str, mails: Path) -> Runtime:
    """A runtime whose two verbs write a row each; the second one is not pure and asks for a mail, too."""
    rt = open_runtime(url, VirtualClock(MORNING), lease_seconds=60, retry_seconds=1)
    inputs = (Parameter("no", "string", "号", "no"),)

    @rt.verbs.register("test.keep", zh="记", en="keep", inputs=inputs)
    def keep(context: VerbContext, no: str) -> None:
        context.session.add(Organisation(code=f"kept-{no}", name=no, kind="agency"))

    @rt.verbs.register("test.mail", zh="寄", en="mail", pure=False, inputs=inputs)
    def mail(context: VerbContext, no: str) -> None:
        context.session.add(Organisation(code=f"mailed-{no}", name=no, kind="agency"))
        context.outbox("mail", {"to": no}, f"{context.business_key}/{context.element_instance}")

    def post(payload: Any, key: str) -> None:
        with mails.open("a") as file:
            file.write(f"{key}\n")

    rt.effects["mail"] = post
    return rt


def live(rt: Runtime) -> None:
    """Everything that clients and workers do, in order; each part once, however often this is called."""
    clock = rt.clock
    assert isinstance(clock, VirtualClock)
    files = {"sender.bpmn": SENDER, "receiver.bpmn": RECEIVER, "hearer.bpmn": HEARER}
    commands.deploy(rt, SYSTEM, files)
    for process_id in ("receiver", "hearer", "sender"):
        if not rows(rt, select(Instance.id).where(Instance.process_id == process_id)):
            commands.start(rt, SYSTEM, process_id, {"no": "A"}, business_key="A")
    work(rt, clock)
    click(rt, "click")
    work(rt, clock)
    clock.set(MORNING + timedelta(hours=2))
    work(rt, clock)
    click(rt, "answer")
    work(rt, clock)
    clock.set(MORNING + timedelta(hours=5))  # the message has lived its hour
    work(rt, clock)


def work(rt: Runtime, clock: VirtualClock) -> None:
    """A worker's while: long enough for the leases of a dead one to end."""
    drain(rt)
    clock.advance(timedelta(minutes=2))
    drain(rt)


def click(rt: Runtime, element_id: str) -> None:
    """Complete a task, if it is still open."""
    for key in rows(
        rt, select(UserTask.id).where(UserTask.element_id == element_id, UserTask.state == CREATED)
    ):
        commands.complete(rt, CITY, key, {})


def outcome(rt: Runtime, mails: Path) -> dict[str, Any]:
    """What must not depend on crashes: everything that a person could see, and everything that is left to do."""
    with rt.reading() as session:
        events = session.execute(
            select(Instance.process_id, ElementEvent.element_id, ElementEvent.event).join(
                Instance, Instance.id == ElementEvent.instance_id
            )
        )
        return {
            "instances": sorted((row.process_id, row.status) for row in session.scalars(select(Instance))),
            "tasks": sorted((t.element_id, t.state, t.ended_by) for t in session.scalars(select(UserTask))),
            "submissions": sorted(session.scalars(select(Submission.element_id))),
            "kept": sorted(session.scalars(select(Organisation.code))),
            "outbox": [row.done_at is not None for row in session.scalars(select(Outbox))],
            "mails": sorted(set(mails.read_text().split())) if mails.exists() else [],
            "events": Counter(tuple(event) for event in events),
            "left": [
                len(session.scalars(select(table.id)).all()) for table in (Job, Timer, Message, Incident)
            ],
            "audit": audit.verify(session),
        }


def live_until(url: str, mails: str, point: str, passes: int) -> None:
    """Run in a process of its own: die, without cleaning up, when `point` is passed for the n-th time."""
    left = passes

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(137)

    rt = build(url, Path(mails))
    faults.arm(point, count)
    live(rt)
    os._exit(0)
