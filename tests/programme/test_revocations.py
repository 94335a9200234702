"""Article 11 on the real diagram: ground, evidence, hearing, legal review, meeting, decision.

And every gap.
"""

from datetime import date
from typing import Any

import pytest

from engine import commands
from engine.commands.refusals import SamePerson
from engine.errors import Refusal
from engine.policy import Actor, Grant
from engine.programme.documents import operations as documents
from engine.programme.documents.models import Document
from engine.programme.measures.errors import ActAfterExpiry
from engine.programme.revocations import operations
from engine.programme.revocations.errors import (
    BarredFromApplying,
    RevocationIncomplete,
    RevocationOpen,
    TitleHasEnded,
)
from engine.programme.revocations.models import Revocation
from engine.programme.titles import operations as titles
from tests.programme.sideline import PEOPLE, USCC, Desk, at, deployed, desk, postgres_desk

__all__ = ["deployed", "desk", "postgres_desk"]
GROUND_1: dict[str, Any] = {
    "confirmed": "YES",
    "ground": "1",
    "facts": "申报书所列投资凭证系伪造",
    "facts_on": "2023-07-01",
    "evidence": [{"kind": "INVESTIGATION", "reference": "调查报告2024-3"}],
}
MEETING = {"decision": "REVOKE", "minutes_no": "2024年第7次", "meeting_on": "2024-06-03"}
DOCUMENT = {"document_no": "鲁工信装〔2024〕66号", "issued_on": "2024-07-01"}


def begin(desk: Desk) -> str:
    desk.register_measure()
    title_no = desk.grant()
    desk.start("officer", "revocation", title_no, title_no=title_no, source="CITY", clue="市局反映")
    return title_no


def notify(desk: Desk, **verification: Any) -> str:
    title_no = begin(desk)
    desk.do("officer", "verify", **{**GROUND_1, **verification})
    desk.do("head", "notice", notice_on="2024-06-03", notice="拟撤销称号，有权陈述申辩")
    return title_no


def to_meeting(desk: Desk, **verification: Any) -> str:
    title_no = notify(desk, **verification)
    desk.do("legal_person", "state", statement="不认可")
    desk.do("legal", "legal_review", decision="PASS", opinion="事实清楚，程序合法")
    return title_no


def revoke(desk: Desk, document: dict[str, Any] | None = None, **verification: Any) -> None:
    to_meeting(desk, **verification)
    desk.do("director", "meeting", **MEETING)
    desk.go("2024-07-01 10:00")
    desk.do("office", "issue", **{**DOCUMENT, **(document or {})})


def test_the_whole_way_to_a_revocation(desk: Desk) -> None:
    revoke(desk)
    title, case = desk.title(), desk.one(Revocation)
    assert (title.status, title.ended_on, title.ended_document_no) == (
        "REVOKED",
        date(2024, 7, 1),
        DOCUMENT["document_no"],
    )
    assert [event.to_status for event in title.events] == ["ACTIVE", "REVOKING", "REVOKED"]
    assert (case.status, case.barred_until) == ("REVOKED", date(2027, 7, 1))
    assert desk.one(Document).subject == case.revocation_no
    assert desk.status("revocation") == ["COMPLETED"]


@pytest.mark.postgres
def test_the_same_on_postgresql(postgres_desk: Desk) -> None:
    revoke(postgres_desk)
    assert (postgres_desk.title().status, postgres_desk.status("revocation")) == ("REVOKED", ["COMPLETED"])


def test_i18_a_revoked_title_is_never_exported(desk: Desk) -> None:
    revoke(desk)
    with desk.rt.reading() as session:
        before = titles.export_rows(session, date(2024, 6, 30), desk.clock.now())
        after = titles.export_rows(session, date(2024, 7, 1), desk.clock.now())
    assert [row["status"] for row in before] == ["REVOKED"]
    assert after == []


def test_false_information_may_be_revoked_from_the_start(desk: Desk) -> None:
    revoke(desk, {"from_the_start": True})
    with desk.rt.reading() as session:
        assert titles.export_rows(session, date(2024, 6, 30), desk.clock.now()) == []


