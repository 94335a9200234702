"""Benches of filling in: one section of the real application, and fifty people whose pages save by themselves."""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from engine import commands
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.store.tasks import Draft
from webapp import create_app
from webapp.bench.engine_benches import Figure, Size
from webapp.bench.measure import Samples
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
SECTION = "enterprise"
FIELD = "intro"
ENTERPRISE = "91370100MA3C5X8K9A"
PEOPLE = 50
PAUSE = 2.0  # seconds between two saves of one person: somebody types, stops, goes on
HIDDEN = re.compile(r'<input type="hidden"[^>]* name="(\w+)" value="([^"]*)"')
BASE = re.compile(r'id="base" name="_base" value="([^"]*)"')


def section_page(runtime: Runtime, size: Size) -> Figure:
    """The GET of one section of the application as it is deployed, some of it filled in."""
    app, (task,) = _begin(runtime, 1)
    client = app.test_client()
    _enter(client, 0)
    samples = Samples()
    for _ in range(max(5, size.rounds * 10)):
        with samples.one():
            answer = client.get(f"/tasks/{task}/sections/{SECTION}")
        if answer.status_code != 200:
            raise RuntimeError(f"the section answered {answer.status_code}")
    return samples.summary()


def autosave_50(runtime: Runtime, size: Size) -> Figure:
    """Fifty people type for a while, each page saving every two seconds over HTTP; round trips, and what got lost."""
    people = PEOPLE if size.rounds > 1 else 3
    saves = max(2, min(10, size.rounds))
    app, tasks = _begin(runtime, people)
    with _served(app) as port, ThreadPoolExecutor(people) as pool:
        ready = threading.Barrier(people)
        runs = [pool.submit(_type, port, number, task, saves, ready) for number, task in enumerate(tasks)]
        times = [each for run in runs for each in run.result()]
    samples = Samples(wall=times, cpu=[0.0])
    with runtime.reading() as session:
        kept = {draft.login: draft.data.get(FIELD) for draft in session.scalars(select(Draft))}
    lost = sum(kept.get(_login(number)) != _text(number, saves - 1) for number in range(people))
    figures = {name: value for name, value in samples.summary().items() if not name.startswith("cpu")}
    return {**figures, "people": people, "lost": lost}


def _type(port: int, number: int, task: int, saves: int, ready: threading.Barrier) -> list[float]:
    """One person: sign in, open the section, save again and again with more text; milliseconds of each round trip."""
    browser = _Browser(port)
    browser.enter(number)
    own = dict(HIDDEN.findall(browser.get(f"/tasks/{task}/sections/{SECTION}")))
    ready.wait(timeout=120)
    time.sleep(PAUSE * number / PEOPLE)
    times = []
    for save in range(saves):
        own["_serial"] = str(save + 1)
        begun = time.perf_counter()
        answer = browser.post(f"/tasks/{task}/draft", {**own, FIELD: _text(number, save)})
        times.append((time.perf_counter() - begun) * 1000)
        found = BASE.search(answer)
        if found is None:
            raise RuntimeError(f"the save was not kept: {answer[:200]}")
        own["_base"] = found[1]
        time.sleep(max(0.0, PAUSE - times[-1] / 1000))
    return times


class _Browser:
    """A connection that stays open and keeps its cookies."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

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
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.read().decode()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        return None


@contextmanager
def _served(app: Flask) -> Iterator[int]:
    """The application on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _begin(runtime: Runtime, people: int) -> tuple[Flask, list[int]]:
    """So many people of one enterprise, each holding an application to fill in with some of it filled in."""
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
    for number in range(people):
        (task,) = commands.start(runtime, SYSTEM, "bench_fill", {"type": "FACTORY"}).tasks
        actor = Actor(_login(number), "基准", (_GRANT,))
        commands.claim(runtime, actor, task)
        commands.save_draft(runtime, actor, task, {FIELD: "开始"})
        tasks.append(task)
    return app, tasks


_GRANT = Grant("enterprise_filler", ENTERPRISE)


def _enter(client: Any, number: int) -> None:
    token = dict(HIDDEN.findall(client.get("/sign-in").get_data(as_text=True)))["csrf_token"]
    client.post("/sign-in/demo", data={"login": _login(number), "csrf_token": token})


def _login(number: int) -> str:
    return f"bench-filler-{number:02d}"


def _text(number: int, save: int) -> str:
    return f"第 {number} 人第 {save} 次：" + "建设智能工厂，覆盖全部工序。" * (save + 1)
