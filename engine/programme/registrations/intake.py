"""Take in a registration and its confirmation: the register and the process move in one transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine import policy
from engine.commands import publishing
from engine.commands.retrying import command
from engine.commands.starts import begin
from engine.policy import PUBLIC, Actor
from engine.programme.registrations import operations, papers
from engine.programme.registrations.models import Registration
from engine.runtime import Runtime
from engine.store.definitions import PROCESS

REGISTRATION = "registration"
CONFIRMED = "registration.confirmed"
PLACES = ("uscc", "enterprise", "city", "county")


@command
def register_enterprise(
    rt: Runtime, actor: Actor, facts: Mapping[str, Any], paper_files: Sequence[str] = ()
) -> str | None:
    """Enter a registration and start its process; its number, or None for an enterprise that has accounts.

    Tell the person the same in both cases. `facts` as in `registrations.operations.ask`; `paper_files` are ids that
    the caller has checked to be this visitor's. Raises NotAllowed, BadAddress, NotDeployed.
    """
    policy.require(actor, "instance.start", {"process_id": REGISTRATION})
    with rt.transaction() as tx:
        rt.definitions.refresh(tx.session)
        version = rt.definitions.find(PROCESS, REGISTRATION)
        row = operations.ask(tx.session, facts, at=tx.now)
        if row is None:
            return None
        papers.take(tx.session, row.registration_no, paper_files)
        variables = {"registration_no": row.registration_no, **{name: getattr(row, name) for name in PLACES}}
        begin(rt, tx, PUBLIC, version, variables, row.registration_no)
        return row.registration_no


@command
def confirm_registration(rt: Runtime, token: str, login: str, password_hash: str) -> Registration:
    """Confirm a registration's address by the link's token, and send it on to the county.

    Raises LinkInvalid, LoginTaken, RegistrationWaits, RegistrationNotReady.
    """
    with rt.transaction() as tx:
        row = operations.confirm(tx.session, token, login, password_hash, at=tx.now)
        publishing.publish(tx.session, tx.now, CONFIRMED, row.registration_no, {}, time_to_live="P2D")
        return row
