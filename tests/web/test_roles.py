"""Every route as every role: an answer, never a failure, and nothing of a foreign case."""

import pytest
from flask import Flask
from sqlalchemy import update

from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import DEPARTMENT, ROLES, SYSTEM
from engine.runtime import Runtime
from engine.store.people import Account
from tests.web import routes, world
from tests.web.conftest import PASSWORD, SignIn

PLACES = {"enterprise": world.USCC, "legal": world.USCC, "county": "370102", "city": "370200"}


def place_of(role: str) -> str:
    return PLACES.get(role.split("_")[0], "370000")


@pytest.mark.parametrize("role", ROLES)
def test_every_page_as_this_role(app: Flask, runtime: Runtime, sign_in: SignIn, role: str) -> None:
    world.add_measure(runtime)
    world.add_cycle(runtime)
    world.add_titles(runtime)
    world.add_announcement(runtime)
    world.deploy_review(runtime)
    task = world.start_review(runtime, "2024-370100")
    with runtime.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), "somebody", "某人", [Grant(role, place_of(role))])
        known = tx.session.get_one(Account, 1).password_hash
        tx.session.execute(update(Account).where(Account.login == "somebody").values(password_hash=known))
    client = sign_in("somebody", PASSWORD)
    for endpoint, address in routes.walk(app, "GET"):
        answer = client.get(address)
        assert answer.status_code in (200, 204, 302, 403, 404), (endpoint, answer.status_code)
        if role != "supervision" and role not in DEPARTMENT:  # who may read every case
            assert "审核材料".encode() not in answer.get_data(), (endpoint, task)  # some answers are pictures
