"""Lists in a real browser: buttons, pasting from a spreadsheet, focus, a phone, and without JavaScript.

Without JavaScript every button brings another document: nothing is typed or pressed before that one is whole, or the
press goes to a place that moves while the rest of the page comes.
"""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from engine import commands
from engine.policy import SYSTEM
from tests.browser.conftest import PATIENCE, Site, Tab
from tests.browser.journey.person import leave
from tests.web import world

pytestmark = pytest.mark.browser

COLUMNS: list[dict[str, Any]] = [
    {"type": "textfield", "id": "c_name", "key": "name", "label": "设备名称", "validate": {"required": True},
     "properties": {"label_en": "Name"}},
    {"type": "number", "id": "c_count", "key": "count", "label": "数量", "decimalDigits": 0,
     "properties": {"label_en": "Count"}},
    {"type": "number", "id": "c_price", "key": "price", "label": "单价", "appearance": {"suffixAdorner": "万元"},
     "properties": {"label_en": "Price"}},
    {"type": "number", "id": "c_amount", "key": "amount", "label": "金额", "appearance": {"suffixAdorner": "万元"},
     "properties": {"label_en": "Amount", "computed": "=count * price"}},
    {"type": "select", "id": "c_kind", "key": "kind", "label": "类别", "properties": {"label_en": "Kind"},
     "values": [{"value": "A", "label": "设备", "label_en": "Machine"},
                {"value": "B", "label": "软件", "label_en": "Software"}]},
    {"type": "checkbox", "id": "c_new", "key": "fresh", "label": "新购", "properties": {"label_en": "New"}},
]  # fmt: skip
FORM = {
    "schemaVersion": 19, "type": "default", "id": "web_review",
    "properties": {"title": "设备清单", "title_en": "Equipment"},
    "components": [
        {"type": "group", "id": "g_list", "label": "设备", "properties": {"label_en": "Equipment"}, "components": [
            {"type": "textarea", "id": "f_intro", "key": "intro", "label": "简介", "validate": {"maxLength": 120},
             "properties": {"label_en": "Introduction"}},
            {"type": "number", "id": "f_total", "key": "invest", "label": "投资",
             "appearance": {"suffixAdorner": "万元"}, "properties": {"label_en": "Investment"}},
            {"type": "dynamiclist", "id": "l_products", "path": "products", "label": "主要设备",
             "defaultRepetitions": 1, "components": COLUMNS,
             "properties": {"label_en": "Equipment", "totals": "count,amount", "max_rows": "6"}},
            {"type": "dynamiclist", "id": "l_years", "path": "years", "label": "近三年",
             "properties": {"label_en": "Years", "rows": "=[\"2022\", \"2023\", \"2024\"]", "row_label": "年度",
                            "row_label_en": "Year", "totals": "revenue"},
             "components": [
                 {"type": "number", "id": "y_revenue", "key": "revenue", "label": "营业收入",
                  "appearance": {"suffixAdorner": "万元"}, "properties": {"label_en": "Revenue"}},
                 {"type": "number", "id": "y_profit", "key": "profit", "label": "利润",
                  "appearance": {"suffixAdorner": "万元"}, "properties": {"label_en": "Profit"}}]},
        ]},
    ],
}  # fmt: skip


@pytest.fixture
def filled(site: Site, tab: Tab) -> Page:
    """A task with two lists, held by the person who is signed in."""
    commands.deploy(site.runtime, SYSTEM, {"web_review.form": json.dumps(FORM).encode()})
    task = world.start_review(site.runtime, "2024-370109")
    commands.claim(site.runtime, world.actor("city"), task)
    tab.sign_in("李强")
    return tab.open(f"/tasks/{task}")


def names(page: Page) -> list[str]:
    return [box.input_value() for box in page.get_by_role("textbox", name="设备名称").all()]


def paste(page: Page, box: str, text: str) -> None:
    """What a browser does when a piece of a spreadsheet is pasted into a box."""
    page.locator(box).evaluate(
        "(box, text) => { const data = new DataTransfer(); data.setData('text/plain', text); box.focus();"
        "box.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }",
        text,
    )