def test_the_enterprise_is_barred_and_then_free(desk: Desk) -> None:
    revoke(desk)
    with desk.rt.reading() as session:
        assert operations.barred_until(session, USCC, date(2027, 7, 1)) == date(2027, 7, 1)
        assert operations.barred_until(session, USCC, date(2027, 7, 2)) is None
        with pytest.raises(BarredFromApplying):
            operations.require_not_barred(session, USCC, date(2027, 7, 1))
        operations.require_not_barred(session, USCC, date(2027, 7, 2))


ACCIDENT = {
    "ground": "4",
    "facts_on": "2024-03-01",
    "evidence": [{"kind": "ACCIDENT_DETERMINATION", "reference": "鲁应急〔2024〕9号"}],
}
PENALTY = {
    "ground": "5",
    "facts_on": "2024-03-01",
    "penalty_on": "2024-05-01",
    "evidence": [
        {"kind": "PENALTY_DECISION", "reference": "处罚决定"},
        {"kind": "CONDITION_LOST", "reference": "信用条件"},
    ],
}
ENDED = {
    "ground": "2",
    "evidence": [
        {"kind": "END_RECORD", "reference": "注销"},
        {"kind": "MERGER_CHECK", "reference": "非合并"},
    ],
}


@pytest.mark.parametrize(
    ("verification", "status", "bar"),
    [
        (ACCIDENT, "REVOKED", date(2027, 3, 1)),
        (PENALTY, "REVOKED", date(2027, 5, 1)),
        (ENDED, "TERMINATED", None),
    ],
)
def test_each_ground_has_its_evidence_and_its_bar(
    desk: Desk, verification: dict[str, Any], status: str, bar: date | None
) -> None:
    revoke(desk, **verification)
    assert (desk.title().status, desk.one(Revocation).barred_until) == (status, bar)


def test_missing_evidence_goes_back_to_the_officer(desk: Desk) -> None:
    begin(desk)
    desk.do("officer", "verify", **{**GROUND_1, **PENALTY, "evidence": PENALTY["evidence"][:1]})
    assert desk.open() == ["verify"]
    desk.do("officer", "verify", **{**GROUND_1, **PENALTY, "evidence": PENALTY["evidence"][1:]})
    assert desk.open() == ["notice"]


def test_a_clue_that_is_not_true_is_dropped(desk: Desk) -> None:
    begin(desk)
    desk.do("officer", "verify", confirmed="NO", facts="查无此事")
    assert (desk.one(Revocation).status, desk.title().status) == ("DROPPED", "ACTIVE")


def test_silence_for_five_working_days_ends_the_hearing(desk: Desk) -> None:
    notify(desk)
    assert desk.title().status == "REVOKING"
    desk.go("2024-06-11 23:59")
    assert desk.open() == ["state"]
    desk.go("2024-06-12 00:00")
    assert desk.open() == ["legal_review"]
    assert desk.one(Revocation).statement is None


def test_no_statement_is_accepted_after_the_instant_even_without_workers(desk: Desk) -> None:
    notify(desk)
    task = desk.task("state").id
    desk.clock.set(at("2024-06-12 00:00"))
    with pytest.raises(Refusal):
        commands.complete(desk.rt, PEOPLE["legal_person"], task, {"statement": "迟到"})
    desk.go("2024-06-12 00:00")
    assert desk.one(Revocation).statement is None


def test_the_meeting_may_keep_the_title(desk: Desk) -> None:
    to_meeting(desk)
    desk.do("director", "meeting", **{**MEETING, "decision": "KEEP"})
    assert (desk.title().status, desk.one(Revocation).status) == ("ACTIVE", "KEPT")


@pytest.mark.parametrize("by_meeting", [True, False])
def test_what_is_sent_back_is_verified_and_heard_again(desk: Desk, by_meeting: bool) -> None:
    if by_meeting:
        to_meeting(desk)
        desk.do("director", "meeting", **{**MEETING, "decision": "RETURN"})
    else:
        notify(desk)
        desk.do("legal_person", "state", statement="不认可")
        desk.do("legal", "legal_review", decision="RETURN", opinion="事实不清")
    assert desk.open() == ["verify"]
    desk.do("officer", "verify", **GROUND_1)
    desk.do("head", "notice", notice_on="2024-06-03", notice="再次告知")
    assert desk.one(Revocation).hearing_closed_at is None
    assert desk.open() == ["state"]


