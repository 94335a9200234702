"""What the database itself refuses, whatever the code does."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from engine import commands
from engine.clock import BUSINESS_ZONE
from engine.runtime import Runtime
from engine.store.files import Setting
from engine.store.instances import Instance
from engine.store.migrations import current, differences, upgrade
from engine.store.people import Organisation
from engine.store.tasks import UserTask, UserTaskCandidate
from engine.store.triggers import APPEND_ONLY, SUBMITTED
from tests.support.diagrams import straight
from tests.support.people import CITY
from tests.support.runtimes import deploy, open_runtime, open_task, rows, start


@pytest.fixture
def worked(any_rt: Runtime) -> Runtime:
    """A database in which a task was completed, so that every append-only table has rows."""
    deploy(any_rt, two=straight("two", 2))
    start(any_rt, "two")
    commands.complete(any_rt, CITY, open_task(any_rt, "t1"), {})
    return any_rt


def execute(rt: Runtime, statement: str, **values: Any) -> None:
    with rt.engine.begin() as connection:
        connection.execute(text(statement), values)


def save(rt: Runtime, row: Any) -> None:
    with rt.transaction() as tx:
        tx.session.add(row)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_append_only_tables_refuse_changes_and_deletions(worked: Runtime, table: str) -> None:
    column = {"audit": "actor", "submission": "form_id", "element_event": "actor", "resource": "file"}
    with pytest.raises(DBAPIError, match="append-only"):
        execute(worked, f"UPDATE {table} SET {column.get(table, 'name')} = 'x'")  # noqa: S608
    with pytest.raises(DBAPIError, match="append-only"):
        execute(worked, f"DELETE FROM {table}")  # noqa: S608


HISTORY = (
    "INSERT INTO application (id, application_no, cycle_year, uscc, enterprise, type, object_name, county, city,"
    " industry, catalogue, status, live, reason, opened_at, version, city_title)"
    " VALUES (1, 'a', 2024, 'u', 'e', 'SCENE', 'o', '370102', '370100', 'C34', 'c', 's', true, '', :at, 1, false)",
    "INSERT INTO application_event (id, application_id, at, actor, basis, to_status, note)"
    " VALUES (1, 1, :at, 'x', 'b', 's', '')",
    "INSERT INTO application_version (id, application_no, version, submitted_at, submitted_by, reason, content, sha256)"
    " VALUES (1, 'a', 1, :at, 'x', '', '{}', 'h')",
    "INSERT INTO objection (id, objection_no, application_no, kind, statement, evidence, received_at, late, holds, status)"
    " VALUES (1, 'o', 'a', 'NAMED', 's', '', :at, false, true, 'OPEN')",
    "INSERT INTO objection_event (id, objection_id, at, actor, basis, kind, note) VALUES (1, 1, :at, 'x', 'b', 'k', '')",
    "INSERT INTO expert_sheet (id, application_no, expert, d1, d2, d3, d4, d5, total, opinion, visit_asked, comment,"
    " sealed_at) VALUES (1, 'a', 'x', 1, 1, 1, 1, 1, 5, 'DEFER', false, '', :at)",
)


def test_what_was_submitted_and_judged_is_only_added_to(any_rt: Runtime) -> None:
    for statement in HISTORY:
        execute(any_rt, statement, at="2024-06-03 01:00:00")
    for table in SUBMITTED:
        with pytest.raises(DBAPIError, match="append-only"):
            execute(any_rt, f"UPDATE {table} SET id = 2")  # noqa: S608
        with pytest.raises(DBAPIError, match="append-only"):
            execute(any_rt, f"DELETE FROM {table}")  # noqa: S608


def test_a_task_is_submitted_once(worked: Runtime) -> None:
    with pytest.raises(IntegrityError):
        execute(
            worked,
            'INSERT INTO submission (instance_id, task_id, element_id, "by", at, data, sha256) '
            "SELECT instance_id, task_id, element_id, 'x', at, data, sha256 FROM submission",
        )


def test_an_ended_task_leaves_no_candidates(worked: Runtime) -> None:
    [open_one] = rows(worked, select(UserTask).where(UserTask.state == "CREATED"))
    assert rows(worked, select(UserTaskCandidate.task_id)) == [open_one.id]
    execute(worked, "UPDATE user_task SET state = 'CANCELED', ended_at = created_at WHERE state = 'CREATED'")
    assert rows(worked, select(UserTaskCandidate.task_id)) == []


def test_an_open_task_has_no_end(worked: Runtime) -> None:
    with pytest.raises(IntegrityError):
        execute(worked, "UPDATE user_task SET ended_at = created_at WHERE state = 'CREATED'")


def test_foreign_keys_are_checked(any_rt: Runtime) -> None:
    with pytest.raises(IntegrityError):
        execute(any_rt, "INSERT INTO organisation (code, name, kind, parent) VALUES ('1', 'x', 'city', '0')")


def test_instants_are_aware_and_exact(any_rt: Runtime) -> None:
    at = datetime(2024, 6, 30, 16, 0, 0, 123456, tzinfo=UTC)
    with any_rt.transaction() as tx:
        tx.session.add(Setting(name="a", value={"x": 1}, by="x", at=at))
    [row] = rows(any_rt, select(Setting))
    assert row.at == at
    assert row.at.tzinfo is BUSINESS_ZONE
    naive = Setting(name="b", value=1, by="x", at=datetime(2024, 6, 30))  # noqa: DTZ001
    with pytest.raises(StatementError, match="naive"):
        save(any_rt, naive)


def test_a_page_cannot_write(any_rt: Runtime) -> None:
    if any_rt.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no read-only transaction; its readers only take no write lock")
    with any_rt.reading() as session:
        session.add(Organisation(code="1", name="x", kind="city"))
        with pytest.raises(DBAPIError, match="read-only"):
            session.flush()


def test_a_reader_does_not_wait_for_a_writer(any_rt: Runtime) -> None:
    with any_rt.transaction() as tx:
        tx.session.add(Organisation(code="1", name="x", kind="city"))
        tx.session.flush()
        with any_rt.reading() as session:
            assert session.scalars(select(Organisation)).all() == []
    assert len(rows(any_rt, select(Organisation))) == 1


def test_a_block_that_raises_leaves_nothing(any_rt: Runtime) -> None:
    def fail_half_way() -> None:
        with any_rt.transaction() as tx:
            tx.session.add(Organisation(code="1", name="x", kind="city"))
            tx.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert rows(any_rt, select(Organisation)) == []


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Any) -> str:
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    url: str = request.getfixturevalue("postgres_database")
    return url


def test_the_migrations_make_what_the_models_say(empty: str) -> None:
    rt = open_runtime(empty)
    assert not current(rt.engine)
    upgrade(rt.engine)
    assert current(rt.engine)
    assert differences(rt.engine) == []
    upgrade(rt.engine)
    deploy(rt, two=straight("two", 2))
    start(rt, "two")
    commands.complete(rt, CITY, open_task(rt, "t1"), {})
    with pytest.raises(DBAPIError, match="append-only"):
        execute(rt, "DELETE FROM audit")
    assert rows(rt, select(Instance.status)) == ["ACTIVE"]
    rt.close()
