"""The pages of an enterprise in a real browser: both languages, three widths, without JavaScript, axe clean."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.applications.operations import add_version, change_status
from engine.programme.returns.operations import ask
from engine.runtime import Runtime
from engine.store.people import Organisation
from tests.browser.conftest import Site, Tab
from tests.browser.test_accessible import check
from tests.web import world

pytestmark = pytest.mark.browser

RETURNED, REJECTED, RUNNING = "2024-370102-0101", "2023-370102-0101", "2024-370102-0102"
PAGES = (
    "/enterprise",
    f"/enterprise/applications/{RETURNED}",
    f"/enterprise/applications/{REJECTED}",
    f"/enterprise/applications/{RUNNING}",
    "/enterprise/filings",
    "/enterprise/messages",
    "/enterprise/messages?unread=1&kind=TITLE",
)
ITEMS = (
    {
        "field": "investment",
        "label": "总投资（万元）",
        "label_en": "Investment (10,000 yuan)",
        "reason": "填报数与审计报告相差一万倍，请核对单位是否为万元。",
    },
    {
        "field": "photos",
        "label": "现场照片",
        "label_en": "Photographs",
        "reason": "第 3 张照片与申报车间不符，请更换并写明拍摄位置。",
    },
)


@pytest.fixture
def filed(site: Site) -> Site:
    """An application that was returned, one that runs, one that was not recognised; offices with telephones."""
    rt = site.runtime
    with rt.transaction() as tx:
        for code, phone in (
            ("370000", "0531-00000001"),
            ("370100", "0531-00000100"),
            ("370102", "0531-00000102"),
        ):
            office = tx.session.get_one(Organisation, code)
            office.phone, office.address = phone, f"{office.name}示例路 1 号（虚构）"
        add_account(
            tx.session, Scribe(SYSTEM, tx.now), "legal", "刘法人", [Grant("legal_representative", world.USCC)]
        )
        for number, name, year in (
            (RETURNED, "重载齿轮智能工厂", 2024),
            (RUNNING, "热处理数字化车间", 2024),
            (REJECTED, "装配数字化车间", 2023),
        ):
            tx.session.add(_application(number, name, year, tx.now))
    for number in (RETURNED, RUNNING, REJECTED):
        _submit(rt, number)
    _change(
        rt, RUNNING, s.COUNTY_DONE, s.CITY_AGREED, s.RECOMMENDED, s.FORMAL_PASSED, s.IN_REVIEW, s.REVIEWED
    )
    _change(rt, REJECTED, s.COUNTY_DONE, s.NOT_RECOMMENDED, note="关键要素“质量追溯”未提供已投用的证明材料。")
    with rt.transaction() as tx:
        found = tx.session.scalars(select(Application).where(Application.application_no == RETURNED)).one()
        ask(tx.session, found, "COUNTY", ITEMS, due=tx.now + timedelta(days=3), actor="county", at=tx.now)
        change_status(found, s.RETURNED, actor="county", basis="第七条", at=tx.now, note="请按所列两处补正")
    return site


def _application(number: str, name: str, year: int, at: datetime) -> Application:
    return Application(
        application_no=number,
        cycle_year=year,
        uscc=world.USCC,
        enterprise="泉城示例重工有限公司",
        type="FACTORY",
        object_name=name,
        county="370102",
        city="370100",
        industry="C34",
        catalogue="2021",
        status=s.DRAFT,
        opened_at=at,
    )


def _submit(rt: Runtime, number: str) -> None:
    with rt.transaction() as tx:
        found = tx.session.scalars(select(Application).where(Application.application_no == number)).one()
        found.submitted_at = tx.now
        add_version(tx.session, found, {"x": 1}, submission_id=None, actor="filler", at=tx.now, reason="提交")
        change_status(found, s.SUBMITTED, actor="filler", basis="第七条", at=tx.now)


def _change(rt: Runtime, number: str, *steps: str, note: str = "") -> None:
    for to in steps:
        with rt.transaction() as tx:
            found = tx.session.scalars(select(Application).where(Application.application_no == number)).one()
            change_status(found, to, actor="city", basis="第八条", at=tx.now, note=note)


def enter(tab: Tab) -> None:
    """Sign in as the enterprise's person: the home is where one lands."""
    tab.sign_in("王晓")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_at_every_width(tab: Tab, filed: Site, language: str) -> None:
    enter(tab)
    tab.open(f"/language/{language}")
    assert [text for path in PAGES for text in check(tab, path)] == []


def test_messages_and_calendar_without_javascript(browser: Browser, filed: Site) -> None:
    context = browser.new_context(
        java_script_enabled=False, locale="zh-CN", viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto(f"{filed.address}/sign-in")
    page.get_by_role("button", name="王晓").click()
    page.get_by_role("link", name="消息").first.click()
    expect(page.get_by_role("heading", name="消息", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("打开.*重载齿轮智能工厂.*被退回补正")).click()
    expect(page.get_by_role("heading", name="退回与补正")).to_be_visible()
    page.goto(f"{filed.address}/enterprise/messages")
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_text("没有未读消息")).to_be_visible()
    page.get_by_role("button", name="生成日历地址").click()
    assert page.get_by_label("地址").input_value().endswith(".ics")
    context.close()
