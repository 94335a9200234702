"""What process owners say about a change; who has part in it is told. A comment makes nobody its author."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import policy
from engine.collaboration.comments import LONGEST, mentioned
from engine.collaboration.people import actor_of
from engine.commands.retrying import command
from engine.errors import NotFound
from engine.notifications.operations import COLLEAGUE, notify
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.people import RoleGrant
from engine.store.studio import RuleChange, RuleComment
from engine.studio.drafts.approving import ROLE, hands
from engine.studio.drafts.drafting import ACTION, record
from engine.studio.drafts.refusals import NoComment


@command
def comment(rt: Runtime, actor: Actor, change_id: int, text: str) -> int:
    """Say something about a change, also about a closed one; the number of the comment.

    Everybody who had a hand in it, approved it, commented or is named (@) is told. Raises NotAllowed, NotFound,
    NoComment.
    """
    policy.require(actor, ACTION)
    said = text.replace("\r\n", "\n").strip()
    if not 0 < len(said) <= LONGEST:
        raise NoComment(most=LONGEST)
    with rt.transaction() as tx:
        change = tx.session.get(RuleChange, change_id)
        if change is None:
            raise NotFound(what_zh="这项变更", what_en="This change")
        named, _unknown = mentioned(said, "", _owners(tx.session))
        mentions = [who.login for who in named]
        row = RuleComment(change_id=change.id, by=actor.login, at=tx.now, text=said, mentions=mentions)
        tx.session.add(row)
        tx.session.flush()
        _tell(tx, actor, change, row)
        record(tx, actor, change, "comment", comment=row.id)
        return row.id


def comments(session: Session, change_id: int) -> Sequence[RuleComment]:
    """What was said about a change, oldest first."""
    wanted = select(RuleComment).where(RuleComment.change_id == change_id)
    return session.scalars(wanted.order_by(RuleComment.id)).all()


def _owners(session: Session) -> list[Actor]:
    """Everybody who may work on changes, and so can be named."""
    held = select(RoleGrant.login).where(RoleGrant.role == ROLE, RoleGrant.revoked_at.is_(None)).distinct()
    found = (actor_of(session, login) for login in session.scalars(held.order_by(RoleGrant.login)).all())
    return [who for who in found if who is not None]


def _tell(tx: Transaction, actor: Actor, change: RuleChange, row: RuleComment) -> None:
    part = hands(tx.session, change) | {each.by for each in comments(tx.session, change.id)} | {*row.mentions}
    part |= {change.approved_by} if change.approved_by else set()
    still = {who.login for who in _owners(tx.session)}
    notify(
        tx.session,
        to=sorted((part & still) - {actor.login}),
        kind=COLLEAGUE,
        subject=("规则变更有新评论", "A comment on a change of rules"),
        text=(
            f"{actor.name}评论了“{change.title}”：{row.text}",
            f"{actor.name} commented on {change.title}: {row.text}",
        ),
        link=f"/studio/changes/{change.id}",
        at=tx.now,
        key=f"change-comment:{row.id}",
    )
