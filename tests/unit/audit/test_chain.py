"""The audit chain: every accepted command is a link, and no tampering goes unnoticed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text

from engine import audit, commands
from engine.audit import Broken, checking
from engine.audit.checking import Mark
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
    commands.retry(rt, SYSADMIN, incident.id, "已修复")
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
        commands.suspend(rt, SYSADMIN, instance, "核查")
    links = rows(rt, select(Audit).order_by(Audit.sequence))
    assert [(link.action, link.actor) for link in links[2:]] == [("timer.fire", "system")]


def test_an_empty_chain_holds(rt: Runtime) -> None:
    assert verify(rt) is None


def test_a_refusal_leaves_no_link(trail: Runtime) -> None:
    before = len(rows(trail, select(Audit)))
    with pytest.raises(refusals.TaskCompleted):
        commands.complete(trail, CITY_TOO, 1, {})
    assert len(rows(trail, select(Audit))) == before


def tamper(rt: Runtime, attack: str) -> None:
    """As an attacker with the rights of a database administrator."""
    with rt.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("DROP TRIGGER audit_no_delete"))
        connection.execute(text("DROP TRIGGER audit_head_stays"))
        connection.execute(text(attack))


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
    tamper(trail, attack)
    assert verify(trail) == found


def test_a_link_with_a_hash_of_its_own_breaks_the_next_one(trail: Runtime) -> None:
    [link] = rows(trail, select(Audit).where(Audit.sequence == 3))
    facts = {column.name: getattr(link, column.name) for column in Audit.__table__.columns}
    assert audit.link_hash(facts) == link.hash
    forged = audit.link_hash({**facts, "actor": "somebody"})
    with trail.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(
            text("UPDATE audit SET actor = 'somebody', hash = :hash WHERE sequence = 3"), {"hash": forged}
        )
    assert verify(trail) == Broken(4, "it does not follow the link before")


HARD = {
    "texts": ['\u2028\u2029\x7f\x00 "\\/<é\U0001f600', "情况说明"],
    "numbers": [0, -7, 10**30, Decimal("1.10"), Decimal("1E+40"), Decimal("-0.0")],
    "b": {"z": None, "a": [True, False, {}, []]},
}


def test_the_quick_text_of_a_link_is_the_canonical_one(any_rt: Runtime) -> None:
    details: list[dict[str, Any]] = [{}, HARD, {"reason": "x", "a": 1}]
    for number, detail in enumerate(details):
        with any_rt.transaction() as tx:
            audit.append(
                tx.session,
                at=tx.now + timedelta(microseconds=number),
                actor='li "na"',
                action="x",
                object_type="y",
                object_key=number,
                business_key="键" if number else None,
                detail=detail,
            )
    assert verify(any_rt) is None


def test_a_link_that_cannot_be_read_is_broken_not_an_error(trail: Runtime) -> None:
    tamper(trail, "UPDATE audit SET detail = '{' WHERE sequence = 3")
    assert verify(trail) == Broken(3, "its contents were changed")


def test_a_chain_is_read_in_batches(trail: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "BATCH", 2)
    assert verify(trail) is None
    with trail.reading() as session:
        assert [link.sequence for link in checking.links(session, 1, 5)] == [2, 3, 4, 5]


def test_what_was_anchored_stays(trail: Runtime) -> None:
    links = {link.sequence: link.hash for link in rows(trail, select(Audit))}
    marks = [Mark(2, links[2]), Mark(6, links[6])]
    with trail.reading() as session:
        assert audit.verify(session, marks) is None
        assert audit.verify(session, marks, after=Mark(4, links[4])) is None
        assert audit.verify(session, [Mark(2, "0")]) == Broken(2, "it is not the link that was anchored")
        assert audit.verify(session, [Mark(7, "0")]) == Broken(7, "an anchored link is missing")
        assert audit.verify(session, after=Mark(4, "0")) == Broken(5, "it does not follow the link before")
