"""Signed-in browsers of a person, as tables know them: ended here, they are strangers with the next click."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import policy
from engine.accounts.trail import note
from engine.commands.retrying import command
from engine.errors import NotFound
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.people import WebSession

HANDLE = 16
"""Characters of a token's hash that name a session on pages; nobody can enter with them."""


def end_all(session: Session, login: str) -> int:
    """End every session of a person inside the caller's transaction; how many there were."""
    tokens = session.scalars(select(WebSession.token_sha256).where(WebSession.login == login)).all()
    session.execute(delete(WebSession).where(WebSession.login == login))
    return len(tokens)


@command
def end(rt: Runtime, actor: Actor, login: str, handle: str | None = None) -> int:
    """End one session of a person, or all; how many. Raises NotAllowed, NotFound for a handle of nobody's."""
    with rt.transaction() as tx:
        policy.require(actor, "account.manage")
        count = end_all(tx.session, login) if handle is None else _end_one(tx.session, login, handle)
        note(tx.session, actor.login, "account.sessions_ended", login, tx.now, {"sessions": count})
        return count


def _end_one(session: Session, login: str, handle: str) -> int:
    rows = session.scalars(select(WebSession).where(WebSession.login == login))
    found = [row for row in rows if len(handle) == HANDLE and row.token_sha256[:HANDLE] == handle]
    if not found:
        raise NotFound(what_zh="这处登录", what_en="This session")
    for row in found:
        session.delete(row)
    session.flush()
    return len(found)
