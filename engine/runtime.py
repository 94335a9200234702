"""The composition root: one `Runtime` per process holds the database, the clock and the registries.

`transaction()` is the only place that commits. A command that refuses *after* it changed something (a deadline
that had passed) sets `refusal`: the change is committed first, then the refusal is raised.
"""

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
from engine.verbs import Verbs

if TYPE_CHECKING:
    from engine.catalogues import Catalogues
    from engine.definitions import Definitions
    from engine.feel import Functions
    from engine.files.store import FileStore
    from engine.workdays import WorkCalendar

Effect = Callable[[Mapping[str, Any], str], Mapping[str, Any] | None]
"""Does what an outbox row asks for: (payload, idempotency key). May be called again after a crash.

Answers what of the payload is to be kept, or None for all of it. Raises EffectRefused when it never can be done.
"""


DOCUMENTS = "documents.work"
"""The effect of working on many documents after a click (`engine.documents.work`)."""


@dataclass(slots=True)
class Transaction:
    """An open transaction and its instant. `refusal` is raised after the commit."""

    session: Session
    now: datetime
    refusal: Refusal | None = field(default=None)
    opened: list[dict[str, Any]] = field(default_factory=list)
    """The rows of the tasks that it opened, with `opened_by`: whose click did."""


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
        self._reading = reading(engine)
        self._catalogue_lists: dict[tuple[tuple[str, str], ...], dict[str, list[dict[str, Any]]]] = {}

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
        runtime.before_commit.append(_tell)
        runtime.effects[DOCUMENTS] = partial(_work_on_documents, runtime)
        runtime.effects[DOCUMENTS_DUE] = partial(_begin_documents, runtime)
        return runtime

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that commits when the block ends and rolls back when it raises."""
        with Session(self.engine, autoflush=False, expire_on_commit=False) as session:
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
        """A session for pages: it sees one state, waits for nobody and cannot write."""
        with Session(self._reading, autoflush=False, expire_on_commit=False) as session:
            yield session

    @cached_property
    def calendar(self) -> "WorkCalendar":
        """The working-day calendar of the programme."""
        from engine.workdays import WorkCalendar

        return WorkCalendar.load(self.settings.processes / "calendar")

    @cached_property
    def functions(self) -> "Functions":
        """The FEEL functions beyond the standard's."""
        from engine.catalogues import programme_functions

        return programme_functions(self.calendar, self.catalogues)

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

    @cached_property
    def catalogues(self) -> "Catalogues":
        """Every edition of every catalogue of the programme."""
        from engine.catalogues import Catalogues

        return Catalogues.load(self.settings.processes / "catalogues")

    def catalogue_lists(self, editions: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
        """All lists by name, in these editions; kept once read, for every form asks. Raises NotFound."""
        key = tuple(sorted(editions.items()))
        if key not in self._catalogue_lists:
            from engine import feel

            self._catalogue_lists[key] = feel.prepared(self.catalogues.context(editions), clock=self.clock)
        return self._catalogue_lists[key]

    def close(self) -> None:
        """Give all database connections back."""
        self.engine.dispose()


def _work_on_documents(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """Take the next step of work on many documents."""
    from engine.documents.work import perform

    perform(rt, payload, key)


def _begin_documents(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """Begin the work on documents that belong to what was issued."""
    from engine.documents.afterwards import begin

    begin(rt, payload, key)


def _tell(rt: Runtime, tx: Transaction) -> None:
    """Tell people what the transaction changed for them."""
    from engine.notifications.delivery import deliver

    deliver(rt, tx)


def built_in(verbs: Verbs) -> None:
    """Add the engine's own verbs (`message.publish`) to a registry."""
    from engine.commands.publishing import VERBS

    verbs.merge(VERBS)
