"""What the blocks of random processes are made with."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from tests.process.diagrams import (
    Diagram,
    event,
    ext,
    io,
    message,
    zeebe,
)
from tests.random.program import Plan, Program

DEPTH = 3
SOON, NEVER = "P1D", "P5000D"
GROUP = "city_officer@370100"
FORM = "fill"


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a block begins and where it ends."""

    entry: str
    exit: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands: how deep, what it may read, and what tells its messages apart."""

    depth: int = 0
    readable: tuple[str, ...] = ()
    key: str = '"k"'
    many: bool = False
    """Inside a multi-instance: other instances of this block may live at the same time."""

    def inside(self, **changes: Any) -> "Place":
        """One level deeper."""
        return replace(self, depth=self.depth + 1, **changes)


@dataclass(slots=True)
class File:
    """What belongs to one process: its root elements, and the loop counters that its scopes need."""

    roots: list[str] = field(default_factory=list)
    counters: list[str] = field(default_factory=list)


Kind = Callable[..., Any]


def offered(*more: str, form: bool = True) -> str:
    """Extension elements of a task that is offered to people, with the form or without."""
    fields = [zeebe("formDefinition", formId=FORM)] if form else []
    return ext(zeebe("userTask"), *fields, zeebe("assignmentDefinition", candidateGroups=GROUP), *more)


class Parts:
    """One program in the making: what every block uses. `leaves` and `nesting` are the kinds of blocks."""

    leaves: tuple[Kind, ...]
    nesting: tuple[Kind, ...]

    def __init__(self, process_seed: int, path_seed: int) -> None:
        self.seeds = (process_seed, path_seed)
        self.shape, self.path = Random(process_seed), Random(f"{process_seed}/{path_seed}")
        self.plan = Plan()
        self.variables: dict[str, Any] = {"one": 1}
        self.done: list[Diagram] = []
        self.file = File()
        self.count, self.used = 0, set[str]()

    def program(self) -> Program:
        """The whole program."""
        main = self._process(Place(), self.shape.randint(2, 4))
        return Program(self.seeds, (*self.done, main), self.variables, self.plan, frozenset(self.used))

    # ---------------------------------------------------------------- parts

    def new(self, letter: str) -> str:
        """A fresh id."""
        self.count += 1
        return f"{letter}{self.count}"

    def chosen(self, *values: Any) -> str:
        """The name of a start variable with a value that the path chooses."""
        name = self.new("c")
        self.variables[name] = self.path.choice(values)
        return name

    def number(self, place: Place) -> str:
        """An expression over what may be read here."""
        name = self.shape.choice((*place.readable, "one"))
        return f"={name} + {self.shape.randint(1, 9)}"

    def _process(self, place: Place, length: int) -> Diagram:
        outer, self.file = self.file, File()
        diagram = Diagram(self.new("p"))
        self._fill(diagram, place, length)
        diagram.roots, self.file = tuple(self.file.roots), outer
        return diagram

    def _fill(self, d: Diagram, place: Place, length: int = 1, *tail: str) -> None:
        """Start, a row of blocks, the elements in `tail`, end."""
        start, end = self.new("s"), self.new("e")
        row, _ = self.row(d, place, length)
        d.start(start).end(end).flow(start, row.entry).flow(row.exit, *tail, end)

    def row(self, d: Diagram, place: Place, length: int) -> tuple[Ends, Place]:
        """Blocks in a row; each may read what those before it wrote."""
        found, place = self.block(d, place)
        for _ in range(length - 1):
            following, place = self.block(d, place)
            d.flow(found.exit, following.entry)
            found = Ends(found.entry, following.exit)
        return found, place

    def block(self, d: Diagram, place: Place) -> tuple[Ends, Place]:
        """Any block."""
        kinds = self.leaves if place.depth >= DEPTH else self.leaves + self.nesting + self.nesting
        kind = self.shape.choice(kinds)
        self.used.add(kind.__name__)
        made: tuple[Ends, Place] | Ends = kind(self, d, place)
        return made if isinstance(made, tuple) else (made, place)

    def wrote(self, id: str, place: Place, *names: str) -> tuple[Ends, Place]:
        """A block of one element that wrote variables."""
        return Ends(id, id), replace(place, readable=(*place.readable, *names))

    def task(self, d: Diagram, place: Place, *more: str, after: str = "") -> tuple[str, str]:
        """A user task that somebody completes, and the variable that it writes."""
        id, name = self.new("u"), self.new("v")
        d.user(id, inner=offered(io({}, {name: f"=given + {self.shape.randint(1, 9)}"}), *more))
        self.plan.give[id] = {"given": self.path.randint(1, 99)}
        if after:
            self.plan.after[id] = after
        return id, name

    def left(self, d: Diagram) -> str:
        """A user task that nobody completes."""
        id = self.new("w")
        d.user(id, inner=offered(form=False))
        return id

    def message(self, id: str, place: Place) -> str:
        """A root message for one event, and its definition."""
        self.file.roots.append(message(f"m_{id}", f"message {id}", f"={place.key}"))
        return event("message", f"m_{id}")

    def inner(self, name: str, place: Place, length: int = 1) -> Diagram:
        """A flow of its own with random contents."""
        d = Diagram(name)
        self._fill(d, place, length)
        return d

    def joined(self, d: Diagram, *exits: str) -> str:
        """Ways that come together again, one of which is taken."""
        id = self.new("x")
        d.gateway("exclusive", id)
        for exit in exits:
            d.flow(exit, id)
        return id
