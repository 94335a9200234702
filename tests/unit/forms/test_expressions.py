"""An evaluator remembers what it computed, and never answers with something that is not so any more."""

from decimal import Decimal
from typing import Any

import pytest

from engine import feel
from engine.clock import VirtualClock
from forms.expressions import Evaluator
from forms.templates import render
from tests.unit.forms.helpers import CLOCK


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were really evaluated."""
    found: list[str] = []
    plain = feel.Expression.evaluate

    def counted(self: feel.Expression, *args: Any, **more: Any) -> Any:
        found.append(self.text)
        return plain(self, *args, **more)

    monkeypatch.setattr(feel.Expression, "evaluate", counted)
    return found


def test_the_same_values_are_computed_with_once(runs: list[str]) -> None:
    evaluator, one = Evaluator(CLOCK), Decimal("1.0")
    assert [evaluator.evaluate("=a + 1", {"a": one, "b": b}) for b in "xyz"] == [Decimal("2.0")] * 3
    assert runs == ["a + 1"]


def test_equal_numbers_written_differently_are_not_the_same() -> None:
    evaluator = Evaluator(CLOCK)
    numbers = [evaluator.evaluate("=a", {"a": Decimal(text)}) for text in ("1", "1.0", "1.00")]
    assert [str(number) for number in numbers] == ["1", "1.0", "1.00"]
    assert evaluator.evaluate("=a", {"a": True}) is True
    assert evaluator.evaluate("=a = true", {"a": Decimal(1)}) is None
    assert evaluator.evaluate("=a = null", {}) is True
    assert evaluator.evaluate("=a = null", {"a": ""}) is False


def test_a_list_that_grew_is_looked_into_again() -> None:
    evaluator, rows = Evaluator(CLOCK), [Decimal(1)]
    assert evaluator.evaluate("=sum(rows)", {"rows": rows}) == 1
    rows.append(Decimal(2))
    assert evaluator.evaluate("=sum(rows)", {"rows": rows}) == 3


def test_what_nobody_changes_is_looked_into_once(runs: list[str]) -> None:
    evaluator, row = Evaluator(CLOCK), {"label": "一"}
    assert {evaluator.evaluate("=row.label", {"row": evaluator.constant(row)}) for _ in range(3)} == {"一"}
    catalogue = feel.prepared([{"label": "二"}], clock=CLOCK)
    assert {evaluator.evaluate("=c[1].label", {"c": catalogue}) for _ in range(3)} == {"二"}
    assert len(runs) == 2


def test_a_variable_with_the_name_of_a_function_counts() -> None:
    evaluator = Evaluator(CLOCK)
    assert [evaluator.evaluate("=count", {"count": text}) for text in ("a", "b")] == ["a", "b"]


def test_names_that_a_loop_brings_in_are_read_anew() -> None:
    evaluator = Evaluator(CLOCK)
    text = "{{a-b}};{{#loop rows}}{{a-b}};{{/loop}}"
    scope = {"a": Decimal(5), "b": Decimal(2), "rows": [{"a-b": "x"}, {"a": Decimal(9)}]}
    assert render(text, scope, evaluator) == "3;x;7;"


def test_a_fault_is_told_every_time() -> None:
    evaluator = Evaluator(VirtualClock(CLOCK.now()))
    for _ in range(2):
        assert evaluator.evaluate("=for i in 1..100000000 return i", {}) is None
    assert len(evaluator.faults) == 2
