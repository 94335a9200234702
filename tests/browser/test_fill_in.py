"""The fill-in pages in a real browser: typing is never lost, tabs do not overwrite one another, axe, 390 and 1280."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site, Tab
from tests.web import long

pytestmark = pytest.mark.browser

SENTENCE = "本项目建设高端装备智能工厂，覆盖工艺设计、计划调度、生产作业、质量管控、设备管理和能源管理六个环节，year 2024。"


@pytest.fixture
def task(site: Site, tab: Tab) -> int:
    """A long form to fill in, its person signed in."""
    task = long.begin(site.runtime)
    tab.sign_in("王晓")
    return task


def kept(page: Page) -> None:
    """Wait until everything typed is on the server."""
    expect(page.locator("#kept")).to_contain_text("已自动保存")


def test_fast_typing_across_re_renders_loses_no_keystroke(tab: Tab, task: int, site: Site) -> None:
    page = tab.open(f"/tasks/{task}/sections/money")
    page.get_by_label("是", exact=True).check()
    market = page.get_by_label("主要出口市场")
    expect(market).to_be_visible()
    # a slow network: answers come back while the next fields are being typed into
    page.route("**/draft", lambda route: (page.wait_for_timeout(250), route.continue_()))
    page.get_by_label("项目总投资").press_sequentially("123456.78", delay=10)
    page.get_by_label("其中软件投入").press_sequentially("23456.7", delay=10)
    market.press_sequentially(SENTENCE, delay=10)
    expect(market).to_have_value(SENTENCE)
    expect(market).to_be_focused()
    expect(page.get_by_label("项目总投资")).to_have_value("123456.78")
    page.unroute_all(behavior="wait")
    page.keyboard.press("Tab")
    expect(page.locator("#w-f-hardware")).to_contain_text("100,000.08")
    page.reload()
    expect(page.get_by_label("主要出口市场")).to_have_value(SENTENCE)
    assert long.drafts(site.runtime)["filler"]["market"] == SENTENCE


def test_offline_everything_stays_in_the_page_and_is_saved_when_the_net_is_back(
    tab: Tab, task: int, site: Site
) -> None:
    page = tab.open(f"/tasks/{task}/sections/intro")
    page.context.set_offline(True)
    page.get_by_label("简介").press_sequentially(SENTENCE, delay=2)
    expect(page.locator("#kept")).to_contain_text("网络已断开，内容仍在本页")
    assert page.evaluate("!dispatchEvent(new Event('beforeunload', {cancelable: true}))"), (
        "leaving asks first"
    )
    tab.complaints.clear()  # the browser itself reports that the address could not be reached
    page.context.set_offline(False)
    kept(page)
    assert long.drafts(site.runtime)["filler"]["intro"] == SENTENCE


def test_an_answer_that_comes_while_the_form_is_being_sent_holds_nobody_back(tab: Tab, task: int) -> None:
    page = tab.open(f"/tasks/{task}/sections/intro")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/draft", hold)
    with page.expect_request("**/draft"):
        page.get_by_label("简介").press_sequentially("先写的")
    page.get_by_label("简介").press_sequentially("后写的")
    page.evaluate("document.forms['task-form'].dispatchEvent(new Event('submit', {bubbles: true}))")
    with page.expect_response("**/draft"):
        held[0].continue_()
    assert page.evaluate("dispatchEvent(new Event('beforeunload', {cancelable: true}))"), "nobody is asked"
    page.unroute_all(behavior="ignoreErrors")


def test_two_tabs_are_told_of_one_another_and_the_person_chooses(tab: Tab, task: int, site: Site) -> None:
    first = tab.open(f"/tasks/{task}/sections/intro")
    second = first.context.new_page()
    second.goto(f"{tab.address}/tasks/{task}/sections/intro")
    first.get_by_label("简介").fill("第一页写的")
    kept(first)
    second.get_by_label("简介").fill("第二页写的")
    conflict = second.get_by_role("alert")
    expect(conflict).to_contain_text("第一页写的")
    expect(conflict).to_contain_text("第二页写的")
    expect(second.get_by_label("简介")).to_have_value("第二页写的")
    assert long.drafts(site.runtime)["filler"]["intro"] == "第一页写的"
    second.get_by_role("button", name="选择保留哪一个").click()
    second.get_by_label("保留本页填写的").check()
    second.get_by_role("button", name="按选择保存").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("填写申报书")
    assert long.drafts(site.runtime)["filler"]["intro"] == "第二页写的"


def test_after_signing_in_again_elsewhere_the_page_goes_on(tab: Tab, task: int, site: Site) -> None:
    page = tab.open(f"/tasks/{task}/sections/intro")
    other = page.context.new_page()
    other.goto(tab.address)
    other.get_by_role("button", name="退出").click()
    page.get_by_label("简介").fill("登录结束后写的")
    expect(page.locator("#kept")).to_contain_text("登录已结束，内容仍在本页")
    other.goto(f"{tab.address}/sign-in")
    other.get_by_role("button", name="王晓").click()
    other.wait_for_url(lambda url: "sign-in" not in url)
    page.evaluate("dispatchEvent(new Event('focus'))")
    kept(page)
    assert long.drafts(site.runtime)["filler"]["intro"] == "登录结束后写的"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_whole_way_with_axe_on_every_state(tab: Tab, task: int, width: int) -> None:
    page = tab.page
    page.set_viewport_size({"width": width, "height": 850})
    found: list[str] = []

    def look(name: str) -> None:
        found.extend(f"{name}: {text}" for text in tab.axe())
        if tab.overflow() > 0:
            found.append(f"{name}: {tab.overflow()} px too wide")

    tab.open(f"/tasks/{task}")
    look("list")
    page.get_by_role("link", name="企业基本信息").click()
    go_on = page.get_by_role("button", name="保存并继续")
    go_on.click()
    expect(page.get_by_role("alert")).to_be_focused()
    look("errors")
    page.get_by_label("企业名称").fill(long.BASIC["company"])
    page.get_by_label("法定代表人").fill(long.BASIC["person"])
    page.get_by_label("所在市").select_option("jn")
    expect(page.get_by_label("所在区").locator("option")).to_have_count(2)
    go_on.click()
    page.get_by_label("项目总投资").fill("200000")
    page.get_by_label("否", exact=True).check()
    go_on.click()
    page.get_by_label("简介").fill(SENTENCE)
    go_on.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对并提交")
    expect(page.get_by_text("请确认单位是万元")).to_be_visible()
    look("check")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    look("check with errors")
    page.get_by_label("所填内容真实").check()
    page.get_by_role("button", name="提交", exact=True).dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("已提交：填写申报书")
    look("confirmation")
    assert found == []


def test_no_focus_is_hidden_behind_the_bar_and_the_keys_are_listed(tab: Tab, task: int) -> None:
    page = tab.open(f"/tasks/{task}/sections/basic")
    page.set_viewport_size({"width": 390, "height": 600})
    page.get_by_label("企业名称").focus()
    seen = """() => { const bar = document.querySelector('.action-bar'), e = document.activeElement;
        return bar.contains(e) || e.getBoundingClientRect().top < bar.getBoundingClientRect().top }"""
    for _ in range(6):
        page.keyboard.press("Tab")
        page.wait_for_function(seen)
    tab.open(f"/tasks/{task}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_visible()
    assert tab.axe() == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.keyboard.press("/")  # this page has nothing to search: the inbox has
    page.wait_for_url("**/inbox#search")
    expect(page.get_by_role("searchbox", name="搜索")).to_be_focused()


def test_at_320_pixels_nothing_is_wider_than_the_window(tab: Tab, task: int) -> None:
    tab.page.set_viewport_size({"width": 320, "height": 512})
    for end in ("", "/sections/basic", "/sections/money", "/check", "/print", "/print?blank=1"):
        tab.open(f"/tasks/{task}{end}")
        assert tab.overflow() <= 0, end


OWN_WORK = """
    window.ours = []; window.longest = [];
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type, run, ...more) {
        const timed = function (event) {
            const begun = performance.now();
            try { return run.call(this, event); } finally { window.ours.push([type, performance.now() - begun]); }
        };
        const typing = ["input", "keydown", "beforeinput", "keyup"].includes(type) && typeof run === "function";
        return add.call(this, type, typing ? timed : run, ...more);
    };
    new PerformanceObserver(l => window.longest.push(...l.getEntries().map(e => e.duration))).observe({type: "longtask"});
"""


def test_a_keystroke_on_a_page_of_forty_fields_is_no_long_task(tab: Tab, site: Site) -> None:
    """How often our own handlers run at a key and how long; long tasks are printed, for the machine has its share."""
    task = long.begin_wide(site.runtime)
    tab.page.add_init_script(OWN_WORK)
    tab.sign_in("王晓")
    page = tab.open(f"/tasks/{task}/sections/wide")
    page.evaluate("window.ours = []; window.longest = []")
    page.get_by_label("第 1 项").press_sequentially(SENTENCE, delay=10)
    page.get_by_label("第 2 项").press_sequentially(SENTENCE, delay=10)
    kept(page)
    expect(page.get_by_label("第 2 项")).to_have_value(SENTENCE)
    ours = [took for kind, took in page.evaluate("window.ours") if kind == "input"]
    print("long tasks:", page.evaluate("window.longest"), "handlers:", len(ours), "longest:", max(ours))
    assert 0 < len(ours) <= 3 * 2 * len(SENTENCE), "a few handlers a key, whatever the page holds"
    assert sorted(ours)[len(ours) // 2] < 5, "milliseconds in the middle: no handler looks through the page"
    assert page.locator("form[data-keep] input:visible, form[data-keep] textarea:visible").count() >= 40
