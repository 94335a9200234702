"""An inbox page: mine and my groups', soonest first, without gaps or repetitions between pages."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from engine import commands
from engine.policy import Actor, Grant
from engine.runtime import Runtime
from engine.store import inbox
from engine.store.tasks import CREATED, NEVER, UserTask, UserTaskCandidate
from tests.support.diagrams import straight
from tests.support.people import CITY, CITY_TOO, OFFICER, OTHER_CITY
from tests.support.runtimes import deploy, open_task, start, statements

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


@pytest.mark.parametrize(("actor", "count"), [(CITY, 100), (OTHER_CITY, 100), (BOTH, 200), (OFFICER, 0)])
def test_pages_hold_each_task_once_in_order(any_rt: Runtime, actor: Actor, count: int) -> None:
    fill(any_rt, 200)
    seen: list[UserTask] = []
    after = None
    with any_rt.reading() as session:
        while found := inbox.page(session, actor, limit=30, after=after):
            seen += found
            after = inbox.After(found[-1].due_order, found[-1].id)
    assert len(seen) == len({task.id for task in seen}) == count
    assert seen == sorted(seen, key=lambda task: (task.due_order, task.id))


def test_a_claimed_task_is_its_holders_only(any_rt: Runtime) -> None:
    deploy(any_rt, one=straight("one", 1))
    start(any_rt, "one")
    key = open_task(any_rt, "t1")
    commands.claim(any_rt, CITY, key)
    with any_rt.reading() as session:
        assert [task.id for task in inbox.page(session, CITY, of=[inbox.MINE])] == [key]
        assert inbox.page(session, CITY, of=[inbox.OFFERED]) == []
        assert inbox.page(session, CITY_TOO) == []


def test_a_page_is_one_statement(rt: Runtime) -> None:
    fill(rt, 60)
    with statements(rt) as seen, rt.reading() as session:
        inbox.page(session, BOTH)
    assert len(seen) == 1
