"""A read replica of PostgreSQL for what everybody may read: used while it is there and up to date, else the primary.

How far it is behind is measured by the primary's clock and log position, so that two machines whose clocks differ
do not matter, and a replica that has lost its primary without noticing is found out.
"""

import threading
import time
from datetime import timedelta

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from engine.settings import Settings
from engine.store.database import read_only

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
"""Pause between two looks at the replica."""
CONNECT_SECONDS = 2
"""Patience with a machine that does not answer."""

_STANDS = text("SELECT pg_current_wal_lsn()::text AS place, now() AS at")
_FOLLOWS = text(
    "SELECT pg_is_in_recovery() AS follows, pg_last_xact_replay_timestamp() AS at,"
    " pg_last_wal_replay_lsn() >= CAST(:place AS pg_lsn) AS is_there"
)


def replica(settings: Settings, primary: Engine) -> "Replica | None":
    """The replica of the settings, if there is one. Raises ValueError when it can be none."""
    if settings.replica_url is None:
        return None
    url = settings.replica_url.get_secret_value()
    if {make_url(url).get_backend_name(), primary.dialect.name} != {"postgresql"}:
        raise ValueError("LUZHI_REPLICA_URL: only PostgreSQL has replicas")
    engine = read_only(url, settings.pool_size, CONNECT_SECONDS)
    return Replica(engine, primary, timedelta(seconds=settings.replica_lag_seconds))


class Replica:
    """One replica as one process sees it; safe for threads."""

    def __init__(self, engine: Engine, primary: Engine, most: timedelta) -> None:
        self._engine, self._primary, self._most = engine, primary, most
        self._lock = threading.Lock()
        self._looked: float | None = None
        self._usable = False

    def engine(self) -> Engine | None:
        """Where to read now; None for the primary. One thread looks, the others go by what was seen last."""
        if self._is_time() and self._lock.acquire(blocking=False):
            try:
                if self._is_time():
                    self._see(self._look())
            finally:
                self._lock.release()
        return self._engine if self._usable else None

    def leave(self) -> bool:
        """Do without it until the next look; whether it was in use."""
        was, self._usable, self._looked = self._usable, False, time.monotonic()
        if was:
            log.warning("replica.failed")
        return was

    def close(self) -> None:
        """Give its connections back."""
        self._engine.dispose()

    def _is_time(self) -> bool:
        return self._looked is None or time.monotonic() - self._looked >= LOOK_SECONDS

    def _see(self, usable: bool) -> None:
        if usable != self._usable:
            log.info("replica.used" if usable else "replica.not_used")
        self._usable, self._looked = usable, time.monotonic()

    def _look(self) -> bool:
        """Whether it answers, follows, and is not too far behind."""
        try:
            with self._primary.connect() as primary, self._engine.connect() as follower:
                stands = primary.execute(_STANDS).one()
                found = follower.execute(_FOLLOWS, {"place": stands.place}).one()
        except SQLAlchemyError as error:
            log.warning("replica.away", error=str(error).splitlines()[0])
            return False
        if not found.follows:
            return False  # a machine that has been made the primary since, or was never a replica
        return bool(found.is_there) or (found.at is not None and stands.at - found.at <= self._most)
