"""Makes random processes of blocks, after the idea of Zeebe's randomized tests.

A block has one entry and one exit; blocks stand in a row or inside each other. The process seed chooses the
shape, the path seed what happens in it: decisions and durations are start variables, events come or do not come
by the plan. Every order of answers that the plan allows must have the same outcome, therefore

- every variable is written by one element and read only by elements that come after it,
- something is interrupted only while it stands still at a task that nobody completes.
"""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from tests.process.diagrams import (
    Diagram,
    error,
    escalation,
    event,
    ext,
    io,
    job,
    message,
    multi,
    signal,
    zeebe,
)
from tests.process.diagrams import timer as timer_event
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


class Generator:
    """One program in the making."""

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
        kinds = LEAVES if place.depth >= DEPTH else LEAVES + NESTING + NESTING
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
        d.user(id, inner=_offered(io({}, {name: f"=given + {self.shape.randint(1, 9)}"}), *more))
        self.plan.give[id] = {"given": self.path.randint(1, 99)}
        if after:
            self.plan.after[id] = after
        return id, name

    def left(self, d: Diagram) -> str:
        """A user task that nobody completes."""
        id = self.new("w")
        d.user(id, inner=_offered(form=False))
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

    # ---------------------------------------------------------------- single elements

    def user(self, d: Diagram, place: Place) -> tuple[Ends, Place]:
        id, name = self.task(d, place)
        return self.wrote(id, place, name)

    def manual(self, d: Diagram, place: Place) -> Ends:
        id = self.new("u")
        d.node("manualTask", id)
        self.plan.give[id] = {}
        return Ends(id, id)

    def verb(self, d: Diagram, place: Place) -> tuple[Ends, Place]:
        id, name = self.new("a"), self.new("v")
        type = self.shape.choice(("test.note", "test.work", "test.flaky"))
        d.service(id, type, io({"x": self.number(place)}, {name: "=y"}))
        return self.wrote(id, place, name)

    def script(self, d: Diagram, place: Place) -> tuple[Ends, Place]:
        id, name = self.new("f"), self.new("v")
        script = zeebe("script", expression=self.number(place), resultVariable=name)
        d.node("scriptTask", id, ext(script))
        return self.wrote(id, place, name)

    def send(self, d: Diagram, place: Place) -> Ends:
        """A message that nobody waits for."""
        id = self.new("t")
        d.throw(id, self.message(id, place), job("message.publish"), io({"correlationKey": '="nobody"'}))
        return Ends(id, id)

    def pause(self, d: Diagram, place: Place) -> Ends:
        id = self.new("t")
        d.catch(id, timer_event("duration", SOON))
        self.plan.fire.add(id)
        return Ends(id, id)

    def receive(self, d: Diagram, place: Place) -> tuple[Ends, Place]:
        id, name = self.new("r"), self.new("v")
        mapping = io({}, {name: "=sent * 2"})
        if self.shape.random() < 0.5:
            d.catch(id, self.message(id, place), mapping)
        else:
            self.message(id, place)
            d.node("receiveTask", id, ext(mapping), messageRef=f"m_{id}")
        self.plan.send[id] = {"sent": self.path.randint(1, 99)}
        return self.wrote(id, place, name)

    def link(self, d: Diagram, place: Place) -> Ends:
        there, here = self.new("l"), self.new("l")
        d.throw(there, event("link", there)).catch(here, event("link", there))
        return Ends(there, here)

    def for_each_task(self, d: Diagram, place: Place) -> tuple[Ends, Place]:
        """A user task for each item."""
        results, item = self.new("v"), self.new("i")
        sequential = self.shape.random() < 0.5
        until = "=numberOfCompletedInstances >= 2" if sequential and self.shape.random() < 0.5 else None
        id, name = self.new("u"), self.new("v")
        loop = multi("=[3, 1, 2]", item, results, f"={item} + {name}", sequential=sequential, until=until)
        d.user(id, inner=_offered(io({}, {name: "=given * 10"})) + loop)
        self.plan.give[id] = {"given": self.path.randint(1, 99)}
        return self.wrote(id, place)

    # ---------------------------------------------------------------- blocks of blocks

    def exclusive(self, d: Diagram, place: Place) -> Ends:
        split, choice, other = self.new("x"), self.chosen(1, 2, 3), self.new("d")
        d.gateway("exclusive", split, default=other)
        exits = []
        for way in (1, 2):
            ends, _ = self.block(d, place.inside())
            d.flow(split, ends.entry, when=f"={choice} = {way}")
            exits.append(ends.exit)
        ends, _ = self.block(d, place.inside())
        d.flow(split, ends.entry, id=other)
        return Ends(split, self.joined(d, *exits, ends.exit))

    def parallel(self, d: Diagram, place: Place) -> tuple[Ends, Place]:
        split, join, seen = self.new("y"), self.new("y"), list(place.readable)
        d.gateway("parallel", split).gateway("parallel", join)
        for _ in range(self.shape.randint(2, 3)):
            ends, after = self.block(d, place.inside())
            d.flow(split, ends.entry).flow(ends.exit, join)
            seen += after.readable[len(place.readable) :]
        return Ends(split, join), replace(place, readable=tuple(seen))

    def inclusive(self, d: Diagram, place: Place) -> Ends:
        split, join, other = self.new("o"), self.new("o"), self.new("d")
        d.gateway("inclusive", split, default=other).gateway("inclusive", join)
        for _ in range(self.shape.randint(2, 3)):
            ends, _ = self.block(d, place.inside())
            d.flow(split, ends.entry, when=f"={self.chosen(True, False)}").flow(ends.exit, join)
        return self._default(d, place, split, join, other)

    def _default(self, d: Diagram, place: Place, split: str, join: str, flow: str) -> Ends:
        ends, _ = self.block(d, place.inside())
        d.flow(split, ends.entry, id=flow).flow(ends.exit, join)
        return Ends(split, join)

    def race(self, d: Diagram, place: Place) -> Ends:
        """An event-based gateway: a message or a timer, as the path wills."""
        split, mail, clock = self.new("g"), self.new("r"), self.new("t")
        duration = self.chosen(SOON, NEVER)
        d.gateway("eventBased", split).catch(mail, self.message(mail, place))
        d.catch(clock, timer_event("duration", f"=duration({duration})"))
        if self.variables[duration] == SOON:
            self.plan.fire.add(clock)
        else:
            self.plan.send[mail] = {f"sent_{mail}": 1}
        exits = []
        for first in (mail, clock):
            ends, _ = self.block(d, place.inside())
            d.flow(split, first, ends.entry)
            exits.append(ends.exit)
        return Ends(split, self.joined(d, *exits))

    def loop(self, d: Diagram, place: Place) -> Ends:
        begin, merge, step, split = self.new("f"), self.new("x"), self.new("f"), self.new("x")
        counter, out = self.new("n"), self.new("d")
        self.file.counters.append(counter)
        d.node("scriptTask", begin, ext(zeebe("script", expression="=0", resultVariable=counter)))
        ends, _ = self.block(d, place.inside(readable=(*place.readable, counter)))
        plus = zeebe("script", expression=f"={counter} + 1", resultVariable=counter)
        d.node("scriptTask", step, ext(plus)).gateway("exclusive", merge)
        d.gateway("exclusive", split, default=out)
        d.flow(begin, merge, ends.entry).flow(ends.exit, step, split)
        d.flow(split, merge, when=f"={counter} < {self.chosen(1, 2, 3)}")
        leave = self.joined(d)
        d.flow(split, leave, id=out)
        return Ends(begin, leave)

    def sub(self, d: Diagram, place: Place) -> tuple[Ends, Place]:
        """A sub-process with a variable of its own."""
        id, own, name = self.new("b"), self.new("v"), self.new("v")
        inside = place.inside(readable=(*place.readable, own))
        mapping = io({own: self.number(place)}, {name: f"={own} * 3"})
        d.sub(id, self.inner(id, inside, self.shape.randint(1, 2)), mapping)
        return self.wrote(id, place, name)

    def for_each(self, d: Diagram, place: Place) -> tuple[Ends, Place]:
        """A sub-process for each item; its loops count in its own scope."""
        id, item, results = self.new("b"), self.new("i"), self.new("v")
        before = len(self.file.counters)
        inside = place.inside(key=f"{place.key} + string({item})", many=True)
        body = self.inner(id, inside)
        counters = dict.fromkeys(self.file.counters[before:], "=0")
        loop = multi("=[1, 2, 3]", item, results, f"={item}", sequential=self.shape.random() < 0.5)
        d.sub(id, body, *([io(counters)] if counters else []), loop=loop)
        return self.wrote(id, place)

    def call(self, d: Diagram, place: Place) -> tuple[Ends, Place]:
        id, name = self.new("k"), self.new("v")
        many, item, results = self.shape.random() < 0.3, self.new("i"), self.new("v")
        key = f"{place.key} + string({item})" if many else place.key
        child = self._process(place.inside(key=key, many=place.many or many), 1)
        self.done.append(child)
        loop = multi("=[1, 2]", item, results, f"={item} + 1") if many else ""
        if self.shape.random() < 0.5:
            d.call(id, child.id, loop=loop)
            return self.wrote(id, place)
        d.call(id, child.id, io({}, {name: "=one + 1"}), loop=loop, propagateAllChildVariables="false")
        return self.wrote(id, place, name)

    # ---------------------------------------------------------------- events at the edge

    def caught(self, d: Diagram, place: Place) -> Ends:
        """A verb that may fail with an error, caught at its edge."""
        id, edge = self.new("a"), self.new("z")
        self.file.roots.append(error(f"err_{id}", f"E_{id}"))
        type = self.shape.choice(("test.may_fail", "test.may_fail_later"))
        d.service(id, type, io({"fails": f"={self.chosen(True, False)}"}), code=f"E_{id}")
        d.boundary(edge, id, event("error", f"err_{id}"))
        ends, _ = self.block(d, place.inside())
        d.flow(edge, ends.entry)
        return Ends(id, self.joined(d, id, ends.exit))

    def failing_sub(self, d: Diagram, place: Place) -> Ends:
        """A sub-process that ends with an error or without, caught at its edge."""
        id, edge, split, bad, other = (self.new(letter) for letter in "bzxed")
        self.file.roots.append(error(f"err_{id}", f"E_{id}"))
        body, start, good = Diagram(id), self.new("s"), self.new("e")
        row, _ = self.block(body, place.inside())
        body.start(start).flow(start, row.entry).flow(row.exit, split)
        body.gateway("exclusive", split, default=other).end(bad, event("error", f"err_{id}")).end(good)
        body.flow(split, bad, when=f"={self.chosen(True, False)}").flow(split, good, id=other)
        d.sub(id, body).boundary(edge, id, event("error", f"err_{id}"))
        ends, _ = self.block(d, place.inside())
        d.flow(edge, ends.entry)
        return Ends(id, self.joined(d, id, ends.exit))

    def deadline(self, d: Diagram, place: Place) -> Ends:
        """A task with an interrupting timer at its edge, which comes first or never."""
        duration, edge = self.chosen(SOON, NEVER), self.new("z")
        id, _ = self.task(d, place)
        d.boundary(edge, id, timer_event("duration", f"=duration({duration})"))
        if self.variables[duration] == SOON:
            self.plan.fire.add(edge)
            del self.plan.give[id]
        ends, _ = self.block(d, place.inside())
        d.flow(edge, ends.entry)
        return Ends(id, self.joined(d, id, ends.exit))

    def reminder(self, d: Diagram, place: Place) -> Ends:
        """A task with a timer at its edge that comes twice and does not interrupt."""
        edge, end, scope = self.new("z"), self.new("e"), self.new("b")
        body = Diagram(scope)
        id, _ = self.task(body, place, after=edge)
        body.boundary(edge, id, timer_event("cycle", f"R2/{SOON}"), interrupting=False)
        self.plan.fire.add(edge)
        # two tokens may be here at once, so it must be an element that does not mind
        ends, _ = self.shape.choice((Generator.user, Generator.verb, Generator.script))(self, body, place)
        body.end(end).flow(edge, ends.entry).flow(ends.exit, end)
        return self._alone(d, scope, body, Ends(id, id))

    def _alone(self, d: Diagram, id: str, body: Diagram, ends: Ends) -> Ends:
        """A scope around a block that leaves tokens behind, so that nothing around it ends before they do."""
        start, end = self.new("s"), self.new("e")
        d.sub(id, body.start(start).end(end).flow(start, ends.entry).flow(ends.exit, end))
        return Ends(id, id)

    def withdrawn(self, d: Diagram, place: Place) -> Ends:
        """A sub-process that a message at its edge may interrupt, when it has come to its last task."""
        id, edge = self.new("b"), self.new("z")
        body, last = Diagram(id), self._last(edge)
        body.user(last, inner=_offered(io({}, {self.new("v"): "=given"})))
        self._fill(body, place.inside(), 1, last)
        d.sub(id, body).boundary(edge, id, self.message(edge, place))
        ends, _ = self.block(d, place.inside())
        d.flow(edge, ends.entry)
        return Ends(id, self.joined(d, id, ends.exit))

    def _last(self, edge: str) -> str:
        """A task that is completed, or is where the message comes: as the path wills."""
        last = self.new("u")
        if self.path.random() < 0.5:
            self.plan.give[last] = {"given": 1}
        else:
            self.plan.send[edge], self.plan.at[edge] = {f"sent_{edge}": 7}, last
        return last

    def interrupted(self, d: Diagram, place: Place) -> Ends:
        """A sub-process whose interrupting event sub-process may come, when it has come to its last task."""
        id, inside, begin = self.new("b"), self.new("h"), self.new("s")
        body, last = Diagram(id), self._last(begin)
        body.user(last, inner=_offered(io({}, {self.new("v"): "=given"})))
        self._fill(body, place.inside(), 1, last)
        self._event_sub(body, inside, begin, self.message(inside, place), place.inside(), True)
        d.sub(id, body)
        return Ends(id, id)

    def accompanied(self, d: Diagram, place: Place) -> Ends:
        """A sub-process with an event sub-process beside it, by message or timer."""
        id, inside, begin = self.new("b"), self.new("h"), self.new("s")
        body = Diagram(id)
        last, _ = self.task(body, place, after=begin)
        self._fill(body, place.inside(), 1, last)
        if self.shape.random() < 0.5:
            definition, self.plan.send[begin] = self.message(begin, place), {f"sent_{begin}": 5}
        else:
            definition = timer_event("duration", SOON)
            self.plan.fire.add(begin)
        self._event_sub(body, inside, begin, definition, place.inside(), False)
        d.sub(id, body)
        return Ends(id, id)

    def _event_sub(
        self, body: Diagram, id: str, start: str, definition: str, place: Place, stops: bool
    ) -> None:
        inner, end = Diagram(id), self.new("e")
        ends, _ = self.block(inner, place)
        inner.start(start, definition, isInterrupting=str(stops).lower()).end(end)
        body.event_sub(id, inner.flow(start, ends.entry).flow(ends.exit, end))

    def escalated(self, d: Diagram, place: Place) -> Ends:
        """A sub-process that escalates on its way, noticed at its edge without interrupting."""
        id, edge, throw, end, scope = (self.new(letter) for letter in "bzteb")
        self.file.roots.append(escalation(f"esc_{id}", f"X_{id}"))
        body, around = Diagram(id).throw(throw, event("escalation", f"esc_{id}")), Diagram(scope)
        self._fill(body, place.inside(), 1, throw)
        around.sub(id, body).boundary(edge, id, event("escalation", f"esc_{id}"), interrupting=False)
        ends, _ = self.block(around, place.inside())
        around.end(end).flow(edge, ends.entry).flow(ends.exit, end)
        return self._alone(d, scope, around, Ends(id, id))

    def signalled(self, d: Diagram, place: Place) -> Ends:
        """A sub-process that broadcasts a signal, caught by its own event sub-process."""
        if place.many:  # instances would hear each other
            return self.link(d, place)
        id, inside, begin, throw = self.new("b"), self.new("h"), self.new("s"), self.new("t")
        self.file.roots.append(signal(f"sig_{id}", f"signal {id}"))
        body = Diagram(id).throw(throw, event("signal", f"sig_{id}"))
        self._fill(body, place.inside(), 1, throw)
        self._event_sub(body, inside, begin, event("signal", f"sig_{id}"), place.inside(), False)
        d.sub(id, body)
        return Ends(id, id)

    def stopped(self, d: Diagram, place: Place) -> Ends:
        """A sub-process whose one branch ends it while the other still stands at a task."""
        id, start, split, end = self.new("b"), self.new("s"), self.new("y"), self.new("e")
        body, other = Diagram(id), self.new("e")
        waiting = self.left(body)
        ends, _ = self.block(body, place.inside())
        body.start(start).gateway("parallel", split).end(end, event("terminate")).end(other)
        body.flow(start, split, waiting, other).flow(split, ends.entry).flow(ends.exit, end)
        d.sub(id, body)
        return Ends(id, id)


def generate(process_seed: int, path_seed: int) -> Program:
    """The program of two seeds."""
    return Generator(process_seed, path_seed).program()


def _offered(*more: str, form: bool = True) -> str:
    fields = [zeebe("formDefinition", formId=FORM)] if form else []
    return ext(zeebe("userTask"), *fields, zeebe("assignmentDefinition", candidateGroups=GROUP), *more)


LEAVES = (
    Generator.user,
    Generator.user,
    Generator.manual,
    Generator.verb,
    Generator.verb,
    Generator.script,
    Generator.send,
    Generator.pause,
    Generator.receive,
    Generator.link,
    Generator.for_each_task,
)
NESTING = (
    Generator.exclusive,
    Generator.parallel,
    Generator.parallel,
    Generator.inclusive,
    Generator.race,
    Generator.loop,
    Generator.sub,
    Generator.for_each,
    Generator.call,
    Generator.caught,
    Generator.failing_sub,
    Generator.deadline,
    Generator.reminder,
    Generator.withdrawn,
    Generator.interrupted,
    Generator.accompanied,
    Generator.escalated,
    Generator.signalled,
    Generator.stopped,
)
