"""The check finds what was damaged behind the system's back, by name, and nothing in a whole installation."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from engine.operation.checking import Report, Share, check
from engine.runtime import Runtime
from webapp.cli import main


def wrong(report: Report) -> dict[str, int]:
    return {area.name: area.wrong for area in report.areas if area.found}


def damage(rt: Runtime, *statements: str) -> None:
    with rt.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_whole_installation_is_whole(kept: Runtime) -> None:
    report = check(kept)
    assert wrong(report) == {}
    looked = {area.name: area.looked for area in report.areas}
    assert looked["instances"] == 4
    assert looked["attachments"] == 3
    assert [name for name, count in looked.items() if not count] == ["rights"], "nobody has an account here"


DAMAGED = {
    "definitions": "UPDATE resource SET content = x'3c3e' WHERE file = 'all.bpmn'",
    "trail": "DELETE FROM audit WHERE sequence = 3",
    "submissions": "UPDATE submission SET data = '{\"changed\":true}' WHERE id = 1",
    "guarantees": "DROP TRIGGER audit_no_delete",
}
APPEND_ONLY = ("audit_no_delete", "submission_no_update", "resource_no_update", "definition_no_update")


@pytest.mark.parametrize("area", DAMAGED)
def test_what_was_damaged_is_found(kept: Runtime, area: str) -> None:
    lifted = [f"DROP TRIGGER {name}" for name in APPEND_ONLY if area != "guarantees"]
    damage(kept, *lifted, DAMAGED[area])
    found = wrong(check(kept))
    assert area in found
    assert set(found) - {"guarantees"} <= {area, "instances"}


def test_a_state_that_does_not_load_is_named(kept: Runtime) -> None:
    damage(kept, "UPDATE instance SET state = '{\"v\":99}' WHERE id = 2")
    [area] = [found for found in check(kept).areas if found.found]
    assert (area.name, area.wrong) == ("instances", 1)
    assert "instance 2" in area.found[0].en
    assert "实例 2" in area.found[0].zh


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM message_subscription WHERE id = (SELECT min(id) FROM message_subscription)",
        "UPDATE user_task SET wait_key = 'other' WHERE state = 'CREATED' AND instance_id = 1",
        "INSERT INTO timer (instance_id, wait_key, element_id, due, attempts) "
        "VALUES (1, 'none', 'sleep', '2024-06-03 01:00:00', 0)",
    ],
)
def test_rows_that_are_not_what_a_case_waits_for_are_found(kept: Runtime, statement: str) -> None:
    damage(kept, statement)
    assert set(wrong(check(kept))) == {"instances"}


def test_a_row_that_names_nothing_is_found(kept: Runtime) -> None:
    damage(kept, "PRAGMA foreign_keys = OFF")
    with kept.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute(
            "INSERT INTO incident (instance_id, wait_key, element_id, type, message, created_at) "
            "VALUES (999, 'x', 'x', 'x', 'x', '2024-06-03 01:00:00')"
        )
        raw.execute("PRAGMA foreign_keys = ON")
    assert wrong(check(kept)) == {"references": 1}


def test_lost_and_changed_attachments_are_found(kept: Runtime) -> None:
    lost, changed, _ = sorted(kept.files.wholes())
    lost.unlink()
    changed.write_bytes(b"x" * changed.stat().st_size)
    assert wrong(check(kept)) == {"attachments": 2}
    only_sizes = check(kept, Share(files=0))
    assert wrong(only_sizes) == {"attachments": 1}


def test_a_sample_of_cases_is_the_newest(kept: Runtime) -> None:
    damage(kept, "UPDATE instance SET state = '' WHERE id = 1")
    report = check(kept, Share(instances=0.5))
    [area] = [area for area in report.areas if area.name == "instances"]
    assert (area.looked, area.wrong) == (2, 0)
    assert wrong(check(kept)) == {"instances": 1}


def test_an_older_database_is_told_to_be_upgraded(kept: Runtime) -> None:
    damage(kept, "UPDATE alembic_version SET version_num = '0001'")
    report = check(kept)
    assert "luzhi init" in report.areas[-1].found[0].zh
    assert [area.name for area in report.areas] == ["pages", "guarantees"]


def test_a_file_whose_pages_are_damaged_is_found(kept: Runtime, tmp_path: Path) -> None:
    path = tmp_path / "here" / "luzhi.sqlite3"
    with kept.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root = raw.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_instance_business_key'"
        ).fetchone()
        raw.execute("BEGIN")
    kept.engine.dispose()
    with path.open("r+b") as file:
        file.seek((root[0] - 1) * 4096 + 8)
        file.write(b"\xff" * 64)
    assert "pages" in wrong(check(kept))


def test_the_command_says_both_languages_and_ends_with_1(
    kept: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUZHI_DATABASE_URL", str(kept.engine.url))
    monkeypatch.setenv("LUZHI_FILES", str(kept.settings.files_folder()))
    whole = CliRunner().invoke(main, ["check"])
    assert (whole.exit_code, "everything is whole" in whole.output) == (0, True)
    damage(kept, "UPDATE instance SET state = '' WHERE id = 1")
    broken = CliRunner().invoke(main, ["check", "--json"])
    assert (broken.exit_code, '"whole":false' in broken.output.replace(" ", "")) == (1, True)
