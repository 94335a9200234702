"""One session for all that a request reads: what one part of a page has found the next finds in memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session


def reader(engine: Engine) -> Session:
    """A session that only reads."""
    return Session(engine, autoflush=False, expire_on_commit=False)


class Shared:
    """The session of one thread, made when it is first asked for and again after each thing that was written.

    What is read after a write must not be what was remembered before it, nor after a failure with what failed.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: Session | None = None
        self._users = 0
        self._stale = False

    @contextmanager
    def session(self) -> Iterator[Session]:
        """The session; one of its own for whoever asks while somebody still uses one from before a write."""
        if self._stale:
            with reader(self._engine) as own:
                yield own
            return
        if self._session is None:
            self._session = reader(self._engine)
        self._users += 1
        try:
            yield self._session
        except BaseException:
            self._stale = True
            raise
        finally:
            self._users -= 1
            if self._stale:
                self.forget()

    def forget(self) -> None:
        """Let the next one that asks see what has been written by now; the last one that uses it closes it."""
        self._stale = self._users > 0
        if not self._stale and self._session is not None:
            self._session.close()
            self._session = None
