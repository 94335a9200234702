"""What county and city cannot do, however they try; what a city decides for its counties."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from engine import commands
from engine.commands.refusals import SamePerson
from engine.errors import NotAllowed, NotFound
from engine.files.reading import may_read
from engine.policy import Actor
from engine.programme.applications import statuses as s
from engine.programme.frozen import DocumentIsFrozen
from engine.programme.recommendations.errors import (
    AlreadyDecided,
    FilingWindowOver,
    NotInThisCity,
    ReasonMissing,
    SameAsBefore,
    TypeQuotaExceeded,
    WindowClosed,
)
from engine.programme.recommendations.filing import decisions, switch
from engine.programme.recommendations.models import DirectFiling, Package, PackageItem
from engine.programme.recommendations.operations import send
from engine.store.files import StoredFile
from engine.store.trail import Audit
from forms.errors import InvalidForm
from tests.programme import answers
from tests.programme.mainline import CITY, COUNTY, FIRST, OTHER_CITY, OTHER_COUNTY, SECOND, House, at, person

HIDDEN = (NotAllowed, NotFound)
KEY = f"2024-{CITY}"
OFFICER, HEAD = person("city_officer", CITY), person("city_head", CITY)
SIGNED = {"decision": "SEND", "document_no": "济工信函〔2024〕5号", "document_date": "2024-06-29"}


def agreed(house: House, *names: str) -> list[str]:
    """Factories that the city agreed; the county deadline has passed, nothing is ranked."""
    numbers = []
    for name in names:
        number = house.apply(FIRST, name)
        house.file(number, FIRST)
        house.endorse(number)
        numbers.append(number)
    house.go("2024-06-29 00:00")
    return numbers


def rank(house: House, *numbers: str, actor: Actor = OFFICER) -> None:
    rows = [{"application_no": number, "rank": place} for place, number in enumerate(numbers, start=1)]
    house.do(actor, "rank", KEY, decision="SUBMIT", ranking=rows)


def accepted(house: House) -> list[str]:
    """Two factories whose package the department accepted."""
    numbers = agreed(house, "一号工厂", "二号工厂")
    rank(house, *numbers)
    house.do(HEAD, "sign", KEY, scan=["f-scan"], **SIGNED)
    house.go("2024-07-08 09:00")
    house.department("acceptance", "dept_officer", KEY, decision="ACCEPT")
    return numbers


@pytest.mark.parametrize("role", ["county_officer", "county_head"])
def test_a_county_forwards_nothing_to_the_department(house: House, role: str) -> None:
    """Counties never talk to the department (article 7): neither the list nor the letter is theirs."""
    [number] = agreed(house, "一号工厂")
    county = person(role, COUNTY)
    with pytest.raises(HIDDEN):
        rank(house, number, actor=county)
    rank(house, number)
    with pytest.raises(HIDDEN):
        house.do(county, "sign", KEY, scan=["f-scan"], **SIGNED)
    with pytest.raises(NotAllowed):
        commands.start(house.rt, county, "recommendation", {"cycle_year": 2024, "city": CITY})
    assert house.rows(select(Package)) == []


def test_nothing_is_sent_without_the_heads_signature_and_its_scan(house: House) -> None:
    [number] = agreed(house, "一号工厂")
    rank(house, number)
    with pytest.raises(InvalidForm):
        house.do(HEAD, "sign", KEY, **SIGNED)
    with pytest.raises(HIDDEN):
        house.do(OFFICER, "sign", KEY, scan=["f-scan-a"], **SIGNED)
    both = Actor(OFFICER.login, OFFICER.name, (*OFFICER.grants, *HEAD.grants))
    with pytest.raises(SamePerson):
        house.do(both, "sign", KEY, scan=["f-scan-b"], **SIGNED)
    assert house.rows(select(Package)) == []


def test_the_scan_stays_with_its_version_and_who_may_read_it(house: House) -> None:
    numbers = agreed(house, "一号工厂", "二号工厂")
    rank(house, *numbers)
    house.do(HEAD, "sign", KEY, scan=["f-scan"], **SIGNED)
    rank(house, *numbers[:1])
    house.do(HEAD, "sign", KEY, scan=["f-scan"], **{**SIGNED, "document_no": "济工信函〔2024〕6号"})
    first, second = house.rows(select(Package).order_by(Package.version))
    assert first.scan_file
    assert first.scan_file != second.scan_file
    house.go("2024-07-06 00:00")
    with house.rt.reading() as session:
        file = session.get_one(StoredFile, second.scan_file)
        assert may_read(session, person("dept_officer", "370000"), file)
        assert may_read(session, OFFICER, file)
        assert not may_read(session, person("city_officer", OTHER_CITY), file)
        assert not may_read(session, person("county_officer", COUNTY), file)


def test_after_acceptance_nothing_replaces_the_package(house: House) -> None:
    numbers = accepted(house)
    assert house.tasks("rank", KEY) == []
    assert house.tasks("sign", KEY) == []
    row = [{"application_no": numbers[0], "rank": 1}]
    letter: dict[str, Any] = {
        "document_no": "济工信函〔2024〕9号",
        "document_date": at("2024-07-08 00:00").date(),
    }
    with house.rt.transaction() as tx:
        cycle = tx.session.merge(house.cycle())
        with pytest.raises(WindowClosed):
            send(tx.session, cycle, CITY, row, actor="x", at=tx.now, **letter)
        with pytest.raises(AlreadyDecided):
            send(tx.session, cycle, CITY, [], actor="x", at=at("2024-07-01 00:00"), **letter)
    assert len(house.rows(select(Package))) == 1


def test_after_acceptance_the_enterprise_changes_nothing(house: House) -> None:
    """What was accepted is the frozen version; no task of the enterprise but leaving is open."""
    [number, _] = accepted(house)
    assert {task.element_id for task in house.tasks(key=number)} == {"withdraw", "formal_check"}
    assert house.application(number).status == s.RECOMMENDED


def test_a_package_that_was_sent_never_changes(house: House) -> None:
    accepted(house)
    for statement in ("UPDATE package SET id = id", "DELETE FROM package", "DELETE FROM package_item"):
        with pytest.raises(DBAPIError, match="append-only"), house.rt.transaction() as tx:
            tx.session.execute(text(statement))
    with house.rt.transaction() as tx:
        tx.session.scalars(select(PackageItem)).all()[0].rank = 9
        with pytest.raises(DocumentIsFrozen):
            tx.session.flush()
        tx.session.rollback()


def test_only_one_version_is_alive(house: House) -> None:
    numbers = agreed(house, "一号工厂", "二号工厂")
    for letter, listed in (("5", numbers), ("6", numbers[1:])):
        rank(house, *listed)
        signed = {**SIGNED, "document_no": f"济工信函〔2024〕{letter}号"}
        house.do(HEAD, "sign", KEY, scan=["f-scan"], **signed)
    house.go("2024-07-08 09:00")
    assert len(house.tasks("acceptance", KEY)) == 1
    house.department("acceptance", "dept_officer", KEY, decision="ACCEPT")
    assert [house.application(number).status for number in numbers] == [s.NOT_RECOMMENDED, s.RECOMMENDED]


def test_a_quota_of_a_type_holds_beside_the_citys(house: House) -> None:
    numbers = agreed(house, "一号工厂", "二号工厂")
    with house.rt.transaction() as tx:
        tx.session.merge(house.cycle()).quotas = {CITY: 3, f"{CITY}:FACTORY": 1}
    with pytest.raises(TypeQuotaExceeded):
        rank(house, *numbers)
    house.do(OFFICER, "rank", KEY, decision="REFRESH")
    assert [row.get("rank") for row in house.proposal("rank", KEY)] == [1, None]


def test_nothing_recommended_lists_nothing_whatever_stands_in_the_boxes(house: House) -> None:
    [number] = agreed(house, "一号工厂")
    row = {"application_no": number, "rank": 1}
    house.do(OFFICER, "rank", KEY, decision="NONE", ranking=[row])
    house.do(HEAD, "sign", KEY, scan=["f-scan"], **SIGNED)
    [package] = house.rows(select(Package))
    with house.rt.reading() as session:
        assert session.get_one(Package, package.id).items == []


def test_a_condition_not_met_bars_the_recommendation(house: House) -> None:
    number = house.apply(FIRST)
    house.file(number, FIRST)
    county = person("county_officer", COUNTY)
    with pytest.raises(InvalidForm):
        house.do(
            county,
            "county_opinion",
            number,
            **answers.county_opinion(conditions=answers.findings(n6="UNMET")),
        )
    house.do(county, "county_opinion", number, **answers.county_opinion())
    house.do(person("county_head", COUNTY), "county_review", number, decision="AGREE")
    unmet = answers.findings(n16="UNMET")
    for body in (answers.city_review(conditions=unmet), answers.city_review(credit="BAD")):
        with pytest.raises(InvalidForm):
            house.do(OFFICER, "city_review", number, **body)
    house.do(OFFICER, "city_review", number, **answers.city_review(conditions=unmet, result="REJECT"))


def test_every_condition_is_looked_at_before_an_opinion(house: House) -> None:
    number = house.apply(FIRST)
    house.file(number, FIRST)
    with pytest.raises(InvalidForm) as refused:
        house.do(
            person("county_officer", COUNTY), "county_opinion", number, result="DISAGREE", opinion="不同意"
        )
    assert len(refused.value.errors) == len(answers.CONDITIONS)


def test_a_city_switches_its_county_on_record(house: House) -> None:
    switch(house.rt, OFFICER, 2024, CITY, COUNTY, direct=True, reason=" 机构改革 ")
    with house.rt.reading() as session:
        [row] = decisions(session, 2024, [COUNTY])
        last = session.scalars(select(Audit).order_by(Audit.sequence.desc())).first()
    assert (row.reason, row.direct, row.decided_by) == ("机构改革", True, OFFICER.login)
    assert last is not None
    assert (last.action, last.business_key) == ("filing.switch", KEY)
    assert house.cycle().direct_filing == [COUNTY]
    number = house.apply(SECOND)
    house.file(number, SECOND)
    assert house.tasks("city_review", number)
    switch(house.rt, HEAD, 2024, CITY, COUNTY, direct=False, reason="已恢复办理")
    assert house.cycle().direct_filing == []


def test_an_application_begun_before_the_switch_files_as_it_stands_when_it_is_submitted(house: House) -> None:
    begun, filed = house.apply(FIRST), house.apply(SECOND)
    house.file(filed, SECOND)
    switch(house.rt, OFFICER, 2024, CITY, COUNTY, direct=True, reason="机构改革")
    house.file(begun, FIRST)
    assert house.tasks("county_opinion", filed)
    assert house.tasks("city_review", begun)


def test_what_may_not_be_switched(house: House) -> None:
    def attempt(actor: Actor = OFFICER, city: str = CITY, county: str = COUNTY, reason: str = "理由") -> None:
        switch(house.rt, actor, 2024, city, county, direct=True, reason=reason)

    for actor in (
        person("county_head", COUNTY),
        person("dept_head", "370000"),
        person("city_head", OTHER_CITY),
    ):
        with pytest.raises(NotAllowed):
            attempt(actor)
    with pytest.raises(NotInThisCity):
        attempt(county=OTHER_COUNTY)
    with pytest.raises(NotInThisCity):
        attempt(county="<script>")
    for reason in ("", "  ", "长" * 401):
        with pytest.raises(ReasonMissing):
            attempt(reason=reason)
    with pytest.raises(SameAsBefore):
        switch(house.rt, OFFICER, 2024, CITY, COUNTY, direct=False, reason="理由")
    house.go("2024-06-29 00:00")
    with pytest.raises(FilingWindowOver):
        attempt()
    assert house.rows(select(DirectFiling)) == []
