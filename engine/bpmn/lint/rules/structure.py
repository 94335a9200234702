"""Processes, ids, flows and what they connect (BPMN 2.0, 10.2 and 8.4.13)."""

import re

from engine.bpmn.lint.diagram import ACTIVITIES, Diagram, Node, Scope, place
from engine.bpmn.lint.kinds import error, warning
from engine.bpmn.lint.registry import Subject, rule
from engine.xml import local

NO_PROCESS = error("NO_PROCESS", "文件中没有可执行的流程。", "The file has no executable process.")
NOT_EXECUTABLE = warning(
    "NOT_EXECUTABLE",
    "流程未标为可执行，不会被部署。",
    "The process is not executable and will not be deployed.",
)
EXECUTABLE_UNSAID = error(
    "EXECUTABLE_UNSAID",
    "流程没有写明是否可执行。不写时有的软件会执行，有的不会：请在属性面板勾选或取消“可执行”。",
    "The process does not say whether it is executable. Some engines then run it, others do not: tick or clear"
    " “Executable” in the properties.",
)
NO_ID = error("NO_ID", "{what} 缺少编号。", "A {what} has no id.")
BAD_ID = error(
    "BAD_ID",
    "编号“{id}”只能用英文字母、数字、下划线、连字符和点。",
    "The id “{id}” may only have ASCII letters, digits, underscores, hyphens and dots.",
)
DUPLICATE_ID = error("DUPLICATE_ID", "编号“{id}”重复。", "The id “{id}” stands twice.")
DANGLING_FLOW = error(
    "DANGLING_FLOW",
    "顺序流的{end_zh}“{ref}”在同一层流程中不存在。",
    "The {end_en} “{ref}” of the flow does not exist in the same scope.",
)
NO_START = error("NO_START", "“{scope}”没有开始事件。", "“{scope}” has no start event.")
SEVERAL_STARTS = error(
    "SEVERAL_STARTS",
    "“{scope}”有 {count} 个无触发的开始事件，只能有一个。",
    "“{scope}” has {count} none start events; one is allowed.",
)
EVENT_SUB_START = error(
    "EVENT_SUB_START",
    "事件子流程须恰有一个带触发的开始事件。",
    "An event sub-process has exactly one start event, with a trigger.",
)
EVENT_SUB_FLOW = error(
    "EVENT_SUB_FLOW", "事件子流程不能有顺序流进出。", "An event sub-process has no sequence flows in or out."
)
INTO_START = error("FLOW_INTO_START", "开始事件不能有流入。", "A start event has no incoming flow.")
OUT_OF_END = error("FLOW_OUT_OF_END", "结束事件不能有流出。", "An end event has no outgoing flow.")
INTO_BOUNDARY = error("FLOW_INTO_BOUNDARY", "边界事件不能有流入。", "A boundary event has no incoming flow.")
NO_OUTGOING = warning(
    "NO_OUTGOING",
    "“{name}”没有流出，流程会在此悄悄结束；请画出结束事件。",
    "“{name}” has no outgoing flow, so this path ends silently; draw an end event.",
)
UNREACHABLE = error("UNREACHABLE", "“{name}”永远不会到达。", "“{name}” can never be reached.")
ATTACHED_TO = error(
    "ATTACHED_TO",
    "边界事件附着的活动“{ref}”在同一层流程中不存在。",
    "The activity “{ref}” that the boundary event is attached to does not exist in the same scope.",
)

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


@rule
def processes(subject: Subject) -> None:
    """There is an executable process; the others are told, and those that leave it open (BPMN 2.0, table 10.1: no).

    Camunda 8 passes over such a process, Camunda 7 and SpiffWorkflow run it; what means different things to
    different engines is not deployed. Versions deployed before this rule run on as they did.
    """
    executable = [p for p in subject.diagram.processes if p.get("isExecutable", "true") == "true"]
    if not executable:
        subject.report.add(NO_PROCESS, "")
    for process in subject.diagram.processes:
        if "isExecutable" not in process.attrib:
            subject.report.add(EXECUTABLE_UNSAID, process.get("id", ""))
        elif process not in executable:
            subject.report.add(NOT_EXECUTABLE, process.get("id", ""))


