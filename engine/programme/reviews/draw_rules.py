"""What a panel must look like: so many places, some of them for certain fields.

A panel obeys the rules when its experts can be given its places, one each, so that every place that asks for a
field has an expert of that field. Experts are bits of a number, so that a place knows its candidates at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import Refusal

FIELDS = {
    "machinery": ("机械", "Machinery"),
    "process": ("工艺", "Process"),
    "it": ("信息技术", "Information technology"),
    "automation": ("自动化", "Automation"),
    "finance": ("财务", "Finance"),
}
LIMITED = "finance"
"""Experts whose main field this is take only the places that are open to them."""
INDUSTRY, OPEN, GENERAL = "industry", "open", "general"
NEEDS = {
    "process": (("machinery", "process"), ("机械或工艺", "Machinery or process")),
    "it": (("it",), ("信息技术", "Information technology")),
    "automation": (("automation",), ("自动化", "Automation")),
}
NEED_NAMES = {
    **{name: words for name, (_, words) in NEEDS.items()},
    INDUSTRY: ("熟悉本行业", "Knows the industry"),
    GENERAL: ("不限专业", "Any field"),
    OPEN: ("不限专业（含财务）", "Any field, finance included"),
}


class PanelRulesDoNotFit(Refusal):
    """The fields that a cycle asks for need more places than a panel has."""

    zh = "各专业最少人数合计{asked}人，超过每组专家人数{places}人。"
    en = "The fields ask for {asked} experts, but a panel has {places}."
    remedy_zh = "请调整年度参数。"
    remedy_en = "Change the parameters of the cycle."
    status = 422


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a cycle's panels."""

    places: int = 5
    least: tuple[tuple[str, int], ...] = (("process", 1), ("it", 1), ("automation", 1))
    most_finance: int = 1
    group_by: str = "TYPE"

    def needs(self) -> tuple[str, ...]:
        """The need of every place of a panel. Raises PanelRulesDoNotFit."""
        needs = [need for need, count in self.least for _ in range(count)]
        free = self.places - len(needs)
        if free < 0:
            raise PanelRulesDoNotFit(asked=len(needs), places=self.places)
        finance = min(self.most_finance, free)
        return (*needs, *[OPEN] * finance, *[GENERAL] * (free - finance))

    def as_dict(self) -> dict[str, Any]:
        """As it is kept with a draw."""
        return {
            "places": self.places,
            "least": dict(self.least),
            "most_finance": self.most_finance,
            "group_by": self.group_by,
        }


def rules_of(parameters: Mapping[str, Any]) -> Rules:
    """The rules that a cycle's parameters give."""
    least = tuple((need, int(parameters[f"experts.min.{need}"])) for need in (*NEEDS, INDUSTRY))
    return Rules(
        int(parameters["experts.n"]),
        tuple((need, count) for need, count in least if count),
        int(parameters["experts.max.finance"]),
        str(parameters["experts.group_by"]),
    )


def rules_from(kept: Mapping[str, Any]) -> Rules:
    """The rules as they were kept with a draw."""
    least = tuple((str(need), int(count)) for need, count in kept["least"].items())
    return Rules(int(kept["places"]), least, int(kept["most_finance"]), str(kept["group_by"]))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert as a draw knows one."""

    login: str
    fields: tuple[str, ...]  # the main one first
    industries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An application as a draw knows one; `barred` are the logins that may not review it, with the reason's kind."""

    application_no: str
    industry: str
    panel: str
    barred: Mapping[str, str]


def fits(candidate: Candidate, need: str, industry: str) -> bool:
    """Whether an expert may take a place with this need, at an application of this industry."""
    limited = candidate.fields[:1] == (LIMITED,)
    if limited or need in (OPEN, GENERAL):
        return need == OPEN or not limited
    if need == INDUSTRY:
        return industry in candidate.industries
    return any(field in candidate.fields for field in NEEDS[need][0])


def seating(holders: list[int], masks: Sequence[int], bit: int) -> bool:
    """Give an expert (one bit) a place among `holders` (bits; 0: empty), moving others along; False: no room.

    `masks` are the bits that each place takes.
    """
    return _seat(holders, masks, bit, set())


def _seat(holders: list[int], masks: Sequence[int], bit: int, seen: set[int]) -> bool:
    for place, mask in enumerate(masks):
        if mask & bit and not holders[place]:
            holders[place] = bit
            return True
    for place, mask in enumerate(masks):
        if mask & bit and place not in seen:
            seen.add(place)
            if _seat(holders, masks, holders[place], seen):
                holders[place] = bit
                return True
    return False
