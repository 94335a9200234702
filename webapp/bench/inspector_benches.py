"""Benches of the inspector: the page of an instance with a long history, and the list among very many instances."""

from statistics import median

from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine import commands
from engine.conditions import Grant
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.store.instances import ElementEvent
from webapp.bench import diagrams
from webapp.bench.engine_benches import OFFICER, Figure, Size
from webapp.bench.many_instances import fill
from webapp.bench.measure import Samples, settle
from webapp.bench.web_benches import signed_in

LOOKER = Actor("bench-sysadmin", "基准", (Grant("sysadmin", "370000"),))
WISHES = (
    "",
    "?sort=oldest",
    "?process=bench_p0",
    "?process=bench_p4&version=2",
    "?state=running",
    "?state=ended&sort=ended",
    "?state=incident",
    "?state=overdue",
    "?state=suspended&city=371000",
    "?city=371600&sort=oldest",
    "?process=bench_p0&element=t00",
    "?process=bench_p2&element=t09",
    "?element=wait3&state=running",
    "?key=2024-371300-00",
    "?key=2019-",
    "?variable=uscc&value=91370100MA0420042",
    "?variable=type&value=SCENE",
    "?variable=type&value=WORKSHOP&state=running&city=371000",
    "?variable=cycle_year&value=2025&process=bench_p1",
    "?started_from=2023-03-01&started_to=2023-03-31",
    "?ended_from=2023-03-01&ended_to=2023-03-31&sort=ended",
    "?process=bench_p3&city=371100&started_from=2018-01-01&started_to=2018-12-31",
    "?error=BUDGET_EXCEEDED",
    "?text=port+42",
    "?text=did+not+answer&state=running",
)
"""Every kind of filter and order, and what people combine."""
LOOKS = 12
"""More than the ten after which PostgreSQL may keep one plan of a prepared statement for all values."""


def inspector_page(runtime: Runtime, size: Size) -> Figure:
    """The page of one instance with so many events: now, as of its middle, with an element, and its timeline."""
    commands.deploy(runtime, SYSTEM, {"bench_rounds.bpmn": diagrams.rounds(size.tasks)})
    key, middle, events = _long_instance(runtime, size.events)
    settle(runtime.engine)
    client = signed_in(runtime, LOOKER)
    around = ("", f"?at={middle}", "?element=t03", f"?at={middle}&element=t03", "/timeline")
    pages = [f"/inspector/instances/{key}{rest}" for rest in around]
    return {**_looked(client, pages, size.samples(12)), "events": events}


def many_instances(runtime: Runtime, size: Size) -> Figure:
    """A page of the list among very many instances, by every kind of filter, with its count; and its second page."""
    fill(runtime, size.instances)
    settle(runtime.engine)
    client = signed_in(runtime, LOOKER)
    pages = [f"/inspector/instances{wish}" for wish in WISHES]
    return {**_looked(client, pages, size.samples(LOOKS)), "instances": size.instances}


def _long_instance(runtime: Runtime, events: int) -> tuple[int, int, int]:
    """The key of an instance with at least so many events, the event in their middle, and how many there are."""
    started = commands.start(runtime, SYSTEM, "bench_rounds", {})
    tasks, key, found = started.tasks, started.instance_key, 0
    while found < events:
        for _ in range(10):
            tasks = commands.complete(runtime, OFFICER, tasks[0], diagrams.ANSWER).tasks
        with runtime.reading() as session:
            found = session.scalar(select(func.count()).where(ElementEvent.instance_id == key)) or 0
    with runtime.reading() as session:
        ids = select(ElementEvent.id).where(
            ElementEvent.instance_id == key, ElementEvent.event == "completed"
        )
        mine = session.scalars(ids.order_by(ElementEvent.id)).all()
    return key, mine[len(mine) // 2], found


def _looked(client: FlaskClient, pages: list[str], rounds: int) -> Figure:
    """Every page so many times, in turn; the first look at each fills memories and is not counted."""
    samples = Samples()
    for page in pages:
        _got(client, page)
    for _ in range(rounds):
        for page in pages:
            with samples.one():
                _got(client, page)
    of_each = [median(samples.wall[nth :: len(pages)]) for nth in range(len(pages))]
    slowest = max(range(len(pages)), key=of_each.__getitem__)
    return {
        **samples.summary(),
        "slowest_page": slowest,
        "slowest_page_median_ms": round(of_each[slowest], 1),
    }


def _got(client: FlaskClient, page: str) -> None:
    answer = client.get(page)
    if answer.status_code != 200:
        raise RuntimeError(f"{page} answered {answer.status_code}")
