"""One world and one client per test; `sign_in` sends the real form, as a browser would."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, request, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import update
from werkzeug.test import TestResponse

from engine import commands
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import project_root
from engine.store.people import Account
from tests.support import trailed
from tests.support.once import Made
from tests.web import world
from webapp import assets, create_app
from webapp.account.passwords import hash_password
from webapp.settings import WebSettings

PASSWORD = "正确的密码 correct horse"


@pytest.fixture(scope="session")
def _template(made_once: Made) -> Path:
    """A database file with tables, people and passwords, copied for every test."""

    def make(folder: Path) -> None:
        runtime = world.open_world(folder)
        with runtime.transaction() as tx:
            tx.session.execute(update(Account).values(password_hash=hash_password(PASSWORD)))
        runtime.close()

    return made_once("world", make) / "web.sqlite3"


@pytest.fixture
def runtime(_template: Path, tmp_path: Path) -> Iterator[Runtime]:
    runtime = world.open_copy(_template, tmp_path)
    yield runtime
    runtime.close()


@pytest.fixture(scope="session")
def programme_template(_template: Path, made_once: Made) -> Path:
    """The same with the programme's own diagrams, decisions and forms: deploying all takes half a second."""

    def make(folder: Path) -> None:
        runtime = world.open_copy(_template, folder)
        files = {
            file.name: file.read_bytes()
            for part in ("processes", "forms/definitions")
            for file in (project_root() / part).rglob("*")
            if file.suffix in (".bpmn", ".dmn", ".form")
        }
        commands.deploy(runtime, SYSTEM, files)
        runtime.close()

    return made_once("programme", make) / "web.sqlite3"


@pytest.fixture
def settings() -> WebSettings:
    return WebSettings(
        secret_key="test-key-of-enough-length-0123456789",
        demo=False,
        https=False,
        second_factor_for_officials=False,
    )


@pytest.fixture
def app(runtime: Runtime, settings: WebSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(assets, "manifest", lambda: {name: name for name in assets.ENTRIES})
    app = create_app(runtime, settings)
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    app.teardown_request(lambda _: trailed.begin(""))
    yield app
    assert trailed.taken() == [], "changed without a link of the audit trail (tests/support/trailed.py)"


def _begin() -> None:
    trailed.begin(f"{request.method} {request.endpoint}")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def token(page: TestResponse) -> str:
    """The CSRF token of the first form on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))
    assert found, "no form with a CSRF token on this page"
    return found[1]


SignIn = Callable[..., FlaskClient]


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """`sign_in("city")` answers a client with that person's session."""

    def enter(login: str, password: str = PASSWORD) -> FlaskClient:
        client = app.test_client()
        form = {"login": login, "password": password, "csrf_token": begun(client)}
        client.post("/sign-in", data=form)
        return client

    return enter


def begun(client: FlaskClient) -> str:
    """A session as a visitor's first page begins it, without drawing that page; its CSRF token."""
    with client.application.test_request_context():
        value = generate_csrf()
        kept = session["csrf_token"]
    with client.session_transaction() as visitor:
        visitor["csrf_token"] = kept
    return value
