"""The pages after recognition: whose titles one sees, what each may do, and what must be impossible by a click."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM
from engine.programme.announcements.operations import ensure_unquestioned
from engine.programme.applications.errors import FlagIsOpen
from engine.programme.applications.models import Application, ExclusionFlag
from engine.programme.measures.models import ExpiryDecision, ExpiryItem, LevelMapping
from engine.programme.monitoring.models import Mandate, PlanItem
from engine.programme.revocations.models import Revocation
from engine.programme.titles.models import CandidateException, Surrender, Title
from engine.runtime import Runtime
from engine.store.people import Account
from tests.web import world
from tests.web.conftest import SignIn, token
from tests.web.lives import add_lives

AGENCY, OTHER_AGENCY = "A-001", "A-002"
MANDATE = {
    "document_no": "鲁工信装〔2024〕12号", "agency": AGENCY, "scope": "2024年度监测", "confidentiality": "不得外传",
    "starts_on": "2024-01-01", "ends_on": "2024-12-31",
}  # fmt: skip
ROLES = {
    "legal": ("legal_representative", world.USCC),
    "agency": ("agency", AGENCY),
    "other_agency": ("agency", OTHER_AGENCY),
    "deputy": ("dept_deputy", "370000"),
    "watch": ("supervision", "370000"),
    "stranger": ("legal_representative", "91370300264574251E"),
}
APPLICATION = "2024-370102-0001"


@pytest.fixture
def people(app: Flask, runtime: Runtime, sign_in: SignIn) -> SignIn:
    """Titles of 2023 in 济南 with later lives, one application, and everybody who works on them."""
    world.add_measure(runtime)
    world.add_cycle(runtime)
    world.add_titles(runtime, 4)
    add_lives(runtime)
    with runtime.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        for code in (AGENCY, OTHER_AGENCY):
            add_organisation(tx.session, scribe, code, f"评估中心{code}", "agency", "370000")
        add_organisation(tx.session, scribe, ROLES["stranger"][1], "别家", "enterprise", "370200")
        for login, grant in ROLES.items():
            add_account(tx.session, scribe, login, login, [Grant(*grant)])
        known = tx.session.get_one(Account, 1).password_hash
        tx.session.execute(update(Account).values(password_hash=known))
        tx.session.add(application(tx.now))
    return sign_in


def application(at: Any) -> Application:
    return Application(
        application_no=APPLICATION, cycle_year=2024, uscc=world.USCC, enterprise="泉城示例重工有限公司", type="FACTORY",
        object_name="重载齿轮智能工厂", county="370102", city="370100", industry="C34", catalogue="2021",
        status="SUBMITTED", opened_at=at, submitted_at=at,
    )  # fmt: skip


def post(client: FlaskClient, address: str, **body: Any) -> Any:
    csrf = token(client.get("/account/password"))
    return client.post(address, data={"csrf_token": csrf, **body})


def one(runtime: Runtime, model: Any, **where: Any) -> Any:
    with runtime.reading() as session:
        return session.scalars(select(model).filter_by(**where)).one_or_none()


def test_the_register_shows_each_its_own(people: SignIn, runtime: Runtime) -> None:
    for login in ("officer", "city", "filler", "watch"):
        page = people(login).get("/titles").get_data(as_text=True)
        assert all(f"2023-F-000{n}" in page for n in (1, 2, 3, 4)), login
    for login in ("other_city", "stranger", "agency", "other_agency"):
        client = people(login)
        assert "2023-F-0001" not in client.get("/titles").get_data(as_text=True), login
        assert client.get("/titles/2023-F-0001").status_code == 404, login
        assert b"2023-F-0001" not in client.get("/titles.xlsx").get_data()
    assert people("owner").get("/titles").status_code == 403


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("state=revoked", "3"),
        ("state=rectifying", "2"),
        ("state=renamed", "1"),
        ("state=valid", "124"),
        ("state=surrendered", ""),
        ("q=老字号机械厂", "1"),
        ("type=SCENE", ""),
        ("year=2022", ""),
        ("on=2023-12-31&state=valid", "1234"),
        ("on=2023-11-01", ""),
        ("on=2024-03-20&state=revoked", ""),  # decided on 1 April
        ("on=2024-03-20&state=revoking", "3"),
        ("on=2024-04-01&state=revoked", "3"),
        ("on=2024-01-31&state=rectifying", ""),
    ],
)
def test_filters_and_the_register_as_on_a_day(people: SignIn, query: str, numbers: str) -> None:
    page = people("officer").get(f"/titles?{query}").get_data(as_text=True)
    assert "".join(n for n in "1234" if f"/titles/2023-F-000{n}" in page) == numbers


def test_one_title_tells_its_whole_history(people: SignIn) -> None:
    page = people("officer").get("/titles/2023-F-0003").get_data(as_text=True)
    assert "状态变为“已撤销”" in page
    assert "鲁工信装〔2024〕30号" in page
    assert "事故细节不公开" not in people("filler").get("/titles/2023-F-0003").get_data(as_text=True)
    assert "老字号机械厂" in people("city").get("/titles/2023-F-0001").get_data(as_text=True)
    assert people("officer").get("/titles.xlsx").status_code == 200


def test_a_mandate_needs_everything_and_ends_once(people: SignIn, runtime: Runtime) -> None:
    officer = people("officer")
    assert post(officer, "/titles/mandates", **{**MANDATE, "confidentiality": " "}).status_code == 422
    assert post(officer, "/titles/mandates", **{**MANDATE, "ends_on": "2023-01-01"}).status_code == 422
    assert post(officer, "/titles/mandates", **{**MANDATE, "agency": "A-999"}).status_code == 422
    assert post(officer, "/titles/mandates", **MANDATE).status_code == 302
    assert post(officer, "/titles/mandates", **MANDATE).status_code == 422
    assert post(people("city"), "/titles/mandates", **MANDATE).status_code == 403
    mandate = one(runtime, Mandate)
    assert post(officer, f"/titles/mandates/{mandate.id}/end", reason="").status_code == 422
    assert post(officer, f"/titles/mandates/{mandate.id}/end", reason="违反保密要求").status_code == 302
    assert post(officer, f"/titles/mandates/{mandate.id}/end", reason="再次").status_code == 422
    assert one(runtime, Mandate).ended_on == date(2024, 6, 3)


def test_a_plan_entrusts_and_an_ended_mandate_takes_it_away(people: SignIn, runtime: Runtime) -> None:
    officer = people("officer")
    planned = {"title": "2023-F-0001", "agency": AGENCY, "reason": "DUE"}
    assert post(officer, "/titles/plan?year=2024", **planned).status_code == 409  # no mandate
    post(officer, "/titles/mandates", **MANDATE)
    assert post(officer, "/titles/plan?year=2024", **{**planned, "reason": "CLUE"}).status_code == 422
    for ended in ("2023-F-0003", "2023-F-0002"):  # revoked; under rectification
        assert post(officer, "/titles/plan?year=2024", **{**planned, "title": ended}).status_code == 409
    assert post(officer, "/titles/plan?year=2024", **planned).status_code == 302
    assert post(officer, "/titles/plan?year=2024", **planned).status_code == 422
    assert one(runtime, PlanItem).mandate_no == MANDATE["document_no"]
    agency = people("agency")
    assert "2023-F-0001" in agency.get("/titles").get_data(as_text=True)
    assert "2023-F-0004" not in agency.get("/titles").get_data(as_text=True)
    assert people("other_agency").get("/titles/2023-F-0001").status_code == 404
    post(officer, f"/titles/mandates/{one(runtime, Mandate).id}/end", reason="终止")
    assert people("agency").get("/titles/2023-F-0001").status_code == 404


def test_a_dry_run_begins_nothing(people: SignIn, runtime: Runtime) -> None:
    officer = people("officer")
    post(officer, "/titles/mandates", **MANDATE)
    post(officer, "/titles/plan?year=2024", title="2023-F-0001", agency=AGENCY, reason="SAMPLE")
    tried = post(officer, "/titles/plan/start?year=2024", title="2023-F-0001", _action="try")
    assert tried.status_code == 200
    assert "逐项结果" in tried.get_data(as_text=True)
    # the process is not deployed here: the start says so and keeps the plan
    assert (
        post(officer, "/titles/plan/start?year=2024", title="2023-F-0001", _action="start").status_code == 409
    )
    assert post(officer, "/titles/plan/start?year=2024").status_code == 422


def test_an_agency_changes_nothing(people: SignIn, runtime: Runtime) -> None:
    post(people("officer"), "/titles/mandates", **MANDATE)
    post(people("officer"), "/titles/plan?year=2024", title="2023-F-0001", agency=AGENCY, reason="DUE")
    agency = people("agency")
    for address in (
        "/titles/2023-F-0001/surrender", "/titles/2023-F-0003/reinstate", "/titles/plan", "/titles/plan/start",
        "/titles/mandates", "/titles/candidates", "/titles/expiry/levels", "/flags", "/flags/1", "/flags/checks",
        "/titles/surrenders/1", "/titles/expiry/1", "/titles/mandates/1/end",
    ):  # fmt: skip
        assert post(agency, address, reason="机构不能决定").status_code in (403, 404), address
    assert one(runtime, Title, title_no="2023-F-0001").status == "ACTIVE"


def test_only_the_legal_representative_gives_up_and_the_head_confirms(
    people: SignIn, runtime: Runtime
) -> None:
    legal, address = people("legal"), "/titles/2023-F-0004/surrender"
    for other in ("filler", "officer", "city"):
        assert post(people(other), address, reason="停产搬迁，自愿放弃", declared="yes").status_code == 403
    assert post(people("stranger"), address, reason="停产搬迁", declared="yes").status_code == 404
    assert post(legal, address, reason="停产搬迁，自愿放弃").status_code == 422  # not declared
    assert post(legal, "/titles/2023-F-0003/surrender", reason="停产搬迁", declared="yes").status_code == 422
    assert post(legal, address, reason="停产搬迁，自愿放弃", declared="yes").status_code == 302
    assert post(legal, address, reason="停产搬迁，自愿放弃", declared="yes").status_code == 422
    asked = one(runtime, Surrender)
    assert post(people("officer"), f"/titles/surrenders/{asked.id}", decision="CONFIRM").status_code == 403
    head = people("head")
    assert post(head, f"/titles/surrenders/{asked.id}", decision="CONFIRM", opinion=" ").status_code == 422
    assert post(head, f"/titles/surrenders/{asked.id}", decision="CONFIRM", opinion="同意").status_code == 302
    assert one(runtime, Title, title_no="2023-F-0004").status == "SURRENDERED"
    assert "2023-F-0004" not in people("officer").get("/titles/candidates").get_data(as_text=True)


def test_only_a_decision_with_its_document_reinstates(people: SignIn, runtime: Runtime) -> None:
    decision = {
        "kind": "REVIEW",
        "document_no": "鲁工信装〔2024〕90号",
        "on": "2024-06-01",
        "reason": "复议改变",
    }
    address, head = "/titles/2023-F-0003/reinstate", people("head")
    assert post(people("officer"), address, **decision).status_code == 403
    for gap in decision:
        assert post(head, address, **{**decision, gap: ""}).status_code == 422, gap
    assert post(head, "/titles/2023-F-0001/reinstate", **decision).status_code == 422  # not revoked
    taken = {**decision, "document_no": "鲁工信装〔2024〕30号"}
    assert post(head, address, **taken).status_code == 409
    assert one(runtime, Title, title_no="2023-F-0003").status == "REVOKED"
    assert post(head, address, **decision).status_code == 302
    case = one(runtime, Revocation)
    assert (one(runtime, Title, title_no="2023-F-0003").status, case.status) == ("ACTIVE", "OVERTURNED")
    assert case.barred_until is None


def test_flags_block_until_another_person_decides_and_are_never_deleted(
    people: SignIn, runtime: Runtime
) -> None:
    officer = people("officer")
    flag = {
        "application_no": APPLICATION, "ground": "6.2", "fact": "事故并受处罚", "evidence": "应急厅函",
        "event_date": "2024-05-01",
    }  # fmt: skip
    for gap in ("fact", "evidence", "event_date", "ground"):
        assert post(officer, "/flags", **{**flag, gap: ""}).status_code == 422, gap
    assert post(officer, "/flags", **{**flag, "application_no": "2024-999999-0001"}).status_code == 404
    assert post(officer, "/flags", **flag).status_code == 302
    raised = one(runtime, ExclusionFlag)
    with runtime.reading() as session:
        found = session.scalars(select(Application)).one()
        with pytest.raises(FlagIsOpen):
            ensure_unquestioned(session, found)
    assert post(officer, f"/flags/{raised.id}", reason="我来处理").status_code == 403
    deputy = people("deputy")
    assert post(deputy, f"/flags/{raised.id}", decision="CLEAR", reason="").status_code == 422
    assert post(deputy, f"/flags/{raised.id}", decision="CLEAR", reason="处罚已撤销").status_code == 302
    assert post(deputy, f"/flags/{raised.id}", decision="EXCLUDE", reason="再次").status_code == 422
    page = people("watch").get("/flags?year=2024").get_data(as_text=True)
    assert "处罚已撤销" in page
    assert "应急厅函" in page
    assert people("city").get("/flags").status_code == 403


def test_who_raised_a_flag_does_not_decide_it(people: SignIn, runtime: Runtime) -> None:
    head = people("head")
    post(head, "/flags", application_no=APPLICATION, ground="6.1", fact="虚假", evidence="举报核实")
    assert (
        post(head, f"/flags/{one(runtime, ExclusionFlag).id}", decision="CLEAR", reason="无").status_code
        == 422
    )


def test_the_look_back_is_looked_at_again(people: SignIn) -> None:
    officer = people("officer")
    assert (
        post(officer, "/flags/checks?year=2024", occasion="MEETING", sources="", result="无").status_code
        == 422
    )
    body = {"occasion": "MEETING", "sources": "信用中国", "result": "无新情况"}
    assert post(officer, "/flags/checks?year=2024", **body).status_code == 302
    assert "无新情况" in officer.get("/flags?year=2024").get_data(as_text=True)


def test_candidates_are_valid_on_the_day_and_never_revoked(people: SignIn, runtime: Runtime) -> None:
    officer = people("officer")
    page = officer.get("/titles/candidates").get_data(as_text=True)
    assert "2023-F-0001" in page
    assert "2023-F-0003" not in page
    exception = {"scheme": "BENCHMARK", "enterprise": "无称号企业", "uscc": "91370300264574251E"}
    assert post(officer, "/titles/candidates", **exception, reason="短").status_code == 422
    why = "行业龙头，国家专项指定推荐对象"
    assert post(officer, "/titles/candidates", **exception, reason=why).status_code == 302
    revoked = {**exception, "uscc": world.USCC, "enterprise": "示例装备3有限公司"}
    assert post(officer, "/titles/candidates", **revoked, reason=why).status_code == 422
    assert one(runtime, CandidateException).reason == why
    assert officer.get("/titles/candidates.xlsx?scheme=BENCHMARK").status_code == 200


def test_what_was_open_at_expiry_goes_on_only_with_its_document(people: SignIn, runtime: Runtime) -> None:
    with runtime.transaction() as tx:
        for process in ("application", "renaming"):
            tx.session.add(
                ExpiryItem(
                    measure_code="SDPR-2022-0040001", process_id=process, business_key=APPLICATION, instance_key=1,
                    listed_at=tx.now,
                )
            )  # fmt: skip
    head = people("head")
    address = f"/titles/expiry/{one(runtime, ExpiryItem, process_id='application').id}"
    forged = {"decision": "CONTINUE", "document_no": "鲁工信装〔2026〕1号", "reason": "继续办理"}
    refused = post(head, address, **forged)
    assert refused.status_code == 422
    assert "继续办理</textarea>" in refused.get_data(as_text=True)  # nothing typed is lost
    assert post(head, address, decision="TERMINATE", reason="").status_code == 422
    assert post(people("officer"), address, decision="FREEZE", reason="冻结").status_code == 403
    renaming = f"/titles/expiry/{one(runtime, ExpiryItem, process_id='renaming').id}"
    assert post(head, renaming, decision="TERMINATE", reason="终止").status_code == 422
    assert post(head, address, decision="FREEZE", reason="到期冻结").status_code == 302
    assert one(runtime, ExpiryDecision).decision == "FREEZE"
    assert "到期冻结" in head.get("/titles/expiry").get_data(as_text=True)


def test_old_titles_are_mapped_only_after_the_end(people: SignIn, runtime: Runtime) -> None:
    row = {
        "measure_code": "SDPR-2022-0040001", "title_type": "FACTORY", "title_no": "", "level": "先进级智能工厂",
        "successor": "接续办法", "document_no": "鲁工信装〔2026〕2号", "effective_on": "2026-01-01",
    }  # fmt: skip
    head = people("head")
    assert post(head, "/titles/expiry/levels", **row).status_code == 422
    runtime.clock.set(world.START.replace(year=2026))  # type: ignore[attr-defined]
    head = people("head")
    assert post(head, "/titles/expiry/levels", **{**row, "successor": ""}).status_code == 422
    assert post(head, "/titles/expiry/levels", **row).status_code == 302
    assert one(runtime, LevelMapping).level == "先进级智能工厂"
    assert "先进级智能工厂" in people("city").get("/titles/2023-F-0001").get_data(as_text=True)
    public = head.application.test_client().get("/register/2023-F-0001").get_data(as_text=True)
    assert "先进级智能工厂" in public
    assert "依据文件已失效" in public