def test_rows_are_added_copied_moved_and_deleted_and_the_focus_follows(filled: Page) -> None:
    page = filled
    page.get_by_label("第 1 行 设备名称").fill("机床")
    page.get_by_role("button", name="增加一行 主要设备").click()
    expect(page.get_by_label("第 2 行 设备名称")).to_be_focused()
    page.keyboard.type("机器人")
    page.get_by_role("button", name="复制第 2 行").click()
    expect(page.get_by_label("第 3 行 设备名称")).to_be_focused()
    assert names(page) == ["机床", "机器人", "机器人"]
    page.get_by_label("第 3 行 设备名称").fill("系统")
    page.get_by_role("button", name="上移第 3 行").press("Enter")
    expect(page.get_by_role("button", name="上移第 2 行")).to_be_focused()
    assert names(page) == ["机床", "系统", "机器人"]
    page.get_by_role("button", name="删除第 1 行").click()
    expect(page.get_by_role("button", name="删除第 1 行")).to_be_focused()
    assert names(page) == ["系统", "机器人"]
    expect(page.locator("body > [role=status]").last).to_have_text("已删除一行")


def test_cells_pasted_from_a_spreadsheet_fill_the_table_and_errors_stand_at_the_cells(filled: Page) -> None:
    page = filled
    paste(page, "#f-products-0-name", "机床\t1,200\t0.5\t设备\t是\r\n系统\ttwo\t３\t软件\t\r\n")
    expect(page.get_by_label("第 2 行 设备名称")).to_have_value("系统")
    expect(page.get_by_label("第 1 行 设备名称")).to_be_focused()
    expect(page.get_by_label("第 1 行 类别")).to_have_value("A")
    expect(page.get_by_label("第 1 行 新购")).to_be_checked()
    expect(page.locator("#f-products-1-count-error")).to_contain_text(
        "数量应为数字，例如 1234.5，您填了“two”"
    )
    expect(page.locator("#f-products-0-amount")).to_have_text("600 万元")
    page.get_by_label("第 2 行 数量").fill("2")
    expect(page.locator("#w-f-products--amount-sum")).to_contain_text("606 万元")


def test_a_single_value_is_pasted_as_ever(filled: Page) -> None:
    page = filled
    paste(page, "#f-products-0-name", "机床\r\n")
    expect(page.get_by_label("第 1 行 设备名称")).to_have_value(
        ""
    )  # the event is the browser's own to handle
    expect(page.get_by_label("第 1 行 设备名称")).to_be_focused()


def test_characters_left_and_amounts_in_full_are_told_while_typing(filled: Page) -> None:
    page = filled
    page.get_by_label("简介").fill("一" * 118)
    expect(page.locator("#f-intro-count")).to_contain_text("还可以填 2 字")
    page.get_by_label("简介").press_sequentially("二三四")
    expect(page.locator("#f-intro-count")).to_contain_text("超出 1 字")
    page.get_by_label("投资").fill("1,234.56789")
    expect(page.locator(".in-full[data-for=f-invest]")).to_have_text("= 12,345,678.9 元")


@pytest.mark.parametrize("width", [390, 1280])
def test_lists_are_accessible_and_fit_at_every_width(filled: Page, tab: Tab, width: int) -> None:
    filled.set_viewport_size({"width": width, "height": 900})
    paste(filled, "#f-products-0-name", "机床\ttwo\t0.5")
    expect(filled.locator("#f-products-0-count-error")).to_be_visible()
    assert tab.axe() == []
    assert tab.overflow() <= 0


def test_lists_work_without_javascript(filled: Page, tab: Tab, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=filled.context.storage_state())
    page = context.new_page()
    page.set_default_timeout(PATIENCE)

    def press(name: str) -> None:
        leave(page, page.get_by_role("button", name=name, exact=True).last)

    page.goto(filled.url)
    page.get_by_label("第 1 行 设备名称").fill("机床")
    press("增加一行 主要设备")
    assert names(page) == ["机床", ""]
    press("复制第 1 行")
    press("删除第 3 行")
    assert names(page) == ["机床", "机床"]
    page.get_by_text("从电子表格粘贴").last.click()
    page.get_by_label("在电子表格中复制各列").last.fill("100\t20\n２００\t40")
    press("填入表中")
    expect(page.get_by_label("2023 营业收入")).to_have_value("200")
    expect(page.locator("#w-f-years--revenue-sum")).to_contain_text("300 万元")
    assert names(page) == ["机床", "机床"]
    press("提交")
    expect(page.get_by_role("heading", level=1)).to_contain_text("已提交")
    context.close()
