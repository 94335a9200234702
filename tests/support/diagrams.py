"""Small diagrams for the tests of the commands, as text; no layout."""

from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'id="definitions" targetNamespace="http://example.org/test">'
)


def diagram(process_id: str, body: str, *, roots: str = "") -> bytes:
    """A file with one executable process and root elements (messages, signals, errors) beside it."""
    process = f'<bpmn:process id="{process_id}" name="{process_id}" isExecutable="true">{body}</bpmn:process>'
    return f"{HEAD}{roots}{process}</bpmn:definitions>".encode()


def extensions(inner: str) -> str:
    """Zeebe extension elements."""
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""


def flow(source: str, target: str, condition: str = "") -> str:
    """A sequence flow, with a condition when one is given."""
    inner = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
        if condition
        else ""
    )
    return (
        f'<bpmn:sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}">'
        f"{inner}</bpmn:sequenceFlow>"
    )


def chain(*ids: str) -> str:
    """Sequence flows from each element to the next."""
    return "".join(flow(a, b) for a, b in pairwise(ids))


def start(id: str = "start", inner: str = "") -> str:
    """A start event."""
    return f'<bpmn:startEvent id="{id}">{inner}</bpmn:startEvent>'


def end(id: str = "end", inner: str = "") -> str:
    """An end event."""
    return f'<bpmn:endEvent id="{id}">{inner}</bpmn:endEvent>'


def task(
    id: str,
    *,
    group: str = "city_officer@370100",
    assignee: str = "",
    form: str = "",
    properties: dict[str, str] | None = None,
    mapping: str = "",
    due: str = "",
) -> str:
    """A user task for a group or a person."""
    who = f'<zeebe:assignmentDefinition assignee="{assignee}" />' if assignee else ""
    if group and not assignee:
        who = f'<zeebe:assignmentDefinition candidateGroups="{group}" />'
    inner = "<zeebe:userTask />" + who
    inner += f'<zeebe:formDefinition formId="{form}" />' if form else ""
    inner += f'<zeebe:taskSchedule dueDate="{due}" />' if due else ""
    inner += f"<zeebe:ioMapping>{mapping}</zeebe:ioMapping>" if mapping else ""
    if properties:
        listed = "".join(f'<zeebe:property name="{k}" value="{v}" />' for k, v in properties.items())
        inner += f"<zeebe:properties>{listed}</zeebe:properties>"
    return f'<bpmn:userTask id="{id}" name="任务 {id}">{extensions(inner)}</bpmn:userTask>'


def output(source: str, target: str) -> str:
    """An output mapping."""
    return f'<zeebe:output source="{source}" target="{target}" />'


def input_(source: str, target: str) -> str:
    """An input mapping."""
    return f'<zeebe:input source="{source}" target="{target}" />'


def service(id: str, type: str, *, mapping: str = "", retries: str = "") -> str:
    """A service task that calls a verb."""
    tries = f' retries="{retries}"' if retries else ""
    inner = f'<zeebe:taskDefinition type="{type}"{tries} />'
    inner += f"<zeebe:ioMapping>{mapping}</zeebe:ioMapping>" if mapping else ""
    return f'<bpmn:serviceTask id="{id}" name="{id}">{extensions(inner)}</bpmn:serviceTask>'


def timer(kind: str, value: str) -> str:
    """A timer event definition: Date, Duration or Cycle."""
    return (
        f"<bpmn:timerEventDefinition><bpmn:time{kind}>{value}</bpmn:time{kind}></bpmn:timerEventDefinition>"
    )


def boundary(id: str, host: str, inner: str, *, interrupting: bool = True) -> str:
    """A boundary event."""
    cancel = "true" if interrupting else "false"
    return (
        f'<bpmn:boundaryEvent id="{id}" name="{id}" attachedToRef="{host}" cancelActivity="{cancel}">'
        f"{inner}</bpmn:boundaryEvent>"
    )


def message_root(name: str, key: str = "") -> str:
    """A message with its subscription."""
    inner = extensions(f'<zeebe:subscription correlationKey="{key}" />') if key else ""
    return f'<bpmn:message id="m_{name}" name="{name}">{inner}</bpmn:message>'


def message(name: str) -> str:
    """A message event definition."""
    return f'<bpmn:messageEventDefinition id="d_{name}" messageRef="m_{name}" />'


def signal_root(name: str) -> str:
    """A signal."""
    return f'<bpmn:signal id="s_{name}" name="{name}" />'


def signal(name: str) -> str:
    """A signal event definition."""
    return f'<bpmn:signalEventDefinition id="d_{name}" signalRef="s_{name}" />'


def catch(id: str, inner: str) -> str:
    """An intermediate catch event."""
    return f'<bpmn:intermediateCatchEvent id="{id}" name="{id}">{inner}</bpmn:intermediateCatchEvent>'


def throw_message(id: str, name: str, key: str, *, payload: str = "", ttl: str = "PT1H") -> str:
    """An intermediate event that publishes a message."""
    inner = extensions(
        '<zeebe:taskDefinition type="message.publish" />'
        f'<zeebe:taskHeaders><zeebe:header key="timeToLive" value="{ttl}" /></zeebe:taskHeaders>'
        f"<zeebe:ioMapping>{input_(key, 'correlationKey')}{payload}</zeebe:ioMapping>"
    )
    return f'<bpmn:intermediateThrowEvent id="{id}">{inner}{message(name)}</bpmn:intermediateThrowEvent>'


def one_step(type: str, after: str = "") -> bytes:
    """Process `p` of one service step, `work`, that a worker does at once or after a duration."""
    wait = catch("sleep", timer("Duration", after)) if after else ""
    ids = ["start", *(["sleep"] if after else []), "work", "end"]
    return diagram("p", start() + wait + service("work", type) + end() + chain(*ids))


def straight(process_id: str, count: int, group: str = "city_officer@370100") -> bytes:
    """A process of `count` user tasks in a row."""
    ids = [f"t{number}" for number in range(1, count + 1)]
    body = start() + "".join(task(id, group=group) for id in ids) + end() + chain("start", *ids, "end")
    return diagram(process_id, body)
