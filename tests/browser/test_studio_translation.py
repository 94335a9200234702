"""The diagram editor speaks Chinese: every panel, menu and tool of every type of element is walked through.

Two nets: the dictionary notes each text that it does not know (`misses`), and whatever can be read on the page is
looked through for English.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.studio.drafts import drafting
from tests.browser import studio_world
from tests.browser.conftest import Site, Tab
from tests.web import world

pytestmark = pytest.mark.browser

EMPTY = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:modeler="http://camunda.org/schema/modeler/1.0"
  id="d" targetNamespace="t" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
  <bpmn:process id="kinds" name="各种元素" isExecutable="true"/>
  <bpmndi:BPMNDiagram id="b"><bpmndi:BPMNPlane id="p" bpmnElement="kinds"/></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
WALK = (Path(__file__).parent / "walk_panels.js").read_text(encoding="utf-8")


@pytest.fixture
def kinds(site: Site, tab: Tab) -> Page:
    """The editor with an empty diagram, in Chinese."""
    change = studio_world.begin(site.runtime, "registration.bpmn", "registration_check.form")
    drafting.add(site.runtime, world.actor("owner"), change, "kinds.bpmn", EMPTY.encode())
    tab.sign_in("冯源")
    return studio_world.open_editor(tab, change, "kinds.bpmn")


def test_every_panel_and_menu_is_in_chinese(kinds: Page) -> None:
    found = kinds.evaluate(WALK)
    assert found["types"] > 40
    assert "\n".join(found["misses"]) == ""
    assert "\n".join(found["english"]) == ""
    # what lint says of all that, and the list below the drawing
    kinds.locator("[data-problems] summary").click()
    problems = kinds.locator("[data-list] li button")
    expect(problems.first).to_be_visible()
    texts = problems.all_text_contents()
    assert len(texts) > 20
    assert [text for text in texts if not any("一" <= sign <= "鿿" for sign in text)] == []


def test_the_walk_through_is_in_chinese(site: Site, tab: Tab) -> None:
    change = studio_world.begin(site.runtime, "registration.bpmn")
    tab.sign_in("冯源")
    page = studio_world.open_editor(tab, change, "registration.bpmn")
    page.locator("[data-do=walk]").click()
    page.locator("[data-walk] .bts-context-pad").first.click()
    expect(page.locator("[data-walk] .bts-log .bts-entry", has_text="流程 开始").first).to_be_attached()
    seen = page.evaluate(
        """() => [...document.querySelectorAll("[data-walk] *")].flatMap((each) =>
          [each.title, each.getAttribute?.("aria-label"), each.children.length ? "" : each.textContent])
          .filter((text) => text && typeof text === "string")"""
    )
    assert [text for text in seen if "bpmn.io" not in text.lower() and _english(text)] == []


def _english(text: str) -> bool:
    words = [word for word in text.split() if word.isascii() and word.isalpha() and len(word) > 2]
    return bool(words) and not any("一" <= sign <= "鿿" for sign in text)
