"""The audit chain: every accepted command is a link, and no tampering goes unnoticed."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from engine import audit, commands
from engine.audit import Broken
from engine.commands import refusals
from engine.runtime import Runtime
from engine.store.trail import Audit
from tests.support.diagrams import straight
from tests.support.people import CITY, CITY_TOO
from tests.support.runtimes import deploy, open_task, rows, start


@pytest.fixture
def chain(rt: Runtime) -> Runtime:
    """A database with a chain of six links: deploy, start, claim, complete, claim, complete."""
    deploy(rt, two=straight("two", 2))
    start(rt, "two", business_key="2024-1")
    for element in ("t1", "t2"):
        key = open_task(rt, element)
        commands.claim(rt, CITY, key)
        commands.complete(rt, CITY, key, {})
    return rt


def verify(rt: Runtime) -> Broken | None:
    with rt.reading() as session:
        return audit.verify(session)


def test_an_untouched_chain_holds(chain: Runtime) -> None:
    assert verify(chain) is None
    links = rows(chain, select(Audit).order_by(Audit.sequence))
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


def test_an_empty_chain_holds(rt: Runtime) -> None:
    assert verify(rt) is None


def test_a_refusal_leaves_no_link(chain: Runtime) -> None:
    before = len(rows(chain, select(Audit)))
    with pytest.raises(refusals.TaskCompleted):
        commands.complete(chain, CITY_TOO, 1, {})
    assert len(rows(chain, select(Audit))) == before


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
def test_tampering_is_found_where_it_happened(chain: Runtime, attack: str, found: Broken) -> None:
    with chain.engine.begin() as connection:  # as an attacker with the rights of a database administrator
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("DROP TRIGGER audit_no_delete"))
        connection.execute(text(attack))
    assert verify(chain) == found


def test_a_link_with_a_hash_of_its_own_breaks_the_next_one(chain: Runtime) -> None:
    rewritten: Callable[[dict[str, Any]], str] = audit._hash
    [link] = rows(chain, select(Audit).where(Audit.sequence == 3))
    forged = rewritten({**audit._facts(link), "actor": "somebody"})
    with chain.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(
            text("UPDATE audit SET actor = 'somebody', hash = :hash WHERE sequence = 3"), {"hash": forged}
        )
    assert verify(chain) == Broken(4, "it does not follow the link before")
