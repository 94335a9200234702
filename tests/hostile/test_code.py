"""Diagrams that try to run code: refused by name, or told of and without effect."""

import pytest
from sqlalchemy import select

from engine import commands, feel
from engine.bpmn import lint_set
from engine.policy import SYSTEM
from engine.problems import errors
from engine.runtime import Runtime
from engine.store.instances import Instance
from tests.hostile.files import CODE, EXPRESSIONS, NAMES, expression
from tests.hostile.refusing import findings, refused, refused_everywhere, rows
from tests.support.runtimes import rows as all_of
from tests.support.runtimes import start

FOREIGN = {"a Java listener", "a script listener", "a Spiff pre-script"}
"""Extensions of other engines on an element that runs without them: a warning, as in Camunda 8."""


@pytest.mark.parametrize("name", [name for name in CODE if name not in FOREIGN])
def test_code_is_refused(rt: Runtime, name: str) -> None:
    files = {"evil.bpmn": CODE[name]()}
    before = rows(rt)
    refused(lambda: commands.deploy(rt, SYSTEM, files))
    assert rows(rt) == before
    if name != "a verb that is a Python function":  # only deployment knows which verbs there are
        assert errors(findings(files))


@pytest.mark.parametrize("name", sorted(FOREIGN))
def test_extensions_of_other_engines_are_told_of(rt: Runtime, name: str) -> None:
    assert "FOREIGN_EXTENSION" in {problem.code for problem in findings({"evil.bpmn": CODE[name]()})}


@pytest.mark.parametrize("text", EXPRESSIONS, ids=lambda text: text[:30])
def test_what_is_no_feel_is_refused(rt: Runtime, text: str) -> None:
    refused_everywhere(rt, {"evil.bpmn": expression(text)})


@pytest.mark.parametrize("text", NAMES)
def test_python_s_names_are_only_names(rt: Runtime, text: str) -> None:
    """FEEL has no attributes of objects: these read as variables that are not there."""
    commands.deploy(rt, SYSTEM, {"odd.bpmn": expression(text)})
    start(rt, "p", {"x": "text", "y": [1], "z": {"a": 1}})
    [instance] = all_of(rt, select(Instance))
    assert instance.status == "COMPLETED"


@pytest.mark.parametrize(
    "value", ["text", [1], {"a": 1}, 1, None, True, feel.evaluate("function(x) x", {}, clock=None)]
)
@pytest.mark.parametrize(
    "name", ["__class__", "__dict__", "__globals__", "mro", "format", "keys", "evaluate"]
)
def test_no_value_has_attributes(rt: Runtime, name: str, value: object) -> None:
    found = feel.evaluate(f"x.{name}", {"x": value}, clock=rt.clock)
    assert found == ([None] if value == [1] else None)


def test_a_diagram_s_texts_are_no_templates(rt: Runtime) -> None:
    """Braces and format strings in names and messages stay what they are."""
    for text in ("{0.__class__}", "{facts}", "%(x)s", "{{7*7}}", "${7*7}", "{file"):
        body = expression("=1").replace(b'id="t"', f'id="t" name="{text}"'.encode())
        found = lint_set({f"{text}.bpmn": body.replace(b"scriptTask", b"scriptTusk")})
        assert found
        for problem in found:
            assert problem.file == f"{text}.bpmn"
        refused(lambda: commands.deploy(rt, SYSTEM, {f"{text}.bpmn": b"<x/>"}))  # noqa: B023 - called at once
