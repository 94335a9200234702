"""axe-core in an open page, quickly: its source comes with the document and is run when somebody asks."""

import os

import pytest
from playwright.sync_api import BrowserContext, Page

from webapp import assets

AXE = assets.FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
RUN = """() => {
    if (!window.axe) lzAxe()
    return axe.run(document, {resultTypes: ['violations'], preload: false})
}"""
"""Without `preload`: it fetches every style sheet again, for one rule that is not among the usual ones."""


def bring_axe(context: BrowserContext) -> None:
    """Let the documents of a profile bring axe with them. Skips the test without it, but never in CI."""
    if not AXE.exists():
        reason = "axe-core is not installed: run python -m webapp.assets"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    context.add_init_script(f"window.lzAxe = function () {{ {AXE.read_text()} }}")


def axe(page: Page) -> list[str]:
    """What axe finds on the page as it stands: rule and first place of each."""
    found = page.evaluate(RUN)["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]
