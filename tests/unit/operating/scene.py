"""Small running instances to act on, and all that a preview must leave as it was."""

from functools import partial
from typing import Any

from sqlalchemy import select

from engine import commands
from engine.directory import Scribe, add_account, add_organisation
from engine.operating.acts import Deed
from engine.operating.doing import do
from engine.operating.findings import Finding
from engine.operating.trying import Preview, preview
from engine.operating.work import perform
from engine.runtime import OPERATIONS, Runtime
from engine.store.base import Base
from engine.store.instances import Incident, Instance
from engine.verbs import Parameter, VerbContext
from tests.support.diagrams import (
    boundary,
    catch,
    chain,
    diagram,
    end,
    flow,
    message,
    message_root,
    output,
    service,
    start,
    straight,
    task,
    timer,
)
from tests.support.people import SYSADMIN, SYSTEM
from tests.support.runtimes import deploy, rows
from tests.support.runtimes import start as begin

WHY = "按会议纪要第3号"


def limited(kind: str = "Date", value: str = "=date and time(limit)") -> bytes:
    """Two tasks; the first is due when its deadline is, which is read from a variable."""
    first = task("t1", due="=date and time(limit)" if kind == "Date" else "", mapping=output("=a", "a"))
    body = start() + first + task("t2") + end() + end("late")
    body += boundary("too_late", "t1", timer(kind, value))
    return diagram("p", body + chain("start", "t1", "t2", "end") + flow("too_late", "late"))


def stopping(rt: Runtime) -> bytes:
    """A task, then a pure verb that fails until `ready` is true, then another task."""

    inputs = (Parameter("ready", "boolean", "就绪", "ready", required=False),)

    @rt.verbs.register("test.step", zh="一步", en="a step", inputs=inputs)
    def step(context: VerbContext, ready: bool = False) -> None:
        if not ready:
            raise ValueError("13800138000 is not ready")

    body = start() + task("t1") + service("work", "test.step") + task("t2") + end()
    return diagram("q", body + chain("start", "t1", "work", "t2", "end"))


def waiting() -> bytes:
    """A task, then a message."""
    body = start() + catch("pause", message("go")) + task("then") + end()
    roots = message_root("go", "=&quot;k&quot;")
    return diagram("w", body + chain("start", "pause", "then", "end"), roots=roots)


def running(rt: Runtime, files: bytes, process: str = "p", **variables: Any) -> int:
    """A deployed process with one instance; its key."""
    deploy(rt, **{process: files})
    return begin(rt, process, variables)


def staffed(rt: Runtime) -> None:
    """Its worker knows batches; an administrator has an account; `p` has two tasks."""
    rt.effects[OPERATIONS] = partial(perform, rt)
    with rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, "370000", "省厅", "province", None)
        add_account(tx.session, scribe, SYSADMIN.login, SYSADMIN.name, SYSADMIN.grants)
    deploy(rt, p=straight("p", 2))


def tried(rt: Runtime, act: str, key: int, **arguments: Any) -> Preview:
    return preview(rt, SYSADMIN, Deed(act, key, arguments, WHY))


def done(rt: Runtime, act: str, key: int, seen: str | None = None, **arguments: Any) -> None:
    do(rt, SYSADMIN, Deed(act, key, arguments, WHY), seen)


def codes(found: list[Finding]) -> list[tuple[str, str]]:
    return [(each.code, each.element) for each in found]


def everything(rt: Runtime) -> dict[str, Any]:
    """Every row of every table."""
    with rt.reading() as session:
        return {
            name: sorted(map(repr, session.execute(select(table)).all()))
            for name, table in Base.metadata.tables.items()
        }


def status(rt: Runtime, key: int) -> str:
    return str(rows(rt, select(Instance.status).where(Instance.id == key))[0])


def incident(rt: Runtime) -> Incident:
    [found] = rows(rt, select(Incident).where(Incident.resolved_at.is_(None)))
    return found  # type: ignore[no-any-return]


__all__ = [
    "WHY",
    "codes",
    "commands",
    "done",
    "everything",
    "incident",
    "limited",
    "running",
    "staffed",
    "status",
    "stopping",
]
