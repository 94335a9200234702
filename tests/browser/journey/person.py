"""Somebody at a browser of their own: what they open, fill in and press, and what each page is held to.

`look` is called on every page: axe, no sideways scrolling, the right language, a picture for whoever wants to see
it (LUZHI_SHOTS names a folder). A window may be looked at in other widths, too: that costs a glance, not a walk.
There axe looks once at each kind of page, and the width is measured every time.
A browser without JavaScript fills in the same forms by their buttons: there every button and link brings another
document, and nothing goes on before that one is whole. What a step then looks for would else be found on the page
before, or not yet on a page of which half has come.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from tests.browser.axe import axe, bring_axe
from tests.browser.conftest import WATCH_POLICY

SHOTS = os.environ.get("LUZHI_SHOTS")
FULL = os.environ.get("LUZHI_FULL") == "1"
PATIENCE = 60_000  # milliseconds: two cores may be busy with other tests
HEIGHT = 900
Upload = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Window:
    """How everybody of one run looks at the site."""

    name: str
    width: int
    script: bool = True
    also: tuple[int, ...] = ()
    """Other widths in which every page is looked at."""


NOTICED = 12_000
"""Milliseconds after which somebody notices that nothing happens."""
WATCH_HANDS = """
window.luzhiSeen = [];
for (const kind of ["pointerdown", "pointerup", "click", "submit", "beforeunload", "scroll", "focusin"]) {
  addEventListener(kind, (event) => {
    const on = event.target.closest ? event.target.closest("[name], button, a, form") || event.target : event.target;
    const what = on.name || on.id || on.tagName || "page";
    const at = event.clientX === undefined ? "" : ` ${Math.round(event.clientX)},${Math.round(event.clientY)}`;
    const seen = window.luzhiSeen;
    seen.push(`${Math.round(event.timeStamp)} ${kind}${event.isTrusted ? "" : "!"} ${what}${at}`);
    setTimeout(() => event.defaultPrevented && seen.push(`prevented ${kind} ${what}`));
    if (seen.length > 24) seen.shift();
  }, true);
}
"""
"""The last things that hands did to a page, kept in the page."""


def leave(page: Page, place: Locator) -> None:
    """Press what leads to another page, and wait until all of that has come.

    A busy headless Chromium now and then loses a press: the page is told of none, and nothing is sent. Like
    anybody would, it is pressed once more then; a press that was sent takes no second one (send-once.js).
    """
    try:
        with page.expect_navigation(wait_until="load", timeout=NOTICED):
            place.click()
    except TimeoutError:
        with page.expect_navigation(wait_until="load", timeout=PATIENCE):
            place.click()


@dataclass(slots=True)
class Person:
    """A browser profile, and what was wrong with the pages that it saw."""

    name: str
    page: Page
    address: str
    window: Window
    faults: list[str] = field(default_factory=list)
    seen: int = 0
    glanced: set[str] = field(default_factory=set)
    """Kinds of pages that axe has looked at in every width, by language."""

    def open(self, path: str) -> None:
        """Go to an address of the site, or to a full one."""
        answer = self.page.goto(path if path.startswith("http") else self.address + path)
        assert answer is not None
        assert answer.ok, (path, answer.status)

    def look(self, what: str, language: str = "zh-CN") -> None:
        """Hold the page to what every page must be."""
        self.whole()
        self.seen += 1
        where = f"{self.window.name} {what}"
        if (found := self.page.locator("html").get_attribute("lang")) != language:
            self.faults.append(f"{where}: in {found}, not in {language}")
        self._glance(where)
        self._shoot(what)
        again = self._again(language)
        for width in self.window.also:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            self._glance(f"{where} at {width}", again)
        if self.window.also:
            self.page.set_viewport_size({"width": self.window.width, "height": HEIGHT})

    def _again(self, language: str) -> bool:
        """Whether a page of this kind was looked at in every width before; with LUZHI_FULL=1 each is, every time."""
        kind = language + re.sub(r"\d+", "#", urlsplit(self.page.url).path)
        before = kind in self.glanced
        self.glanced.add(kind)
        return before and not FULL

    def _glance(self, where: str, again: bool = False) -> None:
        """The page as it is at this width; what was seen in it `again` is only held to the width."""
        if (
            self.window.script and not again
        ):  # axe needs the page's own scripts; the markup is the same without them
            self.faults += [f"{where}: {text}" for text in axe(self.page)]
        wide = int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))
        if wide > 0:
            self.faults.append(f"{where}: {wide} px too wide")

    def press(self, name: str, *, among: Locator | None = None) -> None:
        """Press the button with this name, which leads to another page."""
        self.leave((among or self.page).get_by_role("button", name=name, exact=True).first)

    def follow(self, name: str | re.Pattern[str], *, among: Locator | None = None) -> None:
        """Follow the link with this name."""
        self.click((among or self.page).get_by_role("link", name=name, exact=isinstance(name, str)).first)

    def click(self, place: Locator) -> None:
        """Press a button or follow a link; without JavaScript the answer of the server is waited for."""
        if self.window.script:
            place.click()
        else:
            self.leave(place)

    def leave(self, place: Locator) -> None:
        """Press what leads to another page, and wait until that has come."""
        leave(self.page, place)

    def last(self) -> str:
        """What the page was told last by mouse and keyboard, and what stands under the last place: for a failing test."""
        seen = self.page.evaluate("window.luzhiSeen || []") if self.window.script else []
        return f"{self.page.url} {self.faults} {seen}"

    def whole(self) -> None:
        """Wait until all of the page has come."""
        self.page.wait_for_load_state("load")

    def fill(self, answers: dict[str, Any]) -> None:
        """Fill in boxes by the names of their answers, in this order; lists are files."""
        for name, value in answers.items():
            self._fill(name, value)

    def has(self, name: str) -> bool:
        """Whether the page, as it is when it is whole, asks for this answer."""
        self.whole()
        return self.page.locator(f"[name='{name}']").count() > 0

    def reads(self, *texts: str) -> None:
        """See these words on the page."""
        for text in texts:
            expect(self.page.get_by_text(text).first).to_be_visible(timeout=PATIENCE)

    def heading(self, text: str) -> None:
        """See this heading of the page."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text, timeout=PATIENCE)

    def fetched(self, path: str) -> bytes:
        """A file of the site, as this person may have it."""
        answer = self.page.request.get(path if path.startswith("http") else self.address + path)
        assert answer.ok, (path, answer.status)
        return answer.body()

    def _fill(self, name: str, value: Any) -> None:
        if isinstance(value, list):
            self._attach(name, value)
            return
        box = self.page.locator(f"[name='{name}']:not([type=hidden])")
        expect(box.first, name).to_be_attached(timeout=PATIENCE)
        kind = box.first.evaluate("box => box.type")
        if kind == "radio":
            box.and_(self.page.locator(f"[value='{value}']")).check()
        elif kind == "checkbox":
            box.set_checked(value)
        elif kind.startswith("select"):
            box.select_option(str(value))
        else:
            box.fill(str(value))

    def _attach(self, name: str, files: Iterable[Upload]) -> None:
        part = self.page.locator("[data-files]").filter(
            has=self.page.locator(f"[data-files-name][name='{name}']")
        )
        chosen: list[Any] = [{"name": file, "mimeType": "", "buffer": content} for file, content in files]
        part.locator("input[type=file]").set_input_files(chosen)
        if self.window.script:
            expect(part.locator("li[data-file]")).to_have_count(len(chosen), timeout=PATIENCE)
            if (
                len(chosen) > 1
            ):  # photographs: each gets a row for its caption, unless somebody is writing there
                expect(self.page.locator("tr:has(.row-file)")).to_have_count(len(chosen), timeout=PATIENCE)

    def _shoot(self, what: str) -> None:
        if SHOTS:
            folder = Path(SHOTS) / self.window.name
            folder.mkdir(parents=True, exist_ok=True)
            number = len(list(folder.glob("*.png"))) + 1
            self.page.screenshot(path=folder / f"{number:02d} {self.name} {what}.png", full_page=True)


def _listen(page: Page, faults: list[str]) -> None:
    """Note what the console and the policy complain about; refusals (4xx) are part of the product."""

    def note(message: Any) -> None:
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            faults.append(f"{page.url}: {message.text}")

    page.on("console", note)
    page.on("dialog", lambda asked: (faults.append(f"{page.url}: {asked.type}"), asked.dismiss()))
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on(
        "response", lambda answer: answer.status >= 500 and faults.append(f"{answer.url}: {answer.status}")
    )


@contextmanager
def at_a_browser(browser: Browser, name: str, address: str, window: Window) -> Iterator[Person]:
    """Somebody with a fresh profile; it is closed afterwards."""
    context = browser.new_context(
        viewport={"width": window.width, "height": HEIGHT}, locale="zh-CN", java_script_enabled=window.script
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(WATCH_POLICY)
    bring_axe(context)
    person = Person(name, context.new_page(), address, window)
    _listen(person.page, person.faults)
    yield person
    context.close()
