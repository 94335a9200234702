"""Samples of wall and CPU time, and a count of what the database was asked."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import fmean, median, quantiles
from typing import Any

from sqlalchemy import Engine, event, text


@dataclass(slots=True)
class Samples:
    """Times of one repeated act, in milliseconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Time the block as one sample. The garbage collector runs between samples, not in them.

        It looks at what the last ones left, not at all that the process has: after many tests that takes seconds.
        """
        gc.collect(1)
        gc.disable()
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.cpu.append((time.process_time() - cpu) * 1000)
            self.wall.append((time.perf_counter() - wall) * 1000)
            gc.enable()

    def summary(self) -> dict[str, float]:
        """Mean, median and 95th percentile of both clocks."""
        return {
            "samples": len(self.wall),
            **{f"wall_{name}_ms": value for name, value in _three(self.wall).items()},
            **{f"cpu_{name}_ms": value for name, value in _three(self.cpu).items()},
        }


@dataclass(slots=True)
class Asked:
    """What a database was asked within a block."""

    statements: int = 0
    commits: int = 0


@contextmanager
def counting(engine: Engine) -> Iterator[Asked]:
    """Count the SQL statements and commits of the block."""
    asked = Asked()

    def statement(*_: Any) -> None:
        asked.statements += 1

    def commit(_: Any) -> None:
        asked.commits += 1

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


def settle(engine: Engine) -> None:
    """Tidy up and gather statistics after a bulk load, as the database does by itself while rows come in over hours."""
    tidied = "VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(tidied))


def _three(values: list[float]) -> dict[str, float]:
    if len(values) == 1:
        return dict.fromkeys(("mean", "median", "p95"), round(values[0], 3))
    p95 = quantiles(values, n=20, method="inclusive")[-1]
    return {"mean": round(fmean(values), 3), "median": round(median(values), 3), "p95": round(p95, 3)}
