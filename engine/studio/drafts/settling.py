"""Two people saved the same draft: who came second sees both, then puts their own on top or leaves the other's."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import policy
from engine.commands.retrying import command
from engine.errors import NotFound
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.studio import RuleDraftRefused, RuleDraftSave
from engine.studio.drafts.drafting import ACTION, append_save, kept_draft, open_change, record, reopen, sha256
from engine.studio.drafts.refusals import ChangedMeanwhile, NotYourSave


@command
def keep_mine(rt: Runtime, actor: Actor, change_id: int, kept_id: int, seen: int) -> str:
    """Save what was kept apart on top of the revision that its sender has seen; the file's name.

    The other's save stays among the revisions. Raises NotFound, NotYourSave, NotInChange, ChangeClosed, and
    ChangedMeanwhile when the draft went on since.
    """
    policy.require(actor, ACTION)
    with rt.transaction() as tx:
        change = open_change(tx, actor, change_id)
        kept = kept_apart(tx.session, change_id, kept_id)
        if kept.by != actor.login:
            raise NotYourSave()
        head = kept_draft(tx.session, change_id, kept.file)
        if head.revision != seen:
            raise ChangedMeanwhile()
        reopen(tx, actor, change)
        append_save(tx, actor, head, kept.content, "")
        record(tx, actor, change, "keep_mine", file=kept.file, over=seen, sha256=sha256(kept.content))
        return kept.file


def kept_apart(session: Session, change_id: int, kept_id: int) -> RuleDraftRefused:
    """A save of this change that came too late. Raises NotFound."""
    row = session.get(RuleDraftRefused, kept_id)
    if row is None or row.change_id != change_id:
        raise NotFound(what_zh="这次保存", what_en="This save")
    return row


def content_of(session: Session, change_id: int, file: str, revision: int) -> bytes | None:
    """What a draft held at a revision; None where there is none."""
    return session.scalar(
        select(RuleDraftSave.content).where(
            RuleDraftSave.change_id == change_id,
            RuleDraftSave.file == file,
            RuleDraftSave.revision == revision,
        )
    )
