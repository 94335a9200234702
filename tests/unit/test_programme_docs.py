"""docs/programme.md says what the diagrams, the parameters and the policy table say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import bpmn
from engine.policy import ROLES
from engine.programme.cycles.parameters import DEFAULTS, FIXED
from engine.settings import project_root

DOC = (project_root() / "docs" / "programme.md").read_text(encoding="utf-8")
DIAGRAMS = sorted((project_root() / "processes").glob("*.bpmn"))
ROWS = [line for line in DOC.splitlines() if line.startswith("| ")]


def deadlines() -> Iterator[tuple[str, str, bool]]:
    """Diagram, task, and whether something happens at the deadline, for every user task that shows one."""
    for path in DIAGRAMS:
        for process in bpmn.compile(path.name, path.read_bytes()).processes.values():
            for element in process.elements.values():
                if "luzhi:deadline" in element.properties:
                    yield path.stem, element.id, "luzhi:onDeadline" in element.properties


@pytest.mark.parametrize(("diagram", "task", "acts"), sorted(deadlines()))
def test_every_deadline_is_told(diagram: str, task: str, acts: bool) -> None:
    if acts:
        assert any(row.startswith(f"| `{diagram}` | `{task}` |") for row in ROWS)
    else:
        assert any(row.startswith(f"| `{diagram}` |") and f"`{task}` " in row for row in ROWS)


def test_no_deadline_is_told_that_is_gone() -> None:
    told = {tuple(part.strip(" `") for part in row.split("|")[1:3]) for row in ROWS if row.count("`") == 4}
    tables = {path.stem for path in DIAGRAMS}
    real = {(diagram, task) for diagram, task, acts in deadlines() if acts}
    assert {pair for pair in told if pair[0] in tables and pair[1].isidentifier()} <= real


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_every_diagram_stands_in_the_table(path: Path) -> None:
    assert f"`{path.name}`" in DOC


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_every_message_and_signal_is_told(path: Path) -> None:
    for process in bpmn.compile(path.name, path.read_bytes()).processes.values():
        for _, name, *_ in (*process.message_starts, *process.signal_starts):
            assert f"`{name}`" in DOC
    for name in _names(path.read_text(encoding="utf-8")):
        assert f"`{name}`" in DOC


def _names(xml: str) -> Iterator[str]:
    for kind in ("message", "signal"):
        for part in xml.split(f"<bpmn:{kind} ")[1:]:
            yield part.split('name="')[1].split('"')[0]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_is_told(role: str) -> None:
    assert f"`{role}`" in DOC


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_parameters_have_the_defaults_of_the_code(name: str) -> None:
    [row] = [row for row in ROWS if row.startswith(f"| `{name}` |")]
    _, default, _, reader = (part.strip() for part in row.strip("|").split("|"))
    value = DEFAULTS[name]
    assert default == (str(value).lower() if isinstance(value, bool) else str(value))
    assert (reader == "fixed") == (name in FIXED)
