"""Public pages in a real browser: axe at two widths and in two languages, without JavaScript, and how much they weigh."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from engine import commands
from engine.policy import SYSTEM
from engine.settings import ROOT
from tests.browser.conftest import Site, Tab, served
from tests.browser.test_accessible import check, judge
from tests.web import world
from tests.web.lives import add_lives

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/sign-in",
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
    "/register?q=nothing",
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
    "/no-such-page",
)
FIRST_LOAD = 150_000
"""Bytes over the wire, compressed, of a first visit."""


@pytest.fixture(scope="module")
def lively_world(made_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world with titles that were renamed and revoked, and with the objection form."""
    folder = tmp_path_factory.mktemp("lively")
    runtime = world.open_copy(made_world, folder)
    folders = ("processes", "forms/definitions")
    kinds = (".bpmn", ".dmn", ".form")
    found = [file for folder in folders for file in (ROOT / folder).rglob("*") if file.suffix in kinds]
    commands.deploy(runtime, SYSTEM, {file.name: file.read_bytes() for file in found})
    add_lives(runtime)
    runtime.close()
    return folder / "web.sqlite3"


@pytest.fixture
def site(lively_world: Path, tmp_path: Path, built: None) -> Iterator[Site]:
    """The lively world, served."""
    with served(lively_world, tmp_path) as site:
        yield site


def scale(tab: Tab) -> list[float]:
    """Whatever comes over the wire from now on, in bytes as it came; nothing is taken from the browser's cache."""
    session = tab.page.context.new_cdp_session(tab.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    return sizes


def outline(tab: Tab, path: str) -> list[str]:
    """What is wrong with headings and landmarks of the open page."""
    found = [
        f"{path}: no {landmark}"
        for landmark in ("header", "nav[aria-label]", "main", "footer")
        if tab.page.locator(landmark).count() == 0
    ]
    if tab.page.locator("h1").count() != 1:
        found.append(f"{path}: not one h1")
    levels = tab.page.eval_on_selector_all("h1,h2,h3,h4", "all => all.map(h => +h.tagName[1])")
    return found if all(b - a <= 1 for a, b in pairwise(levels)) else [*found, f"{path}: {levels}"]


def test_every_public_page_is_light_and_accessible(tab: Tab) -> None:
    """One walk: bytes of a first visit, axe wide and narrow, nothing too wide, headings and landmarks."""
    sizes, found = scale(tab), []
    for path in PAGES:
        tab.page.set_viewport_size({"width": 1280, "height": 900})
        sizes.clear()
        found += check(tab, path, (1280,)) + judge(tab, path, (320, 390)) + outline(tab, path)
        if not 10_000 < sum(sizes) < FIRST_LOAD:
            found.append(f"{path}: {sum(sizes)} bytes")
    assert found == []


def test_every_public_page_is_accessible_in_english(tab: Tab) -> None:
    tab.open("/language/en")
    assert [text for path in PAGES for text in check(tab, path, (390, 320, 1280))] == []


def test_without_javascript_one_can_search_object_and_ask(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(site.address + "/register")
    page.get_by_label("企业名称、项目名称、称号编号或统一社会信用代码").fill("老字号")
    page.get_by_label("截至日期").fill("2023-12-31")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("老字号机械厂").first).to_be_visible()
    page.goto(site.address + "/start/objection/1")
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


def test_in_print_there_is_no_navigation_and_every_row(tab: Tab, site: Site) -> None:
    page = tab.open("/guide")
    page.emulate_media(media="print")
    expect(page.locator(".site-nav")).to_be_hidden()
    expect(page.locator(".on-page")).to_be_hidden()
    page = tab.open("/register/2023-F-0001")
    expect(page.locator(".as-of")).to_be_hidden()
    expect(page.locator(".qr")).to_be_visible()
