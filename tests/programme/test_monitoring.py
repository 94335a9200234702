"""Monitoring and rectification on the real diagrams, with the deadlines passing by themselves."""

from datetime import date
from typing import Any

import pytest

from engine import commands
from engine.errors import Refusal
from engine.programme.measures.errors import ActAfterExpiry
from engine.programme.monitoring import operations
from engine.programme.monitoring.errors import EvaluationStep, NotEntrusted, TitleNotEvaluable
from engine.programme.monitoring.models import Evaluation, Rectification
from engine.programme.revocations.models import Revocation
from tests.programme.sideline import AGENCY, PEOPLE, Desk, deployed, desk

__all__ = ["deployed", "desk"]
FIGURES: dict[str, Any] = {
    "numerical_control_rate": "93.5",
    "network_rate": "90",
    "efficiency": "120",
    "energy": "0.0231",
    "defect_rate": "0.12",
    "changes": "新增产线一条",
    "incident": "NO",
    "truthful": True,
}
PASS = {"no_conflict": True, "score": 86, "result": "PASS", "findings": "运行正常"}
FAIL = {"no_conflict": True, "score": 41, "result": "FAIL", "findings": "联网率不达标"}
NOTICE = {"problems": "联网率低于申报值", "city_informed": True}
REPORT = {"action": "REPORT", "report": "已完成整改"}


def evaluate(desk: Desk) -> str:
    desk.register_measure()
    title_no = desk.grant()
    with desk.rt.transaction() as tx:
        operations.entrust(
            tx.session,
            document_no="鲁工信装〔2024〕12号",
            agency=AGENCY,
            agency_name="某评估中心",
            scope="2024年度监测",
            starts_on=date(2024, 1, 1),
            ends_on=date(2025, 12, 31),
            actor="officer",
            at=tx.now,
        )
    start(desk, title_no)
    return title_no


def start(desk: Desk, title_no: str, agency: str = AGENCY, year: int = 2024) -> int:
    key = f"JC-{year}-{title_no}"
    return desk.start("officer", "monitoring", key, title_no=title_no, year=year, agency=agency)


def fail(desk: Desk) -> str:
    title_no = evaluate(desk)
    desk.do("filler", "report", **FIGURES)
    desk.do("agency", "evaluate", **FAIL)
    desk.do("head", "confirm", result="FAIL", opinion="同意")
    return title_no


def order(desk: Desk) -> str:
    title_no = fail(desk)
    desk.do("officer", "notice", **NOTICE)
    return title_no


def test_a_passed_evaluation_changes_nothing(desk: Desk) -> None:
    evaluate(desk)
    desk.do("filler", "report", **FIGURES)
    desk.do("agency", "evaluate", **PASS)
    desk.do("head", "confirm", result="PASS", opinion="同意")
    found = desk.one(Evaluation)
    assert (found.status, found.final_result, found.score) == ("CLOSED", "PASS", 86)
    assert desk.title().status == "ACTIVE"
    assert desk.status("monitoring") == ["COMPLETED"]


def test_the_agency_changes_no_title(desk: Desk) -> None:
    evaluate(desk)
    desk.do("filler", "report", **FIGURES)
    desk.do("agency", "evaluate", **FAIL)
    assert desk.title().status == "ACTIVE"


def test_a_holder_who_keeps_silent_is_reminded_and_then_fails(desk: Desk) -> None:
    evaluate(desk)
    desk.go("2024-06-26 00:00")
    assert desk.open() == ["report"]
    desk.go("2024-07-17 00:00")
    assert desk.open() == ["evaluate"]
    with pytest.raises(EvaluationStep):
        commands.complete(desk.rt, PEOPLE["agency"], desk.task("evaluate").id, PASS)
    desk.do("agency", "evaluate", **FAIL)
    desk.do("head", "confirm", result="FAIL", opinion="未报送")
    with desk.rt.reading() as session:
        kinds = [event.kind for event in operations.require(session, "JC-2024-2023-F-0001").events]
    assert kinds[:4] == ["BEGUN", "REMINDED", "NOT_HANDED_IN", "PROPOSED"]


def test_a_rectified_title_is_valid_again(desk: Desk) -> None:
    order(desk)
    assert desk.title().status == "RECTIFYING"
    assert desk.one(Rectification).due_on == date(2024, 9, 1)
    desk.do("filler", "rectify", **REPORT)
    desk.do("agency", "reevaluate", result="PASS", findings="已达标")
    desk.do("head", "confirm", result="PASS", opinion="同意")
    title = desk.title()
    assert title.status == "ACTIVE"
    assert [event.to_status for event in title.events] == ["ACTIVE", "RECTIFYING", "ACTIVE"]
    assert all(event.actor and event.basis for event in title.events)
    assert desk.status("monitoring") == ["COMPLETED"]


def test_the_rectification_ends_by_itself_after_90_days(desk: Desk) -> None:
    order(desk)
    desk.go("2024-09-01 23:59")
    assert desk.open() == ["rectify"]
    desk.go("2024-09-02 00:00")
    assert desk.open() == ["reevaluate"]


