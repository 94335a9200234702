"""The decision and the form editor in a real browser: what is changed is there after a reload, in Chinese throughout."""

from pathlib import Path
from typing import Any

import pytest
import simplejson
from playwright.sync_api import Page, expect

from engine.studio import changes
from engine.studio.drafts import drafting
from tests.browser import studio_world
from tests.browser.conftest import Site, Tab
from tests.browser.test_form_js import differences
from tests.web import world

pytestmark = pytest.mark.browser

DECISIONS = [path for path in studio_world.OTHERS if path.suffix == ".dmn"]
FORMS = [path for path in studio_world.OTHERS if path.suffix == ".form"]
DECISION, FORM = "reapplication_bar.dmn", "public_notice.form"
VIEWED = "handling_periods.dmn"

ENGLISH = """(places) => {
  const found = new Set();
  const told = (text) => {
    const one = text.trim();
    if (/[\\u4e00-\\u9fff]/.test(one) || !/[A-Za-z]{3,}/.test(one)) return;
    if (/^(FEEL|DMN|BPMN|JSON|URL|yyyy\\/mm\\/dd|mm\\/dd\\/yyyy)$|^=|^[^ ]*[_@./\\d][^ ]*$|bpmn\\.io/i.test(one)) return;
    found.add(one);
  };
  for (const place of document.querySelectorAll(places)) {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (!parent.checkVisibility()) continue;
      if (!parent.closest("code, pre, style, .cm-content, textarea, .dmn-definitions-id, .input-cell, .output-cell"))
        told(walker.currentNode.data);
    }
    for (const each of place.querySelectorAll("[title], [placeholder], [aria-label]")) {
      if (!each.checkVisibility()) continue;
      for (const name of ["title", "placeholder", "aria-label"]) told(each.getAttribute(name) ?? "");
    }
  }
  return [...found];
}"""


def saved(page: Page, revision: int) -> None:
    expect(page.locator("[data-draft-status]")).to_contain_text(f"已保存（第 {revision} 次保存")


def chinese(page: Page, places: str) -> None:
    assert page.evaluate(ENGLISH, places) == []
    assert page.evaluate("[...document.getElementById('editor').misses]") == []


def content(site: Site, change: int, file: str) -> bytes:
    with site.runtime.reading() as session:
        return drafting.draft(session, change, file).content


def begin(tab: Tab, site: Site, *files: str) -> int:
    change = studio_world.begin(site.runtime, *files)
    tab.sign_in(world.PEOPLE["owner"][0])
    return change


def test_a_decision_is_changed_and_has_examples(tab: Tab, site: Site) -> None:
    change = begin(tab, site, DECISION)
    page = studio_world.open_editor(tab, change, DECISION)
    chinese(page, "[data-canvas]")
    page.locator("[data-view=decisionTable]").click()
    cell = page.locator("td.input-cell .content-editable").nth(1)
    cell.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("3")
    saved(page, 2)
    expect(page.locator("[data-findings]")).to_contain_text("第 2 条与第 3 条同时满足")
    page.get_by_role("button", name="增加示例").click()
    page.get_by_label("示例 4 ground").fill("1")
    page.get_by_label("示例 4 issued_on").fill('"2026-01-01"')
    page.get_by_label("示例 4 应得的结果").fill('{barred_until: date("2029-01-01")}')
    expect(page.locator("[data-examples] [data-state=passed]")).to_have_count(3)  # one meets two rules now
    page.locator("td.input-cell").first.click(button="right")
    chinese(page, "[data-canvas], .context-menu")
    page.keyboard.press("Escape")
    page.locator("th.input-cell").first.dblclick()
    chinese(page, "[data-canvas], .context-menu-container")
    assert b"urn:luzhi:dmn" in content(site, change, DECISION)
    page = studio_world.open_editor(tab, change, DECISION)
    page.locator("[data-view=decisionTable]").click()
    expect(page.locator("td.input-cell .content-editable").nth(1)).to_have_text("3")
    expect(page.get_by_label("示例 4 ground")).to_have_value("1")
    expect(page.locator("[data-examples] [data-state=passed]")).to_have_count(3)  # one meets two rules now
    assert tab.axe() == []
    assert tab.overflow() <= 0


