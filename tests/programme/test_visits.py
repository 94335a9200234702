"""Site visits: ordered with reasons, by two without an interest, signed by both, closed before the opinion."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import commands
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.errors import Refusal
from engine.policy import SYSTEM
from engine.programme.applications import statuses as s
from engine.programme.meetings.operations import check_opinions
from engine.programme.reviews.errors import VisitNeedsTwo
from engine.programme.reviews.models import SiteVisit
from engine.programme.visits.errors import CaptionMissing, VisitDone, VisitorUnfit, VisitStillOpen
from engine.programme.visits.models import VisitOrder
from engine.programme.visits.operations import check_record, plan, still_open, unfit
from engine.worker import drain
from forms.errors import InvalidForm
from tests.programme import answers
from tests.programme.mainline import COUNTY, FIRST, VISITORS, House, copy_database, open_house, person
from tests.support.once import Made


@pytest.fixture(scope="session")
def drawn_database(made_once: Made, furnished: Path) -> Path:
    """One item whose experts have been drawn, to be copied."""

    def make(folder: Path) -> None:
        copy_database(furnished, folder / "luzhi.sqlite3")
        house = open_house(folder / "luzhi.sqlite3", "2024-06-03 09:00")
        number = house.apply(FIRST)
        house.recommend((number, FIRST))
        house.check_formally(number)
        house.draw()
        house.rt.close()

    return made_once("drawn", make) / "luzhi.sqlite3"


NUMBER = "2024-370102-0001"


@pytest.fixture
def house(tmp_path: Path, drawn_database: Path) -> Iterator[House]:
    """A house in which every expert is about to ask for a visit."""
    path = tmp_path / "luzhi.sqlite3"
    copy_database(drawn_database, path)
    found = open_house(path, "2024-07-22 09:00")
    for task in found.tasks("expert_sheet", NUMBER):
        expert = person("expert", "370000", task.assignee)
        commands.complete(found.rt, expert, task.id, answers.sheet(visit_asked=True))
    drain(found.rt)
    yield found
    found.rt.close()


def add_person(house: House, login: str, role: str, organisation: str) -> None:
    """Somebody who might be sent."""
    with house.rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        if organisation not in ("370000",):
            add_organisation(tx.session, scribe, organisation, organisation, "county", "370000")
        add_account(tx.session, scribe, login, login, [Grant(role, organisation)])


def planned(leader: str, second: str) -> dict[str, str]:
    """The answers of a plan."""
    return {"leader": leader, "second": second, "planned_on": "2024-07-23"}


def test_an_order_names_its_reasons(house: House) -> None:
    [order] = house.rows(select(VisitOrder))
    assert "两名以上专家建议考察" in order.reasons
    assert not order.before_review
    with house.rt.reading() as session:
        assert still_open(session, 2024) == [NUMBER]


def test_no_opinion_while_a_visit_is_open(house: House) -> None:
    with house.rt.transaction() as tx:
        application = house.application(NUMBER)
        tx.session.add(application)
        application.status = s.REVIEWED  # as if somebody had moved the token past the visit
    row = {"application_no": NUMBER, "rank": 1, "opinion": "PROPOSE"}
    with house.rt.reading() as session, pytest.raises(VisitStillOpen):
        check_opinions(session, house.cycle(), [row])


@pytest.mark.parametrize("second", [VISITORS[0], "nobody", "from_county"])
def test_who_may_not_be_sent(house: House, second: str) -> None:
    add_person(house, "from_county", "county_officer", COUNTY)
    with pytest.raises((InvalidForm, VisitorUnfit)):
        house.department("plan_visit", "dept_officer", NUMBER, **planned(VISITORS[0], second))
    assert house.tasks("plan_visit", NUMBER)


def test_an_interest_keeps_an_expert_away(house: House) -> None:
    with house.rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_account(tx.session, scribe, "expert-1", "专家", [Grant("expert", "370000")])
    with house.rt.transaction() as tx:
        from engine.programme.reviews.models import Expert

        expert = tx.session.scalars(select(Expert).where(Expert.login == "expert-1")).one()
        expert.conflicts = [FIRST]
    with house.rt.reading() as session:
        why = unfit(session, house.application(NUMBER), "expert-1")
    assert why is not None
    assert "利害关系" in why[0]


def test_both_sign_or_the_record_goes_back(house: House) -> None:
    first, second = (person("dept_officer", "370000", login) for login in VISITORS)
    house.department("plan_visit", "dept_officer", NUMBER, **planned(*VISITORS))
    with pytest.raises(Refusal):
        house.do(second, "site_visit", NUMBER, **answers.visit(house.clock))
    house.do(first, "site_visit", NUMBER, **answers.visit(house.clock))
    with pytest.raises(Refusal):
        house.do(first, "visit_sign", NUMBER, decision="AGREE")
    house.do(second, "visit_sign", NUMBER, decision="RETURN", comment="数值有误")
    assert house.rows(select(SiteVisit)) == []
    items = [{"item": "联网设备", "declared": "120", "found": "60", "verdict": "FALSE"}]
    house.do(first, "site_visit", NUMBER, **answers.visit(house.clock, items=items, visit_result="FALSE"))
    house.do(second, "visit_sign", NUMBER, decision="AGREE")
    [visit] = house.rows(select(SiteVisit))
    assert (visit.recorded_by, visit.countersigned_by, visit.result) == (*VISITORS, "FALSE")
    assert visit.items[0]["verdict"] == "FALSE"
    assert house.application(NUMBER).status == s.REVIEWED
    with house.rt.transaction() as tx, pytest.raises(VisitDone):
        plan(
            tx.session,
            house.application(NUMBER),
            leader=VISITORS[0],
            second=VISITORS[1],
            planned_on=tx.now.date(),
            actor="officer",
            at=tx.now,
        )


def test_a_record_has_two_names_and_captions() -> None:
    with pytest.raises(VisitNeedsTwo):
        check_record({"members": [{"name": "王伟"}, {"name": "王伟 "}]})
    two = [{"name": "王伟"}, {"name": "李娜"}]
    with pytest.raises(CaptionMissing):
        check_record({"members": two, "photos": [{"files": ["f1"], "caption": " "}]})
    check_record({"members": two, "photos": [{"files": ["f1"], "caption": "总装线"}]})


def drawn_with(path: Path, furnished: Path, **parameters: object) -> House:
    """A house in which the cycle says when sites are visited, and the experts of one item are drawn."""
    copy_database(furnished, path)
    house = open_house(path, "2024-06-03 09:00")
    with house.rt.transaction() as tx:
        cycle = tx.session.merge(house.cycle())
        cycle.parameters = {**cycle.parameters, **{k.replace("_", ".", 1): v for k, v in parameters.items()}}
    number = house.apply(FIRST)
    house.recommend((number, FIRST))
    house.check_formally(number)
    house.draw()
    return house


def test_a_cycle_may_visit_its_sample_before_the_experts_review(tmp_path: Path, furnished: Path) -> None:
    house = drawn_with(tmp_path / "l.sqlite3", furnished, visit_order="BEFORE", visit_sample_percent=100)
    assert not house.tasks("expert_sheet", NUMBER)
    house.visit(NUMBER)
    [order] = house.rows(select(VisitOrder))
    assert order.before_review
    assert order.reasons == ["随机抽中"]
    for task in house.tasks("expert_sheet", NUMBER):
        expert = person("expert", "370000", task.assignee)
        commands.complete(house.rt, expert, task.id, answers.sheet(visit_asked=True))
    drain(house.rt)
    assert house.application(NUMBER).status == s.REVIEWED  # visited once
    assert len(house.rows(select(SiteVisit))) == 1
    house.rt.close()


def test_a_cycle_may_do_without_visits(tmp_path: Path, furnished: Path) -> None:
    house = drawn_with(tmp_path / "l.sqlite3", furnished, visit_order="NONE", visit_sample_percent=100)
    house.score(NUMBER, visit_asked=True)
    assert house.application(NUMBER).status == s.REVIEWED
    assert house.rows(select(VisitOrder)) == []
    house.rt.close()
