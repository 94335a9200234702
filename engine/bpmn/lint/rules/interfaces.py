"""What passes between a task and its form or verb: mappings name what the other side really has."""

from collections.abc import Iterator, Mapping

from engine.bpmn.lint.diagram import Element, Node
from engine.bpmn.lint.kinds import warning
from engine.bpmn.lint.registry import Subject, rule
from engine.bpmn.lint.rules.data import written
from engine.bpmn.lint.rules.events import PUBLISH
from engine.bpmn.lint.rules.references import named
from engine.errors import Refusal
from engine.feel import parse
from engine.verbs import Verb
from engine.xml import local

FORM_FIELD = warning(
    "FORM_FIELD_UNKNOWN",
    "输出映射“{target}”读取的“{name}”既不是表单“{form}”的字段，也不是流程写过的变量。",
    "The output “{target}” reads “{name}”, which is no field of the form “{form}” and no variable written here.",
)
VERB_INPUT = warning(
    "VERB_INPUT_UNKNOWN",
    "动作“{verb}”没有输入“{name}”。",
    "The verb “{verb}” has no input “{name}”.",
)
VERB_OUTPUT = warning(
    "VERB_OUTPUT_UNKNOWN",
    "输出映射“{target}”读取的“{name}”既不是动作“{verb}”的输出，也不是流程写过的变量。",
    "The output “{target}” reads “{name}”, which is no output of the verb “{verb}” and no variable written here.",
)

_OF_COMPLETION = frozenset({"submission_id", "completed_by", "completed_at"})
"""What every completed user task adds to the data of its form."""


@rule
def form_fields(subject: Subject) -> None:
    """The outputs of a user task read fields of its form, when the fields are known."""
    fields_of = subject.known.forms
    if not isinstance(fields_of, Mapping):
        return
    variables = _Variables(subject)
    for node in subject.diagram.nodes:
        for form in named(node, "formDefinition", "formId") if node.kind == "userTask" else ():
            fields = fields_of.get(form)
            for target, name in _reads(node) if fields is not None else ():
                if name not in _OF_COMPLETION.union(fields or ()) and not variables.has(name, besides=node):
                    subject.report.add(FORM_FIELD, node.id, target=target, name=name, form=form)


@rule
def verb_parameters(subject: Subject) -> None:
    """Input mappings of a verb name its inputs, output mappings read its outputs, when the verbs are known."""
    verbs = subject.known.verbs
    if not isinstance(verbs, Mapping):
        return
    variables = _Variables(subject)
    for node in subject.diagram.nodes:
        for verb in filter(None, (verbs.get(type) for type in named(node, "taskDefinition", "type"))):
            if verb.type != PUBLISH:
                _inputs(subject, node, verb)
            outputs = {parameter.name for parameter in verb.outputs}
            for target, name in _reads(node):
                if name not in outputs and not variables.has(name, besides=node):
                    subject.report.add(VERB_OUTPUT, node.id, target=target, name=name, verb=verb.type)


def _inputs(subject: Subject, node: Node, verb: Verb) -> None:
    inputs = {parameter.name for parameter in verb.inputs}
    for mapping in _mappings(node, "input"):
        name = mapping.get("target", "").partition(".")[0]
        if name and name not in inputs and not _read_again(node, name):
            subject.report.add(VERB_INPUT, node.id, name=name, verb=verb.type)


def _read_again(node: Node, name: str) -> bool:
    """Whether an output of the same task reads what its input has written."""
    return any(read == name for _, read in _reads(node))


class _Variables:
    """Who writes which variable."""

    def __init__(self, subject: Subject) -> None:
        self._writers: dict[str, set[str]] = {}
        for node in subject.diagram.nodes:
            for where, name in written(node):
                # An output does not make its own source exist; an input of the task does.
                writer = "" if where == "input" else node.id
                self._writers.setdefault(name.partition(".")[0], set()).add(writer)

    def has(self, name: str, besides: Node) -> bool:
        """Whether another element writes it, or an input of any."""
        return bool(self._writers.get(name, set()) - {besides.id})


def _reads(node: Node) -> Iterator[tuple[str, str]]:
    """The targets of output mappings with each variable that their expression takes."""
    for mapping in _mappings(node, "output"):
        source = mapping.get("source", "")
        try:
            names = parse(source[1:]).free_variables if source.startswith("=") else frozenset()
        except Refusal:
            continue  # told by the rule on expressions
        for name in sorted(names):
            if name.isidentifier():
                yield mapping.get("target", ""), name


def _mappings(node: Node, direction: str) -> Iterator[Element]:
    return (m for io in node.zeebe("ioMapping") for m in io if local(m) == direction)
