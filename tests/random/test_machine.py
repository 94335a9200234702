"""Family 5: any commands in any order, against what must always hold. Hypothesis prints the shortest way to a failure."""

import os
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.random.machine import Machine

FULL = bool(os.environ.get("LUZHI_FULL"))


def test_any_commands_in_any_order(sqlite_template: Path, tmp_path: Path) -> None:
    class Here(Machine):
        template, folder = sqlite_template, tmp_path

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=400 if FULL else 15,
            stateful_step_count=80 if FULL else 40,
            derandomize=not FULL,  # by default the same sample every time; the full family looks further
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
