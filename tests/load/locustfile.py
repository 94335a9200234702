"""Officers and other systems at work in a cycle: completions, and what people read and save in between.

`LOAD_RATE` is how many completions a second all together aim at; without it each begins the next at once.
`LOAD_PAGES` is the share of completions that a person does on the page of the task, half of them after a saved
draft; the others come over the programming interface. For each completion there are `LISTS` looks at the inbox and
`READS` at a public page. `LOAD_REPORT` is the file that gets the figures. Run by `python -m tests.load`.
"""

import json
import os
import random
import re
import time
from itertools import count
from pathlib import Path
from typing import Any

from locust import FastHttpUser, events, task

ANSWER = {"opinion": "材料齐全，同意。", "score": "88.5", "on": "2024-06-03", "result": "agree"}
GIVEN = {**ANSWER, "score": 88.5}
HIDDEN = re.compile(r'<input type="hidden"[^>]* name="(\w+)" value="([^"]*)"')
TASK = re.compile(r'href="/tasks/(\d+)[?"]')
PUBLIC = ("/", "/register", "/guide", "/results")
NUMBERS = count()
RATE, OFFICERS = float(os.environ.get("LOAD_RATE", "0")), int(os.environ.get("LOAD_OFFICERS", "40"))
PAGES = float(os.environ.get("LOAD_PAGES", "1"))
DRAFTS, LISTS, READS = 0.5, 0.2, 0.2


class Officer(FastHttpUser):
    """One officer with a session of their own."""

    connection_timeout = network_timeout = 60.0

    def on_start(self) -> None:
        """Sign in, and find what there is to do."""
        self.begun = time.monotonic() + random.random() * OFFICERS / max(RATE, 1.0)
        self.todo: list[str] = []
        page = self.client.get("/sign-in", name="sign in").text or ""
        login = f"load-{next(NUMBERS):03d}"
        data = {"login": login, "csrf_token": dict(HIDDEN.findall(page))["csrf_token"]}
        self.client.post("/sign-in/demo", data=data, name="sign in", allow_redirects=False)
        page = self.client.get("/inbox/columns", name="sign in").text or ""
        self.token = dict(HIDDEN.findall(page))["csrf_token"]

    def wait_time(self) -> float:
        """Seconds until the next completion of this officer is due."""
        if not RATE:
            return 0.0
        self.begun += OFFICERS / RATE
        return max(0.0, self.begun - time.monotonic())

    @task
    def work(self) -> None:
        """Complete one task, and look around as often as people do."""
        if not self.todo or random.random() < LISTS:
            page = self.client.get("/inbox", name="inbox").text or ""
            self.todo = list(dict.fromkeys(TASK.findall(page)))
        if random.random() < READS:
            self.client.get(random.choice(PUBLIC), name="public")
        if self.todo:
            key = self.todo.pop(random.randrange(len(self.todo)))
            if random.random() < PAGES:
                self._on_the_page(key)
            else:
                self._over_the_interface(key)

    def _on_the_page(self, key: str) -> None:
        page = self.client.get(f"/tasks/{key}", name="task").text or ""
        own = dict(HIDDEN.findall(page))
        if random.random() < DRAFTS:
            draft = {**own, "opinion": "材料齐", "_serial": "1"}
            self.client.post(f"/tasks/{key}/draft", data=draft, name="draft")
        self._complete(f"/tasks/{key}", 302, data={**own, **ANSWER}, allow_redirects=False)

    def _over_the_interface(self, key: str) -> None:
        headers = {"X-CSRFToken": self.token}
        self._complete(f"/v2/user-tasks/{key}/completion", 204, json={"variables": GIVEN}, headers=headers)

    def _complete(self, address: str, expected: int, **request: Any) -> None:
        with self.client.post(address, name="complete", catch_response=True, **request) as answer:
            if answer.status_code != expected:
                answer.failure(f"{answer.status_code} {(answer.text or '')[:200]}")


@events.quitting.add_listener
def report(environment: Any, **_: Any) -> None:
    """Write the figures down: of each kind how many, how many failed, a second, and milliseconds."""
    kinds: dict[str, list[Any]] = {}
    for entry in environment.stats.entries.values():
        kinds.setdefault(entry.name, []).append(entry)
    found = {name: _figures(max(entries, key=_requests), entries) for name, entries in kinds.items()}
    failures = [error.to_name() for error in environment.stats.errors.values()]
    Path(os.environ["LOAD_REPORT"]).write_text(json.dumps({"kinds": found, "failures": failures[:10]}))


def _requests(entry: Any) -> int:
    return int(entry.num_requests)


def _figures(main: Any, entries: list[Any]) -> dict[str, Any]:
    """Of all entries with one name; times are those of the one with the most requests."""
    return {
        "requests": sum(map(_requests, entries)),
        "failed": sum(entry.num_failures for entry in entries),
        "per_second": round(sum(entry.total_rps for entry in entries), 1),
        "median_ms": main.median_response_time,
        "p95_ms": main.get_response_time_percentile(0.95),
        "p99_ms": main.get_response_time_percentile(0.99),
    }
