"""What an act would do: the real command in a transaction that is given up, and what differs afterwards.

Nothing of it stays: no row, no effect, no message. What a worker would do afterwards is named as a job.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine import policy
from engine.bpmn.waits import TimerWait
from engine.commands.feel_types import NAMES, name_of
from engine.commands.operations import require_reason
from engine.commands.retrying import command
from engine.commands.work import Work, open_work
from engine.errors import NotAllowed, NotFound, Refusal
from engine.operating import marking, rescheduling
from engine.operating.acts import ACTS, Deed
from engine.operating.comparing import compare, once
from engine.operating.doing import locked, settle
from engine.operating.findings import Finding, finding
from engine.operating.looking import look
from engine.operating.names import names
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.instances import ACTIVE, SUSPENDED


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen, and the mark of how the object stood. `refusal`: why it would not be done at all."""

    findings: list[Finding]
    mark: str
    refusal: Refusal | None = None


class _GivenUp(Exception):
    """The transaction is to leave nothing."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        super().__init__()


def preview(rt: Runtime, actor: Actor, deed: Deed) -> Preview:
    """What would happen now. Raises NotAllowed, NotFound; any other refusal is part of the answer."""
    policy.require(actor, ACTS[deed.act].rule)
    try:
        return _preview(rt, actor, deed)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        with rt.reading() as session:
            mark = marking.mark(session, ACTS[deed.act].target, deed.target)
        return Preview([], mark, refusal)


@command
def _preview(rt: Runtime, actor: Actor, deed: Deed) -> Preview:
    try:
        with rt.transaction() as tx:
            raise _GivenUp(_try(rt, tx, actor, deed))
    except _GivenUp as given_up:
        return given_up.preview


def _try(rt: Runtime, tx: Transaction, actor: Actor, deed: Deed) -> Preview:
    act = ACTS[deed.act]
    require_reason(deed.reason)
    instance = locked(tx, act.target, deed.target)
    mark = marking.mark(tx.session, act.target, deed.target)
    if instance is None:
        act.perform(rt, tx, actor, deed.target, deed.arguments, deed.reason)
        return Preview([finding("woken")], mark)
    fired = settle(rt, tx, instance)
    work = open_work(rt, tx, actor, instance, act.rule)
    known = names(tx.session, rt.definitions, work.row.definition_id)
    before = look(tx.session, instance)
    thought = list(_foresee(rt, work, deed, tx))
    act.perform(rt, tx, actor, deed.target, deed.arguments, deed.reason)
    if tx.refusal is not None:
        raise tx.refusal
    _before_commit(rt, tx)
    differs = compare(tx, instance, known, before, look(tx.session, instance))
    found = once([*([finding("due_now")] if fired else []), *thought, *differs])
    return Preview(found or [finding("nothing")], mark)


def _before_commit(rt: Runtime, tx: Transaction) -> None:
    """What a commit does on its way: people are told, mails are left."""
    tx.session.flush()
    for act in rt.before_commit:
        act(rt, tx)
    tx.session.flush()


def _foresee(rt: Runtime, work: Work, deed: Deed, tx: Transaction) -> Iterator[Finding]:
    """What somebody should think about, beside what differs."""
    if deed.act == "deadline":
        yield from rescheduling.foresee(rt, work, deed.arguments, tx.now)
    elif deed.act == "variable":
        yield from _variable(work, deed)
    elif deed.act == "resume":
        yield from _passed(work, tx)
    elif deed.act in ("move", "migrate") and work.case.incidents:
        yield finding("incidents_stay", count=len(work.case.incidents))


def _variable(work: Work, deed: Deed) -> Iterator[Finding]:
    name, scope = str(deed.arguments["name"]), str(deed.arguments["scope"])
    scopes = work.case.scopes()
    was = name_of(scopes[scope][name]) if name in scopes.get(scope, {}) else "nothing"
    now = name_of(deed.arguments["value"])
    types = {
        "was_zh": NAMES[was][0],
        "was_en": NAMES[was][1],
        "now_zh": NAMES[now][0],
        "now_en": NAMES[now][1],
    }
    yield finding("variable", scope, variable=name, **types)
    if work.row.status == SUSPENDED:
        yield finding("suspended")
    if work.row.status == ACTIVE and work.case.incidents:
        yield finding("incidents_stay", count=len(work.case.incidents))


def _passed(work: Work, tx: Transaction) -> Iterator[Finding]:
    """Deadlines that came while the instance was suspended."""
    known = names(tx.session, work.rt.definitions, work.row.definition_id)
    for wait in work.case.waits().values():
        if isinstance(wait, TimerWait) and wait.due <= tx.now:
            told = {**known.of(wait.element_id), "old": wait.due.isoformat()}
            yield finding("passed_meanwhile", wait.element_id, **told)


__all__ = ["Preview", "preview"]
