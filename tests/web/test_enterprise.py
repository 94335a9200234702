"""An enterprise's own pages: what it sees, what nobody else does, with or without anything to show."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.clock import BUSINESS_ZONE
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.notifications.operations import notify
from engine.policy import SYSTEM
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.applications.operations import add_version, change_status
from engine.programme.objections.operations import receive
from engine.programme.returns.operations import ask
from engine.runtime import Runtime
from engine.store.people import Account, Organisation
from tests.web import world
from tests.web.conftest import PASSWORD, SignIn, token
from webapp.account.passwords import hash_password

OTHER = "91370200264574251E"
MINE, THEIRS = "2024-370102-0001", "2024-370202-0001"
SCORE, EXPERT, OPINION = "77.25", "专家钱学", "县级内部意见：材料单薄"


@pytest.fixture
def filed(runtime: Runtime) -> Runtime:
    """A cycle with one application of each of two enterprises, and a second person and a viewer in the first."""
    world.add_measure(runtime)
    world.add_cycle(runtime)
    with runtime.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, OTHER, "青岛别家有限公司", "enterprise", "370200")
        county = tx.session.get_one(Organisation, "370102")
        county.phone, county.address = "0531-00000102", "历下区示例路2号"
        for login, grant in (
            ("legal", Grant("legal_representative", world.USCC)),
            ("viewer", Grant("enterprise_viewer", world.USCC)),
            ("rival", Grant("enterprise_filler", OTHER)),
        ):
            add_account(tx.session, scribe, login, login, [grant], password_hash=hash_password(PASSWORD))
        tx.session.add(_application(MINE, world.USCC, "泉城示例重工有限公司", tx.now))
        tx.session.add(_application(THEIRS, OTHER, "青岛别家有限公司", tx.now))
    return runtime


def _application(number: str, uscc: str, enterprise: str, at: datetime) -> Application:
    return Application(
        application_no=number,
        cycle_year=2024,
        uscc=uscc,
        enterprise=enterprise,
        type="FACTORY",
        object_name=f"{enterprise[:2]}一号工厂",
        county="370102",
        city="370100",
        industry="C34",
        catalogue="2021",
        status=s.DRAFT,
        opened_at=at,
    )


def change(runtime: Runtime, *steps: str, number: str = MINE, actor: str = "county", **more: Any) -> None:
    """Move an application through these states."""
    for to in steps:
        with runtime.transaction() as tx:
            found = tx.session.scalars(select(Application).where(Application.application_no == number)).one()
            change_status(
                found,
                to,
                actor=actor,
                basis=more.get("basis", "第七条"),
                at=tx.now,
                note=more.get("note", ""),
            )


def submit(runtime: Runtime, number: str = MINE, actor: str = "filler") -> None:
    with runtime.transaction() as tx:
        found = tx.session.scalars(select(Application).where(Application.application_no == number)).one()
        found.submitted_at = tx.now
        add_version(tx.session, found, {"x": 1}, submission_id=None, actor=actor, at=tx.now, reason="提交")
        change_status(found, s.SUBMITTED, actor=actor, basis="第七条", at=tx.now)


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.get_data(as_text=True)


def test_after_signing_in_an_enterprise_lands_on_its_home_and_an_official_in_the_inbox(
    filed: Runtime, app: Flask
) -> None:
    for login, where in (("filler", "/enterprise"), ("viewer", "/enterprise"), ("county", "/inbox")):
        client = app.test_client()
        page = client.get("/sign-in")
        answer = client.post(
            "/sign-in", data={"login": login, "password": PASSWORD, "csrf_token": token(page)}
        )
        assert answer.location == where


def test_the_home_tells_status_next_step_office_and_expected_date_with_its_basis(
    filed: Runtime, sign_in: SignIn
) -> None:
    submit(filed)
    page = text(sign_in("filler"), "/enterprise")
    assert "泉城一号工厂" in page
    for part in (
        MINE,
        "已提交，待县级意见",
        "县级主管部门出具意见",
        "0531-00000102",
        "2024年6月20日 24:00",
        "年度申报通知（第七条）",
    ):
        assert part in page


def test_an_empty_home_says_why_it_is_empty_and_when_one_may_apply(runtime: Runtime, sign_in: SignIn) -> None:
    page = text(sign_in("filler"), "/enterprise")
    assert "还没有申报" in page
    assert "本年度申报通知尚未发布" in page
    assert "/start/application" not in page


def test_the_way_to_start_is_shown_while_the_window_is_open_only(filed: Runtime, sign_in: SignIn) -> None:
    client = sign_in("filler")
    assert "/start/application" in text(client, "/enterprise")
    filed.clock.set(datetime(2024, 6, 16, tzinfo=BUSINESS_ZONE))  # type: ignore[attr-defined]
    page = text(client, "/enterprise")
    assert "/start/application" not in page
    assert "2024年度企业申报已截止" in page
    filed.clock.set(datetime(2026, 1, 1, tzinfo=BUSINESS_ZONE))  # type: ignore[attr-defined]
    assert "不再受理新的申报" in text(client, "/enterprise")


def test_whoever_only_looks_on_is_not_offered_to_begin(filed: Runtime, sign_in: SignIn) -> None:
    page = text(sign_in("viewer"), "/enterprise")
    assert "泉城一号工厂" in page
    assert "/start/application" not in page


def test_several_people_of_an_enterprise_see_the_same(filed: Runtime, sign_in: SignIn) -> None:
    submit(filed)
    for login in ("filler", "legal", "viewer"):
        page = text(sign_in(login), f"/enterprise/applications/{MINE}")
        assert "泉城一号工厂" in page
        assert "第 1 版" in page


OWN = ("", "/application.pdf", "/receipt.pdf")


@pytest.mark.parametrize("rest", OWN)
def test_another_enterprises_number_answers_as_one_that_does_not_exist(
    filed: Runtime, sign_in: SignIn, rest: str
) -> None:
    submit(filed, THEIRS, "rival")
    client = sign_in("filler")
    theirs = client.get(f"/enterprise/applications/{THEIRS}{rest}")
    nobodys = client.get(f"/enterprise/applications/2024-370202-9999{rest}")
    assert theirs.status_code == nobodys.status_code == 404
    strip = re.compile(r'name="csrf_token" value="[^"]+"|2024-370202-\d{4}')
    assert strip.sub("", theirs.get_data(as_text=True)) == strip.sub("", nobodys.get_data(as_text=True))


@pytest.mark.parametrize("login", ["county", "city", "officer", "owner"])
def test_officials_do_not_use_the_pages_of_enterprises(filed: Runtime, sign_in: SignIn, login: str) -> None:
    client = sign_in(login)
    assert client.get(f"/enterprise/applications/{MINE}").status_code == 404
    for address in (
        "/enterprise",
        "/enterprise/filings",
        "/enterprise/filings.csv",
        "/enterprise/filings.xlsx",
    ):
        assert client.get(address).status_code == 403, address


def test_lists_and_exports_hold_nothing_of_another_enterprise(filed: Runtime, sign_in: SignIn) -> None:
    submit(filed, THEIRS, "rival")
    client = sign_in("filler")
    for address in ("/enterprise", "/enterprise/filings", "/enterprise/filings.csv", "/enterprise/messages"):
        page = text(client, address)
        assert THEIRS not in page
        assert "青岛别家" not in page


def test_the_timeline_tells_who_when_and_on_what_basis_but_nothing_of_the_offices_own(
    filed: Runtime, sign_in: SignIn
) -> None:
    submit(filed)
    change(filed, s.COUNTY_DONE, note=OPINION)
    change(filed, s.CITY_AGREED, actor="city", note=OPINION)
    change(filed, s.RECOMMENDED, s.FORMAL_PASSED, actor="officer", basis="第八条", note=OPINION)
    with filed.transaction() as tx:
        found = tx.session.scalars(select(Application).where(Application.application_no == MINE)).one()
        found.score, found.rank = SCORE, 3
    change(
        filed,
        s.IN_REVIEW,
        s.REVIEWED,
        s.PROPOSED,
        actor="officer",
        basis="第八条（抽取种子 424242）",
        note=EXPERT,
    )
    page = text(sign_in("filler"), f"/enterprise/applications/{MINE}")
    assert "王晓" in page  # the own person by name
    assert "赵敏" not in page  # the officials by their office only
    assert "李强" not in page
    assert "周涛" not in page.replace("周涛，", "")
    assert "历下区" in page
    assert page.count("专家评审与审核中") == 2  # the status, and one line of the way
    for secret in (OPINION, EXPERT, SCORE, "424242", "待会议研究", "建议认定"):
        assert secret not in page


def test_a_return_is_told_field_by_field_with_its_deadline(filed: Runtime, sign_in: SignIn) -> None:
    submit(filed)
    with filed.transaction() as tx:
        found = tx.session.scalars(select(Application).where(Application.application_no == MINE)).one()
        items = [
            {"field": "investment", "label": "总投资", "label_en": "Investment", "reason": world.HOSTILE}
        ]
        ask(tx.session, found, "COUNTY", items, due=tx.now + timedelta(days=3), actor="county", at=tx.now)
        change_status(found, s.RETURNED, actor="county", basis="第七条", at=tx.now, note="请补正")
    page = text(sign_in("filler"), f"/enterprise/applications/{MINE}")
    assert "总投资" in page
    assert "待补正" in page
    assert "&lt;script&gt;" in page
    assert world.HOSTILE not in page


def test_a_reason_stays_readable_in_the_register_of_the_enterprise(filed: Runtime, sign_in: SignIn) -> None:
    submit(filed)
    change(filed, s.NOT_RECOMMENDED, actor="city", note="=要素三未满足")
    client = sign_in("filler")
    assert "=要素三未满足" in text(client, "/enterprise/filings")
    assert "=要素三未满足" in text(client, f"/enterprise/applications/{MINE}")
    exported = client.get("/enterprise/filings.csv")
    assert exported.data.startswith(b"\xef\xbb\xbf")
    assert "'=要素三未满足" in exported.get_data(as_text=True)
    assert world.USCC in exported.get_data(as_text=True)


def test_the_spreadsheet_holds_text_only(filed: Runtime, sign_in: SignIn) -> None:
    import zipfile
    from io import BytesIO

    submit(filed)
    change(filed, s.NOT_RECOMMENDED, actor="city", note='=HYPERLINK("http://evil.example")')
    answer = sign_in("filler").get("/enterprise/filings.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert world.USCC in book.read("xl/sharedStrings.xml").decode()


def test_an_objection_is_told_without_its_sender(filed: Runtime, sign_in: SignIn) -> None:
    submit(filed)
    change(filed, s.CITY_AGREED, s.RECOMMENDED, s.FORMAL_PASSED, s.IN_REVIEW, s.REVIEWED, actor="officer")
    change(filed, s.PROPOSED, s.MEETING_PASSED, s.ANNOUNCED, actor="officer", basis="第八条")
    facts = {
        "application_no": MINE,
        "kind": "NAMED",
        "statement": "我在该车间工作三年，设备系租用",
        "name": "李举报",
        "contact": "13800000000",
    }
    with filed.transaction() as tx:
        receive(tx.session, facts, actor="public", at=tx.now)
    client = sign_in("filler")
    said = text(client, f"/enterprise/applications/{MINE}") + text(client, "/enterprise/messages")
    assert "收到对本项的异议" in said
    for secret in ("李举报", "13800000000", "工作三年", "YY-2024"):
        assert secret not in said


def say(runtime: Runtime, to: list[str], key: str, **more: Any) -> None:
    with runtime.transaction() as tx:
        notify(
            tx.session,
            to=to,
            kind="STATUS",
            subject=(f"主题{key}{more.get('extra', '')}", f"Subject {key}"),
            text=("正文", "Text"),
            link="/enterprise/filings",
            at=tx.now,
            key=key,
        )


def test_the_header_counts_unread_messages_for_everybody(filed: Runtime, sign_in: SignIn) -> None:
    say(filed, ["filler", "county"], "a")
    say(filed, ["filler"], "b")
    for login, n in (("filler", "2"), ("county", "1")):
        assert f'<span class="count">{n}</span>' in text(sign_in(login), "/accessibility")


def test_a_message_is_opened_marked_and_stays_readable(filed: Runtime, sign_in: SignIn) -> None:
    say(filed, ["filler"], "a", extra=world.HOSTILE)
    client = sign_in("filler")
    page = client.get("/enterprise/messages")
    assert world.HOSTILE not in page.get_data(as_text=True)
    id = re.search(r"/enterprise/messages/(\d+)/read", page.get_data(as_text=True))
    assert id
    opened = client.post(id[0], data={"csrf_token": token(page), "go": "1"})
    assert opened.location == "/enterprise/filings"
    again = text(client, "/enterprise/messages")
    assert "主题a" in again
    assert "没有未读消息" in again
    assert "主题a" not in text(client, "/enterprise/messages?unread=1")
    assert "主题a" not in text(client, "/enterprise/messages?kind=TITLE")
    assert "主题a" in text(client, "/enterprise/messages?kind=STATUS")


def test_nobody_reads_or_marks_anothers_message(filed: Runtime, sign_in: SignIn) -> None:
    say(filed, ["rival"], "a")
    client = sign_in("filler")
    page = client.get("/enterprise/messages")
    assert "主题a" not in page.get_data(as_text=True)
    for id in (1, 2, 999):
        answer = client.post(f"/enterprise/messages/{id}/read", data={"csrf_token": csrf(client)})
        assert answer.status_code == 404
    client.post("/enterprise/messages/read", data={"csrf_token": csrf(client)})
    assert '<span class="count">1</span>' in text(sign_in("rival"), "/accessibility")


def csrf(client: FlaskClient) -> str:
    """A token of this session: every signed-in page has one, to sign out."""
    return token(client.get("/accessibility"))


def test_all_messages_are_marked_at_once(filed: Runtime, sign_in: SignIn) -> None:
    for key in "abc":
        say(filed, ["filler"], key)
    client = sign_in("filler")
    client.post("/enterprise/messages/read", data={"csrf_token": csrf(client)})
    assert "没有未读消息" in text(client, "/enterprise/messages")


def test_a_calendar_is_opened_by_its_secret_address_only_until_it_ends(
    filed: Runtime, sign_in: SignIn, app: Flask
) -> None:
    client = sign_in("filler")
    page = client.post("/enterprise/calendar", data={"csrf_token": csrf(client)}).get_data(as_text=True)
    found = re.search(r"/enterprise/calendar/[\w-]{40,}\.ics", page)
    assert found
    address, stranger = found[0], app.test_client()
    answer = stranger.get(address)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.data.startswith(b"BEGIN:VCALENDAR\r\n")
    assert answer.headers["Cache-Control"] == "no-store"
    assert address not in text(client, "/enterprise/messages")  # shown once
    client.post("/enterprise/calendar", data={"csrf_token": csrf(client)})
    assert stranger.get(address).status_code == 404
    client.post("/enterprise/calendar/end", data={"csrf_token": csrf(client)})
    assert "尚未生成地址" in text(client, "/enterprise/messages")
    assert stranger.get("/enterprise/calendar/guessed.ics").status_code == 404


def test_the_calendar_of_a_closed_account_ends(filed: Runtime, sign_in: SignIn, app: Flask) -> None:
    client = sign_in("filler")
    page = client.post("/enterprise/calendar", data={"csrf_token": csrf(client)}).get_data(as_text=True)
    address = re.findall(r"/enterprise/calendar/[\w-]{40,}\.ics", page)[0]
    with filed.transaction() as tx:
        tx.session.scalars(select(Account).where(Account.login == "filler")).one().active = False
    assert app.test_client().get(address).status_code == 404


def test_english_pages_are_english(filed: Runtime, sign_in: SignIn) -> None:
    submit(filed)
    client = sign_in("filler")
    client.set_cookie("luzhi_language", "en")
    for address in (
        "/enterprise",
        f"/enterprise/applications/{MINE}",
        "/enterprise/filings",
        "/enterprise/messages",
    ):
        page = text(client, address).partition("<main")[2].partition("</main>")[0]
        page = re.sub(
            "泉城示例重工有限公司|泉城一号工厂|山东省工业和信息化厅|历下区示例路2号|历下区|济南市|王晓|提交",
            "",
            page,
        )
        found = re.findall(r"[\u4e00-\u9fff，。；：（）]+", page)
        assert found == [], (address, found)
