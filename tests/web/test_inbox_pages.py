"""Pages of what is offered: all of a person's groups, soonest first, without gaps or repetitions between pages."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from engine import commands
from engine.policy import Actor, Grant
from engine.runtime import Runtime
from engine.store.tasks import CREATED, NEVER, UserTask, UserTaskCandidate
from tests.support.diagrams import straight
from tests.support.people import CITY, CITY_TOO, OFFICER, OTHER_CITY
from tests.support.runtimes import deploy, open_task, start, statements
from webapp.inbox.query import OFFERED, Filters, count, facts, offered_keys

NO_FILTER = Filters()
BOTH = Actor("both", "两岗", (Grant("city_officer", "370100"), Grant("city_officer", "370200")))


def fill(rt: Runtime, count: int) -> None:
    """`count` open tasks, offered to two cities in turns, a few without due date."""
    deploy(rt, one=straight("one", 1, group="nobody"))
    instance = start(rt, "one")
    now = rt.clock.now()
    tasks, candidates = [], []
    for n in range(count):
        due = None if n % 10 == 0 else now + timedelta(minutes=n * 7919 % 1000)
        group = f"city_officer@370{n % 2 + 1}00"
        tasks.append(
            {
                "id": n + 10,
                "instance_id": instance,
                "process_id": "one",
                "wait_key": f"filled-{n}",
                "element_id": "t1",
                "name": "t1",
                "properties": {},
                "state": CREATED,
                "candidate_groups": [group],
                "candidate_users": [],
                "due": due,
                "due_order": due or NEVER,
                "created_at": now,
            }
        )
        offer = {"candidate": group, "due_order": due or NEVER, "task_id": n + 10}
        candidates.append({**offer, "process_id": "one", "name": "t1"})
    with rt.transaction() as tx:
        tx.session.execute(insert(UserTask), tasks)
        tx.session.execute(insert(UserTaskCandidate), candidates)


def page(
    rt: Runtime, actor: Actor, first: int = 0, limit: int = 50, filters: Filters = NO_FILTER
) -> list[int]:
    with rt.reading() as session:
        return list(session.scalars(offered_keys(actor, filters, rt.clock.now(), first, limit)))


@pytest.mark.parametrize(("actor", "count"), [(CITY, 100), (OTHER_CITY, 100), (BOTH, 200), (OFFICER, 0)])
def test_pages_hold_each_task_once_in_order(any_rt: Runtime, actor: Actor, count: int) -> None:
    fill(any_rt, 200)
    seen: list[int] = []
    while found := page(any_rt, actor, len(seen), 30):
        seen += found
    assert len(seen) == len(set(seen)) == count
    with any_rt.reading() as session:
        order = {task.id: (task.due_order, task.id) for task in session.scalars(select(UserTask))}
    assert seen == sorted(seen, key=order.__getitem__)


def test_counts_and_filters_agree_with_the_pages(any_rt: Runtime) -> None:
    fill(any_rt, 60)
    now = any_rt.clock.now()
    for filters in (
        NO_FILTER,
        Filters(process="one"),
        Filters(step="t1"),
        Filters(due="week"),
        Filters(step="none"),
    ):
        with any_rt.reading() as session:
            counted = count(session, facts(BOTH, OFFERED), filters, now)
        assert counted == len(page(any_rt, BOTH, limit=100, filters=filters))


def test_a_claimed_task_is_offered_to_nobody_until_it_is_given_back(any_rt: Runtime) -> None:
    deploy(any_rt, one=straight("one", 1))
    start(any_rt, "one")
    key = open_task(any_rt, "t1")
    commands.claim(any_rt, CITY, key)
    assert page(any_rt, CITY) == page(any_rt, CITY_TOO) == []
    commands.give_back(any_rt, CITY, key)
    assert page(any_rt, CITY) == page(any_rt, CITY_TOO) == [key]


def test_a_page_is_one_statement(rt: Runtime) -> None:
    fill(rt, 60)
    with statements(rt) as seen:
        page(rt, BOTH)
    assert len(seen) == 1
