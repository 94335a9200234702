"""Every route as every role: an answer, never a failure, and nothing of a foreign case."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from engine import commands, policy
from engine.clock import VirtualClock
from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import DEPARTMENT, ROLES, SYSTEM, Actor
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.people import Account
from tests.web import routes, world
from tests.web.conftest import PASSWORD, SignIn, token
from webapp.access import mark_of

SAID = "消防验收意见尚未取得"
"""What somebody wrote in the foreign case."""
PLACES = {"enterprise": world.USCC, "legal": world.USCC, "county": "370102", "city": "370200"}
READS_PUBLIC = ("enterprise_filler", "supervision")
"""Whose walk takes in the public pages: to all they are the same, and visitors read them elsewhere."""
SENDS = ("agency", "city_head", "enterprise_viewer", "expert", "legal_review", "sysadmin")
"""One of each kind of people: what they may never do is refused by its address."""


def place_of(role: str) -> str:
    return PLACES.get(role.split("_")[0], "370000")


@pytest.fixture(scope="session")
def peopled(_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A foreign case and what is public, and somebody in each role. To be copied."""
    path = tmp_path_factory.mktemp("peopled") / "web.sqlite3"
    path.write_bytes(_template.read_bytes())
    runtime = Runtime.open(_on(path), VirtualClock(world.START))
    world.add_measure(runtime)
    world.add_cycle(runtime)
    world.add_titles(runtime)
    world.add_announcement(runtime)
    world.deploy_review(runtime)
    first = commands.start(runtime, world.actor("officer"), "recommendation", {"note": SAID}, "2024-370100")
    assert first.tasks
    with runtime.transaction() as tx:
        for role in ROLES:
            add_account(
                tx.session, Scribe(SYSTEM, tx.now), f"as-{role}", "某人", [Grant(role, place_of(role))]
            )
        known = tx.session.get_one(Account, 1).password_hash
        tx.session.execute(update(Account).values(password_hash=known))
    runtime.close()
    return path


def _on(path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{path}", sqlite_synchronous="OFF")


@pytest.fixture
def runtime(peopled: Path, tmp_path: Path) -> Iterator[Runtime]:
    copy = tmp_path / "web.sqlite3"
    copy.write_bytes(peopled.read_bytes())
    runtime = Runtime.open(_on(copy), VirtualClock(world.START))
    yield runtime
    runtime.close()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_as_this_role(app: Flask, sign_in: SignIn, role: str) -> None:
    client = sign_in(f"as-{role}", PASSWORD)
    actor = Actor(role, role, (Grant(role, place_of(role)),))
    reads_machinery = policy.may(actor, "instance.read")
    for endpoint, address in routes.walk(app, "GET"):
        if endpoint.startswith("public.") and role not in READS_PUBLIC:
            continue
        answer = client.get(address)
        if endpoint != "health.ready":  # says 503 to everybody where no worker runs, as here
            assert answer.status_code in (200, 204, 302, 403, 404), (endpoint, answer.status_code)
        if role != "supervision" and role not in DEPARTMENT:  # who may read every case
            seen = answer.get_data()  # some answers are pictures
            assert SAID.encode() not in seen, endpoint
            if not (reads_machinery and endpoint.startswith("inspector.")):  # there a step is named, no more
                assert "审核材料".encode() not in seen, endpoint


@pytest.mark.parametrize("role", SENDS)
def test_what_a_role_may_never_do_is_refused_at_its_address(app: Flask, sign_in: SignIn, role: str) -> None:
    """Every address that changes something and whose rule has no row for the role."""
    client, actor = sign_in(f"as-{role}", PASSWORD), Actor(role, role, (Grant(role, place_of(role)),))
    headers = {"X-CSRFToken": token(client.get("/account/password"))}
    tried = 0
    for endpoint, address in routes.walk(app, "POST"):
        kind, action = mark_of(app, endpoint)
        if kind == "rule" and not policy.ever(actor, action):
            answer = client.post(address, headers=headers)
            assert answer.status_code in (400, 403, 404), (endpoint, answer.status_code)
            tried += 1
    assert tried > 10
