"""Diagrams that go on for ever or grow without end: stopped, visible, and the click before them stands."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine import commands, worker
from engine.clock import VirtualClock
from engine.policy import SYSTEM
from engine.problems import NotDeployable
from engine.runtime import Runtime
from engine.store.definitions import StartSubscription
from engine.store.instances import Incident, Instance
from engine.store.tasks import COMPLETED, UserTask
from engine.verbs import Parameter, VerbContext
from tests.hostile import runaways
from tests.hostile.refusing import bounded, refused, rows
from tests.process.diagrams import Diagram, timer
from tests.support.people import CITY
from tests.support.runtimes import deploy, open_runtime, open_task, open_tasks, start
from tests.support.runtimes import rows as all_of

STATE = 8_000_000
"""Characters that a state may have when its diagram was stopped."""

STOPPED_AT_ONCE = {
    **{name: (runaways.script(text), "EXTRACT_VALUE_ERROR") for name, text in runaways.FEEL.items()},
    "a loop": (runaways.loop(), "BUDGET_EXCEEDED"),
    "tokens that double": (runaways.forks(), "BUDGET_EXCEEDED"),
    "a hundred thousand tasks": (runaways.heap(100_000), "BUDGET_EXCEEDED"),
    "a million tasks": (runaways.nested_heaps(), "BUDGET_EXCEEDED"),
    "a variable that doubles": (runaways.growing(), "EXTRACT_VALUE_ERROR"),
    "a signal that answers itself": (runaways.echo(), "BUDGET_EXCEEDED"),
    "a cycle of nothing": (runaways.cycle('=duration("PT0S")'), "EXTRACT_VALUE_ERROR"),
    "a cycle that goes backwards": (runaways.cycle('=duration("-P1M")'), "EXTRACT_VALUE_ERROR"),
}
STOPPED_BY_THE_WORKER = {
    "a timer that is due at once": runaways.timers("PT0S"),
    "a timer that was due before": runaways.timers('=duration("-P1D")'),
}
QUIET = {name: runaways.cycle(name) for name in ("R/PT1S", "R/PT0.001S", "R1000000/PT1S", "R/P1M")}


@pytest.fixture
def rt(database: str, clock: VirtualClock) -> Iterator[Runtime]:
    """A runtime whose commands have a fifth of the usual budget, for the sake of time."""
    runtime = open_runtime(database, clock, step_limit=2_000, token_limit=2_000)
    yield runtime
    runtime.close()


def clicked(rt: Runtime, diagram: Diagram) -> int:
    """The instance after its one click."""
    deploy(rt, p=diagram.xml())
    instance = start(rt, "p")
    commands.complete(rt, CITY, open_task(rt, "click"), {})
    return instance


def check_stopped(rt: Runtime, instance: int, type: str) -> None:
    """The click stands, the element shows the incident, and the instance can be ended."""
    [click] = all_of(rt, select(UserTask).where(UserTask.element_id == "click"))
    assert click.state == COMPLETED
    assert {incident.type for incident in all_of(rt, select(Incident))} == {type}
    with rt.reading() as session:
        assert len(session.get_one(Instance, instance).state) < STATE
    commands.cancel(rt, SYSTEM, instance, "it runs away")


@pytest.mark.parametrize(("diagram", "type"), STOPPED_AT_ONCE.values(), ids=STOPPED_AT_ONCE)
def test_a_runaway_becomes_an_incident_after_the_click(rt: Runtime, diagram: Diagram, type: str) -> None:
    with bounded():
        instance = clicked(rt, diagram)
    check_stopped(rt, instance, type)


@pytest.mark.parametrize("diagram", STOPPED_BY_THE_WORKER.values(), ids=STOPPED_BY_THE_WORKER)
def test_timers_that_chase_each_other_share_one_budget(rt: Runtime, diagram: Diagram) -> None:
    instance = clicked(rt, diagram)
    with bounded():
        worker.drain(rt)
    check_stopped(rt, instance, "BUDGET_EXCEEDED")


@pytest.mark.parametrize("diagram", QUIET.values(), ids=QUIET)
def test_ten_years_of_missed_firings_are_one(rt: Runtime, clock: VirtualClock, diagram: Diagram) -> None:
    clicked(rt, diagram)
    clock.advance(timedelta(days=3650))
    with bounded():
        assert worker.drain(rt) <= 2
    assert [task.element_id for task in open_tasks(rt)] == ["after"]


BAD_RESULTS = {
    "half a character": "\ud800",
    "a number beyond decimal128": Decimal("1e999999"),
    "a number of ten thousand digits": 10**10_000,
    "not a number": float("nan"),
    "an object": object(),
    "endless depth": None,
}


@pytest.mark.parametrize("name", BAD_RESULTS)
@pytest.mark.parametrize("pure", [True, False], ids=["pure", "job"])
def test_a_verb_that_answers_nonsense_stops_only_its_own_element(rt: Runtime, name: str, pure: bool) -> None:
    value = BAD_RESULTS[name]
    if name == "endless depth":
        for _ in range(5_000):
            value = [value]

    @rt.verbs.register(
        "test.bad", zh="坏", en="bad", pure=pure, outputs=(Parameter("y", "any", "值", "value"),)
    )
    def bad(context: VerbContext) -> dict[str, object]:
        return {"y": value}

    diagram = runaways.begun().service("bad", "test.bad").flow("start", "click", "bad", "end")
    instance = clicked(rt, diagram)
    for _ in range(4):
        rt.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]
        worker.drain(rt)
    [incident] = all_of(rt, select(Incident).where(Incident.resolved_at.is_(None)))
    assert (incident.element_id, incident.instance_id) == ("bad", instance)
    commands.cancel(rt, SYSTEM, instance, "nonsense")


# -------------------------------------------------------------------- start timers


def begun_by_timer(kind: str, text: str, id: str = "p") -> bytes:
    """A process that a timer starts."""
    return Diagram(id).start("start", timer(kind, text)).end().flow("start", "end").xml()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("cycle", "=null"),
        ("cycle", '="tomorrow"'),
        ("cycle", '=duration("PT0S")'),
        ("date", "=1 / 0"),
        ("duration", "=count(for i in 1..10**9 return i)"),
        ("date", "=missing"),
    ],
)
def test_a_start_timer_that_cannot_be_computed_is_refused(rt: Runtime, kind: str, text: str) -> None:
    before = rows(rt)
    refusal = refused(lambda: deploy(rt, p=begun_by_timer(kind, text)))
    assert isinstance(refusal, NotDeployable)
    assert rows(rt) == before


def test_a_start_timer_that_fails_later_holds_up_nobody_else(rt: Runtime, clock: VirtualClock) -> None:
    until = '=if now() < date and time("2024-06-04T00:00:00+08:00") then "R/P1D" else null'
    deploy(rt, broken=begun_by_timer("cycle", until, "broken"), good=begun_by_timer("cycle", "R/P1D", "good"))
    clock.advance(timedelta(days=1, minutes=1))
    worker.drain(rt)
    assert {instance.process_id for instance in all_of(rt, select(Instance))} == {"good"}
    [broken] = all_of(rt, select(StartSubscription).where(StartSubscription.process_id == "broken"))
    assert broken.due < clock.now(), "it stays due: nothing is lost"
