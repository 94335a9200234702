"""The audit chain: every accepted command is a link, and no tampering goes unnoticed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from engine import audit, commands
from engine.audit import Broken
from engine.clock import VirtualClock
from engine.commands import refusals
from engine.commands.publishing import leave
from engine.runtime import Runtime
from engine.store.instances import Incident
from engine.store.trail import Audit
from engine.worker import drain
from tests.support.diagrams import catch, chain, diagram, end, start, straight, timer
from tests.support.people import CITY, CITY_TOO, SYSADMIN
from tests.support.runtimes import deploy, open_task, rows
from tests.support.runtimes import start as begin


@pytest.fixture
def trail(rt: Runtime) -> Runtime:
    """A database with a chain of six links: deploy, start, claim, complete, claim, complete."""
    deploy(rt, two=straight("two", 2))
    begin(rt, "two", business_key="2024-1")
    for element in ("t1", "t2"):
        key = open_task(rt, element)
        commands.claim(rt, CITY, key)
        commands.complete(rt, CITY, key, {})
    return rt


def verify(rt: Runtime) -> Broken | None:
    with rt.reading() as session:
        return audit.verify(session)


def test_an_untouched_chain_holds(trail: Runtime) -> None:
    assert verify(trail) is None
    links = rows(trail, select(Audit).order_by(Audit.sequence))
    assert [link.action for link in links] == [
        "definition.deploy",
        "instance.start",
        "task.claim",
        "task.complete",
        "task.claim",
        "task.complete",
    ]
    assert links[3].actor == "li.na"
    assert links[3].business_key == "2024-1"
    assert links[0].previous == audit.GENESIS


def test_messages_and_signals_of_people_are_links(rt: Runtime) -> None:
    commands.publish_message(rt, SYSADMIN, "paid", "A-1", {"amount": 7})
    commands.broadcast_signal(rt, SYSADMIN, "bell", {})
    links = rows(rt, select(Audit).order_by(Audit.sequence))
    assert [(link.action, link.actor, link.business_key) for link in links] == [
        ("message.publish", "admin", "A-1"),
        ("signal.broadcast", "admin", None),
    ]
    assert "amount" not in str([link.detail for link in links])  # contents stay out of the trail


def test_the_retry_of_what_has_no_instance_is_a_link(rt: Runtime, clock: VirtualClock) -> None:
    def away(*_: Any) -> None:
        raise ConnectionError("the mail server is away")

    rt.effects["mail"] = away
    with rt.transaction() as tx:
        leave(tx.session, tx.now, "mail", {}, "one")
    for _ in range(3):
        drain(rt)
        clock.advance(timedelta(hours=1))
    [incident] = rows(rt, select(Incident))
    commands.retry(rt, SYSADMIN, incident.id)
    [link] = rows(rt, select(Audit))
    assert (link.action, link.object_type, link.object_key) == (
        "incident.retry",
        "incident",
        str(incident.id),
    )


def test_a_deadline_met_by_a_suspension_is_not_the_administrators_act(
    rt: Runtime, clock: VirtualClock
) -> None:
    body = start() + catch("wait", timer("Duration", "PT1H")) + end() + chain("start", "wait", "end")
    deploy(rt, p=diagram("p", body))
    instance = begin(rt, "p")
    clock.advance(timedelta(hours=1))
    with pytest.raises(refusals.InstanceEnded):
        commands.suspend(rt, SYSADMIN, instance)
    links = rows(rt, select(Audit).order_by(Audit.sequence))
    assert [(link.action, link.actor) for link in links[2:]] == [("timer.fire", "system")]


def test_an_empty_chain_holds(rt: Runtime) -> None:
    assert verify(rt) is None


def test_a_refusal_leaves_no_link(trail: Runtime) -> None:
    before = len(rows(trail, select(Audit)))
    with pytest.raises(refusals.TaskCompleted):
        commands.complete(trail, CITY_TOO, 1, {})
    assert len(rows(trail, select(Audit))) == before


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        ("UPDATE audit SET actor = 'somebody' WHERE sequence = 3", Broken(3, "its contents were changed")),
        (
            "UPDATE audit SET at = '2020-01-01 00:00:00' WHERE sequence = 2",
            Broken(2, "its contents were changed"),
        ),
        ("UPDATE audit SET detail = '{}' WHERE sequence = 6", Broken(6, "its contents were changed")),
        ("DELETE FROM audit WHERE sequence = 4", Broken(4, "a link is missing")),
        ("DELETE FROM audit WHERE sequence = 1", Broken(1, "a link is missing")),
        ("DELETE FROM audit WHERE sequence >= 5", Broken(5, "the end was cut off")),
        (
            "UPDATE audit SET previous = 'x' WHERE sequence = 5",
            Broken(5, "it does not follow the link before"),
        ),
        ("DELETE FROM audit_head", Broken(7, "the end was cut off")),
    ],
)
def test_tampering_is_found_where_it_happened(trail: Runtime, attack: str, found: Broken) -> None:
    with trail.engine.begin() as connection:  # as an attacker with the rights of a database administrator
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("DROP TRIGGER audit_no_delete"))
        connection.execute(text(attack))
    assert verify(trail) == found


def test_a_link_with_a_hash_of_its_own_breaks_the_next_one(trail: Runtime) -> None:
    rewritten: Callable[[dict[str, Any]], str] = audit._hash
    [link] = rows(trail, select(Audit).where(Audit.sequence == 3))
    forged = rewritten({**audit._facts(link), "actor": "somebody"})
    with trail.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(
            text("UPDATE audit SET actor = 'somebody', hash = :hash WHERE sequence = 3"), {"hash": forged}
        )
    assert verify(trail) == Broken(4, "it does not follow the link before")