def test_failing_again_opens_a_revocation_case(desk: Desk) -> None:
    title_no = order(desk)
    desk.go("2024-09-02 00:00")
    desk.do("agency", "reevaluate", result="FAIL", findings="未整改")
    desk.do("head", "confirm", result="FAIL", opinion="同意")
    case = desk.one(Revocation)
    assert (case.title_no, case.source, case.evaluation_no) == (title_no, "MONITORING", f"JC-2024-{title_no}")
    assert desk.status("monitoring") == ["COMPLETED"]
    assert desk.title().status == "RECTIFYING"


def extend(desk: Desk, **decision: Any) -> None:
    desk.do("filler", "rectify", action="EXTEND", days=60, reason="设备交货延迟")
    desk.do("head", "extension", opinion="情况属实", **decision)


def test_the_period_is_extended_once(desk: Desk) -> None:
    order(desk)
    extend(desk, decision="AGREE", days=60)
    assert desk.one(Rectification).due_on == date(2024, 10, 31)
    body = {"action": "EXTEND", "days": 10, "reason": "再次延期"}
    with pytest.raises(Refusal):
        commands.complete(desk.rt, PEOPLE["filler"], desk.task("rectify").id, body)
    desk.go("2024-11-01 00:00")
    assert desk.open() == ["reevaluate"]


def test_an_extension_that_is_refused_moves_nothing(desk: Desk) -> None:
    order(desk)
    extend(desk, decision="DISAGREE")
    assert desk.one(Rectification).due_on == date(2024, 9, 1)
    desk.go("2024-09-02 00:00")
    assert desk.open() == ["reevaluate"]


def test_an_extension_that_nobody_decided_lapses_with_the_deadline(desk: Desk) -> None:
    order(desk)
    desk.do("filler", "rectify", action="EXTEND", days=60, reason="设备交货延迟")
    desk.go("2024-09-02 00:00")
    assert desk.open() == ["reevaluate"]


def test_more_days_than_the_parameter_are_refused(desk: Desk) -> None:
    order(desk)
    desk.do("filler", "rectify", action="EXTEND", days=60, reason="设备交货延迟")
    body = {"decision": "AGREE", "days": 91, "opinion": "x"}
    with pytest.raises(Refusal):
        commands.complete(desk.rt, PEOPLE["head"], desk.task("extension").id, body)


def test_one_title_is_evaluated_once_a_year_by_an_entrusted_agency(desk: Desk) -> None:
    title_no = evaluate(desk)
    for agency, year, refusal in (("A-999", 2025, NotEntrusted), (AGENCY, 2024, Refusal)):
        with pytest.raises(refusal):
            start(desk, title_no, agency, year)
    with desk.rt.reading() as session:
        with pytest.raises(TitleNotEvaluable):
            operations.require_evaluable(session, title_no, 2024, AGENCY, desk.clock.now())
        assert operations.due_for_evaluation(session, 2025) == []
        assert operations.due_for_evaluation(session, 2026) == [title_no]


def test_an_evaluation_under_way_ends_undecided_when_the_measure_expires(desk: Desk) -> None:
    evaluate(desk)
    desk.go("2024-07-17 00:00")
    desk.go("2026-01-01 00:00")
    found = desk.one(Evaluation)
    assert (found.status, found.final_result) == ("CLOSED", None)
    assert desk.status("monitoring") == ["COMPLETED"]
    assert desk.title().status == "ACTIVE"


def test_a_rectification_under_way_ends_with_a_report(desk: Desk) -> None:
    order(desk)
    desk.go("2026-01-01 00:00")
    assert "reevaluate" not in desk.open()
    desk.do("officer", "wrap_up", report="整改完成八成")
    assert desk.one(Evaluation).status == "CLOSED"
    assert desk.title().status == "ACTIVE"
    assert desk.status("monitoring") == ["COMPLETED"]


def test_after_expiry_nothing_new_is_evaluated(desk: Desk) -> None:
    desk.register_measure()
    title_no = desk.grant()
    desk.go("2026-01-01 00:00")
    with pytest.raises(ActAfterExpiry):
        start(desk, title_no, year=2026)


def test_ground_3_leads_from_the_failed_re_evaluation_to_the_decision(desk: Desk) -> None:
    order(desk)
    desk.go("2024-09-02 00:00")
    desk.do("agency", "reevaluate", result="FAIL", findings="未整改")
    desk.do("head", "confirm", result="FAIL", opinion="同意")
    kinds = ("FAILED_EVALUATION", "RECTIFICATION_NOTICE", "FAILED_REEVALUATION")
    evidence = [{"kind": kind, "reference": "JC-2024-2023-F-0001"} for kind in kinds]
    facts = {"facts": "整改后仍不达标", "facts_on": "2024-09-02", "evidence": evidence}
    desk.do("officer", "verify", confirmed="YES", ground="3", **facts)
    desk.do("head", "notice", notice_on="2024-09-02", notice="拟撤销")
    desk.pass_time(days=10)
    desk.do("legal", "legal_review", decision="PASS", opinion="合法")
    desk.do("director", "meeting", decision="REVOKE", minutes_no="2024年第9次", meeting_on="2024-09-12")
    desk.do("office", "issue", document_no="鲁工信装〔2024〕77号", issued_on="2024-09-12")
    assert desk.title().status == "REVOKED"
    assert desk.one(Revocation).barred_until is None
