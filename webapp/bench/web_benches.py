"""Benches of the web site: completing a task through HTTP, and a page of the inbox."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, select

from engine import commands
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
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
_CITIES = [f"37{number:02d}00" for number in range(1, 17)]


def complete_http(runtime: Runtime, size: Size) -> Figure:
    """The POST that completes a user task: session, CSRF, form, validation, command, redirect."""
    client = _signed_in(runtime, OFFICER)
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


def inbox(runtime: Runtime, size: Size) -> Figure:
    """A page of 50 among very many open tasks, as an officer of one of 16 cities sees it."""
    _open_tasks(runtime, size.open_tasks)
    settle(runtime.engine)
    officer = Actor("bench-city", "基准", (Grant("city_officer", _CITIES[4]),))
    client = _signed_in(runtime, officer)
    samples = Samples()
    for number in range(max(5, size.rounds * 10)):
        with samples.one():
            answer = client.get(f"/inbox/offered?page={number % 5 + 1}")
        if answer.status_code != 200:
            raise RuntimeError(f"the inbox answered {answer.status_code}")
    return {**samples.summary(), "open_tasks": size.open_tasks}


def _signed_in(runtime: Runtime, actor: Actor) -> FlaskClient:
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
    """Open tasks of one instance, spread over 16 cities, each with one candidate group and a due date."""
    commands.start(runtime, SYSTEM, "bench_straight", {})
    now = runtime.clock.now()
    with runtime.transaction() as tx:
        instance = tx.session.scalars(select(Instance).limit(1)).one()
        for first in range(0, count, 5000):
            numbers = range(first, min(first + 5000, count))
            rows = [_task_row(instance, number, now) for number in numbers]
            keys = tx.session.scalars(
                insert(UserTask).returning(UserTask.id, sort_by_parameter_order=True), rows
            )
            tx.session.execute(insert(UserTaskCandidate), list(_candidates(list(keys), rows)))


def _task_row(instance: Instance, number: int, now: Any) -> dict[str, Any]:
    city = _CITIES[number % len(_CITIES)]
    due = now + timedelta(minutes=number % 20_000)
    return {
        "instance_id": instance.id,
        "process_id": instance.process_id,
        "business_key": f"2024-{city}-{number:06d}",
        "wait_key": f"bench-{number}",
        "element_id": "city_review",
        "name": "市局初审",
        "properties": {},
        "candidate_groups": [f"city_officer@{city}"],
        "candidate_users": [],
        "organisation": city,
        "due": due,
        "due_order": due,
        "created_at": now,
    }


def _candidates(keys: list[int], rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for key, row in zip(keys, rows, strict=True):
        yield {
            "candidate": row["candidate_groups"][0],
            "due_order": row["due_order"],
            "task_id": key,
            "process_id": row["process_id"],
            "name": row["name"],
        }
