"""Every line of the log says what it belongs to, and nothing about people."""

import json
import logging
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine import commands, logs
from engine.commands.leases import describe
from engine.runtime import Runtime
from engine.store.people import Account
from tests.support.diagrams import straight
from tests.support.people import CITY
from tests.support.runtimes import deploy, open_task, rows, start
from tests.web.conftest import SignIn, token


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.strip().splitlines() if line.startswith("{")]


def test_a_request_is_one_line_with_its_number(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = client.get("/guide")
    [line] = [found for found in lines(capsys) if found["event"] == "request"]
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert (line["endpoint"], line["method"], line["status"]) == ("public.guide_page", "GET", 200)


def test_the_signed_in_person_is_a_number(
    runtime: Runtime, sign_in: SignIn, capsys: pytest.CaptureFixture[str]
) -> None:
    client = sign_in("city")
    capsys.readouterr()
    client.get("/inbox")
    found = lines(capsys)[-1]
    [account] = rows(runtime, select(Account).where(Account.login == "city"))
    assert found["actor"] == account.id
    assert account.name not in json.dumps(found, ensure_ascii=False)
    assert '"city"' not in json.dumps(found)


def test_one_who_is_not_signed_in_has_none_of_the_request_before(
    client: FlaskClient, sign_in: SignIn, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in("city").get("/inbox")
    capsys.readouterr()
    client.get("/guide")
    assert "actor" not in lines(capsys)[-1]


def test_the_number_of_a_proxy_is_taken_over_and_no_other(app: Flask) -> None:
    given = {"X-Request-Id": "0198c2f4-7a11-7cc0-b1a2"}
    assert app.test_client().get("/guide", headers=given).headers["X-Request-Id"] != given["X-Request-Id"]
    behind = app.extensions["luzhi_settings"].model_copy(update={"proxies": 1})
    app.extensions["luzhi_settings"] = behind
    assert app.test_client().get("/guide", headers=given).headers["X-Request-Id"] == given["X-Request-Id"]
    for hostile in ("x", "a" * 65, 'a"}{"b":"c', "<script>"):
        answer = app.test_client().get("/guide", headers={"X-Request-Id": hostile})
        assert answer.headers["X-Request-Id"] != hostile


def test_addresses_that_open_something_are_not_logged(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    client.get("/password/reset/a-secret-of-the-mail?q=3702")
    client.get("/calendar/a-secret-of-the-mail.ics")
    assert "a-secret-of-the-mail" not in capsys.readouterr().err


def test_a_command_binds_its_instance(any_rt: Runtime, capsys: pytest.CaptureFixture[str]) -> None:
    deploy(any_rt, one=straight("one", 1))
    logs.forget()
    key = start(any_rt, "one")
    commands.complete(any_rt, CITY, open_task(any_rt, "t1"), {})
    assert structlog.contextvars.get_contextvars()["instance"] == key
    logs.forget()


def test_what_a_database_says_of_a_row_stays_out(any_rt: Runtime) -> None:
    """Neither the parameters of a statement nor the values of the row that was in the way."""

    def enter() -> None:
        with any_rt.transaction() as tx:
            tx.session.add(Account(login="zhang.san", name="张三", created_at=tx.now))

    enter()
    with pytest.raises(IntegrityError) as found:
        enter()
    logged = logs.without_details(None, "", {"exception": str(found.value), "event": "x"})
    assert "IntegrityError" in describe(found.value)
    for text in (describe(found.value), logged["exception"]):
        assert "zhang.san" not in text
        assert "张三" not in text


def test_libraries_write_the_same_lines(capsys: pytest.CaptureFixture[str]) -> None:
    before = list(logging.getLogger().handlers)
    try:
        logs.configure(logs.WORKER)
        logging.getLogger("apscheduler").warning("a tick was late")
        structlog.get_logger().info("worker.started")
        library, own = lines(capsys)
    finally:
        logging.getLogger().handlers[:] = before
        logs.configure()
    assert (library["event"], library["level"]) == ("a tick was late", "warning")
    assert own["process"] == "worker"


def test_what_was_typed_is_never_logged(sign_in: SignIn, capsys: pytest.CaptureFixture[str]) -> None:
    client = sign_in("city")
    form = {"csrf_token": token(client.get("/inbox")), "login": "x", "password": "hunter2-of-the-test"}
    client.post("/sign-in", data=form)
    assert "hunter2-of-the-test" not in capsys.readouterr().err
