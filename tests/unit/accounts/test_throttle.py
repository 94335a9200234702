"""Throttles count exactly over all processes, and their table names nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engine.accounts import throttle
from engine.runtime import Runtime
from engine.store.accounts import Throttle
from webapp import limits

HOUR = timedelta(hours=1)


def spend(rt: Runtime, key: str, amount: int = 1, later: timedelta = timedelta()) -> int:
    with rt.transaction() as tx:
        return throttle.spend(tx.session, key, amount, lasts=HOUR, at=tx.now + later)


def test_a_window_begins_with_its_first_count_and_begins_anew_when_it_is_over(rt: Runtime) -> None:
    assert [spend(rt, "a"), spend(rt, "a", 5), spend(rt, "b")] == [1, 6, 1]
    assert spend(rt, "a", later=timedelta(minutes=59)) == 7
    assert spend(rt, "a", 2, later=HOUR) == 2
    with rt.reading() as session:
        assert session.scalars(select(Throttle.key)).all() == ["a"], "what is over goes by itself"


def test_what_is_spent_is_told_until_when(rt: Runtime) -> None:
    spend(rt, "a", 3)
    with rt.reading() as session:
        now = rt.clock.now()
        assert throttle.spent(session, "a", now) == (3, now + HOUR)
        assert throttle.spent(session, "a", now + HOUR)[0] == 0


@pytest.mark.postgres
def test_many_at_once_are_all_counted(postgres_rt: Runtime) -> None:
    with ThreadPoolExecutor(8) as people:
        came = list(people.map(lambda _: spend(postgres_rt, "a"), range(24)))
    assert sorted(came) == list(range(1, 25))


def test_two_processes_share_their_counts_and_the_table_says_of_no_address_what_it_did(rt: Runtime) -> None:
    first, second = Flask("first"), Flask("second")
    for app in (first, second):
        app.extensions["luzhi"] = rt
        app.secret_key = "one key for all processes"
    counts = limits.Counts()
    for number, app in enumerate((first, second, first), start=1):
        with app.test_request_context():
            assert counts.incr("LIMITER/203.0.113.7/start.submit_objection/10/1/hour", 3600) == number
    with rt.reading() as session:
        [key] = session.scalars(select(Throttle.key)).all()
    assert "203.0.113.7" not in key
    second.secret_key = "another key"
    with second.test_request_context():
        assert counts.get("LIMITER/203.0.113.7/start.submit_objection/10/1/hour") == 0
