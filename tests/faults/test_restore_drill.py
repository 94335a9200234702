"""The restore drill: an installation is backed up, destroyed, restored, checked, and its open cases come to their end."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine import audit, commands
from engine.clock import VirtualClock
from engine.operation.backup import refusals, restoring, taking
from engine.operation.checking import check
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store import private_postgres as postgres
from engine.store.instances import ACTIVE, Instance
from engine.store.trail import Audit
from engine.worker import drain
from tests.support.kept import PICTURES, finish, furnish, installation
from tests.support.runtimes import MORNING, open_runtime, open_tasks, rows, sqlite_url

LATER = MORNING + timedelta(days=1)
Address = Callable[[], str]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    """Addresses of databases that are empty, a new one at each call."""
    if request.param == "sqlite":
        numbers = iter(range(9))
        return lambda: sqlite_url(tmp_path / f"{next(numbers)}.sqlite3")
    server: postgres.Server = request.getfixturevalue("postgres_server")
    return server.database


def destroy(rt: Runtime) -> None:
    """The disk is gone."""
    rt.close()
    shutil.rmtree(rt.files.folder)
    if rt.engine.dialect.name == "sqlite":
        Path(rt.engine.url.database or "").unlink()


def test_the_drill(address: Address, tmp_path: Path) -> None:
    former = installation(address(), tmp_path / "files")
    furnish(former)
    taken = taking.take(former, str(tmp_path / "backups"), VirtualClock(LATER))
    destroy(former)

    rt = open_runtime(address(), VirtualClock(LATER), files=tmp_path / "files")
    restored = restoring.restore(rt, tmp_path / "backups" / taken.name)
    assert restored.manifest.counts["instance"] == 5
    report = check(rt)
    assert report.whole, report.lines()
    assert len(list(rt.files.wholes())) == len(PICTURES)

    # it goes on as if nothing had happened: deadlines, messages, people
    drain(rt)
    for number in (1, 2, 3):
        commands.publish_message(rt, SYSTEM, "told", f"A{number}", {})
    drain(rt)
    for task in open_tasks(rt):
        finish(rt, task.instance_id)
    rt.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]
    drain(rt)
    commands.publish_message(rt, SYSTEM, "told", "A0", {})
    drain(rt)
    for task in open_tasks(rt):
        finish(rt, task.instance_id)
    with rt.reading() as session:
        assert session.scalar(select(func.count(Instance.id)).where(Instance.status == ACTIVE)) == 0
        assert audit.verify(session) is None
    assert [link.object_key for link in rows(rt, select(Audit).where(Audit.action == "system.restore"))] == [
        taken.name
    ]
    assert check(rt).whole
    rt.close()


@pytest.mark.postgres
def test_a_database_in_use_is_never_overwritten(postgres_server: postgres.Server, tmp_path: Path) -> None:
    rt = installation(postgres_server.database(), tmp_path / "files")
    taken = taking.take(rt, str(tmp_path / "backups"))
    with pytest.raises(refusals.TargetNotEmpty):
        restoring.restore(rt, tmp_path / "backups" / taken.name, keep_files=True)
    assert check(rt).whole
    rt.close()


@pytest.mark.postgres
def test_what_is_written_meanwhile_is_not_half_in_the_backup(
    postgres_server: postgres.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are counted in the very snapshot that is dumped."""
    from engine.operation.backup import databases

    rt = installation(postgres_server.database(), tmp_path / "files")
    furnish(rt)
    run = databases.run

    def after_a_click(url: object, name: str, *arguments: str) -> None:
        if name == "pg_dump":
            commands.start(rt, SYSTEM, "two", {}, business_key="late")
        run(url, name, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(databases, "run", after_a_click)
    taken = taking.take(rt, str(tmp_path / "backups"))
    there = open_runtime(postgres_server.database(), files=tmp_path / "others")
    restoring.restore(there, tmp_path / "backups" / taken.name)
    assert len(rows(there, select(Instance.id))) == 5
    assert len(rows(rt, select(Instance.id))) == 6
    assert check(there).whole
    rt.close()
    there.close()
