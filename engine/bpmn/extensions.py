"""The `zeebe:` extension elements of a flow node, read once at compile time into small immutable values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ZEEBE = "http://camunda.org/schema/zeebe/1.0"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who gets a user task, by when, with which form."""

    form_id: str | None = None
    form_binding: str = "deployment"
    form_version_tag: str | None = None
    external_reference: str | None = None
    assignee: str | None = None
    candidate_groups: str | None = None
    candidate_users: str | None = None
    due: str | None = None
    follow_up: str | None = None
    priority: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """The verb of a service task, throw event, send, script or business rule task."""

    type: str
    retries: str = "3"


@dataclass(frozen=True, slots=True)
class Called:
    """What a call activity or a business rule task calls, and in which version."""

    id: str
    binding: str = "latest"
    version_tag: str | None = None
    to_child: bool = True
    to_parent: bool = True
    result: str = ""


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance characteristics."""

    collection: str
    element: str | None
    results: str | None
    result: str | None
    condition: str | None
    sequential: bool


@dataclass(frozen=True, slots=True)
class Extensions:
    """All of it. Mappings are (target, source) pairs in the order of the file."""

    inputs: tuple[tuple[str, str], ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    assignment: Assignment = field(default_factory=Assignment)
    job: Job | None = None
    script: tuple[str, str] | None = None
    decision: Called | None = None
    call: Called | None = None


def read(node: Any) -> Extensions:
    """The extensions that stand directly under a flow node."""
    return Extensions(
        inputs=_mappings(node, "input"),
        outputs=_mappings(node, "output"),
        headers={h.get("key", ""): h.get("value", "") for h in _inside(node, "taskHeaders", "header")},
        properties={p.get("name", ""): p.get("value", "") for p in _inside(node, "properties", "property")},
        assignment=_assignment(node),
        job=_job(node),
        script=_script(node),
        decision=_decision(node),
        call=_call(node),
    )


def first(node: Any, name: str) -> Any | None:
    """The zeebe element of that name directly under the node's extension elements, or None."""
    return next(iter(node.iterfind(f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}{name}")), None)


def loop(node: Any) -> Loop | None:
    """Multi-instance characteristics of an activity, or None."""
    found = node.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    if found is None:
        return None
    given = first(found, "loopCharacteristics")
    condition = found.find(f"{{{BPMN}}}completionCondition")
    return Loop(
        collection=given.get("inputCollection", "") if given is not None else "",
        element=(given.get("inputElement") if given is not None else None) or None,
        results=(given.get("outputCollection") if given is not None else None) or None,
        result=(given.get("outputElement") if given is not None else None) or None,
        condition=(condition.text or "").strip() or None if condition is not None else None,
        sequential=found.get("isSequential") == "true",
    )


def _inside(node: Any, outer: str, inner: str) -> Iterator[Any]:
    found = first(node, outer)
    return iter(()) if found is None else found.iterfind(f"{{{ZEEBE}}}{inner}")


def _mappings(node: Any, direction: str) -> tuple[tuple[str, str], ...]:
    return tuple((m.get("target", ""), m.get("source", "")) for m in _inside(node, "ioMapping", direction))


def _attributes(node: Any, name: str) -> Mapping[str, str]:
    found = first(node, name)
    return {} if found is None else dict(found.attrib)


def _assignment(node: Any) -> Assignment:
    form, who = _attributes(node, "formDefinition"), _attributes(node, "assignmentDefinition")
    when, priority = _attributes(node, "taskSchedule"), _attributes(node, "priorityDefinition")
    return Assignment(
        form_id=form.get("formId") or form.get("formKey"),
        # not the newest: what a case asks and reads from the answers belongs together
        form_binding=form.get("bindingType", "deployment"),
        form_version_tag=form.get("versionTag"),
        external_reference=form.get("externalReference"),
        assignee=who.get("assignee"),
        candidate_groups=who.get("candidateGroups"),
        candidate_users=who.get("candidateUsers"),
        due=when.get("dueDate"),
        follow_up=when.get("followUpDate"),
        priority=priority.get("priority"),
    )


def _job(node: Any) -> Job | None:
    given = _attributes(node, "taskDefinition")
    return Job(given.get("type", ""), given.get("retries") or "3") if given else None


def _script(node: Any) -> tuple[str, str] | None:
    given = _attributes(node, "script")
    return (given.get("expression", ""), given.get("resultVariable", "")) if given else None


def _decision(node: Any) -> Called | None:
    given = _attributes(node, "calledDecision")
    if not given:
        return None
    return Called(
        id=given.get("decisionId", ""),
        binding=given.get("bindingType", "latest"),
        version_tag=given.get("versionTag"),
        result=given.get("resultVariable", ""),
    )


def _call(node: Any) -> Called | None:
    given = _attributes(node, "calledElement")
    id = given.get("processId") or node.get("calledElement")
    if not id:
        return None
    return Called(
        id=id,
        binding=given.get("bindingType", "latest"),
        version_tag=given.get("versionTag"),
        to_child=given.get("propagateAllParentVariables", "true") == "true",
        to_parent=given.get("propagateAllChildVariables", "true") == "true",
    )
