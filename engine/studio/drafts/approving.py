"""A change is submitted, approved by somebody who had no hand in it, sent back, withdrawn.

An approval is of exact contents: their hash is what was submitted, what the approver saw, and what is deployed.
"""

from collections.abc import Iterable

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session

from engine import policy
from engine.commands.retrying import command
from engine.notifications.operations import COLLEAGUE, TASK, notify
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime, Transaction
from engine.store import studio as states
from engine.store.people import Account, RoleGrant
from engine.store.studio import RuleChange, RuleDraftSave
from engine.store.trail import Audit
from engine.studio.deployed import deployed_files
from engine.studio.drafts import readiness
from engine.studio.drafts.drafting import ACTION, drafts, open_change, record
from engine.studio.drafts.readiness import Readiness
from engine.studio.drafts.refusals import (
    ApproverGone,
    ChangedMeanwhile,
    ContentsChanged,
    NoNote,
    NotInState,
    OwnChange,
    SecondAccount,
)

ROLE = "process_owner"
TOUCHED = ("change.submit", "change.leave_out", "change.rebase")
"""Steps that make somebody part of a change though they saved nothing in it."""
NOW = {
    states.DRAFT: ("还在编辑", "is a draft"),
    states.SUBMITTED: ("等待审批", "waits for approval"),
    states.APPROVED: ("已经批准", "is approved"),
}


def submit(rt: Runtime, actor: Actor, change_id: int) -> None:
    """Hand a change in for approval; the other process owners are told.

    Raises NotFound, ChangeClosed, NotInState, NothingChanged, NotDeployable, BaseMoved, ScenariosFailed.
    """
    found = readiness.require(rt, change_id)
    _submit(rt, actor, change_id, found)


@command
def _submit(rt: Runtime, actor: Actor, change_id: int, found: Readiness) -> None:
    with rt.transaction() as tx:
        change = open_change(tx, actor, change_id)
        require_state(change, (states.DRAFT,), "提交", "submitted")
        require_same(rt, tx, change, found)
        change.state, change.contents = states.SUBMITTED, found.contents
        change.submitted_by, change.submitted_at, change.note = actor.login, tx.now, ""
        tx.session.flush()
        zh = f"{actor.name}提交了规则变更“{change.title}”，请审批：{change.reason}"
        en = f"{actor.name} submitted the change of rules {change.title} for approval: {change.reason}"
        tell(
            tx,
            change,
            _askable(tx.session, change),
            TASK,
            ("规则变更待审批", "A change of rules to approve"),
            (zh, en),
        )
        record(tx, actor, change, "submit", contents=found.contents)


def approve(rt: Runtime, actor: Actor, change_id: int, contents: str, note: str = "") -> None:
    """Approve exactly the contents with this hash, which the approver has seen.

    Raises NotFound, ChangeClosed, NotInState, OwnChange, ContentsChanged, and what `submit` raises.
    """
    with rt.transaction() as tx:  # who may not approve is told at once, before anything is played
        _require_approver(tx, actor, open_change(tx, actor, change_id), contents)
    found = readiness.require(rt, change_id)
    _approve(rt, actor, change_id, contents, note, found)


@command
def _approve(rt: Runtime, actor: Actor, change_id: int, contents: str, note: str, found: Readiness) -> None:
    with rt.transaction() as tx:
        change = open_change(tx, actor, change_id)
        _require_approver(tx, actor, change, contents)
        require_same(rt, tx, change, found)
        if found.contents != contents:
            raise ContentsChanged()
        change.state, change.note = states.APPROVED, note.strip()
        change.approved_by, change.approved_at = actor.login, tx.now
        zh, en = (
            f"{actor.name}批准了“{change.title}”，可以部署。",
            f"{actor.name} approved {change.title}; it can be deployed.",
        )
        tell(
            tx,
            change,
            hands(tx.session, change),
            COLLEAGUE,
            ("规则变更已批准", "A change of rules was approved"),
            (zh, en),
        )
        record(tx, actor, change, "approve", contents=contents, note=change.note)


@command
def send_back(rt: Runtime, actor: Actor, change_id: int, note: str) -> None:
    """Make a submitted or approved change a draft again, saying why.

    Raises NotFound, ChangeClosed, NotInState, NoNote.
    """
    policy.require(actor, ACTION)
    if not note.strip():
        raise NoNote()
    with rt.transaction() as tx:
        change = open_change(tx, actor, change_id)
        require_state(change, (states.SUBMITTED, states.APPROVED), "退回", "sent back")
        people = hands(tx.session, change)
        change.state, change.note = states.DRAFT, note.strip()
        change.contents = change.submitted_by = change.submitted_at = None
        change.approved_by = change.approved_at = change.planned_for = None
        zh, en = (
            f"{actor.name}退回了“{change.title}”：{change.note}",
            f"{actor.name} sent {change.title} back: {change.note}",
        )
        tell(
            tx,
            change,
            people - {actor.login},
            COLLEAGUE,
            ("规则变更被退回", "A change of rules was sent back"),
            (zh, en),
        )
        record(tx, actor, change, "send_back", note=change.note)


