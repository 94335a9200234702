"""Attachments in a real browser: many at once, a network that drops, a page that is closed, a server that restarts."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select
from werkzeug.serving import BaseWSGIServer, make_server

from engine.clock import VirtualClock
from engine.files.operations import received
from engine.runtime import Runtime
from engine.store.files import Upload
from engine.store.tasks import Draft
from tests.browser.axe import axe, bring_axe
from tests.browser.conftest import WATCH_POLICY, Quiet
from tests.support.files import docx, jpg, mp4, noise, pdf, png, xlsx
from tests.web import attaching, world
from webapp import create_app
from webapp.settings import WebSettings

MEGABYTE = 1024 * 1024


@dataclass(slots=True)
class Server:
    """A site that can be stopped and started again on the same port, over the same database and files."""

    runtime: Runtime
    server: BaseWSGIServer | None = None
    thread: threading.Thread | None = None
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        app = create_app(self.runtime, WebSettings(demo=True, secret_key="browser-test-key-0123456789abcdef"))
        self.server = make_server("127.0.0.1", self.port, app, threaded=True, request_handler=Quiet)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self) -> None:
        assert self.server is not None
        assert self.thread is not None
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def restart(self) -> None:
        """As after a crash of the machine: a new process, the same data."""
        settings = self.runtime.settings
        self.runtime.close()
        self.runtime = Runtime.open(settings, VirtualClock(world.START))
        self.start()


@pytest.fixture
def server(tmp_path: Path, built: None) -> Iterator[Server]:
    server = Server(world.open_world(tmp_path))
    attaching.begin(server.runtime)
    server.start()
    yield server
    server.stop()
    server.runtime.close()


@dataclass(slots=True)
class Form:
    """The page with the file fields, and what it complained about."""

    page: Page
    server: Server
    complaints: list[str] = field(default_factory=list)

    def open(self) -> Page:
        self.page.goto(f"{self.server.address}/tasks/1")
        return self.page

    def part(self, label: str) -> Any:
        return self.page.get_by_role("group", name=re.compile(f"^{label}"))

    def choose(self, label: str, *files: tuple[str, bytes] | Path) -> None:
        chosen = [
            file if isinstance(file, Path) else {"name": file[0], "mimeType": "", "buffer": file[1]}
            for file in files
        ]
        self.part(label).locator("input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]

    def there(self, label: str) -> list[str]:
        """The names of the files that are uploaded, in their order."""
        return self.part(label).locator("li[data-file] a").all_inner_texts()

    def slow(self, megabytes: float) -> None:
        """Let the network send so many megabytes a second."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Network.enable")
        speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": megabytes * MEGABYTE}
        session.send("Network.emulateNetworkConditions", {"offline": False, **speed})

    def hold_pieces(self, after: int) -> list[Route]:
        """Let so many pieces through; those that follow wait here."""
        held: list[Route] = []
        sent = 0

        def gate(route: Route) -> None:
            nonlocal sent
            sent += route.request.method == "PATCH"
            if route.request.method == "PATCH" and sent > after:
                held.append(route)
            else:
                route.continue_()

        self.page.route("**/files/uploads/*", gate)
        return held

    def cut(self, held: list[Route]) -> None:
        """The network is gone in the middle of a piece; nothing waits any more afterwards."""
        while not held:
            self.page.wait_for_timeout(50)
        for route in held:
            route.abort("internetdisconnected")
        self.page.unroute("**/files/uploads/*")

    def wait_for_bytes(self, least: int) -> int:
        """Wait until the server has so many bytes of the one upload; how many it has."""
        here = 0
        while here < least:
            self.page.wait_for_timeout(50)
            with self.server.runtime.reading() as session:
                upload = session.scalars(select(Upload)).first()
                here = received(self.server.runtime.files, upload) if upload else 0
        return here

    def wait_for_draft(self, key: str, count: int) -> None:
        """Wait until autosave has brought so many files of one answer."""
        kept: list[Any] = []
        while len(kept) != count:
            self.page.wait_for_timeout(50)
            with self.server.runtime.reading() as session:
                draft = session.get(Draft, (1, "filler"))
                kept = draft.data.get(key, []) if draft else []

    def axe(self) -> list[str]:
        return axe(self.page)


