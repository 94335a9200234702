"""Benches of the web site: completing a task through HTTP, and a page of the inbox."""

import re
from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, select

from engine import commands
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.inbox.faces import write_face
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.store.instances import Instance
from engine.store.tasks import CREATED, UserTask, UserTaskCandidate
from webapp import create_app
from webapp.bench import diagrams
from webapp.bench.engine_benches import OFFICER, Figure, Size
from webapp.bench.measure import Samples, settle
from webapp.settings import WebSettings

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_REVISION = re.compile(r'name="_revision"[^>]*value="([^"]+)"')
TASKS_PER_CASE = 100
_CITIES = [f"37{number:02d}00" for number in range(1, 17)]


def complete_http(runtime: Runtime, size: Size) -> Figure:
    """The POST that completes a user task: session, CSRF, form, validation, command, redirect."""
    client = signed_in(runtime, OFFICER)
    samples = Samples()
    for _ in range(size.rounds):
        tasks = commands.start(runtime, SYSTEM, "bench_straight", {}).tasks
        while tasks:
            page = client.get(f"/tasks/{tasks[0]}").get_data(as_text=True)
            client.post(f"/tasks/{tasks[0]}/claim", data={"csrf_token": _found(_TOKEN, page)})
            page = client.get(f"/tasks/{tasks[0]}").get_data(as_text=True)
            body = {**_answer(), "csrf_token": _found(_TOKEN, page), "_revision": _found(_REVISION, page)}
            with samples.one():
                answer = client.post(f"/tasks/{tasks[0]}", data=body)
            if answer.status_code != 302:
                raise RuntimeError(f"completing task {tasks[0]} answered {answer.status_code}")
            tasks = _next(runtime, tasks[0])
    return samples.summary()


WISHES = (
    "",
    "?page=5",
    "?step=市局初审",
    "?type=FACTORY&year=2024",
    "?due=overdue",
    "?due=week&sort=company",
    "?sort=received&down=1",
    "?sort=priority&down=1&type=SCENE",
    "?q=泉城",
    "?q=qcsl+有限",
    "?q=2024-370500-0004",
)
"""Every kind of filter, order and search."""


def inbox(runtime: Runtime, size: Size) -> Figure:
    """A page of 50 among very many open tasks with any filter and all counts, as an officer of one of 16 cities."""
    return _pages(runtime, size, Actor("bench-city", "基准", (Grant("city_officer", _CITIES[4]),)), "offered")


def inbox_all(runtime: Runtime, size: Size) -> Figure:
    """The same for supervision, whose list holds every open task of the province."""
    return _pages(runtime, size, Actor("bench-all", "基准", (Grant("supervision", "370000"),)), "all")


def _pages(runtime: Runtime, size: Size, who: Actor, tab: str) -> Figure:
    _open_tasks(runtime, size.open_tasks)
    settle(runtime.engine)
    client = signed_in(runtime, who)
    samples = Samples()
    for wish in WISHES:  # the first look at each reads what is deployed and fills the database's memory
        _listed(client, tab, wish)
    for number in range(max(len(WISHES), size.rounds * 40)):
        with samples.one():
            _listed(client, tab, WISHES[number % len(WISHES)])
    of_each = [median(samples.wall[nth :: len(WISHES)]) for nth in range(len(WISHES))]
    return {
        **samples.summary(),
        "slowest_wish_median_ms": round(max(of_each), 1),
        "open_tasks": size.open_tasks,
    }


def _listed(client: FlaskClient, tab: str, wish: str) -> None:
    answer = client.get(f"/inbox/{tab}{wish}")
    if answer.status_code != 200:
        raise RuntimeError(f"the inbox answered {answer.status_code}")


def signed_in(runtime: Runtime, actor: Actor) -> FlaskClient:
    """A browser in which this person, made here, has signed in."""
    app = create_app(runtime, WebSettings(demo=True))
    with runtime.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        for grant in actor.grants:
            add_organisation(tx.session, scribe, grant.organisation, grant.organisation, "city", None)
        add_account(tx.session, scribe, actor.login, actor.name, actor.grants)
    client = app.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    data = {"login": actor.login, "csrf_token": _found(_TOKEN, page)}
    answer = client.post("/sign-in/demo", data=data)
    if answer.status_code != 302:
        raise RuntimeError(f"signing in answered {answer.status_code}")
    return client


def _answer() -> dict[str, Any]:
    return {name: str(value) for name, value in diagrams.ANSWER.items() if value is not False}


def _found(pattern: re.Pattern[str], page: str) -> str:
    match = pattern.search(page)
    if match is None:
        raise RuntimeError(f"the page has no {pattern.pattern}")
    return match[1]


def _next(runtime: Runtime, done: int) -> tuple[int, ...]:
    with runtime.reading() as session:
        instance = select(UserTask.instance_id).where(UserTask.id == done).scalar_subquery()
        rows = session.scalars(
            select(UserTask.id).where(UserTask.instance_id == instance, UserTask.state == CREATED)
        )
        return tuple(rows)


def _open_tasks(runtime: Runtime, count: int) -> None:
    """Open tasks of one instance about `count` / 100 cases in 16 cities, each offered to one group."""
    commands.start(runtime, SYSTEM, "bench_straight", {})
    now = runtime.clock.now()
    with runtime.transaction() as tx:
        instance = tx.session.scalars(select(Instance).limit(1)).one()
        for number in range(count // TASKS_PER_CASE + 1):
            write_face(tx.session, _key(number), _face(number))
        for first in range(0, count, 5000):
            rows = [_task_row(instance, number, now) for number in range(first, min(first + 5000, count))]
            keys = tx.session.scalars(
                insert(UserTask).returning(UserTask.id, sort_by_parameter_order=True), rows
            )
            tx.session.execute(insert(UserTaskCandidate), list(_candidates(list(keys), rows)))


def _key(number: int) -> str:
    return f"2024-{_CITIES[number % len(_CITIES)]}-{number:04d}"


def _face(number: int) -> dict[str, str]:
    return {
        "company": f"{'泉城黄河泰山崂山'[number % 4 * 2 :][:2]}示例{number}装备有限公司",
        "uscc": f"91370100MA3C{number:06d}",
        "name": f"第{number}智能工厂",
        "city": _CITIES[number % len(_CITIES)],
        "type": ("SCENE", "WORKSHOP", "FACTORY")[number % 3],
        "year": str(2022 + number % 3),
    }


def _task_row(instance: Instance, number: int, now: Any) -> dict[str, Any]:
    case, face = number // TASKS_PER_CASE, _face(number // TASKS_PER_CASE)
    due = now + timedelta(minutes=number * 7919 % 20_000 - 5000)
    return {
        **{name: face[name] for name in ("company", "city", "type", "year")},
        "instance_id": instance.id,
        "process_id": instance.process_id,
        "business_key": _key(case),
        "wait_key": f"bench-{number}",
        "element_id": "city_review",
        "name": ("市局初审", "市局复核", "集体研究")[number % 3],
        "properties": {},
        "candidate_groups": [f"city_officer@{face['city']}"],
        "candidate_users": [],
        "organisation": face["city"],
        "due": due,
        "due_order": due,
        "priority": 50 + number % 2 * 10,
        "created_at": now - timedelta(minutes=number % 9000),
    }


OFFERED = ("due_order", "process_id", "name", "business_key", "company", "city", "type", "year")


def _candidates(keys: list[int], rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for key, row in zip(keys, rows, strict=True):
        facts = {name: row[name] for name in (*OFFERED, "priority", "created_at")}
        yield {"candidate": row["candidate_groups"][0], "task_id": key, **facts}
