"""The bench of migrations: many running instances on other rules, tried, moved and brought back by the worker."""

import time
from collections.abc import Callable

from sqlalchemy import ColumnElement, Select, func, select

from engine import commands
from engine.commands import run_jobs
from engine.conditions import Grant
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.store.migrating import CAN, MOVED, RETURNED, MigrationItem, MigrationPlan
from engine.studio.migrating import options, plans
from engine.studio.migrating.cohort import Cohort
from webapp.bench import diagrams
from webapp.bench.engine_benches import Figure, Size
from webapp.bench.measure import counting, settle

OWNER = Actor("bench-owner", "基准", (Grant("process_owner", "370000"),))
PROCESS = "bench_straight"


def migration(runtime: Runtime, size: Size) -> Figure:
    """A renamed step and a due date counted anew in every instance: dry run, then applied, then undone."""
    for _ in range(size.migrated):
        commands.start(runtime, SYSTEM, PROCESS, {})
    changed = diagrams.straight(size.tasks).replace(b"t00", b"first").replace(b"P5D", b"P9D")
    commands.deploy(runtime, SYSTEM, {"bench_straight.bpmn": changed})
    settle(runtime.engine)
    plan = plans.begin(runtime, OWNER, PROCESS, None, Cohort(), "bench")
    wished = options.Options({PROCESS: {"t00": "first"}}, {PROCESS: {"first": options.BEGIN}})
    plans.change(runtime, OWNER, plan, wished, _step(runtime, plan))
    with counting(runtime.engine) as asked:
        tried = _timed(runtime, plan, plans.check)
    moved = _timed(runtime, plan, plans.apply)
    with runtime.reading() as session:
        verdicts = session.scalar(_count(plan, MigrationItem.verdict == CAN, MigrationItem.state == MOVED))
    back = _timed(runtime, plan, plans.undo)
    with runtime.reading() as session:
        returned = session.scalar(_count(plan, MigrationItem.state == RETURNED))
    return {
        "instances": size.migrated,
        "moved": verdicts or 0,
        "returned": returned or 0,
        "dry_run_seconds": tried,
        "apply_seconds": moved,
        "undo_seconds": back,
        "dry_run_statements": asked.statements / size.migrated,
    }


def _timed(runtime: Runtime, plan: int, act: Callable[..., None]) -> float:
    """Seconds from the click until the worker has done the last of it."""
    begun = time.perf_counter()
    act(runtime, OWNER, plan, _step(runtime, plan))
    while run_jobs(runtime, 1):
        continue
    return time.perf_counter() - begun


def _step(runtime: Runtime, plan: int) -> int:
    with runtime.reading() as session:
        return session.get_one(MigrationPlan, plan).step


def _count(plan: int, *wanted: ColumnElement[bool]) -> Select[tuple[int]]:
    return select(func.count()).where(MigrationItem.plan_id == plan, *wanted)
