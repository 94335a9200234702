"""Benches of filling in: one section of the real application, and fifty people whose pages save by themselves."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from engine import commands
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.store.tasks import Draft
from webapp import create_app
from webapp.bench import filled
from webapp.bench.engine_benches import Figure, Size
from webapp.bench.filled import FACTORY
from webapp.bench.measure import Samples, counting
from webapp.bench.serving import served
from webapp.settings import WebSettings

FORM = Path(__file__).parents[2] / "forms" / "definitions" / "application_form.form"
DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0"
    id="Definitions_fill" targetNamespace="http://bpmn.io/schema/bpmn"
    modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
  <bpmn:process id="bench_fill" name="填报" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="fill" />
    <bpmn:userTask id="fill" name="填写申报书">
      <bpmn:documentation>填写。依据：第七条。</bpmn:documentation>
      <bpmn:extensionElements>
        <zeebe:userTask /><zeebe:formDefinition formId="application_form" />
        <zeebe:assignmentDefinition candidateGroups="=&quot;enterprise_filler&quot;" />
        <zeebe:ioMapping><zeebe:output source="=submission_id" target="submission" /></zeebe:ioMapping>
      </bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="fill" targetRef="end" />
    <bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>"""
SECTION = "finance"  # the table of three years: with its 38 fields the longest but one of the fixed tables
FIELD = "intro"
ENTERPRISE = FACTORY.uscc
PEOPLE = 50
PAUSE = 10.0  # seconds between two saves of one person who goes on typing
HIDDEN = re.compile(r'<input type="hidden"[^>]* name="(\w+)" value="([^"]*)"')
BASE = re.compile(r'id="base" name="_base" value="([^"]*)"')


def section_page(runtime: Runtime, size: Size) -> Figure:
    """The GET of one section of the application as it is deployed, all of it filled in."""
    app, (task,) = _begin(runtime, 1)
    commands.save_draft(runtime, _actor(0), task, filled.answers(runtime, _actor(0), task))
    client = app.test_client()
    _enter(client, 0)
    samples = Samples()
    for _ in range(size.samples(size.rounds * 10)):
        with samples.one(), counting(runtime.engine) as asked:
            answer = client.get(f"/tasks/{task}/sections/{SECTION}")
        if answer.status_code != 200:
            raise RuntimeError(f"the section answered {answer.status_code}")
    return {**samples.summary(), "statements": asked.statements}


def submit_application(runtime: Runtime, size: Size) -> Figure:
    """The command that validates and submits the whole application with its tables and attachments."""
    count = size.samples(size.rounds * 5)
    _, tasks = _begin(runtime, 1, each=count)
    samples = Samples()
    for task in tasks:
        answers = filled.answers(runtime, _actor(0), task)
        with samples.one(), counting(runtime.engine) as asked:
            commands.complete(runtime, _actor(0), task, answers)
    return {**samples.summary(), "answers": len(answers), "statements": asked.statements}


def autosave_50(runtime: Runtime, size: Size) -> Figure:
    """Fifty people type: each page saves every ten seconds, at a moment of its own; then all fifty at once.

    Over HTTP, from a server of its own: one process on SQLite, two on PostgreSQL. Milliseconds of the round trips
    of the typing, of the burst, and how many of the saves were lost.
    """
    people = PEOPLE if size.rounds > 1 else 3
    saves, pause = (size.rounds, PAUSE) if size.rounds > 1 else (2, 0.2)
    app, tasks = _begin(runtime, people)
    processes = 2 if runtime.engine.dialect.name == "postgresql" else 1
    with served(runtime, processes) as port, ThreadPoolExecutor(people) as pool:
        ready = threading.Barrier(people)
        typists = [_Typist(port, number, task, saves, pause, ready) for number, task in enumerate(tasks)]
        runs = [run.result() for run in [pool.submit(typist.work) for typist in typists]]
    typing = Samples(wall=[time for run in runs for time in run[:-1]], cpu=[0.0]).summary()
    burst = Samples(wall=[run[-1] for run in runs], cpu=[0.0]).summary()
    with runtime.reading() as session:
        kept = {draft.login: draft.data.get(FIELD) for draft in session.scalars(select(Draft))}
    lost = sum(kept.get(_login(number)) != _text(number, saves) for number in range(people))
    return {
        **{name: value for name, value in typing.items() if not name.startswith("cpu")},
        **{f"burst_{name}": value for name, value in burst.items() if name.startswith("wall")},
        "people": people,
        "processes": processes,
        "lost": lost,
        "cpu_of_one_save_ms": _cost(app, tasks[0], size.samples(10)),
    }