@command
def withdraw(rt: Runtime, actor: Actor, change_id: int, note: str = "") -> None:
    """Close a change without deploying it; what was saved in it stays. Raises NotFound, ChangeClosed."""
    with rt.transaction() as tx:
        change = open_change(tx, actor, change_id)
        change.state, change.note = states.WITHDRAWN, note.strip()
        change.planned_for, change.closed_by, change.closed_at = None, actor.login, tx.now
        zh, en = f"{actor.name}撤回了“{change.title}”。", f"{actor.name} withdrew {change.title}."
        people = hands(tx.session, change) - {actor.login}
        tell(tx, change, people, COLLEAGUE, ("规则变更已撤回", "A change of rules was withdrawn"), (zh, en))
        record(tx, actor, change, "withdraw", note=change.note)


def hands(session: Session, change: RuleChange) -> set[str]:
    """Everybody who began, saved, ever submitted or otherwise edited the change: none of them may approve it."""
    saved = select(RuleDraftSave.by).where(RuleDraftSave.change_id == change.id)
    touched = select(Audit.actor).where(
        Audit.object_type == "rule_change",
        Audit.object_key == str(change.id),
        Audit.action.in_(TOUCHED),
    )
    logins = {change.begun_by, *session.scalars(saved.distinct()), *session.scalars(touched.distinct())}
    return logins | ({change.submitted_by} if change.submitted_by else set())


def require_state(change: RuleChange, wanted: Iterable[str], what_zh: str, what_en: str) -> None:
    """Pass, or raise NotInState."""
    if change.state not in wanted:
        zh, en = NOW[change.state]
        raise NotInState(title=change.title, now_zh=zh, now_en=en, what_zh=what_zh, what_en=what_en)


def require_same(rt: Runtime, tx: Transaction, change: RuleChange, found: Readiness) -> None:
    """Pass when nothing was saved or deployed since the checks, else raise ChangedMeanwhile or BaseMoved."""
    now = drafts(tx.session, change.id)
    readiness.require_base(readiness.moved(tx.session, now, deployed_files(tx.session)))
    if (
        readiness.contents_hash(now) != found.contents
        or readiness.whole_hash(rt, tx.session, change.id) != found.whole
    ):
        raise ChangedMeanwhile()


def tell(
    tx: Transaction,
    change: RuleChange,
    to: Iterable[str],
    kind: str,
    subject: tuple[str, str],
    text: tuple[str, str],
) -> None:
    """Send a message about a change."""
    key = f"change:{change.id}:{change.state}:{tx.now.isoformat()}"
    link = f"/studio/changes/{change.id}"
    notify(tx.session, to=sorted(to), kind=kind, subject=subject, text=text, link=link, at=tx.now, key=key)


def _require_approver(tx: Transaction, actor: Actor, change: RuleChange, contents: str) -> None:
    require_state(change, (states.SUBMITTED,), "批准", "approved")
    involved = hands(tx.session, change)
    if actor.login == SYSTEM.login or actor.login in involved:
        raise OwnChange()
    if _same_person(tx.session, actor.login, involved):
        raise SecondAccount()
    if change.contents != contents:
        raise ContentsChanged()


def require_approver_stands(session: Session, change: RuleChange) -> None:
    """Pass while who approved is still a process owner, else raise ApproverGone: nobody vouches for it then."""
    if change.approved_by not in _owners(session):
        raise ApproverGone(title=change.title)


def _same_person(session: Session, login: str, others: Iterable[str]) -> bool:
    """Whether one of the others is a second account of this person: by the same mobile number or mail address."""
    me = session.scalars(select(Account).where(Account.login == login)).one_or_none()
    same = []
    if me is not None and me.mobile:
        same.append(Account.mobile == me.mobile)
    if me is not None and me.email:
        same.append(func.lower(Account.email) == me.email.lower())
    found = select(Account.id).where(Account.login.in_(set(others)), or_(false(), *same)).limit(1)
    return session.scalar(found) is not None


def _askable(session: Session, change: RuleChange) -> set[str]:
    """The process owners who had no hand in the change."""
    return _owners(session) - hands(session, change)


def _owners(session: Session) -> set[str]:
    """Everybody who is a process owner now."""
    owners = session.scalars(
        select(RoleGrant.login)
        .join(Account, Account.login == RoleGrant.login)
        .where(RoleGrant.role == ROLE, RoleGrant.revoked_at.is_(None), Account.active)
    )
    return set(owners)
