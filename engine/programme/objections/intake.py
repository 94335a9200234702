"""Take in an objection: its entry in the register and the process that handles it come in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import policy
from engine.commands.retrying import command
from engine.commands.starts import begin
from engine.files.operations import attach
from engine.policy import PUBLIC, Actor
from engine.programme.objections import operations, receipts
from engine.programme.objections.errors import ObjectionIncomplete
from engine.runtime import Runtime
from engine.store.definitions import PROCESS

OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class Received:
    """An objection that was taken in: number and secret to tell its sender, and the instance that handles it."""

    objection_no: str
    instance_key: int
    late: bool
    code: str


@command
def receive_objection(
    rt: Runtime,
    actor: Actor,
    facts: Mapping[str, Any],
    received_until: datetime | None,
    *,
    evidence_files: Sequence[str] = (),
    letter_files: Sequence[str] = (),
) -> Received:
    """Register an objection and start its process (article 8). Who sent it stays in the register alone.

    Whoever is signed in while objecting is the public, too: their login must not stand in history or audit.
    `facts` and `received_until` as in `objections.operations.receive`. Evidence may be read by whoever may read the
    objection, the sealed letter only by whoever may know who objected. The code is told here and never again: only
    its hash is kept. Raises NotAllowed, ObjectionIncomplete, NotDeployed, ForeignFile.
    """
    policy.require(actor, "instance.start", {"process_id": OBJECTION})
    return _take_in(rt, PUBLIC, facts, received_until, evidence_files, letter_files)


@command
def enter_posted_objection(
    rt: Runtime,
    officer: Actor,
    facts: Mapping[str, Any],
    received_until: datetime | None,
    *,
    evidence_files: Sequence[str] = (),
    letter_files: Sequence[str] = (),
) -> Received:
    """Register an objection that came by post; `facts` has `posted_on`, the day of the postmark, which counts.

    The same rules as for one that was sent here, and the officer who entered it stands in its history. Raises
    NotAllowed, ObjectionIncomplete, NotDeployed, ForeignFile.
    """
    policy.require(officer, "objection.enter")
    if not facts.get("posted_on"):
        raise ObjectionIncomplete(zh_why="没有邮戳日期。", en_why="the day of the postmark is missing.")
    return _take_in(rt, officer, facts, received_until, evidence_files, letter_files)


def _take_in(
    rt: Runtime,
    recorder: Actor,
    facts: Mapping[str, Any],
    received_until: datetime | None,
    evidence_files: Sequence[str],
    letter_files: Sequence[str],
) -> Received:
    with rt.transaction() as tx:
        rt.definitions.refresh(tx.session)
        version = rt.definitions.find(PROCESS, OBJECTION)
        objection = operations.receive(
            tx.session, facts, actor=recorder.login, at=tx.now, received_until=received_until
        )
        number, code = objection.objection_no, receipts.new_code()
        objection.code_hash = receipts.digest(number, code)
        attach(tx.session, evidence_files, at=tx.now, subject=f"objection:{number}")
        attach(tx.session, letter_files, at=tx.now, subject=f"objector:{number}")
        work = begin(rt, tx, recorder, version, {"objection_no": number}, number)
        return Received(number, work.row.id, objection.late, code)
