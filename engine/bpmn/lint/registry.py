"""The registry of rules: a function is handed the file, what is known outside it, and the report it writes to."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.bpmn.lint.diagram import Diagram
from engine.bpmn.lint.kinds import Report
from engine.bpmn.lint.known import Known


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule looks at."""

    diagram: Diagram
    known: Known
    report: Report


Rule = Callable[[Subject], None]
RULES: list[Rule] = []


def rule(function: Rule) -> Rule:
    """Register a rule."""
    RULES.append(function)
    return function