def signed_in(context: BrowserContext, server: Server) -> Form:
    page = context.new_page()
    page.goto(f"{server.address}/sign-in")
    page.get_by_role("button", name="王晓").click()
    page.wait_for_load_state()
    form = Form(page, server)
    page.on("pageerror", lambda error: form.complaints.append(str(error)))
    page.on("console", lambda message: "CSP " in message.text and form.complaints.append(message.text))
    page.set_default_timeout(30_000)
    form.open()
    return form


@pytest.fixture
def form(browser: Browser, server: Server) -> Iterator[Form]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    context.add_init_script(WATCH_POLICY)
    bring_axe(context)
    form = signed_in(context, server)
    yield form
    context.close()
    assert form.complaints == []


def video(megabytes: int) -> bytes:
    return mp4(size=megabytes * MEGABYTE)


def test_ten_files_and_a_video_arrive_although_the_network_drops(form: Form) -> None:
    ten = [(f"照片{n:02}.png", noise(0.3, n)) for n in range(8)]
    ten += [("说明.docx", docx()), ("清单.xlsx", xlsx())]
    form.choose("佐证材料", *ten)
    expect(form.part("佐证材料").locator("li[data-file]")).to_have_count(10)
    held = form.hold_pieces(after=2)
    form.choose("佐证材料", ("产线.mp4", video(16)))
    form.wait_for_bytes(8 * MEGABYTE)
    assert form.part("佐证材料").get_by_role("progressbar", name="产线.mp4").is_visible()
    form.page.context.set_offline(True)
    form.cut(held)
    expect(form.part("佐证材料").get_by_text("网络中断，恢复后自动继续").first).to_be_visible()
    form.page.context.set_offline(False)
    expect(form.part("佐证材料").locator("li[data-file]")).to_have_count(11)
    assert form.there("佐证材料")[-1] == "产线.mp4"
    form.choose("营业执照", ("执照.pdf", pdf()))
    expect(form.part("营业执照").locator("li[data-file]")).to_have_count(1)
    form.page.get_by_role("button", name="提交", exact=True).click()
    form.page.wait_for_url("**/done")
    form.open()
    expect(form.page.get_by_role("link", name="产线.mp4")).to_be_visible()
    assert form.page.get_by_role("link", name=re.compile("照片")).count() == 8


def test_an_upload_goes_on_after_the_page_was_closed(form: Form, tmp_path: Path) -> None:
    file = tmp_path / "产线.mp4"
    file.write_bytes(video(12))
    form.slow(4)
    form.choose("佐证材料", file)
    before = form.wait_for_bytes(4 * MEGABYTE)
    form.page.on("dialog", lambda dialog: dialog.accept())
    form.open()
    expect(form.part("佐证材料").get_by_text("上次只传了一部分")).to_be_visible()
    offsets: list[int] = []
    form.page.on(
        "request",
        lambda request: request.method == "PATCH" and offsets.append(int(request.headers["upload-offset"])),
    )
    form.choose("佐证材料", file)
    expect(form.part("佐证材料").locator("li[data-file]")).to_have_count(1)
    assert offsets[0] >= before
    assert form.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('tus')).length") == 0
    expect(form.part("佐证材料").get_by_text("上次只传了一部分")).to_have_count(0)


def test_an_upload_goes_on_after_the_server_restarted(form: Form, server: Server) -> None:
    form.slow(4)
    form.choose("佐证材料", ("产线.mp4", video(12)))
    form.wait_for_bytes(4 * MEGABYTE)
    server.stop()
    expect(form.part("佐证材料").get_by_text("连接不上服务器，正在重试").first).to_be_visible()
    server.restart()
    expect(form.part("佐证材料").locator("li[data-file]")).to_have_count(1)


