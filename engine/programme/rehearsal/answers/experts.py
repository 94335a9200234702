"""The experts: score sheets by criterion, and the opinion of a group's leader."""

from decimal import Decimal
from statistics import median
from typing import Any

from engine.catalogues import Item
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.rehearsal.answers import answers
from engine.programme.rehearsal.office import Body, Desk, Later, Never
from engine.programme.reviews.sheets import by_round

MAVERICK = 0.01
"""How often an expert judges quite unlike the others: somebody has to explain that."""
WORDS = ("佐证材料较少。", "材料齐全，数据可复核。")


@answers("expert_sheet")
def expert_sheet(desk: Desk) -> Body | Later | Never:
    """A sheet around the object's quality; one expert of a `recused` application recuses himself."""
    if desk.enterprise and desk.enterprise.temper == "recused" and desk.office.first_time(desk):
        return {"declaration": "RECUSE", "recusal_reason": "曾任该企业顾问"}
    quality = desk.office.quality(desk.task.business_key or "")
    scores = _scores(desk, quality - (0.6 if desk.rng.random() < MAVERICK else 0))
    total = sum((row["points"] for row in scores), Decimal(0))
    opinion = "RECOMMEND" if total >= 65 else "DEFER" if total >= 55 else "REJECT"
    return {
        "declaration": "NONE",
        "scores": scores,
        "opinion": opinion,
        "visit_asked": desk.rng.random() < 0.02,
        "comment": "各维度按评分标准打分，低分项佐证不足。",
        "signed": True,
    }


@answers("leader_review")
def leader_review(desk: Desk) -> Body | Later | Never:
    """The leader looks at scores that lie far apart, and says what was found of each sheet that stands out."""
    with desk.office.runtime.reading() as session:
        newest = max(by_round(session, desk.task.business_key or "").items())[1]
        totals = [sheet.total for sheet in newest]
    far = [n for n, total in enumerate(totals, 1) if abs(total - median(totals)) > DEFAULTS["outlier"]]
    return {
        "explanations": [{"row_key": str(n), "explanation": "评分依据已核对。"} for n in far],
        "group_opinion": "DEFER",
        "comment": "分歧已复核，评分依据充分。",
    }


def _scores(desk: Desk, quality: float) -> list[dict[str, Any]]:
    criteria = desk.office.runtime.catalogues.get("review_rubric").lists["criteria"]
    shares = {
        dimension: min(1.0, max(0.1, 0.45 + quality * 0.5 + desk.rng.gauss(0, 0.05)))
        for dimension in dict.fromkeys(c.parent for c in criteria)
    }
    return [_scored(c, shares[c.parent], desk.task.type) for c in criteria]


def _scored(criterion: Item, share: float, type: str) -> dict[str, Any]:
    most = Decimal(criterion.facts["maximum"][type])
    points = (most * 2 * Decimal(str(round(share, 3)))).to_integral_value() / 2
    odd = points < most * Decimal("0.6") or points > most * Decimal("0.95")
    return {
        "row_key": criterion.value,
        "points": points,
        "reason": WORDS[points > most * Decimal("0.95")] if odd else None,
    }
