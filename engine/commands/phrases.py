"""Add and remove phrases for opinions: one's own, or those of the office by its head."""

from sqlalchemy import func, select

from engine import audit, policy
from engine.collaboration.models import Phrase
from engine.collaboration.phrases import LONGEST, MOST
from engine.commands.retrying import command
from engine.commands.telling import text_of
from engine.errors import NotFound, Refusal
from engine.policy import Actor
from engine.runtime import Runtime, Transaction


class TooManyPhrases(Refusal):
    """The owner has as many phrases as anybody can overlook."""

    zh = "常用语最多 {most} 条。"
    en = "There can be {most} phrases at most."
    remedy_zh = "请先删除不用的。"
    remedy_en = "Remove some first."


@command
def add_phrase(rt: Runtime, actor: Actor, text: str, office: str | None = None) -> int:
    """Keep a phrase, one's own or, with `office` (a code), shared by that office; its id.

    Raises NotAllowed, TooLong, TooManyPhrases.
    """
    with rt.transaction() as tx:
        owner = {"organisation": office} if office else {"login": actor.login}
        policy.require(actor, "phrase.share" if office else "phrase.own", owner)
        row = Phrase(**owner, text=text_of(text, LONGEST), added_by=actor.login, added_at=tx.now)
        mine = Phrase.organisation == office if office else Phrase.login == actor.login
        count = select(func.count()).select_from(Phrase).where(mine, Phrase.removed_at.is_(None))
        if (tx.session.scalar(count) or 0) >= MOST:
            raise TooManyPhrases(most=MOST)
        tx.session.add(row)
        tx.session.flush()
        _log(tx, actor, "phrase.add", row)
        return row.id


@command
def remove_phrase(rt: Runtime, actor: Actor, phrase_id: int) -> None:
    """Take a phrase out of the lists; a second time changes nothing. Raises NotFound, also for another's."""
    with rt.transaction() as tx:
        row = tx.session.get(Phrase, phrase_id)
        action = "phrase.own" if row is not None and row.login else "phrase.share"
        if row is None or not policy.may(actor, action, row):
            raise NotFound(what_zh="这条常用语", what_en="This phrase")
        if row.removed_at is None:
            row.removed_at = tx.now
            tx.session.flush()
            _log(tx, actor, "phrase.remove", row)


def _log(tx: Transaction, actor: Actor, action: str, row: Phrase) -> None:
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action=action,
        object_type="phrase",
        object_key=row.id,
        detail={"office": row.organisation} if row.organisation else {},
    )
