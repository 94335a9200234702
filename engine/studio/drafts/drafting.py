"""Drafts of the rules: files that are changed together, saved as often as one likes, and never lost or overwritten.

Every save is a row that stays. A save says which one it follows; when another came in between, it is kept apart and
refused by name. The exception is the page that made those saves itself: it never got their answers (the server was
killed, the network was away), and goes on.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands.retrying import command
from engine.commands.texts import instant
from engine.errors import NotFound
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store import studio as states
from engine.store.people import Account
from engine.store.studio import RuleChange, RuleDraft, RuleDraftRefused, RuleDraftSave, RulePresence
from engine.studio.deployed import deployed_files
from engine.studio.drafts.refusals import (
    BadFileName,
    ChangeClosed,
    DraftMoved,
    FileTaken,
    NotInChange,
    NoTitle,
    TooLarge,
)
from engine.studio.drafts.uploads import normalised
from engine.xml import MAX_BYTES

ACTION = "definition.deploy"
"""What a person must be allowed to do to work on changes: they are the process owners' own."""
SUFFIXES = (".bpmn", ".dmn", ".form", ".json", ".toml")
FILE = re.compile(r"\w[\w.-]{0,114}(\.bpmn|\.dmn|\.form|\.json|\.toml)")
PRESENT = timedelta(seconds=60)
"""How long somebody who said so counts as being in a draft."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands: its content, which save it is, whose and when; `base` is the hash that it replaces."""

    content: bytes
    revision: int
    by: str
    at: datetime
    base: str | None


@command
def begin(rt: Runtime, actor: Actor, *, title: str, reason: str) -> int:
    """Begin a change; its number. Raises NotAllowed, NoTitle."""
    policy.require(actor, ACTION)
    if not (title.strip() and reason.strip()):
        raise NoTitle()
    with rt.transaction() as tx:
        change = RuleChange(title=title.strip(), reason=reason.strip(), begun_by=actor.login, begun_at=tx.now)
        tx.session.add(change)
        tx.session.flush()
        record(tx, actor, change, "begin", title=change.title, reason=change.reason)
        return change.id


@command
def take_in(rt: Runtime, actor: Actor, change_id: int, file: str) -> int:
    """Copy what is deployed of a file into the change; the revision. Raises NotFound, FileTaken, ChangeClosed."""
    with rt.transaction() as tx:
        change = open_change(tx, actor, change_id)
        content = deployed_files(tx.session).get(file)
        if content is None:
            raise NotFound(what_zh=f"已部署的文件“{file}”", what_en=f"A deployed file {file}")
        return enter_file(tx, actor, change, file, content, sha256(content), "take_in")


@command
def add(rt: Runtime, actor: Actor, change_id: int, file: str, content: bytes) -> int:
    """Put a file into the change that is new, or made elsewhere; the revision.

    Raises NotFound, BadFileName, TooLarge, FileTaken, ChangeClosed.
    """
    check_name(file)
    check_size(file, content)
    content = normalised(file, content)  # as the editors can open it
    with rt.transaction() as tx:
        change = open_change(tx, actor, change_id)
        deployed = deployed_files(tx.session).get(file)
        base = None if deployed is None else sha256(deployed)
        return enter_file(tx, actor, change, file, content, base, "add")


@command
def save(
    rt: Runtime, actor: Actor, change_id: int, file: str, content: bytes, revision: int, page: str = ""
) -> int:
    """Save a draft that was read as `revision`; the new revision. `page` names the page in a browser that sends.

    The same content again is no new save. What was submitted or approved goes back to being a draft. Raises
    NotFound, NotInChange, TooLarge, ChangeClosed, and DraftMoved after what was sent has been kept apart.
    """
    check_size(file, content)
    with rt.transaction() as tx:
        change = open_change(tx, actor, change_id)
        head = kept_draft(tx.session, change_id, file)
        newest = _newest(tx.session, head)
        if newest.sha256 == sha256(content):
            return head.revision
        if revision != head.revision and not _own(tx.session, head, revision, page):
            tx.refusal = _keep_apart(tx, actor, head, newest, content, revision)
            return head.revision
        reopen(tx, actor, change)
        return append_save(tx, actor, head, content, page)


