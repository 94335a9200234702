"""A cached call is cheap. The limit is generous: the figure itself is printed by the benchmark."""

from __future__ import annotations

import time

from tests.unit.feel.support import feel

CALLS = 2_000
LIMIT_SECONDS = (
    150e-6  # the agreed figure is 50 microseconds; machines of the tests may be three times slower
)


def test_a_call_of_a_cached_simple_expression_takes_microseconds() -> None:
    context = {"a": 1, "b": 5, "c": "x", **{f"v{index}": index for index in range(20)}}
    text = 'a + b > 3 and c = "x"'
    assert feel(text, context) is True
    started = time.thread_time()
    for _ in range(CALLS):
        feel(text, context)
    assert (time.thread_time() - started) / CALLS < LIMIT_SECONDS
