"""The house of a journey: the real programme with a few invented enterprises, a site, and a clock that stands.

It is built once for all runs and test processes; every run works on its own copy. Time moves only when a step says
so, and then the invented people of the other offices do their work.
"""

import shutil
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from werkzeug.serving import make_server

from engine.clock import BUSINESS_ZONE, VirtualClock, start_of_day
from engine.programme.announcements.models import PublicNotice
from engine.programme.applications.models import Application
from engine.programme.rehearsal.invariants import Registers, check_all
from engine.programme.rehearsal.report import open_incidents
from engine.programme.rehearsal.resume import quiet, resume
from engine.programme.rehearsal.year import Year
from engine.programme.titles.models import Title
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.migrations import upgrade
from engine.store.people import Account
from engine.store.work import Outbox
from engine.worker import drain
from tests.browser.conftest import Quiet
from tests.support.runtimes import sqlite_url
from webapp import create_app
from webapp.account.passwords import hash_password
from webapp.cli.database import deploy_files
from webapp.settings import WebSettings

SEED, YEAR, INVENTED = 7, 2024, 2
FIRST_DAY = date(2024, 5, 20)
FIRST_MORNING = start_of_day(FIRST_DAY) + timedelta(hours=9)
MORNING = datetime(2024, 6, 4, 9, 30, tzinfo=BUSINESS_ZONE)
"""The filing window is open; the invented enterprises have not begun yet."""
PASSWORD = "twelve calm rivers 12"
OFFICIALS = ("county_officer-370102-1",)
"""Those who sign in themselves in a journey; all other officials are invented people at work."""
LATEST = date(2024, 12, 20)


def _settings(folder: Path, site: str = "") -> Settings:
    return Settings(
        _env_file=None,
        database_url=sqlite_url(folder / "house.sqlite3"),
        files=folder / "files",
        sqlite_synchronous="OFF",
        **({"site_url": site} if site else {}),
    )


def build(folder: Path) -> None:
    """The measure and the cycle are there, enterprises may apply, the officials of the journey have passwords."""
    clock = VirtualClock(FIRST_MORNING)
    runtime = Runtime.open(_settings(folder), clock=clock)
    year = furnish(runtime, clock)
    year.run(year.prepare(YEAR, INVENTED), MORNING, lambda share, text: None)
    assert clock.now() <= MORNING
    with runtime.transaction() as tx:
        hashed = hash_password(PASSWORD)
        tx.session.execute(update(Account).where(Account.login.in_(OFFICIALS)).values(password_hash=hashed))
    runtime.close()


def furnish(runtime: Runtime, clock: VirtualClock) -> Year:
    """Tables, diagrams, offices with their people, and the measure; these people try nothing forbidden."""
    upgrade(runtime.engine)
    deploy_files(runtime)
    year = Year(runtime, clock, SEED, small=True)
    quiet(year)
    year.open_house()
    return year


@dataclass(slots=True)
class House:
    """One run's own copy, served at `address`."""

    runtime: Runtime
    clock: VirtualClock
    address: str
    year: Year | None = field(default=None)

    def work(self) -> None:
        """What a worker does at once: messages, jobs, timers that are due now."""
        drain(self.runtime)

    def mail(self, to: str, subject: str) -> dict[str, Any]:
        """The newest mail to somebody with these words in its subject, from the outbox."""
        self.work()
        with self.runtime.reading() as session:
            rows = session.scalars(select(Outbox).where(Outbox.kind == "mail").order_by(Outbox.id.desc()))
            found = [
                row.payload for row in rows if row.payload["to"] == to and subject in row.payload["subject"]
            ]
        assert found, f"no mail “{subject}” to {to}"
        return dict(found[0])

    def until_notice(self, application_no: str) -> int:
        """Let the offices work until a public notice runs that names the application; the notice's number."""
        return int(
            self._until(lambda: self._notice(application_no), f"{application_no} is in no public notice")
        )

    def until_title(self, application_no: str) -> str:
        """Let the offices work until the application's title is published; its number."""
        return str(self._until(lambda: self._title(application_no), f"{application_no} has no title"))

    def until_status(self, application_no: str, status: str) -> None:
        """Let the offices work until the application has this status."""
        self._until(
            lambda: self._status(application_no) == status or None, f"{application_no} is not {status}"
        )

    def days(self, number: int) -> None:
        """Let so many days pass, with what the offices do in them."""
        to = self.clock.now() + timedelta(days=number)
        self._people().go_on(datetime.combine(to.date(), time(10), BUSINESS_ZONE), lambda share, text: None)

    def broken(self) -> list[str]:
        """What is not as the law wants it, what stands still, and what the invented people missed."""
        with self.runtime.reading() as session:
            outcomes = check_all(Registers(session, self.runtime.calendar))
            incidents = [str(incident) for incident in open_incidents(session)]
        law = [f"{name}: {text}" for name, found in outcomes.items() for text in found.broken]
        return [*law, *incidents, *(self.year.office.missed if self.year else [])]

    def _until(self, found: Any, problem: str) -> Any:
        while (answer := found()) is None:
            assert self.clock.now().date() < LATEST, problem
            self.days(1)
        return answer

    def _people(self) -> Year:
        """The invented people; the applications that the journey has brought are a visitor's to them."""
        if self.year is None:
            self.year = resume(self.runtime, self.clock, SEED, {YEAR: INVENTED}, small=True)
        return self.year

    def _notice(self, application_no: str) -> int | None:
        with self.runtime.reading() as session:
            for notice in session.scalars(select(PublicNotice)):
                if any(item.application_no == application_no for item in notice.items):
                    return notice.id if notice.starts_on <= self.clock.now().date() else None
        return None

    def _status(self, application_no: str) -> str | None:
        query = select(Application.status).where(Application.application_no == application_no)
        with self.runtime.reading() as session:
            return session.scalar(query)

    def _title(self, application_no: str) -> str | None:
        with self.runtime.reading() as session:
            return session.scalar(select(Title.title_no).where(Title.application_no == application_no))


def _copy(built: Path, folder: Path) -> None:
    with (
        closing(sqlite3.connect(built / "house.sqlite3")) as source,
        closing(sqlite3.connect(folder / "house.sqlite3")) as copy,
    ):
        source.backup(copy)
    if (built / "files").exists():
        shutil.copytree(built / "files", folder / "files")


@contextmanager
def served(built: Path, folder: Path) -> Iterator[House]:
    """A copy of the house behind a real server on a free port."""
    _copy(built, folder)
    with opened(folder, MORNING) as house:
        yield house


@contextmanager
def opened(folder: Path, at: datetime) -> Iterator[House]:
    """The house of this folder, or a new one, at that instant behind a real server on a free port."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(128)
        address = f"http://127.0.0.1:{door.getsockname()[1]}"
        clock = VirtualClock(at)
        runtime = Runtime.open(_settings(folder, address), clock=clock)
        app = create_app(
            runtime,
            WebSettings(
                _env_file=None,
                secret_key="journey-test-key-0123456789abcdef",
                second_factor_for_officials=False,
            ),
        )
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet, fd=door.fileno())
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield House(runtime, clock, address)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            runtime.close()
