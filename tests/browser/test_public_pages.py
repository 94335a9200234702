"""Public pages in a real browser: axe at two widths and in two languages, without JavaScript, and how much they weigh."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, expect

from engine import commands
from engine.policy import SYSTEM
from engine.settings import ROOT
from tests.browser.conftest import Site, Tab
from tests.browser.test_accessible import check
from tests.web.lives import add_lives

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/guide",
    "/notices",
    "/notices/1",
    "/announcements",
    "/announcements/1",
    "/results",
    "/results/1",
    "/register",
    "/register?state=valid&on=2024-01-31",
    "/register?on=2024-13-01",
    "/register/2023-F-0001",
    "/register/2023-F-0003",
    "/renamings",
    "/renamings/1",
    "/revocations",
    "/revocations/2",
    "/data",
    "/verify",
    "/verify/no-such-code",
    "/objections/status",
    "/start/objection/1",
    "/expired",
    "/accessibility",
)
FIRST_LOAD = 150_000
"""Bytes over the wire, compressed, of a first visit."""


@pytest.fixture
def lively(site: Site) -> Site:
    """The site with titles that were renamed and revoked, and with the objection form."""
    folders = ("processes", "forms/definitions")
    kinds = (".bpmn", ".dmn", ".form")
    found = [file for folder in folders for file in (ROOT / folder).rglob("*") if file.suffix in kinds]
    files = {file.name: file.read_bytes() for file in found}
    commands.deploy(site.runtime, SYSTEM, files)
    add_lives(site.runtime)
    return site


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_on_any_public_page(tab: Tab, lively: Site, language: str) -> None:
    tab.open(f"/language/{language}")
    found = []
    for path in PAGES:
        found += check(tab, path, (1280,))
        found += check(tab, path, (320, 390))
    assert found == []


def test_every_public_page_has_one_heading_and_its_landmarks(tab: Tab, lively: Site) -> None:
    for path in PAGES:
        page = tab.open(path)
        assert page.locator("h1").count() == 1, path
        for landmark in ("header", "nav[aria-label]", "main", "footer"):
            assert page.locator(landmark).count() >= 1, (path, landmark)
        levels = page.eval_on_selector_all("h1,h2,h3,h4", "all => all.map(h => +h.tagName[1])")
        assert all(b - a <= 1 for a, b in pairwise(levels)), (path, levels)


def test_a_first_visit_to_any_public_page_is_light(browser: Browser, lively: Site) -> None:
    heavy = {}
    for path in PAGES:
        context = browser.new_context()
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: list[float] = []
        session.on(
            "Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"])
        )
        page.goto(lively.address + path, wait_until="networkidle")
        if not 10_000 < sum(sizes) < FIRST_LOAD:
            heavy[path] = sum(sizes)
        context.close()
    assert heavy == {}


def test_without_javascript_one_can_search_object_and_ask(browser: Browser, lively: Site) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(lively.address + "/register")
    page.get_by_label("企业名称、项目名称、称号编号或统一社会信用代码").fill("老字号")
    page.get_by_label("截至日期").fill("2023-12-31")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("老字号机械厂").first).to_be_visible()
    page.goto(lively.address + "/start/objection/1")
    page.get_by_label("异议对象").select_option(index=1)
    page.get_by_label("匿名反映线索").check()
    page.get_by_label("事实和理由").fill("该项目尚未建成投产，现场没有设备。")
    page.get_by_role("button", name="提交异议").click()
    code = page.locator(".secret-code").inner_text()
    number = re.findall(r"YY-\d{4}-\d{4}", page.content())[0]
    page.get_by_role("link", name="查询办理进展").click()
    page.get_by_label("异议编号").fill(number)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("已收到")).to_be_visible()
    context.close()


def test_in_print_there_is_no_navigation_and_every_row(tab: Tab, lively: Site) -> None:
    page = tab.open("/guide")
    page.emulate_media(media="print")
    expect(page.locator(".site-nav")).to_be_hidden()
    expect(page.locator(".on-page")).to_be_hidden()
    page = tab.open("/register/2023-F-0001")
    expect(page.locator(".as-of")).to_be_hidden()
    expect(page.locator(".qr")).to_be_visible()
