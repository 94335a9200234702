"""What went wrong is said in words; a defect gets a number; nothing typed is lost; secrets are not shown."""

import errno
import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import DiskFull
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from engine.errors import NotFound
from engine.runtime import Runtime
from engine.store.people import WebSession
from tests.web.conftest import PASSWORD, SignIn, token
from webapp import sessions
from webapp.access import everyone


def test_an_unknown_address(client: FlaskClient) -> None:
    answer = client.get("/nothing-here")
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.get_data(as_text=True)


def test_in_english_too(client: FlaskClient) -> None:
    client.set_cookie("luzhi_language", "en")
    page = client.get("/nothing-here").get_data(as_text=True)
    assert '<html lang="en">' in page
    assert "This page was not found" in page


def test_a_refusal_shows_its_own_words_and_status(app: Flask) -> None:
    @everyone("a test of the error page")
    def refuse() -> str:
        raise NotFound(what_zh="这份公示", what_en="This notice")

    app.view_functions["public.home"] = refuse
    answer = app.test_client().get("/")
    assert answer.status_code == 404
    assert "没有找到这份公示，或您无权查看。请从列表重新进入。" in answer.get_data(as_text=True)


def test_a_defect_gets_a_number_that_the_log_has_too(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    @everyone("a test of the error page")
    def broken() -> str:
        secret = "p4ssw0rd-in-a-local-variable"  # noqa: F841
        raise RuntimeError("wires crossed")

    app.view_functions["public.home"] = broken
    answer = app.test_client().get("/")
    text = answer.get_data(as_text=True)
    lines = [json.loads(line) for line in capsys.readouterr().err.strip().splitlines()]
    [logged] = [line for line in lines if line["event"] == "unexpected"]
    assert answer.status_code == 500
    assert logged["number"] in text
    assert logged["number"] == logged["request_id"] == answer.headers["X-Request-Id"]
    assert "wires crossed" not in text
    assert "wires crossed" in logged["exception"]
    assert (
        "p4ssw0rd-in-a-local-variable"
        not in json.dumps(logged).replace("secret = ", "", 1).split("raise")[-1]
    )


def test_when_even_the_error_page_fails_there_is_an_answer(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_database(*_: object) -> None:
        raise OSError("the database is gone")

    monkeypatch.setattr("webapp.shell.public.basis", no_database)
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "编号" in answer.get_data(as_text=True)
    assert "Content-Security-Policy" in answer.headers


def test_a_body_that_is_too_large_is_refused(sign_in: SignIn) -> None:
    client = sign_in("city")
    form = {"csrf_token": token(client.get("/inbox")), "text": "x" * (9 * 1024 * 1024)}
    answer = client.post("/tasks/1/draft", data=form)
    assert answer.status_code == 413
    assert "8 MB" in answer.get_data(as_text=True)


def test_a_typed_password_is_never_shown_again(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"login": "city", "password": "hunter2"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "hunter2" not in text
    assert "city" in text


def _no_room(*_: object, **__: object) -> str:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_named_and_nothing_typed_is_lost(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    client = app.test_client()
    form = {"csrf_token": token(client.get("/sign-in")), "opinion": "写了很久"}
    app.view_functions["account.submit_sign_in"] = everyone("a test of the error page")(_no_room)
    answer = client.post("/sign-in", data=form)
    text = answer.get_data(as_text=True)
    lines = [json.loads(line) for line in capsys.readouterr().err.strip().splitlines()]
    [logged] = [line for line in lines if line["event"] == "storage.full"]
    assert answer.status_code == 503
    assert "系统存储空间已满" in text
    assert "写了很久" in text
    assert logged["number"] in text


def test_on_a_full_disk_pages_can_be_read(
    sign_in: SignIn, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("city")
    with runtime.transaction() as tx:
        tx.session.execute(update(WebSession).values(seen_at=sessions.CLOCK.now() - timedelta(minutes=5)))
    monkeypatch.setattr(sessions, "_update", _full_database)
    assert client.get("/inbox").status_code == 200


def test_on_a_full_disk_nobody_signs_in_and_is_told_why(
    sign_in: SignIn, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in("city")
    monkeypatch.setattr(sessions, "_create", _full_database)
    client = app.test_client()
    form = {"csrf_token": token(client.get("/sign-in")), "login": "city", "password": PASSWORD}
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 503
    assert "系统存储空间已满" in answer.get_data(as_text=True)


def _full_database(*_: object, **__: object) -> None:
    raise OperationalError("UPDATE", {}, DiskFull("No space left on device"))
