"""Blocks of random processes: events at the edge of an activity, and event sub-processes."""

from tests.process.diagrams import (
    Diagram,
    error,
    escalation,
    event,
    io,
    signal,
)
from tests.process.diagrams import timer as timer_event
from tests.random.elements import Elements
from tests.random.parts import NEVER, SOON, Ends, Place, offered


class Edges(Elements):
    """Blocks that events interrupt or accompany."""

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
        ends, _ = self.shape.choice((Elements.user, Elements.verb, Elements.script))(self, body, place)
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
        body.user(last, inner=offered(io({}, {self.new("v"): "=given"})))
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
        body.user(last, inner=offered(io({}, {self.new("v"): "=given"})))
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