def test_a_form_gets_a_field(tab: Tab, site: Site) -> None:
    change = begin(tab, site, FORM)
    page = studio_world.open_editor(tab, change, FORM)
    assert page.locator("[data-field-type=html], [data-field-type=iframe]").count() == 0
    page.locator(".fjs-palette-field[data-field-type=textfield]").press("Enter")
    saved(page, 2)
    page.locator("[data-canvas] .fjs-form-field-textfield").last.click()
    page.get_by_label("英文标签").fill("Second telephone")
    saved(page, 3)
    for head in page.locator("[data-panel] .bio-properties-panel-group-header").all():
        head.click()
    chinese(page, "[data-canvas], [data-panel]")
    fields = simplejson.loads(content(site, change, FORM))["components"]
    assert fields[-1]["label"] == "文本"
    assert fields[-1]["properties"] == {"label_en": "Second telephone"}
    page = studio_world.open_editor(tab, change, FORM)
    expect(page.locator("[data-canvas] label", has_text="文本")).to_have_count(1)
    page.get_by_role("link", name="预览").click()
    for frame in ("phone", "desk"):
        inside = page.frame_locator(f"iframe[name={frame}]")
        expect(inside.get_by_label("文本", exact=False).last).to_be_visible()
    inside = page.frame_locator("iframe[name=phone]")
    inside.get_by_role("button", name="检查（不保存）").click()
    expect(inside.locator("[data-error-summary]")).to_be_visible()
    assert tab.axe() == []


def test_every_view_of_a_decision_is_in_chinese(tab: Tab, site: Site) -> None:
    """The drawing with what may be done to each element, tables, literal expressions."""
    page = studio_world.open_editor(tab, begin(tab, site, VIEWED), VIEWED)
    views = page.locator("[data-view]")
    kinds = {view.get_attribute("data-view") for view in views.all()}
    assert {"drd", "literalExpression"} <= kinds
    for view in views.all():
        view.click()
        chinese(page, "[data-canvas]")
    page.locator("[data-view=drd]").click()
    for element in page.locator("[data-canvas] .djs-shape").all()[:12]:
        element.click(force=True)
        chinese(page, "[data-canvas], .djs-popup")
    page.locator(".djs-palette .entry").first.wait_for()
    chinese(page, ".djs-palette")


def test_every_kind_of_field_has_its_panel_in_chinese(tab: Tab, site: Site) -> None:
    page = studio_world.open_editor(tab, begin(tab, site, FORM), FORM)
    for button in page.locator(".fjs-palette-field").all():
        button.press("Enter")
    fields = page.evaluate(
        """() => [...new Map(document.getElementById("editor").editor.get("formFieldRegistry").getAll()
          .map((field) => [field.type, field.id])).entries()]"""
    )
    assert len(fields) > 15
    for kind, field in fields:
        page.evaluate(
            """(id) => {
              const { editor } = document.getElementById("editor");
              editor.get("selection").set(editor.get("formFieldRegistry").get(id));
            }""",
            field,
        )
        page.wait_for_function(
            "(kind) => document.getElementById('editor').editor.get('selection').get().type === kind",
            arg=kind,
        )
        page.evaluate(
            """() => document.querySelectorAll("[data-panel] .bio-properties-panel-group-header:not(.open)")
              .forEach((head) => head.click())"""
        )
        chinese(page, "[data-canvas], [data-panel]")


def test_all_decisions_come_back_as_they_were(tab: Tab, site: Site) -> None:
    page = studio_world.open_editor(tab, begin(tab, site, DECISION), DECISION)
    for path in DECISIONS:
        back = page.evaluate(_XML, path.read_text("utf-8"))
        assert changes(path.name, path.read_bytes(), back["xml"].encode()) == [], path.name
        assert back["warnings"] == []


def test_all_forms_come_back_as_they_were(tab: Tab, site: Site) -> None:
    page = studio_world.open_editor(tab, begin(tab, site, FORM), FORM)
    for path in FORMS:
        ours = parsed(path)
        theirs = page.evaluate(_SCHEMA, ours)
        assert list(differences(ours, theirs)) == [], path.name


def parsed(path: Path) -> Any:
    return simplejson.loads(path.read_text("utf-8"))


_XML = """async (text) => {
  const { editor } = document.getElementById("editor");
  const { warnings } = await editor.importXML(text);
  return { warnings: warnings.map(String), ...(await editor.saveXML({ format: true })) };
}"""
_SCHEMA = """async (schema) => {
  const { editor } = document.getElementById("editor");
  await editor.importSchema(structuredClone(schema));
  return editor.saveSchema();
}"""
