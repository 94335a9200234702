"""A step of the handbook: everything that the diagram says about it, as lines of label and text."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn import extensions
from engine.bpmn.extensions import BPMN
from engine.documents.kinds import KINDS
from engine.errors import Language
from engine.studio.handbook.articles import basis
from engine.studio.handbook.deadlines import timer_words
from engine.studio.handbook.flow import Flow, definition
from engine.studio.handbook.made import MADE_AFTER
from engine.studio.handbook.people import who
from engine.studio.handbook.words import TYPES, Pair, label, say
from engine.xml import local

Node = etree._Element
Lines = Iterator[tuple[str, str]]
TIMES = ("timeDate", "timeDuration", "timeCycle")


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `person` marks those that somebody does. `lines` are pairs of label and text."""

    number: int
    id: str
    type: str
    name: str
    person: bool
    inside: str
    lines: tuple[tuple[str, str], ...]
    next: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What a step needs to know beside its diagram: names of verbs, forms, decisions, processes; numbers of timers."""

    verb: Callable[[str], Pair | None]
    form: Callable[[str], str]
    decision: Callable[[str], str]
    process: Callable[[str], str]
    numbers: Mapping[str, str]


def steps(flow: Flow, around: Around) -> list[Step]:
    """Every step of a process, in the order of its flow."""
    return [_Reading(flow, around, node).step() for node in flow.steps]


class _Reading:
    """The reading of one element."""

    def __init__(self, flow: Flow, around: Around, node: Node) -> None:
        self.flow, self.around, self.node = flow, around, node
        self.language: Language = flow.language
        self.id, self.kind = node.get("id", ""), local(node)
        self.ext = flow.extensions(node)

    def step(self) -> Step:
        name = self.flow.name(self.node)
        type = say(TYPES[self.kind], self.language)
        lines = tuple((name, text) for name, text in self._lines() if text)
        follows = self.flow.next(self.id)
        if not follows and self.kind != "endEvent":
            follows = (self._say("ends"),)
        return Step(
            self.flow.numbers[self.id],
            self.id,
            type,
            name or type,
            self.kind in ("userTask", "manualTask"),
            self.flow.inside(self.node),
            lines,
            follows,
        )

    def _lines(self) -> Lines:
        yield from self._people()
        yield self._say("what"), self.flow.text(self.node)
        yield from self._deadline()
        yield self._say("article"), basis(self.ext.properties, self._chinese(), self.language)
        yield from self._work()
        yield from self._events()
        yield from self._each()

    def _people(self) -> Lines:
        yield self._say("lane"), self.flow.lane(self.node)
        if self.kind != "userTask":
            return
        yield self._say("who"), who(self.ext.assignment, self.language)
        if form := self.ext.assignment.form_id:
            yield self._say("form"), self.around.form(form)
        if others := self.ext.properties.get("luzhi:differentFrom"):
            yield self._say("not_by"), self._comma(self.flow.told(id.strip()) for id in others.split(","))
        if self.ext.properties.get("luzhi:countersign") == "allowed":
            yield self._say("countersign"), self._say("may_countersign")

    def _deadline(self) -> Lines:
        given = self.ext.properties
        if self.language == "zh" or given.get("luzhi:deadline_en"):
            yield self._say("deadline"), self._own("luzhi:deadline")
        if due := self.ext.assignment.due:
            yield self._say("due"), timer_words(due, self.language, self.around.numbers)
        nature = given.get("luzhi:due")
        if nature in ("closes", "overdue"):
            yield self._say("nature"), self._say(nature)
        yield self._say("on_deadline"), self._own("luzhi:onDeadline")

    def _chinese(self) -> str:
        return self.node.findtext(f"{{{BPMN}}}documentation") or ""

    def _own(self, name: str) -> str:
        given = self.ext.properties
        english = given.get(f"{name}_en") if self.language == "en" else None
        return english or given.get(name, "")

    def _work(self) -> Lines:
        if self.ext.job is not None:
            verb = self.around.verb(self.ext.job.type)
            yield self._say("does"), say(verb, self.language) if verb else self.ext.job.type
            kinds = [KINDS[kind] for kind in MADE_AFTER.get(self.ext.job.type, ())]
            yield self._say("produces"), self._comma(say((kind.zh, kind.en), self.language) for kind in kinds)
        if self.ext.headers.get("messageName"):
            yield self._say("sends"), self.ext.headers["messageName"]
        if self.ext.decision is not None:
            yield self._say("decides"), self.around.decision(self.ext.decision.id)
        if self.ext.script is not None:
            yield self._say("expression"), f"{self.ext.script[1]} {self.ext.script[0]}".strip()
        if self.kind == "callActivity" and self.ext.call is not None:
            yield self._say("calls"), self.around.process(self.ext.call.id)

    def _events(self) -> Lines:
        """What an event or a receive task waits for or sends, and the events attached to an activity."""
        direction = "sends" if self.kind in ("endEvent", "intermediateThrowEvent", "sendTask") else "waits"
        yield self._say(direction), self._about(self.node)
        for event in self.flow.boundaries(self.id):
            going = "interrupts" if event.get("cancelActivity", "true") == "true" else "beside"
            follows = self._comma(self.flow.next(event.get("id", "")))
            when = self._about(event) or self._say("none")
            said = self._say(going, when=when) + (f" → {follows}" if follows else "")
            yield self._head(event), said

    def _head(self, event: Node) -> str:
        kind = "timer"
        for each, word in (("message", "reacts"), ("error", "on_error")):
            if definition(event, each) is not None:
                kind = word
        return self._say(kind, name=self.flow.name(event) or event.get("id", ""))

    def _about(self, event: Node) -> str:
        """A timer in words, or the name of a message, signal or error."""
        timer = definition(event, "timer")
        if timer is not None:
            texts = [(timer.findtext(f"{{{BPMN}}}{name}") or "").strip() for name in TIMES]
            return "".join(timer_words(text, self.language, self.around.numbers) for text in texts if text)
        for kind in ("message", "signal", "error", "escalation"):
            found = event if event.get(f"{kind}Ref") else definition(event, kind)
            root = self.flow.nodes.get(found.get(f"{kind}Ref", "")) if found is not None else None
            if root is not None:
                return root.get("name", "") or root.get("errorCode", "") or root.get("id", "")
        return ""

    def _each(self) -> Lines:
        loop = extensions.loop(self.node)
        if loop is not None:
            name = "each_sequential" if loop.sequential else "each_parallel"
            yield self._say("each"), self._say(name, list=loop.collection.removeprefix("=").strip())

    def _say(self, word: str, /, **facts: object) -> str:
        return label(word, self.language, **facts)

    def _comma(self, parts: Iterator[str] | tuple[str, ...]) -> str:
        return ("、" if self.language == "zh" else ", ").join(parts)
