"""The bench of the score table: a year of applications, five sealed sheets each, as an officer sees them."""

import random
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from engine.clock import BUSINESS_ZONE
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle
from engine.programme.reviews.models import ExpertSheet, ReviewResult, Seat
from engine.runtime import Runtime
from webapp.bench.engine_benches import OFFICER, Figure, Size
from webapp.bench.measure import Samples, counting, settle
from webapp.bench.web_benches import _CITIES, signed_in

PANEL = 5
EXPERTS = 100
AT = datetime(2024, 7, 22, 9, tzinfo=BUSINESS_ZONE)
PAGES = ("", "?sort=range", "?only=far", "?type=FACTORY&sort=score", "?page=15", "?only=tied")


def score_table(runtime: Runtime, size: Size) -> Figure:
    """The table sorted and filtered in turn: everything is read and ranked anew each time, 50 rows are drawn."""
    _fill(runtime, size.year_applications)
    settle(runtime.engine)
    client = signed_in(runtime, OFFICER)
    client.get("/scoring/cycles/2024")
    samples = Samples()
    with counting(runtime.engine) as asked:
        for number in range(size.samples(30)):
            with samples.one():
                answer = client.get(f"/scoring/cycles/2024{PAGES[number % len(PAGES)]}")
            if answer.status_code != 200:
                raise RuntimeError(f"the score table answered {answer.status_code}")
    return {
        **samples.summary(),
        "applications": size.year_applications,
        "sheets": size.year_applications * PANEL,
        "statements": asked.statements / samples.summary()["samples"],
    }


def _fill(runtime: Runtime, count: int) -> None:
    rng = random.Random(7)  # noqa: S311 - made-up scores
    empty: dict[str, Any] = {"parameters": {}, "catalogues": {}, "quotas": {}}
    panels = [_panel(rng, number) for number in range(count)]
    with runtime.transaction() as tx:
        tx.session.add(
            Cycle(
                year=2024,
                measure_code="M",
                title="2024",
                cities=_CITIES,
                direct_filing=[],
                status="OPEN",
                **empty,
            )
        )
        tx.session.execute(insert(Application), [_application(n, panel) for n, panel in enumerate(panels)])
        for table, rows in (
            (Seat, [row for n, panel in enumerate(panels) for row in _seats(n, panel)]),
            (ExpertSheet, [row for n, panel in enumerate(panels) for row in _sheets(n, panel)]),
            (ReviewResult, [_result(n, panel) for n, panel in enumerate(panels)]),
        ):
            for first in range(0, len(rows), 2000):
                tx.session.execute(insert(table), rows[first : first + 2000])


def _panel(rng: random.Random, number: int) -> dict[str, Decimal]:
    """Five of the experts with their totals, in steps of half a point."""
    middle = rng.gauss(72, 9)
    experts = rng.sample(range(EXPERTS), PANEL)
    return {
        f"expert-{expert}": Decimal(round(2 * min(100, max(20, rng.gauss(middle, 6))))) / 2
        for expert in experts
    }


def _no(number: int) -> str:
    return f"2024-{_CITIES[number % len(_CITIES)]}-{number:04d}"


def _score(panel: dict[str, Decimal]) -> Decimal:
    kept = sorted(panel.values())[1:-1]
    return (sum(kept, Decimal(0)) / len(kept)).quantize(Decimal("0.01"))


def _application(number: int, panel: dict[str, Decimal]) -> dict[str, Any]:
    city = _CITIES[number % len(_CITIES)]
    return {
        "application_no": _no(number),
        "cycle_year": 2024,
        "uscc": f"91370100MA3C{number:06d}",
        "enterprise": f"示例{number}装备有限公司",
        "type": ("SCENE", "WORKSHOP", "FACTORY")[number % 3],
        "object_name": f"第{number}智能工厂",
        "county": city[:4] + "02",
        "city": city,
        "industry": "C34",
        "catalogue": "2021",
        "status": s.REVIEWED,
        "opened_at": AT,
        "score": _score(panel),
        "score_d2": _score(panel) * 35 / 100,
        "score_d3": _score(panel) * 25 / 100,
    }


def _seats(number: int, panel: dict[str, Decimal]) -> Iterator[dict[str, Any]]:
    for place, expert in enumerate(panel, start=1):
        yield {
            "application_no": _no(number),
            "cycle_year": 2024,
            "place": place,
            "expert": expert,
            "drawn_at": AT,
            "seed": "bench",
        }


def _sheets(number: int, panel: dict[str, Decimal]) -> Iterator[dict[str, Any]]:
    for expert, total in panel.items():
        parts = dict(zip(("d1", "d2", "d3", "d4"), (total / 5,) * 4, strict=True))
        yield {
            "application_no": _no(number),
            "expert": expert,
            **parts,
            "d5": total / 5,
            "total": total,
            "opinion": "RECOMMEND",
            "visit_asked": False,
            "sealed_at": AT,
        }


def _result(number: int, panel: dict[str, Decimal]) -> dict[str, Any]:
    return {
        "application_no": _no(number),
        "round": 1,
        "score": _score(panel),
        "d2": Decimal(25),
        "d3": Decimal(18),
        "facts": {},
        "rules": {},
        "concluded_at": AT,
    }
