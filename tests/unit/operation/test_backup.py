"""A backup is whole or is none; a restore verifies it, fills only what is empty, and brings everything back."""

import json
import os
import tarfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, delete, make_url, select, update

from engine import audit
from engine.clock import VirtualClock
from engine.operation.backup import databases, places, restoring, taking
from engine.operation.backup import refusals as r
from engine.operation.backup.manifest import LIST, NAME
from engine.operation.checking import check
from engine.runtime import Runtime
from engine.store import binaries
from engine.store.instances import Instance
from engine.store.people import WebSession
from engine.store.trail import Audit
from tests.support.kept import PICTURES, attach
from tests.support.runtimes import MORNING, rows
from tests.upgrade.database import everything


def take(rt: Runtime, place: Path | str, hours: int = 0) -> taking.Taken:
    return taking.take(rt, str(place), VirtualClock(MORNING + timedelta(hours=hours)))


def content(rt: Runtime) -> Any:
    found = everything(rt.engine)
    trail = [link for link in found.pop("audit") if not str(link["action"]).startswith("system.")]
    found.pop("audit_head")
    return found, trail


@pytest.mark.parametrize("name", ["backups", "backup.tar"])
def test_everything_comes_back(kept: Runtime, empty: Runtime, tmp_path: Path, name: str) -> None:
    taken = take(kept, tmp_path / name)
    place = tmp_path / name if name.endswith(".tar") else tmp_path / name / taken.name
    before = content(kept)
    restoring.restore(empty, place)
    assert content(empty) == before
    assert sorted(path.name for path in empty.files.wholes()) == sorted(
        path.name for path in kept.files.wholes()
    )
    assert check(empty).whole
    with empty.reading() as session:
        assert audit.verify(session) is None


def test_it_is_taken_while_somebody_works_and_says_which_state_it_holds(
    kept: Runtime, tmp_path: Path
) -> None:
    """The trail goes on after the copy, beginning with the link that tells of it."""
    manifest = take(kept, tmp_path / "backups").manifest
    [link] = rows(kept, select(Audit).where(Audit.action == "system.backup"))
    assert link.sequence == manifest.audit_sequence + 1
    assert link.detail["audit_hash"] == manifest.audit_hash
    assert manifest.counts["instance"] == 5
    assert (manifest.files, manifest.missing) == (len(PICTURES), [])


def test_a_second_backup_writes_only_new_bytes(kept: Runtime, tmp_path: Path) -> None:
    first = take(kept, tmp_path)
    [digest] = attach(kept, ("第二次",))
    second = take(kept, tmp_path, hours=1)
    old, new = tmp_path / first.name, tmp_path / second.name
    linked = [path for path in new.glob("files/*/*") if path.stat().st_nlink > 1]
    assert len(linked) == len(PICTURES)
    assert all(os.path.samefile(path, old / path.relative_to(new)) for path in linked)
    assert (new / places.attachment(digest)).stat().st_nlink == 1


def test_any_backup_may_be_removed(kept: Runtime, empty: Runtime, tmp_path: Path) -> None:
    names = [take(kept, tmp_path / "backups", hours=hour).name for hour in range(3)]
    assert places.prune(tmp_path / "backups", 1) == names[:2]
    restoring.restore(empty, tmp_path / "backups" / names[2])
    assert check(empty).whole