def test_every_problem_is_told_in_words_and_hinders_nothing_else(form: Form) -> None:
    page = form.page
    assert "可上传 JPG、PNG（每个不超过 1 MB）。最多 2 个文件。" in form.part("现场照片").inner_text()
    form.choose(
        "现场照片",
        ("表.xlsx", xlsx()),
        ("空.png", b""),
        ("大.png", noise(1.2)),
        ("假.png", pdf()),
        ("真.jpg", jpg()),
    )
    part = form.part("现场照片")
    expect(part.locator("li[data-file]")).to_have_count(1)
    for words in (
        "“表.xlsx”的类型不在可上传之列",
        "“空.png”是空文件",
        "“大.png”有 1.2 MB",
        "“假.png”的内容不是 PNG 图片",
    ):
        expect(part.locator("p.error").get_by_text(words)).to_be_visible()
    assert form.axe() == []
    for name in ("表.xlsx", "空.png", "大.png", "假.png"):
        part.get_by_role("button", name=f"知道了 {name}").click()
    form.choose("现场照片", ("二.png", png()), ("三.png", png("3")))
    expect(part.locator("p.error").get_by_text("最多 2 个文件，“三.png”没有上传")).to_be_visible()
    expect(part.locator("li[data-file]")).to_have_count(2)
    expect(part.locator("img")).to_have_count(2)
    page.wait_for_function(
        "[...document.querySelectorAll('[data-files] img')].every(i => i.naturalWidth > 0)"
    )


def test_files_are_put_in_order_removed_and_kept_in_the_draft(form: Form) -> None:
    form.choose("佐证材料", *((f"{name}.pdf", pdf(name)) for name in "甲乙丙"))
    part = form.part("佐证材料")
    expect(part.locator("li[data-file]")).to_have_count(3)
    first, second, third = form.there("佐证材料")
    up = part.get_by_role("button", name=f"上移 {third}")
    up.focus()
    form.page.keyboard.press("Enter")
    expect(up).to_be_focused()
    expect(part.get_by_role("status")).to_have_text(f"“{third}”移到第 2 位")
    part.get_by_role("button", name=f"移除 {first}").click()
    assert form.there("佐证材料") == [third, second]
    form.wait_for_draft("evidence", 2)
    form.open()
    assert form.there("佐证材料") == [third, second]


def test_a_canceled_upload_leaves_nothing(form: Form) -> None:
    form.slow(2)
    form.choose("佐证材料", ("产线.mp4", video(12)))
    form.wait_for_bytes(4 * MEGABYTE)
    form.page.get_by_role("button", name="提交", exact=True).click()
    expect(form.part("佐证材料").get_by_role("status")).to_contain_text("还有 1 个文件正在上传")
    form.part("佐证材料").get_by_role("button", name="取消 产线.mp4").click()
    expect(form.part("佐证材料").locator("li")).to_have_count(0)
    with form.server.runtime.reading() as session:
        while session.scalars(select(Upload)).first() is not None:
            form.page.wait_for_timeout(50)
            session.rollback()
    assert list(form.server.runtime.files.parts()) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_fields_are_accessible_and_fit(form: Form, width: int) -> None:
    form.page.set_viewport_size({"width": width, "height": 800})
    form.choose(
        "佐证材料",
        ("一个名字很长很长很长很长很长很长很长很长的文件，用来看窄屏幕上怎样换行.pdf", pdf()),
        ("图.png", png()),
    )
    expect(form.part("佐证材料").locator("li[data-file]")).to_have_count(2)
    assert form.axe() == []
    assert form.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_without_scripts_files_go_with_the_form(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    form = signed_in(context, server)
    form.choose("营业执照", ("执照.pdf", pdf()))
    form.choose("佐证材料", ("一.png", png()), ("二.docx", docx()), ("假.pdf", b"<html>"))
    form.page.get_by_role("button", name="提交", exact=True).click()
    expect(form.page.get_by_text("“假.pdf”的内容不是 PDF 文档").first).to_be_visible()
    assert form.there("佐证材料") == ["一.png", "二.docx"]
    form.part("佐证材料").get_by_role("checkbox", name="保留 二.docx").uncheck()
    form.choose("佐证材料", ("三.xlsx", xlsx()))
    form.page.get_by_role("button", name="提交", exact=True).click()
    form.page.wait_for_url("**/done")
    form.open()
    shown = form.page.get_by_role("link").all_inner_texts()
    assert [name for name in shown if "." in name] == ["执照.pdf", "一.png", "三.xlsx"]
    context.close()
