"""History cannot be edited or deleted: by triggers on both databases, and by the rights of the application's user."""

import re

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from engine import audit, commands
from engine.programme.frozen import Frozen
from engine.runtime import Runtime
from engine.store import models, rights
from engine.store.base import Base
from engine.store.migrations import upgrade
from engine.store.private_postgres import Server
from engine.store.trail import Audit
from tests.support.diagrams import straight
from tests.support.people import CITY
from tests.support.runtimes import deploy, open_runtime, open_task, rows, start

TABLES = models.load().tables


def test_every_history_and_every_frozen_document_is_kept() -> None:
    frozen = {
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Frozen)
    }
    events = {name for name in TABLES if name.endswith("_event")}
    assert frozen
    assert (frozen | events) - set(rights.STAY) == set()


@pytest.mark.parametrize("table", rights.STAY)
def test_sqlite_has_a_trigger_on_each(rt: Runtime, table: str) -> None:
    with rt.reading() as session:
        found = session.execute(
            text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
            {"table": table},
        )
        guards = [sql for (sql,) in found if "append-only" in sql and "WHEN" not in sql]
    assert sorted(re.findall(r"BEFORE (UPDATE|DELETE) ON", " ".join(guards))) == ["DELETE", "UPDATE"]


def test_what_happened_is_neither_edited_nor_deleted(any_rt: Runtime) -> None:
    deploy(any_rt, two=straight("two", 2))
    start(any_rt, "two")
    commands.complete(any_rt, CITY, open_task(any_rt, "t1"), {})
    for table, column in (("element_event", "actor"), ("audit", "actor"), ("submission", "by")):
        assert rows(any_rt, text(f'SELECT "{column}" FROM {table}'))  # noqa: S608
        for attack in (f"UPDATE {table} SET \"{column}\" = 'x'", f"DELETE FROM {table}"):  # noqa: S608
            with pytest.raises(DBAPIError, match="append-only"), any_rt.engine.begin() as connection:
                connection.execute(text(attack))


@pytest.mark.postgres
def test_postgresql_refuses_on_each(postgres_rt: Runtime) -> None:
    for table in rights.STAY:
        column = next(iter(TABLES[table].columns)).name
        for attack in (
            f"UPDATE {table} SET {column} = {column}",  # noqa: S608
            f"DELETE FROM {table}",  # noqa: S608
            f"TRUNCATE {table} CASCADE",
        ):
            with pytest.raises(DBAPIError, match="append-only"), postgres_rt.engine.begin() as connection:
                connection.execute(text(attack))


ATTACKS = (
    "UPDATE audit SET actor = 'x'",
    "DELETE FROM audit",
    "TRUNCATE audit",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_append_only ON audit",
    "DROP TABLE audit_anchor",
    "SET session_replication_role = replica",
    "DELETE FROM audit_head",
    "DELETE FROM account",
    "UPDATE submission SET by = 'x'",
    "CREATE OR REPLACE FUNCTION luzhi_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
)


@pytest.mark.postgres
def test_the_applications_own_user_works_and_cannot_switch_anything_off(postgres_server: Server) -> None:
    url = postgres_server.database()
    owner = create_engine(url, poolclass=NullPool)
    role = f"app_{make_url(url).database}"
    try:
        upgrade(owner)
        with owner.begin() as connection:
            connection.execute(text(f"CREATE ROLE {role} LOGIN"))
            for statement in rights.statements(role):
                connection.execute(text(statement))
        application = make_url(url).set(username=role).render_as_string(hide_password=False)
        rt = open_runtime(application)
        deploy(rt, two=straight("two", 2))
        start(rt, "two")
        commands.complete(rt, CITY, open_task(rt, "t1"), {})
        assert len(rows(rt, Audit.__table__.select())) == 3
        for attack in ATTACKS:
            with (
                pytest.raises(DBAPIError, match=r"permission denied|must be owner"),
                rt.engine.begin() as connection,
            ):
                connection.execute(text(attack))
        with rt.reading() as session:
            assert audit.verify(session) is None
        rt.close()
    finally:
        with owner.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))
        owner.dispose()
        postgres_server.drop(url)


@pytest.mark.parametrize("name", ["", "a b", "a;drop table audit", "Big", '"x"', "a-b"])
def test_a_strange_role_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="lower-case"):
        rights.statements(name)
