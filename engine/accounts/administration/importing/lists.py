"""A list on its way: kept as it was sent, proposed as a whole, approved or refused by another administrator.

Every step is one transaction, so nothing is done by half. Ten thousand rows are written by few statements, and the
trail names them in links of some hundred; who gets an account hears of it from a worker afterwards.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine import audit, outbox, policy
from engine.accounts.administration import errors, sessions
from engine.accounts.administration.granting import require_second, required
from engine.accounts.administration.importing.checking import Plan, check
from engine.accounts.administration.importing.sheet import Line, lines
from engine.accounts.administration.models import (
    APPROVED,
    CHECKED,
    DROPPED,
    OPEN,
    PROPOSED,
    REFUSED,
    AccountImport,
    RoleRequest,
)
from engine.commands.retrying import command
from engine.errors import NotFound, Refusal
from engine.inbox.words import initials, normal
from engine.policy import Actor
from engine.runtime import INVITATIONS, Runtime, Transaction
from engine.spreadsheet_in import rows_of
from engine.store.people import Account, RoleGrant

IN_ONE_LINK = 250
"""Rows that one link of the trail names."""


class ListWrong(Refusal):
    """A list with errors is not taken, not even in part."""

    zh = "这份名单有 {count} 处错误，没有导入任何一行。"
    en = "The list has {count} errors; not one row of it was taken."
    remedy_zh = "请按错误清单改好后重新导入。"
    remedy_en = "Mend what is listed and send it again."
    status = 422


class NothingToDo(Refusal):
    """A list whose rows are all as they are already."""

    zh = "这份名单与现状一致，没有要办理的内容。"
    en = "Everything in the list is as it is already."


@command
def upload(rt: Runtime, actor: Actor, file: str, content: bytes, reason: str) -> int:
    """Keep a list as it was sent, for a dry run; its id. Nothing else changes.

    Raises NotAllowed, NoReason, SheetUnreadable, WrongColumns.
    """
    policy.require(actor, "grant.manage")
    rows = [[str(line.number), dict(line.cells)] for line in lines(rows_of(file, content))]
    with rt.transaction() as tx:
        row = AccountImport(file=file[:200], sha256=hashlib.sha256(content).hexdigest(), rows=rows)
        row.state, row.uploaded_by, row.uploaded_at = CHECKED, actor.login, tx.now
        row.reason, row.created, row.invited = required(reason), [], 0
        tx.session.add(row)
        tx.session.flush()
        return row.id


def rows_in(row: AccountImport) -> list[Line]:
    """The rows of a kept list."""
    return [Line(int(number), cells) for number, cells in row.rows]


def planned(session: Session, row: AccountImport) -> Plan:
    """What a list that was not proposed yet comes to now."""
    return check(session, rows_in(row), row.uploaded_by)


@command
def propose(rt: Runtime, actor: Actor, key: int) -> None:
    """Enter the new people without any right, and ask for all rights of the list. Raises NotAllowed, NotFound,
    Decided, ListWrong, NothingToDo."""
    with rt.transaction() as tx:
        policy.require(actor, "grant.manage")
        row = _locked(tx.session, key, CHECKED)
        if row.uploaded_by != actor.login:
            raise NotFound(what_zh="这份名单", what_en="This list")
        plan = planned(tx.session, row)
        if plan.wrong:
            raise ListWrong(count=len(plan.wrong))
        if not plan.asked and not plan.newcomers:
            raise NothingToDo()
        _enter(tx, row, plan)
        _ask(tx, row, plan)
        row.state, row.proposed_at, row.created = PROPOSED, tx.now, list(plan.newcomers)
        tx.session.flush()
        facts = [f"{login} {grant}" for _row, login, grant in plan.asked]
        _log(tx, actor, "account.import", row, {"accounts": row.created, "asked": facts})


def _enter(tx: Transaction, row: AccountImport, plan: Plan) -> None:
    rows = [
        {
            "login": each.login,
            "name": each.name,
            "organisation": each.organisation,
            "email": each.email,
            "mobile": each.mobile or None,
            "initials": initials(normal(each.name)),
            "active": True,
            "language": "zh",
            "created_at": tx.now,
        }
        for each in plan.newcomers.values()
    ]
    if rows:
        tx.session.execute(insert(Account), rows)


def _ask(tx: Transaction, row: AccountImport, plan: Plan) -> None:
    common = {"reason": row.reason, "asked_by": row.uploaded_by, "asked_at": tx.now, "state": OPEN}
    rows = [
        {
            "login": login,
            "role": grant.role,
            "organisation": grant.organisation,
            "import_id": row.id,
            **common,
        }
        for _row, login, grant in plan.asked
    ]
    if rows:
        tx.session.execute(insert(RoleRequest), rows)


@command
def approve(rt: Runtime, actor: Actor, key: int) -> None:
    """Give every right of a proposed list, or none; the people hear of it afterwards.

    Raises NotAllowed, NotFound, Decided, SamePersonTwice, AskerGone, ListWrong when something changed meanwhile.
    """
    with rt.transaction() as tx:
        policy.require(actor, "grant.manage")
        row = _locked(tx.session, key, PROPOSED)
        people = {line["login"].strip().lower() for line in rows_in(row)}
        for part in _parts(sorted(people)):
            require_second(tx.session, actor, row.uploaded_by, others=part)
        asked = _requests(tx.session, row.id)
        _decide(tx, row, actor, APPROVED, None)
        _still_right(tx.session, row, asked)
        facts = {"granted_at": tx.now, "granted_by": row.uploaded_by, "approved_by": actor.login}
        rights = [
            {
                "login": each.login,
                "role": each.role,
                "organisation": each.organisation,
                "reason": each.reason,
                **facts,
            }
            for each in asked
        ]
        if rights:
            tx.session.execute(insert(RoleGrant), rights)
        known = {each.login for each in asked} - set(row.created)
        for login in sorted(known):
            sessions.end_all(tx.session, login)
        given = [f"{each.login} {each.role}@{each.organisation}" for each in asked]
        _log(tx, actor, "account.import_approved", row, {"grants": given})
        outbox.leave(
            tx.session, tx.now, INVITATIONS, {"import": row.id, "from": 0}, f"{INVITATIONS} {row.id} 0"
        )


def _still_right(session: Session, row: AccountImport, asked: Sequence[RoleRequest]) -> None:
    """Pass when every right could be asked for now, too: accounts and roles may have changed. Raises ListWrong.

    The requests are decided already, so that they do not stand in their own way.
    """
    cells = [
        Line(number, {"login": each.login, "role": each.role, "place": each.organisation})
        for number, each in enumerate(asked, start=1)
    ]
    plan = check(session, cells, row.uploaded_by)
    if plan.wrong or len(plan.asked) != len(asked):
        raise ListWrong(count=max(len(plan.wrong), len(asked) - len(plan.asked)))


@command
def refuse(rt: Runtime, actor: Actor, key: int, reason: str) -> None:
    """Decline a proposed list: nobody gets a right, and the accounts that it made are closed.

    Raises NotAllowed, NoReason, NotFound, Decided.
    """
    with rt.transaction() as tx:
        policy.require(actor, "grant.manage")
        row, why = _locked(tx.session, key, PROPOSED), required(reason)
        for part in _parts(row.created):
            closed = {"active": False, "closed_at": tx.now, "closed_by": actor.login, "closed_why": why}
            tx.session.execute(update(Account).where(Account.login.in_(part)).values(closed))
        _decide(tx, row, actor, REFUSED, why)
        _log(tx, actor, "account.import_refused", row, {"closed": row.created, "reason": [why]})


@command
def drop(rt: Runtime, actor: Actor, key: int) -> None:
    """Forget a list that was only checked, with what stood in it. Raises NotAllowed, NotFound, Decided."""
    with rt.transaction() as tx:
        policy.require(actor, "grant.manage")
        row = _locked(tx.session, key, CHECKED)
        if row.uploaded_by != actor.login:
            raise NotFound(what_zh="这份名单", what_en="This list")
        row.state, row.decided_by, row.decided_at, row.rows = DROPPED, actor.login, tx.now, []


def _decide(tx: Transaction, row: AccountImport, actor: Actor, state: str, why: str | None) -> None:
    row.state, row.decided_by, row.decided_at, row.decision = state, actor.login, tx.now, why
    tx.session.flush()
    values = {"state": state, "decided_by": actor.login, "decided_at": tx.now, "decision": why}
    of_list = update(RoleRequest).where(RoleRequest.import_id == row.id, RoleRequest.state == OPEN)
    tx.session.execute(of_list.values(values).execution_options(synchronize_session=False))


def _requests(session: Session, key: int) -> Sequence[RoleRequest]:
    rows = select(RoleRequest).where(RoleRequest.import_id == key, RoleRequest.state == OPEN)
    return session.scalars(rows.order_by(RoleRequest.id)).all()


def _locked(session: Session, key: int, state: str) -> AccountImport:
    row = session.get(AccountImport, key, with_for_update=True)
    if row is None:
        raise NotFound(what_zh="这份名单", what_en="This list")
    if row.state != state:
        raise errors.Decided()
    return row


def _log(
    tx: Transaction, actor: Actor, action: str, row: AccountImport, details: Mapping[str, list[str]]
) -> None:
    """Links that name every row, some hundred at a time."""
    facts: dict[str, Any] = {"file": row.file, "sha256": row.sha256, "why": row.reason}
    for name, values in details.items():
        for part in _parts(values):
            detail = {**facts, name: list(part), "of": len(values)}
            audit.append(
                tx.session,
                at=tx.now,
                actor=actor.login,
                action=action,
                object_type="account_import",
                object_key=row.id,
                detail=detail,
            )


def _parts(values: Sequence[str]) -> list[Sequence[str]]:
    return [values[start : start + IN_ONE_LINK] for start in range(0, len(values), IN_ONE_LINK)]
