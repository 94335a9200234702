"""Files come in resumably, go out only as attachments, and are seen by whoever may read what they belong to."""

import io

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from engine import commands
from engine.clock import VirtualClock
from engine.runtime import Runtime
from engine.settings import Settings
from forms.errors import InvalidForm
from tests.support.files import SAMPLES, docx, jpg, mp4, pdf, png
from tests.web import attaching, world
from tests.web.attaching import Browser
from tests.web.conftest import SignIn, token
from webapp import create_app
from webapp.settings import WebSettings

LICENCE = ("licence", "营业执照.pdf")


@pytest.fixture
def task(runtime: Runtime) -> int:
    return attaching.begin(runtime)


@pytest.fixture
def filler(sign_in: SignIn) -> FlaskClient:
    return sign_in("filler")


@pytest.fixture
def browser(filler: FlaskClient, task: int) -> Browser:
    return Browser(filler, f"task:{task}")


def post(client: FlaskClient, address: str, **answers: object) -> TestResponse:
    """A multipart form, encoded in memory: the test client would leave its temporary file open."""
    boundary, body = encode_multipart(answers)
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def submit(client: FlaskClient, task: int, action: str = "submit", **answers: object) -> TestResponse:
    csrf = token(client.get(f"/tasks/{task}"))
    return post(client, f"/tasks/{task}", csrf_token=csrf, _action=action, **answers)


