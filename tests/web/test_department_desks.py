"""The department at its desks: the notice with sources and calendar, the formal review with evidence, the receipts."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM
from engine.programme.cycles.errors import CatalogueChanged
from tests.programme import answers
from tests.programme.mainline import FIRST, House, furnished, house, person
from tests.web.conftest import PASSWORD, token
from webapp import assets, create_app
from webapp.account.passwords import hash_password
from webapp.settings import WebSettings

__all__ = ["furnished", "house"]

PEOPLE = {
    "officer": Grant("dept_officer", "370000"),
    "head": Grant("dept_head", "370000"),
    "deputy": Grant("dept_deputy", "370000"),
    "office": Grant("office", "370000"),
}


@pytest.fixture
def site(house: House, monkeypatch: pytest.MonkeyPatch) -> Flask:
    with house.rt.transaction() as tx:
        scribe, password = Scribe(SYSTEM, tx.now), hash_password(PASSWORD)
        for login, grant in PEOPLE.items():
            add_account(tx.session, scribe, login, login, [grant], password_hash=password)
    monkeypatch.setattr(assets, "manifest", lambda: {n: n for n in assets.ENTRIES})
    settings = WebSettings(
        secret_key="test-key-of-enough-length-0123456789",
        demo=False,
        https=False,
        second_factor_for_officials=False,
    )
    return create_app(house.rt, settings)


def enter(site: Flask, login: str) -> FlaskClient:
    client = site.test_client()
    form = {"login": login, "password": PASSWORD, "csrf_token": token(client.get("/sign-in"))}
    client.post("/sign-in", data=form)
    return client


def taken(client: FlaskClient, task: int) -> str:
    """Claim a task and open it."""
    page = client.get(f"/tasks/{task}")
    client.post(f"/tasks/{task}/claim", data={"csrf_token": token(page)})
    answer = client.get(f"/tasks/{task}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def save(client: FlaskClient, task: int, **changes: Any) -> str:
    """Save the draft with these answers, as the form without JavaScript does, and read the page again."""
    page = client.get(f"/tasks/{task}").get_data(as_text=True)
    found = dict(
        re.findall(r'name="(csrf_token|_page|_serial|_base|_shown|_revision)" value="([^"]*)"', page)
    )
    sent = client.post(f"/tasks/{task}", data={**found, "_action": "save", **changes})
    assert sent.status_code == 302, sent.get_data(as_text=True)[:2000]
    return client.get(f"/tasks/{task}").get_data(as_text=True)


def drafting(house: House) -> int:
    house.go("2025-05-06 09:00")
    house.start(person("dept_officer", "370000"), "annual_cycle", cycle_year=2025)
    [task] = house.tasks("draft_notice", "2025")
    return task.id


def test_every_parameter_stands_with_meaning_default_last_year_and_source(house: House, site: Flask) -> None:
    page = taken(enter(site, "officer"), drafting(house))
    assert "每家企业本年可申报的场景数" in page
    assert "办法第六条（二）（三）" in page
    assert 'name="lookback_years"' in page
    assert "提交之日" in page  # fixed ones are shown, and cannot be changed
    assert 'name="lookback_anchor"' not in page
    pinned = page[page.index('id="h-pins"') :]
    assert house.rt.catalogues.get("scenes", "2021").sha256 in pinned, "the edition that the box offers"


def test_what_is_looser_than_the_measure_is_warned_of(house: House, site: Flask) -> None:
    client, task = enter(site, "officer"), drafting(house)
    assert "宽于办法" not in taken(client, task)
    assert "宽于办法" in save(client, task, branch_allowed="true")


def test_quotas_of_cities_and_types_are_summed_up_and_checked(house: House, site: Flask) -> None:
    client, task = enter(site, "officer"), drafting(house)
    taken(client, task)
    first = {"quotas[0].city": "370100", "quotas[0].quota": "5", "quotas[0].quota_factory": "2"}
    second = {"quotas[1].city": "370200", "quotas[1].quota": "3", "quotas[1].quota_factory": "1"}
    page = save(client, task, **first, **second, cities=["370100", "370200"])
    totals = re.findall(r"<td[^>]*>(.*?)</td>", page.split("<tfoot>")[-1])
    assert [re.sub("<[^>]*>", "", each) for each in totals[:4]] == ["8", "不限", "不限", "3"]
    page = save(client, task, **{**first, "quotas[0].quota_factory": "6"})
    found = dict(
        re.findall(r'name="(csrf_token|_page|_serial|_base|_shown|_revision)" value="([^"]*)"', page)
    )
    refused = client.post(
        f"/tasks/{task}", data={**found, **first, "quotas[0].quota_factory": "6", "_action": "submit"}
    )
    assert refused.status_code == 422
    assert "各类型名额合计与本市名额不符" in refused.get_data(as_text=True)


def test_what_differs_from_last_year_is_said(house: House, site: Flask) -> None:
    client, task = enter(site, "officer"), drafting(house)
    assert "列入建议认定的最低分：60" not in taken(client, task)
    page = save(client, task, pass_line="65")
    assert "列入建议认定的最低分：65；与上年不同，上年60" in page


def test_the_calendar_follows_from_the_draft_and_warns_of_the_end_of_the_measure(
    house: House, site: Flask
) -> None:
    client, task = enter(site, "officer"), drafting(house)
    taken(client, task)
    early = {
        "enterprise_deadline": "2025-06-05T00:00",
        "county_deadline": "2025-06-10T00:00",
        "city_deadline": "2025-06-14T00:00",
    }
    page = save(client, task, **early)
    assert "公示（最早）" in page
    order = [page.index(f'id="{id}"') for id in ("h-cities", "f-enterprise_deadline", "calendar", "h-pins")]
    assert order == sorted(order), "what follows from answers stands below them"
    assert "会跨越" not in page
    assert "is-holiday" in page
    assert "is-makeup" in page
    late = {
        "enterprise_deadline": "2025-10-05T00:00",
        "county_deadline": "2025-10-10T00:00",
        "city_deadline": "2025-10-14T00:00",
    }
    page = save(client, task, **late)
    assert "本年度会跨越办法有效期届满日" in page
    assert "公示会跨越有效期届满日" in page
    assert "公示最迟须在 2025-12-25" in page or "公示最迟须在 2025年12月25日" in page


def test_the_approvers_see_what_the_drafter_saw(house: House, site: Flask) -> None:
    drafting(house)
    draft = answers.notice() | {
        "enterprise_deadline": "2025-06-05T00:00+08:00",
        "county_deadline": "2025-06-10T00:00+08:00",
        "city_deadline": "2025-06-14T00:00+08:00",
        "pass_line": 70,
    }
    house.department("draft_notice", "dept_officer", "2025", **draft)
    [task] = house.tasks("review_notice", "2025")
    page = taken(enter(site, "head"), task.id)
    assert "固定的目录、评分标准和权重" in page
    assert house.rt.catalogues.get("review_rubric").sha256 in page
    assert "与上年不同" in page


def test_sentences_that_are_looser_than_the_measure_are_pointed_out(house: House, site: Flask) -> None:
    client, task = enter(site, "officer"), drafting(house)
    taken(client, task)
    sentence = "申报单位近三年未发生重大安全、质量、环境污染事故"
    page = save(client, task, body=f"{sentence}。公示期为7个工作日。")
    assert "通知的提法宽于办法第六条（二）" in page
    assert f'<q class="kept-text">{sentence}</q>' in page, "with the sentence itself"
    assert '<q class="kept-text">公示期为7个工作日' not in page, "what is stricter is left alone"
    client.get("/language/en?next=/")
    assert "looser than the measure (article 6(2))" in client.get(f"/tasks/{task}").get_data(as_text=True)


def test_a_published_cycle_shows_what_is_frozen(house: House, site: Flask) -> None:
    assert {row["id"] for row in house.cycle().pinned} >= {"scenes", "review_rubric", "formal_review"}
    page = enter(site, "officer").get("/department/cycles/2024/370000/setup").get_data(as_text=True)
    assert "已固定" in page
    assert house.rt.catalogues.get("review_rubric").sha256 in page
    assert "与现有文件不一致" not in page


def test_a_filter_of_a_constant_speaks_the_language_of_each_page(house: House, site: Flask) -> None:
    client = enter(site, "officer")
    assert "第十五条" in client.get("/department/cycles/2024/370000/setup").get_data(as_text=True)
    client.get("/language/en?next=/")
    page = client.get("/department/cycles/2024/370000/setup").get_data(as_text=True)
    assert "article 15" in page
    assert "第十五条" not in page
    assert "given by the supervisors when the draw is made" in page


def test_what_was_changed_after_the_signature_is_not_published(house: House) -> None:
    """Article 14: the signed draft pins its catalogues byte for byte."""
    drafting(house)
    draft = answers.notice() | {
        "enterprise_deadline": "2025-06-05T00:00+08:00",
        "county_deadline": "2025-06-10T00:00+08:00",
        "city_deadline": "2025-06-14T00:00+08:00",
    }
    house.department("draft_notice", "dept_officer", "2025", **draft)
    house.department("review_notice", "dept_head", "2025", decision="AGREE")
    house.department("sign_notice", "dept_deputy", "2025", decision="AGREE")
    rubric = house.rt.catalogues.get("review_rubric")
    object.__setattr__(rubric, "sha256", "0" * 64)
    number = {"notice_no": "鲁工信装〔2025〕60号", "notice_date": "2025-05-06"}
    with pytest.raises(CatalogueChanged):
        house.department("publish_notice", "office", "2025", **number)


def reviewed(house: House) -> tuple[str, int]:
    """An application of the first city at its formal review."""
    number = house.apply(FIRST)
    house.recommend((number, FIRST))
    [task] = house.tasks("formal_check", number)
    return number, task.id


def test_each_check_stands_beside_what_it_is_about(house: House, site: Flask) -> None:
    _number, task = reviewed(house)
    client = enter(site, "officer")
    page = taken(client, task)
    items = page.split('<div class="check-item')
    assert len(items) == 20
    assert "济工信函〔2024〕5号" in items[1]
    assert "按时" in items[2]
    assert "成立日期" in items[5]
    assert "信用中国" in items[9]
    page = save(client, task, k01="OK", k05="BAD", r05="成立不满三年")
    assert "不符合 1" in page
    assert "未审 17" in page
    assert "成立不满三年" in page


def test_the_approver_sees_what_is_not_met_first(house: House, site: Flask) -> None:
    number, _task = reviewed(house)
    failed = {"k05": "BAD", "r05": "营业执照显示不满三年", "result": "FAIL"}
    said = {"reason": "成立不满三年", "article": "第五条（一）"}
    house.department("formal_check", "dept_officer", number, **answers.formal_check(**failed, **said))
    [task] = house.tasks("formal_approve", number)
    page = taken(enter(site, "head"), task.id)
    head = page[: page.index("全部事项和对应材料")]
    assert "营业执照显示不满三年" in head
    assert "第5项备注" in page
    assert "第1项备注" not in page, "a remark that nobody needed says nothing"
    assert "不符合 1" in head


def test_every_city_has_its_line_among_the_receipts(house: House, site: Flask) -> None:
    number = house.apply(FIRST)
    house.file(number, FIRST)
    house.endorse(number)
    house.go("2024-06-29 00:00")
    house.send_package()
    house.go("2024-07-08 09:00")
    house.department("acceptance", "dept_officer", "2024-370100", decision="ACCEPT")
    [task] = house.tasks("receipts", "2024")
    client = enter(site, "officer")
    page = taken(client, task.id)
    assert "济工信函〔2024〕5号" in page
    assert "已受理 1 市" in page
    assert "无推荐 1 市" in page
    assert page.count('<td data-label="材料">') == len(house.cycle().cities)
    listed = client.get("/department/cycles/2024/370000/receipts").get_data(as_text=True)
    assert "济工信函〔2024〕5号" in listed


def test_a_city_sees_its_own_package_only(house: House, site: Flask) -> None:
    with house.rt.transaction() as tx:
        scribe, password = Scribe(SYSTEM, tx.now), hash_password(PASSWORD)
        add_organisation(tx.session, scribe, "370200", "青岛市", "city", "370000")
        city = [Grant("city_officer", "370200")]
        add_account(tx.session, scribe, "qingdao", "青岛", city, password_hash=password)
    client = enter(site, "qingdao")
    assert "济南" not in client.get("/department/cycles/2024/370200/receipts").get_data(as_text=True)
    for page in ("receipts", "setup"):
        assert client.get(f"/department/cycles/2024/370000/{page}").status_code == 404


def test_the_list_of_formal_reviews_says_what_is_still_open(house: House, site: Flask) -> None:
    reviewed(house)
    [task] = house.tasks("formal_list", "2024")
    assert "还有 1 项在审查或补正" in taken(enter(site, "officer"), task.id)


def test_a_supplementary_notice_stands_beside_the_old_instants(house: House, site: Flask) -> None:
    [task] = house.tasks("supplementary_notice", "2024")
    client = enter(site, "office")
    page = taken(client, task.id)
    assert page.count('data-label="原时间"') == 3
    longer = {
        "enterprise_deadline": "2024-06-20T00:00",
        "county_deadline": "2024-07-05T00:00",
        "city_deadline": "2024-07-10T00:00",
    }
    page = save(client, task.id, **longer)
    assert page.count("早于原时间，不能提交") == 1
    assert page.count(">延长<") == 2
