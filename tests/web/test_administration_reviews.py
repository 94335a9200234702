"""The review of access: what stands out, which office lacks whom, and the auditor's confirmation as a row."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from engine import audit
from engine.accounts.administration import closing, errors, granting, reviewing
from engine.accounts.administration.models import AccessReview
from engine.clock import SystemClock
from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.errors import NotAllowed, NotFound
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.people import Account
from tests.web import world
from tests.web.account_world import text_of
from tests.web.administration_world import add_administrators, administrator
from tests.web.conftest import SignIn
from tests.web.test_administration import send

A, B, AUDITOR = administrator("sec-a"), administrator("sec-b"), administrator("aud")
NOW = SystemClock().now()


@pytest.fixture
def house(runtime: Runtime) -> Runtime:
    add_administrators(runtime)
    with runtime.transaction() as tx:
        tx.session.execute(
            update(Account)
            .where(Account.login.in_(["city", "city_head", "hostile"]))
            .values(signed_in_at=NOW - timedelta(days=1), totp_confirmed_at=tx.now)
        )
    return runtime


def found(runtime: Runtime, login: str) -> list[str]:
    with runtime.reading() as session:
        held = reviewing.holders(session, NOW)
        return [en for each in held if each.account.login == login for _zh, en in each.findings]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"signed_in_at": None}, ["never signed in"]),
        ({"signed_in_at": NOW - timedelta(days=91)}, ["no sign-in for 90 days"]),
        ({"active": False}, ["closed account, right not revoked"]),
        ({"totp_confirmed_at": None}, ["no second factor"]),
        ({"active": True}, []),
    ],
)
def test_what_stands_out_about_an_account(house: Runtime, facts: dict[str, object], words: list[str]) -> None:
    with house.transaction() as tx:
        tx.session.execute(update(Account).where(Account.login == "city").values(facts))
    assert found(house, "city") == words


def test_two_roles_in_one_hand_stand_out_on_both(house: Runtime) -> None:
    with house.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), "city", "李强", [Grant("city_head", "370100")])
    assert found(house, "city") == ["officer and head are one person"] * 2


def test_offices_without_officer_or_head_are_named(house: Runtime, sign_in: SignIn) -> None:
    with house.reading() as session:
        lacks = {each.row.code: each.lacks for each in reviewing.offices(session, NOW)}
    assert lacks["370200"] == ("city_head",)
    assert lacks["370100"] == ()
    assert world.USCC not in lacks
    for login in ("city", "hostile"):
        closing.close(house, A, login, "调离")
    page = text_of(sign_in("aud").get("/administration/reviews?only=lacks"))
    assert "济南市" in page


def test_the_auditor_confirms_and_it_stays(house: Runtime, sign_in: SignIn) -> None:
    client = sign_in("aud")
    where = "/administration/reviews/370100"
    with house.reading() as session:
        seen = reviewing.digest(reviewing.holders(session, NOW, "370100"))
    assert send(client, where, seen=seen, note="与任职文件核对").status_code == 303
    page = text_of(client.get(where))
    assert "与任职文件核对" in page
    with house.reading() as session:
        row = session.scalars(select(AccessReview)).one()
        assert (row.organisation, row.confirmed_by) == ("370100", "aud")
        assert {each["login"] for each in row.held} == {"city", "city_head", "hostile"}
        assert audit.verify(session) is None
    for statement in ("UPDATE access_review SET note = ''", "DELETE FROM access_review"):
        with pytest.raises(DBAPIError, match="append-only"), house.transaction() as tx:
            tx.session.execute(text(statement))


def test_what_changed_since_the_page_was_opened_is_not_confirmed(house: Runtime) -> None:
    with house.reading() as session:
        seen = reviewing.digest(reviewing.holders(session, NOW, "370100"))
    granting.approve(house, B, granting.ask(house, A, "county", Grant("city_officer", "370100"), "x"))
    with pytest.raises(errors.AlreadyConfirmed):
        reviewing.confirm(house, AUDITOR, "370100", seen, "", NOW)
    with pytest.raises(NotFound):
        reviewing.confirm(house, AUDITOR, world.USCC, seen, "", NOW)


@pytest.mark.parametrize("who", ["sec-a", "watch", "sys", "county", "owner"])
def test_who_grants_does_not_confirm(house: Runtime, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)
    assert send(client, "/administration/reviews/370100", seen="x").status_code == 403
    reads = 200 if who in ("sec-a", "watch") else 403
    assert client.get("/administration/reviews").status_code == reads
    assert client.get("/administration/reviews/export.xlsx").status_code == reads
    with pytest.raises(NotAllowed):
        reviewing.confirm(house, A, "370100", "x", "", NOW)


def test_the_export_has_every_right_and_names_no_expert_to_the_auditor(
    house: Runtime, sign_in: SignIn
) -> None:
    with house.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), "expert-77", "祝专家", [Grant("expert", "370000")])
        tx.session.execute(update(Account).where(Account.login == "city").values(name="=1+1"))
    answer = sign_in("aud").get("/administration/reviews/export.xlsx")
    book = load_workbook(io.BytesIO(answer.get_data()))
    cells = [str(cell.value) for sheet in book.worksheets for row in sheet for cell in row]
    assert "city" in cells
    assert "=1+1" in cells
    assert "expert-77" not in cells
    assert "祝专家" not in cells
    assert all(cell.data_type != "f" for sheet in book.worksheets for row in sheet for cell in row)
