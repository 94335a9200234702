"""Bench of the draw: a province's applications among a pool with conflicts, under all rules."""

import time
from datetime import timedelta

from sqlalchemy import func, select

from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.cycles.models import OPEN, Cycle
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.reviews import draw
from engine.programme.reviews.draw_rules import FIELDS
from engine.programme.reviews.models import Seat
from engine.programme.reviews.pool_models import ExpertRelation
from engine.runtime import Runtime
from webapp.bench.engine_benches import Figure, Size

YEAR, EACH = 2024, 5  # applications of one draw are five times those of the size
CITIES = [f"37{n:02d}00" for n in range(1, 17)]


def draw_panels(runtime: Runtime, size: Size) -> Figure:
    """Announce and confirm a draw: conflicts computed, panels drawn, seats and statuses written, and verified again."""
    items = size.applications * EACH
    _furnish(runtime, items)
    begin, cpu = time.perf_counter(), time.process_time()
    with runtime.transaction() as tx:
        row = draw.announce(tx.session, YEAR, "bench", actor="bench", at=tx.now)
        pairs = sum(len(each["barred"]) for each in row.input["applications"])
    announced = time.perf_counter()
    with runtime.transaction() as tx:
        panels = draw.confirm(tx.session, YEAR, "bench", actor="bench", at=tx.now)
    confirmed, cpu = time.perf_counter(), time.process_time() - cpu
    again = draw.again(row)
    with runtime.reading() as session:
        loads = session.execute(select(func.count(Seat.id)).group_by(Seat.expert)).scalars().all()
    barred = {each["no"]: each["barred"] for each in row.input["applications"]}
    return {
        "applications": items,
        "sheets": sum(loads),
        "conflicting_pairs": pairs,
        "announce_seconds": round(announced - begin, 3),
        "confirm_seconds": round(confirmed - announced, 3),
        "seconds": round(confirmed - begin, 3),
        "cpu_seconds": round(cpu, 3),
        "load_spread": max(loads) - min(loads),
        "seated_in_conflict": sum(login in barred[no] for no, panel in panels.items() for login in panel),
        "repeated_differently": sum(list(again.panels[no]) != panel for no, panel in panels.items()),
    }


def _furnish(runtime: Runtime, items: int) -> None:
    fields = list(FIELDS)
    with runtime.transaction() as tx:
        parameters = {**DEFAULTS, "experts.city_rule": True}
        tx.session.add(
            Cycle(
                year=YEAR,
                measure_code="bench",
                parameters=parameters,
                catalogues={},
                cities=[],
                quotas={},
                direct_filing=[],
                status=OPEN,
            )
        )
        tx.session.add_all(_application(n, tx.now - timedelta(days=30)) for n in range(items))
        for n in range(100):
            draw.enrol(
                tx.session,
                f"expert-{n:03d}",
                f"专家{n}",
                fields[n % 5],
                also=[fields[(n + 1) % 4]] if n % 2 else [],
                employer=f"第{n}研究所",
                employer_city=CITIES[n % 16] if n % 3 == 0 else None,
            )
        tx.session.add_all(
            ExpertRelation(
                login=f"expert-{n % 100:03d}",
                enterprise=f"示例企业{n * 7 % items}有限公司",
                uscc=f"{n * 7 % items:018d}",
                kind="ADVICE",
                declared_by="bench",
                declared_at=tx.now,
            )
            for n in range(items)
        )


def _application(n: int, at: object) -> Application:
    return Application(
        application_no=f"{YEAR}-{CITIES[n % 16]}-{n:04d}",
        cycle_year=YEAR,
        uscc=f"{n:018d}",
        enterprise=f"示例企业{n}有限公司",
        type=("SCENE", "WORKSHOP", "FACTORY")[n % 3],
        object_name=f"第{n}项",
        county=CITIES[n % 16],
        city=CITIES[n % 16],
        industry=str(13 + n % 31),
        catalogue="bench",
        status=s.FORMAL_PASSED,
        opened_at=at,
        submitted_at=at,
    )


__all__ = ["draw_panels"]
