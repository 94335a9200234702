"""The demonstration as `luzhi run` builds it: every role finds its account, most find work, nothing is broken."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.policy import ROLES
from engine.programme import demo
from engine.programme.announcements.models import PublicNotice
from engine.programme.cycles.models import CLOSED, OPEN, Cycle
from engine.programme.demo_side_lines import LEFT_ALWAYS, LINES
from engine.programme.rehearsal.invariants import Registers, check_all
from engine.programme.rehearsal.report import open_incidents
from engine.runtime import Runtime
from engine.settings import Settings
from engine.shifted_clock import ShiftedClock
from engine.store.migrations import upgrade
from engine.store.tasks import CREATED, UserTask
from tests.support.runtimes import sqlite_url
from webapp.cli.database import deploy_files

WITHOUT_WORK = {
    "county_officer",  # the counties are through in a public notice
    "county_head",
    "expert",  # so are the experts
    "expert_leader",
    "process_owner",
    "sysadmin",
    "secadmin",
    "auditadmin",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """The demonstration, built once."""
    path: Path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    settings = Settings(_env_file=None, database_url=sqlite_url(path), sqlite_synchronous="OFF")
    runtime = Runtime.open(settings)
    upgrade(runtime.engine)
    assert not demo.is_built(runtime)
    assert demo.build(settings, deploy_files, lambda share, text: None) == []
    yield runtime
    runtime.close()


def test_two_cycles_are_closed_and_one_is_in_its_public_notice(built: Runtime) -> None:
    with built.reading() as session:
        cycles = {cycle.year: cycle.status for cycle in session.scalars(select(Cycle))}
        notice = session.scalars(select(PublicNotice).where(PublicNotice.cycle_year == 2024)).one()
    assert cycles == {2022: CLOSED, 2023: CLOSED, 2024: OPEN}
    assert notice.starts_on < demo.NOW.date() < notice.ends_on


def test_the_clock_goes_on_from_there(built: Runtime) -> None:
    assert demo.is_built(built)
    assert timedelta() <= ShiftedClock(built.engine).now() - demo.NOW < timedelta(hours=1)


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
    assert {line.left_at for line in LINES} | set(LEFT_ALWAYS[:2]) <= waiting


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
