"""The self-evaluation explained, and versions side by side: who sees them, and what they say."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM
from tests.programme import answers
from tests.programme.mainline import COUNTY, FIRST, SECOND, House, furnished, house, person
from tests.web.conftest import PASSWORD, token
from webapp import assets, create_app
from webapp.account.passwords import hash_password
from webapp.settings import WebSettings

__all__ = ["furnished", "house"]

FILLER, SIGNER = person("enterprise_filler", FIRST, "filler"), person("legal_representative", FIRST, "signer")
OFFICER, HEAD = person("county_officer", COUNTY, "officer"), person("county_head", COUNTY, "head")
PEOPLE = {
    "filler": Grant("enterprise_filler", FIRST),
    "signer": Grant("legal_representative", FIRST),
    "rival": Grant("enterprise_filler", SECOND),
    "officer": Grant("county_officer", COUNTY),
    "elsewhere": Grant("city_officer", "370200"),
    "division": Grant("dept_officer", "370000"),
}
ORGANISATIONS = (
    ("370000", "山东省工业和信息化厅", "province", None),
    ("370100", "济南市工业和信息化局", "city", "370000"),
    ("370102", "历下区工业和信息化局", "county", "370100"),
    ("370200", "青岛市工业和信息化局", "city", "370000"),
    (FIRST, f"示例企业{FIRST[-4:]}", "enterprise", "370102"),
    (SECOND, f"示例企业{SECOND[-4:]}", "enterprise", "370102"),
)
ASKED = [{"field": "description", "reason": "补充<b>成效</b>数据"}]


@pytest.fixture
def site(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The site on the main line, with its people."""
    with house.rt.transaction() as tx:
        scribe, password = Scribe(SYSTEM, tx.now), hash_password(PASSWORD)
        for code, name, kind, parent in ORGANISATIONS:
            add_organisation(tx.session, scribe, code, name, kind, parent)
        for login, grant in PEOPLE.items():
            add_account(tx.session, scribe, login, login, [grant], password_hash=password)
    built = assets.ENTRIES
    monkeypatch.setattr(assets, "manifest", lambda: {name: name for name in built})
    settings = WebSettings(
        secret_key="test-key-of-enough-length-0123456789",
        demo=False,
        https=False,
        second_factor_for_officials=False,
    )
    return create_app(house.rt, settings)


def enter(site: Flask, login: str) -> FlaskClient:
    """A client with that person's session."""
    client = site.test_client()
    form = {"login": login, "password": PASSWORD, "csrf_token": token(client.get("/sign-in"))}
    client.post("/sign-in", data=form)
    return client


def failed(house: House) -> str:
    """An application whose self-evaluation failed; its task came back."""
    number = house.apply(FIRST)
    body = answers.self_evaluation(founded_on="2022-05-01", cmmm_level=1, eff_energy=12)
    house.do(FILLER, "self_evaluation", number, **body)
    return number


def returned(house: House) -> str:
    """An application that its county returned and that came back as version 2."""
    number = house.apply(FIRST)
    house.do(FILLER, "self_evaluation", number, **answers.self_evaluation())
    house.do(FILLER, "fill", number, **answers.form())
    house.do(SIGNER, "sign", number, **answers.signature())
    house.do(OFFICER, "county_opinion", number, result="RETURN", opinion="请补正", return_items=ASKED)
    house.do(HEAD, "county_review", number, decision="AGREE")
    house.do(FILLER, "correct", number, description="新的<i>建设</i>情况")
    house.do(SIGNER, "sign_correction", number, **answers.signature())
    return number


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.get_data(as_text=True)


def test_a_hard_failure_is_told_line_by_line_on_the_task_that_came_back(house: House, site: Flask) -> None:
    number = failed(house)
    [task] = house.tasks("self_evaluation", number)
    told = page(enter(site, "filler"), f"/tasks/{task.id}")
    assert "暂不能申报" in told
    assert "有 2 项硬性条件不满足" in told
    for words in ("正常经营三年以上", "成立于 2022年5月1日", "满三年后再申报", "自评 1 级，要求 2 级"):
        assert words in told
    rows = re.findall(r"<tr>.*?</tr>", told, re.DOTALL)
    assert sum("tag-red" in row for row in rows) == 2


def test_the_result_page_has_every_line_the_score_and_the_decisions(house: House, site: Flask) -> None:
    number = failed(house)
    [task] = house.tasks("self_evaluation", number)
    told = page(enter(site, "filler"), f"/tasks/{task.id}/result")
    assert told.count("tag-green") >= 30
    assert "推断要素" in told
    assert "参考评分" in told
    assert "不是评审结果" in told
    assert "第五条 申报条件（逐项）" in told
    english = enter(site, "filler")
    english.set_cookie("luzhi_language", "en")
    told = page(english, f"/tasks/{task.id}/result")
    assert "In business for three years" in told
    body = re.sub(r"<[^>]+>", " ", told.split("line by line", 1)[-1])
    assert "满三年后再申报" not in body