def test_the_server_says_what_it_speaks(filler: FlaskClient) -> None:
    answer = filler.options("/files/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,termination"


@pytest.mark.parametrize("extension", SAMPLES)
def test_a_file_comes_in_pieces_and_out_as_it_was(browser: Browser, extension: str) -> None:
    content = SAMPLES[extension]()
    address = browser.begin(f"材料.{extension}", len(content))
    assert browser.patch(address, 0, content[:50]).headers["Upload-Offset"] == "50"
    assert browser.offset(address) == 50
    browser.patch(address, 50, content[50:])
    facts = browser.finish(address).json
    assert facts is not None
    assert facts["name"] == f"材料.{extension}"
    assert browser.finish(address).json == facts
    assert browser.offset(address) == len(content)
    assert bool(facts["preview"]) == (extension in ("jpg", "png"))
    back = browser.client.get(facts["url"], buffered=True)
    assert back.data == content
    assert back.headers["Content-Disposition"].startswith("attachment; filename")
    assert "filename*=UTF-8''%E6%9D%90%E6%96%99" in back.headers["Content-Disposition"]


def test_an_upload_goes_on_after_a_restart(
    browser: Browser, runtime: Runtime, settings: WebSettings, task: int
) -> None:
    content = pdf(pages=5)
    address = browser.begin("报告.pdf", len(content))
    browser.patch(address, 0, content[:200])
    again = Runtime.open(runtime.settings, VirtualClock(world.START))
    client = create_app(again, settings).test_client()
    cookie = browser.client.get_cookie("luzhi")
    assert cookie is not None
    client.set_cookie("luzhi", cookie.value)
    later = Browser(client, f"task:{task}")
    assert later.offset(address) == 200
    later.patch(address, 200, content[200:])
    assert later.finish(address).status_code == 201
    again.close()


def test_what_is_not_taken_is_said_in_words_before_anything_is_sent(browser: Browser) -> None:
    for name, size, status, words in (
        ("程序.exe", 10, 422, "另存为 PDF"),
        ("空.pdf", 0, 422, "空文件"),
        ("大.pdf", 21 * 1024 * 1024, 422, "20 MB"),
    ):
        answer = browser.create(name, size)
        assert (answer.status_code, words in answer.json["message"]) == (status, True)
    browser.client.get("/language/en")
    assert browser.create("a.exe", -5).json["message"].startswith("a.exe is of a type")


@pytest.mark.parametrize(
    "purpose", ["", "task:99999", "task:x", "start:annual_cycle", "objection:guessed", "other:1"]
)
def test_nobody_uploads_for_what_is_not_theirs(browser: Browser, purpose: str) -> None:
    assert browser.create("a.pdf", 10, purpose).status_code in (403, 404, 422)


def test_a_stranger_and_a_colleague_elsewhere_learn_nothing(
    browser: Browser, sign_in: SignIn, app: object, task: int
) -> None:
    content = pdf()
    address = browser.begin("a.pdf", len(content))
    browser.patch(address, 0, content[:50])
    unknown = "/files/uploads/f" + "0" * 24
    for client in (sign_in("other_city"), sign_in("county")):
        other = Browser(client, f"task:{task}")
        for ask in (
            lambda a, c=client: c.head(a),
            lambda a, o=other: o.patch(a, 50, b"x"),
            lambda a, o=other: o.finish(a),
            lambda a, o=other: o.delete(a),
        ):
            mine, nothing = ask(address), ask(unknown)
            assert (mine.status_code, mine.data) == (nothing.status_code, nothing.data) == (404, mine.data)
        assert other.create("a.pdf", 10).status_code == 404
    assert browser.offset(address) == 50


def test_every_change_needs_the_token(browser: Browser) -> None:
    address = browser.begin("a.pdf", 10)
    del browser.headers["X-CSRFToken"]
    assert browser.create("a.pdf", 10).status_code == 400
    assert browser.patch(address, 0, b"x").status_code == 400
    assert browser.finish(address).status_code == 400
    assert browser.delete(address).status_code == 400


def test_a_canceled_upload_is_gone(browser: Browser, runtime: Runtime) -> None:
    address = browser.begin("a.pdf", 10)
    browser.patch(address, 0, b"12345")
    assert browser.delete(address).status_code == 204
    assert browser.client.head(address).status_code == 404
    assert list(runtime.files.parts()) == []


def test_files_leave_as_attachments_that_can_do_nothing(browser: Browser) -> None:
    id = browser.send("图.png", png())
    for address in (f"/files/{id}", f"/files/{id}/preview"):
        answer = browser.client.get(address, buffered=True)
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
    assert browser.client.get(f"/files/{id}/preview").mimetype == "image/jpeg"
    id = browser.send("文.docx", docx())
    assert browser.client.get(f"/files/{id}/preview").status_code == 404


def test_a_preview_is_encoded_anew_and_small(browser: Browser) -> None:
    id = browser.send("大.jpg", jpg(size=(2000, 1000)))
    small = Image.open(io.BytesIO(browser.client.get(f"/files/{id}/preview").data))
    assert (small.format, max(small.size)) == ("JPEG", 320)


def test_a_video_can_be_read_in_ranges(browser: Browser) -> None:
    content = mp4(size=5000)
    id = browser.send("线.mp4", content)
    part = browser.client.get(f"/files/{id}", headers={"Range": "bytes=100-199"}, buffered=True)
    assert (part.status_code, part.data) == (206, content[100:200])
    assert browser.client.get(f"/files/{id}", buffered=True).headers["Accept-Ranges"] == "bytes"


def test_a_draft_file_is_seen_by_its_uploader_alone_and_a_submitted_one_as_the_submission(
    browser: Browser, sign_in: SignIn, task: int, runtime: Runtime
) -> None:
    id = browser.send("执照.pdf", pdf())
    readers = {name: sign_in(name) for name in ("county", "other_city", "officer", "owner")}
    for client in readers.values():
        assert client.get(f"/files/{id}", buffered=True).status_code == 404
    assert submit(browser.client, task, licence=id, note="见附件").status_code == 302
    seen = {name: client.get(f"/files/{id}", buffered=True).status_code for name, client in readers.items()}
    assert seen == {"county": 200, "other_city": 404, "officer": 404, "owner": 404}
    assert browser.client.get(f"/files/{id}", buffered=True).status_code == 200
    page = readers["county"].get(f"/tasks/{task + 1}").get_data(as_text=True)
    assert f'href="/files/{id}"' in page
    assert browser.delete(f"/files/uploads/{id}").status_code == 409


def test_a_form_takes_only_ones_own_files_for_this_very_form(
    browser: Browser, sign_in: SignIn, task: int, runtime: Runtime
) -> None:
    other_task = attaching.begin(runtime, 2)
    elsewhere = Browser(browser.client, f"task:{other_task}").send("执照.pdf", pdf("b"))
    with runtime.transaction() as tx:
        from engine.files import operations

        actor = world.actor("other_city")
        foreign = operations.put(
            tx.session, runtime.files, actor, f"task:{task}", "执照.pdf", pdf("c"), tx.now
        )
    for id in (elsewhere, foreign.id, "f" + "0" * 24):
        with pytest.raises(InvalidForm) as refused:
            commands.complete(runtime, world.actor("filler"), task, {"licence": [id]})
        assert "找不到的文件" in refused.value.errors[0].zh
        answer = submit(browser.client, task, licence=id)
        assert answer.status_code == 422
        assert "执照.pdf" not in answer.get_data(as_text=True)


def test_the_field_narrows_what_is_taken(browser: Browser, task: int) -> None:
    word = browser.send("执照.docx", docx())
    photo = browser.send("照片.png", png())
    answer = submit(browser.client, task, licence=word, photos=[photo, photo])
    assert answer.status_code == 422
    assert "只接受 .pdf,.jpg,.jpeg,.png" in answer.get_data(as_text=True)


def upload(name: str, content: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(content), name)


def test_without_scripts_files_come_with_the_form(filler: FlaskClient, task: int) -> None:
    answer = submit(filler, task, "save", licence=upload("执照.pdf", pdf()), _one="licence", note="一")
    assert answer.status_code == 302
    page = filler.get(f"/tasks/{task}").get_data(as_text=True)
    assert "执照.pdf" in page
    assert 'enctype="multipart/form-data"' in page
    assert "可上传 PDF、JPG、PNG（每个不超过 20 MB）。" in page
    photos = [upload("一.png", png("1")), upload("二.jpg", jpg("2"))]
    first = page.split('name="licence" value="f')[1].split('"')[0]
    answer = submit(filler, task, licence=["f" + first], photos=photos, note="二")
    assert answer.status_code == 302


def test_without_scripts_a_bad_file_is_told_and_the_good_ones_stay(filler: FlaskClient, task: int) -> None:
    files = [upload("好.png", png()), upload("坏.png", b"<html>")]
    answer = submit(filler, task, licence=upload("执照.pdf", pdf()), photos=files, note="留下的话")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "“坏.png”的内容不是 PNG 图片（看起来是网页或 XML/SVG）" in page
    for kept in ("好.png", "执照.pdf", "留下的话"):
        assert kept in page


def test_without_scripts_a_new_file_replaces_the_only_one(
    filler: FlaskClient, task: int, browser: Browser
) -> None:
    old = browser.send("旧.pdf", pdf("old"))
    answer = submit(filler, task, "save", licence=[old, upload("新.pdf", pdf("new"))], _one="licence")
    assert answer.status_code == 302
    page = filler.get(f"/tasks/{task}").get_data(as_text=True)
    assert "新.pdf" in page
    assert "旧.pdf" not in page


def test_large_bodies_are_for_views_that_take_files(filler: FlaskClient, task: int) -> None:
    nine = 9 * 1024 * 1024
    assert submit(filler, task, "save", licence=upload("大.pdf", b"x" * nine)).status_code == 422
    csrf = token(filler.get("/inbox"))
    answer = post(filler, "/sign-out", csrf_token=csrf, x=upload("大.pdf", b"x" * nine))
    assert answer.status_code == 413


def test_names_are_shown_as_text(browser: Browser, task: int) -> None:
    id = browser.send("<img src=x onerror=alert(1)>.pdf", pdf())
    submit(browser.client, task, "save", licence=id)
    page = browser.client.get(f"/tasks/{task}").get_data(as_text=True)
    assert "<img src=x" not in page
    assert "_img src=x onerror=alert(1)_.pdf" in page


def test_settings_choose_the_folder(tmp_path: object) -> None:
    beside = Settings(_env_file=None, database_url="sqlite:////srv/luzhi/luzhi.sqlite3").files_folder()
    assert str(beside) == "/srv/luzhi/files"
    elsewhere = Settings(_env_file=None, database_url="postgresql+psycopg://x/y").files_folder()
    assert elsewhere.parts[-2:] == ("var", "files")
