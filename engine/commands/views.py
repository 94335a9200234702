"""Name a list of the inbox, change it, drop it; and how a person likes all lists."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.commands.retrying import command
from engine.errors import NotFound, Refusal
from engine.inbox.models import InboxPreference, InboxView
from engine.policy import Actor
from engine.runtime import Runtime, Transaction

MOST, LONGEST = 30, 40
"""Views of one person; characters of a name."""


class BadViewName(Refusal):
    """A view needs a name of reasonable length."""

    zh = "视图名称须为 1 至 {most} 个字。"
    en = "A view needs a name of 1 to {most} characters."
    remedy_zh = "请填写名称。"
    remedy_en = "Give it a name."
    status = 422


class ViewNameTaken(Refusal):
    """Another view of this person has the name."""

    zh = "您已有名为“{name}”的视图。"
    en = "You have a view called {name} already."
    remedy_zh = "请换一个名称，或更新原视图。"
    remedy_en = "Choose another name, or update that view."


class TooManyViews(Refusal):
    """More views than one person may keep."""

    zh = "视图已有 {most} 个，不能再保存。"
    en = "You have {most} views already."
    remedy_zh = "请先删除不用的视图。"
    remedy_en = "Delete one that you do not need."


@command
def save_view(
    rt: Runtime,
    actor: Actor,
    name: str,
    tab: str,
    arguments: Mapping[str, Any],
    columns: Sequence[str] = (),
    *,
    default: bool = False,
) -> str:
    """Keep a tab with its filters, order and columns under a name; the view's id.

    Raises BadViewName, ViewNameTaken, TooManyViews.
    """
    with rt.transaction() as tx:
        policy.require(actor, "inbox.own", {"login": actor.login})
        count = select(func.count()).where(InboxView.login == actor.login)
        if (tx.session.scalar(count) or 0) >= MOST:
            raise TooManyViews(most=MOST)
        row = InboxView(id=secrets.token_urlsafe(12), login=actor.login, tab=tab, is_default=False)
        row.name = _free_name(tx.session, actor, name)
        row.arguments, row.columns, row.saved_at = dict(arguments), list(columns), tx.now
        tx.session.add(row)
        tx.session.flush()
        if default:
            _make_default(tx.session, row)
        _log(tx, actor, "inbox.view_save", row.id, {"name": row.name, "tab": tab})
        return row.id


@command
def change_view(
    rt: Runtime,
    actor: Actor,
    view_id: str,
    *,
    name: str | None = None,
    content: tuple[str, Mapping[str, Any], Sequence[str]] | None = None,
    default: bool | None = None,
) -> None:
    """Rename a view, replace its `content` (tab, arguments, columns), or let it open first or no longer.

    Raises NotFound, BadViewName, ViewNameTaken.
    """
    with rt.transaction() as tx:
        row = own_view(tx.session, actor, view_id)
        if name is not None and name.strip() != row.name:
            row.name = _free_name(tx.session, actor, name)
        if content is not None:
            row.tab, row.arguments, row.columns = content[0], dict(content[1]), list(content[2])
        if default:
            _make_default(tx.session, row)
        elif default is not None:
            row.is_default = False
        row.saved_at = tx.now
        tx.session.flush()
        _log(tx, actor, "inbox.view_change", row.id, {"name": row.name, "default": row.is_default})


@command
def delete_view(rt: Runtime, actor: Actor, view_id: str) -> None:
    """Drop a view. Raises NotFound."""
    with rt.transaction() as tx:
        row = own_view(tx.session, actor, view_id)
        tx.session.delete(row)
        tx.session.flush()
        _log(tx, actor, "inbox.view_delete", view_id, {"name": row.name})


@command
def prefer(
    rt: Runtime, actor: Actor, *, columns: Sequence[str] | None = None, next_task: bool | None = None
) -> None:
    """Keep which columns a person sees in which order, and whether the next task opens by itself."""
    with rt.transaction() as tx:
        policy.require(actor, "inbox.own", {"login": actor.login})
        row = tx.session.get(InboxPreference, actor.login)
        if row is None:
            row = InboxPreference(login=actor.login, columns=[], next_task=False)
            tx.session.add(row)
        row.columns = row.columns if columns is None else list(columns)
        row.next_task = row.next_task if next_task is None else next_task
        tx.session.flush()
        facts = {"columns": row.columns, "next_task": row.next_task}
        _log(tx, actor, "inbox.prefer", actor.login, facts)


def own_view(session: Session, actor: Actor, view_id: str) -> InboxView:
    """A view of this person. Raises NotFound, also for another's."""
    row = session.get(InboxView, view_id)
    if row is None or not policy.may(actor, "inbox.own", row):
        raise NotFound(what_zh="这个视图", what_en="This view")
    return row


def _free_name(session: Session, actor: Actor, name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= LONGEST:
        raise BadViewName(most=LONGEST)
    taken = select(InboxView.id).where(InboxView.login == actor.login, InboxView.name == name)
    if session.scalar(taken) is not None:
        raise ViewNameTaken(name=name)
    return name


def _make_default(session: Session, row: InboxView) -> None:
    """One view opens first: the former one no longer does."""
    others = update(InboxView).where(InboxView.login == row.login, InboxView.id != row.id)
    session.execute(others.values(is_default=False).execution_options(synchronize_session=False))
    row.is_default = True


def _log(tx: Transaction, actor: Actor, action: str, key: str, detail: dict[str, Any]) -> None:
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action=action,
        object_type="inbox_view",
        object_key=key,
        detail=detail,
    )
