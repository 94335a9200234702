"""The demonstration as `luzhi run` builds it: every role finds its account, most find work, nothing is broken."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import commands
from engine.conditions import Grant
from engine.policy import ROLES, Actor
from engine.programme import demo
from engine.programme.announcements.facts import evidence_facts
from engine.programme.announcements.models import CHECKED, TAKEN_DOWN, Notice, PublicNotice
from engine.programme.cycles.models import CLOSED, OPEN, Cycle
from engine.programme.cycles.wording import looser_wordings
from engine.programme.demo_side_lines import LINES
from engine.programme.rehearsal.invariants import Registers, check_all
from engine.programme.rehearsal.report import open_incidents
from engine.runtime import Runtime
from engine.settings import Settings
from engine.shifted_clock import ShiftedClock
from engine.store.migrations import upgrade
from engine.store.people import RoleGrant
from engine.store.tasks import CANCELED, CREATED, UserTask
from tests.support.once import Made
from tests.support.runtimes import sqlite_url
from webapp.cli.database import deploy_files
from webapp.demo.looking import read_site

WITHOUT_WORK = {
    "enterprise_admin",  # they have pages, not tasks
    "enterprise_viewer",
    "expert",  # nothing is reviewed while enterprises apply
    "expert_leader",
    "process_owner",
    "sysadmin",
    "secadmin",
    "auditadmin",
}


def _settings(path: Path) -> Settings:
    return Settings(_env_file=None, database_url=sqlite_url(path), sqlite_synchronous="OFF")


@pytest.fixture(scope="module", autouse=True)
def _size() -> Iterator[None]:
    """Shorter years before, with as many titles as there are side lines; all of it with LUZHI_FULL."""
    with pytest.MonkeyPatch.context() as patch:
        if os.environ.get("LUZHI_FULL") != "1":
            patch.setattr(demo, "SIZES", {2022: 8, 2023: 10, 2024: 32})
        yield


@pytest.fixture(scope="module")
def house(made_once: Made) -> Path:
    """The database of the demonstration, built once for all test processes, with its cycle of 2024 in the filing window."""
    return made_once("demo", lambda folder: _build(folder / "demo.sqlite3")) / "demo.sqlite3"


def _build(path: Path) -> None:
    runtime = Runtime.open(_settings(path))
    upgrade(runtime.engine)
    assert not demo.is_built(runtime)
    runtime.close()
    assert demo.build(_settings(path), deploy_files, lambda share, text: None, site=read_site) == []


@pytest.fixture(scope="module")
def built(house: Path) -> Iterator[Runtime]:
    """The demonstration as a visitor finds it."""
    runtime = Runtime.open(_settings(house))
    yield runtime
    runtime.close()


def test_past_notices_were_looked_at_every_day_they_stood(built: Runtime) -> None:
    with built.reading() as session:
        notices = list(session.scalars(select(PublicNotice)))
        assert notices
        for notice in notices:
            facts = evidence_facts(session, notice.id)
            rows = facts["rows"]
            days = {row["at"].date() for row in rows if row["kind"] == CHECKED}
            assert len(days) == (notice.ends_on - notice.starts_on).days + 1, "rest days, too"
            assert all(row["same"] for row in rows)
            assert rows[-1]["kind"] == TAKEN_DOWN


def test_the_notice_of_2024_is_pointed_out_where_it_is_milder_than_the_measure(built: Runtime) -> None:
    with built.reading() as session:
        text = session.scalars(select(Notice.body).where(Notice.cycle_year == 2024)).first() or ""
    assert [w.article for w in looser_wordings(built.catalogues, text)] == ["第六条（二）", "第六条（三）"]


def test_two_cycles_are_closed_and_enterprises_may_apply_in_the_third(built: Runtime) -> None:
    now = demo.STAGES[demo.DEFAULT_STAGE]
    with built.reading() as session:
        cycles = {cycle.year: cycle for cycle in session.scalars(select(Cycle))}
    assert {year: cycle.status for year, cycle in cycles.items()} == {2022: CLOSED, 2023: CLOSED, 2024: OPEN}
    opened, closes = cycles[2024].published_at, cycles[2024].enterprise_deadline
    assert opened is not None
    assert closes is not None
    assert opened < now < closes


def test_the_clock_goes_on_from_there(built: Runtime) -> None:
    assert demo.is_built(built)
    now = demo.STAGES[demo.DEFAULT_STAGE]
    assert timedelta() <= ShiftedClock(built.engine).now() - now < timedelta(hours=1)


def test_the_law_holds_and_nothing_stands_still(built: Runtime) -> None:
    with built.reading() as session:
        outcomes = check_all(Registers(session, built.calendar))
        assert open_incidents(session) == []
    assert {name: found.broken for name, found in outcomes.items() if found.broken} == {}


def test_every_side_line_waits_where_it_was_left(built: Runtime) -> None:
    with built.reading() as session:
        tasks = session.execute(
            select(UserTask.process_id, UserTask.element_id).where(UserTask.state == CREATED)
        )
        waiting = {f"{process}/{element}" for process, element in tasks}
    assert {line.left_at for line in LINES} | {"objection/assess_clue"} <= waiting


def test_every_role_has_an_account_and_most_have_work(built: Runtime) -> None:
    accounts = demo.accounts(built)
    assert [account.role for account in accounts] == [label for label, _ in ROLES.values()]
    with built.reading() as session:
        tasks = session.scalars(select(UserTask).where(UserTask.state == CREATED)).all()
    groups = {group for task in tasks if task.element_id != demo.OPTIONAL for group in task.candidate_groups}
    busy = {group.split("@")[0] for group in groups}
    assert ROLES.keys() - busy == WITHOUT_WORK


def test_the_legal_representative_is_the_one_who_may_state_his_case(built: Runtime) -> None:
    """A task that is somebody's own comes before one that is shared."""
    label = ROLES["legal_representative"][0]
    chosen = next(account.login for account in demo.accounts(built) if account.role == label)
    with built.reading() as session:
        task = session.scalars(
            select(UserTask).where(UserTask.state == CREATED, UserTask.element_id == "state")
        ).one()
    assert task.candidate_groups == [f"legal_representative@{chosen.removeprefix('legal_representative-')}"]


