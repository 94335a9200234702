"""Two workers at one migration at once, on both databases, while people go on: nothing is half, nothing twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from engine import audit, commands
from engine.clock import VirtualClock
from engine.runtime import MIGRATIONS, Runtime
from engine.store import json
from engine.store import migrating as m
from engine.store.instances import ElementEvent, Instance
from engine.store.migrating import MigrationItem, MigrationPlan
from engine.studio.migrating import plans
from engine.studio.migrating.cohort import Cohort
from engine.studio.migrating.work import perform
from engine.worker import drain
from tests.support.diagrams import straight
from tests.support.people import CITY, OWNER
from tests.support.racing import race
from tests.support.runtimes import deploy, open_runtime, open_task, rows, start

MANY = 12


@pytest.fixture
def pair(any_rt: Runtime, clock: VirtualClock) -> Iterator[tuple[Runtime, Runtime]]:
    """Two workers on one database, and cases that a newer version waits for."""
    other = open_runtime(any_rt.settings.database_url, clock)
    for rt in (any_rt, other):
        rt.effects[MIGRATIONS] = partial(perform, rt)
    yield any_rt, other
    other.close()


def plan(rt: Runtime, id: int) -> MigrationPlan:
    with rt.reading() as session:
        return session.get_one(MigrationPlan, id)


def states(rt: Runtime, id: int) -> list[str]:
    return rows(rt, select(MigrationItem.state).where(MigrationItem.plan_id == id))


def at_once(
    pair: tuple[Runtime, Runtime], act: Callable[..., Any], id: int, *others: Callable[[], Any]
) -> None:
    """Both workers perform every step of an act at the same instant, as if the lease of one had ended."""
    act(pair[0], OWNER, id, plan(pair[0], id).step)
    now = plan(pair[0], id)
    while now.state in m.AT_WORK:
        payload = {"plan": id, "step": now.step}
        race(*(partial(perform, rt, payload, "") for rt in pair), *others)
        others = ()
        now = plan(pair[0], id)


def whole(rt: Runtime, id: int) -> None:
    """Version, state and item of every case say the same; each went over once at most for every time it says so."""
    target = plan(rt, id).target_id
    with rt.reading() as session:
        for item in rows(rt, select(MigrationItem).where(MigrationItem.plan_id == id)):
            row = session.get_one(Instance, item.instance_id)
            moved = item.state in (m.MOVED, m.REMAINS)
            assert (row.definition_id == target) == moved, item.state
            assert json.loads(row.state)["flow"][1] == str(row.definition_id)
        assert audit.verify(session) is None


def begun(rt: Runtime) -> tuple[int, list[int]]:
    deploy(rt, p=straight("p", 1))
    cases = [start(rt, "p") for _ in range(MANY)]
    deploy(rt, p=straight("p", 2))
    return plans.begin(rt, OWNER, "p", None, Cohort(), "新版规则"), cases


def migrations(rt: Runtime) -> Counter[int]:
    wanted = (ElementEvent.event == "migrated", ElementEvent.element_type == "process")
    return Counter(rows(rt, select(ElementEvent.instance_id).where(*wanted)))


def test_two_workers_move_every_case_once_and_bring_it_back_once(pair: tuple[Runtime, Runtime]) -> None:
    rt = pair[0]
    id, cases = begun(rt)
    at_once(pair, plans.check, id)
    at_once(pair, plans.apply, id)
    assert states(rt, id) == [m.MOVED] * MANY
    assert migrations(rt) == dict.fromkeys(cases, 1)
    whole(rt, id)
    at_once(pair, plans.undo, id)
    assert states(rt, id) == [m.RETURNED] * MANY
    assert migrations(rt) == dict.fromkeys(cases, 2)
    whole(rt, id)
    drain(rt)  # the steps that were left to a worker are done already
    whole(rt, id)


@pytest.mark.parametrize("act", [plans.apply, plans.undo])
def test_people_go_on_while_cases_move(pair: tuple[Runtime, Runtime], act: Callable[..., Any]) -> None:
    """Whose click came first is moved or left as the click made it; no click is lost."""
    rt = pair[0]
    id, cases = begun(rt)
    at_once(pair, plans.check, id)
    if act is plans.undo:
        at_once(pair, plans.apply, id)

    def clicks() -> None:
        for case in cases[::-2]:
            commands.complete(rt, CITY, open_task(rt, "t1", case), {})

    at_once(pair, act, id, clicks)
    whole(rt, id)
    with rt.reading() as session:
        done = select(ElementEvent.instance_id).where(
            ElementEvent.element_id == "t1", ElementEvent.event == "completed"
        )
        assert Counter(session.scalars(done)) == dict.fromkeys(cases[::-2], 1)
