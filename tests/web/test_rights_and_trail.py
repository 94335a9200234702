"""`luzhi check` holds every right against the trail: whichever door gave it left its link, a statement left none."""

import pytest
from sqlalchemy import select, text

from engine.accounts.administration import granting
from engine.accounts.administration.importing import lists
from engine.conditions import Grant
from engine.operation.checking.report import Area
from engine.operation.checking.rights import rights
from engine.runtime import Runtime
from engine.store.people import RoleGrant
from tests.web.administration_world import add_administrators
from tests.web.test_administration_lists import NEW, A, B, kept

CITY = Grant("city_officer", "370200")


@pytest.fixture
def house(runtime: Runtime) -> Runtime:
    add_administrators(runtime)
    return runtime


def findings(rt: Runtime) -> list[str]:
    area = Area("rights", "", "")
    rights(rt, area)
    assert area.looked > 0
    return [found.en for found in area.found]


def give(rt: Runtime) -> int:
    request = granting.ask(rt, A, "county", CITY, "任命")
    granting.approve(rt, B, request)
    with rt.reading() as session:
        newest = select(RoleGrant.id).where(RoleGrant.login == "county").order_by(RoleGrant.id.desc())
        return session.scalars(newest).first() or 0


def statement(rt: Runtime, told: str, **values: object) -> None:
    """As the owner of the database, behind the system's back."""
    with rt.engine.begin() as connection:
        connection.execute(text(told), values)


WRITE = "INSERT INTO role_grant (login, role, organisation, granted_at, granted_by, approved_by) "


def test_rights_of_setting_up_of_approvals_and_of_lists_have_their_links(house: Runtime) -> None:
    granting.revoke(house, A, give(house), "调离")
    give_again = granting.ask(house, A, "county", CITY, "回任")
    granting.approve(house, B, give_again)
    key = kept(house, NEW)
    lists.propose(house, A, key)
    lists.approve(house, B, key)
    assert findings(house) == []


@pytest.mark.parametrize(
    ("login", "by", "second"),
    [("county", "system", None), ("sys", "sec-a", "sec-b")],
)
def test_a_right_that_was_written_by_a_statement_is_found(
    house: Runtime, login: str, by: str, second: str | None
) -> None:
    """Both pass the trigger, which cannot know who typed the names."""
    told = WRITE + "VALUES (:login, 'office', '370000', '2024-06-03 01:00:00', :by, :second)"
    statement(house, told, login=login, by=by, second=second)
    [found] = findings(house)
    assert f"the right office@370000 of {login} (row" in found
    assert "no link of the trail" in found


def test_a_link_counts_for_one_right(house: Runtime) -> None:
    key = give(house)
    granting.revoke(house, A, key, "调离")
    again = "SELECT login, role, organisation, granted_at, granted_by, approved_by FROM role_grant WHERE id = :key"
    statement(house, WRITE + again, key=key)
    [found] = findings(house)
    assert "no link of the trail" in found


def test_a_right_that_was_raised_after_it_had_been_taken_away_is_found(house: Runtime) -> None:
    key = give(house)
    granting.revoke(house, A, key, "调离")
    statement(house, "DROP TRIGGER role_grant_kept")
    raised = "UPDATE role_grant SET revoked_at = NULL, revoked_by = NULL, revoked_why = NULL WHERE id = :key"
    statement(house, raised, key=key)
    [found] = findings(house)
    assert "was taken away at" in found
