"""A draft that never ends, grows or computes for ever ends a trial with a named refusal, in bounded time."""

import time
from typing import Any

import pytest

from engine.feel import Functions
from engine.store import json
from engine.studio.rules import Rules
from engine.studio.trying import bounds
from engine.studio.trying.bounds import size_of
from engine.studio.trying.scenarios import Outcome, read, run
from tests.process.diagrams import Diagram, ext, zeebe

HEAVY = "count(for a in 1..250, b in 1..250 return a * b)"


SECONDS = 0.5
"""Processor time of a trial in these tests."""


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bounds.SECONDS < 10
    monkeypatch.setattr(bounds, "SECONDS", SECONDS)


def script(expression: str, result: str) -> str:
    return ext(zeebe("script", expression="=" + expression, resultVariable=result))


def looping(expression: str = "1", *, more: str = "true") -> bytes:
    """A script that is done again and again, as long as the condition holds."""
    return (
        Diagram("p")
        .start()
        .gateway("exclusive", "again")
        .node("scriptTask", "work", script(expression, "x"))
        .gateway("exclusive", "which", default="out")
        .end()
        .flow("start", "again", "work", "which")
        .flow("which", "again", when=f"={more}", id="back")
        .flow("which", "end", id="out")
        .xml()
    )


def played(xml: bytes, **more: Any) -> tuple[Outcome, float]:
    told = {"name": "x", "process": "p", "starts_at": "2024-05-28T09:00:00+08:00", "expect": {}, **more}
    rules = Rules.of({"p.bpmn": xml})
    began = time.thread_time()
    return run(read("a.json", json.dumps(told)), rules, Functions()), time.thread_time() - began


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        pytest.param(looping(), "步数", id="a loop without a way out"),
        pytest.param(looping(HEAVY), "时间", id="a loop of heavy expressions"),
        pytest.param(
            looping("if x = null then [1] else concatenate(x, x)"), "数据量", id="a list that doubles"
        ),
        pytest.param(
            looping('if x = null then "啊" else x + x', more="string length(x) < 9999999999"),
            "数据量",
            id="a text that doubles",
        ),
    ],
)
def test_what_never_ends_is_stopped_and_named(xml: bytes, said: str) -> None:
    outcome, seconds = played(xml)
    assert outcome.failures
    text = " ".join(failure.zh for failure in outcome.failures)
    assert said in text or "limit of" in text, text
    assert seconds < SECONDS + 2


def test_an_expression_that_explodes_stops_its_step_with_a_reason() -> None:
    xml = looping("for a in 1..5000, b in 1..5000 return a", more="false")
    outcome, seconds = played(xml)
    assert any("超过限额" in line.zh or "limit" in line.zh for line in outcome.failures)
    assert seconds < 2


def test_a_crowd_of_instances_is_refused() -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=for i in 1..100000 return i"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    xml = Diagram("p").start().node("task", "many", loop).end().flow("start", "many", "end").xml()
    outcome, seconds = played(xml)
    assert outcome.failures
    assert seconds < SECONDS + 2


def test_a_process_that_calls_itself_ends() -> None:
    xml = Diagram("p").start().call("again", "p").end().flow("start", "again", "end").xml()
    outcome, seconds = played(xml)
    assert outcome.failures
    assert seconds < SECONDS + 2


def test_the_size_of_a_value_is_counted_no_further_than_it_matters() -> None:
    assert size_of(["x" * 100] * 3) > 400
    assert size_of([["x" * 1000] * 1000] * 1000, 10_000) < 20_000
