"""The invariants I1–I20, checked on the registers after the fact, independently of the code that enforces them.

A check is a generator over one session: it yields one `Finding` for everything it looked at. `check_all` counts
them; a broken one names the row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.orm import Session

from engine.workdays import WorkCalendar


class Finding(NamedTuple):
    """One thing that was looked at: whether it keeps the invariant, and what it is."""

    kept: bool
    what: str


@dataclass(frozen=True, slots=True)
class Registers:
    """What the checks read."""

    session: Session
    calendar: WorkCalendar


Check = Callable[[Registers], Iterator[Finding]]
CHECKS: dict[str, Check] = {}


def invariant(number: int) -> Callable[[Check], Check]:
    """Register the check of invariant I`number`. Raises ValueError when it has one already."""

    def register(check: Check) -> Check:
        name = f"I{number}"
        if name in CHECKS:
            raise ValueError(f"{name} is checked twice")
        CHECKS[name] = check
        return check

    return register


@dataclass(slots=True)
class Outcome:
    """How one invariant fared: how much was looked at, and what was broken."""

    checks: int = 0
    broken: list[str] = field(default_factory=list)


def check_all(registers: Registers) -> dict[str, Outcome]:
    """Every invariant in order, each with its count of checks and what broke it."""
    outcomes: dict[str, Outcome] = {}
    for name in sorted(CHECKS, key=lambda name: int(name[1:])):
        outcome = outcomes[name] = Outcome()
        for finding in CHECKS[name](registers):
            outcome.checks += 1
            if not finding.kept:
                outcome.broken.append(finding.what)
    return outcomes


from engine.programme.rehearsal.invariants import cycle, path, people, titles  # noqa: E402,F401 - they register