@rule
def ids(subject: Subject) -> None:
    """Ids exist where the engine needs them, are plain text, and stand once in the file."""
    for scope in subject.diagram.scopes:
        elements = [scope.element, *(n.element for n in scope.nodes), *(f.element for f in scope.flows)]
        for element in elements:
            id = element.get("id")
            if not id:
                subject.report.add(NO_ID, place(element), what=local(element))
            elif not _ID.fullmatch(id):
                subject.report.add(BAD_ID, id, id=id)
    seen: set[str] = set()
    for element in subject.diagram.root.iter():
        id = element.get("id", "")
        if id and id in seen:
            subject.report.add(DUPLICATE_ID, id, id=id)
        seen.add(id)


@rule
def flows(subject: Subject) -> None:
    """Both ends of every flow exist in its scope, and lie where flows may begin and end."""
    add = subject.report.add
    for flow in (flow for scope in subject.diagram.scopes for flow in scope.flows):
        at = flow.id or place(flow.element)
        if flow.source is None:
            add(DANGLING_FLOW, at, end_zh="起点", end_en="source", ref=flow.element.get("sourceRef", ""))
        elif flow.source.kind == "endEvent":
            add(OUT_OF_END, flow.source.id)
        if flow.target is None:
            add(DANGLING_FLOW, at, end_zh="终点", end_en="target", ref=flow.element.get("targetRef", ""))
        elif flow.target.kind == "startEvent":
            add(INTO_START, flow.target.id)
        elif flow.target.kind == "boundaryEvent":
            add(INTO_BOUNDARY, flow.target.id)
        if any(end is not None and end.is_event_sub for end in (flow.source, flow.target)):
            add(EVENT_SUB_FLOW, at)


@rule
def starts(subject: Subject) -> None:
    """A scope begins in one way: processes and sub-processes with one none start, event ones with a trigger."""
    for scope in subject.diagram.scopes:
        found = scope.starts()
        plain = [node for node in found if node.event == "none"]
        name = scope.element.get("name") or scope.id
        if scope.is_event_sub:
            if len(found) != 1 or plain:
                subject.report.add(EVENT_SUB_START, scope.id)
        elif not found:
            subject.report.add(NO_START, scope.id, scope=name)
        elif len(plain) > 1:
            subject.report.add(SEVERAL_STARTS, scope.id, scope=name, count=len(plain))


@rule
def attachments(subject: Subject) -> None:
    """A boundary event is attached to an activity of its scope, event sub-processes excepted."""
    for scope in subject.diagram.scopes:
        hosts = {node.id for node in scope.nodes if node.kind in ACTIVITIES and not node.is_event_sub}
        for node in scope.nodes:
            ref = node.element.get("attachedToRef", "")
            if node.kind == "boundaryEvent" and (not ref or ref not in hosts):
                subject.report.add(ATTACHED_TO, node.id, ref=ref)


@rule
def reachable(subject: Subject) -> None:
    """Everything can be reached from a start, and leads somewhere."""
    for scope in subject.diagram.scopes:
        reached = _reached(subject.diagram, scope)
        for node in scope.nodes:
            if node not in reached:
                subject.report.add(UNREACHABLE, node.id, name=node.name or node.id)
            elif not node.outgoing and node.id not in subject.diagram.hosts and not _may_end(node):
                subject.report.add(NO_OUTGOING, node.id, name=node.name or node.id)


def _may_end(node: Node) -> bool:
    """End events, event sub-processes and link throws have no flow out."""
    return node.kind == "endEvent" or node.is_event_sub or (node.event == "link" and "Throw" in node.kind)


def _reached(diagram: Diagram, scope: Scope) -> set[Node]:
    """What can be reached from the scope's starts, its event sub-processes, boundaries and links included."""
    hosts = diagram.hosts
    catches = _link_catches(scope)
    todo = [*scope.starts(), *(node for node in scope.nodes if node.is_event_sub)]
    reached: set[Node] = set()
    while todo:
        node = todo.pop()
        if node in reached:
            continue
        reached.add(node)
        todo.extend(flow.target for flow in node.outgoing if flow.target is not None)
        todo.extend(boundary for boundary in hosts.get(node.id, []) if boundary.scope is scope)
        if node.event == "link" and node.kind == "intermediateThrowEvent":
            todo.extend(catches.get(node.definitions[0].get("name"), ()))
    return reached


def _link_catches(scope: Scope) -> dict[str | None, list[Node]]:
    found: dict[str | None, list[Node]] = {}
    for node in scope.nodes:
        if node.kind == "intermediateCatchEvent" and node.event == "link":
            found.setdefault(node.definitions[0].get("name"), []).append(node)
    return found
