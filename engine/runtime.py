"""The composition root: one `Runtime` per process holds the database, the clock and the registries.

`transaction()` is the only place that commits. A command that refuses *after* it changed something (a deadline
that had passed) sets `refusal`: the change is committed first, then the refusal is raised.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import faults, programme
from engine.clock import Clock, SystemClock
from engine.errors import Refusal
from engine.guards import Guards
from engine.outbox import DOCUMENTS_DUE
from engine.settings import Settings
from engine.store.database import open_engine, reading
from engine.store.replica import replica
from engine.store.sharing import Shared, reader
from engine.verbs import Verbs

if TYPE_CHECKING:
    from engine.catalogues import Catalogues
    from engine.definitions import Definitions
    from engine.feel import Functions
    from engine.files.store import FileStore
    from engine.tables import DeployedTables, Tables
    from engine.workdays import WorkCalendar

Effect = Callable[[Mapping[str, Any], str], Mapping[str, Any] | None]
"""Does what an outbox row asks for: (payload, idempotency key). May be called again after a crash.

Answers what of the payload is to be kept, or None for all of it. Raises EffectRefused when it never can be done.
"""


DOCUMENTS = "documents.work"
"""The effect of working on many documents after a click (`engine.documents.work`)."""
STUDIO = "studio.run"
"""The effect of playing many scenarios or cases on a draft (`engine.studio.trying.runs`)."""


INVITATIONS = "accounts.invite"
"""The effect of telling the people of an approved list, a hundred a step (`engine.accounts.administration`)."""

MIGRATIONS = "studio.migrate"
"""The effect of moving running instances to other rules, a batch a step (`engine.studio.migrating.work`)."""


OPERATIONS = "operating.batch"
"""The effect of acting on many objects, some rows a step (`engine.operating.work`)."""


@dataclass(slots=True)
class Transaction:
    """An open transaction and its instant. `refusal` is raised after the commit."""

    session: Session
    now: datetime
    refusal: Refusal | None = field(default=None)
    opened: list[dict[str, Any]] = field(default_factory=list)
    """The rows of the tasks that it opened, with `opened_by`: whose click did."""
    rescheduled: list[dict[str, Any]] = field(default_factory=list)
    """The deadlines that somebody changed by hand: of which instance, what moved, from when to when, why."""


class _Using(threading.local):
    """The session that a thread is in, and the tables that count there; asked once a session."""

    shared: Shared | None = None
    session: Session | None = None
    tables: "Tables | None" = None


class Runtime:
    """Everything that commands share within one process. Build it with `Runtime.open`."""

    def __init__(
        self, settings: Settings, clock: Clock, engine: Engine, verbs: Verbs, guards: Guards
    ) -> None:
        self.settings, self.clock, self.engine = settings, clock, engine
        self.verbs, self.guards = verbs, guards
        self.effects: dict[str, Effect] = {}
        self.prefills: Mapping[str, programme.Prefill] = {}
        self.before_commit: list[Callable[[Runtime, Transaction], None]] = []
        self.pins: Callable[[Session], programme.Pins] = lambda session: {}
        self._reading = reading(engine, settings.pool_size)
        self._replica = replica(settings, self._reading)
        self._using = _Using()
        self.stopping = threading.Event()
        """Set when this process is to end: what it holds it finishes, what it has only claimed it gives back."""

    @classmethod
    def open(cls, settings: Settings | None = None, clock: Clock | None = None) -> "Runtime":
        """The application with all verbs and guards of the programme. Does not create or change tables."""
        settings = settings or Settings()
        engine = open_engine(
            settings.database_url, pool_size=settings.pool_size, synchronous=settings.sqlite_synchronous
        )
        verbs = programme.verbs()
        built_in(verbs)
        runtime = cls(settings, clock or SystemClock(), engine, verbs, Guards(programme.guards()))
        runtime.prefills = programme.prefills()
        runtime.pins = programme.pinned_editions
        runtime.before_commit.append(_tell)
        runtime.effects[DOCUMENTS] = partial(_work_on_documents, runtime)
        runtime.effects[DOCUMENTS_DUE] = partial(_begin_documents, runtime)
        runtime.effects[INVITATIONS] = partial(_invite, runtime)
        runtime.effects[MIGRATIONS] = partial(_migrate_instances, runtime)
        runtime.effects[STUDIO] = partial(_play, runtime)
        runtime.effects[OPERATIONS] = partial(_operate, runtime)
        return runtime

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that commits when the block ends and rolls back when it raises."""
        with (
            self._written(),
            Session(self.engine, autoflush=False, expire_on_commit=False) as session,
            self._within(session),
        ):
            tx = Transaction(session, self.clock.now())
            faults.point("command.before")
            yield tx
            session.flush()
            for act in self.before_commit:
                act(self, tx)
            session.flush()
            faults.point("commit.before")
            session.commit()
            faults.point("commit.after")
        if tx.refusal is not None:
            raise tx.refusal

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for pages: it waits for nobody and cannot write."""
        shared = self._using.shared
        with (
            shared.session() if shared is not None else reader(self._reading) as session,
            self._within(session),
        ):
            yield session

    @contextmanager
    def reading_public(self) -> Iterator[Session]:
        """The same for what everybody may read: from the replica, unless it is away or too far behind."""
        engine = self._replica.engine() if self._replica is not None else None
        if engine is None:
            with self.reading() as session:
                yield session
            return
        with reader(engine) as session, self._within(session):
            yield session

    @contextmanager
    def sharing(self) -> Iterator[None]:
        """All that this thread reads until the block ends it reads with one session; anew after what it writes."""
        outer = self._using.shared
        shared = self._using.shared = Shared(self._reading)
        try:
            yield
        finally:
            shared.forget()  # whoever streams an answer from it keeps it until the end
            self._using.shared = outer

    @contextmanager
    def _written(self) -> Iterator[None]:
        """Nothing read before is believed within the block, nor afterwards what was read within it."""
        shared = self._using.shared
        if shared is not None:
            shared.forget()
        try:
            yield
        finally:
            if shared is not None:
                shared.forget()

    def leave_replica(self) -> bool:
        """Read from the primary for a while, because the replica has failed; whether there is one in use."""
        return self._replica is not None and self._replica.leave()

    @contextmanager
    def _within(self, session: Session) -> Iterator[None]:
        """The tables that this thread asks for are those that `session` sees; afterwards it looks again."""
        outer = self._using.session
        self._using.session, self._using.tables = session, None
        try:
            yield
        finally:
            self._using.session, self._using.tables = outer, None

    @property
    def tables(self) -> "Tables":
        """The deployed catalogues and calendars as of this session, or as of the last one of this thread."""
        using = self._using
        if using.tables is None:
            if using.session is not None:
                found = self._deployed_tables.current(using.session)
            else:
                with self.reading() as session:
                    found = self._deployed_tables.current(session)
            using.tables = found
        return using.tables

    @property
    def calendar(self) -> "WorkCalendar":
        """The working-day calendar of the programme."""
        return self.tables.calendar

    @property
    def functions(self) -> "Functions":
        """The FEEL functions beyond the standard's."""
        return self.tables.functions

    @property
    def catalogues(self) -> "Catalogues":
        """Every edition of every catalogue of the programme."""
        return self.tables.catalogues

    @cached_property
    def _deployed_tables(self) -> "DeployedTables":
        from engine.tables import DeployedTables

        return DeployedTables(self.settings.processes)

    @cached_property
    def files(self) -> "FileStore":
        """The bytes of attachments."""
        from engine.files.store import FileStore

        return FileStore(self.settings.files_folder())

    @cached_property
    def definitions(self) -> "Definitions":
        """What is deployed, compiled once per process and content."""
        from engine.definitions import Definitions

        return Definitions()

    def catalogue_lists(self, editions: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
        """All lists by name, in these editions; kept once read, for every form asks. Raises NotFound."""
        tables, key = self.tables, tuple(sorted(editions.items()))
        if key not in tables.lists:
            from engine import feel

            tables.lists[key] = feel.prepared(tables.catalogues.context(editions), clock=self.clock)
        return tables.lists[key]

    def close(self) -> None:
        """Give all database connections back."""
        self._reading.dispose()
        if self._replica is not None:
            self._replica.close()
        self.engine.dispose()


def _work_on_documents(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """Take the next step of work on many documents."""
    from engine.documents.work import perform

    perform(rt, payload, key)


def _begin_documents(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """Begin the work on documents that belong to what was issued."""
    from engine.documents.afterwards import begin

    begin(rt, payload, key)


def _play(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """Take the next step of a run of the studio."""
    from engine.studio.trying.runs import perform

    perform(rt, payload, key)


def _migrate_instances(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """Take the next step of a migration."""
    from engine.studio.migrating.work import perform

    perform(rt, payload, key)


def _operate(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """Take the next step of a batch of operations."""
    from engine.operating.work import perform

    perform(rt, payload, key)


def _invite(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """Tell the next people of an approved list."""
    from engine.accounts.administration.importing.inviting import perform

    perform(rt, payload, key)


def _tell(rt: Runtime, tx: Transaction) -> None:
    """Tell people what the transaction changed for them."""
    from engine.notifications.delivery import deliver

    deliver(rt, tx)


def built_in(verbs: Verbs) -> None:
    """Add the engine's own verbs (`message.publish`) to a registry."""
    from engine.commands.publishing import VERBS

    verbs.merge(VERBS)
