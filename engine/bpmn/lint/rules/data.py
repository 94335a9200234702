"""Names of variables, and zeebe children that were added and left empty."""

import re
from collections import Counter
from collections.abc import Iterator

from engine.bpmn.lint.diagram import Node, children, place, zeebe
from engine.bpmn.lint.kinds import error, warning
from engine.bpmn.lint.registry import Subject, rule
from engine.xml import local

VARIABLE_NAME = error(
    "VARIABLE_NAME",
    "{where} 的变量名“{name}”只能用英文字母、数字和下划线，且不能是关键字。",
    "The variable “{name}” of {where} may only have ASCII letters, digits and underscores, and be no keyword.",
)
MAPPED_TWICE = warning(
    "MAPPED_TWICE",
    "{direction} 映射两次写入“{name}”。",
    "Two {direction} mappings write to “{name}”.",
)
EMPTY_CHILD = error(
    "EMPTY_EXTENSION",
    "zeebe:{name} 没有填写完整：缺少 {missing}；请填写或删除。",
    "zeebe:{name} is not filled in: {missing} is missing; fill it in or remove it.",
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_KEYWORDS = frozenset(
    {
        "and",
        "between",
        "else",
        "every",
        "external",
        "false",
        "for",
        "function",
        "if",
        "in",
        "instance",
        "not",
        "null",
        "or",
        "return",
        "satisfies",
        "some",
        "then",
        "true",
    }
)
_NEEDS: dict[str, tuple[str, ...]] = {
    "input": ("target", "source"),
    "output": ("target", "source"),
    "header": ("key",),
    "property": ("name",),
    "taskDefinition": ("type",),
    "calledDecision": ("decisionId", "resultVariable"),
    "calledElement": ("processId",),
    "script": ("expression", "resultVariable"),
    "subscription": ("correlationKey",),
    "versionTag": ("value",),
    "priorityDefinition": ("priority",),
}
_NEEDS_ONE: dict[str, tuple[str, ...]] = {
    "assignmentDefinition": ("assignee", "candidateGroups", "candidateUsers"),
    "formDefinition": ("formId", "externalReference", "formKey"),
    "taskSchedule": ("dueDate", "followUpDate"),
}


@rule
def variable_names(subject: Subject) -> None:
    """Variables have ASCII names, so that the files run on any Camunda 8."""
    for node in subject.diagram.nodes:
        for where, name in written(node):
            if not _NAME.fullmatch(name) or _KEYWORDS.intersection(name.split(".")):
                subject.report.add(VARIABLE_NAME, node.id, where=where, name=name)


def written(node: Node) -> Iterator[tuple[str, str]]:
    """The (place, name) of each variable that an element writes."""
    for mapping in (mapping for io in node.zeebe("ioMapping") for mapping in io):
        yield local(mapping), mapping.get("target", "").strip()
    for name in ("calledDecision", "script"):
        yield from ((name, element.get("resultVariable", "").strip()) for element in node.zeebe(name))
    for loop in children(node.element, "multiInstanceLoopCharacteristics"):
        for element in zeebe(loop, "loopCharacteristics"):
            for key in ("inputElement", "outputCollection"):
                if element.get(key):
                    yield key, element.get(key, "").strip()


@rule
def mapped_twice(subject: Subject) -> None:
    """Two mappings of one direction to the same variable: the first is lost."""
    for node in subject.diagram.nodes:
        targets = Counter((local(m), m.get("target", "")) for io in node.zeebe("ioMapping") for m in io)
        for (direction, name), count in targets.items():
            if name and count > 1:
                subject.report.add(MAPPED_TWICE, node.id, direction=direction, name=name)


@rule
def empty_children(subject: Subject) -> None:
    """The properties panel adds an empty child at once; it must be filled in or removed."""
    for element in subject.diagram.root.iter("{http://camunda.org/schema/zeebe/1.0}*"):
        name = local(element)
        missing = [key for key in _NEEDS.get(name, ()) if not element.get(key, "").strip()]
        choice = _NEEDS_ONE.get(name, ())
        if choice and not any(element.get(key, "").strip() for key in choice):
            missing = [" / ".join(choice)]
        if missing:
            subject.report.add(EMPTY_CHILD, place(element), name=name, missing=", ".join(missing))
