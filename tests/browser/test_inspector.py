"""Operations in a real browser: from the list to an instance, into its past and to the heat map, by keyboard."""

import pytest
from playwright.sync_api import expect

from engine import commands
from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM
from tests.browser.axe import axe
from tests.browser.conftest import Site, Tab
from tests.web import world

pytestmark = pytest.mark.browser
ADMINISTRATOR = "何管"


@pytest.fixture
def keeper(site: Site, tab: Tab) -> Tab:
    """A tab in which a system administrator has signed in; one instance has done its first step."""
    with site.runtime.transaction() as tx:
        add_account(
            tx.session, Scribe(SYSTEM, tx.now), "keeper", ADMINISTRATOR, [Grant("sysadmin", "370000")]
        )
    answer = {"decision": "recommend", "uscc": "91370200264574251E", "investment": 100, "confirmed": True}
    commands.complete(site.runtime, world.actor("city"), 1, answer)
    tab.sign_in(ADMINISTRATOR)
    return tab


def test_from_the_list_into_the_past_and_to_the_heat_by_keyboard(keeper: Tab) -> None:
    page = keeper.open("/inspector/instances?sort=oldest")
    keys = page.keyboard
    assert axe(page) == []
    keys.press("j")
    keys.press("Enter")
    page.wait_for_url("**/inspector/instances/1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("审核示例")
    assert axe(page) == []
    keys.press("[")
    page.wait_for_url("**/inspector/instances/1?at=*")
    expect(page.locator("#past")).to_contain_text("截至第")
    keys.press("[")
    page.wait_for_function("document.querySelector('#past strong').textContent.includes('步')")
    earlier = page.locator("#past strong").inner_text()
    keys.press("]")
    expect(page.locator("#past strong")).not_to_have_text(earlier)
    assert axe(page) == []
    page.get_by_role("link", name="这一版流程的热力图").press("Enter")
    page.wait_for_url("**/inspector/heat?*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("热力图")
    assert axe(page) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_screen(keeper: Tab, width: int) -> None:
    keeper.page.set_viewport_size({"width": width, "height": 900})
    for address in (
        "",
        "/instances",
        "/heat?process=recommendation",
        "/instances/1",
        "/instances/1/timeline",
    ):
        page = keeper.open(f"/inspector{address}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert axe(keeper.open("/inspector")) == []
