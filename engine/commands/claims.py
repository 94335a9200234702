"""Claim a task, give it back, or assign it."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import policy
from engine.commands.refusals import HolderActive, NobodyElse, NoReason, NotClaimed, NotEligible
from engine.commands.retrying import command
from engine.commands.tasks import open_task, require_holder, require_open, require_other_person
from engine.commands.work import Work
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.people import Account, RoleGrant
from engine.store.tasks import UserTask


@command
def claim(rt: Runtime, actor: Actor, task_key: int, revision: int | None = None) -> None:
    """Hold a task; claiming it again changes nothing.

    Raises NotFound, NotAllowed, HeldByAnother, SamePerson, StalePage, TaskCompleted, DeadlinePassed.
    """
    with rt.transaction() as tx:
        claim_in(rt, tx, actor, task_key, revision)


def claim_in(rt: Runtime, tx: Transaction, actor: Actor, task_key: int, revision: int | None = None) -> None:
    """The same within a transaction that has more to write down; a deadline that passed is in `tx.refusal`."""
    task, work = open_task(rt, tx, actor, task_key, "task.claim")
    if tx.refusal:
        return
    require_open(rt, work, task, revision)
    require_holder(actor, task)
    require_other_person(tx, actor, task)
    if task.assignee is None:
        _assign(work, task, actor.login)
        work.record(task_key, {"element": task.element_id})


@command
def give_back(rt: Runtime, actor: Actor, task_key: int) -> None:
    """Put a held task back into its groups' inbox. Raises NotClaimed and what `claim` raises."""
    with rt.transaction() as tx:
        give_back_in(rt, tx, actor, task_key)


def give_back_in(rt: Runtime, tx: Transaction, actor: Actor, task_key: int) -> None:
    """The same within a transaction that has more to write down; a deadline that passed is in `tx.refusal`."""
    task, work = open_task(rt, tx, actor, task_key, "task.give_back")
    if tx.refusal:
        return
    require_open(rt, work, task)
    if task.assignee is None:
        raise NotClaimed(task=task.called)
    work.on_behalf_of = policy.acting_for(actor, task)
    _assign(work, task, None)
    work.record(task_key, {"element": task.element_id, "from": task.assignee})


@command
def release(rt: Runtime, actor: Actor, task_key: int, holder: str, reason: str) -> None:
    """Put a task that somebody holds whose account is closed back into its office's inbox.

    Raises NoReason, HolderActive, NobodyElse and what `claim` raises.
    """
    with rt.transaction() as tx:
        task, work = open_task(rt, tx, actor, task_key, "task.release")
        if tx.refusal:
            return
        if not reason.strip():
            raise NoReason()
        require_open(rt, work, task)
        active = select(Account.id).where(Account.login == holder, Account.active.is_(True))
        if task.assignee != holder or tx.session.scalar(active) is not None:
            raise HolderActive(task=task.called)
        if not task.candidate_groups:
            raise NobodyElse(task=task.called)
        _assign(work, task, None)
        work.record(task_key, {"element": task.element_id, "from": holder, "reason": reason})


@command
def assign(rt: Runtime, actor: Actor, task_key: int, assignee: str, reason: str) -> None:
    """Let a person to whom it could be offered hold the task, whoever held it.

    Raises NoReason, NotEligible and what `claim` raises.
    """
    with rt.transaction() as tx:
        assign_in(rt, tx, actor, task_key, assignee, reason)


def assign_in(rt: Runtime, tx: Transaction, actor: Actor, task_key: int, assignee: str, reason: str) -> None:
    """The same within a transaction that has more to write down; a deadline that passed is in `tx.refusal`."""
    task, work = open_task(rt, tx, actor, task_key, "task.assign")
    if tx.refusal:
        return
    if not reason.strip():
        raise NoReason()
    require_open(rt, work, task)
    _require_eligible(tx.session, task, assignee)
    former = task.assignee
    _assign(work, task, assignee)
    work.record(task_key, {"element": task.element_id, "from": former, "to": assignee, "reason": reason})


def eligible(session: Session, task: UserTask) -> list[tuple[str, str]]:
    """Login and name of everybody of the task's office to whom it may be assigned, but for who holds it; by name."""
    rows = session.execute(
        select(Account.login, Account.name, RoleGrant.role, RoleGrant.organisation)
        .join(RoleGrant, RoleGrant.login == Account.login)
        .where(
            Account.active.is_(True),
            RoleGrant.revoked_at.is_(None),
            RoleGrant.organisation == task.organisation,
            Account.login != (task.assignee or ""),
        )
        .order_by(Account.name, Account.login)
    ).all()
    offered = {*task.candidate_groups, *task.candidate_users}
    found = {
        row.login: row.name
        for row in rows
        if not offered or offered & {row.role, f"{row.role}@{row.organisation}", row.login}
    }
    return list(found.items())


def _require_eligible(session: Session, task: UserTask, login: str) -> None:
    """An assignment gives the right to read and complete: only to people of the task's own groups, if it has any.

    Raises NotEligible.
    """
    held = session.execute(
        select(RoleGrant.role, RoleGrant.organisation)
        .join(Account, Account.login == RoleGrant.login)
        .where(Account.login == login, Account.active.is_(True), RoleGrant.revoked_at.is_(None))
    ).all()
    groups = {group for role, place in held for group in (role, f"{role}@{place}")}
    offered = {*task.candidate_groups, *(f"user:{name}" for name in task.candidate_users)}
    if not held or (offered and offered.isdisjoint({*groups, f"user:{login}"})):
        raise NotEligible(task=task.called, assignee=login)


def _assign(work: Work, task: UserTask, assignee: str | None) -> None:
    work.tx.session.execute(
        update(UserTask)
        .where(UserTask.id == task.id)
        .values(
            assignee=assignee,
            claimed_at=work.tx.now if assignee else None,
            revision=task.revision + 1,
        )
        .execution_options(synchronize_session=False)
    )