def test_i11_no_step_can_be_left_out(desk: Desk) -> None:
    to_meeting(desk)
    desk.do("director", "meeting", **MEETING)
    with desk.rt.transaction() as tx:
        case = operations.require(tx.session, "CX-2024-0001")
        operations.require_revocable(tx.session, case)
        for gap, value in (
            ("ground", None),
            ("hearing_closed_at", None),
            ("notice_on", None),
            ("legal_opinion", None),
            ("meeting_decision", "KEEP"),
            ("meeting_minutes_no", None),
            ("required_evidence", ["PENALTY_DECISION"]),
        ):
            kept = getattr(case, gap)
            setattr(case, gap, value)
            with pytest.raises(RevocationIncomplete):
                operations.require_revocable(tx.session, case)
            setattr(case, gap, kept)


def test_i12_ground_3_needs_the_failed_re_evaluation(desk: Desk) -> None:
    begin(desk)
    kinds = ("FAILED_EVALUATION", "RECTIFICATION_NOTICE", "FAILED_REEVALUATION")
    evidence = [{"kind": kind, "reference": "无此记录"} for kind in kinds]
    body = {**GROUND_1, "ground": "3", "evidence": evidence}
    with pytest.raises(RevocationIncomplete):
        commands.complete(desk.rt, PEOPLE["officer"], desk.task("verify").id, body)
    assert desk.title().status == "ACTIVE"


def test_facts_after_expiry_need_another_basis(desk: Desk) -> None:
    desk.register_measure()
    title_no = desk.grant()
    desk.go("2026-02-02 09:00")
    desk.start("officer", "revocation", title_no, title_no=title_no, source="CITY", clue="事故")
    body = {**GROUND_1, **ACCIDENT, "facts_on": "2026-01-15"}
    with pytest.raises(ActAfterExpiry):
        commands.complete(desk.rt, PEOPLE["officer"], desk.task("verify").id, body)
    desk.do("officer", "verify", **{**body, "facts_on": "2025-12-31"})
    assert "有效期内" in desk.one(Revocation).legal_basis


def test_one_case_for_one_title_and_none_after_its_end(desk: Desk) -> None:
    title_no = begin(desk)
    with pytest.raises(RevocationOpen):
        desk.start("officer", "revocation", "x", title_no=title_no, source="CITY", clue="再次")
    desk.do("officer", "verify", confirmed="NO", facts="查无此事")
    with desk.rt.transaction() as tx:
        title = titles.require(tx.session, title_no)
        titles.surrender(title, actor="office", reason="停产", at=tx.now, on=tx.now.date())
    with pytest.raises(TitleHasEnded):
        desk.start("officer", "revocation", title_no, title_no=title_no, source="CITY", clue="再次")


def test_the_one_who_verified_does_not_sign(desk: Desk) -> None:
    begin(desk)
    both = Actor("both", "both", (Grant("dept_officer", "370000"), Grant("dept_head", "370000")))
    commands.complete(desk.rt, both, desk.task("verify").id, GROUND_1)
    body = {"notice_on": "2024-06-03", "notice": "告知"}
    with pytest.raises(SamePerson):
        commands.complete(desk.rt, both, desk.task("notice").id, body)


def test_a_used_document_number_is_refused_at_the_click(desk: Desk) -> None:
    to_meeting(desk)
    desk.do("director", "meeting", **MEETING)
    with desk.rt.transaction() as tx:
        documents.register(
            tx.session,
            number=DOCUMENT["document_no"],
            kind="NOTICE",
            title="另一份文件",
            issued_on=date(2024, 6, 1),
            subject="2024",
            actor="office",
            at=tx.now,
        )
    with pytest.raises(Refusal):
        commands.complete(desk.rt, PEOPLE["office"], desk.task("issue").id, DOCUMENT)
    assert desk.title().status == "REVOKING"
