"""A change of the rules with all the programme's diagrams in it, and its owner at the diagram editor."""

from pathlib import Path

from playwright.sync_api import Page, expect

from engine.runtime import Runtime
from engine.studio.drafts import drafting
from tests.browser.conftest import Tab
from tests.web import world

ROOT = Path(__file__).parents[2]
DIAGRAMS = sorted((ROOT / "processes").glob("*.bpmn"))
OTHERS = (
    *sorted((ROOT / "processes" / "decisions").glob("*.dmn")),
    *sorted((ROOT / "forms" / "definitions").glob("*.form")),
)


def begin(runtime: Runtime, *files: str) -> int:
    """A change with these files as they are in the tree, without having been deployed."""
    owner = world.actor("owner")
    change = drafting.begin(runtime, owner, title="缩短时限", reason="落实新规定")
    for path in (*DIAGRAMS, *OTHERS):
        if not files or path.name in files:
            drafting.add(runtime, owner, change, path.name, path.read_bytes())
    return change


def open_editor(tab: Tab, change: int, file: str) -> Page:
    """The editor of a file, when it can be drawn in."""
    page = tab.open(f"/studio/changes/{change}/files/{file}")
    expect(page.locator("#editor")).not_to_have_attribute("aria-busy", "true")
    return page
