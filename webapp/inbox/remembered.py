"""Counts of very long lists, kept for some seconds: counting a hundred thousand rows takes longer than showing fifty.

Only lists longer than `LONG` are kept, so that everybody's own work is always counted as it stands. The rows of a
page are never kept; a count of a long list may be `AGE` old.
"""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

LONG, AGE, MOST = 20_000, timedelta(seconds=20), 64
Groups = list[tuple[tuple[str, ...], int]]

_kept: WeakKeyDictionary[object, dict[Hashable, tuple[datetime, Groups]]] = WeakKeyDictionary()
_lock = Lock()


def counted(session: Session, key: Hashable, now: datetime, count: Callable[[], Groups]) -> Groups:
    """What `count` answers; of a long list what it answered at most `AGE` ago for the same key and database."""
    groups = kept(session, key, now)
    if groups is None:
        groups = count()
        keep(session, key, now, groups)
    return groups


def kept(session: Session, key: Hashable, now: datetime) -> Groups | None:
    """What was kept for a key, at most `AGE` ago."""
    at, groups = _kept.get(session.get_bind(), {}).get(key, (now, []))
    return groups if groups and timedelta() <= now - at < AGE else None


def keep(session: Session, key: Hashable, now: datetime, groups: Groups) -> None:
    """Keep what a long list answered; of one that is no longer so, forget what was kept."""
    of_all = _kept.setdefault(session.get_bind(), {})
    with _lock:
        if sum(n for _values, n in groups) > LONG:
            if len(of_all) >= MOST:
                of_all.clear()
            of_all[key] = (now, groups)
        else:
            of_all.pop(key, None)
