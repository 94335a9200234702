"""Family 4: random processes come to the same end on every way.

A failure names its two seeds; `python -m tests.random PROCESS_SEED PATH_SEED` plays them again.
"""

import os
from random import Random

import pytest

from engine.bpmn import lint
from engine.problems import errors
from tests.random.blocks import LEAVES, NESTING, generate
from tests.random.cases import CaseDriver
from tests.random.invariants import check_trail
from tests.random.play import play
from tests.random.program import Program
from tests.random.stored import StoredDriver

FULL = bool(os.environ.get("LUZHI_FULL"))
IN_MEMORY = [(seed, path) for seed in range(400 if FULL else 24) for path in range(3 if FULL else 1)]
STORED = [(seed, path) for seed in range(1000, 1150 if FULL else 1006) for path in range(2 if FULL else 1)]

many = pytest.mark.parametrize("seeds", IN_MEMORY, ids=lambda seeds: f"{seeds[0]}-{seeds[1]}")
some = pytest.mark.parametrize("seeds", STORED, ids=lambda seeds: f"{seeds[0]}-{seeds[1]}")


def played(program: Program) -> CaseDriver:
    """The program played plainly to its end."""
    driver = CaseDriver(program, reload=False)
    outcome = play(program, driver)
    assert outcome.status == "completed", f"{program} stands still at {driver.open()}"
    return driver


@many
def test_lint_lets_pass_what_runs(seeds: tuple[int, int]) -> None:
    for diagram in generate(*seeds).diagrams:
        assert errors(lint(diagram.id, diagram.xml())) == []


@many
def test_the_order_of_parallel_answers_changes_nothing(seeds: tuple[int, int]) -> None:
    program = generate(*seeds)
    wanted = played(program).outcome()
    for order in range(2):
        assert play(program, CaseDriver(program, reload=False), Random(order)) == wanted, program


@many
def test_dump_compile_and_load_after_every_step_change_nothing(seeds: tuple[int, int]) -> None:
    program = generate(*seeds)
    plain, reloaded = played(program), CaseDriver(program, reload=True)
    assert play(program, reloaded) == plain.outcome(), program
    assert reloaded.run.events == plain.run.events, program


@some
@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
def test_a_restart_after_every_command_changes_nothing(
    seeds: tuple[int, int], shuffled: bool, database: str
) -> None:
    program = generate(*seeds)
    driver = StoredDriver(program, database)
    outcome = play(program, driver, Random(seeds[0]) if shuffled else None)
    check_trail(driver.now)
    driver.close()
    assert outcome == played(program).outcome(), program


def test_every_kind_of_block_is_in_the_sample() -> None:
    """The sample that runs by default, not only the full one."""
    used = set().union(*(generate(seed, 0).blocks for seed in range(24)))
    assert used == {kind.__name__ for kind in (*LEAVES, *NESTING)}
