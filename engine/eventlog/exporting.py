"""One export: who may take it, its link, and the file as it is read."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from engine import audit, policy
from engine.clock import in_business_zone, start_of_day
from engine.commands.refusals import NoReason
from engine.definitions import NotDeployed
from engine.errors import NotFound
from engine.eventlog import table, xes
from engine.eventlog.reading import Pseudonyms, cases
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.definitions import PROCESS
from engine.store.instances import Instance

FORMATS = {"xes": "application/xml", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both included."""

    first: date
    last: date


def export(
    rt: Runtime, actor: Actor, process_id: str, period: Period, format: str, reason: str
) -> Iterator[bytes]:
    """The file in pieces; the link is written before the first of them.

    Raises NotAllowed, NoReason, NotDeployed; KeyError for a format that is none of FORMATS.
    """
    policy.require(actor, "events.export")
    FORMATS[format]
    if not reason.strip():
        raise NoReason()
    name = _name(rt, process_id)
    _note(rt, actor, process_id, period, format, reason.strip())
    return _pieces(rt, process_id, name, period, format)


def export_one(rt: Runtime, actor: Actor, instance: int, format: str, reason: str) -> Iterator[bytes]:
    """The whole log of one instance in pieces; the link is written before the first of them.

    Raises NotAllowed, NoReason, NotFound; KeyError for a format that is none of FORMATS.
    """
    policy.require(actor, "events.export")
    FORMATS[format]
    if not reason.strip():
        raise NoReason()
    with rt.reading() as session:
        row = session.get(Instance, instance)
        if row is None:
            raise NotFound(what_zh="流程实例", what_en="The process instance")
        process_id, first = row.process_id, in_business_zone(row.started_at).date()
        last = in_business_zone(row.ended_at or rt.clock.now()).date()
    name, period = _name(rt, process_id), Period(first, max(first, last))
    _note(rt, actor, process_id, period, format, reason.strip(), instance)
    return _pieces(rt, process_id, name, period, format, instance)


def _pieces(
    rt: Runtime, process_id: str, name: str, period: Period, format: str, instance: int | None = None
) -> Iterator[bytes]:
    first, until = start_of_day(period.first), start_of_day(period.last + timedelta(days=1))
    with rt.reading() as session:
        people = Pseudonyms(secrets.token_bytes(32))
        found = cases(session, rt.definitions, process_id, first, until, people, instance)
        yield from xes.write(process_id, name, found) if format == "xes" else table.write(found)


def _name(rt: Runtime, process_id: str) -> str:
    """What the process is called. Raises NotDeployed."""
    with rt.reading() as session:
        rt.definitions.refresh(session)
        version = rt.definitions.find(PROCESS, process_id)
        if process_id not in rt.definitions.model(session, version).processes:
            raise NotDeployed(kind=PROCESS, kind_zh="流程", id=process_id)
        return rt.definitions.model(session, version).processes[process_id].name


def _note(
    rt: Runtime,
    actor: Actor,
    process_id: str,
    period: Period,
    format: str,
    reason: str,
    instance: int | None = None,
) -> None:
    about = ("process", process_id) if instance is None else ("instance", str(instance))
    with rt.transaction() as tx:
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="events.export",
            object_type=about[0],
            object_key=about[1],
            detail={
                "first": period.first.isoformat(),
                "last": period.last.isoformat(),
                "kind": format,
                "reason": reason,
            },
        )
