"""Accounts for officials: entered by an administrator without password or right, opened by their owner with a link."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engine import policy
from engine.accounts import letters, links, logins, names, own, passwords, second_factor
from engine.accounts.administration import errors, sessions
from engine.accounts.administration.closing import require_other
from engine.accounts.administration.granting import found, required
from engine.accounts.administration.telling import tell
from engine.accounts.errors import LinkInvalid
from engine.accounts.trail import note
from engine.commands.retrying import command
from engine.directory import OFFICES, Scribe, UnknownOffice, add_account
from engine.mail import checked
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.people import Account, Organisation

VALID = timedelta(days=7)
LONGEST_NAME = 40


@command
def enter(rt: Runtime, actor: Actor, login: str, name: str, organisation: str, email: str) -> str:
    """Enter a person without any right and mail the link that opens the account; the login.

    Raises NotAllowed, LoginTaken, BadName, BadAddress, UnknownOffice.
    """
    with rt.transaction() as tx:
        policy.require(actor, "account.manage")
        login = logins.normal(login)
        name, email = names.name(name, LONGEST_NAME), checked(email)
        place = tx.session.get(Organisation, organisation)
        if place is None or place.kind not in OFFICES:
            raise UnknownOffice(code=organisation)
        logins.require_free(tx.session, login)
        add_account(tx.session, Scribe(actor, tx.now), login, name, (), organisation=organisation)
        account = found(tx.session, login)
        account.email = email  # confirmed once the link in it was opened
        send_link(tx, actor, account)
        return login


@command
def send_again(rt: Runtime, actor: Actor, login: str) -> None:
    """Mail another link; the earlier one ends. Raises NotAllowed, NotFound, AccountClosed, HasPassword, NoAddress."""
    with rt.transaction() as tx:
        policy.require(actor, "account.manage")
        send_link(tx, actor, found(tx.session, login, lock=True))


def send_link(tx: Transaction, actor: Actor, account: Account) -> None:
    """Mail the link that opens an account. Raises AccountClosed, HasPassword, NoAddress."""
    if not account.active:
        raise errors.AccountClosed(login=account.login)
    if account.password_hash is not None:
        raise errors.HasPassword(login=account.login)
    if not account.email:
        raise errors.NoAddress(login=account.login)
    token = links.issue(tx.session, links.OPENING, account.login, at=tx.now, valid=VALID)
    letters.opening(tx.session, account.email, account.login, account.name, token, at=tx.now, days=VALID.days)
    note(tx.session, actor.login, "account.invite", account.login, tx.now)


def waiting(session: Session, token: str, *, at: datetime) -> Account:
    """The account that a link opens. Raises LinkInvalid."""
    account = found(session, links.peek(session, links.OPENING, token, at=at))
    if not account.active or account.password_hash is not None:
        raise LinkInvalid()
    return account


@command
def open_account(rt: Runtime, token: str, password: str) -> str:
    """Set the first password with the link of a mail, which confirms the address; the login.

    Raises LinkInvalid, WeakPassword.
    """
    with rt.transaction() as tx:
        account = waiting(tx.session, token, at=tx.now)
        passwords.check(password, own.known_of(tx.session, account))
        login = links.redeem(tx.session, links.OPENING, token, at=tx.now)
        account = found(tx.session, login, lock=True)
        account.password_hash, account.password_changed_at = passwords.hash_password(password), tx.now
        account.email_confirmed_at = tx.now
        note(tx.session, login, "account.opened", login, tx.now)
        return login


@command
def reset_factor(rt: Runtime, actor: Actor, login: str, reason: str) -> None:
    """Turn somebody's second factor off who lost it and the codes; told to the person, whose sessions end.

    Raises NotAllowed, OwnRight, NoReason, NotFound.
    """
    with rt.transaction() as tx:
        policy.require(actor, "account.manage")
        reason = required(reason)
        require_other(actor, login, "重置两步验证", "reset the second factor")
        account = found(tx.session, login, lock=True)
        second_factor.turn_off(tx.session, login, by=actor.login, at=tx.now)
        account.factor_due_at = tx.now  # no second grace: it is set up anew at the next sign-in
        sessions.end_all(tx.session, login)
        note(tx.session, actor.login, "account.second_factor_reset", login, tx.now, {"reason": reason})
        tell(tx, login, "factor", (reason,))
