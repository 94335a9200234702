"""What instances tell each other: in the order of publication, and not round in circles for ever."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine import commands
from engine.commands.jobs import run_jobs
from engine.runtime import Runtime
from engine.store.instances import ElementEvent, Incident, Instance
from engine.store.work import Job
from engine.verbs import Parameter, VerbContext
from engine.worker import drain
from tests.support.diagrams import (
    boundary,
    catch,
    chain,
    diagram,
    end,
    flow,
    input_,
    message,
    message_root,
    service,
    signal,
    signal_root,
    start,
    task,
    throw_message,
)
from tests.support.people import CITY, SYSADMIN, SYSTEM
from tests.support.runtimes import deploy, open_runtime, open_task, rows
from tests.support.runtimes import start as begin

LIMIT = 6


@pytest.fixture
def short(database: str) -> Iterator[Runtime]:
    """A runtime in which few instances may pass something on."""
    runtime = open_runtime(database, hop_limit=LIMIT)
    yield runtime
    runtime.close()


def player(name: str, hears: str, tells: str, begins: str) -> bytes:
    """Clicked once, it then answers every message with another one, for ever."""
    roots = message_root(hears, "=no") + message_root(tells, "=no")
    return diagram(
        name,
        start()
        + task("click")
        + '<bpmn:exclusiveGateway id="again" />'
        + catch("hear", message(hears))
        + throw_message("tell", tells, "=no")
        + chain("start", "click", "again", *(("tell", "hear") if begins == "tell" else ("hear", "tell")))
        + flow("hear" if begins == "tell" else "tell", "again"),
        roots=roots,
    )


def play(rt: Runtime) -> tuple[int, int]:
    deploy(rt, ping=player("ping", "pong", "ping", "tell"), pong=player("pong", "ping", "pong", "hear"))
    found = begin(rt, "pong", {"no": "1"}), begin(rt, "ping", {"no": "1"})
    for instance in found:
        commands.complete(rt, CITY, open_task(rt, "click", instance), {})
    drain(rt)
    return found


def told(rt: Runtime) -> int:
    done = (ElementEvent.element_id == "tell", ElementEvent.event == "completed")
    return len(rows(rt, select(ElementEvent.id).where(*done)))


def incidents(rt: Runtime) -> list[Incident]:
    return rows(rt, select(Incident).where(Incident.resolved_at.is_(None)))


def test_two_processes_that_message_each_other_for_ever_become_an_incident(short: Runtime) -> None:
    play(short)
    [incident] = incidents(short)
    assert (incident.element_id, incident.type) == ("tell", "JOB_NO_RETRIES")
    assert f"passed on by {LIMIT + 1} instances" in incident.message
    assert told(short) == LIMIT


def test_a_person_who_retries_lets_them_go_on_as_far_again(short: Runtime) -> None:
    play(short)
    [incident] = incidents(short)
    commands.retry(short, SYSADMIN, incident.id, "一次")
    drain(short)
    assert len(incidents(short)) == 1
    assert told(short) == 2 * LIMIT


def test_a_click_in_between_begins_the_count_anew(short: Runtime) -> None:
    body = start() + catch("hear", message("go")) + task("click") + throw_message("tell", "told", "=no")
    roots = message_root("go", "=no") + message_root("told", "=no")
    deploy(short, p=diagram("p", body + end() + chain("start", "hear", "click", "tell", "end"), roots=roots))
    instance = begin(short, "p", {"no": "1"})
    with short.transaction() as tx:
        tx.session.execute(update(Instance).where(Instance.id == instance).values(hops=LIMIT))
    commands.publish_message(short, SYSTEM, "go", "1", {})
    drain(short)
    commands.complete(short, CITY, open_task(short, "click"), {})
    drain(short)
    assert incidents(short) == []


def test_a_verb_that_a_worker_calls_counts_too(short: Runtime) -> None:
    @short.verbs.register("test.answer", zh="答", en="answer", pure=False)
    def answer(context: VerbContext) -> None:
        context.publish("round", "1", {}, time_to_live="PT1H")

    body = start("begin", message("round")) + service("answer", "test.answer") + end()
    roots = message_root("round")
    deploy(short, r=diagram("r", body + chain("begin", "answer", "end"), roots=roots))
    commands.publish_message(short, SYSTEM, "round", "1", {})
    for _ in range(4):
        drain(short)
        short.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]
    [incident] = incidents(short)
    assert incident.element_id == "answer"
    assert len(rows(short, select(Instance.id))) == LIMIT + 1


def test_signals_that_go_round_become_an_incident(short: Runtime) -> None:
    body = start("begin", signal("round")) + end("end", signal("round").replace("d_round", "d_again"))
    deploy(short, s=diagram("s", body + chain("begin", "end"), roots=signal_root("round")))
    commands.broadcast_signal(short, SYSTEM, "round", {})
    for _ in range(4):
        drain(short)
        short.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]
    [incident] = incidents(short)
    assert (incident.instance_id, incident.type) == (None, "JOB_NO_RETRIES")
    assert len(rows(short, select(Instance.id))) == LIMIT + 1


LISTENER = diagram(
    "p",
    start()
    + task("work")
    + boundary("hear", "work", message("item"), interrupting=False)
    + service("note", "test.note", mapping=input_("=no", "no"))
    + end("noted")
    + end()
    + chain("start", "work", "end")
    + chain("hear", "note", "noted"),
    roots=message_root("item", "=key"),
)
HELD = diagram(
    "held",
    start()
    + task("click")
    + '<bpmn:eventBasedGateway id="either" />'
    + catch("first", message("one"))
    + catch("second", message("two"))
    + task("after_first")
    + task("after_second")
    + end()
    + chain("start", "click", "either")
    + flow("either", "first")
    + flow("either", "second")
    + chain("first", "after_first", "end")
    + chain("second", "after_second", "end"),
    roots=message_root("one", "=key") + message_root("two", "=key"),
)


def test_an_instance_hears_what_was_published_first_whoever_delivers_it(any_rt: Runtime) -> None:
    """The job of the later message comes first: a worker that was faster."""
    deploy(any_rt, held=HELD)
    instance = begin(any_rt, "held", {"key": "k"})
    commands.complete(any_rt, CITY, open_task(any_rt, "click", instance), {})
    drain(any_rt)
    commands.publish_message(any_rt, SYSTEM, "two", "k", {}, time_to_live="PT1H")
    commands.publish_message(any_rt, SYSTEM, "one", "k", {}, time_to_live="PT1H")
    with any_rt.transaction() as tx:  # the earlier one sleeps on
        late = tx.now + timedelta(minutes=1)
        tx.session.execute(update(Job).where(Job.type == "two").values(wake=late))
    drain(any_rt)
    assert open_task(any_rt, "after_second", instance)


def test_a_receiver_that_listens_again_hears_everything_in_order(any_rt: Runtime) -> None:
    """The jobs of five messages come to the workers the other way round."""
    heard: list[int] = []

    @any_rt.verbs.register("test.note", zh="记", en="note", inputs=(Parameter("no", "number", "号", "no"),))
    def note(context: VerbContext, no: int) -> None:
        heard.append(no)

    deploy(any_rt, p=LISTENER)
    begin(any_rt, "p", {"key": "k"})
    drain(any_rt)
    for no in range(5):
        commands.publish_message(any_rt, SYSTEM, "item", "k", {"no": no}, time_to_live="PT1H")
    with any_rt.transaction() as tx:
        keys = tx.session.scalars(select(Job.id).where(Job.kind == "message").order_by(Job.id)).all()
        for place, key in enumerate(keys):
            wake = tx.now + timedelta(minutes=10 - place)
            tx.session.execute(update(Job).where(Job.id == key).values(wake=wake))
    any_rt.clock.advance(timedelta(minutes=11))  # type: ignore[attr-defined]
    while run_jobs(any_rt, 1):
        continue
    assert heard == list(range(5))
