"""The diagram editor: what is drawn is saved, nothing else changes in a file, and typing loses nothing."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from engine.studio import changes
from engine.studio.drafts import drafting
from tests.browser import studio_world
from tests.browser.conftest import Site, Tab
from tests.web import world

pytestmark = pytest.mark.browser

FILE = "registration.bpmn"
TASK = "county_check"
SELECT = """(id) => {
  const editor = document.getElementById("editor").editor;
  editor.get("selection").select(editor.get("elementRegistry").get(id));
}"""
SAVED = re.compile("已保存")


@pytest.fixture
def change(site: Site) -> int:
    """A change with one diagram and a form."""
    return studio_world.begin(site.runtime, FILE, "registration_check.form", "approval.form")


@pytest.fixture
def page(tab: Tab, change: int) -> Page:
    """The editor of that diagram."""
    tab.sign_in("冯源")
    return studio_world.open_editor(tab, change, FILE)


def content(site: Site, change: int, file: str = FILE) -> bytes:
    with site.runtime.reading() as session:
        return drafting.draft(session, change, file).content


def group(page: Page, name: str) -> None:
    """Open a group of the panel."""
    head = page.locator(".bio-properties-panel-group-header", has_text=name).first
    if "open" not in (head.get_attribute("class") or "").split():
        head.click()


def saved(page: Page) -> None:
    expect(page.locator("[data-draft-status]")).to_contain_text(SAVED)
    expect(page.locator("[data-draft-status]")).to_have_attribute("data-state", "clean")


def test_all_diagrams_open_and_come_back_unchanged(site: Site, tab: Tab) -> None:
    """A save of the editor changes no property of any element; only the way it is written may differ."""
    change = studio_world.begin(site.runtime, *(path.name for path in studio_world.DIAGRAMS))
    tab.sign_in("冯源")
    page = studio_world.open_editor(tab, change, studio_world.DIAGRAMS[0].name)
    assert len(studio_world.DIAGRAMS) == 10
    for path in studio_world.DIAGRAMS:
        before = path.read_text(encoding="utf-8")
        written = page.evaluate(
            """async (text) => {
              const editor = document.getElementById("editor").editor;
              const { warnings } = await editor.importXML(text);
              if (warnings.length) throw new Error(warnings.map((each) => each.message).join());
              return (await editor.saveXML({ format: true })).xml;
            }""",
            before,
        )
        assert changes(path.name, before.encode(), written.encode()) == [], path.name
        for kept in ("luzhi:", "zeebe:", "executionPlatformVersion"):
            assert written.count(kept) == before.count(kept), (path.name, kept)


def test_a_name_that_is_typed_is_saved_by_itself(site: Site, page: Page, change: int) -> None:
    before = content(site, change)
    page.evaluate(SELECT, TASK)
    group(page, "基本")
    page.locator("[data-panel] [name=name]").fill("核验新注册")
    saved(page)
    found = changes(FILE, before, content(site, change))
    assert [(each.id, detail.path, detail.new) for each in found for detail in each.details] == [
        (TASK, "name", "核验新注册")
    ]
    page.locator("[data-do=undo]").click()
    expect(page.locator("[data-do=redo]")).to_be_enabled()
    saved(page)
    expect(page.locator("[data-panel] [name=name]")).not_to_have_value("核验新注册")


def test_spaces_in_feel_are_plain_spaces(site: Site, page: Page, change: int) -> None:
    page.evaluate(SELECT, TASK)
    group(page, "输出映射")
    page.locator("[data-panel] .bio-properties-panel-group", has_text="输出映射").locator(
        ".bio-properties-panel-add-entry"
    ).click()
    editor = page.locator("[data-panel] .cm-content").last
    editor.click()
    page.keyboard.type("a = b")
    saved(page)
    written = content(site, change)
    assert b"=a = b" in written
    assert "\u00a0".encode() not in written


def test_forms_roles_and_places_are_chosen(site: Site, page: Page, change: int) -> None:
    before = content(site, change)
    page.evaluate(SELECT, TASK)
    group(page, "表单")
    page.locator("[data-panel] select[name=formId]").select_option("approval")
    group(page, "办理人")
    page.locator("[data-panel] select[name=luzhiRole]").select_option("county_head")
    page.locator("[data-panel] select[name=luzhiArea]").select_option("=county")
    group(page, "鲁智属性")
    page.locator("[data-panel] [name='luzhi:deadline']").fill("5个工作日")
    saved(page)
    details = {
        detail.path: detail.new
        for each in changes(FILE, before, content(site, change))
        for detail in each.details
    }
    assert details["extensionElements/formDefinition/formId"] == "approval"
    assert details["extensionElements/assignmentDefinition/candidateGroups"] == '="county_head@" + county'
    assert details["extensionElements/properties/property[luzhi:deadline]"] == "5个工作日"


def test_what_is_wrong_is_listed_and_leads_to_the_element(page: Page) -> None:
    page.evaluate(SELECT, TASK)
    group(page, "表单")
    page.locator("[data-panel] select[name=formId]").select_option("")
    page.locator("[data-problems] summary").click()
    found = page.locator("[data-problems] li", has_text="没有表单").first
    expect(found).to_be_visible()
    expect(page.locator(".bjsl-icon-error").first).to_be_visible()
    page.evaluate(SELECT, "start")
    found.get_by_role("button").click()
    selected = "document.getElementById('editor').editor.get('selection').get()[0].id"
    assert page.evaluate(selected) == TASK


def test_the_wrench_menu_is_full_and_templates_bring_their_inputs(
    site: Site, page: Page, change: int
) -> None:
    page.evaluate(
        """(id) => {
          const editor = document.getElementById("editor").editor;
          const task = editor.get("elementRegistry").get(id);
          editor.get("popupMenu").open(task, "bpmn-replace", { x: 300, y: 300 }, { width: 300, search: true });
        }""",
        TASK,
    )
    expect(page.locator(".djs-popup .entry")).not_to_have_count(0)
    assert page.locator(".djs-popup .entry").count() >= 12
    page.keyboard.press("Escape")
    page.evaluate(
        """(id) => {
          const editor = document.getElementById("editor").editor;
          const modeling = editor.get("modeling"), templates = editor.get("elementTemplates");
          const place = editor.get("elementRegistry").get(id).parent;
          const task = modeling.createShape({ type: "bpmn:ServiceTask" }, { x: 600, y: 60 }, place);
          editor.get("selection").select(templates.applyTemplate(task, templates.get("luzhi.accounts.open")));
        }""",
        TASK,
    )
    expect(page.locator("[data-panel]")).to_contain_text("开通企业账号")
    saved(page)
    written = content(site, change)
    assert b'type="accounts.open"' in written
    assert b'name="luzhi:name_en" value="Open an enterprise' in written


def test_a_template_keeps_the_english_name_of_its_element(site: Site, page: Page, change: int) -> None:
    before = content(site, change)
    page.evaluate(
        """() => {
          const editor = document.getElementById("editor").editor;
          const templates = editor.get("elementTemplates"), registry = editor.get("elementRegistry");
          const task = registry.find((each) => each.type === "bpmn:ServiceTask");
          templates.applyTemplate(task, templates.get("luzhi.accounts.lapse"));
        }"""
    )
    saved(page)
    found = [detail for each in changes(FILE, before, content(site, change)) for detail in each.details]
    assert found
    assert [detail for detail in found if "luzhi:" in detail.path] == []


def test_another_save_is_not_overwritten(site: Site, page: Page, change: int) -> None:
    theirs = content(site, change).replace(b"PT48H", b"PT72H")
    drafting.save(site.runtime, world.actor("second_owner"), change, FILE, theirs, 1)
    page.evaluate(SELECT, TASK)
    group(page, "基本")
    page.locator("[data-panel] [name=name]").fill("核验新注册")
    dialog = page.get_by_role("dialog", name="别人先保存了")
    expect(dialog).to_contain_text("陈思")
    with page.expect_download() as mine:
        dialog.get_by_role("button", name="采用对方的内容").click()
    assert "核验新注册" in mine.value.path().read_text(encoding="utf-8")
    expect(page.locator("[data-draft-status]")).to_have_attribute("data-state", "untouched")
    assert content(site, change) == theirs
    assert "PT72H" in page.evaluate(
        "async () => (await document.getElementById('editor').editor.saveXML()).xml"
    )


def test_who_comes_second_sees_both_contents_and_keeps_their_own(site: Site, page: Page, change: int) -> None:
    theirs = content(site, change).replace(b"PT48H", b"PT72H")
    drafting.save(site.runtime, world.actor("second_owner"), change, FILE, theirs, 1)
    page.evaluate(SELECT, TASK)
    group(page, "基本")
    page.locator("[data-panel] [name=name]").fill("核验新注册")
    dialog = page.get_by_role("dialog", name="别人先保存了")
    dialog.get_by_role("button", name="比较两份内容").click()
    expect(page.get_by_role("heading", name="保留哪一份")).to_be_visible()
    expect(page.locator("main")).to_contain_text("PT72H")
    assert content(site, change) == theirs
    page.get_by_role("button", name="保留我的").click()
    expect(page.locator("[data-draft-status]")).to_have_attribute("data-state", "untouched")
    assert "核验新注册" in content(site, change).decode()


def test_what_a_crash_left_is_offered_again(site: Site, tab: Tab, page: Page, change: int) -> None:
    def refuse(route: Route) -> None:
        if route.request.method == "PUT":
            route.fulfill(status=429, body="")
        else:
            route.continue_()

    page.route("**/content", refuse)
    page.evaluate(SELECT, TASK)
    group(page, "基本")
    page.locator("[data-panel] [name=name]").fill("核验新注册")
    expect(page.locator("[data-draft-status]")).to_contain_text("修改已留在本机")
    again = page.context.new_page()  # the first page stays as it is, stuck: nothing more comes from it
    tab.page = again
    tab.open(f"/studio/changes/{change}/files/{FILE}")
    dialog = again.get_by_role("dialog", name="本机留有未保存的修改")
    dialog.get_by_role("button", name="恢复这些修改").click()
    saved(again)
    assert "核验新注册" in content(site, change).decode()


def test_a_copy_keeps_its_form_and_colours_are_saved(site: Site, page: Page, change: int) -> None:
    task = page.locator(f".djs-element[data-element-id={TASK}]")
    task.click(force=True)
    before = content(site, change)
    page.keyboard.press("Control+c")
    page.evaluate(
        """(id) => {
          const editor = document.getElementById("editor").editor;
          const task = editor.get("elementRegistry").get(id);
          editor.get("copyPaste").paste({ element: task.parent, point: { x: task.x + 60, y: task.y + 200 } });
        }""",
        TASK,
    )
    saved(page)
    after = content(site, change)
    assert after.count(b"<bpmn:userTask") == before.count(b"<bpmn:userTask") + 1
    form = b'formId="registration_check"'
    assert after.count(form) == before.count(form) + 1, "with its form"
    page.evaluate(
        """(id) => {
          const editor = document.getElementById("editor").editor;
          const task = editor.get("elementRegistry").get(id);
          editor.get("popupMenu").open(task, "color-picker", { x: 300, y: 300 });
        }""",
        TASK,
    )
    page.locator(".djs-popup .entry").nth(2).click()
    saved(page)
    assert b"background-color=" in content(site, change)
    page.locator("[data-do=minimap]").click()
    expect(page.locator(".djs-minimap.open")).to_be_visible()
    page.locator("[data-do=find]").click()
    page.locator(".djs-search-container.open input").press_sequentially(TASK)
    expect(page.locator(".djs-search-result").first).to_be_visible()


def test_a_file_that_cannot_be_drawn_is_said_and_left_alone(site: Site, tab: Tab, change: int) -> None:
    broken = b"<bpmn:definitions"
    drafting.add(site.runtime, world.actor("owner"), change, "broken.bpmn", broken)
    tab.sign_in("冯源")
    page = studio_world.open_editor(tab, change, "broken.bpmn")
    expect(page.get_by_text("这个文件画不出来，没有改动它")).to_be_visible()
    assert content(site, change, "broken.bpmn") == broken


def test_pictures_and_files_are_exported(page: Page) -> None:
    for button, end, begins in (
        ("图片（SVG）", ".svg", b"<?xml"),
        ("图片（PNG）", ".png", b"\x89PNG"),
        ("流程文件（BPMN）", ".bpmn", b"<?xml"),
    ):
        page.locator("summary", has_text="导出").click()
        with page.expect_download() as found:
            page.get_by_role("button", name=button).click()
        assert found.value.suggested_filename == FILE.replace(".bpmn", end)
        assert found.value.path().read_bytes().startswith(begins)


def test_the_page_is_accessible_and_a_narrow_one_shows_the_picture(tab: Tab, page: Page, change: int) -> None:
    assert tab.axe() == []
    assert tab.overflow() <= 0
    page.set_viewport_size({"width": 390, "height": 844})
    studio_world.open_editor(tab, change, FILE)
    expect(page.get_by_text("窗口较窄，这里只能看图")).to_be_visible()
    expect(page.locator("[data-canvas] [data-element-id=county_check]").first).to_be_visible()
    assert tab.overflow() <= 0
    assert tab.axe() == []
