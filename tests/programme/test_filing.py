"""From self-evaluation to the city's word: deadlines, returns, silence, withdrawal, exclusion."""

from typing import Any

import pytest

from engine import commands
from engine.commands.refusals import DeadlinePassed as TaskDeadlinePassed
from engine.commands.refusals import SamePerson as SamePersonInTask
from engine.errors import NotAllowed, NotFound
from engine.programme.applications import statuses as s
from engine.programme.applications.errors import (
    CapReached,
    CityDoesNotTakePart,
    DeadlinePassed,
    DuplicateObject,
    IndustryNotCalled,
)
from tests.programme import answers
from tests.programme.mainline import (
    COUNTY,
    FIRST,
    OTHER_CITY,
    OTHER_COUNTY,
    SECOND,
    House,
    at,
    person,
)

FILLER, OFFICER, HEAD = (
    person("enterprise_filler", FIRST),
    person("county_officer", COUNTY),
    person("county_head", COUNTY),
)
CITY_OFFICER, CITY_HEAD = person("city_officer", "370100"), person("city_head", "370100")


def test_a_draft_lapses_at_the_deadline(house: House) -> None:
    number = house.apply(FIRST)
    house.do(FILLER, "self_evaluation", number, **answers.self_evaluation())
    house.go("2024-06-25 23:59")
    assert house.application(number).status == s.DRAFT
    house.go("2024-06-26 00:00")
    assert house.application(number).status == s.LAPSED
    assert house.case(number) == "COMPLETED"
    assert house.tasks(key=number) == []


def test_a_click_after_the_deadline_is_refused_while_no_worker_runs(house: House) -> None:
    """I3, with every worker stopped: the click itself lets the deadline act first."""
    number = house.apply(FIRST)
    [task] = house.tasks("self_evaluation", number)
    house.clock.set(at("2024-06-26 00:00"))
    with pytest.raises(TaskDeadlinePassed):
        commands.complete(house.rt, FILLER, task.id, answers.self_evaluation())
    assert house.application(number).status == s.LAPSED
    with pytest.raises(DeadlinePassed):
        house.apply(SECOND)


def test_an_extension_keeps_the_window_open_for_all(house: House) -> None:
    number = house.apply(FIRST)
    house.department(
        "supplementary_notice",
        "office",
        notice_no="鲁工信装〔2024〕66号",
        title="补充通知",
        notice_date="2024-06-20",
        enterprise_deadline="2024-07-01T00:00+08:00",
        county_deadline="2024-07-03T00:00+08:00",
        city_deadline="2024-07-06T00:00+08:00",
        reason="系统维护",
    )
    house.go("2024-06-26 00:00")
    assert house.application(number).status == s.DRAFT
    house.file(number, FIRST)
    assert house.application(number).status == s.SUBMITTED
    house.go("2024-06-29 00:00")
    assert [task.element_id for task in house.tasks(key=number)] == ["withdraw", "county_opinion"]
    house.go("2024-07-03 00:00")
    assert house.application(number).county_result == "SILENT"


@pytest.mark.parametrize(
    ("changes", "failed"),
    [
        ({"founded_on": "2021-07-01"}, "第五条（一）：成立不满三年"),
        (
            {"accident": "YES", "accident_on": "2022-05-01", "penalty_on": "2022-06-01"},
            "第六条（二）：近3年发生事故并受到处罚",
        ),
        ({"offence": "YES", "offence_on": "2023-05-01"}, "第六条（三）：近3年有违法违规或不良信用"),
        ({"cmmm_level": 1}, "年度通知：智能制造能力成熟度低于要求"),
        ({"completed_on": "2024-12-01"}, "第五条（四）：尚未建成并投入使用"),
    ],
)
def test_a_failed_condition_stops_the_filing(house: House, changes: dict[str, Any], failed: str) -> None:
    number = house.apply(FIRST)
    house.do(FILLER, "self_evaluation", number, **answers.self_evaluation(**changes))
    [task] = house.tasks("self_evaluation", number)
    assert answers.local(house.rt, task)["check"]["failed"] == [failed]


def test_an_old_accident_or_a_repaired_credit_does_not_stop_it(house: House) -> None:
    number = house.apply(FIRST)
    old = {"accident": "YES", "accident_on": "2021-06-02", "penalty_on": "2021-08-01"}
    repaired = {"offence": "YES", "offence_on": "2023-05-01", "credit_repaired": True}
    house.do(FILLER, "self_evaluation", number, **answers.self_evaluation(**old, **repaired))
    [task] = house.tasks("fill", number)
    assert len(answers.local(house.rt, task)["check"]["manual"]) == 2