@command
def leave_out(rt: Runtime, actor: Actor, change_id: int, file: str) -> None:
    """Take a file out of the change; what was saved in it stays and comes back when it is taken in again."""
    with rt.transaction() as tx:
        change = open_change(tx, actor, change_id)
        head = kept_draft(tx.session, change_id, file)
        head.kept = False
        reopen(tx, actor, change)
        record(tx, actor, change, "leave_out", file=file, revision=head.revision)


def draft(session: Session, change_id: int, file: str) -> Draft:
    """The draft of a file. Raises NotInChange."""
    head = kept_draft(session, change_id, file)
    newest = _newest(session, head)
    return Draft(newest.content, head.revision, newest.by, newest.at, head.base)


def drafts(session: Session, change_id: int) -> dict[str, Draft]:
    """Every draft of a change by file name."""
    rows = session.execute(
        select(RuleDraft, RuleDraftSave)
        .join(
            RuleDraftSave,
            (RuleDraftSave.change_id == RuleDraft.change_id)
            & (RuleDraftSave.file == RuleDraft.file)
            & (RuleDraftSave.revision == RuleDraft.revision),
        )
        .where(RuleDraft.change_id == change_id, RuleDraft.kept)
        .order_by(RuleDraft.file)
    )
    return {head.file: Draft(s.content, s.revision, s.by, s.at, head.base) for head, s in rows}


def draft_names(session: Session, change_id: int) -> list[str]:
    """The files that the change has drafts of, by name."""
    wanted = select(RuleDraft.file).where(RuleDraft.change_id == change_id, RuleDraft.kept)
    return list(session.scalars(wanted.order_by(RuleDraft.file)))


def drafted_files(session: Session, change_id: int) -> dict[str, bytes]:
    """Everything that is deployed with the drafts of the change over it: what trials, checks and previews run on."""
    found = drafts(session, change_id)
    return {**deployed_files(session), **{file: each.content for file, each in found.items()}}


@command
def seen(rt: Runtime, actor: Actor, change_id: int, file: str) -> list[str]:
    """Note that somebody has a draft open; the names of the others who have. Raises NotFound, NotInChange."""
    policy.require(actor, ACTION)
    with rt.transaction() as tx:
        kept_draft(tx.session, change_id, file)
        here = (RulePresence.change_id == change_id, RulePresence.file == file)
        tx.session.execute(delete(RulePresence).where(*here, RulePresence.at < tx.now - PRESENT))
        tx.session.merge(RulePresence(change_id=change_id, file=file, login=actor.login, at=tx.now))
        tx.session.flush()
        return present(tx.session, change_id, file, actor, tx.now)


def present(session: Session, change_id: int, file: str, actor: Actor, at: datetime) -> list[str]:
    """The names of the others who have a draft open at this instant."""
    wanted = (
        select(Account.name)
        .join(RulePresence, RulePresence.login == Account.login)
        .where(
            RulePresence.change_id == change_id,
            RulePresence.file == file,
            RulePresence.login != actor.login,
            RulePresence.at >= at - PRESENT,
        )
    )
    return list(session.scalars(wanted.order_by(Account.name)))


def sha256(content: bytes) -> str:
    """The hash by which contents are compared and deployed."""
    return hashlib.sha256(content).hexdigest()


def check_name(file: str) -> None:
    """Pass, or raise BadFileName."""
    if not FILE.fullmatch(file) or ".." in file:
        raise BadFileName(file=file[:120], known="、".join(SUFFIXES))


def check_size(file: str, content: bytes) -> None:
    """Pass, or raise TooLarge."""
    if len(content) > MAX_BYTES:
        raise TooLarge(file=file, size=len(content), most=MAX_BYTES)


