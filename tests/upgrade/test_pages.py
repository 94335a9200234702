"""Whoever has an account in a database of the first release reads everything that is his, without a failing page."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from engine.clock import VirtualClock
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM, Grant
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.migrations import upgrade
from engine.store.people import Account
from tests.programme.mainline import COUNTY, FIRST, House, at
from tests.upgrade.database import unpack
from tests.upgrade.test_upgrade import NUMBERS, correct
from webapp import assets, create_app
from webapp.account.passwords import hash_password
from webapp.settings import WebSettings

PASSWORD = "正确的密码 correct horse"
PEOPLE = (f"enterprise_filler@{FIRST}", f"legal_representative@{FIRST}", "county", "city", "officer")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The upgraded database in which one application was corrected since."""
    url = unpack("filing", tmp_path_factory.mktemp("pages") / "old.sqlite3")
    clock = VirtualClock(at("2024-06-24 10:00"))
    settings = Settings(_env_file=None, database_url=url, sqlite_synchronous="OFF")
    house = House(Runtime.open(settings, clock), clock)
    upgrade(house.rt.engine)
    house.deploy()
    correct(house, "city_correct")
    with house.rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_account(tx.session, scribe, "county", "赵敏", [Grant("county_officer", COUNTY)])
        add_account(tx.session, scribe, "city", "李强", [Grant("city_officer", "370100")])
        add_account(tx.session, scribe, "officer", "周涛", [Grant("dept_officer", "370000")])
        tx.session.execute(update(Account).values(password_hash=hash_password(PASSWORD)))
    return house


@pytest.fixture
def client(house: House, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    names = assets.ENTRIES
    monkeypatch.setattr(assets, "manifest", lambda: {name: name for name in names})
    web = WebSettings(
        secret_key="test-key-of-enough-length-0123456789",
        demo=False,
        https=False,
        second_factor_for_officials=False,
    )
    return create_app(house.rt, web).test_client()


def shape(path: str) -> str:
    """Lists that differ only in how they are filtered and sorted are one page; what they lead to is the same."""
    address, _, query = path.partition("?")
    return f"{address}?{sorted(part.partition('=')[0] for part in query.split('&'))}" if query else address


@pytest.mark.parametrize("login", PEOPLE)
def test_every_link_leads_somewhere(client: FlaskClient, login: str, tmp_path: Path) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").get_data(as_text=True))
    assert token is not None
    form = {"login": login, "password": PASSWORD, "csrf_token": token[1]}
    assert client.post("/sign-in", data=form).status_code == 302
    seen, waiting = set[str](), ["/", "/inbox"]
    if "@" in login:
        waiting += [
            f"/enterprise/applications/{NUMBERS[name]}" for name in ("self", "city_correct", "formal_approve")
        ]
    while waiting and len(seen) < 400:
        path = waiting.pop(0)
        if shape(path) in seen or path.startswith(("/static", "/sign-out", "/language")):
            continue
        seen.add(shape(path))
        answer = client.get(path)
        assert answer.status_code in (200, 302, 303), f"{path}: {answer.status_code}"
        if answer.mimetype == "text/html":
            found = re.findall(r'href="(/[^"#]*)', answer.get_data(as_text=True))
            waiting += [link.replace("&amp;", "&") for link in found]
    assert len(seen) > 20
