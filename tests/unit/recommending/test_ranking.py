"""Ranks, quotas, the proposed order and what a version changes: on plain rows, without a database."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle
from engine.programme.recommendations.errors import (
    NotInPackageArea,
    QuotaCityInvalid,
    QuotaSumDiffers,
    RanksInvalid,
)
from engine.programme.recommendations.models import Package, PackageItem
from engine.programme.recommendations.quotas import Quota, check_entered, entered, quota_of
from engine.programme.recommendations.ranking import Standing, passed_over, places, proposal
from engine.programme.recommendations.versions import difference

NONE = Quota(None, {})


def application(number: str, type: str = "FACTORY", *, titled: bool = False) -> Application:
    return Application(application_no=number, type=type, city_title=titled, version=1)


AGREED = {row.application_no: row for row in (application("a"), application("b"), application("c", "SCENE"))}


def rows(**ranks: Any) -> list[dict[str, Any]]:
    return [{"application_no": number, "rank": rank} for number, rank in ranks.items()]


def placed(**ranks: Any) -> list[tuple[str, int, int]]:
    return [(p.application.application_no, p.rank, p.overall) for p in places(AGREED, rows(**ranks))]


def test_every_type_counts_from_one_and_scenes_come_first() -> None:
    assert placed(a=2, b=1, c=1) == [("c", 1, 1), ("b", 1, 2), ("a", 2, 3)]


def test_one_count_over_all_types_is_understood() -> None:
    assert placed(a=1, c=2, b=3) == [("c", 1, 1), ("a", 1, 2), ("b", 2, 3)]


def test_without_a_rank_it_is_not_recommended() -> None:
    assert placed(a=1, b=None) == [("a", 1, 1)]


@pytest.mark.parametrize("wrong", [{"a": 1, "b": 1}, {"a": 1, "b": 3}, {"a": 0}, {"a": 2}, {"a": -1, "b": 1}])
def test_ranks_with_gaps_or_twice_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(RanksInvalid):
        placed(**wrong)


def test_what_the_city_did_not_agree_has_no_place() -> None:
    with pytest.raises(NotInPackageArea):
        placed(a=1, foreign=2)


def test_quotas_of_a_city_and_of_a_type() -> None:
    cycle = Cycle(year=2024, quotas={"370100": 3, "370100:SCENE": 1, "370200": 9})
    quota = quota_of(cycle, "370100")
    assert (quota.total, quota.of("SCENE"), quota.of("FACTORY")) == (3, 1, None)
    assert quota.exceeded(["SCENE", "FACTORY", "FACTORY"]) is None
    assert quota.exceeded(["SCENE", "SCENE"]) == ("SCENE", 2, 1)
    assert quota.exceeded(["FACTORY"] * 4) == ("", 4, 3)
    assert quota_of(cycle, "370300") == NONE


JINAN, QINGDAO = {"city": "370100", "quota": 6}, {"city": "370200", "quota_factory": 2}


def test_the_notice_limits_cities_and_types() -> None:
    rows = [{**JINAN, "quota_scene": 0, "quota_workshop": None}, QINGDAO]
    check_entered(rows, ["370100", "370200"])
    assert entered(rows) == {"370100": 6, "370100:SCENE": 0, "370200:FACTORY": 2}


@pytest.mark.parametrize(
    ("types", "right"),
    [((1, 2, 3), True), ((1, 2, 2), False), ((2, 2, 3), False), ((None, 2, 4), True), ((None, 3, 4), False)],
)
def test_all_types_come_to_the_citys_quota_and_some_to_no_more(
    types: tuple[int | None, ...], right: bool
) -> None:
    fields = ("quota_scene", "quota_workshop", "quota_factory")
    row = {**JINAN, **dict(zip(fields, types, strict=True))}
    if right:
        check_entered([row], ["370100"])
        return
    with pytest.raises(QuotaSumDiffers):
        check_entered([row], ["370100"])


def test_a_city_has_its_quota_once_and_takes_part() -> None:
    for rows, cities in (([JINAN, JINAN], ["370100"]), ([QINGDAO], ["370100"])):
        with pytest.raises(QuotaCityInvalid):
            check_entered(rows, cities)


def standing(number: str, score: str | None, type: str = "FACTORY", *, titled: bool = False) -> Standing:
    return Standing(application(number, type, titled=titled), Decimal(score) if score else None)


def test_the_proposal_follows_the_score_and_a_title_among_equals_only() -> None:
    found = [
        standing("low", "60.00", titled=True),
        standing("x", "80.00"),
        standing("y", "80.00", titled=True),
    ]
    assert [(s.application.application_no, rank) for s, rank in proposal(found, NONE)] == [
        ("y", 1),
        ("x", 2),
        ("low", 3),
    ]


def test_the_proposal_stops_at_the_quotas_and_serves_every_type() -> None:
    found = [standing(f"f{n}", f"{90 - n}.00") for n in range(3)] + [standing("s", "10.00", "SCENE")]
    ranks = {s.application.application_no: rank for s, rank in proposal(found, Quota(2, {}))}
    assert ranks == {"f0": 1, "f1": None, "f2": None, "s": 1}
    by_type = {s.application.application_no: rank for s, rank in proposal(found, Quota(None, {"FACTORY": 2}))}
    assert by_type == {"f0": 1, "f1": 2, "f2": None, "s": 1}
    assert all(rank is None for _, rank in proposal(found, Quota(0, {})))


def test_a_title_behind_its_equal_is_pointed_out() -> None:
    plain, titled = standing("x", "80.00"), standing("y", "80.00", titled=True)
    assert passed_over([plain, titled]) == [(plain, titled)]
    assert passed_over([titled, plain]) == []
    assert passed_over([standing("x", "81.00"), titled]) == []
    assert passed_over([standing("x", None), standing("y", None, titled=True)]) == []
    assert passed_over([standing("x", "80.00", "SCENE"), titled]) == []


def test_what_a_version_changes() -> None:
    items = [PackageItem(rank=n, type_rank=n, application_no=no) for n, no in enumerate("abc", start=1)]
    last = Package(version=4, items=items, document_date=date(2024, 7, 1))
    found = difference(last, [("a", 1), ("c", 2), ("d", 3)])
    assert (found.version, found.added, found.removed, found.same) == (4, ("d",), ("b",), 1)
    assert [(m.application_no, m.before, m.after) for m in found.moved] == [("c", 3, 2)]
    assert not difference(last, [("a", 1), ("b", 2), ("c", 3)]).any
