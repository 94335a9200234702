"""Each invariant of the programme stands in exactly one function, which says so at the head of its
docstring.
"""

import ast
from collections.abc import Iterator

import pytest

from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.measures.acts import ACTS
from engine.settings import project_root

PROGRAMME = project_root() / "engine" / "programme"
DOC = project_root() / "docs" / "programme.md"


@pytest.fixture(scope="module")
def docstrings() -> list[tuple[str, str]]:
    """Every function of the programme by name, with what it says of itself."""
    return list(read_docstrings())


def read_docstrings() -> Iterator[tuple[str, str]]:
    for path in sorted(PROGRAMME.rglob("*.py")):
        if "rehearsal" in path.parts:  # it checks the registers from outside, once more
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield f"{path.parent.name}.{path.stem}.{node.name}", ast.get_docstring(node) or ""


@pytest.mark.parametrize("number", range(1, 21))
def test_one_function_enforces_it(number: int, docstrings: list[tuple[str, str]]) -> None:
    [place] = [name for name, text in docstrings if text.startswith(f"I{number}:")]
    row = next(
        line for line in DOC.read_text(encoding="utf-8").splitlines() if line.startswith(f"| I{number} ")
    )
    assert f"`{place.split('.')[-1]}`" in row


@pytest.mark.parametrize("name", [*ACTS, *DEFAULTS])
def test_every_act_and_parameter_is_documented(name: str) -> None:
    assert f"| `{name}` " in DOC.read_text(encoding="utf-8")
