"""`python -m tests.load`: a private PostgreSQL, two web and two worker processes, Locust, and the figures."""

import json
import os
import subprocess
import sys
import tempfile
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
from tests.load.house import furnish
from webapp.bench.serving import served, working

LIMITS = {"complete": 400, "inbox": 300}
"""Milliseconds of the 95th percentile."""


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
@click.option("--workers", default=2, show_default=True)
def main(rate: float, seconds: int, officers: int, cases: int, web: int, workers: int) -> None:
    """Measure a mixed load; exit 1 when something failed, got lost or was slower than it may be."""
    server = private_postgres.start()
    try:
        url = server.database()
        furnish(url, officers, cases)
        report = _measure(url, rate, seconds, officers, web, workers)
        kept = _kept(url)
    finally:
        server.stop()
    done = report["complete"]["requests"]
    click.echo(json.dumps({"seconds": seconds, "officers": officers, "rate": rate, **kept, **report}))
    for name, figure in report.items():
        click.echo(f"{name:10} " + "  ".join(f"{key} {value}" for key, value in figure.items()), err=True)
    wrong = [name for name, figure in report.items() if figure["failed"]]
    wrong += [name for name, limit in LIMITS.items() if report[name]["p95_ms"] > limit]
    wrong += (
        ["lost"]
        if not done <= kept["submissions"] <= done + officers or kept["incidents"] or not kept["chain_valid"]
        else []
    )
    wrong += ["rate"] if rate and report["complete"]["per_second"] < rate * 0.97 else []
    if wrong:
        sys.exit(f"not as it should be: {', '.join(wrong)}")


def _measure(url: str, rate: float, seconds: int, officers: int, web: int, workers: int) -> dict[str, Any]:
    """The figures of each kind of request."""
    runtime = Runtime.open(Settings(database_url=url))
    place = str(Path(__file__).with_name("locustfile.py"))
    with tempfile.TemporaryDirectory() as folder, working(runtime, workers), served(runtime, web) as port:
        file = Path(folder) / "report.json"
        own = {"LOAD_RATE": str(rate), "LOAD_OFFICERS": str(officers), "LOAD_REPORT": str(file)}
        arguments = ["-f", place, "--headless", "-u", str(officers), "-r", str(officers), "-t", f"{seconds}s"]
        arguments += ["--host", f"http://127.0.0.1:{port}", "--only-summary", "-L", "WARNING"]
        command = [sys.executable, "-m", "locust", *arguments]
        subprocess.run(command, env={**os.environ, **own}, check=False, stdout=subprocess.DEVNULL)
        report: dict[str, Any] = json.loads(file.read_text())
    runtime.close()
    return report


def _kept(url: str) -> dict[str, Any]:
    """What the database holds afterwards."""
    runtime = Runtime.open(Settings(database_url=url))
    with runtime.reading() as session:
        found = {
            "submissions": session.scalar(select(func.count(Submission.id))),
            "incidents": session.scalar(select(func.count(Incident.id))),
            "chain_valid": audit.verify(session) is None,
        }
    runtime.close()
    return found


if __name__ == "__main__":
    main()
