"""Every action and object that the program writes into the trail has words in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.audit import words

ROOT = Path(__file__).parent.parent.parent.parent
SOURCES = sorted(path for folder in ("engine", "webapp") for path in (ROOT / folder).rglob("*.py"))
WRITERS = re.compile(r"_?(append|note|log|go|keep)")
"""Functions that write a link, or hand on what another writes."""
CODE = re.compile(r"[a-z_]+\.[a-z_]+")


def _calls() -> Iterator[ast.Call]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield node


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _texts(call: ast.Call, keyword: str) -> Iterator[str]:
    positions = call.args if keyword == "action" and _name(call) != "append" else []
    for node in [*positions, *(each.value for each in call.keywords if each.arg == keyword)]:
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


@pytest.fixture(scope="module")
def written() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"action": set(), "object_type": set()}
    for call in _calls():
        if WRITERS.fullmatch(_name(call)):
            found["action"].update(text for text in _texts(call, "action") if CODE.fullmatch(text))
            found["object_type"].update(_texts(call, "object_type"))
    return found


def test_every_action_has_words(written: dict[str, set[str]]) -> None:
    assert len(written["action"]) > 80
    assert written["action"] - words.ACTIONS.keys() == set()


def test_every_object_has_words(written: dict[str, set[str]]) -> None:
    assert len(written["object_type"]) > 15
    assert written["object_type"] - words.OBJECTS.keys() == set()


def test_words_are_in_both_languages() -> None:
    for table in (words.ACTIONS, words.OBJECTS, words.FIELDS):
        assert all(zh and en for zh, en in table.values())
