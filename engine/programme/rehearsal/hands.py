"""More hands for a rehearsal: processes of their own upload for, and complete, different cases at the same time.

What is answered is still decided one after the other, by the one process that knows everybody; only uploads and
commands run side by side, as they do in a real office. Numbers are then given in the order in which the hands come:
a year that has to be repeated to the letter is rehearsed with one pair.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import commands
from engine.clock import VirtualClock
from engine.errors import Refusal
from engine.policy import Actor
from engine.programme.rehearsal import samples
from engine.runtime import Runtime
from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Refused:
    """A completion that was refused in another process: its name and what it said."""

    code: str
    said: str


Completed = Callable[[], Refused | None]
"""Waits until a completion is done; None when it was accepted."""


Attached = Callable[[], dict[str, list[str]]]
"""Waits until the papers of an application are uploaded: ids by name."""


class Hands:
    """Processes that do what they are handed; each answer waits until it is done."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def complete(self, at: datetime, actor: Actor, task_id: int, body: Mapping[str, Any]) -> Completed:
        """Complete a task."""
        waiting: Future[Refused | None] = self._pool.submit(_complete, at, actor, task_id, dict(body))
        return waiting.result

    def attach(self, at: datetime, actor: Actor, purpose: str, *, city_title: bool) -> Attached:
        """Upload the papers of an application, as `samples.attach`."""
        waiting: Future[dict[str, list[str]]] = self._pool.submit(_attach, at, actor, purpose, city_title)
        return waiting.result


@contextmanager
def hands(settings: Settings, number: int, at: datetime) -> Iterator[Hands | None]:
    """So many processes on the database of the settings for as long as the block lasts; None for a single one."""
    if number == 1:
        yield None
        return
    context = multiprocessing.get_context("spawn")  # one that is forked would share this one's connections
    with ProcessPoolExecutor(number, context, initializer=_arrive, initargs=(settings, at)) as pool:
        yield Hands(pool)


_mine: dict[str, Any] = {}
"""The runtime and the clock of this process, when it is one of the hands."""


def _arrive(settings: Settings, at: datetime) -> None:
    clock = VirtualClock(at)
    _mine.update(clock=clock, runtime=Runtime.open(settings, clock=clock))


def _complete(at: datetime, actor: Actor, task_id: int, body: Mapping[str, Any]) -> Refused | None:
    _mine["clock"].set(at)
    try:
        commands.complete(_mine["runtime"], actor, task_id, body)
    except Refusal as refusal:
        return Refused(refusal.code, refusal.message("en"))
    return None


def _attach(at: datetime, actor: Actor, purpose: str, city_title: bool) -> dict[str, list[str]]:
    _mine["clock"].set(at)
    return samples.attach(_mine["runtime"], actor, purpose, city_title=city_title)
