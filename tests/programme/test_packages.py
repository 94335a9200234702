"""City packages: own area, quota, order, replacement, silence, refusal."""

import pytest
from sqlalchemy import select

from engine.programme.applications import statuses as s
from engine.programme.cycles.errors import StillOpen
from engine.programme.recommendations.errors import NotInPackageArea, QuotaExceeded, RanksInvalid
from engine.programme.recommendations.models import NONE, Package, Recommendation
from tests.programme.mainline import CITY, FIRST, OTHER_CITY, OTHER_COUNTY, SECOND, THIRD, House, person

KEY, OFFICER, HEAD = f"2024-{CITY}", person("city_officer", CITY), person("city_head", CITY)
LETTER = {"decision": "SEND", "document_date": "2024-07-03", "scan": ["f-scan"]}


def agreed(house: House, *filed: tuple[str, str]) -> list[str]:
    """Applications of the first city that its review agreed; the county deadline has passed."""
    numbers = []
    for uscc, name in filed:
        number = house.apply(uscc, name)
        house.file(number, uscc)
        house.endorse(number)
        numbers.append(number)
    house.go("2024-06-29 00:00")
    return numbers


def rank(house: House, *numbers: str) -> None:
    """The officer's ranked list."""
    ranking = [{"application_no": number, "rank": place} for place, number in enumerate(numbers, start=1)]
    house.do(OFFICER, "rank", KEY, decision="SUBMIT", ranking=ranking)


def city(house: House, code: str = CITY) -> Recommendation:
    """A city's recommendation in the register."""
    return house.rows(select(Recommendation).where(Recommendation.city == code))[0]


def test_a_later_package_replaces_the_whole(house: House) -> None:
    """I4: one package counts, the last one sent before the deadline."""
    first, second = agreed(house, (FIRST, "一号工厂"), (SECOND, "二号工厂"))
    rank(house, first, second)
    house.do(HEAD, "sign", KEY, document_no="济工信函〔2024〕5号", **LETTER)
    rank(house, second)
    house.do(HEAD, "sign", KEY, document_no="济工信函〔2024〕6号", **LETTER)
    house.go("2024-07-08 09:00")
    house.department("acceptance", "dept_officer", KEY, decision="ACCEPT")
    assert [package.version for package in house.rows(select(Package))] == [1, 2]
    assert house.application(second).status == s.RECOMMENDED
    assert house.application(second).city_rank == 1
    assert house.application(first).status == s.NOT_RECOMMENDED
    assert house.case(first) == "COMPLETED"


def test_a_city_lists_only_what_it_agreed_itself(house: House) -> None:
    """I4: neither another city's items nor its own unfinished ones."""
    [own] = agreed(house, (FIRST, "一号工厂"))
    for foreign in (f"2024-{OTHER_COUNTY}-0001", "2024-370102-0009"):
        with pytest.raises(NotInPackageArea):
            rank(house, own, foreign)


def test_ranks_count_from_one_and_the_quota_holds(house: House) -> None:
    pairs = [(FIRST, "一号工厂"), (FIRST, "二号工厂"), (SECOND, "三号工厂"), (SECOND, "四号工厂")]
    numbers = agreed(house, *pairs)
    with pytest.raises(QuotaExceeded):
        rank(house, *numbers)
    with pytest.raises(RanksInvalid):
        house.do(OFFICER, "rank", KEY, decision="SUBMIT", ranking=[{"application_no": numbers[0], "rank": 2}])
    with pytest.raises(RanksInvalid):
        rank(house, numbers[0], numbers[0])


def test_a_city_may_recommend_nobody_in_writing(house: House) -> None:
    [number] = agreed(house, (FIRST, "一号工厂"))
    house.do(OFFICER, "rank", KEY, decision="NONE")
    house.do(HEAD, "sign", KEY, document_no="济工信函〔2024〕5号", **LETTER)
    house.go("2024-07-08 09:00")
    house.department("acceptance", "dept_officer", KEY, decision="ACCEPT")
    assert house.application(number).status == s.NOT_RECOMMENDED
    assert house.rows(select(Package))[0].version == 1


def test_a_city_that_sends_nothing_is_recorded(house: House) -> None:
    [number] = agreed(house, (FIRST, "一号工厂"))
    rank(house, number)
    house.go("2024-07-06 00:00")
    assert house.tasks("sign") == []
    assert city(house).status == NONE
    assert city(house, OTHER_CITY).status == NONE
    assert house.application(number).status == s.NOT_RECOMMENDED
    assert house.case(KEY, "recommendation") == "COMPLETED"
    house.department("receipts", "dept_officer", confirmed=True)


def test_a_refused_package_recommends_nobody(house: House) -> None:
    [number] = agreed(house, (FIRST, "一号工厂"))
    rank(house, number)
    house.do(HEAD, "sign", KEY, document_no="济工信函〔2024〕5号", **LETTER)
    house.go("2024-07-08 09:00")
    with pytest.raises(StillOpen):
        house.department("receipts", "dept_officer", confirmed=True)
    house.department(
        "acceptance", "dept_officer", KEY, decision="REFUSE", ground="NO_LETTER", reason="推荐文件未盖章"
    )
    assert house.application(number).reason == "推荐文件未盖章"


def test_another_city_is_informed_of_nothing(house: House) -> None:
    number = house.apply(THIRD, county=OTHER_COUNTY)
    house.file(number, THIRD)
    house.endorse(number, OTHER_CITY, OTHER_COUNTY)
    house.go("2024-06-29 00:00")
    house.do(OFFICER, "rank", KEY, decision="REFRESH")
    assert house.proposal("rank", KEY) == []
    house.do(person("city_officer", OTHER_CITY), "rank", f"2024-{OTHER_CITY}", decision="REFRESH")
    assert [row["application_no"] for row in house.proposal("rank", f"2024-{OTHER_CITY}")] == [number]
