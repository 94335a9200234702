"""Camunda 8 diagrams, executed by SpiffWorkflow. The only package that imports it.

`compile` makes a `Model` of a file, `Case` runs an instance of one of its processes, `Environment` is what an
instance needs from outside. SpiffWorkflow moves the tokens; variables, events, joins and state are ours.
`lint` says beforehand what is wrong with a file. `docs/bpmn.md` says what is supported and how it behaves.
"""

from engine.bpmn.case import Case
from engine.bpmn.environment import Environment
from engine.bpmn.errors import CannotMigrate, CannotModify, NotWaiting, UnknownElement, UnreadableState
from engine.bpmn.lint import Known, lint, lint_set
from engine.bpmn.machine import Budget
from engine.bpmn.migration import Target, Wishes
from engine.bpmn.model import ElementInfo, Model, ProcessInfo, compile
from engine.bpmn.state import processes
from engine.bpmn.waits import (
    Active,
    ElementEvent,
    Incident,
    JobWait,
    MessageWait,
    SignalWait,
    TimerWait,
    UserTaskWait,
    Wait,
)

__all__ = [
    "Active",
    "Budget",
    "CannotMigrate",
    "CannotModify",
    "Case",
    "ElementEvent",
    "ElementInfo",
    "Environment",
    "Incident",
    "JobWait",
    "Known",
    "MessageWait",
    "Model",
    "NotWaiting",
    "ProcessInfo",
    "SignalWait",
    "Target",
    "TimerWait",
    "UnknownElement",
    "UnreadableState",
    "UserTaskWait",
    "Wait",
    "Wishes",
    "compile",
    "lint",
    "lint_set",
    "processes",
]
