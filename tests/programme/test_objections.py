"""Objections on the real diagram: signed ones hold the item, clues do not, identity stays secret."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import commands
from engine.commands.refusals import SamePerson
from engine.errors import Refusal
from engine.policy import PUBLIC, Actor, Grant
from engine.programme.announcements.models import PublicNotice, PublicNoticeItem
from engine.programme.objections import operations
from engine.programme.objections.errors import ItemObjected, ObjectionIncomplete, ObjectionNotReady
from engine.programme.objections.intake import receive_objection
from engine.programme.objections.models import Objection, ObjectionEvent, ObjectionIdentity
from engine.programme.revocations.models import Revocation
from engine.store.instances import ElementEvent, Instance
from engine.store.messages import Message
from engine.store.trail import Audit
from tests.programme.sideline import APPLICATION, PEOPLE, Desk, at, deployed, desk

__all__ = ["deployed", "desk"]
NO = str(APPLICATION["application_no"])
SECRET, CONTACT = "王某某实名", "13900000000"
SIGNED = {
    "application_no": NO,
    "kind": "NAMED",
    "statement": "投资额与实际不符",
    "name": SECRET,
    "contact": CONTACT,
}
REPORT = {"report": "经核查，情况如下……", "assisted": "YES"}


def announce(desk: Desk) -> None:
    with desk.rt.transaction() as tx:
        item = PublicNoticeItem(
            application_no=NO, type="FACTORY", enterprise="甲", object_name="乙", city="370100"
        )
        tx.session.add(
            PublicNotice(
                cycle_year=2023,
                title="公示",
                starts_on=at("2024-06-03 00:00").date(),
                ends_on=at("2024-06-07 00:00").date(),
                ends_at=at("2024-06-08 00:00"),
                phone="0531-00000000",
                issued_by="office",
                issued_at=tx.now,
                items=[item],
            )
        )


def objection(desk: Desk, **changes: Any) -> str:
    announce(desk)
    desk.register_measure()
    return object_to(desk, {**SIGNED, **changes})


def object_to(desk: Desk, facts: dict[str, Any]) -> str:
    with desk.rt.reading() as session:
        until = operations.received_until(session, facts)
    return receive_objection(desk.rt, PUBLIC, facts, until).objection_no


def decide(desk: Desk, outcome: str, consequence: str) -> None:
    desk.do("officer", "investigate", **REPORT)
    desk.do("head", "decide", outcome=outcome, consequence=consequence, reasons="见核查报告")


def blocked(desk: Desk) -> bool:
    with desk.rt.reading() as session:
        try:
            operations.require_unobjected(session, NO)
        except ItemObjected:
            return True
        return False


def test_a_signed_objection_holds_its_item_until_it_is_answered(desk: Desk) -> None:
    number = objection(desk)
    assert blocked(desk)
    decide(desk, "REJECTED", "KEEP")
    assert blocked(desk)
    desk.do("officer", "reply", replied_on="2024-06-05", reply="经核查不成立")
    assert not blocked(desk)
    found = desk.one(Objection)
    assert (found.objection_no, found.status, found.outcome) == (number, "CLOSED", "REJECTED")
    assert desk.status("objection") == ["COMPLETED"]


def test_i6_an_upheld_objection_keeps_the_item_out_for_good(desk: Desk) -> None:
    objection(desk)
    decide(desk, "UPHELD", "REMOVE")
    desk.do("officer", "reply", replied_on="2024-06-05", reply="成立")
    assert blocked(desk)


def test_its_application_is_told(desk: Desk) -> None:
    objection(desk)
    decide(desk, "PARTLY", "REANNOUNCE")
    desk.do("officer", "reply", replied_on="2024-06-05", reply="部分成立")
    with desk.rt.reading() as session:
        [sent] = session.scalars(select(Message).where(Message.name == "objection.closed"))
    assert sent.correlation_key == NO
    assert sent.variables["consequence"] == "REANNOUNCE"
    assert set(sent.variables) == {"objection_no", "outcome", "consequence"}


def test_an_anonymous_message_is_a_clue_and_holds_nothing(desk: Desk) -> None:
    objection(desk, kind="ANONYMOUS", name=None, contact=None)
    assert not blocked(desk)
    desk.do("supervision", "assess_clue", decision="LOG", reasons="无具体事实")
    assert desk.one(Objection).outcome == "LOGGED"
    assert desk.status("objection") == ["COMPLETED"]


def test_a_concrete_clue_is_investigated_and_nobody_is_answered(desk: Desk) -> None:
    objection(desk, kind="ANONYMOUS", name=None, contact=None)
    desk.do("supervision", "assess_clue", decision="INVESTIGATE", reasons="有具体线索")
    decide(desk, "REJECTED", "KEEP")
    assert desk.status("objection") == ["COMPLETED"]


def test_who_objected_is_nowhere_in_the_process(desk: Desk) -> None:
    objection(desk)
    with desk.rt.reading() as session:
        assert session.scalars(select(ObjectionIdentity.name)).one() == SECRET
        seen = [str(row) for row in session.scalars(select(Instance.state))]
        seen += [str(row) for row in session.scalars(select(ElementEvent.detail))]
        seen += [str(row) for row in session.scalars(select(ObjectionEvent.note))]
    assert not [text for text in seen if SECRET in text or CONTACT in text]


def test_who_objects_while_signed_in_leaves_no_login(desk: Desk) -> None:
    announce(desk)
    desk.register_measure()
    signed_in = Actor("zhang.san", "张三", (Grant("enterprise_filler", "913701007777777777"),))
    receive_objection(desk.rt, signed_in, {**SIGNED, "kind": "ANONYMOUS"}, None)
    with desk.rt.reading() as session:
        written = [
            *session.scalars(select(Instance.started_by).where(Instance.process_id == "objection")),
            *session.scalars(select(ObjectionEvent.actor)),
            *session.scalars(select(ElementEvent.actor)),
            *session.scalars(select(Audit.actor)),
        ]
    assert "public" in written
    assert "zhang.san" not in written


def test_a_look_at_the_identity_is_on_record(desk: Desk) -> None:
    number = objection(desk)
    with desk.rt.transaction() as tx:
        found = operations.require(tx.session, number)
        assert operations.identity(tx.session, found, reader="officer", at=tx.now) == (SECRET, CONTACT)
    with desk.rt.reading() as session:
        assert "IDENTITY_READ" in list(session.scalars(select(ObjectionEvent.kind)))


def test_ten_working_days_pass_and_it_is_on_record(desk: Desk) -> None:
    objection(desk)
    desk.go("2024-06-19 00:00")
    with desk.rt.reading() as session:
        assert "OVERDUE" in list(session.scalars(select(ObjectionEvent.kind)))
    assert desk.open() == ["investigate"]
    assert blocked(desk)


def test_a_late_objection_holds_nothing_but_is_verified(desk: Desk) -> None:
    announce(desk)
    desk.register_measure()
    desk.go("2024-06-08 00:00")
    object_to(desk, SIGNED)
    assert desk.one(Objection).late
    assert not blocked(desk)
    assert desk.open() == ["investigate"]


def test_the_postmark_counts(desk: Desk) -> None:
    announce(desk)
    desk.register_measure()
    desk.go("2024-06-11 09:00")
    object_to(desk, {**SIGNED, "posted_on": "2024-06-07"})
    assert not desk.one(Objection).late
    assert blocked(desk)


def test_an_upheld_objection_against_a_title_opens_a_revocation_case(desk: Desk) -> None:
    desk.register_measure()
    title_no = desk.grant()
    object_to(desk, {**SIGNED, "application_no": None, "title_no": title_no})
    decide(desk, "UPHELD", "REMOVE")
    desk.do("officer", "reply", replied_on="2024-06-05", reply="成立")
    case = desk.one(Revocation)
    assert (case.title_no, case.source, case.status) == (title_no, "COMPLAINT", "OPEN")
    assert "verify" in desk.open()


@pytest.mark.parametrize(
    "changes",
    [{"name": None}, {"contact": ""}, {"statement": " "}, {"kind": "OTHER"}, {"application_no": "2023-x"}],
)
def test_an_incomplete_objection_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    with pytest.raises(ObjectionIncomplete):
        objection(desk, **changes)
    assert desk.status("objection") == []


def test_the_outcome_and_what_follows_must_agree(desk: Desk) -> None:
    objection(desk)
    desk.do("officer", "investigate", **REPORT)
    body = {"outcome": "UPHELD", "consequence": "KEEP", "reasons": "x"}
    with pytest.raises(Refusal):
        commands.complete(desk.rt, PEOPLE["head"], desk.task("decide").id, body)


def test_the_one_who_investigated_does_not_decide(desk: Desk) -> None:
    objection(desk)
    both = Actor("both", "both", (Grant("dept_officer", "370000"), Grant("dept_head", "370000")))
    commands.complete(desk.rt, both, desk.task("investigate").id, REPORT)
    body = {"outcome": "REJECTED", "consequence": "KEEP", "reasons": "x"}
    with pytest.raises(SamePerson):
        commands.complete(desk.rt, both, desk.task("decide").id, body)


def test_nothing_closes_without_report_and_reply(desk: Desk) -> None:
    number = objection(desk)
    with desk.rt.transaction() as tx:
        found = operations.require(tx.session, number)
        with pytest.raises(ObjectionNotReady):
            operations.close(found, actor="x", at=tx.now)
        with pytest.raises(ObjectionNotReady):
            operations.log_clue(found, reasons="x", actor="x", at=tx.now)
        operations.report(found, "报告", actor="x", at=tx.now)
        operations.decide(found, outcome="REJECTED", consequence="KEEP", reasons="x", actor="y", at=tx.now)
        with pytest.raises(ObjectionNotReady):
            operations.close(found, actor="x", at=tx.now)
