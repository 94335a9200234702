"""What is deployed and a folder of files are kept in step through either door."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine import commands
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import project_root
from engine.studio import deployed_files, file_changes
from webapp.cli import main

DECISION = "handling_periods.dmn"


@pytest.fixture
def folder(rt: Runtime, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one decision, which is deployed as it is."""
    file = tmp_path / "processes" / "decisions" / DECISION
    file.parent.mkdir(parents=True)
    file.write_bytes((project_root() / "processes" / "decisions" / DECISION).read_bytes())
    commands.deploy(rt, SYSTEM, {DECISION: file.read_bytes()})
    monkeypatch.setenv("LUZHI_DATABASE_URL", database)
    return tmp_path


def run(command: str, folder: Path) -> Result:
    return CliRunner().invoke(main, [command, "--root", str(folder)])


def test_a_change_in_the_system_comes_into_the_files(rt: Runtime, folder: Path) -> None:
    assert run("diff", folder).exit_code == 0
    file = folder / "processes" / "decisions" / DECISION
    changed = file.read_bytes().replace(b"<description>", "<description>新".encode(), 1)
    commands.deploy(rt, SYSTEM, {DECISION: changed})
    differs = run("diff", folder)
    assert differs.exit_code == 1
    assert "说明 / Description" in differs.output
    pulled = run("pull", folder)
    assert pulled.exit_code == 0, pulled.output
    assert file.read_bytes() == changed
    assert run("diff", folder).exit_code == 0


def test_a_file_that_is_not_there_is_written_where_it_belongs(folder: Path) -> None:
    file = folder / "processes" / "decisions" / DECISION
    content = file.read_bytes()
    file.unlink()
    assert "deployed only" in run("diff", folder).output
    run("pull", folder)
    assert file.read_bytes() == content


def test_a_file_that_is_not_deployed_is_told_and_stays(folder: Path) -> None:
    new = folder / "processes" / "new.dmn"
    new.write_bytes((folder / "processes" / "decisions" / DECISION).read_bytes())
    assert "not deployed" in run("diff", folder).output
    run("pull", folder)
    assert new.exists()


def test_a_decision_that_moved_to_another_file_is_deployed_there(rt: Runtime, folder: Path) -> None:
    content = (folder / "processes" / "decisions" / DECISION).read_bytes()
    commands.deploy(rt, SYSTEM, {"periods.dmn": content + b"\n"})
    with rt.reading() as session:
        assert deployed_files(session) == {"periods.dmn": content + b"\n"}
        assert [c.status for c in file_changes(deployed_files(session), {DECISION: content})] == [
            "new",
            "missing",
        ]
