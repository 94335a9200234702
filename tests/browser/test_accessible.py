"""Accessibility of every page and state: axe finds nothing, no sideways scrolling, the keyboard gets everywhere."""

import re

import pytest
from playwright.sync_api import expect

from engine import commands
from tests.browser.conftest import Site, Tab
from tests.web import world
from webapp import assets

pytestmark = pytest.mark.browser

PRIVATE = ("/inbox", "/inbox/offered", "/inbox/done", "/start", "/tasks/1", "/tasks/2")


def check(tab: Tab, path: str, widths: tuple[int, ...] = (1280, 390, 320)) -> list[str]:
    """What is wrong with a page at several widths; opened once, for no script of ours asks how wide a page is."""
    tab.open(path)
    return judge(tab, path, widths)


def judge(tab: Tab, path: str, widths: tuple[int, ...]) -> list[str]:
    """What is wrong with the open page: too wide at any of the widths, or axe finds something at the last."""
    found = []
    for width in widths:
        tab.page.set_viewport_size({"width": width, "height": 900})
        if tab.overflow() > 0:
            found.append(f"{path} at {width}: {tab.overflow()} px too wide")
    return found + [f"{path}: {text}" for text in tab.axe()]


def test_no_script_asks_how_wide_the_page_is() -> None:
    """What changes with the width is a matter of style sheets alone: a page need not be opened anew for each."""
    scripts = [file.read_text() for file in (assets.FRONTEND / "src").rglob("*.js")]
    asked = re.compile(r"innerWidth|clientWidth|matchMedia|ResizeObserver|screen\.width|[\"']resize[\"']")
    assert len(scripts) > 10
    assert [found[0] for text in scripts for found in asked.finditer(text)] == []


def test_pages_of_signed_in_people(tab: Tab, site: Site) -> None:
    commands.claim(site.runtime, world.actor("city"), 1)
    tab.sign_in("李强")
    assert [text for path in PRIVATE for text in check(tab, path)] == []


def test_a_page_with_errors(tab: Tab, site: Site) -> None:
    commands.claim(site.runtime, world.actor("city"), 1)
    tab.sign_in("李强")
    tab.open("/tasks/1").get_by_role("button", name="提交", exact=True).click()
    expect(tab.page.get_by_role("alert")).to_be_visible()
    tab.page.set_viewport_size({"width": 320, "height": 900})
    assert tab.overflow() <= 0
    assert tab.axe() == []


def test_the_expired_state(tab: Tab, site: Site) -> None:
    from datetime import datetime

    from engine.clock import BUSINESS_ZONE, VirtualClock

    assert isinstance(site.runtime.clock, VirtualClock)
    site.runtime.clock.set(datetime(2026, 1, 2, 9, tzinfo=BUSINESS_ZONE))
    assert check(tab, "/") + check(tab, "/expired") == []
    expect(tab.page.get_by_role("heading", name="依据文件已到期失效")).to_be_visible()


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(tab: Tab) -> None:
    page = tab.open("/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="跳到主要内容")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_every_target_is_large_enough(tab: Tab, site: Site) -> None:
    """WCAG 2.5.8: 24 by 24 pixels; links inside a sentence are exempt."""
    commands.claim(site.runtime, world.actor("city"), 1)
    tab.sign_in("李强")
    small = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')]
        .filter(e => e.offsetParent && !e.closest('p, td, dd, .skip-link'))
        .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
        .filter(([, r]) => r.width < 24 || r.height < 24).map(([h, r]) => `${h} ${r.width}x${r.height}`)"""
    for path in ("/inbox", "/inbox/offered", "/tasks/1", "/start", "/register"):
        tab.open(path)
        assert tab.page.evaluate(small) == [], path


def test_focus_is_visible_everywhere(tab: Tab) -> None:
    page = tab.open("/register")
    for _ in range(14):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth] })()"
        )
        assert style[0] != "none"
        assert float(style[1].removesuffix("px")) >= 2
