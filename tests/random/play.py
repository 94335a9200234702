"""Plays a program with any driver, in the order of the elements or shuffled."""

from random import Random
from typing import Protocol

from tests.random.program import Open, Outcome, Program

ANSWERS = 2_000
"""More than any generated process asks for; beyond that it goes in circles."""


class Driver(Protocol):
    """A way to run a process."""

    def open(self) -> list[Open]:
        """What waits now."""

    def answer(self, item: Open, data: dict[str, int]) -> None:
        """Answer it and let the process go on."""

    def outcome(self) -> Outcome:
        """How it ended."""


def play(program: Program, driver: Driver, shuffle: Random | None = None) -> Outcome:
    """Answer everything that the plan allows until nothing is left."""
    sent: set[str] = set()
    for _ in range(ANSWERS):
        waiting = sorted(driver.open(), key=lambda item: (item.element_id, item.kind, int(item.key)))
        possible = [item for item in waiting if program.plan.allows(item, waiting, sent)]
        if not possible:
            return driver.outcome()
        item = shuffle.choice(possible) if shuffle else possible[0]
        if item.kind == "message":
            sent.add(item.key)
        plan = program.plan
        driver.answer(item, plan.give.get(item.element_id) or plan.send.get(item.element_id) or {})
    raise AssertionError(f"{program}: no end after {ANSWERS} answers")
