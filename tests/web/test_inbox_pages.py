"""Pages of what is offered: all of a person's groups, soonest first, without gaps or repetitions between pages."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from engine import commands
from engine.clock import VirtualClock
from engine.policy import Actor, Grant
from engine.runtime import Runtime
from engine.store.tasks import CREATED, NEVER, UserTask, UserTaskCandidate
from tests.support.diagrams import straight
from tests.support.people import CITY, CITY_TOO, OFFICER, OTHER_CITY
from tests.support.runtimes import deploy, open_task, start, statements
from webapp.inbox.filters import SORTS, Filters, Moment, moment
from webapp.inbox.query import counts, groups, page_keys, total
from webapp.inbox.sources import OFFERED

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


def at(rt: Runtime) -> Moment:
    return moment(rt.clock.now(), rt.calendar)


def page(
    rt: Runtime, actor: Actor, first: int = 0, limit: int = 50, filters: Filters = NO_FILTER
) -> list[int]:
    with rt.reading() as session:
        return list(session.scalars(page_keys(actor, OFFERED, filters, at(rt), first, limit)))


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
    with any_rt.reading() as session:
        found = groups(session, BOTH, OFFERED, "", at(any_rt))
    for filters in (
        NO_FILTER,
        Filters(process="one"),
        Filters(step="t1"),
        Filters(step="none"),
        Filters(city="370100"),
        *(Filters(due=name) for name in ("overdue", "today", "week", "later", "never")),
    ):
        assert total(found, filters) == len(page(any_rt, BOTH, limit=100, filters=filters)), filters


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("down", [False, True])
def test_every_order_goes_through_all_pages(any_rt: Runtime, sort: str, down: bool) -> None:
    fill(any_rt, 60)
    seen: list[int] = []
    while found := page(any_rt, BOTH, len(seen), 7, Filters(sort=sort, down=down)):
        seen += found
    assert len(seen) == len(set(seen)) == 60


def test_a_task_in_two_inboxes_of_one_person_counts_once(any_rt: Runtime) -> None:
    deploy(any_rt, one=straight("one", 1))
    start(any_rt, "one")
    with any_rt.transaction() as tx:
        known = tx.session.scalars(select(UserTaskCandidate)).one()
        offer = {"candidate": f"user:{CITY.login}", "due_order": known.due_order, "task_id": known.task_id}
        tx.session.execute(insert(UserTaskCandidate), [{**offer, "process_id": "one", "name": known.name}])
    with any_rt.reading() as session:
        assert total(groups(session, CITY, OFFERED, "", at(any_rt)), NO_FILTER) == 1
        assert counts(session, CITY, [OFFERED], at(any_rt)) == {OFFERED: 1}
    assert len(page(any_rt, CITY)) == 1


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
    page(rt, BOTH)  # reads what is deployed
    with statements(rt) as seen:
        page(rt, BOTH)
    assert len([each for each in seen if "max(deployment.id)" not in each]) == 1


def test_only_counts_of_very_long_lists_are_some_seconds_old(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(rt, 20)

    def counted(actor: Actor) -> int:
        with rt.reading() as session:
            return total(groups(session, actor, OFFERED, "", at(rt)), NO_FILTER)

    def end_one() -> None:
        with rt.transaction() as tx:
            [key] = tx.session.scalars(
                select(UserTaskCandidate.task_id)
                .where(UserTaskCandidate.candidate == str(CITY.grants[0]))
                .limit(1)
            )
            tx.session.delete(tx.session.get_one(UserTask, key))

    assert counted(CITY) == 10
    end_one()
    assert counted(CITY) == 9, "a short list is always counted"
    monkeypatch.setattr("webapp.inbox.remembered.LONG", 8)
    assert counted(CITY) == 9
    end_one()
    assert counted(CITY) == 9, "remembered"
    assert counted(OTHER_CITY) == 10, "nobody else's"
    assert isinstance(rt.clock, VirtualClock)
    rt.clock.advance(timedelta(seconds=21))
    assert counted(CITY) == 8


def test_the_length_of_a_very_long_tab_is_counted_once_for_some_seconds(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(rt, 20)
    monkeypatch.setattr("webapp.inbox.remembered.LONG", 8)

    def lengths(actor: Actor) -> tuple[dict[str, int], int]:
        with statements(rt) as asked, rt.reading() as session:
            found = counts(session, actor, (OFFERED,), at(rt))
        return found, len([each for each in asked if "user_task_candidate" in each])

    assert lengths(CITY) == ({OFFERED: 10}, 1)
    assert lengths(CITY) == ({OFFERED: 10}, 0)
    assert lengths(OTHER_CITY) == ({OFFERED: 10}, 1), "nobody else's"
    assert isinstance(rt.clock, VirtualClock)
    rt.clock.advance(timedelta(seconds=21))
    assert lengths(CITY) == ({OFFERED: 10}, 1)
