"""Gaps and overlaps of decision tables: told exactly, in words, and in bounded time."""

import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.clock import VirtualClock
from engine.dmn import DecisionFault, Decisions, load
from engine.problems import NotDeployable
from engine.settings import project_root
from engine.studio.decisions.gaps import MOST_GAPS, TableReport, report
from tests.unit.dmn.dmn_files import decision, definitions, table

CLOCK = VirtualClock(datetime(2026, 3, 1, tzinfo=UTC))


def only(logic: str) -> TableReport:
    [found] = report("t.dmn", definitions(decision("d", logic)))
    return found


def told(found: TableReport) -> list[dict[str, str]]:
    return [{label: words.zh for label, words in gap.parts} for gap in found.gaps]


@pytest.mark.parametrize(
    ("cells", "gaps"),
    [
        (("< 60", "[60..80)", "> 80"), [{"x": "80"}]),
        (("[1..5]", "[8..9]"), [{"x": "< 1、(5..8)、> 9"}]),
        (('"A"', '"B","C"'), [{"x": '除 "A"、"B"、"C" 以外的值'}]),
        (("true",), [{"x": "false"}]),
        (('< date("2026-01-01")', '> date("2026-03-31")'), [{"x": "[2026-01-01..2026-03-31]"}]),
        (('not("A")',), [{"x": '"A"'}]),
        (("-",), []),
        (("< 5", ">= 5"), []),
        (("y + 1", "< 5"), []),  # what cannot be analysed may answer anything
    ],
)
def test_gaps_are_told_in_the_words_of_cells(cells: tuple[str, ...], gaps: list[dict[str, str]]) -> None:
    found = only(table("x", "out", *(f"{cell} | 1" for cell in cells)))
    assert told(found) == gaps
    assert found.complete is ("y + 1" not in cells)
    assert all(words.en for gap in found.gaps for _, words in gap.parts)


def test_all_gaps_of_several_columns_are_told_by_combination() -> None:
    found = only(table("kind | score", "out", '"A" | >= 60 | 1', '"B" | - | 2', allowed='"A","B"'))
    assert told(found) == [{"kind": '"A"', "score": "< 60"}]


def test_a_default_output_and_a_policy_of_many_leave_no_gaps() -> None:
    assert only(table("x", "out", "1 | 1", default="0")).clean
    assert only(table("x", "out", "1 | 1", policy="COLLECT")).clean


def test_overlaps_name_both_rules_and_what_matches_both() -> None:
    found = only(table("x", "out", "[1..5] | 1", "[4..9] | 2", "- | 3", policy="UNIQUE"))
    pairs = [(o.first, o.second, dict(o.example.parts)["x"].zh) for o in found.overlaps]
    assert pairs == [(1, 2, "[4..5]"), (1, 3, "[1..5]"), (2, 3, "[4..9]")]


def test_what_a_policy_allows_is_no_finding() -> None:
    assert only(table("x", "out", "[1..5] | 1", "- | 1", policy="ANY")).overlaps == ()
    assert len(only(table("x", "out", "[1..5] | 1", "- | 2", policy="ANY")).overlaps) == 1
    assert only(table("x", "out", "[1..5] | 1", "- | 2", policy="FIRST")).overlaps == ()
    [hidden] = only(table("x", "out", "- | 1", "[1..5] | 2", policy="FIRST")).overlaps
    assert (hidden.first, hidden.second, hidden.hidden) == (1, 2, True)


def answered(decisions: Decisions, inputs: dict[str, Any]) -> bool:
    try:
        decisions.decide("d", inputs, clock=CLOCK)
    except DecisionFault as fault:
        return fault.fault != "NO_RULE_MATCHES"
    return True


@pytest.mark.parametrize("seed", range(20))
def test_the_report_agrees_with_what_the_engine_does(seed: int) -> None:
    """Every input of a fine grid is answered, refused for overlap or unanswered, as the report says."""
    chance = random.Random(seed)
    bounds = ["-", "< 2", "<= 2", "[2..4)", "(1..4]", "> 3", ">= 4", "2, 4", "not(3)"]
    texts = ["-", '"A"', '"B"', '"A","C"', 'not("B")']
    rules = [f"{chance.choice(bounds)} | {chance.choice(texts)} | {n}" for n in range(4)]
    content = definitions(decision("d", table("x | t", "out", *rules, policy="FIRST")))
    decisions = load("t.dmn", content)
    unanswered = any(
        not answered(decisions, {"x": Decimal(n) / 2, "t": t}) for n in range(-1, 12) for t in "ABCD"
    )
    assert bool(report("t.dmn", content)[0].gaps) is unanswered


def test_a_table_made_to_take_long_is_answered_in_bounded_steps_and_says_so() -> None:
    columns = " | ".join(f"c{n}" for n in range(14))
    chance = random.Random(1)
    rules = [
        " | ".join(chance.choice(["-", f"[{n}..{n + 3}]", f"not({n})"]) for _ in range(14)) + f" | {n}"
        for n in range(60)
    ]
    found = only(table(columns, "out", *rules, policy="FIRST"))
    assert not found.complete
    assert len(found.gaps) <= MOST_GAPS


def test_the_programme_has_neither_gaps_nor_overlaps() -> None:
    files = sorted((project_root() / "processes" / "decisions").glob("*.dmn"))
    found = [each for file in files for each in report(file.name, file.read_bytes())]
    assert len(found) > 5
    assert [each.decision for each in found if not each.clean] == []


def test_what_is_no_dmn_is_refused_by_name() -> None:
    with pytest.raises(NotDeployable):
        report("t.dmn", b"<x/>")
