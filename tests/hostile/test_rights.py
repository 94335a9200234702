"""No right that nobody approved: by commands, by a list, by one's own creature, by SQL, on both databases."""

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from engine import audit
from engine.accounts.administration import closing, entering, errors, granting
from engine.accounts.administration.importing import lists, sheet
from engine.commands.absences import enter_absence_for
from engine.conditions import Grant
from engine.directory import RolesApart, Scribe, add_account, add_organisation, held_by
from engine.errors import NotAllowed, Refusal
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.store.people import Account, RoleGrant

PROVINCE = "370000"
WATCHERS = ("sysadmin", "secadmin", "auditadmin", "supervision")
PEOPLE = {
    "sec-a": "secadmin",
    "sec-b": "secadmin",
    "the-sys": "sysadmin",
    "the-aud": "auditadmin",
    "officer": "dept_officer",
}


def actor(login: str, role: str = "secadmin") -> Actor:
    return Actor(login, login, (Grant(role, PROVINCE),))


A, B = actor("sec-a"), actor("sec-b")


@pytest.fixture
def house(any_rt: Runtime) -> Runtime:
    with any_rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, PROVINCE, "山东省工业和信息化厅", "province", None)
        for login, role in PEOPLE.items():
            add_account(tx.session, scribe, login, login, [Grant(role, PROVINCE)])
    return any_rt


def rights(rt: Runtime, login: str) -> set[str]:
    with rt.reading() as session:
        assert audit.verify(session) is None
        return {grant.role for grant in held_by(session, login)}


def listed(*rows: tuple[str, str]) -> bytes:
    made, out = Workbook(), BytesIO()
    assert made.active is not None
    made.active.append([f"{zh} {en}" for zh, en in sheet.COLUMNS.values()])
    for login, role in rows:
        made.active.append([login, "某人", PROVINCE, f"{login}@example.com", "", role, PROVINCE])
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("role", WATCHERS)
@pytest.mark.parametrize("login", list(PEOPLE))
def test_nobody_asks_for_or_gives_the_own_right(house: Runtime, login: str, role: str) -> None:
    me = actor(login, PEOPLE[login])
    with pytest.raises((errors.OwnRight, NotAllowed)):
        granting.ask(house, me, login, Grant(role, PROVINCE), "x")
    with pytest.raises(Refusal):
        _asked_by_another(house, me, Grant(role, PROVINCE))
    assert rights(house, login) == {PEOPLE[login]}


def _asked_by_another(house: Runtime, me: Actor, grant: Grant) -> None:
    request = granting.ask(house, A if me.login != "sec-a" else B, me.login, grant, "x")
    granting.approve(house, me, request)


@pytest.mark.parametrize("role", [role for role in WATCHERS if role != "secadmin"])
def test_no_administrator_becomes_another_one_too(house: Runtime, role: str) -> None:
    with pytest.raises(RolesApart):
        granting.ask(house, A, "sec-b", Grant(role, PROVINCE), "x")
    key = lists.upload(house, A, "名单.xlsx", listed(("sec-b", role), ("new.person", role)), "x")
    with pytest.raises(Refusal):
        lists.propose(house, A, key)
    assert rights(house, "sec-b") == {"secadmin"}
    with house.reading() as session:
        assert session.scalar(select(Account).where(Account.login == "new.person")) is None


def test_ones_own_creature_gives_nothing(house: Runtime) -> None:
    """An account that one administrator made is nobody until another one has approved what it is to be."""
    entering.enter(house, A, "creature", "某人", PROVINCE, "creature@example.com")
    request = granting.ask(house, A, "creature", Grant("secadmin", PROVINCE), "x")
    creature = Actor("creature", "某人", ())
    mine = granting.ask(house, A, "officer", Grant("director", PROVINCE), "x")
    for who, what in ((A, request), (creature, request), (creature, mine), (A, mine)):
        with pytest.raises((errors.SamePersonTwice, NotAllowed)):
            granting.approve(house, who, what)
    with pytest.raises(NotAllowed):
        granting.ask(house, creature, "sec-a", Grant("director", PROVINCE), "x")
    assert rights(house, "creature") == set()
    granting.approve(house, B, request)  # now somebody else answers for it
    assert rights(house, "creature") == {"secadmin"}


