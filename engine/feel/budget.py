"""What one evaluation may cost, and the meter that stops it.

Steps are counted where work repeats (iterations, calls, elements touched by a built-in function); what lies
between two counted steps is bounded by the length of the source text.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.feel.errors import bytes_exceeded, depth_exceeded, seconds_exceeded, steps_exceeded
from engine.feel.warnings import FeelWarning

if TYPE_CHECKING:
    from engine.clock import Clock
    from engine.feel.functions import Functions

_CHECK_EVERY = 256
MAX_CALL_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one evaluation: counted steps, bytes of new strings and lists, seconds of processor time."""

    steps: int = 200_000
    bytes: int = 24 * 1024 * 1024
    seconds: float = 0.7


DEFAULT_BUDGET = Budget()


class Meter:
    """The running account of one evaluation, with all that it is handed: clock, functions, warnings."""

    __slots__ = (
        "_bytes",
        "_chunk",
        "_deadline",
        "_steps",
        "clock",
        "depth",
        "functions",
        "seconds",
        "warnings",
    )

    def __init__(
        self,
        budget: Budget,
        clock: Clock,
        functions: Functions | None = None,
        warnings: list[FeelWarning] | None = None,
    ) -> None:
        self.clock = clock
        self.functions = functions
        self.warnings = warnings
        self.depth = 0
        self.seconds = budget.seconds
        self._deadline = 0.0
        self._bytes = budget.bytes
        self._chunk = min(_CHECK_EVERY, budget.steps)
        self._steps = budget.steps - self._chunk

    def step(self, count: int = 1) -> None:
        """Account for repeated work. Raises FeelBudgetExceeded when steps or seconds are used up."""
        self._chunk -= count
        if self._chunk < 0:
            self._refill()

    def _refill(self) -> None:
        while self._chunk < 0:
            if self._steps <= 0:
                raise steps_exceeded()
            portion = min(max(_CHECK_EVERY, -self._chunk), self._steps)
            self._steps -= portion
            self._chunk += portion
        # The processor time of this thread, so that a busy machine does not change results.
        now = time.thread_time()
        if not self._deadline:
            self._deadline = now + self.seconds
        elif now > self._deadline:
            raise seconds_exceeded()

    def take(self, size: int) -> None:
        """Account for `size` bytes of a new value. Raises FeelBudgetExceeded when memory is used up."""
        self._bytes -= size
        if self._bytes < 0:
            raise bytes_exceeded()

    def enter(self) -> None:
        """Account for one more function call inside another. Raises FeelBudgetExceeded when too deep."""
        self.step()
        self.depth += 1
        if self.depth > MAX_CALL_DEPTH:
            raise depth_exceeded()

    def warn(self, code: str, *facts: Any) -> None:
        """Note why a null arises; nothing is noted when nobody asked for warnings."""
        if self.warnings is not None and len(self.warnings) < 100:
            self.warnings.append(FeelWarning(code, facts))
