"""What other rules would have made of cases that ended: each is played again on a draft, in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import feel
from engine.definitions import Definitions
from engine.store.instances import Instance
from engine.studio.rules import Rules
from engine.studio.trying.failures import Failure, of_refusal
from engine.studio.trying.histories import NotRetold, path, retold
from engine.studio.trying.scenarios import run, without_values


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one case: the same path, or where it parted from the one that it took."""

    instance_id: int
    business_key: str | None
    same: bool
    took: str | None = None
    """The element that the case reached there; None when it had ended."""
    would_take: str | None = None
    """The element that it would reach now; None when it would stop there."""
    reasons: tuple[Failure, ...] = ()
    """Why it stopped or could not be played, for people."""
    told: bool = True
    """False when its history cannot be told as a scenario: nothing is known of it then."""


def replay(
    session: Session, definitions: Definitions, functions: feel.Functions, rules: Rules, process_id: str
) -> Iterator[Verdict]:
    """Play every ended case of a process on the rules, oldest first. Raises NotDeployed."""
    rules.model(process_id)
    ended = select(Instance).where(Instance.process_id == process_id, Instance.ended_at.is_not(None))
    for instance in session.scalars(ended.order_by(Instance.id)):
        yield verdict(session, definitions, functions, rules, instance)


def verdict(
    session: Session, definitions: Definitions, functions: feel.Functions, rules: Rules, instance: Instance
) -> Verdict:
    """What the rules would have made of one case that ended."""
    try:
        story = retold(session, definitions, instance.id)
    except NotRetold as refused:
        return Verdict(instance.id, instance.business_key, False, reasons=(of_refusal(refused),), told=False)
    outcome = run(story, rules, functions)
    took = list(story.expect["path"])
    would = path(outcome.trial.events) if outcome.trial is not None else []
    at = parting(took, would)
    if at is None:
        return Verdict(instance.id, instance.business_key, True)
    return Verdict(
        instance.id,
        instance.business_key,
        False,
        took[at] if at < len(took) else None,
        would[at] if at < len(would) else None,
        without_values(outcome),  # who tries rules sees no case by that
    )


def parting(took: Sequence[str], would: Sequence[str]) -> int | None:
    """How many elements two paths have in common before they part; None when they do not."""
    if list(took) == list(would):
        return None
    pairs = enumerate(zip(took, would, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(took), len(would)))
