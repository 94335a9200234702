"""Who came in by an approved list gets the link to the account, and who was here before hears of the new roles."""

from collections.abc import Mapping
from typing import Any

from engine import outbox
from engine.accounts.administration.entering import send_link
from engine.accounts.administration.granting import found
from engine.accounts.administration.importing.lists import rows_in
from engine.accounts.administration.models import APPROVED, AccountImport
from engine.accounts.administration.telling import tell
from engine.accounts.logins import normal
from engine.commands.retrying import command
from engine.policy import Actor
from engine.runtime import INVITATIONS, Runtime

AT_ONCE = 100


def perform(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """The next hundred people of a list; done twice it tells nobody twice."""
    _step(rt, int(payload["import"]), int(payload["from"]))


@command
def _step(rt: Runtime, key: int, start: int) -> None:
    with rt.transaction() as tx:
        row = tx.session.get(AccountImport, key, with_for_update=True)
        if row is None or row.state != APPROVED or row.invited != start:
            return
        logins = sorted({normal(line["login"]) for line in rows_in(row)})
        made, by = set(row.created), Actor(str(row.decided_by), "")
        for login in logins[start : start + AT_ONCE]:
            account = found(tx.session, login)
            if login not in made:
                tell(tx, login, "listed", (row.reason,))
            elif account.active and account.password_hash is None and account.email:
                send_link(tx, by, account)
        row.invited = min(start + AT_ONCE, len(logins))
        if row.invited < len(logins):
            payload = {"import": key, "from": row.invited}
            outbox.leave(tx.session, tx.now, INVITATIONS, payload, f"{INVITATIONS} {key} {row.invited}")