def test_missing_material_sends_the_form_back(house: House) -> None:
    number = house.apply(FIRST)
    house.do(FILLER, "self_evaluation", number, **answers.self_evaluation())
    body = answers.form()
    body["elements"][2]["evidence"] = []
    house.do(FILLER, "fill", number, **body)
    [task] = house.tasks("fill", number)
    assert answers.local(house.rt, task)["completeness"]["missing"] == ["建设内容：“数据互享”的佐证材料"]


def test_one_object_is_filed_once_and_within_the_cap(house: House) -> None:
    house.apply(FIRST)
    with pytest.raises(DuplicateObject):
        house.apply(FIRST)
    house.apply(FIRST, "三号工厂")
    with pytest.raises(CapReached):
        house.apply(FIRST, "四号工厂")
    house.apply(FIRST, "一号车间", type="WORKSHOP")


def test_a_notice_may_call_for_certain_industries(house: House) -> None:
    with house.rt.transaction() as tx:
        cycle = tx.session.merge(house.cycle())
        cycle.parameters = {**cycle.parameters, "industries": ["C36", "C37"]}
    with pytest.raises(IndustryNotCalled):
        house.apply(FIRST)
    house.apply(FIRST, industry="C36")


def test_nobody_applies_for_another_enterprise_or_from_another_city(house: House) -> None:
    with pytest.raises(NotAllowed):
        commands.start(
            house.rt, person("enterprise_filler", SECOND), "application", {"cycle_year": 2024, "uscc": FIRST}
        )
    with pytest.raises(CityDoesNotTakePart):
        house.apply(FIRST, county="370302")


def test_a_silent_county_is_recorded_and_the_file_goes_on(house: House) -> None:
    number = house.apply(FIRST)
    house.file(number, FIRST)
    house.go("2024-06-29 00:00")
    found = house.application(number)
    assert (found.county_result, found.status) == ("SILENT", s.COUNTY_DONE)
    house.review_in_city(number)


def test_a_county_that_disagrees_does_not_decide(house: House) -> None:
    number = house.apply(FIRST)
    house.file(number, FIRST)
    house.do(OFFICER, "county_opinion", number, **answers.county_opinion(result="DISAGREE"))
    house.do(HEAD, "county_review", number, decision="AGREE")
    assert house.application(number).status == s.COUNTY_DONE


def test_a_silent_city_recommends_nobody(house: House) -> None:
    number = house.apply(FIRST)
    house.file(number, FIRST)
    house.go("2024-07-06 00:00")
    assert house.application(number).status == s.NOT_RECOMMENDED
    assert house.case(number) == "COMPLETED"


def test_a_county_taken_over_by_its_city_is_skipped(house: House) -> None:
    with house.rt.transaction() as tx:
        tx.session.merge(house.cycle()).direct_filing = [COUNTY]
    number = house.apply(FIRST)
    house.file(number, FIRST)
    assert [task.element_id for task in house.tasks(key=number)] == ["withdraw", "city_review"]
    house.review_in_city(number)
    assert house.application(number).status == s.CITY_AGREED


def test_the_enterprise_may_withdraw(house: House) -> None:
    number = house.apply(FIRST)
    house.file(number, FIRST)
    house.do(FILLER, "withdraw", number, reason="设备改造", confirmed=True)
    found = house.application(number)
    assert (found.status, found.live, found.reason) == (s.WITHDRAWN, False, "设备改造")
    assert house.tasks(key=number) == []
    house.apply(FIRST)


def test_a_city_acts_in_its_own_area_only(house: House) -> None:
    number = house.apply(FIRST)
    house.file(number, FIRST)
    house.endorse(number)
    elsewhere = house.apply(SECOND, county=OTHER_COUNTY)
    house.file(elsewhere, SECOND)
    [task] = house.tasks("county_opinion", elsewhere)
    with pytest.raises(NotFound):
        commands.complete(house.rt, OFFICER, task.id, {"result": "AGREE", "opinion": "同意"})
    assert house.application(elsewhere).city == OTHER_CITY


def test_two_people_act_in_a_county(house: House) -> None:
    """I16: who gave the opinion does not decide on it, whatever roles they hold."""
    number = house.apply(FIRST)
    house.file(number, FIRST)
    both = person("county_head", COUNTY, OFFICER.login)
    house.do(OFFICER, "county_opinion", number, **answers.county_opinion())
    [task] = house.tasks("county_review", number)
    with pytest.raises(SamePersonInTask):
        commands.complete(house.rt, both, task.id, {"decision": "AGREE"})


def test_every_status_change_has_actor_time_and_basis(house: House) -> None:
    """I15."""
    number = house.apply(FIRST)
    house.file(number, FIRST)
    house.endorse(number)
    history = house.application(number).history
    assert [event.to_status for event in history] == [s.DRAFT, s.SUBMITTED, s.COUNTY_DONE, s.CITY_AGREED]
    assert all(event.actor and event.basis and event.at for event in history)
