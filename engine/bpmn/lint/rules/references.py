"""What a diagram names outside itself exists: forms, decisions, processes, verbs. Checked when they are known."""

from collections.abc import Collection, Iterator, Mapping

from engine.bpmn.lint.diagram import Node
from engine.bpmn.lint.kinds import error, warning
from engine.bpmn.lint.registry import Subject, rule
from engine.bpmn.lint.rules.data import written
from engine.bpmn.lint.rules.events import PUBLISH
from engine.errors import Refusal
from engine.feel import parse
from engine.xml import local

UNKNOWN_FORM = error("UNKNOWN_FORM", "没有编号为“{name}”的表单。", "There is no form “{name}”.")
UNKNOWN_DECISION = error("UNKNOWN_DECISION", "没有编号为“{name}”的决策。", "There is no decision “{name}”.")
UNKNOWN_PROCESS = error("UNKNOWN_PROCESS", "没有编号为“{name}”的流程。", "There is no process “{name}”.")
UNKNOWN_VERB = error("UNKNOWN_VERB", "没有名为“{name}”的动作。", "There is no verb “{name}”.")
FORM_FIELD = warning(
    "FORM_FIELD_UNKNOWN",
    "输出映射“{target}”读取的“{name}”既不是表单“{form}”的字段，也不是流程写过的变量。",
    "The output “{target}” reads “{name}”, which is no field of the form “{form}” and no variable written here.",
)

_OF_COMPLETION = frozenset({"submission_id", "completed_by", "completed_at"})
"""What every completed user task adds to the data of its form."""


@rule
def known_names(subject: Subject) -> None:
    """Literal names are looked up; names given by expressions are known only when they are evaluated."""
    known = subject.known
    own = {process.get("id", "") for process in subject.diagram.processes}
    for node in subject.diagram.nodes:
        for kind, names, there in (
            (UNKNOWN_FORM, _named(node, "formDefinition", "formId"), known.forms),
            (UNKNOWN_DECISION, _named(node, "calledDecision", "decisionId"), known.decisions),
            (UNKNOWN_PROCESS, _called(node), _also(known.processes, own)),
            (UNKNOWN_VERB, _named(node, "taskDefinition", "type"), _also(known.verbs, {PUBLISH})),
        ):
            for name in names if there is not None else ():
                if there is not None and name not in there:
                    subject.report.add(kind, node.id, name=name)


def _named(node: Node, element: str, key: str) -> Iterator[str]:
    values = (found.get(key, "").strip() for found in node.zeebe(element))
    return (value for value in values if value and not value.startswith("="))


def _called(node: Node) -> list[str]:
    plain = node.element.get("calledElement", "")
    return [*_named(node, "calledElement", "processId"), *([plain] if plain else [])]


def _also(there: Collection[str] | None, more: set[str]) -> set[str] | None:
    return None if there is None else {*there, *more}


@rule
def form_fields(subject: Subject) -> None:
    """The outputs of a user task read fields of its form, when the fields are known."""
    fields_of = subject.known.forms
    if not isinstance(fields_of, Mapping):
        return
    writers: dict[str, set[str]] = {}
    for node in subject.diagram.nodes:
        for where, name in written(node):
            # An output does not make its own source exist; an input of the task does.
            writers.setdefault(name.partition(".")[0], set()).add("" if where == "input" else node.id)
    for node in subject.diagram.nodes:
        for form in _named(node, "formDefinition", "formId") if node.kind == "userTask" else ():
            fields = fields_of.get(form)
            for target, name in _reads(node) if fields is not None else ():
                if name not in _OF_COMPLETION | set(fields or ()) and writers.get(name, set()) <= {node.id}:
                    subject.report.add(FORM_FIELD, node.id, target=target, name=name, form=form)


def _reads(node: Node) -> Iterator[tuple[str, str]]:
    """The targets of output mappings with each variable that their expression takes."""
    for mapping in (m for io in node.zeebe("ioMapping") for m in io if local(m) == "output"):
        source = mapping.get("source", "")
        try:
            names = parse(source[1:]).free_variables if source.startswith("=") else frozenset()
        except Refusal:
            continue  # told by the rule on expressions
        for name in sorted(names):
            if name.isidentifier():
                yield mapping.get("target", ""), name
