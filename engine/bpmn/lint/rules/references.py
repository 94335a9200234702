"""What a diagram names outside itself exists: forms, decisions, processes, verbs. Checked when they are known."""

from collections.abc import Collection, Iterator

from engine.bpmn.lint.diagram import Node
from engine.bpmn.lint.kinds import error
from engine.bpmn.lint.registry import Subject, rule
from engine.bpmn.lint.rules.events import PUBLISH

UNKNOWN_FORM = error("UNKNOWN_FORM", "没有编号为“{name}”的表单。", "There is no form “{name}”.")
UNKNOWN_DECISION = error("UNKNOWN_DECISION", "没有编号为“{name}”的决策。", "There is no decision “{name}”.")
UNKNOWN_PROCESS = error("UNKNOWN_PROCESS", "没有编号为“{name}”的流程。", "There is no process “{name}”.")
UNKNOWN_VERB = error("UNKNOWN_VERB", "没有名为“{name}”的动作。", "There is no verb “{name}”.")


@rule
def known_names(subject: Subject) -> None:
    """Literal names are looked up; names given by expressions are known only when they are evaluated."""
    known = subject.known
    own = {process.get("id", "") for process in subject.diagram.processes}
    for node in subject.diagram.nodes:
        for kind, names, there in (
            (UNKNOWN_FORM, named(node, "formDefinition", "formId"), known.forms),
            (UNKNOWN_DECISION, named(node, "calledDecision", "decisionId"), known.decisions),
            (UNKNOWN_PROCESS, _called(node), _also(known.processes, own)),
            (UNKNOWN_VERB, named(node, "taskDefinition", "type"), _also(known.verbs, {PUBLISH})),
        ):
            for name in names if there is not None else ():
                if there is not None and name not in there:
                    subject.report.add(kind, node.id, name=name)


def named(node: Node, element: str, key: str) -> Iterator[str]:
    """The literal ids that zeebe elements of a node give; those given by expressions are left out."""
    values = (found.get(key, "").strip() for found in node.zeebe(element))
    return (value for value in values if value and not value.startswith("="))


def _called(node: Node) -> list[str]:
    plain = node.element.get("calledElement", "")
    return [*named(node, "calledElement", "processId"), *([plain] if plain else [])]


def _also(there: Collection[str] | None, more: set[str]) -> set[str] | None:
    return None if there is None else {*there, *more}
