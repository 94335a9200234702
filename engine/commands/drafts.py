"""Save what a person has typed so far, without looking at whether it is complete, and without losing any of it.

One person may have a form open in two tabs. A save therefore tells what its page knew: for every key a digest of
the answer that it was shown with. What this page did not touch keeps what the other has saved; what both changed
is nobody's to overwrite: it is told, and the rest is kept.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine import policy
from engine.commands.refusals import DraftChanged, TaskCanceled, TaskCompleted
from engine.commands.retrying import command
from engine.commands.texts import instant
from engine.errors import NotFound
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store import json
from engine.store.tasks import COMPLETED, CREATED, Draft, UserTask


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as it is kept now."""

    revision: int
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A key that this page and another one have both changed: what is kept, and what this page sent."""

    key: str
    kept: Any
    sent: Any


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page knew: its own random name, and per key the digest of the answer that it was shown with.

    `serial` counts what the page has sent: a save that was overtaken by a later one of the same page is left alone.
    """

    page: str
    base: Mapping[str, str]
    serial: int = 0


def digest(value: Any) -> str:
    """A short name of an answer; empty for no answer, however that is written."""
    if value is None or value is False or value in ("", [], {}):
        return ""
    return hashlib.blake2b(json.canonical(value).encode(), digest_size=6).hexdigest()


@command
def save_draft(
    rt: Runtime,
    actor: Actor,
    task_key: int,
    data: Mapping[str, Any],
    *,
    keys: Iterable[str] | None = None,
    revision: int | None = None,
    seen: Seen | None = None,
) -> Saved:
    """Keep the person's own draft for this task. Moves no token and locks no instance.

    Only `keys` are replaced (all when None), the others stay. With `seen`, or the `revision` that the caller knew,
    nothing that was saved since is overwritten. Raises BadJson, NotFound, NotAllowed, TaskCompleted, TaskCanceled,
    and DraftChanged, after everything else has been kept.
    """
    sent: dict[str, Any] = json.checked(dict(data))
    with rt.transaction() as tx:
        task = _open_task(tx, actor, task_key)
        draft = tx.session.get(Draft, (task.id, actor.login))
        if draft is None:
            draft = Draft(task_id=task.id, login=actor.login, revision=0, data={}, writers={})
            tx.session.add(draft)
        if seen is None and revision not in (None, draft.revision):
            seen = Seen("", {})
        conflicts = _merge(draft, sent, sent.keys() | draft.data.keys() if keys is None else keys, seen)
        draft.saved_at, draft.revision = tx.now, draft.revision + 1
        saved = Saved(draft.revision, tx.now, draft.data)
        if conflicts:
            tx.refusal = DraftChanged(count=len(conflicts), conflicts=conflicts, saved=saved)
    return saved


def _open_task(tx: Transaction, actor: Actor, task_key: int) -> UserTask:
    """The open task, locked so that its end and this save come one after the other."""
    task = tx.session.scalars(select(UserTask).where(UserTask.id == task_key).with_for_update()).one_or_none()
    if task is None or not policy.may(actor, "task.read", task):
        raise NotFound(what_zh="任务", what_en="The task")
    policy.require(actor, "task.draft", task)
    if task.state == CREATED:
        return task
    at = instant(task.ended_at) if task.ended_at else ""
    if task.state == COMPLETED:
        raise TaskCompleted(task=task.called, by=task.ended_by, at=at)
    raise TaskCanceled(task=task.called, at=at)


def _merge(
    draft: Draft, sent: Mapping[str, Any], keys: Iterable[str], seen: Seen | None
) -> tuple[Conflict, ...]:
    """Bring the answers into the draft, key by key; what both sides changed stays as kept."""
    data, writers, conflicts = dict(draft.data), dict(draft.writers or {}), []
    for key in sorted(keys):
        kept, mine = data.get(key), sent.get(key)
        same = digest(kept) == digest(mine)
        if not same and seen is not None:
            newer = _newer(writers.get(key), seen, digest(kept), digest(mine), seen.base.get(key, ""))
            if newer is None:
                conflicts.append(Conflict(key, kept, mine))
            if not newer:
                continue
        if key in sent:
            data[key] = mine
        else:
            data.pop(key, None)
        if not same or (seen is not None and (writers.get(key) or [""])[0] == seen.page):
            writers[key] = [seen.page, seen.serial] if seen else ["", 0]
    draft.data, draft.writers = data, writers
    return tuple(conflicts)


def _newer(writer: Any, seen: Seen, kept: str, mine: str, shown: str) -> bool | None:
    """Whether what this page sent is to replace what is kept; None when both have changed."""
    page, serial = writer or ("", 0)
    if seen.page and page == seen.page:
        return bool(serial <= seen.serial)
    if mine == shown:
        return False  # not touched on this page
    return True if kept == shown else None
