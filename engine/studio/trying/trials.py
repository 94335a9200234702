"""The trials of one person, kept between pages: who begins one sees it, nobody else; the newest stay."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import policy
from engine.bpmn.waits import JobWait
from engine.commands.retrying import command
from engine.errors import NotFound, Refusal
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store import json
from engine.store.trials import StudioTrial
from engine.studio.trying.playing import RESULT
from engine.studio.trying.scenarios import Scenario

KEPT = 30
"""Trials of one person that are kept."""


class TrialMoved(Refusal):
    """Another page of the same person moved the trial on meanwhile."""

    zh = "这次试运行在另一个页面上已经走到了别处，本次操作没有进行。"
    en = "This trial has moved on in another page; nothing was done."
    remedy_zh = "下面是它现在的情况。"
    remedy_en = "This is where it stands now."


@command
def begin(rt: Runtime, actor: Actor, change_id: int | None, story: Mapping[str, Any]) -> int:
    """Keep a new trial; its number. The oldest of the person go. Raises NotAllowed."""
    policy.require(actor, "definition.deploy")
    with rt.transaction() as tx:
        row = StudioTrial(
            login=actor.login, change_id=change_id, process_id=story["process"], begun_at=tx.now,
            moved_at=tx.now, revision=0, story=_plain(story),
        )  # fmt: skip
        tx.session.add(row)
        tx.session.flush()
        own = select(StudioTrial.id).where(StudioTrial.login == actor.login)
        old = tx.session.scalars(own.order_by(StudioTrial.id.desc()).offset(KEPT)).all()
        tx.session.execute(delete(StudioTrial).where(StudioTrial.id.in_(old)))
        return row.id


def own(session: Session, actor: Actor, id: int) -> StudioTrial:
    """A trial of this person. Raises NotFound, also for somebody else's."""
    row = session.get(StudioTrial, id)
    if row is None or row.login != actor.login:
        raise NotFound(what_zh="这次试运行", what_en="This trial")
    return row


def latest(session: Session, actor: Actor, change_id: int | None, most: int = 10) -> Sequence[StudioTrial]:
    """The person's newest trials of a change, or of what is deployed."""
    mine = select(StudioTrial).where(StudioTrial.login == actor.login, StudioTrial.change_id == change_id)
    return session.scalars(
        mine.order_by(StudioTrial.moved_at.desc(), StudioTrial.id.desc()).limit(most)
    ).all()


@command
def keep(rt: Runtime, actor: Actor, id: int, story: Mapping[str, Any], revision: int) -> None:
    """Keep the story as it goes on from that revision. Raises TrialMoved, NotFound."""
    policy.require(actor, "definition.deploy")
    with rt.transaction() as tx:
        row = own(tx.session, actor, id)
        if row.revision != revision:
            raise TrialMoved
        row.story, row.revision, row.moved_at = _plain(story), revision + 1, tx.now


def remembered(
    session: Session, actor: Actor, job: JobWait, process: str, known: Sequence[Scenario]
) -> Mapping[str, Any]:
    """What a verb is likely to give: what this person gave last, else what a scenario of the process has it give."""
    keys = (job.element_id, f"{job.element_id}:{job.type}", job.type)
    mine = select(StudioTrial).where(StudioTrial.login == actor.login).order_by(StudioTrial.moved_at.desc())
    for row in session.scalars(mine.limit(KEPT)):
        for move in reversed(row.story["moves"]):
            if RESULT in move and move[RESULT]["key"] in keys:
                value: Mapping[str, Any] = move[RESULT]["value"]
                return value
    for scenario in known:
        given = next((scenario.results[key] for key in keys if key in scenario.results), None)
        if given and scenario.process == process:
            return given if isinstance(given, Mapping) else given[0]
    return {}


def _plain(story: Mapping[str, Any]) -> dict[str, Any]:
    """A copy without anything that is not JSON."""
    copied: dict[str, Any] = json.loads(json.dumps(story))
    return copied
