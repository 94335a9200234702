"""One export: who may take it, its link, and the file as it is read."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from engine import audit, policy
from engine.clock import start_of_day
from engine.commands.refusals import NoReason
from engine.definitions import NotDeployed
from engine.eventlog import table, xes
from engine.eventlog.reading import Pseudonyms, cases
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.definitions import PROCESS

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


def _pieces(rt: Runtime, process_id: str, name: str, period: Period, format: str) -> Iterator[bytes]:
    first, until = start_of_day(period.first), start_of_day(period.last + timedelta(days=1))
    with rt.reading() as session:
        found = cases(session, rt.definitions, process_id, first, until, Pseudonyms(secrets.token_bytes(32)))
        yield from xes.write(process_id, name, found) if format == "xes" else table.write(found)


def _name(rt: Runtime, process_id: str) -> str:
    """What the process is called. Raises NotDeployed."""
    with rt.reading() as session:
        rt.definitions.refresh(session)
        version = rt.definitions.find(PROCESS, process_id)
        if process_id not in rt.definitions.model(session, version).processes:
            raise NotDeployed(kind=PROCESS, kind_zh="流程", id=process_id)
        return rt.definitions.model(session, version).processes[process_id].name


def _note(rt: Runtime, actor: Actor, process_id: str, period: Period, format: str, reason: str) -> None:
    with rt.transaction() as tx:
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="events.export",
            object_type="process",
            object_key=process_id,
            detail={
                "first": period.first.isoformat(),
                "last": period.last.isoformat(),
                "kind": format,
                "reason": reason,
            },
        )