def _cost(app: Flask, task: int, saves: int) -> float:
    """CPU of one save within one process, in milliseconds: the median."""
    client, samples = app.test_client(), Samples()
    _enter(client, 0)
    own = dict(HIDDEN.findall(client.get(f"/tasks/{task}/sections/enterprise").get_data(as_text=True)))
    for save in range(saves):
        own["_serial"] = str(save + 1)
        with samples.one():
            client.post(f"/tasks/{task}/draft", data={**own, FIELD: _text(0, save)})
    return samples.summary()["cpu_median_ms"]


class _Typist:
    """One person: signs in, opens the section, and saves again and again with more text."""

    def __init__(
        self, port: int, number: int, task: int, saves: int, pause: float, ready: threading.Barrier
    ) -> None:
        self._browser, self._number, self._task = _Browser(port), number, task
        self._saves, self._pause, self._ready = saves, pause, ready
        self._own: dict[str, str] = {}

    def work(self) -> list[float]:
        """Milliseconds of each round trip; the last is the one that all people make at once."""
        self._browser.enter(self._number)
        page = self._browser.get(f"/tasks/{self._task}/sections/enterprise")
        self._own = dict(HIDDEN.findall(page))
        self._ready.wait(timeout=300)
        begun = time.monotonic() + self._pause * self._number / PEOPLE
        times = []
        for save in range(self._saves):
            time.sleep(max(0.0, begun + save * self._pause - time.monotonic()))
            times.append(self._save(save))
        self._ready.wait(timeout=300)
        times.append(self._save(self._saves))
        self._browser.close()
        return times

    def _save(self, save: int) -> float:
        self._own["_serial"] = str(save + 1)
        begun = time.perf_counter()
        answer = self._browser.post(
            f"/tasks/{self._task}/draft", {**self._own, FIELD: _text(self._number, save)}
        )
        took = (time.perf_counter() - begun) * 1000
        found = BASE.search(answer)
        if found is None:
            raise RuntimeError(f"the save was not kept: {answer[:200]}")
        self._own["_base"] = found[1]
        return took


class _Browser:
    """Keeps its cookies; a new connection for every request."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def enter(self, number: int) -> None:
        """Sign in as one of the people."""
        token = dict(HIDDEN.findall(self.get("/sign-in")))["csrf_token"]
        self.post("/sign-in/demo", {"login": _login(number), "csrf_token": token})

    def get(self, path: str) -> str:
        """A page."""
        return self._send("GET", path, None)

    def post(self, path: str, body: dict[str, str]) -> str:
        """The answer to a form."""
        return self._send("POST", path, urlencode(body))

    def _send(self, method: str, path: str, body: str | None) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.close()  # the server has closed it while the person was typing
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.read().decode()


def _begin(runtime: Runtime, people: int, each: int = 1) -> tuple[Flask, list[int]]:
    """So many people of one enterprise, each holding so many applications to fill in, just begun."""
    app = create_app(runtime, WebSettings(demo=True))
    commands.deploy(
        runtime, SYSTEM, {"application_form.form": FORM.read_bytes(), "fill.bpmn": DIAGRAM.encode()}
    )
    with runtime.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, ENTERPRISE, "基准企业", "enterprise", None)
        for number in range(people):
            add_account(tx.session, scribe, _login(number), "基准", (_GRANT,))
    tasks = []
    for number in range(people * each):
        (task,) = commands.start(runtime, SYSTEM, "bench_fill", filled.variables()).tasks
        commands.claim(runtime, _actor(number // each), task)
        commands.save_draft(runtime, _actor(number // each), task, {FIELD: "开始"})
        tasks.append(task)
    return app, tasks


def _actor(number: int) -> Actor:
    return Actor(_login(number), "基准", (_GRANT,))


_GRANT = Grant("enterprise_filler", ENTERPRISE)


def _enter(client: Any, number: int) -> None:
    token = dict(HIDDEN.findall(client.get("/sign-in").get_data(as_text=True)))["csrf_token"]
    client.post("/sign-in/demo", data={"login": _login(number), "csrf_token": token})


def _login(number: int) -> str:
    return f"bench-filler-{number:02d}"


def _text(number: int, save: int) -> str:
    return f"第 {number} 人第 {save} 次：" + "建设智能工厂，覆盖全部工序。" * (save + 1)
