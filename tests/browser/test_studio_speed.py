"""What opening the diagram editor costs: bytes over the wire, first paint to editable, lint as one draws.

The figures of docs/performance.md are what this prints on an idle machine (`pytest -s`).
"""

import pytest

from tests.browser import studio_world
from tests.browser.conftest import Site, Tab

pytestmark = pytest.mark.browser

MOST_BYTES = 600_000
LINT = """async () => {
  const editor = document.getElementById("editor").editor;
  const took = [];
  for (let n = 0; n < 8; n += 1) {
    const begun = performance.now();
    await editor.get("linting").lint();
    took.push(performance.now() - begun);
  }
  const drawn = editor.get("elementRegistry").filter((each) => each.parent && each.type !== "label").length;
  return { least: Math.min(...took), drawn };
}"""


def test_the_editor_is_small(site: Site, tab: Tab) -> None:
    change = studio_world.begin(site.runtime, "annual_cycle.bpmn")
    tab.sign_in("冯源")
    sizes: dict[str, int] = {}
    tab.page.on(
        "response",
        lambda answer: (
            sizes.update({answer.url: int(answer.headers.get("content-length", "0"))})
            if "/static/build/" in answer.url
            else None
        ),
    )
    page = studio_world.open_editor(tab, change, "annual_cycle.bpmn")
    bundle = {url: size for url, size in sizes.items() if "/diagram-" in url or "/part-" in url}
    assert len(bundle) >= 4
    paint, editable = page.evaluate(
        "() => [performance.getEntriesByName('first-contentful-paint')[0].startTime,"
        " performance.getEntriesByName('luzhi:editable')[0].startTime]"
    )
    lint = page.evaluate(LINT)
    print(f"\nbundle {sum(bundle.values()):,} bytes; first paint to editable {editable - paint:.0f} ms")
    print(f"lint of {lint['drawn']} drawn elements {lint['least']:.0f} ms")
    assert 0 < sum(bundle.values()) <= MOST_BYTES
    assert lint["drawn"] >= 90  # what was timed is a diagram of the size that the figure speaks of


def test_no_other_page_loads_it(site: Site, tab: Tab) -> None:
    tab.sign_in("冯源")
    loaded: list[str] = []
    tab.page.on("request", lambda sent: loaded.append(sent.url))
    for address in ("/studio", "/studio/changes", "/inbox", "/"):
        tab.open(address)
    assert [url for url in loaded if "/diagram" in url or "/part-" in url] == []
