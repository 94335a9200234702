"""Blocks of random processes: single elements, and blocks that hold others."""

from dataclasses import replace

from tests.process.diagrams import (
    Diagram,
    event,
    ext,
    io,
    job,
    multi,
    zeebe,
)
from tests.process.diagrams import timer as timer_event
from tests.random.parts import NEVER, SOON, Ends, Parts, Place, offered


class Elements(Parts):
    """Blocks that go their way without events at the edge."""

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
        d.user(id, inner=offered(io({}, {name: "=given * 10"})) + loop)
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
