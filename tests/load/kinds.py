"""`python -m tests.load.kinds`: processor time and statements of each kind of request, one at a time in this process.

What a mixed load costs is made of these; unlike its times they hardly depend on what else the machine does.
"""

import gc
import json
import re
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import click
from flask.testing import FlaskClient

from engine.conditions import Grant
from engine.policy import Actor
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store import private_postgres
from tests.load.house import CITIES, furnish, login
from webapp.bench.measure import counting
from webapp.bench.web_benches import signed_in

HIDDEN = re.compile(r'<input type="hidden"[^>]* name="(\w+)" value="([^"]*)"')
TASK = re.compile(r'href="/tasks/(\d+)[?"]')
ANSWER = {"opinion": "材料齐全，同意。", "score": "88.5", "on": "2024-06-03", "result": "agree"}
GIVEN = {**ANSWER, "score": 88.5}
WARM = 10


@click.command()
@click.option("--rounds", default=50, show_default=True, help="Requests of each kind.")
def main(rounds: int) -> None:
    """Measure; figures as JSON, milliseconds of processor time of the web process, without the database's."""
    server = private_postgres.start()
    try:
        url = server.database()
        furnish(url, 1, rounds + WARM)  # each is good for three completions, then a timer would have to fire
        runtime = Runtime.open(Settings(database_url=url))
        who = Actor(login(0), login(0), (Grant("city_officer", CITIES[0]),))
        found = Officer(runtime, signed_in(runtime, who)).measured(rounds)
        runtime.close()
    finally:
        server.stop()
    click.echo(json.dumps(found))


class Officer:
    """One who does every kind of thing in turn, each timed."""

    def __init__(self, runtime: Runtime, client: FlaskClient) -> None:
        self._runtime, self._client = runtime, client
        self._todo: list[str] = []
        self._page: dict[str, str] = {}
        self._times: dict[str, list[float]] = {}
        self._asked: dict[str, list[int]] = {}

    def measured(self, rounds: int) -> dict[str, dict[str, float]]:
        """Processor time and number of statements of each kind."""
        kinds = (self.inbox, self.page, self.draft, self.completion, self.inbox, self.interface, self.public)
        for number in range(WARM + rounds):
            if number == WARM:
                gc.freeze()  # as a server does with what it begins with: looking at it takes longer than a request
                self._times.clear()
                self._asked.clear()
            for kind in kinds:
                self._timed(kind)
        return {
            name: {
                "cpu_median_ms": round(median(times), 2),
                "statements": median(self._asked[name]),
                "requests": len(times),
            }
            for name, times in self._times.items()
        }

    def _timed(self, kind: Callable[[], None]) -> None:
        gc.collect()  # in between, not in what is measured
        gc.disable()
        with counting(self._runtime.engine) as asked, counting(self._runtime._reading) as read:
            began = time.thread_time()
            kind()
            spent = time.thread_time() - began
        gc.enable()
        self._times.setdefault(kind.__name__, []).append(spent * 1000)
        self._asked.setdefault(kind.__name__, []).append(asked.statements + read.statements)

    def inbox(self) -> None:
        """The list of what the officer holds."""
        self._todo = list(dict.fromkeys(TASK.findall(self._text(self._client.get("/inbox"), 200))))

    def page(self) -> None:
        """The page of a task with its form."""
        self._page = dict(HIDDEN.findall(self._text(self._client.get(f"/tasks/{self._todo[0]}"), 200)))

    def draft(self) -> None:
        """What the page saves by itself."""
        body = {**self._page, "opinion": "材料齐", "_serial": "1"}
        self._text(self._client.post(f"/tasks/{self._todo[0]}/draft", data=body), 200)

    def completion(self) -> None:
        """The click that completes the task."""
        self._text(self._client.post(f"/tasks/{self._todo[0]}", data={**self._page, **ANSWER}), 302)

    def interface(self) -> None:
        """A completion over the programming interface."""
        headers = {"X-CSRFToken": self._page["csrf_token"]}
        address = f"/v2/user-tasks/{self._todo[0]}/completion"
        self._text(self._client.post(address, json={"variables": GIVEN}, headers=headers), 204)

    def public(self) -> None:
        """The list of notices, which everybody may read."""
        self._text(self._client.get("/notices"), 200)

    def _text(self, answer: Any, expected: int) -> str:
        if answer.status_code != expected:
            raise RuntimeError(f"{answer.request.path} answered {answer.status_code}")
        return str(answer.get_data(as_text=True))


if __name__ == "__main__":
    main()
