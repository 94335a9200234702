"""A real server and a real Chromium. Without Chromium the family is skipped with the reason, but never in CI."""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from engine.runtime import Runtime
from tests.browser.axe import axe, bring_axe
from tests.support.once import Made
from tests.web import world
from webapp import assets, create_app
from webapp.settings import WebSettings

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CHROMIUM = ("chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser")
"""The first that there is; without windows it takes half the processor time, and loses no keys."""
PATIENCE = 60_000
"""Milliseconds that anything may take in a browser: a waiting test costs nothing, an impatient one fails under load."""
expect.set_options(timeout=PATIENCE)
WATCH_POLICY = "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser test that fails is run once more, and the report says so: a busy Chromium loses keys and presses."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def _missing(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}; CI must have it")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    path = os.environ.get("LUZHI_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        _missing("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built() -> None:
    """The browser's files, built once."""
    try:
        assets.build()
    except FileNotFoundError as error:
        _missing(str(error))


class Quiet(WSGIRequestHandler):
    """Writes no access log between the dots of pytest."""

    def log(self, type: str, message: str, *args: Any) -> None:
        return None


@dataclass(slots=True)
class Site:
    """A running site and the world behind it."""

    address: str
    runtime: Runtime


@pytest.fixture(scope="session")
def made_world(made_once: Made) -> Path:
    """A database with a measure, a cycle, titles, a public notice and three tasks, to be copied."""

    def make(folder: Path) -> None:
        runtime = world.open_world(folder)
        world.add_measure(runtime)
        world.add_cycle(runtime)
        world.add_titles(runtime)
        world.add_announcement(runtime, ["重载齿轮智能工厂", world.HOSTILE])
        world.deploy_review(runtime)
        for number in range(3):
            world.start_review(runtime, f"2024-37010{number}")
        runtime.close()

    return made_once("browser-world", make) / "web.sqlite3"


@contextmanager
def served(template: Path, folder: Path) -> Iterator[Site]:
    """A demonstration on a copy of this database, served on a free port."""
    runtime = world.open_copy(template, folder)
    app = create_app(runtime, WebSettings(demo=True, secret_key="browser-test-key-0123456789abcdef"))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", runtime)
    server.shutdown()
    thread.join()
    server.server_close()
    runtime.close()


@pytest.fixture
def site(tmp_path: Path, made_world: Path, built: None) -> Iterator[Site]:
    """A demonstration with a measure, a cycle, titles, a public notice and three tasks, served on a free port."""
    with served(made_world, tmp_path) as site:
        yield site


@dataclass(slots=True)
class Tab:
    """A page that remembers what the browser complained about."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to an address of the site."""
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, name: str) -> None:
        """As one click of the demonstration does, without opening a page: drawing two takes longer than many a test."""
        page = self.page.request.get(f"{self.address}/sign-in").text()
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        login = re.search(rf'name="login" value="([^"]+)"><strong>[^<]*</strong>{name}', page)
        assert token is not None, page
        assert login is not None, page
        form = {"csrf_token": token[1], "login": login[1]}
        answer = self.page.request.post(f"{self.address}/sign-in/demo", form=form, max_redirects=0)
        assert answer.status == 302, answer.status

    def axe(self) -> list[str]:
        """What axe finds on the page as it stands: rule and first place of each."""
        return axe(self.page)

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return width


@pytest.fixture
def tab(browser: Browser, site: Site) -> Iterator[Tab]:
    """A fresh browser profile at 1280 pixels; the test fails when the console or the policy complained."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    context.add_init_script(WATCH_POLICY)
    bring_axe(context)
    tab = Tab(context.new_page(), site.address)

    def listen(message: Any) -> None:
        expected = "the server responded with a status of 4"  # refusals are part of the product
        if message.type == "error" and expected not in message.text:
            tab.complaints.append(message.text)

    tab.page.on("console", listen)
    tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
    yield tab
    context.close()
    assert tab.complaints == []
