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
    kept = _kept.setdefault(session.get_bind(), {})
    at, groups = kept.get(key, (now, []))
    if groups and timedelta() <= now - at < AGE:
        return groups
    groups = count()
    with _lock:
        if sum(n for _values, n in groups) > LONG:
            if len(kept) >= MOST:
                kept.clear()
            kept[key] = (now, groups)
        else:
            kept.pop(key, None)
    return groups
