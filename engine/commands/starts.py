"""Start an instance of the latest version of a process."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine import bpmn, policy
from engine.commands.refusals import AlreadyRunning
from engine.commands.retrying import command
from engine.commands.work import Work
from engine.definitions import Version
from engine.files.operations import attach
from engine.guards import GuardContext
from engine.inbox.faces import place_of
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store import json
from engine.store.definitions import PROCESS
from engine.store.instances import ACTIVE, SUSPENDED, Instance


@dataclass(frozen=True, slots=True)
class Started:
    """A new instance: its key, its status after its automatic steps, and the tasks it opened."""

    instance_key: int
    process_id: str
    version: int
    status: str
    tasks: tuple[int, ...]


@command
def start(
    rt: Runtime,
    actor: Actor,
    process_id: str,
    variables: Mapping[str, Any],
    business_key: str | None = None,
    start_element: str | None = None,
    files: Iterable[str] = (),
) -> Started:
    """Start a process and take its automatic steps; `files` (checked by the caller) belong to the case from now on.

    Raises NotAllowed, BadJson, NotDeployed, AlreadyRunning, UnknownElement, and what the guards of the start event raise.
    """
    policy.require(actor, "instance.start", {"process_id": process_id})
    variables = json.checked(dict(variables))
    with rt.transaction() as tx:
        rt.definitions.refresh(tx.session)
        version = rt.definitions.find(PROCESS, process_id)
        _check_guards(rt, tx, actor, version, start_element, business_key, variables)
        work = begin(rt, tx, actor, version, variables, business_key, start_element)
        attach(tx.session, files, at=tx.now, subject=f"instance:{work.row.id}")
        return Started(work.row.id, process_id, version.version, work.row.status, tuple(work.opened.values()))


def begin(
    rt: Runtime,
    tx: Transaction,
    actor: Actor,
    version: Version,
    variables: Mapping[str, Any],
    business_key: str | None = None,
    start_element: str | None = None,
    correlation_key: str | None = None,
    hops: int = 0,
) -> Work:
    """Start inside the caller's transaction; the saved work. Raises AlreadyRunning, UnknownElement."""
    _require_free(tx, version.id, business_key)
    row = Instance(
        process_id=version.id,
        business_key=business_key,
        definition_id=version.key,
        deployment_id=rt.definitions.refresh(tx.session),
        status=ACTIVE,
        revision=0,
        started_at=tx.now,
        started_by=actor.login,
        correlation_key=correlation_key,
        hops=hops,
        city=place_of(business_key or "")["city"],
        state="",
    )
    tx.session.add(row)
    tx.session.flush()
    work = Work(rt, tx, actor, row, "instance.start")
    work.started = bpmn.Case.start(
        rt.definitions.model(tx.session, version),
        version.id,
        work.environment,
        dict(variables),
        start_element=start_element,
        reference=str(version.key),
    )
    work.run()
    work.save(detail={"version": version.version, "element": start_element})
    return work


def _require_free(tx: Transaction, process_id: str, business_key: str | None) -> None:
    if business_key is None:
        return
    running = select(Instance.id).where(
        Instance.process_id == process_id,
        Instance.business_key == business_key,
        Instance.status.in_((ACTIVE, SUSPENDED)),
    )
    if tx.session.scalar(running) is not None:
        raise AlreadyRunning(process=process_id, business_key=business_key)


def _check_guards(
    rt: Runtime,
    tx: Transaction,
    actor: Actor,
    version: Version,
    start_element: str | None,
    business_key: str | None,
    variables: Mapping[str, Any],
) -> None:
    elements = rt.definitions.model(tx.session, version).processes[version.id].elements
    for element in elements.values():
        listed = element.properties.get("luzhi:guard", "")
        begins = element.id == start_element if start_element else element.type == "startEvent"
        if listed and begins:
            context = GuardContext(
                tx.session, rt.clock, actor, None, business_key, element.id, {}, dict(variables)
            )
            rt.guards.check(listed, context)
