"""The largest attachments a form may have, against the real server: a network that breaks, a server that is killed.

Small by default; `LUZHI_FULL=1` sends 10 files of 20 MB and a video of 200 MB. `-s` shows times and memory.
"""

import json
import os
import re
import shutil
import socket
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from engine.clock import SystemClock
from engine.files.operations import PIECE
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.files import FileUse, StoredFile, Upload
from tests.support.files import noise, write_video
from tests.support.serving import Gunicorn
from tests.web import attaching, world

FULL = os.environ.get("LUZHI_FULL") == "1"
COUNT, EACH_MB, VIDEO_MB = (10, 19.9, 200) if FULL else (3, 2.5, 24)
MEMORY_MB = 350
"""What one process of the server may have held at its peak, whatever the files' sizes."""
PATIENCE_MS = 300_000 if FULL else 60_000


@dataclass(slots=True)
class Place:
    """The server, a runtime that looks at the same database, and the files that are going to be sent."""

    server: Gunicorn
    runtime: Runtime
    documents: list[Path]
    video: Path

    @property
    def everything(self) -> list[Path]:
        return [*self.documents, self.video]

    def offsets(self) -> dict[str, int]:
        """Bytes by name that the rows of open uploads count."""
        with self.runtime.reading() as session:
            return {row.name: row.offset for row in session.scalars(select(Upload))}

    def digests(self, *, attached: bool = False) -> dict[str, str]:
        """SHA-256 by name of the files that are there, computed anew from the bytes on disk."""
        wanted = select(StoredFile)
        if attached:
            wanted = wanted.join(FileUse, FileUse.file_id == StoredFile.id)
        with self.runtime.reading() as session:
            rows = session.scalars(wanted).all()
        return {row.name: digest_of(self.runtime.files.whole(row.sha256)) for row in rows}

    def expected(self) -> dict[str, str]:
        return {path.name: digest_of(path) for path in self.everything}


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        total = sha256()
        while block := file.read(1024 * 1024):
            total.update(block)
    return total.hexdigest()


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], Path]:
    folder = tmp_path_factory.mktemp("samples")
    documents = []
    for number in range(COUNT):
        path = folder / f"照片{number:02}.png"
        path.write_bytes(noise(EACH_MB, number))
        documents.append(path)
    return documents, write_video(folder / "产线.mp4", VIDEO_MB)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as `luzhi init` makes it, with a task that asks for attachments, to be copied."""
    folder = tmp_path_factory.mktemp("begun")
    made = world.open_world(folder, migrated=True)
    attaching.begin(made)
    made.close()
    return folder / "web.sqlite3"


@pytest.fixture
def place(tmp_path: Path, built: None, begun: Path, samples: tuple[list[Path], Path]) -> Iterator[Place]:
    copy = shutil.copy(begun, tmp_path / "web.sqlite3")
    settings = Settings(database_url=f"sqlite:///{copy}", sqlite_synchronous="OFF")
    runtime = Runtime.open(settings, SystemClock())
    server = Gunicorn(settings.database_url, tmp_path / "server.log")
    server.start()
    yield Place(server, runtime, *samples)
    server.stop()
    runtime.close()


def until(page: Page | None, holds: Callable[[], bool]) -> None:
    """Wait for something that happens in the server."""
    ends = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < ends, "it did not happen"
        page.wait_for_timeout(50) if page else time.sleep(0.05)


def told(what: str, place: Place, since: float) -> None:
    total = sum(path.stat().st_size for path in place.everything) / 1024 / 1024
    facts = {
        "what": what,
        "megabytes": round(total),
        "seconds": round(time.monotonic() - since, 1),
        "peak": place.server.peak_megabytes(),
    }
    print(json.dumps(facts))


@pytest.fixture
def page(browser: Browser, place: Place) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{place.server.address}/sign-in")
    page.get_by_role("button", name="王晓").click()
    page.wait_for_load_state()
    page.goto(f"{place.server.address}/tasks/1")
    yield page
    context.close()


def part(page: Page, label: str) -> Any:
    return page.get_by_role("group", name=re.compile(f"^{label}"))


def test_a_browser_sends_them_all_through_a_cut_network_and_a_killed_server(page: Page, place: Place) -> None:
    since = time.monotonic()
    evidence = part(page, "佐证材料")
    evidence.locator("input[type=file]").set_input_files(place.everything)
    until(page, lambda: max(place.offsets().values(), default=0) >= PIECE / 2 or bool(place.digests()))
    page.context.set_offline(True)
    expect(evidence.get_by_text("网络中断，恢复后自动继续").first).to_be_visible(timeout=PATIENCE_MS)
    page.context.set_offline(False)
    until(page, lambda: place.offsets().get(place.video.name, 0) >= 2 * PIECE)
    place.server.kill()
    before = place.offsets()[place.video.name]
    pieces: list[int] = []
    page.on(
        "request", lambda sent: sent.method == "PATCH" and pieces.append(int(sent.headers["upload-offset"]))
    )
    place.server.start()
    done = evidence.locator("li[data-file]")
    expect(done).to_have_count(len(place.everything), timeout=PATIENCE_MS)
    assert place.digests() == place.expected()
    assert 0 < before <= max(pieces), "the video began anew"
    assert min(n for n in pieces if n) >= 0
    told("browser", place, since)
    part(page, "营业执照").locator("input[type=file]").set_input_files(place.documents[0])
    expect(part(page, "营业执照").locator("li[data-file]")).to_have_count(1)
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/done")
    assert place.digests(attached=True) == place.expected()
    assert place.server.peak_megabytes() < MEMORY_MB


class Tus:
    """Another client of the protocol: sends a file piece by piece and asks where to go on after a failure."""

    def __init__(self, place: Place) -> None:
        self.place, self.http = place, requests.Session()
        self.http.headers["Connection"] = "close"  # a kept one may end while the test looks elsewhere
        self.http.post(
            f"{place.server.address}/sign-in/demo",
            data={"csrf_token": self.token("/sign-in"), "login": "filler"},
        )
        self.headers = {"X-CSRFToken": self.token("/inbox"), "Tus-Resumable": "1.0.0"}

    def token(self, path: str) -> str:
        text = self.http.get(self.place.server.address + path, timeout=60).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        assert found, text[:500]
        return found[1]

    def begin(self, path: Path) -> str:
        facts = {"filename": path.name, "purpose": "task:1"}
        metadata = ",".join(f"{k} {b64encode(v.encode()).decode()}" for k, v in facts.items())
        headers = {**self.headers, "Upload-Length": str(path.stat().st_size), "Upload-Metadata": metadata}
        answer = self.http.post(f"{self.place.server.address}/files/uploads", headers=headers, timeout=60)
        assert answer.status_code == 201, answer.text
        return self.place.server.address + answer.headers["Location"]

    def offset(self, address: str) -> int:
        return int(self.http.head(address, headers=self.headers, timeout=60).headers["Upload-Offset"])

    def send(self, address: str, path: Path, start: int = 0, most: int | None = None) -> int:
        """Pieces from `start` on, at most so many bytes; where it stands now."""
        size = path.stat().st_size
        ends = size if most is None else min(size, start + most)
        with path.open("rb") as file:
            while start < ends:
                file.seek(start)
                start = self.piece(address, start, file.read(PIECE))
        return start

    def piece(self, address: str, start: int, content: Any) -> int:
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(start)}
        answer = self.http.patch(address, data=content, headers={**self.headers, **kind}, timeout=120)
        assert answer.status_code == 204, answer.text
        return int(answer.headers["Upload-Offset"])

    def finish(self, address: str) -> str:
        answer = self.http.post(address, headers=self.headers, timeout=120)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


@contextmanager
def silent(client: Tus, address: str, start: int, content: bytes) -> Iterator[None]:
    """A sender that falls silent in the middle of a piece, as one whose network is gone: the connection stays open."""
    parts = urlsplit(address)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.http.cookies)
    headers = {
        **client.headers,
        "Host": parts.netloc,
        "Cookie": cookies,
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(len(content)),
        "Upload-Offset": str(start),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(
            f"PATCH {parts.path} HTTP/1.1\r\n{lines}\r\n".encode() + content[: len(content) // 2]
        )
        yield


def test_a_client_of_the_protocol_goes_on_after_a_cut_and_after_a_kill(place: Place) -> None:
    since, client = time.monotonic(), Tus(place)
    for path in place.documents:
        address = client.begin(path)
        client.send(address, path)
        client.finish(address)
    address = client.begin(place.video)
    half = client.send(address, place.video, most=2 * PIECE)
    with place.video.open("rb") as file:
        file.seek(half)
        content = file.read(PIECE)
    with silent(client, address, half, content):
        until(None, lambda: client.offset(address) > half)  # the server has given the silent one up
        on = client.send(address, place.video, client.offset(address), most=PIECE)
    assert on > half
    place.server.kill()
    place.server.start()
    assert client.offset(address) == on
    client.send(address, place.video, on)
    began = time.monotonic()
    id = client.finish(address)
    print(json.dumps({"finish_seconds": round(time.monotonic() - began, 2)}))
    assert client.finish(address) == id
    assert place.digests() == place.expected()
    told("protocol", place, since)
    assert place.server.peak_megabytes() < MEMORY_MB


def test_a_plain_form_brings_the_video_at_once(place: Place) -> None:
    since, client = time.monotonic(), Tus(place)
    page = client.http.get(f"{place.server.address}/tasks/1", timeout=60).text
    fields = dict(
        re.findall(
            r'<input type="hidden" name="(csrf_token|_revision|_page|_base|_serial)" value="([^"]*)"', page
        )
    )
    boundary = "a-boundary-of-the-test"
    answer = client.http.post(
        f"{place.server.address}/tasks/1",
        data=_multipart(boundary, {**fields, "_action": "save"}, "evidence", place.video),
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
        timeout=300,
    )
    assert answer.status_code == 200, answer.text[:2000]
    assert place.digests() == {place.video.name: digest_of(place.video)}
    told("plain form", replace(place, documents=[]), since)
    assert place.server.peak_megabytes() < MEMORY_MB


def _multipart(boundary: str, fields: dict[str, str], name: str, path: Path) -> Any:
    """The body of a form with one file, as a file object of known length would send it: streamed."""
    head = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
        for k, v in fields.items()
    )
    head += (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{path.name}"\r\n'
        "Content-Type: video/mp4\r\n\r\n"
    ).encode()
    return Body(head, path, f"\r\n--{boundary}--\r\n".encode())


class Body:
    """Bytes, a file, bytes: with a length, so that nothing has to be held in memory."""

    def __init__(self, head: bytes, path: Path, tail: bytes) -> None:
        self.length = len(head) + path.stat().st_size + len(tail)
        self._parts = self._read(head, path, tail)

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[bytes]:
        return self._parts

    @staticmethod
    def _read(head: bytes, path: Path, tail: bytes) -> Iterator[bytes]:
        yield head
        with path.open("rb") as file:
            while block := file.read(1024 * 1024):
                yield block
        yield tail
