"""Decision tables: every hit policy with its aggregations, defaults and allowed values."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from dmn_files import decision, definitions, table

from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.dmn import DecisionFault, load

CLOCK = VirtualClock(datetime(2024, 6, 3, 9, tzinfo=BUSINESS_ZONE))


def decide(logic: str, /, **context: Any) -> Any:
    return load("t.dmn", definitions(decision("d", logic))).decide("d", context, clock=CLOCK)


def fault(logic: str, /, **context: Any) -> str:
    with pytest.raises(DecisionFault) as raised:
        decide(logic, **context)
    assert raised.value.message("zh").startswith("决策“d”")
    return raised.value.code


GRADES = ("< 60 | 'C'", "[60..80) | 'B'", ">= 80 | 'A'")


def quoted(*rules: str) -> tuple[str, ...]:
    return tuple(rule.replace("'", '"') for rule in rules)


def test_unique() -> None:
    grades = table("score", "grade", *quoted(*GRADES))
    assert [decide(grades, score=n) for n in (59, 60, Decimal("79.99"), 80)] == ["C", "B", "B", "A"]


def test_unique_with_two_matches_is_a_fault() -> None:
    overlapping = table("a | b", "x", "> limit | - | 1", "> 5 | - | 2")
    assert decide(overlapping, a=6, b=0, limit=9) == Decimal(2)
    assert fault(overlapping, a=10, b=0, limit=9) == "UNIQUE_OVERLAP"


def test_no_match() -> None:
    for policy in ("UNIQUE", "ANY", "FIRST"):
        assert fault(table("a", "x", "1 | 10", policy=policy), a=2) == "NO_RULE_MATCHES"
    assert decide(table("a", "x", "1 | 10", default="null"), a=2) is None
    assert decide(table("a", "x", "1 | 10", default="0"), a=2) == 0
    assert decide(table("a", "x | y", "1 | 10 | 20", default="5"), a=2) == {"x": Decimal(5), "y": None}
    assert decide(table("a", "x", "1 | 10", policy="COLLECT"), a=2) == []
    assert decide(table("a", "x", "1 | 10", policy="COLLECT", aggregation="COUNT"), a=2) == 0
    assert decide(table("a", "x", "1 | 10", policy="COLLECT", aggregation="SUM"), a=2) is None


def test_null_input_matches_only_what_takes_null() -> None:
    rules = table("a", "x", "null | 1", "not(null) | 2")
    assert decide(rules, a=None) == 1
    assert decide(rules) == 1
    assert decide(rules, a=7) == 2


def test_any() -> None:
    same = table("a", "x", "> limit | 1", "> 5 | 1", policy="ANY")
    assert decide(same, a=10, limit=1) == 1
    different = table("a", "x", "> limit | 1", "> 5 | 2", policy="ANY")
    assert decide(different, a=3, limit=1) == 1
    assert fault(different, a=10, limit=1) == "ANY_DIFFERS"


def test_first() -> None:
    first = table("a", "x", *quoted("> 5 | 'big'", "- | 'any'"), policy="FIRST")
    assert [decide(first, a=6), decide(first, a=5)] == ["big", "any"]


RISKS = quoted("> 1 | 'low' | 1", "> 2 | 'high' | 2", "> 3 | 'middle' | 3")


def test_priority_and_output_order_follow_the_output_values() -> None:
    values = '"high", "middle", "low"'
    priority = table("a", "risk | n", *RISKS, policy="PRIORITY", values=values)
    assert decide(priority, a=9) == {"risk": "high", "n": Decimal(2)}
    assert decide(priority, a=2) == {"risk": "low", "n": Decimal(1)}
    ordered = table("a", "risk | n", *RISKS, policy="OUTPUT ORDER", values=values)
    assert [row["n"] for row in decide(ordered, a=9)] == [2, 3, 1]


def test_rule_order_and_collect_keep_the_order_of_rules() -> None:
    for policy in ("RULE ORDER", "COLLECT"):
        rows = decide(table("a", "risk | n", *RISKS, policy=policy), a=9)
        assert [row["risk"] for row in rows] == ["low", "high", "middle"]


@pytest.mark.parametrize(
    ("aggregation", "expected"), [("SUM", 6), ("MIN", 1), ("MAX", 3), ("COUNT", 3), ("", [3, 1, 2])]
)
def test_collect(aggregation: str, expected: Any) -> None:
    rules = ("> 1 | 3", "> 2 | 1", "> 3 | 2", "> 100 | 50")
    assert decide(table("a", "x", *rules, policy="COLLECT", aggregation=aggregation), a=9) == expected


def test_aggregation_of_texts_and_mixed_values() -> None:
    texts = table("a", "x", *quoted("> 1 | 'b'", "> 2 | 'a'"), policy="COLLECT", aggregation="MIN")
    assert decide(texts, a=9) == "a"
    mixed = table("a", "x", *quoted("> 1 | 'b'", "> 2 | 1"), policy="COLLECT", aggregation="MAX")
    assert decide(mixed, a=9) is None


def test_a_table_without_inputs_has_rules_that_always_match() -> None:
    assert decide(table("", "x", "1 + 2")) == 3


def test_cells_are_feel() -> None:
    rules = table(
        "founded",
        "eligible",
        'date and time(founded) <= now() - duration("P3Y") | true'.replace("date and time(founded)", "?"),
        "- | false",
        policy="FIRST",
    )
    context = {"founded": datetime(2020, 1, 1, tzinfo=BUSINESS_ZONE)}
    assert decide(rules, **context) is True
    assert decide(rules, founded=datetime(2023, 1, 1, tzinfo=BUSINESS_ZONE)) is False


def test_a_list_of_tests_and_negation() -> None:
    rules = table("kind", "x", *quoted("'SCENE', 'WORKSHOP' | 1", "not('SCENE', 'WORKSHOP') | 2"))
    assert [decide(rules, kind=k) for k in ("SCENE", "FACTORY")] == [1, 2]


def test_input_values_are_enforced() -> None:
    rules = table("kind", "x", "- | 1", allowed='"SCENE", "FACTORY"')
    assert decide(rules, kind="SCENE") == 1
    assert fault(rules, kind="CASTLE") == "INPUT_NOT_ALLOWED"


def test_output_values_are_enforced() -> None:
    rules = table("a", "x", "- | a", values='"A", "B"')
    assert decide(rules, a="A") == "A"
    assert fault(rules, a="C") == "OUTPUT_NOT_ALLOWED"


def test_unknown_decision() -> None:
    with pytest.raises(DecisionFault) as raised:
        load("t.dmn", definitions(decision("d", table("a", "x", "- | 1")))).decide("e", {}, clock=CLOCK)
    assert raised.value.code == "DECISION_NOT_FOUND"
