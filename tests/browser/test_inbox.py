"""The inbox in a real browser: keys, what is new, a batch that goes on by itself, the way back; on a phone, too."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from engine import commands
from engine.clock import VirtualClock
from tests.browser.conftest import Site, Tab
from tests.web import world

pytestmark = pytest.mark.browser
CITY = "李强"
PAGES = ("/inbox/offered", "/inbox/views", "/inbox/columns", "/inbox/absence")


def _to_the_search(page: Page) -> None:
    """`/` leads to the search field; a busy headless Chromium may lose the first key after a dialog."""
    for _ in range(3):
        page.keyboard.press("/")
        try:
            expect(page.locator("#q")).to_be_focused(timeout=5_000)
        except AssertionError:
            continue
        return
    expect(page.locator("#q")).to_be_focused()


def test_a_list_by_keyboard_alone(site: Site, tab: Tab) -> None:
    tab.sign_in(CITY)
    page = tab.open("/inbox/offered")
    keys = page.keyboard
    keys.press("?")
    expect(page.locator("#keys")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    _to_the_search(page)
    page.get_by_label("勾选本页").focus()
    keys.press("Space")
    expect(page.locator("input[name=id]:checked")).to_have_count(3)
    keys.press("Space")
    expect(page.locator("input[name=id]:checked")).to_have_count(0)
    page.locator("h1").click()
    keys.press("j")
    keys.press("x")
    keys.press("j")
    keys.press("x")
    expect(page.locator("input[name=id]:checked")).to_have_count(2)
    keys.press("k")
    keys.press("Enter")
    page.wait_for_url("**/tasks/1?list=*")
    page.get_by_role("navigation", name="当前位置").get_by_role("link", name="待办").click()
    page.wait_for_url("**/inbox/offered#task-1")
    expect(page.locator("a#task-1[data-open]")).to_be_focused()
    keys.press("g")
    keys.press("i")
    page.wait_for_url("**/inbox")
    page = tab.open("/inbox/offered")
    keys.press("j")
    keys.press("a")
    page.wait_for_url("**/inbox/batches/*")
    page.get_by_role("button", name="确认办理 1 项").click()
    expect(page.locator("[data-batch-text]")).to_contain_text("已办成 1 项")
    page = tab.open("/inbox")
    keys.press("j")
    keys.press("e")
    page.wait_for_url("**/inbox/batches/*")


def test_a_batch_goes_on_by_itself(site: Site, tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.inbox.bulk.SLICE", 1)
    tab.sign_in(CITY)
    page = tab.open("/inbox/offered")
    page.select_option("#scope", "all")
    page.get_by_role("button", name="批量领取").click()
    page.get_by_role("button", name="确认办理 3 项").click()
    expect(page.locator("[data-batch-text]")).to_contain_text("已办成 3 项")
    expect(page.get_by_role("status").filter(has_text="本批已办理完毕")).to_be_visible()


def test_new_tasks_are_told_and_the_list_does_not_jump(site: Site, tab: Tab) -> None:
    tab.sign_in(CITY)
    page = tab.open("/inbox/offered")
    assert isinstance(site.runtime.clock, VirtualClock)
    site.runtime.clock.advance(timedelta(minutes=1))
    world.start_review(site.runtime, "2024-370109")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    link = page.get_by_role("link", name="1 条新待办 – 刷新")
    expect(link).to_be_visible()
    expect(page.locator("tr[data-row]")).to_have_count(3)
    assert tab.axe() == []
    link.click()
    expect(page.locator("tr[data-row]")).to_have_count(4)


def test_pages_of_the_inbox_are_accessible_wide_and_narrow(site: Site, tab: Tab) -> None:
    city = world.actor("city")
    commands.save_view(site.runtime, city, "本周到期", "offered", {"due": "week"})
    commands.claim(site.runtime, city, 1)
    day = site.runtime.clock.now().date()
    commands.enter_absence(site.runtime, city, day, day, "hostile", "出差")
    tab.sign_in(CITY)
    for width in (1280, 390, 320):
        tab.page.set_viewport_size({"width": width, "height": 900})
        for address in PAGES:
            tab.open(address)
            assert tab.overflow() <= 0, (address, width)
            if width != 320:
                assert tab.axe() == [], (address, width)
