"""Troubles of the place where everything is kept: no room, no connection. Nobody's data and no rule are at fault.

What fails for such a reason is done again when the trouble is over: it counts as no failed try of a timer or a job,
and stands as no incident.
"""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

NO_ROOM = "53100"
"""SQLSTATE of a full disk (PostgreSQL, appendix A)."""
AWAY = ("08", "53", "57P", "58")
"""How SQLSTATE begins: connection, resources, a server that is being stopped, the system around it."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SQLITE_FULL, _SQLITE_IO = 13, 10  # primary result codes; the lower byte of the extended ones


def no_room(error: BaseException | None) -> bool:
    """Whether it, or what it came from, says that a disk is full, the database's or one of files."""
    if error is None:
        return False
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    found = _orig(error)
    if _state(found) == NO_ROOM or _sqlite(found) == _SQLITE_FULL:
        return True
    return no_room(error.__cause__)


def unable(error: BaseException | None) -> bool:
    """The same, or that the database is away or being stopped."""
    if error is None:
        return False
    found = _orig(error)
    if _state(found).startswith(AWAY) or _sqlite(found) == _SQLITE_IO:
        return True
    # Without a state: the server never answered.
    lost = isinstance(error, OperationalError) and not _state(found) and not isinstance(found, sqlite3.Error)
    gone = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or gone or no_room(error) or unable(error.__cause__)


def _orig(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error


def _state(error: BaseException | None) -> str:
    return getattr(error, "sqlstate", None) or ""


def _sqlite(error: BaseException | None) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF if isinstance(error, sqlite3.Error) else 0
