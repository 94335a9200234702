"""Officers at work: of hundred completions, each after its page; fifty drafts, twenty inboxes, twenty public pages.

`LOAD_RATE` is how many completions a second all officers together aim at; without it each begins the next at once.
`LOAD_REPORT` is the file that gets the figures. Run by `python -m tests.load`.
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
HIDDEN = re.compile(r'<input type="hidden"[^>]* name="(\w+)" value="([^"]*)"')
TASK = re.compile(r'href="/tasks/(\d+)[?"]')
PUBLIC = ("/", "/register", "/guide", "/results")
NUMBERS = count()
RATE, OFFICERS = float(os.environ.get("LOAD_RATE", "0")), int(os.environ.get("LOAD_OFFICERS", "40"))
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
            self._complete(self.todo.pop(random.randrange(len(self.todo))))

    def _complete(self, key: str) -> None:
        page = self.client.get(f"/tasks/{key}", name="task").text or ""
        own = dict(HIDDEN.findall(page))
        if random.random() < DRAFTS:
            draft = {**own, "opinion": "材料齐", "_serial": "1"}
            self.client.post(f"/tasks/{key}/draft", data=draft, name="draft")
            own = dict(HIDDEN.findall(self.client.get(f"/tasks/{key}", name="task").text or ""))
        with self.client.post(
            f"/tasks/{key}",
            data={**own, **ANSWER},
            name="complete",
            allow_redirects=False,
            catch_response=True,
        ) as answer:
            if answer.status_code != 302:
                answer.failure(f"{answer.status_code}")


@events.quitting.add_listener
def report(environment: Any, **_: Any) -> None:
    """Write the figures down: of each kind how many, how many failed, a second, and milliseconds."""
    found = {}
    for entry in environment.stats.entries.values():
        found[entry.name] = {
            "requests": entry.num_requests + found.get(entry.name, {}).get("requests", 0),
            "failed": entry.num_failures,
            "per_second": round(entry.total_rps, 1),
            "median_ms": entry.median_response_time,
            "p95_ms": entry.get_response_time_percentile(0.95),
            "p99_ms": entry.get_response_time_percentile(0.99),
        }
    Path(os.environ["LOAD_REPORT"]).write_text(json.dumps(found))
