"""Gateways, conditions and the ways that tokens split and meet (BPMN 2.0, 13.4)."""

from itertools import product

from engine.bpmn.lint.diagram import Diagram, Flow, Node
from engine.bpmn.lint.kinds import error, warning
from engine.bpmn.lint.registry import Subject, rule

NO_CONDITION = error(
    "FLOW_CONDITION_MISSING",
    "从“{gateway}”流出的顺序流须有条件，或设为默认流。",
    "A flow out of “{gateway}” needs a condition, or must be the default flow.",
)
CONDITION_IGNORED = error(
    "FLOW_CONDITION_MISPLACED",
    "只有排他网关和包容网关流出的顺序流可以带条件，“{source}”不行。",
    "Only flows out of exclusive and inclusive gateways have conditions, not those of “{source}”.",
)
DEFAULT_CONDITION = warning(
    "DEFAULT_FLOW_CONDITION", "默认流的条件不起作用。", "The condition of a default flow has no effect."
)
DEFAULT_MISSING = error(
    "DEFAULT_FLOW_UNKNOWN",
    "默认流“{ref}”不是从这里流出的。",
    "The default flow “{ref}” does not leave this element.",
)
NO_DEFAULT = warning(
    "NO_DEFAULT_FLOW",
    "“{gateway}”没有默认流；若条件都不成立，流程将停在此处。",
    "“{gateway}” has no default flow; if no condition holds, the process stops here.",
)
EVENT_GATEWAY = error(
    "EVENT_GATEWAY_TARGET",
    "事件网关之后须为消息、定时或信号捕获事件，且各只有一个流入；“{target}”不是。",
    "An event-based gateway leads to message, timer or signal catch events with one incoming flow each; "
    "“{target}” is none.",
)
EVENT_GATEWAY_SIZE = error(
    "EVENT_GATEWAY_SIZE",
    "事件网关至少要有两个流出。",
    "An event-based gateway needs at least two outgoing flows.",
)
IMPOSSIBLE_JOIN = warning(
    "JOIN_IMPOSSIBLE",
    "并行网关“{join}”会等待来自“{split}”的两条分支，而那里只走其中一条，可能永远等不齐。",
    "The parallel gateway “{join}” waits for two branches of “{split}”, of which only one is taken; "
    "it may wait for ever.",
)

MAX_WORK = 3_000_000
"""Splits times joins times nodes of a scope, beyond which impossible joins are not looked for."""

_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})


@rule
def conditions(subject: Subject) -> None:
    """Each branch of a choice has a condition, and no other flow has one."""
    for node in subject.diagram.nodes:
        if node.kind in _CHOOSING:
            _choice(subject, node)
        else:
            for flow in node.outgoing:
                if flow.condition:
                    subject.report.add(CONDITION_IGNORED, flow.id, source=_shown(node))


def _choice(subject: Subject, node: Node) -> None:
    add = subject.report.add
    for flow in node.outgoing:
        if flow.default and flow.condition:
            add(DEFAULT_CONDITION, flow.id)
        if len(node.outgoing) > 1 and not flow.default and not flow.condition:
            add(NO_CONDITION, flow.id or node.id, gateway=_shown(node))
    conditioned = [flow for flow in node.outgoing if flow.condition and not flow.default]
    if conditioned and not any(flow.default for flow in node.outgoing):
        add(NO_DEFAULT, node.id, gateway=_shown(node))


@rule
def defaults(subject: Subject) -> None:
    """The default flow leaves the element that names it."""
    for node in subject.diagram.nodes:
        ref = node.element.get("default")
        if ref and not any(flow.id == ref for flow in node.outgoing):
            subject.report.add(DEFAULT_MISSING, node.id, ref=ref)


@rule
def event_gateways(subject: Subject) -> None:
    """An event-based gateway leads to events only (BPMN 2.0, 10.6.6)."""
    for node in subject.diagram.nodes:
        if node.kind != "eventBasedGateway":
            continue
        if len(node.outgoing) < 2:
            subject.report.add(EVENT_GATEWAY_SIZE, node.id)
        for target in (flow.target for flow in node.outgoing if flow.target is not None):
            waits = target.kind == "intermediateCatchEvent" and target.event in ("message", "timer", "signal")
            if not waits or len(target.incoming) > 1:
                subject.report.add(EVENT_GATEWAY, node.id, target=_shown(target))


@rule
def joins(subject: Subject) -> None:
    """A parallel join whose incoming flows come from different branches of one choice can hardly complete."""
    for scope in subject.diagram.scopes:
        splits = [n for n in scope.nodes if n.kind in ("exclusiveGateway", "eventBasedGateway")]
        splits = [split for split in splits if len(split.outgoing) > 1]
        joining = [n for n in scope.nodes if n.kind == "parallelGateway" and len(n.incoming) > 1]
        if len(splits) * len(joining) * len(scope.nodes) > MAX_WORK:
            continue
        for join, split in product(joining, splits):
            if _starves(subject.diagram, split, join):
                subject.report.add(IMPOSSIBLE_JOIN, join.id, join=_shown(join), split=_shown(split))


def _starves(diagram: Diagram, split: Node, join: Node) -> bool:
    """Whether two incoming flows of the join get their tokens only from two different branches of the split."""
    without = _arrivals(diagram, split.scope.starts(), join, avoid=split)
    owners: list[set[int]] = []
    branches = [
        _arrivals(diagram, [flow.target], join, avoid=split, entry=flow) if flow.target is not None else set()
        for flow in split.outgoing
    ]
    for flow in join.incoming:
        if flow not in without:
            owners.append({n for n, arrived in enumerate(branches) if flow in arrived})
    single = {next(iter(branch)) for branch in owners if len(branch) == 1}
    return len(single) > 1


def _arrivals(
    diagram: Diagram, starts: list[Node], join: Node, *, avoid: Node, entry: Flow | None = None
) -> set[Flow]:
    """The incoming flows of the join that can be reached without passing `avoid` or the join itself."""
    hosts = diagram.hosts
    arrived = {entry} if entry is not None and entry.target is join else set()
    seen: set[Node] = {avoid, join}
    todo = [node for node in starts if node not in seen]
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        for flow in node.outgoing:
            if flow.target is join:
                arrived.add(flow)
            elif flow.target is not None:
                todo.append(flow.target)
        todo.extend(boundary for boundary in hosts.get(node.id, []) if boundary.scope is node.scope)
    return arrived


def _shown(node: Node) -> str:
    return node.name or node.id
