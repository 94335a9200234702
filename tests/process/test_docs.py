"""docs/bpmn.md is tested: every row names a test that exists, and every element that is parsed has its row."""

import importlib
import re
from pathlib import Path

import pytest

from engine.bpmn.parser import _DEFINITIONS, DialectParser

TEXT = (Path(__file__).parents[2] / "docs" / "bpmn.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("|") and not re.match(r"\|[-|]+\|$", line)]
HEADS = ("| element |", "| event |", "| more |", "| rule |", "| case |", "| action |")


@pytest.mark.parametrize("row", [row for row in ROWS if not row.startswith(HEADS)])
def test_a_test_stands_behind_every_row(row: str) -> None:
    (reference,) = re.findall(r"`(test_\w+\.test_\w+)`", row)
    module, name = reference.split(".")
    root = Path(__file__).parents[2]
    files = (root / "tests").rglob(f"{module}.py")
    modules = [".".join(file.relative_to(root).with_suffix("").parts) for file in files]
    assert any(callable(getattr(importlib.import_module(each), name, None)) for each in modules)


@pytest.mark.parametrize("tag", sorted(tag.rpartition("}")[2] for tag in DialectParser.PARSER_CLASSES))
def test_every_element_has_a_row(tag: str) -> None:
    if not tag.endswith("Event"):
        assert any(f"`{tag}`" in row for row in ROWS)


@pytest.mark.parametrize("kind", sorted(_DEFINITIONS))
def test_every_event_has_a_row(kind: str) -> None:
    assert any(row.startswith(f"| {kind} |") for row in ROWS)
