"""The score sheet: five dimensions out of article 5.

The weights are this project's decision, shown as such.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Dimension:
    """One line of the sheet: its id, names, the items of article 5 it stands for, most points."""

    id: str
    zh: str
    en: str
    article: str
    maximum: Decimal


DIMENSIONS = (
    Dimension("d1", "智能制造基础与规划", "Foundation and plan", "第五条（二）（三）", Decimal(10)),
    Dimension("d2", "建设水平", "Level of construction", "第五条（四）前半", Decimal(35)),
    Dimension("d3", "实施成效", "Effects", "第五条（四）后半", Decimal(25)),
    Dimension("d4", "技术突破与安全可控", "Breakthrough and security", "第五条（五）", Decimal(15)),
    Dimension("d5", "示范带动与可推广性", "Demonstration", "第五条（六）", Decimal(15)),
)
STEP = Decimal("0.5")
EXPLAIN_BELOW, EXPLAIN_ABOVE = Decimal("0.6"), Decimal("0.95")
"""Shares of a criterion under and over which the points are explained (review rubric, the project's proposal)."""
OPINIONS = {
    "RECOMMEND": ("推荐", "Recommend"),
    "DEFER": ("暂缓", "Defer"),
    "REJECT": ("不推荐", "Do not recommend"),
}
