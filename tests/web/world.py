"""A small world for the web tests: a database with people, a measure, a cycle and what was announced in it."""

import shutil
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from engine import commands
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM, Actor
from engine.programme.announcements.models import (
    Notice,
    Publication,
    PublicationItem,
    PublicNotice,
    PublicNoticeItem,
)
from engine.programme.cycles.models import Cycle
from engine.programme.measures.models import Measure
from engine.programme.titles.models import Title, TitleName
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store import models
from engine.store.migrations import upgrade

START = datetime(2024, 6, 3, 9, tzinfo=BUSINESS_ZONE)
USCC = "91370100MA3C5X8K9A"
HOSTILE = '<script>alert("x")</script>'

ORGANISATIONS = (
    ("370000", "山东省工业和信息化厅", "province", None),
    ("370100", "济南市", "city", "370000"),
    ("370102", "历下区", "county", "370100"),
    ("370200", "青岛市", "city", "370000"),
    (USCC, "泉城示例重工有限公司", "enterprise", "370102"),
)
PEOPLE = {
    "filler": ("王晓", [Grant("enterprise_filler", USCC)]),
    "county": ("赵敏", [Grant("county_officer", "370102")]),
    "city": ("李强", [Grant("city_officer", "370100")]),
    "other_city": ("孙丽", [Grant("city_officer", "370200")]),
    "officer": ("周涛", [Grant("dept_officer", "370000")]),
    "second_officer": ("吴静", [Grant("dept_officer", "370000")]),
    "city_head": ("钱峰", [Grant("city_head", "370100")]),
    "head": ("郑凯", [Grant("dept_head", "370000")]),
    "owner": ("冯源", [Grant("process_owner", "370000")]),
    "second_owner": ("陈思", [Grant("process_owner", "370000")]),
    "hostile": (HOSTILE, [Grant("city_officer", "370100")]),
}


def open_world(folder: Path, at: datetime = START, *, migrated: bool = False) -> Runtime:
    """A runtime on a fresh SQLite file, with tables and people; `migrated`: made as `luzhi init` does."""
    settings = Settings(database_url=f"sqlite:///{folder / 'web.sqlite3'}", sqlite_synchronous="OFF")
    runtime = Runtime.open(settings, VirtualClock(at))
    if migrated:
        upgrade(runtime.engine)
    else:
        models.load().create_all(runtime.engine)
    with runtime.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        for code, name, kind, parent in ORGANISATIONS:
            add_organisation(tx.session, scribe, code, name, kind, parent)
        for login, (name, grants) in PEOPLE.items():
            add_account(tx.session, scribe, login, name, grants)
    return runtime


def open_copy(template: Path, folder: Path) -> Runtime:
    """A runtime on a copy of a database that another runtime made and closed."""
    copy = folder / "web.sqlite3"
    shutil.copyfile(template, copy)
    settings = Settings(database_url=f"sqlite:///{copy}", sqlite_synchronous="OFF")
    return Runtime.open(settings, VirtualClock(START))


def actor(login: str) -> Actor:
    """The actor behind one of PEOPLE."""
    name, grants = PEOPLE[login]
    return Actor(login, name, tuple(grants))


def add_measure(runtime: Runtime) -> None:
    """The measure, valid until 2025-12-31."""
    with runtime.transaction() as tx:
        tx.session.add(
            Measure(
                code="SDPR-2022-0040001",
                name="山东省智能制造场景数字化车间智能工厂培育认定办法",
                document_no="鲁工信装〔2022〕42号",
                in_force_on=date(2022, 4, 30),
                expires_on=date(2025, 12, 31),
                status="IN_FORCE",
                registered_by="system",
                registered_at=tx.now,
            )
        )


