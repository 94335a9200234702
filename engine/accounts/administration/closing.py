"""An account is closed with a reason and opened again; what its owner held open goes back to the offices."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import policy
from engine.accounts import links
from engine.accounts.administration import errors, sessions
from engine.accounts.administration.granting import (
    drop_requests,
    found,
    require_another,
    required,
    security_administrators,
)
from engine.accounts.administration.telling import tell
from engine.accounts.trail import note
from engine.commands.claims import release
from engine.commands.retrying import command
from engine.errors import Refusal
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.accounts import OneTimeLink
from engine.store.tasks import CREATED, UserTask

MOST = 500
"""Tasks that one click gives back."""


@dataclass(frozen=True, slots=True)
class Held:
    """Open tasks of one step in one office that a person holds; `shared`: they can go back to the office's inbox."""

    process: str
    name: str
    name_en: str
    organisation: str | None
    count: int
    shared: bool


@command
def close(rt: Runtime, actor: Actor, login: str, reason: str) -> int:
    """Close an account: its sessions and links end with this, requests for it are dropped; how many sessions.

    Raises NotAllowed, OwnRight, NoReason, NotFound, AccountClosed, LastSecurityAdministrator.
    """
    with rt.transaction() as tx:
        policy.require(actor, "account.manage")
        reason = required(reason)
        require_other(actor, login, "停用账号", "close accounts")
        if login in security_administrators(tx.session):
            require_another(tx.session, login)
        account = found(tx.session, login, lock=True)
        if not account.active:
            raise errors.AccountClosed(login=login)
        account.active = False
        account.closed_at, account.closed_by, account.closed_why = tx.now, actor.login, reason
        ended = sessions.end_all(tx.session, login)
        _end_links(tx.session, login, tx.now)
        drop_requests(tx.session, login, actor.login, tx.now, reason)
        note(tx.session, actor.login, "account.close", login, tx.now, {"reason": reason, "sessions": ended})
        return ended


@command
def reopen(rt: Runtime, actor: Actor, login: str, reason: str) -> None:
    """Open a closed account again, with the rights that were not revoked. Raises NotAllowed, OwnRight, NoReason,
    NotFound, AccountOpen."""
    with rt.transaction() as tx:
        policy.require(actor, "account.manage")
        reason = required(reason)
        require_other(actor, login, "启用账号", "open accounts")
        account = found(tx.session, login, lock=True)
        if account.active:
            raise errors.AccountOpen(login=login)
        before = {"closed_by": account.closed_by, "closed_why": account.closed_why}
        account.active = True
        account.closed_at = account.closed_by = account.closed_why = None
        note(tx.session, actor.login, "account.reopen", login, tx.now, {"reason": reason, "before": before})
        tx.session.flush()
        tell(tx, login, "open", (reason,))


def require_other(actor: Actor, login: str, zh: str, en: str) -> None:
    """Pass for another person's account. Raises OwnRight."""
    if actor.login == login:
        raise errors.OwnRight(zh_what=zh, en_what=en)


def held(session: Session, login: str) -> list[Held]:
    """The open tasks of a person by step and office; cases are not named, for they are content."""
    rows = session.execute(
        select(
            UserTask.process_id,
            UserTask.name,
            UserTask.organisation,
            func.count(),
            func.min(UserTask.id),
        )
        .where(UserTask.assignee == login, UserTask.state == CREATED)
        .group_by(UserTask.process_id, UserTask.name, UserTask.organisation)
        .order_by(UserTask.process_id, UserTask.name)
    )
    found = []
    for process, name, place, count, first in rows:
        task = session.get_one(UserTask, first)
        shared = bool(task.candidate_groups)
        found.append(Held(process, name, task.properties.get("luzhi:name_en", ""), place, count, shared))
    return found


def give_back(rt: Runtime, actor: Actor, login: str, reason: str) -> tuple[int, int]:
    """Put the open tasks of a closed account back into their offices' inboxes, each in a transaction of its own.

    How many went back, and how many were refused (a deadline passed, offered to nobody else). Raises NotAllowed,
    NoReason, NotFound, AccountOpen.
    """
    policy.require(actor, "account.manage")
    reason = required(reason)
    with rt.reading() as session:
        if found(session, login).active:
            raise errors.AccountOpen(login=login)
        rows = select(UserTask.id).where(UserTask.assignee == login, UserTask.state == CREATED)
        keys = session.scalars(rows.order_by(UserTask.id).limit(MOST)).all()
    done = 0
    for key in keys:
        try:
            release(rt, actor, key, login, reason)
            done += 1
        except Refusal:  # counted below: the others are not to wait for it
            continue
    return done, len(keys) - done


def _end_links(session: Session, login: str, at: datetime) -> None:
    """Every link of a mail that opens something of this account is used up."""
    for purpose in (links.RESET, links.OPENING):
        links.revoke(session, purpose, login, at=at)
    session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.purpose == links.EMAIL,
            OneTimeLink.subject.startswith(f"{login} ", autoescape=True),
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=at)
    )
