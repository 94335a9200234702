"""Benches of documents: certificates of a whole year as a worker makes them, and one file of every kind."""

import tempfile
import time
from datetime import date
from itertools import islice
from pathlib import Path

from engine.commands import run_jobs
from engine.conditions import Grant
from engine.documents import values as v
from engine.documents.kinds import KINDS
from engine.documents.operations import folder
from engine.documents.rendering import render_file
from engine.documents.samples import sample
from engine.documents.work import ask
from engine.policy import Actor
from engine.programme.announcements.models import Publication, PublicationItem
from engine.programme.cycles.models import Cycle
from engine.programme.titles.operations import grant
from engine.runtime import Runtime
from webapp.bench.engine_benches import Figure, Size
from webapp.bench.measure import Samples

YEAR, NUMBER, DAY = 2024, "鲁工信装〔2024〕155号", date(2024, 11, 20)
OFFICER = Actor("bench", "bench", (Grant("dept_officer", "370000"),))


def certificates(runtime: Runtime, size: Size) -> Figure:
    """Word and PDF of every title of a year, from the click to the last file in the store."""
    with tempfile.TemporaryDirectory(prefix="luzhi-bench-files-") as files:
        runtime.__dict__["files"] = type(runtime.files)(Path(files))
        _grant(runtime, size.titles)
        begun, steps = time.perf_counter(), 0
        ask(runtime, OFFICER, YEAR, "certificate")
        while run_jobs(runtime, 1):
            steps += 1
        seconds = time.perf_counter() - begun
        made = len(list(runtime.files.wholes()))
    return {"titles": size.titles, "files": made, "steps": steps, "seconds": seconds}


def document_files(runtime: Runtime, size: Size) -> Figure:
    """One Word and one PDF file of every kind, again and again with other values: milliseconds."""
    word, pdf = Samples(), Samples()
    for turn in range(size.rounds):
        for kind in islice(KINDS.values(), size.kinds):
            values = {"reason": "", **sample(kind)} if "reason" in kind.texts else sample(kind)
            values = {name: f"{value}{turn}" if name == "title" else value for name, value in values.items()}
            for format, samples in (("docx", word), ("pdf", pdf)):
                if format in kind.formats:
                    with samples.one():
                        render_file(folder(runtime), kind, v.complete(kind, values), format)
    found = {f"docx_{name}": value for name, value in word.summary().items() if "wall" in name}
    return found | {f"pdf_{name}": value for name, value in pdf.summary().items() if "wall" in name}


def _grant(runtime: Runtime, count: int) -> None:
    with runtime.transaction() as tx:
        tx.session.add(
            Cycle(
                year=YEAR, measure_code="bench", title="bench", parameters={}, catalogues={}, cities=[], quotas={},
                direct_filing=[], status="OPEN",
            )
        )  # fmt: skip
        publication = Publication(
            cycle_year=YEAR, document_no=NUMBER, document_date=DAY, title="bench", main_of=YEAR, issued_by="bench",
            issued_at=tx.now,
        )  # fmt: skip
        tx.session.add(publication)
        for number in range(count):
            facts = {
                "application_no": f"2024-370102-{number:04d}", "type": "FACTORY", "object_name": f"第{number}智能工厂",
                "enterprise": f"泉城示例重工{number}有限公司", "uscc": "91370100MA3C5X8K9A", "city": "370100",
                "county": "370102", "industry": "34", "cycle_year": YEAR, "measure_code": "bench",
            }  # fmt: skip
            title = grant(tx.session, facts, NUMBER, DAY, "bench", at=tx.now)
            publication.items.append(
                PublicationItem(
                    application_no=title.application_no, title_no=title.title_no, type=title.type,
                    enterprise=title.holder, object_name=title.name, city=title.city,
                )
            )  # fmt: skip
