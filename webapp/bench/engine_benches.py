"""Benches of the engine: completing, starting, looping, idle ticks."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean

from sqlalchemy import insert, select

from engine import commands
from engine.conditions import Grant
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.store.instances import Instance
from engine.store.work import Timer
from webapp.bench import diagrams
from webapp.bench.measure import Samples, counting, settle

OFFICER = Actor("bench-officer", "基准", (Grant("dept_officer", "370000"),))
Figure = dict[str, float]


@dataclass(frozen=True, slots=True)
class Size:
    """How much a bench does: `full` is what the documentation quotes, `small` what tests run."""

    tasks: int = 60
    rounds: int = 3
    turns: int = 300
    idle_timers: int = 100_000
    storm: int = 10_000
    due_timers: int = 1000
    due_seconds: int = 60
    open_tasks: int = 100_000
    applications: int = 300
    year_applications: int = 1500
    titles: int = 500
    batch: int = 500
    kinds: int = 1000
    migrated: int = 1000
    links: int = 1_000_000
    kept: int = 100_000
    instances: int = 1_000_000
    events: int = 2_000

    def samples(self, number: int) -> int:
        """So many samples at full size; two show that a bench measures something."""
        return number if self.rounds > 1 else 2


def deploy(runtime: Runtime, size: Size) -> None:
    """Deploy the benches' own diagrams and form."""
    files = {
        "bench_straight.bpmn": diagrams.straight(size.tasks),
        "bench_loop.bpmn": diagrams.loop(),
        "bench_timer.bpmn": diagrams.sleeper(),
        "bench_approval.bpmn": diagrams.approval(),
        "bench.form": diagrams.form(),
    }
    commands.deploy(runtime, SYSTEM, files, message="bench")


def start(runtime: Runtime, size: Size) -> Figure:
    """Start an instance of the straight process."""
    samples = Samples()
    commands.start(runtime, SYSTEM, "bench_straight", {})
    for _ in range(size.samples(size.rounds * 10)):
        with samples.one():
            commands.start(runtime, SYSTEM, "bench_straight", {})
    return samples.summary()


def complete_inprocess(runtime: Runtime, size: Size) -> Figure:
    """Complete every user task of the straight process in turn, over all positions."""
    samples, statements, commits = Samples(), [], []
    for _ in range(size.rounds):
        tasks = commands.start(runtime, SYSTEM, "bench_straight", {}).tasks
        while tasks:
            with samples.one(), counting(runtime.engine) as asked:
                done = commands.complete(runtime, OFFICER, tasks[0], diagrams.ANSWER)
            statements.append(asked.statements)
            commits.append(asked.commits)
            tasks = done.tasks
    return {**samples.summary(), "statements_max": max(statements), "commits_max": max(commits)}


def loop_growth(runtime: Runtime, size: Size) -> Figure:
    """Completing the last turns of a long loop against the turns around the tenth: CPU, ratio of means."""
    tasks = commands.start(runtime, SYSTEM, "bench_loop", {}).tasks
    cpu: list[float] = []
    for _ in range(size.turns):
        samples = Samples()
        with samples.one():
            tasks = commands.complete(runtime, OFFICER, tasks[0], diagrams.ANSWER).tasks
        cpu += samples.cpu
    early, late = fmean(cpu[5:15]), fmean(cpu[-10:])
    return {
        "cpu_turn_10_ms": round(early, 3),
        f"cpu_turn_{size.turns}_ms": round(late, 3),
        "ratio": round(late / early, 3),
    }


def idle_tick(runtime: Runtime, size: Size) -> Figure:
    """A look at the timers when very many sleep and none is due."""
    sleeping_timers(runtime, size.idle_timers)
    settle(runtime.engine)
    samples = Samples()
    for _ in range(size.samples(size.rounds * 10)):
        with samples.one():
            commands.fire_due_timers(runtime, 100)
    return {**samples.summary(), "timers": size.idle_timers}


def sleeping_timers(runtime: Runtime, count: int) -> None:
    """`count` timers of one instance, as many instances would have them, far in the future."""
    commands.start(runtime, SYSTEM, "bench_straight", {})
    far = runtime.clock.now() + timedelta(days=3650)
    with runtime.transaction() as tx:
        instance = tx.session.scalar(select(Instance.id).limit(1))
        for first in range(0, count, 5000):
            rows = [
                {
                    "instance_id": instance,
                    "wait_key": f"idle-{number}",
                    "element_id": "wait",
                    "due": far + timedelta(seconds=number),
                    "wake": far + timedelta(seconds=number),
                    "attempts": 0,
                }
                for number in range(first, min(first + 5000, count))
            ]
            tx.session.execute(insert(Timer), rows)
