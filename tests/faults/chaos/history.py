"""What clients asked and what they were told, in the order in which it ended."""

import threading
from dataclasses import dataclass, field
from typing import Literal

Answer = Literal["done", "refused", "unknown"]
"""`unknown`: the connection broke or the server failed. It may have happened or not, but not twice."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `start` or `complete`, of which task, with which token, and the answer."""

    client: str
    kind: str
    key: int | None
    token: str
    answer: Answer
    told: str = ""


@dataclass(slots=True)
class History:
    """Grows; everybody may wait until it has grown."""

    calls: list[Call] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, call: Call) -> None:
        """Write a call down."""
        with self.changed:
            self.calls.append(call)
            self.changed.notify_all()

    def done(self) -> int:
        """How many calls were accepted so far."""
        return sum(call.answer == "done" for call in self.calls)

    def wait(self, more: int, seconds: float) -> bool:
        """Wait until so many more calls were accepted, or the time is over; whether they were."""
        with self.changed:
            until = self.done() + more
            return self.changed.wait_for(lambda: self.done() >= until, seconds)
