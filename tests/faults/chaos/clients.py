"""People at their browsers: they begin matters and complete tasks over HTTP, and write down what they were told."""

import http.client
import random
import re
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from engine.store import json
from tests.faults.chaos.history import Answer, Call, History
from tests.faults.chaos.matters import MATTER

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SECONDS = 15.0
"""Patience with one answer: longer than a process is paused."""
ENOUGH = 6
"""Open tasks with which nobody begins another matter."""
BROKEN = (OSError, http.client.HTTPException)


class Browser:
    """A session over HTTP that goes to another machine when one does not answer."""

    def __init__(self, ports: list[int], login: str, rng: random.Random) -> None:
        self._ports, self._login, self._rng = ports, login, rng
        self._cookies: dict[str, str] = {}
        self.csrf = ""

    def enter(self) -> bool:
        """Sign in; False when that broke on the way."""
        self._cookies.clear()
        try:
            found = TOKEN.search(self.get("/sign-in")[1])
            if found is None:
                return False
            self.post("/sign-in/demo", {"login": self._login, "csrf_token": found[1]})
            found = TOKEN.search(self.get("/inbox/columns")[1])
        except BROKEN:
            return False
        self.csrf = found[1] if found else ""
        return bool(self.csrf)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page."""
        return self._send("GET", path, None, {})

    def post(self, path: str, fields: Mapping[str, str]) -> tuple[int, str]:
        """Status and body of the answer to a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", path, urlencode(fields), kind)

    def call(self, path: str, body: Any) -> tuple[int, str]:
        """Status and body of an answer of the programming interface."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.csrf}
        return self._send("POST", path, json.dumps(body), headers)

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str]:
        port = self._rng.choice(self._ports)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        try:
            cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
            connection.request(method, path, body, {**headers, "Cookie": cookie})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, text


class Client(threading.Thread):
    """One person: completes whatever task comes, and while `begins` is set begins a matter when there are few."""

    def __init__(self, number: int, ports: list[int], history: History, seed: int) -> None:
        super().__init__(name=f"chaos-{number}", daemon=True)
        self._rng = random.Random(f"{seed}/{number}")
        self._browser = Browser(ports, self.name, self._rng)
        self._history, self._count = history, 0
        self.begins, self.leaves = threading.Event(), threading.Event()
        self.begins.set()
        self.defect: BaseException | None = None

    def run(self) -> None:
        """Work until told to leave; what a thread raises is kept for the test."""
        try:
            while not self.leaves.is_set():
                if not self._browser.csrf and not self._browser.enter():
                    self.leaves.wait(0.2)
                    continue
                self._work()
        except BaseException as defect:  # noqa: BLE001 - a thread's failure must reach the test
            self.defect = defect

    def _work(self) -> None:
        tasks = self._look()
        if tasks is not None and len(tasks) < ENOUGH and self.begins.is_set():
            self._tell("start", None, "/v2/process-instances", {"processDefinitionId": MATTER})
        elif tasks:
            task = self._rng.choice(tasks)
            self._tell("complete", task, f"/v2/user-tasks/{task}/completion", {})
        else:
            self.leaves.wait(0.1)

    def _look(self) -> list[int] | None:
        """The first open tasks, which are those that others see, too."""
        try:
            status, text = self._browser.call("/v2/user-tasks/search", {"page": {"limit": 2 * ENOUGH}})
        except BROKEN:
            return None
        if status in (400, 401):
            self._browser.csrf = ""
        return [int(item["userTaskKey"]) for item in json.loads(text)["items"]] if status == 200 else None

    def _tell(self, kind: str, key: int | None, path: str, body: dict[str, Any]) -> None:
        """Call; after an answer that never came ask again with the same token, as a person does."""
        self._count += 1
        token = f"{self.name}-{self._count}"
        again = 3 if kind == "complete" else 1
        for _ in range(again):
            answer, told = self._ask(path, {**body, "variables": {"token": token}})
            self._history.add(Call(self.name, kind, key, token, answer, told))
            if answer != "unknown":
                return

    def _ask(self, path: str, body: Any) -> tuple[Answer, str]:
        try:
            status, text = self._browser.call(path, body)
        except BROKEN as error:
            return "unknown", type(error).__name__
        if status in (200, 204):
            return "done", text
        if status in (400, 401):
            self._browser.csrf = ""
        return ("unknown" if status >= 500 else "refused"), f"{status} {text[:300]}"