def test_a_list_is_no_way_round_the_second_person(house: Runtime) -> None:
    key = lists.upload(house, A, "名单.xlsx", listed(("creature", "secadmin"), ("puppet", "director")), "x")
    lists.propose(house, A, key)
    for who in (
        A,
        Actor("creature", "某人", ()),
        actor("the-sys", "sysadmin"),
        actor("the-aud", "auditadmin"),
    ):
        with pytest.raises((errors.SamePersonTwice, NotAllowed)):
            lists.approve(house, who, key)
    assert rights(house, "creature") == rights(house, "puppet") == set()


def test_with_the_other_one_gone_nobody_approves_alone(house: Runtime) -> None:
    request = granting.ask(house, A, "officer", Grant("director", PROVINCE), "x")
    closing.close(house, A, "sec-b", "调离")
    with pytest.raises(errors.SamePersonTwice):
        granting.approve(house, A, request)
    with pytest.raises(errors.LastSecurityAdministrator):
        closing.close(house, actor("sec-b"), "sec-a", "x")
    assert rights(house, "officer") == {"dept_officer"}


@pytest.mark.parametrize("substitute", ["sec-a", "the-sys", "the-aud", "officer"])
def test_standing_in_lends_nobody_an_administrators_right(house: Runtime, substitute: str) -> None:
    today = house.clock.now().date()
    with pytest.raises(Refusal):
        enter_absence_for(house, A, "sec-b", today, today, substitute, "x")
    assert rights(house, substitute) == {PEOPLE[substitute]}


_FACTS = (
    "INSERT INTO role_grant (login, role, organisation, granted_at, granted_by, approved_by, reason) VALUES "
)
DIRECT: dict[str, Callable[[str], str]] = {
    "nobody approved": lambda at: f"{_FACTS} ('officer', 'director', '370000', '{at}', 'sec-a', NULL, 'x')",
    "the asker approved": lambda at: (
        f"{_FACTS} ('officer', 'director', '370000', '{at}', 'sec-a', 'sec-a', 'x')"
    ),
    "the holder approved": lambda at: (
        f"{_FACTS} ('sec-b', 'director', '370000', '{at}', 'sec-a', 'sec-b', 'x')"
    ),
    "the holder asked": lambda at: f"{_FACTS} ('sec-a', 'director', '370000', '{at}', 'sec-a', 'sec-b', 'x')",
    "two of three": lambda at: f"{_FACTS} ('the-aud', 'secadmin', '370000', '{at}', 'sec-a', 'sec-b', 'x')",
    "other role": lambda _: "UPDATE role_grant SET role = 'director' WHERE login = 'officer'",
    "other person": lambda _: "UPDATE role_grant SET login = 'officer' WHERE login = 'the-sys'",
    "approved later": lambda _: "UPDATE role_grant SET approved_by = 'sec-b' WHERE login = 'officer'",
    "gone": lambda _: "DELETE FROM role_grant WHERE login = 'the-aud'",
}


@pytest.mark.parametrize("what", list(DIRECT))
def test_sql_gives_and_changes_no_right(house: Runtime, what: str) -> None:
    with pytest.raises(DBAPIError), house.transaction() as tx:
        tx.session.execute(text(DIRECT[what](tx.now.isoformat())))
    for login, role in PEOPLE.items():
        assert rights(house, login) == {role}


def test_a_revoked_right_does_not_come_back_by_sql(house: Runtime) -> None:
    with house.reading() as session:
        key = session.scalars(select(RoleGrant.id).where(RoleGrant.login == "officer")).one()
    granting.revoke(house, A, key, "调离")
    with pytest.raises(DBAPIError), house.transaction() as tx:
        tx.session.execute(text("UPDATE role_grant SET revoked_at = NULL, revoked_by = NULL"))
    assert rights(house, "officer") == set()
