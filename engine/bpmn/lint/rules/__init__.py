"""The rules, one module a family; importing this package registers them in this order."""

from engine.bpmn.lint.rules import (
    data,
    deadlines,
    drawing,
    events,
    expressions,
    gateways,
    interfaces,
    references,
    structure,
    support,
    tasks,
)

__all__ = [
    "data",
    "deadlines",
    "drawing",
    "events",
    "expressions",
    "gateways",
    "interfaces",
    "references",
    "structure",
    "support",
    "tasks",
]
