"""The main line on its real diagrams: a province with two cities, its offices, and enterprises that apply."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import commands
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.directory import Scribe, add_account, add_organisation
from engine.outbox import DOCUMENTS_DUE
from engine.policy import SYSTEM, Actor, Grant
from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle
from engine.programme.measures.operations import register
from engine.programme.reviews.draw import enrol
from engine.programme.titles.models import Title
from engine.runtime import Runtime
from engine.settings import Settings, project_root
from engine.store.instances import Incident, Instance
from engine.store.tasks import CREATED, UserTask
from engine.worker import drain
from tests.programme import answers
from tests.programme.attachments import attached
from tests.support.once import Made
from tests.support.runtimes import sqlite_url

CITY, COUNTY, OTHER_CITY, OTHER_COUNTY = "370100", "370102", "370200", "370202"
FIRST, SECOND, THIRD = "91370200264574251E", "91370100163148844W", "91370300164104482A"
VISITORS = ("visitor-1", "visitor-2")
FIELDS = ("machinery", "process", "it", "automation", "finance")
DEPARTMENT = ("dept_officer", "dept_head", "dept_deputy", "director", "office")
EXPERTS = tuple(f"expert-{number}" for number in range(1, 9))
MEASURE = {
    "code": "SDPR-2022-0040001",
    "name": "山东省智能制造场景数字化车间智能工厂培育认定办法",
    "document_no": "鲁工信装〔2022〕42号",
    "in_force_on": "2022-04-30",
    "expires_on": "2025-12-31",
}


def at(text: str) -> datetime:
    """An instant of business time, e.g. `2024-06-03 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=BUSINESS_ZONE)


def person(role: str, organisation: str, login: str | None = None) -> Actor:
    """Somebody who holds one role in one organisation."""
    name = login or f"{role}@{organisation}"
    return Actor(name, name, (Grant(role, organisation),))


MET = {"chair": "厅长", "attendees": "班子成员"}


class House:
    """Everyone acts through the commands; the clock moves by hand."""

    def __init__(self, rt: Runtime, clock: VirtualClock) -> None:
        self.rt, self.clock = rt, clock

    def deploy(self) -> None:
        """Deploy the main line, and the objection that holds its items."""
        root = project_root()
        names = ("annual_cycle", "application", "recommendation", "objection")
        paths = [root / "processes" / f"{name}.bpmn" for name in names]
        paths += sorted((root / "processes" / "decisions").glob("*.dmn"))
        paths += sorted((root / "forms" / "definitions").glob("*.form"))
        commands.deploy(self.rt, SYSTEM, {path.name: path.read_bytes() for path in paths})

    def furnish(self) -> None:
        """Register the measure and enrol the experts."""
        with self.rt.transaction() as tx:
            register(tx.session, MEASURE, actor="officer", at=tx.now)
            for number, login in enumerate(EXPERTS):
                field, other = FIELDS[number % 5], FIELDS[(number + 1) % 4]
                enrol(tx.session, login, f"专家{number}", field, also=[other])
            scribe = Scribe(SYSTEM, tx.now)
            add_organisation(tx.session, scribe, "370000", "山东省工业和信息化厅", "province", None)
            for login in VISITORS:
                add_account(tx.session, scribe, login, login, [Grant("dept_officer", "370000")])

    def start(self, actor: Actor, process: str, **variables: Any) -> int:
        """Start a process as someone; the instance's key."""
        key = commands.start(self.rt, actor, process, variables).instance_key
        drain(self.rt)
        return key

    def tasks(self, element: str | None = None, key: str | None = None) -> list[UserTask]:
        """The open tasks, of an element and of a case if they are named."""
        query = select(UserTask).where(UserTask.state == CREATED).order_by(UserTask.id)
        if element is not None:
            query = query.where(UserTask.element_id == element)
        if key is not None:
            query = query.where(UserTask.business_key == key)
        with self.rt.reading() as session:
            return list(session.scalars(query))

    def do(self, actor: Actor, element: str, key: str, **body: Any) -> None:
        """Complete the one open task of an element in a case, and let everything automatic happen."""
        [task] = self.tasks(element, key)
        with self.rt.transaction() as tx:
            body = attached(tx.session, actor.login, task.id, body, tx.now)
        done = commands.complete(self.rt, actor, task.id, body)
        assert not done.incidents, self.incidents()
        drain(self.rt)
        assert not self.incidents(), self.incidents()

    def department(self, element: str, role: str, key: str = "2024", **body: Any) -> None:
        """Complete a department's task of the annual cycle, or of the case named."""
        self.do(person(role, "370000"), element, key, **body)

    def go(self, to: str) -> None:
        """Move the clock and let every deadline in between act."""
        self.clock.set(at(to))
        drain(self.rt)
        assert not self.incidents(), self.incidents()

    def incidents(self) -> list[str]:
        """What failed and waits."""
        with self.rt.reading() as session:
            rows = session.scalars(select(Incident).where(Incident.resolved_at.is_(None)))
            return [f"{row.element_id}: {row.message}" for row in rows]

    def case(self, key: str, process: str = "application") -> str:
        """The state of a case's instance."""
        query = select(Instance.status).where(Instance.business_key == key, Instance.process_id == process)
        with self.rt.reading() as session:
            return session.scalars(query).one()

    def application(self, number: str) -> Application:
        """An application with its history and flags loaded."""
        with self.rt.reading() as session:
            found = session.scalars(select(Application).where(Application.application_no == number)).one()
            assert found.history
            assert found.flags is not None
            return found

    def cycle(self, year: int = 2024) -> Cycle:
        """The cycle of a year."""
        with self.rt.reading() as session:
            return session.scalars(select(Cycle).where(Cycle.year == year)).one()

    def titles(self) -> list[Title]:
        """All titles."""
        return self.rows(select(Title))

    def rows(self, query: Any) -> list[Any]:
        """The rows of a query."""
        with self.rt.reading() as session:
            return list(session.scalars(query))

    def open_window(self, **changes: Any) -> None:
        """Start the cycle of 2024 and publish its notice on 2024-05-28."""
        self.start(person("dept_officer", "370000"), "annual_cycle", cycle_year=2024)
        self.department("draft_notice", "dept_officer", **{**answers.notice(), **changes})
        self.department("review_notice", "dept_head", decision="AGREE")
        self.department("sign_notice", "dept_deputy", decision="AGREE")
        self.department(
            "publish_notice", "office", notice_no="鲁工信装〔2024〕60号", notice_date="2024-05-28"
        )

    def apply(self, uscc: str, name: str = "一号工厂", county: str = COUNTY, **facts: Any) -> str:
        """Begin an application; its number."""
        filler = person("enterprise_filler", uscc)
        start = {
            "cycle_year": 2024,
            "uscc": uscc,
            "enterprise": f"示例企业{uscc[-4:]}",
            "type": "FACTORY",
            "object_name": name,
            "county": county,
            "industry": "C34",
            **facts,
        }
        key = self.start(filler, "application", **start)
        with self.rt.reading() as session:
            return str(session.get_one(Instance, key).business_key)

    def file(self, number: str, uscc: str, **changes: Any) -> None:
        """Self-evaluation, form and the legal representative's submission."""
        filler = person("enterprise_filler", uscc)
        self.do(filler, "self_evaluation", number, **answers.self_evaluation())
        self.do(filler, "fill", number, **answers.form(**changes))
        self.do(person("legal_representative", uscc), "sign", number, **answers.signature())

    def endorse(self, number: str, city: str = CITY, county: str = COUNTY) -> None:
        """County and city agree, two people each."""
        self.do(person("county_officer", county), "county_opinion", number, **answers.county_opinion())
        self.do(person("county_head", county), "county_review", number, decision="AGREE")
        self.review_in_city(number, city)

    def review_in_city(self, number: str, city: str = CITY) -> None:
        """The city recommends, two people."""
        self.do(person("city_officer", city), "city_review", number, **answers.city_review())
        self.do(person("city_head", city), "city_approve", number, decision="AGREE")

    def send_package(self, city: str = CITY, letter: str = "济工信函〔2024〕5号") -> None:
        """The city ranks what it agreed, in the proposed order, and sends its package."""
        key, officer = f"2024-{city}", person("city_officer", city)
        self.do(officer, "rank", key, decision="REFRESH")
        ranking = self.proposal("rank", key)
        self.do(officer, "rank", key, decision="SUBMIT", ranking=ranking)
        self.do(
            person("city_head", city),
            "sign",
            key,
            decision="SEND",
            document_no=letter,
            document_date="2024-07-03",
            scan=["f-scan"],
        )

    def proposal(self, element: str, key: str) -> list[dict[str, Any]]:
        """The rows that the diagram proposes to an open task with a list."""
        [task] = self.tasks(element, key)
        name = {"rank": "ranking"}.get(element, "items")
        rows = answers.local(self.rt, task)[name]
        return [{key: value for key, value in row.items() if value is not None} for row in rows]

    def check_formally(self, number: str, **changes: Any) -> None:
        """Two people pass the formal review."""
        self.department("formal_check", "dept_officer", number, **answers.formal_check(**changes))
        self.department("formal_approve", "dept_head", number, decision="AGREE")

    def score(self, number: str, **changes: Any) -> None:
        """Every drawn expert seals a sheet; a visit follows when it is asked for."""
        for task in self.tasks("expert_sheet", number):
            expert = person("expert", "370000", task.assignee)
            commands.complete(self.rt, expert, task.id, answers.sheet(**changes))
        drain(self.rt)
        assert not self.incidents(), self.incidents()
        if self.tasks("plan_visit", number):
            self.visit(number)

    def visit(self, number: str, **changes: Any) -> None:
        """Two officers are sent, the first writes the record, the second signs it."""
        first, second = (person("dept_officer", "370000", login) for login in VISITORS)
        planned = {
            "leader": first.login,
            "second": second.login,
            "planned_on": f"{self.clock.now():%Y-%m-%d}",
        }
        self.department("plan_visit", "dept_officer", number, **planned)
        self.do(first, "site_visit", number, **answers.visit(self.clock, **changes))
        self.do(second, "visit_sign", number, decision="AGREE")

    def recommend(self, *filed: tuple[str, str]) -> None:
        """File, endorse and send (number, USCC) of the first city; accepted on 2024-07-08."""
        for number, uscc in filed:
            self.file(number, uscc)
            self.endorse(number)
        self.go("2024-06-29 00:00")
        self.send_package()
        self.go("2024-07-08 09:00")
        self.department("acceptance", "dept_officer", "2024-370100", decision="ACCEPT")
        self.department("receipts", "dept_officer", confirmed=True)

    def draw(self) -> None:
        """Fix the list after the formal review and draw the experts."""
        self.department("formal_list", "dept_officer", confirmed=True)
        self.department("draw", "dept_officer", seed="2024-07-22-17", witness="监督员")

    def decide(self, results: dict[str, str] | None = None, met: Mapping[str, str] = MET) -> None:
        """Opinion, signatures and the director's meeting on 2024-09-05; everything passes unless said otherwise.

        `met`: who was there, as the form of the meeting asks.
        """
        if self.tasks("reviews_done"):
            self.department("reviews_done", "dept_officer", confirmed=True)
        self.department("opinion_list", "dept_officer", items=self.proposal("opinion_list", "2024"))
        self.department("opinion_review", "dept_head", decision="AGREE")
        self.department("opinion_sign", "dept_deputy", decision="AGREE")
        items = [
            {**row, "result": (results or {}).get(row["application_no"], "PASS"), "reason": "会议研究"}
            for row in self.proposal("meeting_results", "2024")
        ]
        held_on = f"{self.clock.now():%Y-%m-%d}"
        minutes = f"纪要〔2024〕{self.clock.now():%m%d}"
        self.department(
            "meeting_results",
            "office",
            minutes_no=minutes,
            held_on=held_on,
            items=items,
            **met,
        )
        self.department("meeting_sign", "director", decision="AGREE")

    def announce(self, starts_on: str = "2024-09-09", ends_on: str = "2024-09-13") -> None:
        """Open the public notice."""
        self.department(
            "public_notice",
            "office",
            title="关于2024年度拟认定名单的公示",
            starts_on=starts_on,
            ends_on=ends_on,
            phone="0531-00000000",
        )

    def publish(self, number: str = "鲁工信装〔2024〕120号") -> None:
        """Publish what may be published."""
        self.department(
            "publish",
            "office",
            decision="PUBLISH",
            document_no=number,
            document_date=f"{self.clock.now():%Y-%m-%d}",
            title="关于公布2024年度名单的通知",
        )


def open_house(path: Path, now: str = "2024-05-28 09:00") -> House:
    """A house on the database in a file."""
    clock = VirtualClock(at(now))
    settings = Settings(_env_file=None, database_url=sqlite_url(path), sqlite_synchronous="OFF")
    runtime = Runtime.open(settings, clock)
    runtime.effects.pop(DOCUMENTS_DUE)  # no test of a rule waits for typesetting
    return House(runtime, clock)


def copy_database(source: Path, target: Path) -> None:
    """Copy a closed SQLite database."""
    for suffix in ("", "-wal", "-shm"):
        if Path(f"{source}{suffix}").exists():
            shutil.copy(f"{source}{suffix}", f"{target}{suffix}")


@pytest.fixture(scope="session")
def furnished(made_once: Made, sqlite_template: Path) -> Path:
    """A database with the main line deployed, the measure registered and the window open, to be copied."""

    def make(folder: Path) -> None:
        shutil.copy(sqlite_template, folder / "luzhi.sqlite3")
        house = open_house(folder / "luzhi.sqlite3")
        house.deploy()
        house.furnish()
        house.open_window()
        house.rt.close()

    return made_once("furnished", make) / "luzhi.sqlite3"


@pytest.fixture
def house(tmp_path: Path, furnished: Path) -> Iterator[House]:
    """A house of its own on 2024-06-03: the notice is out, the window is open."""
    path = tmp_path / "luzhi.sqlite3"
    copy_database(furnished, path)
    found = open_house(path, "2024-06-03 09:00")
    yield found
    found.rt.close()
