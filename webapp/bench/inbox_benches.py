"""A bench of acts on many tasks: one opinion for all of them, as the page does it, part by part."""

import time

from flask.testing import FlaskClient

from engine import commands
from engine.policy import SYSTEM
from engine.runtime import Runtime
from webapp.bench.engine_benches import OFFICER, Figure, Size
from webapp.bench.measure import Samples, settle
from webapp.bench.web_benches import _TOKEN, _answer, _found, signed_in

JSON = {"Accept": "application/json"}


def inbox_bulk(runtime: Runtime, size: Size) -> Figure:
    """Choose, look at and complete `size.batch` tasks with one opinion: all of it, and each request."""
    tasks = [commands.start(runtime, SYSTEM, "bench_approval", {}).tasks[0] for _ in range(size.batch)]
    settle(runtime.engine)
    client, samples = signed_in(runtime, OFFICER), Samples()
    token = _found(_TOKEN, client.get("/inbox/offered").get_data(as_text=True))
    began = time.perf_counter()
    address = _chosen(client, samples, token, tasks)
    with samples.one():
        client.get(address)
    body = {**_answer(), "csrf_token": token}
    done, left = 0, len(tasks)
    while left:
        with samples.one():
            answer = client.post(address, data=body, headers=JSON)
        said = answer.get_json()
        done, left = sum(row["state"] == "DONE" for row in said["rows"]), said["ready"]
    seconds = round(time.perf_counter() - began, 2)
    if done != len(tasks):
        raise RuntimeError(f"{done} of {len(tasks)} tasks were done")
    return {
        "tasks": done,
        "seconds": seconds,
        "longest_request_ms": round(max(samples.wall), 1),
        **samples.summary(),
    }


def _chosen(client: FlaskClient, samples: Samples, token: str, tasks: list[int]) -> str:
    body = {"csrf_token": token, "action": "complete", "scope": "ticked", "id": [str(key) for key in tasks]}
    with samples.one():
        answer = client.post("/inbox/offered/bulk", data=body)
    if answer.status_code != 302:
        raise RuntimeError(f"choosing answered {answer.status_code}")
    return answer.headers["Location"]