def add_cycle(runtime: Runtime, year: int = 2024) -> None:
    """A cycle whose notice is out and whose window is open."""
    with runtime.transaction() as tx:
        deadlines = {
            "enterprise_deadline": datetime(year, 6, 16, tzinfo=BUSINESS_ZONE),
            "county_deadline": datetime(year, 6, 21, tzinfo=BUSINESS_ZONE),
            "city_deadline": datetime(year, 6, 26, tzinfo=BUSINESS_ZONE),
        }
        title = f"关于组织申报{year}年度省级智能制造场景、数字化车间和智能工厂的通知"
        tx.session.add(
            Cycle(
                year=year,
                measure_code="SDPR-2022-0040001",
                title=title,
                notice_no=f"鲁工信装〔{year}〕88号",
                notice_date=date(year, 5, 28),
                published_at=datetime(year, 5, 28, 10, tzinfo=BUSINESS_ZONE),
                parameters={},
                catalogues={},
                cities=[],
                quotas={},
                direct_filing=[],
                status="OPEN",
                **deadlines,
            )
        )
        tx.session.add(
            Notice(
                cycle_year=year,
                kind="ANNUAL",
                notice_no=f"鲁工信装〔{year}〕88号",
                title=title,
                notice_date=date(year, 5, 28),
                body="各市工业和信息化局：\n为做好本年度认定工作，现将有关事项通知如下。",
                facts={name: at.isoformat() for name, at in deadlines.items()},
                issued_by="office",
                issued_at=tx.now,
            )
        )


def add_announcement(runtime: Runtime, names: Iterable[str] = ("重载齿轮智能工厂",), year: int = 2024) -> int:
    """A public notice that runs from yesterday for a week; its id."""
    with runtime.transaction() as tx:
        first = tx.now.date() - timedelta(days=1)
        notice = PublicNotice(
            cycle_year=year,
            title=f"关于{year}年度拟认定名单的公示",
            starts_on=first,
            ends_on=first + timedelta(days=7),
            ends_at=datetime.combine(first + timedelta(days=8), datetime.min.time(), BUSINESS_ZONE),
            phone="0531-00000000",
            address="济南市历下区示例路1号",
            issued_by="office",
            issued_at=tx.now,
        )
        for number, name in enumerate(names, start=1):
            notice.items.append(
                PublicNoticeItem(
                    application_no=f"{year}-370102-{number:04d}",
                    type="FACTORY",
                    enterprise=f"泉城示例重工{number}有限公司",
                    object_name=name,
                    city="370100",
                )
            )
        tx.session.add(notice)
        tx.session.flush()
        return notice.id


def add_titles(runtime: Runtime, count: int = 3, year: int = 2023) -> int:
    """A publication with `count` titles, the first renamed since; the publication's id."""
    with runtime.transaction() as tx:
        publication = Publication(
            cycle_year=year,
            document_no=f"鲁工信装〔{year}〕155号",
            document_date=date(year, 11, 20),
            title=f"关于公布{year}年度省级智能工厂名单的通知",
            main_of=year,
            issued_by="office",
            issued_at=tx.now,
        )
        for number in range(1, count + 1):
            title = _title(year, number)
            tx.session.add(title)
            publication.items.append(
                PublicationItem(
                    application_no=title.application_no,
                    title_no=title.title_no,
                    type=title.type,
                    enterprise=title.holder,
                    object_name=title.name,
                    city=title.city,
                )
            )
        tx.session.add(publication)
        tx.session.flush()
        return publication.id


def _title(year: int, number: int) -> Title:
    holder = f"示例装备{number}有限公司"
    document = f"鲁工信装〔{year}〕155号"
    title = Title(
        title_no=f"{year}-F-{number:04d}",
        application_no=f"{year}-370100-{number:04d}",
        measure_code="SDPR-2022-0040001",
        type="FACTORY",
        name=f"第{number}智能工厂",
        holder=holder,
        uscc=USCC,
        city="370100",
        county="370102",
        industry="35",
        cycle_year=year,
        granted_on=date(year, 11, 20),
        document_no=document,
    )
    names = [(holder, date(year, 11, 20), None)]
    if number == 1:
        names = [
            ("老字号机械厂", date(year, 11, 20), date(year + 1, 3, 1)),
            (holder, date(year + 1, 3, 1), None),
        ]
    for sequence, (name, since, until) in enumerate(names):
        title.names.append(
            TitleName(
                sequence=sequence,
                holder=name,
                uscc=USCC,
                since=since,
                until=until,
                document_no=document,
                basis="第十二条",
            )
        )
    return title


FILES = Path(__file__).parent / "files"


def deploy_review(runtime: Runtime) -> None:
    """A process of two steps with a real form: city officer, then head of the city."""
    files = {file.name: file.read_bytes() for file in FILES.iterdir()}
    commands.deploy(runtime, SYSTEM, files)


def start_review(runtime: Runtime, business_key: str | None = None) -> int:
    """One instance of it; the key of its first task."""
    return commands.start(runtime, actor("officer"), "recommendation", {}, business_key).tasks[0]
