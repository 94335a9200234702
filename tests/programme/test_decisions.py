"""Opinion, meeting, public notice, objections, publication."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import commands
from engine.errors import Refusal
from engine.policy import PUBLIC
from engine.programme.announcements.errors import NothingToPublish, NoticeInThePast
from engine.programme.announcements.models import Publication, PublicNotice
from engine.programme.announcements.operations import ensure_complete, ensure_unquestioned, questioned
from engine.programme.applications import statuses as s
from engine.programme.applications.errors import CatalogueDiffers, FlagIsOpen
from engine.programme.applications.operations import raise_flag, require, resolve_flag
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.documents.errors import DocumentNumberMalformed, DocumentNumberTaken
from engine.programme.meetings.errors import CannotPropose, ListDiffers, OrderUnexplained
from engine.programme.objections.intake import receive_objection
from engine.programme.objections.operations import received_until
from engine.programme.reviews.operations import sheets
from engine.worker import drain
from forms.errors import InvalidForm
from tests.programme.mainline import FIRST, SECOND, House, copy_database, open_house, person
from tests.support.once import Made
from tests.support.runtimes import statements

NUMBERS = ["2024-370102-0001", "2024-370102-0002"]


@pytest.fixture(scope="session")
def reviewed_database(made_once: Made, furnished: Path) -> Path:
    """Two items with scores, 80 and 82; their reviews are closed. To be copied."""

    def make(folder: Path) -> None:
        copy_database(furnished, folder / "luzhi.sqlite3")
        house = open_house(folder / "luzhi.sqlite3", "2024-06-03 09:00")
        pairs = [(house.apply(FIRST), FIRST), (house.apply(SECOND, "二号工厂"), SECOND)]
        house.recommend(*pairs)
        for number, _ in pairs:
            house.check_formally(number)
        house.draw()
        house.score(pairs[0][0])
        house.score(pairs[1][0], d2=30)
        house.rt.close()

    return made_once("reviewed", make) / "luzhi.sqlite3"


@pytest.fixture
def house(tmp_path: Path, reviewed_database: Path) -> Iterator[House]:
    """A house on 2024-09-05 with two reviewed items."""
    path = tmp_path / "luzhi.sqlite3"
    copy_database(reviewed_database, path)
    found = open_house(path, "2024-09-05 09:00")
    yield found
    found.rt.close()


@pytest.fixture
def reviewed() -> list[str]:
    """The numbers of the two items."""
    return NUMBERS


def object_to(house: House, number: str, outcome: str, consequence: str) -> None:
    """An objection by name, verified, decided and answered."""
    receive(house, number)
    house.do(
        person("dept_officer", "370000"), "investigate", objection_no(house), report="核查", assisted="NO"
    )
    head = {"outcome": outcome, "consequence": consequence, "reasons": "见核查报告"}
    house.do(person("dept_head", "370000"), "decide", objection_no(house), **head)
    today = f"{house.clock.now():%Y-%m-%d}"
    house.do(person("dept_officer", "370000"), "reply", objection_no(house), replied_on=today, reply="已核查")


def receive(house: House, number: str) -> None:
    """An objection by name that nobody has looked at."""
    facts = {
        "application_no": number,
        "kind": "NAMED",
        "statement": "投资额不实",
        "name": "王某",
        "contact": "13900000000",
    }
    with house.rt.reading() as session:
        until = received_until(session, facts)
    receive_objection(house.rt, PUBLIC, facts, until)
    drain(house.rt)


def objection_no(house: House) -> str:
    """The number of the one objection under way."""
    [task] = [task for task in house.tasks() if task.process_id == "objection"]
    return str(task.business_key)


def test_the_order_of_scores_is_changed_only_with_a_reason(house: House, reviewed: list[str]) -> None:
    """I10."""
    house.department("reviews_done", "dept_officer", confirmed=True)
    rows = house.proposal("opinion_list", "2024")
    assert [row["application_no"] for row in rows] == [reviewed[1], reviewed[0]]
    swapped: list[dict[str, Any]] = [{**rows[0], "rank": 2}, {**rows[1], "rank": 1}]
    with pytest.raises(OrderUnexplained):
        house.department("opinion_list", "dept_officer", items=swapped)
    with pytest.raises(ListDiffers):
        house.department("opinion_list", "dept_officer", items=rows[:1])
    explained = [{**row, "reason": "专家组长意见"} for row in swapped]
    house.department("opinion_list", "dept_officer", items=explained)


def test_an_item_below_the_line_cannot_be_proposed(house: House, reviewed: list[str]) -> None:
    with house.rt.transaction() as tx:
        require(tx.session, reviewed[0]).score = 55
    house.department("reviews_done", "dept_officer", confirmed=True)
    rows = house.proposal("opinion_list", "2024")
    assert rows[1]["opinion"] == "REJECT"
    forced = [{**row, "opinion": "PROPOSE", "reason": "照顾"} for row in rows]
    with pytest.raises(CannotPropose):
        house.department("opinion_list", "dept_officer", items=forced)
    house.decide()
    assert house.application(reviewed[0]).status == s.NOT_PROPOSED
    assert house.application(reviewed[0]).reason == "低于合格线"


def test_a_rejected_item_ends_and_a_returned_one_meets_again(house: House, reviewed: list[str]) -> None:
    house.decide({reviewed[0]: "FAIL", reviewed[1]: "RETURN"})
    assert house.application(reviewed[0]).status == s.MEETING_REJECTED
    assert house.application(reviewed[1]).status == s.REVIEWED
    house.go("2024-09-12 09:00")
    house.decide()
    assert house.application(reviewed[1]).status == s.MEETING_PASSED


def test_who_leaves_after_the_list_is_fixed_renounces(house: House, reviewed: list[str]) -> None:
    house.decide()
    house.do(person("enterprise_filler", FIRST), "withdraw", reviewed[0], reason="放弃", confirmed=True)
    assert house.application(reviewed[0]).status == s.RENOUNCED
    house.announce()
    house.go("2024-09-14 00:00")
    house.publish()
    assert [title.application_no for title in house.titles()] == [reviewed[1]]


def test_a_public_notice_runs_five_working_days_and_is_not_backdated(
    house: House, reviewed: list[str]
) -> None:
    """I17: 2024-09-14 is a working Saturday before the Mid-Autumn holiday."""
    house.decide()
    with pytest.raises(InvalidForm):
        house.announce("2024-09-09", "2024-09-12")
    with pytest.raises((NoticeInThePast, InvalidForm)):
        house.announce("2024-09-02", "2024-09-13")
    house.announce("2024-09-10", "2024-09-14")
    [notice] = house.rows(select(PublicNotice))
    assert notice.ends_at.isoformat() == "2024-09-15T00:00:00+08:00"
    house.go("2024-09-14 23:59")
    assert house.tasks("publish") == []
    house.go("2024-09-15 00:00")
    assert house.tasks("publish")


def test_an_objected_item_is_held_and_published_later(house: House, reviewed: list[str]) -> None:
    """I6."""
    house.decide()
    house.announce()
    house.go("2024-09-10 10:00")
    receive(house, reviewed[0])
    house.go("2024-09-14 00:00")
    house.publish()
    assert [title.application_no for title in house.titles()] == [reviewed[1]]
    with pytest.raises(NothingToPublish) as refused:
        house.publish("鲁工信装〔2024〕121号")
    assert f"没有可以公布的项目：申报{reviewed[0]}有" in str(refused.value.message("zh"))
    assert f"now: Application {reviewed[0]} has" in str(refused.value.message("en"))
    officer, head = person("dept_officer", "370000"), person("dept_head", "370000")
    number = objection_no(house)
    house.do(officer, "investigate", number, report="核查", assisted="NO")
    house.do(head, "decide", number, outcome="REJECTED", consequence="KEEP", reasons="查无实据")
    house.do(officer, "reply", number, replied_on="2024-09-14", reply="已核查")
    house.publish("鲁工信装〔2024〕121号")
    assert len(house.titles()) == 2
    later = house.rows(select(Publication).order_by(Publication.id))[1]
    assert (later.supplement_to, later.main_of) == ("鲁工信装〔2024〕120号", None)
    house.department("archive", "office", confirmed=True, retention="PERMANENT")


def test_an_upheld_objection_removes_its_item(house: House, reviewed: list[str]) -> None:
    house.decide()
    house.announce()
    house.go("2024-09-10 10:00")
    object_to(house, reviewed[0], "UPHELD", "REMOVE")
    assert house.application(reviewed[0]).status == s.OBJECTION_UPHELD
    house.go("2024-09-14 00:00")
    house.publish()
    assert [title.application_no for title in house.titles()] == [reviewed[1]]
    assert house.tasks("archive")


def test_a_material_change_is_announced_again(house: House, reviewed: list[str]) -> None:
    house.decide()
    house.announce()
    house.go("2024-09-10 10:00")
    object_to(house, reviewed[0], "PARTLY", "REANNOUNCE")
    house.go("2024-09-14 00:00")
    house.publish()
    house.go("2024-09-18 09:00")
    house.announce("2024-09-18", "2024-09-24")
    house.go("2024-09-25 00:00")
    house.publish("鲁工信装〔2024〕121号")
    assert len(house.titles()) == 2


def test_nothing_is_published_that_lacks_a_step(house: House, reviewed: list[str]) -> None:
    """I5, I6, I20: asked of the one function that each of them stands in."""
    house.decide()
    house.announce()
    house.go("2024-09-13 23:00")
    with house.rt.transaction() as tx:
        cycle, item = require_cycle(tx.session, 2024), require(tx.session, reviewed[0])
        with pytest.raises(Refusal, match="public notice has not ended"):
            ensure_complete(tx.session, cycle, item, tx.now)
        item.catalogue = "2025"
        with pytest.raises(CatalogueDiffers):
            ensure_complete(tx.session, cycle, item, tx.now)
        item.catalogue = str(cycle.catalogues["FACTORY"])
        flag = raise_flag(item, "6.2", "事故", event_date="2023-01-01", actor="officer", at=tx.now)
        tx.session.flush()
        with pytest.raises(FlagIsOpen):
            ensure_unquestioned(tx.session, item)
        resolve_flag(flag, excluded=False, reason="处罚已撤销", actor="head", at=tx.now)
        ensure_unquestioned(tx.session, item)


def test_a_long_list_is_sorted_out_without_asking_item_by_item(house: House, reviewed: list[str]) -> None:
    """I5, I6: each register is asked once; a list of a province has more than a thousand items."""
    house.decide()
    house.announce()
    house.go("2024-09-14 00:00")
    with house.rt.transaction() as tx, statements(house.rt) as asked:
        found = questioned(tx.session, require_cycle(tx.session, 2024), tx.now)
    assert [(item.application_no, why) for item, why in found] == [(no, None) for no in sorted(reviewed)]
    assert len(found) > 1
    assert len(asked) == 9


def test_a_document_number_has_its_form_and_is_given_once(house: House, reviewed: list[str]) -> None:
    house.decide()
    house.announce()
    house.go("2024-09-14 00:00")
    with pytest.raises((DocumentNumberMalformed, InvalidForm)):
        house.publish("关于公布名单的通知")
    with pytest.raises(DocumentNumberTaken):
        house.publish("鲁工信装〔2024〕60号")


def test_the_director_has_not_scored(house: House, reviewed: list[str]) -> None:
    """I16 across instances: who scored an item does not approve it."""
    house.department("reviews_done", "dept_officer", confirmed=True)
    house.department("opinion_list", "dept_officer", items=house.proposal("opinion_list", "2024"))
    house.department("opinion_review", "dept_head", decision="AGREE")
    house.department("opinion_sign", "dept_deputy", decision="AGREE")
    house.department(
        "meeting_results",
        "office",
        minutes_no="纪要1",
        held_on="2024-09-05",
        chair="厅长",
        attendees="班子成员",
        items=[{**row, "result": "PASS"} for row in house.proposal("meeting_results", "2024")],
    )
    [task] = house.tasks("meeting_sign")
    with house.rt.reading() as session:
        scorer = sheets(session, reviewed[0])[0].expert
    with pytest.raises(Refusal, match="already acted"):
        commands.complete(house.rt, person("director", "370000", scorer), task.id, {"decision": "AGREE"})


def test_what_must_be_announced_again_does_not_wait_for_what_is_held(
    house: House, reviewed: list[str]
) -> None:
    house.decide()
    house.announce()
    object_to(house, reviewed[0], "PARTLY", "REANNOUNCE")
    receive(house, reviewed[1])
    house.go("2024-09-14 00:00")
    house.department("publish", "office", decision="CLOSE")
    assert house.tasks("public_notice")
    house.announce("2024-09-18", "2024-09-24")
    assert house.application(reviewed[0]).status == s.ANNOUNCED
    assert house.application(reviewed[1]).status == s.ANNOUNCED  # held still, on its first notice
