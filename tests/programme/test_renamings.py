"""Article 12 on the real diagram: enterprise, city, department or meeting; the chain of names; deadlines."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import commands
from engine.commands.refusals import AlreadyRunning, SamePerson
from engine.errors import NotAllowed, Refusal
from engine.programme.documents.errors import DocumentNumberMalformed
from engine.programme.renamings.errors import NotTheHolder, RenamingOpen
from engine.programme.renamings.models import Renaming, RenamingEvent
from engine.programme.titles import operations as titles
from engine.programme.titles.errors import TitleNotRenameable
from tests.programme.sideline import APPLICATION, NEW_USCC, PEOPLE, USCC, Desk, deployed, desk

__all__ = ["deployed", "desk"]
NAME: dict[str, Any] = {
    "change": "NAME",
    "new_holder": "济南样例智能电机股份有限公司",
    "new_uscc": USCC,
    "changed_on": "2024-05-20",
    "reason": "股份制改造",
}
AGREE = {"decision": "AGREE", "opinion": "情况属实"}
REVIEW = {"exists": "YES", "meets": "YES", **AGREE}
DOCUMENT = {"document_no": "鲁工信装〔2024〕31号", "issued_on": "2024-06-20"}


def apply(desk: Desk, **changes: Any) -> str:
    desk.register_measure()
    title_no = desk.grant()
    desk.start("filler", "renaming", title_no, title_no=title_no)
    desk.do("filler", "apply", **{**NAME, **changes})
    return title_no


def test_a_simple_renaming_goes_through_city_and_department(desk: Desk) -> None:
    title_no = apply(desk)
    desk.do("city", "city_opinion", **AGREE)
    desk.do("officer", "department_review", **REVIEW)
    desk.do("deputy", "approve", **AGREE)
    desk.go("2024-06-20 10:00")
    desk.do("office", "issue", **DOCUMENT)
    title = desk.title()
    assert (title.title_no, title.holder) == (title_no, NAME["new_holder"])
    assert [name.holder for name in title.names] == [APPLICATION["enterprise"], NAME["new_holder"]]
    assert title.names[0].until is not None
    renaming = desk.one(Renaming)
    assert (renaming.status, renaming.label, renaming.kind) == ("AGREED", "更名", "SIMPLE")
    assert desk.status("renaming") == ["COMPLETED"]
    with desk.rt.reading() as session:
        assert [t.title_no for t in titles.search(session, "样例电机")] == [title_no]


def test_i13_the_titles_identity_does_not_change(desk: Desk) -> None:
    desk.register_measure()
    desk.grant()
    before = desk.title()
    with desk.rt.transaction() as tx:
        title = titles.require(tx.session, before.title_no)
        titles.rename(
            title,
            holder="新名称",
            uscc=NEW_USCC,
            since=desk.clock.now().date(),
            document_no="鲁工信装〔2024〕31号",
            basis="更名",
            actor="office",
            at=tx.now,
        )
    after = desk.title()
    for fact in (
        "id",
        "title_no",
        "type",
        "name",
        "cycle_year",
        "application_no",
        "granted_on",
        "document_no",
    ):
        assert getattr(after, fact) == getattr(before, fact)


@pytest.mark.parametrize("changes", [{"new_uscc": NEW_USCC}, {"change": "MERGER"}])
def test_a_complex_change_needs_the_meeting(desk: Desk, changes: dict[str, Any]) -> None:
    apply(desk, **{"change": "TRANSFER", "succession": "整体承继", **changes})
    desk.do("city", "city_opinion", **AGREE)
    desk.do("officer", "department_review", **REVIEW)
    assert desk.open() == ["meeting"]
    desk.do("director", "meeting", **AGREE, minutes_no="〔2024〕第6次", meeting_on="2024-06-03")
    desk.do("office", "issue", **DOCUMENT)
    assert desk.one(Renaming).meeting_minutes_no == "〔2024〕第6次"
    assert desk.one(Renaming).kind == "COMPLEX"


def test_what_the_city_sends_back_is_corrected_and_not_a_second_case(desk: Desk) -> None:
    apply(desk)
    desk.do("city", "city_opinion", decision="RETURN", opinion="缺变更登记通知书")
    desk.do("filler", "apply", **{**NAME, "new_holder": "济南样例电机集团有限公司"})
    assert desk.one(Renaming).new_holder == "济南样例电机集团有限公司"
    desk.do("city", "city_opinion", decision="DISAGREE", opinion="未实际变更")
    assert desk.one(Renaming).status == "REFUSED"
    assert desk.title().holder == APPLICATION["enterprise"]


def test_a_refusal_by_the_deputy_director_leaves_the_name(desk: Desk) -> None:
    apply(desk)
    desk.do("city", "city_opinion", **AGREE)
    desk.do(
        "officer", "department_review", exists="NO", meets="NO", decision="DISAGREE", opinion="项目已拆除"
    )
    desk.do("deputy", "approve", decision="DISAGREE", opinion="不同意")
    assert (desk.one(Renaming).status, len(desk.title().names)) == ("REFUSED", 1)


def test_the_silence_of_an_office_is_on_record_and_skips_nothing(desk: Desk) -> None:
    apply(desk)
    desk.go("2024-06-18 23:59")
    assert "OVERDUE" not in kinds(desk)
    desk.go("2024-06-19 00:00")
    assert "OVERDUE" in kinds(desk)
    assert desk.open() == ["city_opinion"]
    desk.do("city", "city_opinion", **AGREE)
    desk.go("2024-07-18 00:00")
    assert kinds(desk).count("OVERDUE") == 2
    assert desk.open() == ["department_review"]


def kinds(desk: Desk) -> list[str]:
    with desk.rt.reading() as session:
        return list(session.scalars(select(RenamingEvent.kind).order_by(RenamingEvent.id)))


def test_an_application_that_is_never_sent_lapses(desk: Desk) -> None:
    desk.register_measure()
    title_no = desk.grant()
    desk.start("filler", "renaming", title_no, title_no=title_no)
    desk.pass_time(days=31)
    assert desk.status("renaming") == ["COMPLETED"]
    desk.start("filler", "renaming", title_no, title_no=title_no)
    desk.do("filler", "apply", **NAME)
    desk.do("city", "city_opinion", decision="RETURN", opinion="补正")
    desk.pass_time(days=31)
    assert desk.one(Renaming).status == "WITHDRAWN"


def test_two_renamings_of_one_title_are_never_open(desk: Desk) -> None:
    title_no = apply(desk)
    for key in (title_no, "another key"):
        with pytest.raises((AlreadyRunning, RenamingOpen)):
            desk.start("filler", "renaming", key, title_no=title_no)


def test_only_the_holder_applies_and_only_its_city_judges(desk: Desk) -> None:
    desk.register_measure()
    title_no = desk.grant()
    with pytest.raises(NotTheHolder):
        desk.start("stranger", "renaming", title_no, title_no=title_no)
    desk.start("filler", "renaming", title_no, title_no=title_no)
    desk.do("filler", "apply", **NAME)
    with pytest.raises(Refusal) as refused:
        commands.complete(desk.rt, PEOPLE["other_city"], desk.task("city_opinion").id, AGREE)
    assert refused.value.status in (403, 404)


def test_a_wrong_document_number_is_refused_at_the_click(desk: Desk) -> None:
    apply(desk)
    desk.do("city", "city_opinion", **AGREE)
    desk.do("officer", "department_review", **REVIEW)
    desk.do("deputy", "approve", **AGREE)
    body = {**DOCUMENT, "document_no": "鲁工信装〔24〕31号"}
    with pytest.raises(Refusal) as refused:
        commands.complete(desk.rt, PEOPLE["office"], desk.task("issue").id, body)
    assert refused.value.status == 422 or isinstance(refused.value, DocumentNumberMalformed)
    assert desk.open() == ["issue"]


def test_after_expiry_the_name_changes_as_register_maintenance(desk: Desk) -> None:
    desk.register_measure()
    title_no = desk.grant()
    desk.go("2026-02-02 09:00")
    desk.start("filler", "renaming", title_no, title_no=title_no)
    desk.do("filler", "apply", **NAME)
    assert desk.one(Renaming).label == "名称变更登记"


def test_a_title_that_has_ended_is_not_renamed(desk: Desk) -> None:
    desk.register_measure()
    title_no = desk.grant()
    with desk.rt.transaction() as tx:
        title = titles.require(tx.session, title_no)
        titles.surrender(title, actor="office", reason="停产", at=tx.now, on=tx.now.date())
    with pytest.raises(TitleNotRenameable):
        desk.start("filler", "renaming", title_no, title_no=title_no)


def test_nobody_else_decides(desk: Desk) -> None:
    apply(desk)
    with pytest.raises((NotAllowed, SamePerson, Refusal)):
        commands.complete(desk.rt, PEOPLE["filler"], desk.task("city_opinion").id, AGREE)
