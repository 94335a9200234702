"""What somebody could do with our mails and links to others: flood them, write to them, come back through them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine import audit
from engine.accounts import invitations, names
from engine.accounts.errors import AlreadyMember, TooManyInvitations
from engine.accounts.names import BadName
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM, Actor
from engine.programme.registrations.models import Registration
from engine.runtime import Runtime
from engine.store.accounts import Invitation
from engine.store.trail import Audit
from tests.web import world
from tests.web.account_world import (
    FORM,
    GOOD,
    add_person,
    deploy_registration,
    link,
    mails,
    post,
    text_of,
)
from tests.web.conftest import PASSWORD, SignIn

PAGE = "/account/members"
ASKED = {"name": "孙言", "email": "sun@example.com", "role": "enterprise_filler"}
ADMIN = Actor("boss", "某人", (Grant("enterprise_admin", world.USCC),))
LURES = (
    "恭喜中奖 http://evil.example/x",
    "www.evil.example",
    "evil.example",
    "ｅｖｉｌ．ｃｏｍ",
    "领奖/请回复",
    "a@evil.example",
    "<b>张三</b>",
    "\u202e",
)


@pytest.fixture
def boss(runtime: Runtime, sign_in: SignIn) -> FlaskClient:
    add_person(runtime, "boss", "enterprise_admin", email="boss@example.com")
    return sign_in("boss", GOOD)


@pytest.mark.parametrize("text", LURES)
def test_a_name_is_no_message(text: str) -> None:
    with pytest.raises(BadName):
        names.name(text)


@pytest.mark.parametrize(
    "text",
    ["欧阳 娜娜", "阿卜杜拉·买买提", "J. R. Müller-O'Neil", "山东样例（集团）有限公司", "3M中国有限公司"],
)
def test_names_are_taken_as_they_are(text: str) -> None:
    assert names.name(f" {text}\n") == text


@pytest.mark.parametrize("name", LURES)
def test_an_invitation_carries_no_message(boss: FlaskClient, runtime: Runtime, name: str) -> None:
    answer = post(boss, PAGE, **{**ASKED, "name": name})
    assert answer.status_code == 422
    assert mails(runtime, "sun@example.com") == []


def test_invitations_at_once_reach_a_person_once(postgres_rt: Runtime) -> None:
    """On PostgreSQL two transactions run side by side: the enterprise's row makes them follow one another."""
    rt = postgres_rt
    with rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, "370000", "厅", "province", None)
        add_organisation(tx.session, scribe, world.USCC, "企业", "enterprise", "370000")
        add_account(tx.session, scribe, "boss", "某人", list(ADMIN.grants))

    def ask(_: int) -> str:
        try:
            with rt.transaction() as tx:
                invitations.invite(
                    tx.session, ADMIN, world.USCC, "enterprise_viewer", "孙言", "s@example.com", at=tx.now
                )
        except AlreadyMember:
            return "refused"
        return "sent"

    with ThreadPoolExecutor(6) as people:
        came = list(people.map(ask, range(6)))
    assert sorted(came) == ["refused"] * 5 + ["sent"]
    with rt.reading() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 1


def test_withdrawing_and_inviting_again_is_no_way_to_flood(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "MOST_A_DAY", 3)
    add_person(runtime, "boss", "enterprise_admin")

    def once(later: timedelta = timedelta()) -> None:
        with runtime.transaction() as tx:
            row = invitations.invite(
                tx.session, ADMIN, world.USCC, "enterprise_viewer", "孙言", "s@example.com", at=tx.now + later
            )
            invitations.withdraw(tx.session, ADMIN, world.USCC, row.id, at=tx.now + later)

    for _ in range(3):
        once()
    with pytest.raises(TooManyInvitations):
        once()
    once(timedelta(days=1, seconds=1))


def test_who_administers_no_longer_has_no_open_invitations_either(
    app: Flask, boss: FlaskClient, runtime: Runtime, sign_in: SignIn
) -> None:
    add_person(runtime, "chief", "enterprise_admin")
    post(boss, PAGE, **ASKED)
    way = link(runtime, "sun@example.com")
    assert app.test_client().get(way).status_code == 200
    chief = sign_in("chief", GOOD)
    page = chief.get(PAGE).get_data(as_text=True)
    key = page.partition("boss@example.com")[2].partition(f"{PAGE}/")[2].partition("/")[0]
    assert post(chief, PAGE, f"{PAGE}/{key}/withdraw").status_code == 302
    assert app.test_client().get(way).status_code == 404


def test_confirmations_of_an_address_flood_nobody(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("filler")
    for number in range(5):
        answer = post(client, "/account/email", email=f"victim{number}@example.com", password=PASSWORD)
        assert answer.status_code == 302
    answer = post(client, "/account/email", email="victim@example.com", password=PASSWORD)
    assert answer.status_code == 429
    assert mails(runtime, "victim@example.com") == []
    other = post(sign_in("county"), "/account/email", email="county@example.com", password=PASSWORD)
    assert other.status_code == 302, "others are not held up"


def test_registrations_flood_no_mailbox_and_answer_alike(client: FlaskClient, runtime: Runtime) -> None:
    deploy_registration(runtime)
    told = set()
    for _ in range(5):
        answer = post(client, "/registration", **FORM)
        told.add((answer.status_code, answer.headers["Location"]))
    assert told == {(302, "/registration/received")}
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(Registration)) == 3


@pytest.mark.parametrize("field", ["enterprise", "contact", "legal_name"])
def test_a_registration_carries_no_message(client: FlaskClient, runtime: Runtime, field: str) -> None:
    deploy_registration(runtime)
    answer = post(client, "/registration", **{**FORM, field: "点击 http://evil.example 领奖"})
    assert answer.status_code == 422
    assert "不要带网址" in text_of(answer)
    assert FORM["email"] in text_of(answer), "what was typed is shown again"
    assert mails(runtime) == []


def test_a_calendar_address_is_on_record(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("filler")
    post(client, "/enterprise/messages", "/enterprise/calendar")
    post(client, "/enterprise/messages", "/enterprise/calendar/end")
    with runtime.reading() as session:
        actions = list(session.scalars(select(Audit.action).order_by(Audit.sequence)))
        assert actions[-2:] == ["account.calendar_opened", "account.calendar_ended"]
        assert audit.verify(session) is None


@pytest.mark.parametrize(
    "address",
    [
        "/sign-in/reset/x",
        "/account/invitation/x",
        "/registration/confirm/x",
        "/enterprise/calendar/x.ics",
        "/verify/x",
    ],
)
def test_an_address_that_opens_something_is_told_to_no_other_page(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer.headers["Cache-Control"]
