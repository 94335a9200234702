"""The policy table: one answer for an object and for a list, and nothing without a row."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import policy
from engine.directory import Scribe, add_account
from engine.errors import NotAllowed
from engine.policy import ACTIONS, PUBLIC, ROLES, RULES, SYSTEM, Actor, Grant
from engine.programme.applications.models import Application
from engine.runtime import Runtime
from engine.store.instances import Instance
from engine.store.tasks import UserTask
from tests.support.diagrams import straight
from tests.support.runtimes import deploy, rows, start

HOLDERS = {
    role: Actor(role, role, (Grant(role, organisation),))
    for role, organisation in {
        **dict.fromkeys(ROLES, "370000"),
        "enterprise_filler": "91370100MA3C000001",
        "legal_representative": "91370100MA3C000001",
        "county_officer": "370102",
        "county_head": "370102",
        "city_officer": "370100",
        "city_head": "370100",
        "agency": "A-1",
    }.items()
}
EVERYONE = [*HOLDERS.values(), PUBLIC, SYSTEM, Actor("new", "无岗")]
OPERATIONS = ("instance.cancel", "instance.modify", "instance.migrate", "instance.suspend", "instance.retry")


def test_every_row_names_known_actions_and_roles() -> None:
    assert {rule.action for rule in RULES} <= ACTIONS.keys()
    assert {role for rule in RULES for role in rule.roles if not role.startswith("*")} <= ROLES.keys()


def test_every_action_has_a_row() -> None:
    assert ACTIONS.keys() <= {rule.action for rule in RULES}


def test_an_unknown_action_is_nobodys_but_the_systems() -> None:
    assert [actor.login for actor in EVERYONE if policy.may(actor, "no.such")] == ["system"]


def test_groups_are_roles_with_and_without_organisation() -> None:
    assert HOLDERS["city_officer"].groups == {"city_officer", "city_officer@370100"}


@pytest.mark.parametrize("action", OPERATIONS)
def test_operations_are_the_system_administrators(action: str) -> None:
    allowed = {actor.login for actor in EVERYONE if policy.may(actor, action, {"process_id": "x"})}
    assert allowed == {"sysadmin", "system"}


def test_the_three_administrators_are_apart() -> None:
    mine = {
        login: {rule.action for rule in RULES if login in rule.roles}
        for login in ("sysadmin", "secadmin", "auditadmin")
    }
    for role in ("sysadmin", "secadmin"):  # the log of their own kind alone
        assert policy.may(HOLDERS[role], "audit.read", {"actor_roles": [role]})
        assert not policy.may(HOLDERS[role], "audit.read", {"actor_roles": ["auditadmin"]})
        assert not policy.may(HOLDERS[role], "audit.read")
        assert not policy.may(HOLDERS[role], "audit.export")
    assert "grant.manage" not in mine["sysadmin"] | mine["auditadmin"]
    assert "setting.change" not in mine["secadmin"] | mine["auditadmin"]
    assert not any(action.startswith("application.") for actions in mine.values() for action in actions)


@pytest.mark.parametrize(
    ("role", "process_id", "expected"),
    [
        ("enterprise_filler", "application", True),
        ("city_officer", "application", False),
        ("dept_officer", "application", False),
        ("dept_officer", "annual_cycle", True),
        ("enterprise_filler", "annual_cycle", False),
        ("process_owner", "annual_cycle", False),
        ("sysadmin", "measure", False),
    ],
)
def test_who_starts_what(role: str, process_id: str, expected: bool) -> None:
    assert policy.may(HOLDERS[role], "instance.start", {"process_id": process_id}) is expected


def test_the_public_may_object_and_no_more() -> None:
    assert policy.may(PUBLIC, "instance.start", {"process_id": "objection"})
    assert not policy.may(PUBLIC, "instance.start", {"process_id": "application"})
    assert not policy.may(PUBLIC, "task.read", {"candidate_groups": ["public"], "assignee": "public"})


def test_a_refusal_names_the_action() -> None:
    with pytest.raises(NotAllowed, match="cancel the instance") as refused:
        policy.require(HOLDERS["city_officer"], "instance.cancel", {})
    assert "终止流程实例" in refused.value.message("zh")
    assert refused.value.status == 403


def test_may_without_an_object_says_only_what_holds_for_every_object() -> None:
    assert not policy.may(HOLDERS["city_officer"], "application.read")
    assert policy.ever(HOLDERS["city_officer"], "application.read")
    assert not policy.ever(PUBLIC, "application.read")


def _applications() -> list[dict[str, Any]]:
    common = {"cycle_year": 2024, "enterprise": "甲", "type": "SCENE", "industry": "34", "catalogue": "x"}
    places = [("370102", "370100"), ("370103", "370100"), ("370202", "370200"), ("370171", "370100")]
    return [
        {
            **common,
            "application_no": f"2024-{county}-{n}",
            "uscc": f"91{city}MA3C00000{n}",
            "object_name": str(n),
            "county": county,
            "city": city,
            "status": "DRAFT",
        }
        for n, (county, city) in enumerate(places, start=1)
    ]


@pytest.mark.parametrize("actor", EVERYONE, ids=lambda actor: actor.login)
def test_lists_show_exactly_what_single_objects_allow(rt: Runtime, actor: Actor) -> None:
    deploy(rt, one=straight("one", 1), two=straight("two", 1, group="city_head@370200"))
    for process_id in ("one", "two"):
        start(rt, process_id)
    with rt.transaction() as tx:
        for facts in _applications():
            tx.session.add(Application(**facts, opened_at=tx.now))
    pairs = [(Application, "application.read"), (Instance, "instance.read")]
    pairs += [(UserTask, f"task.{verb}") for verb in ("read", "claim", "complete", "assign", "give_back")]
    for entity, action in pairs:
        every = rows(rt, select(entity))
        single = {row.id for row in every if policy.may(actor, action, row)}
        listed = {row.id for row in rows(rt, policy.visible(actor, action, select(entity)))}
        assert listed == single, action


def test_a_city_sees_its_own_area_only(rt: Runtime) -> None:
    mine = [a for a in _applications() if policy.may(HOLDERS["city_officer"], "application.read", a)]
    assert {a["city"] for a in mine} == {"370100"}
    assert len(mine) == 3
    assert [
        a["county"] for a in _applications() if policy.may(HOLDERS["county_head"], "application.read", a)
    ] == ["370102"]


@pytest.mark.parametrize("login", sorted(policy.RESERVED))
def test_no_account_may_stand_for_the_system_or_the_public(rt: Runtime, login: str) -> None:
    with rt.transaction() as tx, pytest.raises(ValueError, match="reserved"):
        add_account(tx.session, Scribe(SYSTEM, tx.now), login, "某人", [])
