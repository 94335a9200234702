"""The side lines on their real diagrams.

A desk with every official, a measure in force, titles to work on.
"""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import commands
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.policy import SYSTEM, Actor, Grant
from engine.programme.titles import operations as titles
from engine.programme.titles.models import Title
from engine.runtime import Runtime
from engine.settings import Settings, project_root
from engine.store.instances import Incident, Instance
from engine.store.tasks import CREATED, UserTask
from engine.worker import drain
from tests.support.once import Made
from tests.support.runtimes import sqlite_url

USCC, NEW_USCC = "91370200264574251E", "91370100163148844D"
CITY, COUNTY, AGENCY = "370100", "370102", "A-001"
CODE = "SDPR-2022-0040001"
MEASURE = {
    "name": "山东省智能制造场景数字化车间智能工厂培育认定办法",
    "document_no": "鲁工信装〔2022〕42号",
    "code": CODE,
    "issuing_office": "装备产业处",
    "signed_on": "2022-03-10",
    "in_force_on": "2022-04-30",
    "expires_on": "2025-12-31",
}
LOGINS = {
    "officer": ("dept_officer", "370000"),
    "colleague": ("dept_officer", "370000"),
    "head": ("dept_head", "370000"),
    "deputy": ("dept_deputy", "370000"),
    "director": ("director", "370000"),
    "office": ("office", "370000"),
    "legal": ("legal_review", "370000"),
    "supervision": ("supervision", "370000"),
    "city": ("city_officer", CITY),
    "other_city": ("city_officer", "370200"),
    "agency": ("agency", AGENCY),
    "filler": ("enterprise_filler", USCC),
    "legal_person": ("legal_representative", USCC),
    "stranger": ("enterprise_filler", "913703001641044829"),
}
PEOPLE = {login: Actor(login, login, (Grant(*grant),)) for login, grant in LOGINS.items()}
APPLICATION = {
    "application_no": "2023-370102-0001",
    "type": "FACTORY",
    "object_name": "电机智能工厂",
    "enterprise": "济南样例电机有限公司",
    "uscc": USCC,
    "city": CITY,
    "county": COUNTY,
    "industry": "C38",
    "cycle_year": 2023,
}


def at(text: str) -> datetime:
    """An instant of business time, e.g. `2024-06-03 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=BUSINESS_ZONE)


class Desk:
    """One office floor: everyone acts through the commands, the clock moves by hand."""

    def __init__(self, rt: Runtime, clock: VirtualClock) -> None:
        self.rt, self.clock = rt, clock

    def deploy(self) -> None:
        """Deploy every side line's diagram, decision and form."""
        root = project_root()
        names = ["measure", "objection", "renaming", "monitoring", "rectification", "revocation"]
        paths = [root / "processes" / f"{name}.bpmn" for name in names]
        decisions = ["required_evidence", "reapplication_bar", "after_expiry", "handling_periods"]
        paths += [root / "processes" / "decisions" / f"{name}.dmn" for name in decisions]
        prefixes = (*names, "reevaluation")
        forms = sorted((root / "forms" / "definitions").glob("*.form"))
        paths += [path for path in forms if path.stem.startswith(prefixes)]
        commands.deploy(self.rt, SYSTEM, {path.name: path.read_bytes() for path in paths})

    def start(self, who: str, process: str, key: str | None, **variables: Any) -> int:
        """Start a process as someone; the instance's key."""
        started = commands.start(self.rt, PEOPLE[who], process, variables, business_key=key)
        drain(self.rt)
        return started.instance_key

    def open(self) -> list[str]:
        """Element ids of all open tasks."""
        with self.rt.reading() as session:
            query = select(UserTask.element_id).where(UserTask.state == CREATED)
            return sorted(session.scalars(query))

    def task(self, element: str) -> UserTask:
        """The one open task of an element."""
        with self.rt.reading() as session:
            query = select(UserTask).where(UserTask.state == CREATED, UserTask.element_id == element)
            return session.scalars(query).one()

    def do(self, who: str, element: str, **body: Any) -> None:
        """Complete the open task of an element as someone, and let everything automatic happen."""
        done = commands.complete(self.rt, PEOPLE[who], self.task(element).id, body)
        assert not done.incidents, self.incidents()
        drain(self.rt)
        assert not self.incidents()

    def go(self, to: datetime | str) -> None:
        """Move the clock and let every deadline in between act."""
        self.clock.set(at(to) if isinstance(to, str) else to)
        drain(self.rt)
        assert not self.incidents()

    def pass_time(self, **by: int) -> None:
        """Move the clock by a duration."""
        self.go(self.clock.now() + timedelta(**by))

    def incidents(self) -> list[str]:
        """What failed and waits."""
        with self.rt.reading() as session:
            rows = session.scalars(select(Incident).where(Incident.resolved_at.is_(None)))
            return [f"{row.element_id}: {row.message}" for row in rows]

    def status(self, process: str) -> list[str]:
        """The states of all instances of a process."""
        with self.rt.reading() as session:
            rows = select(Instance.status).where(Instance.process_id == process).order_by(Instance.id)
            return list(session.scalars(rows))

    def one(self, model: Any) -> Any:
        """The only row of a register."""
        with self.rt.reading() as session:
            return session.scalars(select(model)).one()

    def title(self) -> Title:
        """The only title, with its names and events loaded."""
        with self.rt.reading() as session:
            title = session.scalars(select(Title)).one()
            assert title.names
            assert title.events
            return title

    def register_measure(self, **changes: Any) -> None:
        """Register the measure through its process."""
        self.start("officer", "measure", str(changes.get("code", CODE)))
        self.do("officer", "register", **{**MEASURE, **changes})

    def grant(self, **changes: Any) -> str:
        """Grant a title as a publication would; its number."""
        with self.rt.transaction() as tx:
            facts = {**APPLICATION, **changes}
            return titles.grant(
                tx.session, facts, "鲁工信装〔2023〕100号", date(2023, 12, 20), "office", at=tx.now
            ).title_no


def open_desk(url: str) -> Desk:
    """A desk on Monday 2024-06-03, 09:00, on a database."""
    clock = VirtualClock(at("2024-06-03 09:00"))
    settings = Settings(_env_file=None, database_url=url, sqlite_synchronous="OFF")
    return Desk(Runtime.open(settings, clock), clock)


@pytest.fixture(scope="session")
def deployed(made_once: Made, sqlite_template: Path) -> Path:
    """A database with the diagrams deployed and nothing registered, to be copied."""

    def make(folder: Path) -> None:
        shutil.copy(sqlite_template, folder / "luzhi.sqlite3")
        desk = open_desk(sqlite_url(folder / "luzhi.sqlite3"))
        desk.deploy()
        desk.rt.close()

    return made_once("deployed", make) / "luzhi.sqlite3"


@pytest.fixture
def desk(tmp_path: Path, deployed: Path) -> Iterator[Desk]:
    """A desk of its own: diagrams deployed, nothing registered."""
    path = tmp_path / "luzhi.sqlite3"
    for suffix in ("", "-wal", "-shm"):
        if Path(f"{deployed}{suffix}").exists():
            shutil.copy(f"{deployed}{suffix}", f"{path}{suffix}")
    found = open_desk(sqlite_url(path))
    yield found
    found.rt.close()


@pytest.fixture
def postgres_desk(postgres_schema: str) -> Iterator[Desk]:
    """The same desk on PostgreSQL."""
    found = open_desk(postgres_schema)
    found.deploy()
    yield found
    found.rt.close()
