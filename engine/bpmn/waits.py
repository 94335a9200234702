"""What an instance waits for, what stopped in it, and what happened: plain values for the layers above."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class UserTaskWait:
    """A user or manual task that is open. Expressions were evaluated when the task was reached."""

    key: str
    element_id: str
    name: str = ""
    form_id: str | None = None
    form_binding: str = "deployment"
    external_reference: str | None = None
    assignee: str | None = None
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    due: datetime | None = None
    follow_up: datetime | None = None
    priority: int = 50
    lane: str | None = None
    documentation: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    manual: bool = False
    form_version_tag: str | None = None


@dataclass(frozen=True, slots=True)
class JobWait:
    """Work of a verb that is not pure: done after the commit. `kind` is the BPMN name of the element."""

    key: str
    element_id: str
    type: str
    retries: int = 3
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "serviceTask"


@dataclass(frozen=True, slots=True)
class TimerWait:
    """A timer. `repeats` counts the firings that are left, -1 without end; `interrupting` as in the diagram."""

    key: str
    element_id: str
    due: datetime
    repeats: int = 1
    interrupting: bool = True


@dataclass(frozen=True, slots=True)
class MessageWait:
    """A subscription to messages of one name and one correlation key."""

    key: str
    element_id: str
    name: str
    correlation_key: str
    interrupting: bool = True


@dataclass(frozen=True, slots=True)
class SignalWait:
    """A subscription to a signal."""

    key: str
    element_id: str
    name: str
    interrupting: bool = True


Wait = UserTaskWait | JobWait | TimerWait | MessageWait | SignalWait


@dataclass(frozen=True, slots=True)
class Incident:
    """Something an administrator must see to; the token stays on the element until `Case.retry(key)`."""

    key: str
    element_id: str
    type: str
    message: str


@dataclass(frozen=True, slots=True)
class Active:
    """An element instance that is alive. `within` is the key of the element instance around it, None at the top."""

    key: str
    element_id: str
    type: str
    process_id: str
    within: str | None = None


@dataclass(frozen=True, slots=True)
class ElementEvent:
    """One line of the history. `scope` is the key of the enclosing scope, `at` comes from the clock.

    `event`: activated, completed, terminated, variable (detail: name, value; the instance is the scope written
    to), incident (detail: type, message), resolved, migrated, rescheduled (detail: from, to). They are enough to
    tell the state at any of them (`engine.inspecting.past`). The end of an element tells when its timer was `due`, and
    of each timer that waited beside it and fell away with it (`fell`, by element) when that would have been due.
    """

    element_instance: str
    element_id: str
    element_type: str
    event: str
    at: datetime
    scope: str | None
    detail: Mapping[str, Any] = field(default_factory=dict)
