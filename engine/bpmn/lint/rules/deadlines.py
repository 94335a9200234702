"""What a due date means: `luzhi:due` says it, and the timers of the diagram agree.

`closes` is a filing deadline (截止): at that instant a timer takes the task away. `overdue`, which is meant where
nothing is said, is a handling period (办理期限): the task turns red and stays with whoever has it.
"""

from collections import defaultdict
from collections.abc import Iterator

from engine.bpmn.lint.diagram import Element, Node, children
from engine.bpmn.lint.kinds import error, warning
from engine.bpmn.lint.registry import Subject, rule

NO_TIMER = warning(
    "DEADLINE_WITHOUT_TIMER",
    "用户任务“{name}”写明了到期后的处理，但任务及其外层都没有定时事件，到期时什么也不会发生。",
    "The user task “{name}” tells what happens at its deadline, but neither it nor what encloses it has a timer.",
)
DUE = error(
    "DUE",
    "luzhi:due 的值“{value}”不认识，只能写 closes（截止，届时不能再办）或 overdue（办理期限，超期后仍可办）。",
    "luzhi:due is “{value}”; only closes (a deadline that takes the task away) and overdue (a handling period "
    "that does not) are known.",
)
DUE_TIMER = warning(
    "DUE_TIMER",
    "用户任务“{name}”的 luzhi:due 为“{value}”，与图中的中断定时事件不一致。",
    "luzhi:due of the user task “{name}” is “{value}”, which the interrupting timers on and around it contradict.",
)
CLOSES, OVERDUE = "closes", "overdue"


@rule
def due_dates(subject: Subject) -> None:
    """What a task says about its due date is done by a timer on the task or around it, at that very instant."""
    standing: dict[Element, list[tuple[bool, str]]] = defaultdict(list)
    for host, stops, at in _timers(subject):
        standing[host].append((stops, at))
    for node in subject.diagram.nodes:
        if node.kind != "userTask":
            continue
        said, told = node.property("luzhi:due"), node.property("luzhi:onDeadline")
        around = (node.element, *node.element.iterancestors())
        timers = [timer for element in around for timer in standing.get(element, ())]
        name = node.name or node.id
        if told and not timers:
            subject.report.add(NO_TIMER, node.id, name=name)
        if said not in ("", CLOSES, OVERDUE):
            subject.report.add(DUE, node.id, value=said)
        elif timers and (said == CLOSES) != any(stops and at == _due(node) for stops, at in timers):
            subject.report.add(DUE_TIMER, node.id, name=name, value=said or OVERDUE)


def _due(node: Node) -> str:
    return next((e.get("dueDate", "").strip() for e in node.zeebe("taskSchedule")), "")


def _timers(subject: Subject) -> Iterator[tuple[Element, bool, str]]:
    """What a timer stands on or in, whether it interrupts that, and its time as it is written."""
    for node in subject.diagram.nodes:
        host: Element | None = None
        if node.event == "timer" and node.kind == "boundaryEvent":
            found = subject.diagram.by_id.get(node.element.get("attachedToRef", ""))
            host, switch = (found.element if found else None), "cancelActivity"
        elif node.event == "timer" and node.kind == "startEvent" and node.scope.is_event_sub:
            host, switch = node.scope.element.getparent(), "isInterrupting"
        if host is not None:
            yield host, node.element.get(switch, "true") == "true", _time(node)


def _time(node: Node) -> str:
    texts = (t.text or "" for d in children(node.element, "timerEventDefinition") for t in d)
    return next((text.strip() for text in texts if text.strip()), "")
