"""The desks of monitoring, renaming and revocation on their real diagrams, opened as the people who work there."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM
from engine.programme.applications.models import ApplicationVersion
from engine.programme.monitoring import operations
from engine.programme.titles.models import Title
from engine.store.people import Account
from tests.programme.sideline import AGENCY, NEW_USCC, PEOPLE, USCC, Desk, deployed, desk
from tests.programme.test_monitoring import FAIL, FIGURES, start
from tests.web.conftest import PASSWORD, token
from webapp import assets, create_app
from webapp.account.passwords import hash_password
from webapp.settings import WebSettings

__all__ = ["deployed", "desk"]
Enter = Callable[[str], FlaskClient]


@pytest.fixture
def enter(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Enter:
    """A granted title, a mandate, accounts for everybody; `enter("head")` is their client."""
    desk.register_measure()
    desk.grant()
    with desk.rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        for code, name, kind, parent in (
            ("370000", "省厅", "province", None),
            ("370100", "济南市", "city", "370000"),
            ("370200", "青岛市", "city", "370000"),
            (AGENCY, "某评估中心", "agency", "370000"),
            (USCC, "济南样例电机有限公司", "enterprise", "370100"),
            ("913703001641044829", "别家", "enterprise", "370200"),
        ):
            add_organisation(tx.session, scribe, code, name, kind, parent)
        for login, actor in PEOPLE.items():
            add_account(tx.session, scribe, login, login, actor.grants)
        tx.session.execute(update(Account).values(password_hash=hash_password(PASSWORD)))
        operations.entrust(
            tx.session, document_no="鲁工信装〔2024〕12号", agency=AGENCY, agency_name="某评估中心", scope="监测",
            starts_on=date(2024, 1, 1), ends_on=date(2025, 12, 31), actor="officer", at=tx.now,
        )  # fmt: skip
    monkeypatch.setattr(assets, "manifest", lambda: {n: n for n in assets.ENTRIES})
    app = create_app(
        desk.rt,
        WebSettings(
            secret_key="test-key-of-enough-length-0123456789", https=False, second_factor_for_officials=False
        ),
    )

    def client(login: str) -> FlaskClient:
        found = app.test_client()
        page = found.get("/sign-in")
        found.post("/sign-in", data={"login": login, "password": PASSWORD, "csrf_token": token(page)})
        return found

    return client


def page(desk: Desk, client: FlaskClient, element: str) -> str:
    """The page of the one open task of an element."""
    answer = client.get(f"/tasks/{desk.task(element).id}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def version(at: Any, number: str) -> ApplicationVersion:
    content = {
        "key_nc_rate": 90,
        "net_rate": 95,
        "effects": [{"row_key": "eff_defect", "unit": "%", "after": "0.10"}],
    }
    return ApplicationVersion(
        application_no=number,
        version=1,
        submitted_at=at,
        submitted_by="legal_person",
        content=content,
        sha256="0" * 64,
    )


def test_the_agency_sees_this_year_beside_the_application(desk: Desk, enter: Enter) -> None:
    title = desk.title()
    with desk.rt.transaction() as tx:
        tx.session.add(version(tx.now, title.application_no))
    start(desk, title.title_no)
    desk.do("filler", "report", **{**FIGURES, "incident": "YES", "incident_text": "轻微事故"})
    shown = page(desk, enter("agency"), "evaluate")
    for text in ("+3.5", "（+3.9%）", "-5", "变差", "不可比", "轻微事故"):
        assert text in shown, text
    assert desk.rt.reading
    other = enter("stranger").get(f"/tasks/{desk.task('evaluate').id}")
    assert other.status_code in (403, 404)
    desk.do("agency", "evaluate", **FAIL)
    confirming = page(desk, enter("head"), "confirm")
    assert "联网率不达标" in confirming
    assert 'tag-red">不合格' in confirming  # what the agency proposes, and no other page's result
    assert "已撤回" not in confirming
    assert title.title_no in enter("officer").get("/titles/plan?year=2024").get_data(
        as_text=True
    )  # unplanned
    desk.do("head", "confirm", result="FAIL", opinion="同意")
    desk.do("officer", "notice", problems="联网率低于申报值", city_informed=True)
    desk.do("filler", "rectify", action="EXTEND", days=30, reason="设备未到")
    assert "可延长一次" in page(desk, enter("head"), "extension")
    overview = enter("officer").get("/titles/rectifications").get_data(as_text=True)
    assert "还有 90 天" in overview
    assert title.title_no in enter("agency").get("/titles/rectifications").get_data(as_text=True)
    assert title.title_no not in enter("other_city").get("/titles/rectifications").get_data(as_text=True)


def test_a_silent_holder_can_only_be_failed(desk: Desk, enter: Enter) -> None:
    start(desk, desk.title().title_no)
    desk.pass_time(days=70)
    assert "只能建议不合格" in page(desk, enter("agency"), "evaluate")


def test_a_renaming_shows_both_licences_and_the_chain(desk: Desk, enter: Enter) -> None:
    number = desk.title().title_no
    desk.start("filler", "renaming", number, title_no=number)
    change = {"change": "MERGER", "new_holder": "济南新电机有限公司", "new_uscc": NEW_USCC, "files": []}
    more = {"changed_on": "2024-05-01", "reason": "合并", "succession": "由新公司运行"}
    desk.do("filler", "apply", **change, **more)
    shown = page(desk, enter("city"), "city_opinion")
    for text in ("济南样例电机有限公司", "济南新电机有限公司", USCC, NEW_USCC, "复杂更名", "不变", "名称链"):
        assert text in shown, text
    assert "济南新电机有限公司" in enter("officer").get("/titles/renamings").get_data(as_text=True)
    assert "济南新电机有限公司" not in enter("other_city").get("/titles/renamings").get_data(as_text=True)


def test_a_revocation_shows_grounds_evidence_and_what_is_missing(desk: Desk, enter: Enter) -> None:
    number = desk.title().title_no
    desk.start("officer", "revocation", number, title_no=number, source="CITY", clue="处罚")
    shown = page(desk, enter("officer"), "verify")
    for text in ("第十一条第（五）项", "处罚决定", "丧失认定条件的说明", "未有", "调查报告"):
        assert text in shown, text
    assert "已有</span> 告知" not in shown
    body = {"confirmed": "YES", "ground": "5", "facts": "受到处罚", "facts_on": "2024-05-01"}
    evidence = [{"kind": "PENALTY_DECISION", "reference": "鲁罚〔2024〕1号"}]
    desk.do("officer", "verify", **body, penalty_on="2024-05-02", evidence=evidence)
    assert "notice" not in desk.open()  # evidence is missing: back to the verification, nothing is served
    assert desk.title().status == "ACTIVE"
    overview = enter("legal").get("/titles/revocations").get_data(as_text=True)
    assert "第十一条第（五）项" in overview
    assert enter("city").get("/titles/revocations").status_code == 403
    evidence.append({"kind": "CONDITION_LOST", "reference": "不再符合第五条的说明"})
    desk.do("officer", "verify", **body, penalty_on="2024-05-02", evidence=evidence)
    desk.do("head", "notice", notice_on="2024-06-03", notice="因受到处罚拟撤销，可以陈述申辩")
    holder = page(desk, enter("legal_person"), "state")
    for text in ("因受到处罚拟撤销", "第十一条第（五）项", "视为放弃陈述申辩"):
        assert text in holder, text
    assert "处罚〔2024〕" not in holder  # what is on file stays with the office
    desk.do("legal_person", "state", statement="不认可")
    assert "未有</span> 法制审核" in page(desk, enter("legal"), "legal_review")
    desk.do("legal", "legal_review", decision="PASS", opinion="事实清楚")
    assert "已有</span> 法制审核" in page(desk, enter("director"), "meeting")
    assert "法制 ✓" in enter("officer").get("/titles/revocations").get_data(as_text=True)
    desk.do("director", "meeting", decision="KEEP", minutes_no="2024年第7次", meeting_on="2024-06-03")
    history = enter("officer").get(f"/titles/{number}").get_data(as_text=True)
    assert "不予撤销 · 2024年第7次" in history


def test_planned_evaluations_begin_together_and_the_agency_has_them(desk: Desk, enter: Enter) -> None:
    number, officer = desk.title().title_no, enter("officer")
    csrf = {"csrf_token": token(officer.get("/titles/plan?year=2024"))}
    planned = {"title": number, "agency": AGENCY, "reason": "DUE", **csrf}
    assert officer.post("/titles/plan?year=2024", data=planned).status_code == 302
    ticked = {"title": number, **csrf}
    assert officer.post("/titles/plan/start?year=2024", data={**ticked, "_action": "try"}).status_code == 200
    assert desk.status("monitoring") == []
    assert (
        officer.post("/titles/plan/start?year=2024", data={**ticked, "_action": "start"}).status_code == 302
    )
    assert desk.status("monitoring") == ["ACTIVE"]
    assert desk.one(Title).agency == AGENCY
    assert number in enter("agency").get("/titles").get_data(as_text=True)
