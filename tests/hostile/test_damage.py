"""Good files with random damage: lint says what is wrong, and what lint passes can be compiled.

A failure names its seed; `damaged(content, Random(seed), times)` makes the file again.
"""

import os
from functools import cache
from pathlib import Path
from random import Random

import pytest

from engine import bpmn, dmn
from engine.bpmn import lint
from engine.problems import errors
from tests.hostile.damage import damaged
from tests.hostile.refusing import bounded
from tests.random.blocks import generate

BATCH = 25
ROUNDS = range(400 if os.environ.get("LUZHI_FULL") else 12)
PROCESSES = Path(__file__).resolve().parents[2] / "processes"


@cache
def good(kind: str) -> list[bytes]:
    """Good files: the programme's own, and for diagrams random ones, which hold every element."""
    if kind == "dmn":
        return [path.read_bytes() for path in sorted((PROCESSES / "decisions").glob("*.dmn"))]
    own = [path.read_bytes() for path in sorted(PROCESSES.glob("*.bpmn"))]
    return own[:2] + [diagram.xml() for seed in range(10) for diagram in generate(seed, 0).diagrams]


@pytest.mark.parametrize("round", ROUNDS)
def test_lint_and_compiler_agree_on_damaged_diagrams(round: int) -> None:
    for seed in range(round * BATCH, (round + 1) * BATCH):
        random = Random(seed)
        content = damaged(random.choice(good("bpmn")), random, random.choice((1, 1, 2, 3)))
        with bounded():
            found = lint("x.bpmn", content)
        if not errors(found):
            try:
                bpmn.compile("x.bpmn", content)
            except Exception as error:
                raise AssertionError(f"seed {seed}: lint passes what does not compile") from error


@pytest.mark.parametrize("round", ROUNDS)
def test_lint_and_reader_agree_on_damaged_decisions(round: int) -> None:
    for seed in range(round * BATCH, (round + 1) * BATCH):
        random = Random(seed)
        content = damaged(random.choice(good("dmn")), random, random.choice((1, 1, 2, 3)))
        with bounded():
            found = dmn.lint("x.dmn", content)
        if not errors(found):
            try:
                dmn.load("x.dmn", content)
            except Exception as error:
                raise AssertionError(f"seed {seed}: lint passes what cannot be read") from error
