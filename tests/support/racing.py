"""Start several callables at the same instant, and collect what each came to."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from engine.errors import Refusal


def race(*runners: Callable[[], Any]) -> list[Any]:
    """What each runner returned, or the Refusal it raised; anything else that is raised fails the test."""
    barrier = threading.Barrier(len(runners))
    results: list[Any] = [None] * len(runners)
    defects: list[BaseException] = []

    def run(place: int, runner: Callable[[], Any]) -> None:
        barrier.wait(30)
        try:
            results[place] = runner()
        except Refusal as refusal:
            results[place] = refusal
        except BaseException as defect:  # noqa: BLE001 - a thread's failure must reach the test
            defects.append(defect)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if defects:
        raise defects[0]
    return results


def refused(results: Sequence[Any]) -> list[Any]:
    """The refusals among them."""
    return [result for result in results if isinstance(result, Refusal)]
