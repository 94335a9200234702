"""Watches what web requests and commands write: a change that is committed without a link of the trail is a defect.

The product cannot ask this of itself without looking at every statement; the tests look, at every statement of every
request that any of them sends and of every command that any of them gives.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)

WITHOUT_LINK = {
    "web_session": "a browser's session: signing in, signing out and ending sessions have their links",
    "login_attempt": "what throttling counts; the try itself is a link",
    "throttle": "what throttling counts",
    "one_time_link": "only a hash; asking for it and using it have their links",
    "recovery_code": "only hashes; renewing and using them have their links",
    "draft": "nobody but its writer ever sees it; what is submitted is a link",
    "upload": "pieces of a file that is not there yet; the file is a link",
    "stored_file": "see upload; removed ones are counted in one link",
    "file_verdict": "what was found in bytes, kept so that they are not judged again",
    "notification": "what somebody was told, and that they read it",
    "task_seen": "who looks at a task right now",
    "rule_presence": "who looks at a draft right now",
    "rule_check": "what was found in a content, kept so that it is not checked again",
    "rule_draft": "every save has its own append-only row with who and when",
    "rule_draft_save": "append-only itself, with who and when",
    "rule_draft_refused": "append-only itself, with who and when",
    "rule_comment": "append-only itself, with who and when",
    "studio_trial": "a trial in memory: it changes nothing that counts",
    "studio_run": "runs of scenarios: they change nothing that counts",
    "inbox_batch": "a preview, until it is confirmed, which is a link",
    "inbox_batch_item": "how far a confirmed batch is; every act of it is a link",
    "operator_batch": "how far a batch is; planning, starting and every act of it are links",
    "operator_batch_item": "see operator_batch",
    "migration_item": "how far a migration is; every migrated case is a link",
    "migration_plan": "see migration_item; planning, applying and stopping are links",
    "account_import": "a list that was read and is shown; proposing it and taking it over are links",
    "expert_import": "a list that was read and is shown; taking it over is a link",
    "job": "machinery: what a job does is a link",
    "outbox": "machinery: what asked for it is a link",
    "timer": "machinery: when it fires it is a link",
    "worker": "who works where, by the machine's clock",
    "case_face": "an index for lists, computed from what has links",
    "case_token": "an index for lists",
    "number_series": "the next free number; what takes it is a link",
    "likeness": "computed from applications, for comparison",
    "incident": "found by the engine while something else was done, which is a link; resolving is one",
}
"""Tables that a change alone need not link, and why."""


@dataclass
class _Seen(threading.local):
    acting: str = ""
    """What is being done: a request or a command; empty outside."""
    wrong: list[str] = field(default_factory=list)


_seen = _Seen()


def watch() -> None:
    """Begin to look at the statements of every engine of this process."""
    event.listen(Engine, "before_cursor_execute", _statement)
    event.listen(Engine, "commit", _committed)
    event.listen(Engine, "rollback", _forget)


@contextmanager
def acting(what: str) -> Iterator[None]:
    """What is committed in here belongs to this request."""
    before, _seen.acting = _seen.acting, what
    try:
        yield
    finally:
        _seen.acting = before


def begin(what: str) -> None:
    """The same without an end, for hooks; end it with `begin("")`."""
    _seen.acting = what


def taken() -> list[str]:
    """What was committed without a link since somebody asked."""
    found, _seen.wrong = _seen.wrong, []
    return found


def _statement(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    if _seen.acting and (found := WRITES.match(statement)):
        connection.info.setdefault("written", set()).add(found[1].lower())


def _committed(connection: Any) -> None:
    written = connection.info.pop("written", set())
    changed = sorted(written - WITHOUT_LINK.keys() - {"audit", "audit_head"})
    if changed and "audit" not in written:
        _seen.wrong.append(f"{_seen.acting}: {', '.join(changed)}")


def _forget(connection: Any) -> None:
    if not connection.invalidated:  # a connection that is gone takes its marks with it
        connection.info.pop("written", None)
