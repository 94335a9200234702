"""A small way to write diagrams in tests: `Diagram().start().user("u").end().flow("start", "u", "end").xml()`."""

from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="t">'
)


def ext(*parts: str) -> str:
    """Extension elements."""
    return f"<bpmn:extensionElements>{''.join(parts)}</bpmn:extensionElements>" if parts else ""


def zeebe(name: str, inner: str = "", /, **attributes: str) -> str:
    """One zeebe element."""
    return f"<zeebe:{name}{_attributes(attributes)}>{inner}</zeebe:{name}>"


def io(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    """An ioMapping: target → source."""
    rows = [zeebe("input", source=s, target=t) for t, s in (inputs or {}).items()]
    rows += [zeebe("output", source=s, target=t) for t, s in (outputs or {}).items()]
    return zeebe("ioMapping", "".join(rows))


def job(type: str, **headers: str) -> str:
    """A task definition with its headers."""
    rows = "".join(zeebe("header", key=key, value=value) for key, value in headers.items())
    return zeebe("taskDefinition", type=type) + (zeebe("taskHeaders", rows) if rows else "")


def timer(kind: str, text: str) -> str:
    """A timer event definition: kind date, duration or cycle."""
    tag = {"date": "timeDate", "duration": "timeDuration", "cycle": "timeCycle"}[kind]
    body = f'<bpmn:{tag} xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:{tag}>'
    return f"<bpmn:timerEventDefinition>{body}</bpmn:timerEventDefinition>"


def event(kind: str, ref: str | None = None) -> str:
    """Any other event definition."""
    if kind == "link":
        return f"<bpmn:linkEventDefinition name={quoteattr(ref or '')}/>"
    attribute = f" {kind}Ref={quoteattr(ref)}" if ref else ""
    return f"<bpmn:{kind}EventDefinition{attribute}/>"


def message(id: str, name: str, key: str | None = None) -> str:
    """A root message with its correlation key."""
    inner = ext(zeebe("subscription", correlationKey=key)) if key else ""
    return f"<bpmn:message id={quoteattr(id)} name={quoteattr(name)}>{inner}</bpmn:message>"


def signal(id: str, name: str) -> str:
    """A root signal."""
    return f"<bpmn:signal id={quoteattr(id)} name={quoteattr(name)}/>"


def error(id: str, code: str) -> str:
    """A root error."""
    return f"<bpmn:error id={quoteattr(id)} name={quoteattr(id)} errorCode={quoteattr(code)}/>"


def escalation(id: str, code: str) -> str:
    """A root escalation."""
    return f"<bpmn:escalation id={quoteattr(id)} name={quoteattr(id)} escalationCode={quoteattr(code)}/>"


def multi(
    collection: str,
    element: str | None = None,
    results: str | None = None,
    result: str | None = None,
    *,
    sequential: bool = False,
    until: str | None = None,
) -> str:
    """Multi-instance characteristics."""
    names = {"inputElement": element, "outputCollection": results, "outputElement": result}
    given = {"inputCollection": collection, **{k: v for k, v in names.items() if v is not None}}
    condition = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"{ext(zeebe('loopCharacteristics', **given))}{condition}</bpmn:multiInstanceLoopCharacteristics>"
    )


def _attributes(given: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in given.items())


class Diagram:
    """One process; `body` is also what stands inside a sub-process."""

    def __init__(self, id: str = "p", *roots: str, tag: str | None = None) -> None:
        self.id, self.roots, self.body, self._flows = id, roots, "", 0
        self.head = ext(zeebe("versionTag", value=tag)) if tag else ""

    def node(self, tag: str, id: str, inner: str = "", **attributes: str) -> "Diagram":
        """Any element."""
        self.body += f"<bpmn:{tag} id={quoteattr(id)}{_attributes(attributes)}>{inner}</bpmn:{tag}>"
        return self

    def start(self, id: str = "start", inner: str = "", **attributes: str) -> "Diagram":
        """A start event."""
        return self.node("startEvent", id, inner, **attributes)

    def end(self, id: str = "end", inner: str = "") -> "Diagram":
        """An end event."""
        return self.node("endEvent", id, inner)

    def user(self, *ids: str, inner: str = "") -> "Diagram":
        """User tasks."""
        for id in ids:
            self.node("userTask", id, inner)
        return self

    def service(self, id: str, type: str, *more: str, **headers: str) -> "Diagram":
        """A service task that calls a verb."""
        return self.node("serviceTask", id, ext(job(type, **headers), *more))

    def gateway(self, kind: str, id: str, **attributes: str) -> "Diagram":
        """A gateway: exclusive, parallel, inclusive, eventBased."""
        return self.node(f"{kind}Gateway", id, **attributes)

    def catch(self, id: str, definition: str, *more: str) -> "Diagram":
        """An intermediate catch event."""
        return self.node("intermediateCatchEvent", id, ext(*more) + definition)

    def throw(self, id: str, definition: str, *more: str) -> "Diagram":
        """An intermediate throw event."""
        return self.node("intermediateThrowEvent", id, ext(*more) + definition)

    def boundary(
        self, id: str, host: str, definition: str, *more: str, interrupting: bool = True
    ) -> "Diagram":
        """A boundary event."""
        cancel = str(interrupting).lower()
        return self.node(
            "boundaryEvent", id, ext(*more) + definition, attachedToRef=host, cancelActivity=cancel
        )

    def sub(self, id: str, inner: "Diagram", *more: str, loop: str = "") -> "Diagram":
        """An embedded sub-process."""
        return self.node("subProcess", id, ext(*more) + loop + inner.body)

    def event_sub(self, id: str, inner: "Diagram") -> "Diagram":
        """An event sub-process."""
        return self.node("subProcess", id, inner.body, triggeredByEvent="true")

    def call(self, id: str, process: str, *more: str, loop: str = "", **attributes: str) -> "Diagram":
        """A call activity."""
        return self.node(
            "callActivity", id, ext(zeebe("calledElement", processId=process, **attributes), *more) + loop
        )

    def flow(self, *ids: str, when: str | None = None, id: str | None = None) -> "Diagram":
        """Sequence flows along the ids."""
        for source, target in pairwise(ids):
            self._flows += 1
            inner = f"<bpmn:conditionExpression>{escape(when)}</bpmn:conditionExpression>" if when else ""
            self.node(
                "sequenceFlow", id or f"{self.id}_f{self._flows}", inner, sourceRef=source, targetRef=target
            )
        return self

    def xml(self) -> bytes:
        """The file."""
        process = f'<bpmn:process id="{self.id}" isExecutable="true">{self.head}{self.body}</bpmn:process>'
        return f"{HEAD}{''.join(self.roots)}{process}</bpmn:definitions>".encode()


def inner(*tasks: str) -> Diagram:
    """A sub-process of these tasks, one after the other."""
    d = Diagram("x").start("is").user(*tasks).end("ie")
    return d.flow("is", *tasks, "ie")
