"""A draft whose base was deployed anew: take over what counts now, or keep one's own after having seen both."""

from engine.commands.retrying import command
from engine.policy import Actor
from engine.runtime import Runtime
from engine.studio.deployed import deployed_files
from engine.studio.drafts.drafting import append_save, kept_draft, open_change, record, reopen, sha256
from engine.studio.drafts.refusals import ChangedMeanwhile


@command
def rebase(rt: Runtime, actor: Actor, change_id: int, file: str, seen: str, *, theirs: bool) -> None:
    """Let a draft replace what is deployed now, whose hash the person has seen (empty: nothing is deployed).

    With `theirs` the draft becomes that content, else it keeps its own; both stay among the saves. Raises NotFound,
    NotInChange, ChangeClosed, and ChangedMeanwhile when another version was deployed since.
    """
    with rt.transaction() as tx:
        change = open_change(tx, actor, change_id)
        head = kept_draft(tx.session, change_id, file)
        deployed = deployed_files(tx.session).get(file)
        now = None if deployed is None else sha256(deployed)
        if (now or "") != seen or (theirs and deployed is None):
            raise ChangedMeanwhile()
        reopen(tx, actor, change)
        head.base = now
        if theirs and deployed is not None:
            append_save(tx, actor, head, deployed, "")
        record(tx, actor, change, "rebase", file=file, base=now, theirs=theirs)
