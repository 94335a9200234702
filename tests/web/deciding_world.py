"""The site over a cycle that has come to its decisions: the main line's house, and people who can sign in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM
from engine.store.people import Account
from tests.programme.mainline import House, copy_database, furnished, open_house
from tests.programme.test_decisions import reviewed_database
from tests.support.once import Made
from tests.web.conftest import PASSWORD, token
from webapp import assets, create_app
from webapp.account.passwords import hash_password
from webapp.settings import WebSettings

__all__ = ["decided_database", "furnished", "house", "reviewed_database", "site"]

ROLES = ("dept_officer", "dept_head", "dept_deputy", "director", "office", "supervision")


class Site:
    """The application over a house; `client("office")` is a signed-in browser."""

    def __init__(self, app: Flask, house: House) -> None:
        self.app, self.house = app, house

    def client(self, login: str) -> FlaskClient:
        """A browser in which that person has signed in."""
        client = self.app.test_client()
        form = {"login": login, "password": PASSWORD, "csrf_token": token(client.get("/sign-in"))}
        assert client.post("/sign-in", data=form).status_code == 302
        return client

    def task(self, element: str, key: str | None = None) -> int:
        """The id of the one open task of an element."""
        [task] = self.house.tasks(element, key)
        return task.id

    def open(self, element: str, login: str) -> tuple[FlaskClient, int, str]:
        """Sign in, take the task, and read its page."""
        client, id = self.client(login), self.task(element)
        page = client.get(f"/tasks/{id}")
        if "/claim" in page.get_data(as_text=True):
            client.post(f"/tasks/{id}/claim", data={"csrf_token": token(page)})
        return client, id, client.get(f"/tasks/{id}").get_data(as_text=True)


def login_of(role: str) -> str:
    """The login of the department's one person in a role."""
    return f"{role}@370000"


@pytest.fixture(scope="session")
def decided_database(made_once: Made, reviewed_database: Path) -> Path:
    """Two reviewed items, and accounts of everybody who decides. To be copied."""

    def make(folder: Path) -> None:
        copy_database(reviewed_database, folder / "luzhi.sqlite3")
        found = open_house(folder / "luzhi.sqlite3", "2024-09-05 09:00")
        with found.rt.transaction() as tx:
            scribe = Scribe(SYSTEM, tx.now)
            for role in ROLES:
                add_account(tx.session, scribe, login_of(role), role, [Grant(role, "370000")])
            secret = hash_password(PASSWORD)
            tx.session.execute(update(Account).values(password_hash=secret))
        found.rt.close()

    return made_once("decided", make) / "luzhi.sqlite3"


@pytest.fixture
def house(tmp_path: Path, decided_database: Path) -> Iterator[House]:
    """A house on 2024-09-05 with two reviewed items."""
    path = tmp_path / "luzhi.sqlite3"
    copy_database(decided_database, path)
    found = open_house(path, "2024-09-05 09:00")
    yield found
    found.rt.close()


@pytest.fixture
def site(house: House, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The application over the house."""
    names = assets.ENTRIES
    monkeypatch.setattr(assets, "manifest", lambda: {name: name for name in names})
    settings = WebSettings(
        secret_key="test-key-of-enough-length-0123456789",
        demo=False,
        https=False,
        second_factor_for_officials=False,
    )
    return Site(create_app(house.rt, settings), house)
