"""The decisions of articles 5 and 6 at their edges, asked of the DMN file alone."""

from decimal import Decimal
from typing import Any

import pytest

from engine import dmn
from engine.clock import VirtualClock
from engine.settings import project_root
from tests.programme import answers
from tests.programme.mainline import FIRST, at

RULES = {
    "lookback_years": 3,
    "cmmm_min": 2,
    "branch_allowed": False,
    "experts_min": 3,
    "drop_from": 5,
    "pass_line": 60,
    "divergence": 20,
}


def decide(file: str, decision: str, **context: Any) -> Any:
    """The result of a decision of the programme on 2024-02-29."""
    path = project_root() / "processes" / "decisions" / f"{file}.dmn"
    clock = VirtualClock(at("2024-02-29 09:00"))
    return dmn.load(path.name, path.read_bytes()).decide(decision, context, clock=clock)


def self_check(anchor: str = "2024-02-29", industry: str = "C34", **changes: Any) -> Any:
    """The self-check of an otherwise lawful enterprise."""
    given = answers.self_evaluation(**changes)
    facts = {"rules": RULES, "industry": industry, "uscc": FIRST, "type": "FACTORY", "cycle_year": 2024}
    return decide("self_check", "self_check", answers=given, anchor=anchor, **facts)


@pytest.mark.parametrize(
    ("founded_on", "anchor", "eligible"),
    [
        ("2021-02-28", "2024-02-28", True),
        ("2021-03-01", "2024-02-29", False),
        ("2020-02-29", "2023-02-28", True),
        ("2020-02-29", "2023-02-27", False),
    ],
)
def test_three_calendar_years_in_business(founded_on: str, anchor: str, eligible: bool) -> None:
    """Article 5(1): 29 February counts as 28 February in a common year."""
    found = self_check(anchor, founded_on=founded_on, plan_on="2022-01-01", completed_on="2022-01-01")
    assert found["eligible"] is eligible


@pytest.mark.parametrize(
    ("accident_on", "penalty_on", "outcome"),
    [
        ("2021-02-28", "2021-03-01", "EXCLUDED"),  # the window is closed at both ends
        ("2021-02-27", "2021-02-28", "MANUAL"),  # only the penalty is inside
        ("2021-02-01", "2021-02-27", "CLEAR"),
        ("2024-02-28", "2024-02-28", "EXCLUDED"),
    ],
)
def test_a_punished_accident_is_looked_for_three_years_back(
    accident_on: str, penalty_on: str, outcome: str
) -> None:
    """Article 6(2), from 2024-02-28 back."""
    given = {"accident": "YES", "accident_on": accident_on, "penalty_on": penalty_on}
    found = self_check("2024-02-28", **given)
    assert (not found["eligible"]) is (outcome == "EXCLUDED")
    assert bool(found["manual"]) is (outcome == "MANUAL")


def test_a_repealed_penalty_and_a_branch() -> None:
    accident = {"accident": "YES", "accident_on": "2023-05-01", "penalty_on": "2023-06-01"}
    assert self_check(**accident, penalty_repealed=True)["eligible"]
    assert not self_check(is_branch=True)["eligible"]
    assert not self_check(industry="C44")["eligible"]


@pytest.mark.parametrize(
    ("totals", "score"),
    [
        (["70", "80.5", "75", "66", "90"], "75.17"),  # one extreme dropped at each end, half up
        (["70", "80.5", "75", "66"], "72.88"),  # four sheets: the plain mean
        (["60", "60", "61"], "60.33"),
    ],
)
def test_how_sheets_are_aggregated(totals: list[str], score: str) -> None:
    sheets = [
        {"total": Decimal(total), "d2": Decimal(20), "d3": Decimal(15), "visit_asked": False}
        for total in totals
    ]
    context = {"sheets": sheets, "rules": RULES, "first_time": False, "high_claims": False, "sampled": False}
    assert decide("review_conclusion", "review_conclusion", **context)["score"] == Decimal(score)


def test_every_type_is_ranked_from_one_and_a_city_title_orders_equals_only() -> None:
    """Article 5(7): equal scores by the title, then construction and effects; a lower score never passes."""

    def item(number: str, type: str, score: str, d2: int = 20, *, titled: bool = False) -> dict[str, Any]:
        facts = {"application_no": number, "type": type, "score": Decimal(score), "city_title": titled}
        return {**facts, "d2": Decimal(d2), "d3": Decimal(9), "enterprise": "", "object_name": ""}

    reviewed = [
        item("f1", "FACTORY", "90"),
        item("s1", "SCENE", "70"),
        item("f2", "FACTORY", "80", 30),
        item("f3", "FACTORY", "80", titled=True),
        item("s2", "SCENE", "70", 30),
        item("f4", "FACTORY", "59.99", titled=True),
    ]
    rows = decide("ranking", "ranking", reviewed=reviewed, pass_line=60)
    given = [(row["application_no"], row["rank"], row["opinion"]) for row in rows]
    assert given == [
        ("s2", 1, "PROPOSE"),
        ("s1", 2, "PROPOSE"),
        ("f1", 1, "PROPOSE"),
        ("f3", 2, "PROPOSE"),
        ("f2", 3, "PROPOSE"),
        ("f4", 4, "REJECT"),
    ]
    assert decide("ranking", "ranking", reviewed=[], pass_line=60) == []
