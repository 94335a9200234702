"""The rules of a score sheet when no form stands before them."""

from decimal import Decimal
from typing import Any

import pytest

from engine.programme.reviews.errors import (
    CriterionOutOfRange,
    LowScoreUnexplained,
    ReasonForPointsMissing,
    ScoreOutOfRange,
    SumsDiffer,
)
from engine.programme.reviews.rubric import DIMENSIONS
from engine.programme.reviews.sheets import check_scores
from tests.programme import answers

BEFORE = {"d1": 8, "d2": 28, "d3": 20, "d4": 12, "d5": 12, "comment": ""}
"""A sheet of the first release: dimensions only."""


def sheet(**changes: Any) -> dict[str, Any]:
    """A sheet as the form gives it to the register: each row with its dimension and its most points."""
    rows = answers.sheet()["scores"]
    most = {c.value: c.facts["maximum"]["FACTORY"] for c in answers.criteria()}
    scores = [{**row, "dimension": row["row_key"][:2], "most": most[row["row_key"]]} for row in rows]
    sums = {
        d.id: sum((row["points"] for row in scores if row["dimension"].lower() == d.id), Decimal(0))
        for d in DIMENSIONS
    }
    return {"scores": scores, **sums, **changes}


def changed(key: str, **facts: Any) -> dict[str, Any]:
    """The sheet with one criterion changed, and its sum with it."""
    found = sheet()
    row = next(row for row in found["scores"] if row["row_key"] == key)
    dimension = str(row["dimension"]).lower()
    found[dimension] += Decimal(facts.get("points", row["points"])) - row["points"]
    row |= facts
    return found


def test_a_lawful_sheet_has_its_total() -> None:
    assert check_scores(sheet()) == 80
    assert check_scores(BEFORE) == 80


@pytest.mark.parametrize("points", ["12.5", "-0.5", "6.3"])
def test_a_criterion_stays_within_its_points(points: str) -> None:
    with pytest.raises(CriterionOutOfRange):
        check_scores(changed("D2.1", points=Decimal(points)))


@pytest.mark.parametrize("points", ["7", "11.5"])
def test_under_60_and_over_95_per_cent_of_a_criterion_a_reason_is_needed(points: str) -> None:
    assert check_scores(changed("D2.1", points=Decimal(points), reason="佐证")) > 0
    with pytest.raises(ReasonForPointsMissing):
        check_scores(changed("D2.1", points=Decimal(points), reason=" "))


def test_sums_are_those_of_the_criteria() -> None:
    with pytest.raises(SumsDiffer):
        check_scores(sheet(d2=Decimal(35)))


def test_a_sheet_of_the_first_release_is_judged_by_dimension() -> None:
    with pytest.raises(ScoreOutOfRange):
        check_scores({**BEFORE, "d2": Decimal("35.5")})
    with pytest.raises(LowScoreUnexplained):
        check_scores({**BEFORE, "d3": 10})
    assert check_scores({**BEFORE, "d3": 10, "comment": "佐证不足"}) == 70