def test_one_that_breaks_off_leaves_nothing_that_looks_like_one(
    kept: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> object:
        raise OSError(28, "No space left on device")

    for place in (tmp_path / "backups", tmp_path / "backup.tar"):
        monkeypatch.setattr(taking, "_attachments", full)
        with pytest.raises(r.NoPlace, match="No space"):
            take(kept, place)
    assert list((tmp_path / "backups").iterdir()) == []
    assert not (tmp_path / "backup.tar").exists()


def test_what_a_killed_backup_left_is_removed_by_the_next(kept: Runtime, tmp_path: Path) -> None:
    (tmp_path / "luzhi-20240101T000000Z.partial").mkdir()
    taken = take(kept, tmp_path)
    assert [path.name for path in tmp_path.glob("luzhi-*")] == [taken.name]


def test_a_lost_or_damaged_attachment_is_named_in_the_backup(kept: Runtime, tmp_path: Path) -> None:
    lost, damaged, _ = sorted(path.name for path in kept.files.wholes())
    kept.files.whole(lost).unlink()
    kept.files.whole(damaged).write_bytes(b"x" * kept.files.whole(damaged).stat().st_size)
    manifest = take(kept, tmp_path / "backups").manifest
    assert (manifest.missing, manifest.files) == ([lost, damaged], 1)


def test_nothing_of_the_backup_is_readable_by_others(kept: Runtime, tmp_path: Path) -> None:
    taken = take(kept, tmp_path / "backups")
    take(kept, tmp_path / "backup.tar")
    assert (tmp_path / "backups" / taken.name).stat().st_mode & 0o077 == 0
    assert (tmp_path / "backup.tar").stat().st_mode & 0o077 == 0


@pytest.fixture
def backup(kept: Runtime, tmp_path: Path) -> Path:
    return tmp_path / "backups" / take(kept, tmp_path / "backups").name


DAMAGES = {
    "the database": "database.sqlite3",
    "the list": LIST,
    "an attachment": "attachment",
    "the manifest": NAME,
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_backup_is_refused_before_anything_is_written(
    backup: Path, empty: Runtime, what: str
) -> None:
    part = next(backup.glob("files/*/*")) if DAMAGES[what] == "attachment" else backup / DAMAGES[what]
    part.write_bytes(part.read_bytes()[:-2] + b"\0\0")
    with pytest.raises(r.BackupDamaged):
        restoring.restore(empty, backup)
    assert databases.tables(empty.engine) == []
    assert list(empty.files.wholes()) == []


def test_a_missing_attachment_is_refused(backup: Path, empty: Runtime) -> None:
    next(backup.glob("files/*/*")).unlink()
    with pytest.raises(r.BackupDamaged):
        restoring.verify(backup)


def test_an_unfinished_backup_is_none(backup: Path, empty: Runtime, tmp_path: Path) -> None:
    (backup / NAME).unlink()
    for place in (backup, tmp_path / "nowhere", tmp_path / "here" / "luzhi.sqlite3"):
        with pytest.raises(r.NoBackup):
            restoring.restore(empty, place)


def test_a_target_that_is_not_empty_is_left_alone(backup: Path, kept: Runtime) -> None:
    before = everything(kept.engine)
    with pytest.raises(r.TargetNotEmpty):
        restoring.restore(kept, backup, keep_files=True)
    assert everything(kept.engine) == before


def test_attachments_that_are_here_are_kept_on_demand_and_compared(backup: Path, empty: Runtime) -> None:
    first, second, _ = sorted(backup.glob("files/*/*"))
    for source, content in ((first, first.read_bytes()), (second, b"something else")):
        path = empty.files.whole(source.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with pytest.raises(r.TargetNotEmpty):
        restoring.restore(empty, backup)
    assert restoring.restore(empty, backup, keep_files=True).kept == 1
    assert check(empty).whole


def test_a_backup_of_a_newer_version_is_refused(backup: Path, empty: Runtime) -> None:
    manifest = json.loads((backup / NAME).read_text())
    (backup / NAME).write_text(json.dumps({**manifest, "revision": "9999"}))
    with pytest.raises(r.BackupNewer):
        restoring.restore(empty, backup)


def test_a_backup_of_the_other_database_is_refused(backup: Path, empty: Runtime) -> None:
    manifest = json.loads((backup / NAME).read_text())
    (backup / NAME).write_text(json.dumps({**manifest, "dialect": "postgresql"}))
    with pytest.raises(r.OtherDatabase):
        restoring.restore(empty, backup)


def test_the_rows_are_counted_again(backup: Path, empty: Runtime) -> None:
    manifest = json.loads((backup / NAME).read_text())
    manifest["counts"]["instance"] += 1
    (backup / NAME).write_text(json.dumps(manifest))
    with pytest.raises(r.RestoredDiffers, match="instance"):
        restoring.restore(empty, backup)


def test_nobody_is_signed_in_after_a_restore(kept: Runtime, empty: Runtime, tmp_path: Path) -> None:
    """A session that was ended after the backup must not live again."""
    with kept.transaction() as tx:
        row = WebSession(token_sha256="0" * 64, data={}, created_at=tx.now, seen_at=tx.now, expires_at=tx.now)
        tx.session.add(row)
    taken = take(kept, tmp_path / "backups")
    restoring.restore(empty, tmp_path / "backups" / taken.name)
    assert rows(empty, select(WebSession)) == []


def test_an_empty_database_has_nothing_to_keep(empty: Runtime, tmp_path: Path) -> None:
    with pytest.raises(r.NothingToKeep):
        take(empty, tmp_path / "backups")


def test_a_place_that_cannot_be_used_is_named(kept: Runtime, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "there.tar").write_text("x")
    for place in (tmp_path / "file", tmp_path / "there.tar"):
        with pytest.raises(r.NoPlace):
            take(kept, place)


def test_a_full_disk_is_told_before_anything_is_written(
    kept: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "_size", lambda _: 1 << 60)
    with pytest.raises(r.NoRoom):
        take(kept, tmp_path / "backups")
    assert not (tmp_path / "backups").exists()


def test_names_in_a_tar_lead_nowhere(kept: Runtime, empty: Runtime, tmp_path: Path) -> None:
    """Only the names that we ask for are read; what else a tar holds is never unpacked."""
    take(kept, tmp_path / "backup.tar")
    evil = tarfile.TarInfo("../evil")
    with tarfile.open(tmp_path / "backup.tar", "a") as tar:
        tar.addfile(evil)
    restoring.restore(empty, tmp_path / "backup.tar")
    assert list(tmp_path.rglob("evil")) == []
    with pytest.raises(ValueError, match="not a hash"):
        places.attachment("../../etc/passwd")


def test_missing_programs_of_postgresql_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> str:
        raise binaries.NoBinaries(name)

    monkeypatch.setattr(databases, "binary", none)
    with pytest.raises(r.ToolMissing, match="pg_dump"):
        databases.run(make_url("postgresql+psycopg://x/y"), "pg_dump")


def test_a_password_goes_by_the_environment() -> None:
    url = URL.create(
        "postgresql+psycopg", "luzhi", "s3cret@!", "db", 5433, "luzhi", {"sslmode": "verify-full"}
    )
    found = databases.environment(url)
    wanted = {"PGPASSWORD": "s3cret@!", "PGHOST": "db", "PGPORT": "5433", "PGSSLMODE": "verify-full"}
    assert {key: found[key] for key in wanted} == wanted


def test_history_that_was_changed_before_the_backup_shows_after_the_restore(
    kept: Runtime, empty: Runtime, tmp_path: Path
) -> None:
    """A backup hides nothing: a chain that was broken stays broken, and the check says so."""
    with kept.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        connection.execute(update(Audit).where(Audit.sequence == 2).values(actor="somebody"))
        connection.execute(delete(Instance).where(Instance.id < 0))
    taken = take(kept, tmp_path / "backups")
    restoring.restore(empty, tmp_path / "backups" / taken.name)
    wrong = {area.name for area in check(empty).areas if area.found}
    assert wrong == {"guarantees", "trail"}
