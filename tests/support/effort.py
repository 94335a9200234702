"""What work costs, told so that a busy machine says the same: calls counted, and ratios of processor time."""

import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
TRIES = 3


def counted(work: Callable[[], T]) -> tuple[int, T]:
    """How many calls the work makes, and what it gives."""
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        result = work()
    finally:
        sys.setprofile(None)
    return calls, result


def cpu(work: Callable[[], Any]) -> float:
    """Seconds of this process's processor time: the least of three, for a ratio with others."""
    return min(_once(work) for _ in range(TRIES))


def growth(work: Callable[[int], Any], size: int, times: int = 4) -> float:
    """How much more processor time so many times the size takes: `times` where it is linear, its square where not."""
    return cpu(lambda: work(size * times)) / cpu(lambda: work(size))


def _once(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
