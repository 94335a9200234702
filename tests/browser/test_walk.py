"""The whole way of a task in a real browser: sign in, claim, errors, correct, complete."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Tab

pytestmark = pytest.mark.browser


def claim_first(page: Page) -> None:
    """Claim the first task offered; the button of many at once (批量领取) is another."""
    page.get_by_role("button", name=re.compile("^领取")).first.click()


def test_sign_in_claim_submit_with_errors_correct_and_complete(tab: Tab) -> None:
    page = tab.page
    tab.open("/sign-in").get_by_role("button", name="李强").click()
    expect(page.get_by_text("您没有待办任务")).to_be_visible()
    page.get_by_role("link", name="查看可领取的").click()
    claim_first(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("审核材料")

    page.get_by_label("退回补正").check()
    page.get_by_label("统一社会信用代码").fill("9137 0100")
    page.get_by_role("button", name="提交", exact=True).click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page).to_have_title("错误：审核材料 – 2024 年度 · 济南市 – 鲁智")
    summary.get_by_role("link", name="统一社会信用代码应为 18 位，您填了 8 位").click()
    expect(page.get_by_label("统一社会信用代码")).to_be_focused()

    page.get_by_label("退回理由").fill("请补充设备清单")
    page.get_by_label("统一社会信用代码").fill("91370200264574251E")
    page.get_by_label("项目总投资").fill("1,200.5")
    page.get_by_label("我已核对原件").check()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已提交：审核材料")
    expect(page.get_by_text("负责人签发")).to_be_visible()
    page.get_by_role("link", name="查看提交的内容").click()
    expect(page.get_by_text("请补充设备清单")).to_be_visible()


def test_typing_is_saved_by_itself_and_the_form_follows_the_answers(tab: Tab) -> None:
    page = tab.page
    tab.sign_in("李强")
    page.goto(tab.address + "/inbox/offered")
    claim_first(page)
    expect(page.get_by_label("退回理由")).to_have_count(0)
    page.get_by_label("退回补正").check()
    page.get_by_label("项目总投资").fill("100")
    page.get_by_label("其中软件投入").fill("30.5")
    expect(page.locator("#kept")).to_contain_text("已自动保存")
    expect(page.get_by_label("退回理由")).to_be_visible()
    expect(page.locator("#w-f-hardware")).to_contain_text("69.50 万元")
    page.reload()
    expect(page.get_by_label("其中软件投入")).to_have_value("30.5")
    expect(page.get_by_label("退回理由")).to_be_visible()


def test_it_works_without_javascript(tab: Tab, browser) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(tab.address + "/sign-in")
    page.get_by_role("button", name="李强").click()
    page.goto(tab.address + "/inbox/offered")
    claim_first(page)
    page.get_by_label("推荐", exact=True).check()
    page.get_by_label("统一社会信用代码").fill("91370200264574251E")
    page.get_by_label("项目总投资").fill("5")
    page.get_by_label("我已核对原件").check()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已提交：审核材料")
    context.close()


def test_a_click_twice_submits_once(tab: Tab) -> None:
    page = tab.page
    tab.sign_in("李强")
    page.goto(tab.address + "/inbox/offered")
    claim_first(page)
    page.get_by_label("推荐", exact=True).check()
    page.get_by_label("统一社会信用代码").fill("91370200264574251E")
    page.get_by_label("项目总投资").fill("5")
    page.get_by_label("我已核对原件").check()
    page.get_by_role("button", name="提交", exact=True).dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("已提交：审核材料")


def test_the_language_switch_keeps_the_page(tab: Tab) -> None:
    tab.open("/register?q=示例")
    tab.page.get_by_role("link", name="English").click()
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Title check")
    expect(tab.page.get_by_role("searchbox")).to_have_value("示例")
    assert tab.page.locator("html").get_attribute("lang") == "en"


def test_a_stored_script_does_not_run(tab: Tab) -> None:
    dialogs: list[str] = []
    tab.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    tab.open("/announcements/1")
    expect(tab.page.get_by_text('<script>alert("x")</script>')).to_be_visible()
    assert dialogs == []


def test_the_page_warns_before_the_session_ends_and_can_prolong_it(tab: Tab) -> None:
    page = tab.page
    page.clock.install()
    tab.sign_in("李强")
    tab.open("/inbox")
    warning = page.get_by_role("alertdialog")
    page.clock.fast_forward("50:00")  # the installed clock also runs: a busy machine may take its time
    expect(warning).to_be_hidden()
    page.clock.fast_forward("08:30")
    expect(warning).to_be_visible()
    expect(page.get_by_role("button", name="继续")).to_be_focused()
    assert tab.axe() == []
    page.get_by_role("button", name="继续").click()
    expect(warning).to_be_hidden()
