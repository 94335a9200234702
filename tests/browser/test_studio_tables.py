"""A catalogue and a calendar are edited as tables: cells, rows, pasted cells and days, saved by themselves."""

import os
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from engine.runtime import Runtime
from engine.settings import project_root
from engine.store import json
from engine.studio.drafts import drafting
from engine.studio.tables.calendar_edit import sheet_of
from tests.browser.conftest import Site, Tab
from tests.web import world

pytestmark = pytest.mark.browser

KINDS, YEAR = "object_types.2022.json", "2026.toml"
SHOTS = os.environ.get("LUZHI_SHOTS")
PASTE = """(field) => {
  const data = new DataTransfer();
  data.setData("text/plain", "LINE\\t示范产线\\tModel line\\nCELL\\t\\"智能\\n单元\\"\\tSmart cell");
  field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def change(site: Site) -> int:
    """A change with a catalogue and a calendar."""
    owner = world.actor("owner")
    number = drafting.begin(site.runtime, owner, title="年度更新", reason="新年度")
    for folder, file in (("catalogues", KINDS), ("calendar", YEAR)):
        content = (project_root() / "processes" / folder / file).read_bytes()
        drafting.add(site.runtime, owner, number, file, content)
    return number


def drafted(rt: Runtime, change: int, file: str) -> bytes:
    with rt.reading() as session:
        return drafting.draft(session, change, file).content


def saved(page: Page) -> None:
    expect(page.locator("[data-draft-status]")).to_have_attribute("data-state", "clean")


def look(tab: Tab, name: str) -> None:
    """The page at both widths: nothing for axe, nothing beyond the window."""
    for width in (390, 1280):
        tab.page.set_viewport_size({"width": width, "height": 900})
        assert tab.axe() == [], f"{name} {width}"
        assert tab.overflow() <= 0, f"{name} {width}"
        if SHOTS:
            tab.page.screenshot(path=f"{SHOTS}/table-{name}-{width}.png", full_page=True)


def test_cells_rows_and_pasted_cells_are_kept(tab: Tab, site: Site, change: int) -> None:
    tab.sign_in("冯源")
    page = tab.open(f"/studio/changes/{change}/files/{KINDS}")
    page.get_by_label("1 名称").fill("智能场景")
    saved(page)
    page.get_by_role("button", name="下移 1").click()
    expect(page.get_by_label("2 名称")).to_have_value("智能场景")
    page.get_by_role("button", name="增加一行").click()
    expect(page.get_by_label("4 代码")).to_be_focused()
    page.get_by_label("4 代码").evaluate(PASTE)
    expect(page.get_by_label("5 名称")).to_be_visible()
    saved(page)
    page.get_by_label("查找").fill("LINE")
    expect(page.locator("tbody tr:visible")).to_have_count(1)
    page.get_by_label("查找").fill("")
    page.get_by_role("button", name="删除 1").click()
    saved(page)
    rows = json.loads(drafted(site.runtime, change, KINDS))["lists"]["object_types"]
    assert [row["value"] for row in rows] == ["SCENE", "FACTORY", "LINE", "CELL"]
    assert rows[0]["label"] == "智能场景"
    assert rows[3]["label"] == "智能\n单元"
    page.get_by_role("button", name="撤销删除").click()
    expect(page.get_by_label("1 代码")).to_have_value("WORKSHOP")
    page.get_by_label("2 代码").fill("WORKSHOP")
    expect(page.locator("[data-found]")).to_contain_text("代码 WORKSHOP 重复")
    look(tab, "catalogue")


def test_days_are_chosen_by_click_and_by_key(tab: Tab, site: Site, change: int) -> None:
    tab.sign_in("冯源")
    page = tab.open(f"/studio/changes/{change}/files/{YEAR}")
    expect(page.get_by_role("heading", name="2026年，全年 248 个工作日")).to_be_visible()
    page.get_by_role("radio", name="劳动节").check()
    page.get_by_label("5月4日，星期一，放假（劳动节）").click()
    expect(page.get_by_role("heading", name="全年 249 个工作日")).to_be_visible()
    page.get_by_label("5月4日，星期一，工作日").press("ArrowDown")
    expect(page.get_by_label("5月11日，星期一，工作日")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    expect(page.get_by_label("5月9日，星期六，放假（劳动节）")).to_be_focused()
    saved(page)
    may = next(h for h in sheet_of(YEAR, drafted(site.runtime, change, YEAR)).holidays if h.zh == "劳动节")
    assert date(2026, 5, 4) not in may.rest
    assert date(2026, 5, 9) in may.rest
    look(tab, "calendar")
