"""A whole year: from the notice to the publication, on the real diagrams."""

from engine.programme.applications import statuses as s
from engine.programme.cycles.models import CLOSED
from tests.programme.mainline import FIRST, SECOND, House


def test_a_year_from_notice_to_publication(house: House) -> None:
    numbers = [house.apply(FIRST), house.apply(SECOND, "二号工厂")]
    assert numbers == ["2024-370102-0001", "2024-370102-0002"]
    house.recommend((numbers[0], FIRST), (numbers[1], SECOND))
    for number in numbers:
        house.check_formally(number)
    house.draw()
    house.score(numbers[0])
    house.score(numbers[1], d2=30)
    house.go("2024-09-05 09:00")
    house.decide()
    house.announce()
    house.go("2024-09-14 00:00")
    house.publish()
    assert {title.application_no for title in house.titles()} == set(numbers)
    assert [house.application(number).status for number in numbers] == [s.RECOGNISED] * 2
    assert [house.application(number).rank for number in numbers] == [2, 1]
    assert {house.case(number) for number in numbers} == {"COMPLETED"}
    house.department("archive", "office", confirmed=True, retention="PERMANENT")
    assert house.cycle().status == CLOSED
    assert house.case("2024", "annual_cycle") == "COMPLETED"
