"""Long work on many rows that a worker does some rows a step, each in a transaction of its own, wholly or not at all.

A worker that dies leaves what it committed; the next one goes on with what is left. Two that come to one row meet at
its lock, and the second finds it done. What somebody stopped, or what an older step asks for, is left alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

import structlog
from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine import faults, outbox
from engine.bpmn.errors import Interrupted
from engine.commands.retrying import command
from engine.errors import NotFound, Refusal
from engine.runtime import Runtime, Transaction

log = structlog.get_logger(__name__)

SLICE = 25
"""Rows of one step: it is over long before its lease is, and progress shows."""


class Work(Protocol):
    """What is done in steps. `step` counts them: a stale one does nothing."""

    id: int
    state: str
    step: int


class Row(Protocol):
    """One of its rows, found by the work's id and its number."""

    state: str


W = TypeVar("W", bound=Work)
R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Stepped(Generic[W, R]):
    """A kind of such work."""

    name: str
    """Of its fault point and in the log."""
    subject: str
    """What the payload and the log call the work's id."""
    effect: str
    work: type[W]
    row: type[R]
    what: tuple[str, str]
    """What is not there, when it is not there: Chinese, English."""
    after: Mapping[str, str]
    """The states in which a worker is at it, and what comes after each."""
    todo: Callable[[W], Select[int]]
    """The numbers of the rows that the worker has still to look at, for what it is at or would be at."""
    moved: Callable[[W], Refusal]
    """Tells whoever wanted something of it that it has moved meanwhile."""
    ended: Callable[[W, datetime], None]
    """Notes on the work when its state has come to an end."""

    def locked(self, tx: Transaction, id: int) -> W:
        """The locked work. Raises NotFound."""
        work = tx.session.get(self.work, id, with_for_update=True)
        if work is None:
            raise NotFound(what_zh=self.what[0], what_en=self.what[1])
        return work

    def at(self, tx: Transaction, id: int, step: int, *states: str) -> W:
        """The locked work, as the page knew it. Raises NotFound, and `moved`."""
        work = self.locked(tx, id)
        if work.state not in states or work.step != step:
            raise self.moved(work)
        return work

    def left(self, session: Session, work: W) -> int:
        """How many rows are still to do."""
        return session.scalar(select(func.count()).select_from(self.todo(work).subquery())) or 0

    def next_step(self, tx: Transaction, work: W) -> None:
        """Leave the next step to a worker; earlier ones that come late do nothing."""
        work.step += 1
        tx.session.flush()
        payload = {self.subject: work.id, "step": work.step}
        outbox.leave(tx.session, tx.now, self.effect, payload, f"{self.effect}:{work.id}:{work.step}")

    def wanted(self, tx: Transaction, work: W, number: int, state: str) -> R | None:
        """The locked row, if it is still in this state and nobody has stopped the work."""
        now = tx.session.get_one(self.work, work.id)
        row = tx.session.get_one(self.row, (work.id, number), with_for_update=True)
        return row if row.state == state and now.state == work.state and now.step == work.step else None

    def perform(
        self,
        rt: Runtime,
        payload: Mapping[str, Any],
        acts: Mapping[str, Callable[[Runtime, W, int], None]],
        broken: Callable[[Runtime, W, int, Exception], None],
    ) -> None:
        """Do the step that was left, by the act of the work's state. Done twice it changes nothing more.

        One broken row holds up no other; `broken` notes it.
        """
        id, step = int(payload[self.subject]), int(payload["step"])
        with rt.reading() as session:
            work = session.get_one(self.work, id)
            if work.step != step or work.state not in self.after:
                return
            numbers = session.scalars(self.todo(work).order_by("number").limit(SLICE)).all()
        for number in numbers:
            try:
                acts[work.state](rt, work, number)
            except (DBAPIError, Interrupted):
                raise  # a database that is away is another matter than a broken row
            except Exception as error:
                log.exception(f"{self.name}.failed", item=number, **{self.subject: id})
                broken(rt, work, number, error)
            faults.point(f"{self.name}.between")
        self._go_on(rt, id, step, work.state)

    @command
    def _go_on(self, rt: Runtime, id: int, step: int, state: str) -> None:
        with rt.transaction() as tx:
            work = tx.session.get_one(self.work, id, with_for_update=True)
            if work.step != step or work.state != state:
                return  # stopped meanwhile
            if tx.session.scalar(self.todo(work).limit(1)) is not None:
                self.next_step(tx, work)
                return
            work.state = self.after[state]
            work.step += 1
            self.ended(work, tx.now)
