"""`python -m tests.load`: a private PostgreSQL, two web and two worker processes, Locust, and the figures."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select

from engine import audit
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store import private_postgres
from engine.store.instances import Incident
from engine.store.tasks import Submission
from tests.load.effort import spent
from tests.load.house import furnish
from webapp.bench.serving import served, working

LIMITS = {"complete": 400, "inbox": 300}
"""Milliseconds of the 95th percentile."""
WARM = 8
"""Seconds of the same load beforehand: every process compiles what it needs at the first request."""


@click.command()
@click.option(
    "--rate", default=60.0, show_default=True, help="Completions a second; 0: as many as there can be."
)
@click.option("--seconds", default=60, show_default=True)
@click.option("--officers", default=40, show_default=True)
@click.option(
    "--cases", default=30, show_default=True, help="Running cases of each officer at the beginning."
)
@click.option("--web", default=2, show_default=True, help="Web processes.")
@click.option("--threads", type=int, help="Threads of a web process, if not as many as it would have.")
@click.option("--workers", default=2, show_default=True)
@click.option("--pages", default=0.3, show_default=True, help="Share of completions done on the task's page.")
def main(
    rate: float,
    seconds: int,
    officers: int,
    cases: int,
    web: int,
    threads: int | None,
    workers: int,
    pages: float,
) -> None:
    """Measure a mixed load; exit 1 when something failed, got lost or was slower than it may be."""
    server = private_postgres.start()
    try:
        url = server.database()
        furnish(url, officers, cases)
        load = {"LOAD_RATE": str(rate), "LOAD_OFFICERS": str(officers), "LOAD_PAGES": str(pages)}
        report = _measure(server, url, load, Size(seconds, officers, web, workers, threads))
        kept = _kept(url)
    finally:
        server.stop()
    _tell({"seconds": seconds, "officers": officers, "rate": rate, "pages": pages, **kept, **report})
    wrong = _wrong(report, kept, rate, officers)
    if wrong:
        sys.exit(f"not as it should be: {', '.join(wrong)}")


@dataclass(frozen=True, slots=True)
class Size:
    """How long, and how many of each."""

    seconds: int
    officers: int
    web: int
    workers: int
    threads: int | None = None


def _tell(found: dict[str, Any]) -> None:
    """Everything as JSON, and what matters as lines."""
    click.echo(json.dumps(found))
    for name, figure in [*found["kinds"].items(), ("cpu ms each", found["cpu_ms_per_completion"])]:
        click.echo(f"{name:12} " + "  ".join(f"{key} {value}" for key, value in figure.items()), err=True)
    for failure in found["failures"]:
        click.echo(failure, err=True)


def _wrong(report: dict[str, Any], kept: dict[str, Any], rate: float, officers: int) -> list[str]:
    """What is not as it should be: failures, what is slow, what got lost, a rate that was not reached."""
    kinds = report["kinds"]
    done = kinds["complete"]["requests"]
    wrong = [f"{name} failed" for name, figure in kinds.items() if figure["failed"]]
    wrong += [f"{name} slow" for name, limit in LIMITS.items() if kinds[name]["p95_ms"] > limit]
    if not done <= report["submissions"] <= done + officers or kept["incidents"] or not kept["chain_valid"]:
        wrong.append("lost")
    return wrong + (["rate"] if rate and kinds["complete"]["per_second"] < rate * 0.97 else [])


def _measure(server: private_postgres.Server, url: str, load: dict[str, str], size: Size) -> dict[str, Any]:
    """The figures of each kind of request, and what a completion with all that belongs to it costs each process."""
    runtime = Runtime.open(Settings(database_url=url))
    with (
        tempfile.TemporaryDirectory() as folder,
        working(runtime, size.workers),
        served(runtime, size.web, size.threads) as port,
    ):
        file = Path(folder) / "report.json"
        own = {**load, "LOAD_REPORT": str(file)}
        _locust(port, own, replace(size, seconds=WARM))
        begun, before = _submissions(runtime), spent(server)
        _locust(port, own, size)
        after = spent(server)
        report: dict[str, Any] = json.loads(file.read_text())
        report["submissions"] = _submissions(runtime) - begun
    runtime.close()
    done = max(1, report["kinds"]["complete"]["requests"])
    cost = {kind: round((after[kind] - before[kind]) / done * 1000, 1) for kind in after}
    report["cpu_ms_per_completion"] = {**cost, "all": round(sum(cost.values()), 1)}
    return report


def _locust(port: int, load: dict[str, str], size: Size) -> None:
    """Let the officers work; they write their report."""
    place = str(Path(__file__).with_name("locustfile.py"))
    crowd = ["-u", str(size.officers), "-r", str(size.officers), "-t", f"{size.seconds}s"]
    quiet = ["--headless", "--only-summary", "-L", "WARNING", "--host", f"http://127.0.0.1:{port}"]
    command = [sys.executable, "-m", "locust", "-f", place, *crowd, *quiet]
    subprocess.run(command, env={**os.environ, **load}, check=False, stdout=subprocess.DEVNULL)


def _submissions(runtime: Runtime) -> int:
    with runtime.reading() as session:
        return session.scalar(select(func.count(Submission.id))) or 0


def _kept(url: str) -> dict[str, Any]:
    """What the database holds afterwards."""
    runtime = Runtime.open(Settings(database_url=url))
    with runtime.reading() as session:
        found = {
            "incidents": session.scalar(select(func.count(Incident.id))),
            "chain_valid": audit.verify(session) is None,
        }
    runtime.close()
    return found


if __name__ == "__main__":
    main()