def test_nobody_else_sees_the_result_of_a_draft(house: House, site: Flask) -> None:
    number = failed(house)
    [task] = house.tasks("self_evaluation", number)
    for login in ("rival", "officer", "elsewhere", "division"):
        client = enter(site, login)
        page(client, f"/tasks/{task.id}/result", 404)
        page(client, f"/applications/{number}/self-evaluation", 404)
    assert site.test_client().get(f"/tasks/{task.id}/result").status_code in (302, 401)


def test_the_frozen_result_goes_with_the_file_to_its_own_offices(house: House, site: Flask) -> None:
    number = returned(house)
    for login in ("filler", "officer", "division"):
        told = page(enter(site, login), f"/applications/{number}/self-evaluation")
        assert "随申报书冻结" in told
        assert "可以继续申报" in told
    for login in ("rival", "elsewhere"):
        page(enter(site, login), f"/applications/{number}/self-evaluation", 404)


def test_a_reviewer_sees_old_and_new_side_by_side_and_finds_the_way_there(house: House, site: Flask) -> None:
    number = returned(house)
    officer = enter(site, "officer")
    [task] = house.tasks("county_opinion", number)
    address = f"/applications/{number}/changes/2"
    told = page(officer, f"/tasks/{task.id}")
    assert address in told
    assert f"/tasks/{task.id}/result" in told
    told = page(officer, address)
    assert re.search(r"<del>\s*建设情况\s*</del>", told)
    assert re.search(r"<ins>\s*新的&lt;i&gt;建设&lt;/i&gt;情况\s*</ins>", told)
    assert "补充&lt;b&gt;成效&lt;/b&gt;数据" in told
    assert "没有修改" in page(officer, f"/applications/{number}/changes/1")
    page(officer, f"/applications/{number}/changes/3", 404)
    for login in ("rival", "elsewhere"):
        page(enter(site, login), address, 404)


def test_a_version_is_told_beside_any_earlier_one(house: House, site: Flask) -> None:
    number = returned(house)
    house.do(OFFICER, "county_opinion", number, result="RETURN", opinion="再补正", return_items=ASKED)
    house.do(HEAD, "county_review", number, decision="AGREE")
    house.do(FILLER, "correct", number, description="第三稿")
    house.do(SIGNER, "sign_correction", number, **answers.signature())
    officer = enter(site, "officer")
    before, first = (page(officer, f"/applications/{number}/changes/3{query}") for query in ("", "?since=1"))
    assert re.search(r"<del>\s*新的&lt;i&gt;建设&lt;/i&gt;情况\s*</del>", before)
    assert re.search(r"<del>\s*建设情况\s*</del>", first)
    assert all(re.search(r"<ins>\s*第三稿\s*</ins>", told) for told in (before, first))
    for wrong in (0, 3, 4):
        page(officer, f"/applications/{number}/changes/3?since={wrong}", 404)
    english = officer.get(f"/applications/{number}/changes/3", headers={"Cookie": "luzhi_language=en"})
    assert english.status_code in (200, 302)


def test_an_office_compares_applications_of_its_area(house: House, site: Flask) -> None:
    one = returned(house)
    two = house.apply(SECOND, "二号工厂")
    house.file(two, SECOND)
    draft = house.apply(SECOND, "三号工厂")
    both = f"/applications/compare?no={one}&no={two}"
    for login in ("officer", "division"):
        told = page(enter(site, login), both)
        assert "新的&lt;i&gt;建设&lt;/i&gt;情况" in told, "the version that was submitted last"
        assert all(name in told for name in ("一号工厂", "二号工厂", "历下区"))
    officer = enter(site, "officer")
    assert "第 4 份的申报编号" in page(officer, f"/applications/compare?no={one}"), "one is asked for another"
    page(officer, f"/applications/compare?no={one}&no={draft}", 404)
    for login in ("elsewhere", "rival", "filler"):
        page(enter(site, login), both, 404)
    area = page(officer, "/recommending")
    assert area.count('name="no"') >= 2, "and is chosen in the list of the area"


def test_the_enterprise_sees_only_what_was_opened_with_each_reason(house: House, site: Flask) -> None:
    number = house.apply(FIRST)
    house.do(FILLER, "self_evaluation", number, **answers.self_evaluation())
    house.do(FILLER, "fill", number, **answers.form())
    house.do(SIGNER, "sign", number, **answers.signature())
    asked = [*ASKED, {"field": "effects", "reason": "口径不一致"}]
    house.do(OFFICER, "county_opinion", number, result="RETURN", opinion="请补正", return_items=asked)
    house.do(HEAD, "county_review", number, decision="AGREE")
    [task] = house.tasks("correct", number)
    client = enter(site, "filler")
    client.post(f"/tasks/{task.id}/claim", data={"csrf_token": token(client.get(f"/tasks/{task.id}"))})
    told = page(client, f"/tasks/{task.id}")
    assert "需要修改 2 项" in told
    assert "口径不一致" in told
    assert "补充&lt;b&gt;成效&lt;/b&gt;数据" in told
    page(client, f"/tasks/{task.id}/check")
