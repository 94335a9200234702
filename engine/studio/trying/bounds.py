"""What one trial may cost: steps, processor time, bytes of new values; a draft that asks for more is named."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine import bpmn, feel
from engine.errors import Refusal

STEPS = 40_000
"""Steps of elements in a whole trial; a year of the programme with 300 applications takes far fewer."""
AT_ONCE = bpmn.Budget(steps=10_000, tokens=2_000)
SECONDS = 4.0
"""Processor time of a whole trial: those of the programme take a tenth of a second."""
BYTES = 64 * 1024 * 1024
LONGEST = 0.7
"""Seconds of one expression, as `engine.feel` has it."""


class TrialTooLong(Refusal):
    """A trial used up its steps, its time or its memory: the draft goes round in circles or grows without end."""

    zh = "试运行已停止：{limit_zh}超过限额。{where_zh}"
    en = "The trial was stopped: it exceeds its limit of {limit_en}. {where_en}"
    remedy_zh = "请检查流程图中没有出口的循环、越积越多的变量和过于复杂的表达式。"
    remedy_en = (
        "Look for loops without a way out, variables that keep growing, and expressions that are too heavy."
    )
    status = 422


@dataclass(slots=True)
class Meter:
    """The account of one trial. `spent` is the refusal once something is used up: nothing is computed any more."""

    steps: int = STEPS
    seconds: float = field(default_factory=lambda: SECONDS)
    bytes: int = BYTES
    spent: TrialTooLong | None = None
    begun: float = field(default_factory=time.thread_time)

    @property
    def left(self) -> float:
        """Seconds of processor time that are left."""
        return self.seconds - (time.thread_time() - self.begun)

    def allow(self, what: str) -> feel.Budget:
        """The budget of one expression or decision. Raises TrialTooLong when nothing is left."""
        if self.spent is None and self.left <= 0:
            self.stop("时间", "processor time", what)
        if self.spent is not None:
            raise self.spent
        return feel.Budget(seconds=min(LONGEST, max(self.left, 0.01)))

    def took(self, steps: int) -> None:
        """Account for steps of elements. Raises TrialTooLong when they are used up."""
        self.steps -= steps
        if self.steps < 0:
            self.stop("步数", "steps")
        if self.spent is not None:
            raise self.spent

    def holds(self, value: Any, what: str) -> Any:
        """Account for a new value, and give it back. Raises TrialTooLong when memory is used up."""
        self.bytes -= size_of(value, self.bytes)
        if self.bytes < 0 and self.spent is None:
            self.stop("数据量", "memory", what)
        if self.spent is not None:
            raise self.spent
        return value

    def stop(self, zh: str, en: str, what: str = "") -> None:
        """Note that something is used up, and at which expression or element."""
        where_zh = f"停在：{what[:200]}。" if what else ""
        where_en = f"It stopped at: {what[:200]}." if what else ""
        self.spent = self.spent or TrialTooLong(
            limit_zh=zh, limit_en=en, where_zh=where_zh, where_en=where_en
        )


def size_of(value: Any, most: int = BYTES) -> int:
    """About how many bytes a value takes; counting ends where it is more than `most`."""
    size, todo = 0, [value]
    while todo and size <= most:
        one = todo.pop()
        if isinstance(one, str):
            size += 50 + len(one)
        elif isinstance(one, Mapping):
            size += 100 + 50 * len(one)
            todo.extend(one.values())
        elif isinstance(one, list | tuple):
            size += 60 + 8 * len(one)
            todo.extend(one)
        else:
            size += 100 if isinstance(one, Decimal) else 16
    return size
