"""The drawing: what runs should also be seen."""

from engine.bpmn.lint.diagram import DI
from engine.bpmn.lint.kinds import warning
from engine.bpmn.lint.registry import Subject, rule

NO_DRAWING = warning(
    "NO_DRAWING",
    "文件没有图形信息，无法在编辑器中显示。",
    "The file has no drawing, so no editor can show it.",
)
NO_SHAPE = warning("NO_SHAPE", "“{name}”没有画出来。", "“{name}” is not drawn.")
NO_EDGE = warning("NO_EDGE", "顺序流“{id}”没有画出来。", "The flow “{id}” is not drawn.")


@rule
def drawn(subject: Subject) -> None:
    """Every node has a shape and every flow an edge."""
    root, add = subject.diagram.root, subject.report.add
    shapes = {shape.get("bpmnElement", "") for shape in root.iter(f"{{{DI}}}BPMNShape")}
    edges = {edge.get("bpmnElement", "") for edge in root.iter(f"{{{DI}}}BPMNEdge")}
    if not shapes and subject.diagram.nodes:
        add(NO_DRAWING, "")
        return
    for node in subject.diagram.nodes:
        if node.id and node.id not in shapes:
            add(NO_SHAPE, node.id, name=node.name or node.id)
    for flow in (flow for scope in subject.diagram.scopes for flow in scope.flows):
        if flow.id and flow.id not in edges:
            add(NO_EDGE, flow.id, id=flow.id)