def open_change(tx: Transaction, actor: Actor, change_id: int) -> RuleChange:
    """A change that can still be worked on, locked. Raises NotAllowed, NotFound, ChangeClosed."""
    policy.require(actor, ACTION)
    change = tx.session.scalars(
        select(RuleChange).where(RuleChange.id == change_id).with_for_update()
    ).one_or_none()
    if change is None:
        raise NotFound(what_zh="这项变更", what_en="This change")
    if change.state not in states.OPEN:
        done = change.state == states.DEPLOYED
        what = ("已经部署", "is deployed") if done else ("已经撤回", "was withdrawn")
        raise ChangeClosed(title=change.title, what_zh=what[0], what_en=what[1])
    return change


def kept_draft(session: Session, change_id: int, file: str) -> RuleDraft:
    """The head of a draft that is in the change. Raises NotInChange."""
    head = session.get(RuleDraft, (change_id, file))
    if head is None or not head.kept:
        raise NotInChange(file=file)
    return head


def reopen(tx: Transaction, actor: Actor, change: RuleChange) -> None:
    """What was submitted or approved is a draft again: an approval is of exact contents."""
    change.failure = None
    if change.state == states.DRAFT:
        return
    record(tx, actor, change, "reopen", was=change.state, contents=change.contents)
    change.state = states.DRAFT
    change.submitted_by = change.submitted_at = change.contents = None
    change.approved_by = change.approved_at = change.planned_for = None


def record(tx: Transaction, actor: Actor, change: RuleChange, what: str, **detail: object) -> None:
    """The link of the audit trail for a step with a change."""
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action=f"change.{what}",
        object_type="rule_change",
        object_key=change.id,
        detail=detail,
    )


def enter_file(
    tx: Transaction, actor: Actor, change: RuleChange, file: str, content: bytes, base: str | None, what: str
) -> int:
    """Put a file into a change that is locked; the revision. Raises FileTaken."""
    head = tx.session.get(RuleDraft, (change.id, file))
    if head is not None and head.kept:
        raise FileTaken(file=file)
    if head is None:
        head = RuleDraft(change_id=change.id, file=file, revision=0)
        tx.session.add(head)
    head.base, head.kept = base, True
    reopen(tx, actor, change)
    revision = append_save(tx, actor, head, content, "")
    record(tx, actor, change, what, file=file, sha256=sha256(content), base=base)
    return revision


def append_save(tx: Transaction, actor: Actor, head: RuleDraft, content: bytes, page: str) -> int:
    """Add a save on top of a draft whose change is locked; the revision."""
    head.revision += 1
    tx.session.flush()
    tx.session.add(
        RuleDraftSave(
            change_id=head.change_id,
            file=head.file,
            revision=head.revision,
            by=actor.login,
            at=tx.now,
            page=page,
            sha256=sha256(content),
            content=content,
        )
    )
    tx.session.flush()
    return head.revision


def _newest(session: Session, head: RuleDraft) -> RuleDraftSave:
    return session.scalars(
        select(RuleDraftSave).where(
            RuleDraftSave.change_id == head.change_id,
            RuleDraftSave.file == head.file,
            RuleDraftSave.revision == head.revision,
        )
    ).one()


def _own(session: Session, head: RuleDraft, revision: int, page: str) -> bool:
    """Whether every save since `revision` came from this very page."""
    if not page or revision > head.revision:
        return False
    others = (
        select(func.count())
        .select_from(RuleDraftSave)
        .where(
            RuleDraftSave.change_id == head.change_id,
            RuleDraftSave.file == head.file,
            RuleDraftSave.revision > revision,
            RuleDraftSave.page != page,
        )
    )
    return session.scalar(others) == 0


def _keep_apart(
    tx: Transaction, actor: Actor, head: RuleDraft, newest: RuleDraftSave, content: bytes, revision: int
) -> DraftMoved:
    kept = RuleDraftRefused(
        change_id=head.change_id,
        file=head.file,
        revision=revision,
        by=actor.login,
        at=tx.now,
        sha256=sha256(content),
        content=content,
    )
    tx.session.add(kept)
    tx.session.flush()
    by = tx.session.scalar(select(Account.name).where(Account.login == newest.by)) or newest.by
    return DraftMoved(
        file=head.file,
        by=by,
        at=instant(newest.at),
        revision=head.revision,
        kept=kept.id,
        when=newest.at.isoformat(),
    )