def test_the_invented_people_work_on_and_leave_a_visitors_case_alone(house: Path, tmp_path: Path) -> None:
    """A visitor claims a task and forgets it; the clock goes on to the public notice, and the law holds."""
    path = tmp_path / "later.sqlite3"
    with closing(sqlite3.connect(house)) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
    taken = _claim_one(_settings(path))
    assert demo.go_on(_settings(path), demo.STAGES["notice"], lambda share, text: None) == []
    runtime = Runtime.open(_settings(path))
    with runtime.reading() as session:
        notice = session.scalars(select(PublicNotice).where(PublicNotice.cycle_year == 2024)).one()
        outcomes = check_all(Registers(session, runtime.calendar))
        assert open_incidents(session) == []
        left = session.get_one(UserTask, taken)
    runtime.close()
    assert left.state == CANCELED  # its deadline took it away: nobody did it for the visitor
    assert notice.starts_on < demo.STAGES["notice"].date() < notice.ends_on
    assert {name: found.broken for name, found in outcomes.items() if found.broken} == {}


def _claim_one(settings: Settings) -> int:
    """Somebody at a county takes one opinion out of the office's inbox; the task's number."""
    runtime = Runtime.open(settings)
    runtime.clock = ShiftedClock(runtime.engine)
    with runtime.reading() as session:
        task = session.scalars(
            select(UserTask).where(UserTask.state == CREATED, UserTask.element_id == "county_opinion")
        ).first()
        assert task is not None
        group = next(g for g in task.candidate_groups if g.startswith("county_officer@"))
        role, _, office = group.partition("@")
        login = session.scalars(
            select(RoleGrant.login).where(RoleGrant.role == role, RoleGrant.organisation == office)
        ).first()
    assert login is not None
    commands.claim(runtime, Actor(login, login, (Grant(role, office),)), task.id)
    runtime.close()
    return task.id
