"""Diagrams that would go on for ever, or grow without end, and that lint cannot tell from honest ones."""

from tests.process.diagrams import Diagram, event, ext, multi, signal, timer, zeebe

GROUP = zeebe("assignmentDefinition", candidateGroups="city_officer@370100")


def begun(*roots: str) -> Diagram:
    """Start and a first task, so that there is a click to lose."""
    return Diagram("p", *roots).start().user("click", inner=ext(zeebe("userTask"), GROUP)).end()


def script(expression: str) -> Diagram:
    """A script after the click."""
    inner = ext(zeebe("script", expression=expression, resultVariable="x"))
    return begun().node("scriptTask", "bad", inner).flow("start", "click", "bad", "end")


def loop() -> Diagram:
    """A way back without a stop."""
    d = (
        begun()
        .gateway("exclusive", "merge")
        .node("task", "bad")
        .gateway("exclusive", "split", default="back")
    )
    d.flow("start", "click", "merge", "bad", "split").flow("split", "end", when="=false")
    return d.flow("split", "merge", id="back")


def forks() -> Diagram:
    """Every token makes two."""
    d = begun().gateway("exclusive", "merge").gateway("parallel", "bad")
    return d.flow("start", "click", "merge", "bad", "merge").flow("bad", "merge").flow("bad", "end")


def heap(many: int) -> Diagram:
    """A task for each of too many items."""
    loops = multi(f"=for i in 1..{many} return i", "i")
    d = begun().user("bad", inner=ext(zeebe("userTask"), GROUP) + loops)
    return d.flow("start", "click", "bad", "end")


def nested_heaps() -> Diagram:
    """A thousand times a thousand."""
    inner = Diagram("x").start("is").end("ie").flow("is", "it", "ie")
    inner.user("it", inner=ext(zeebe("userTask"), GROUP) + multi("=for j in 1..1000 return j", "j"))
    d = begun().sub("bad", inner, loop=multi("=for i in 1..1000 return i", "i"))
    return d.flow("start", "click", "bad", "end")


def growing() -> Diagram:
    """A variable that doubles with every turn."""
    grow = ext(zeebe("script", expression='=if x = null then "0123456789" else x + x', resultVariable="x"))
    d = begun().gateway("exclusive", "merge").node("scriptTask", "bad", grow)
    d.gateway("exclusive", "split", default="back").flow("start", "click", "merge", "bad", "split")
    return d.flow("split", "end", when="=false").flow("split", "merge", id="back")


def echo() -> Diagram:
    """A signal that is answered with itself."""
    inner = Diagram("e").start("es", event("signal", "sig"), isInterrupting="false")
    inner.end("bad", event("signal", "sig")).flow("es", "bad")
    d = begun(signal("sig", "echo")).event_sub("sub", inner)
    d.throw("cry", event("signal", "sig"))
    return d.flow("start", "click", "cry", "end")


def timers(duration: str) -> Diagram:
    """A way back over a timer that is due at once."""
    d = begun().gateway("exclusive", "merge").catch("bad", timer("duration", duration))
    d.gateway("exclusive", "split", default="back").flow("start", "click", "merge", "bad", "split")
    return d.flow("split", "end", when="=false").flow("split", "merge", id="back")


def cycle(text: str) -> Diagram:
    """A task with a cycle at its edge."""
    d = begun().user("after", inner=ext(zeebe("userTask"), GROUP)).end("end2")
    d.boundary("bad", "after", timer("cycle", text), interrupting=False)
    return d.flow("start", "click", "after", "end").flow("bad", "end2")


FEEL = {
    "a billion turns": "=count(for i in 1..10**9 return i)",
    "nested turns": "=for a in 1..1000, b in 1..1000, c in 1..1000 return a",
    "recursion": "={f: function(n) f(n + 1), r: f(0)}.r",
    "a text that doubles": '={f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f("12345678", 50)}.r',
    "a list that doubles": "={f: function(s, n) if n = 0 then s else f(concatenate(s, s), n - 1), r: f([1], 50)}.r",
    "a shared list": "={f: function(s, n) if n = 0 then s else f([s, s], n - 1), r: f([1], 45)}.r",
    "a slow pattern": '=matches(string join(for i in 1..9999 return "a"), "(a*)*(a*)*\\1\\2b")',
    "days of ten thousand years": '=count(for d in @"0001-01-01"..@"9999-12-31" return d)',
}
