"""Lint of one diagram."""

from engine import xml
from engine.bpmn.lint import rules
from engine.bpmn.lint.diagram import BPMN, Diagram
from engine.bpmn.lint.kinds import Report, error
from engine.bpmn.lint.known import Known
from engine.bpmn.lint.registry import RULES, Subject
from engine.problems import Problem
from engine.xml import XmlRefused

NOT_BPMN = error("NOT_BPMN", "不是 BPMN 2.0 文件。", "This is not a BPMN 2.0 file.")
FAMILIES = rules.__all__
"""The modules of rules; importing them has registered the rules."""


def lint(file: str, data: bytes, known: Known | None = None) -> list[Problem]:
    """The findings of one BPMN file, errors first; `known` says what it may refer to, None checks nothing."""
    diagram, problems = read(file, data)
    if diagram is None:
        return problems
    report = Report(file, problems)
    for rule in RULES:
        rule(Subject(diagram, known or Known(), report))
    return sorted(report.problems, key=lambda problem: problem.severity)


def read(file: str, data: bytes) -> tuple[Diagram | None, list[Problem]]:
    """The file as a diagram, or None with the reason."""
    try:
        root = xml.parse(file, data)
    except XmlRefused as refused:
        return None, [refused.problem]
    report = Report(file)
    if xml.local(root) != "definitions" or xml.namespace(root) != BPMN:
        report.add(NOT_BPMN, "")
        return None, report.problems
    return Diagram(root), []
