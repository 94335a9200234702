"""The diagrams and forms that the benches run: as plain as real ones, without a picture."""

from decimal import Decimal
from itertools import pairwise

from engine.store import json

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud"
 modeler:executionPlatformVersion="8.8.0" id="bench" targetNamespace="bench">"""
GROUP = "dept_officer@370000"


def straight(tasks: int) -> bytes:
    """A process `bench_straight` of so many user tasks in a row, each with a form, a group and a due date."""
    names = [f"t{number:02d}" for number in range(tasks)]
    body = '<bpmn:startEvent id="start"/>' + "".join(map(_task, names)) + '<bpmn:endEvent id="end"/>'
    return _process("bench_straight", body + _flows(["start", *names, "end"]))


def loop() -> bytes:
    """A process `bench_loop` of one user task that comes again until its form says `done`."""
    body = '<bpmn:startEvent id="start"/>' + _task("t00")
    body += '<bpmn:exclusiveGateway id="more" default="again"/><bpmn:endEvent id="end"/>'
    body += _flows(["start", "t00", "more"])
    body += '<bpmn:sequenceFlow id="again" sourceRef="more" targetRef="t00"/>'
    body += '<bpmn:sequenceFlow id="out" sourceRef="more" targetRef="end">'
    body += (
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=done = true</bpmn:conditionExpression>'
    )
    return _process("bench_loop", body + "</bpmn:sequenceFlow>")


def rounds(count: int) -> bytes:
    """A process `bench_rounds`, drawn, of so many user tasks one after the other, again until `done`."""
    names = [f"t{number:02d}" for number in range(count)]
    body = '<bpmn:startEvent id="start"/>' + "".join(map(_task, names))
    body += '<bpmn:exclusiveGateway id="again" default="f_back"/><bpmn:endEvent id="end"/>'
    body += (
        _flows(["start", *names, "again"])
        + f'<bpmn:sequenceFlow id="f_back" sourceRef="again" targetRef="{names[0]}"/>'
    )
    body += '<bpmn:sequenceFlow id="f_end" sourceRef="again" targetRef="end">'
    body += (
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=done = true</bpmn:conditionExpression>'
    )
    whole = _process("bench_rounds", body + "</bpmn:sequenceFlow>").decode()
    return whole.replace("</bpmn:definitions>", _drawn(names) + "</bpmn:definitions>").encode()


def _drawn(names: list[str]) -> str:
    """The picture of these tasks, ten to a row, each with the flow to the next."""
    at = {name: (60 + n % 10 * 160, 60 + n // 10 * 130) for n, name in enumerate(names)}
    shapes = "".join(
        f'<bpmndi:BPMNShape id="s_{name}" bpmnElement="{name}"><dc:Bounds x="{x}" y="{y}" width="100" height="80"/>'
        "</bpmndi:BPMNShape>"
        for name, (x, y) in at.items()
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="e_{a}" bpmnElement="f_{a}_{b}"><di:waypoint x="{at[a][0] + 100}" y="{at[a][1] + 40}"/>'
        f'<di:waypoint x="{at[b][0]}" y="{at[b][1] + 40}"/></bpmndi:BPMNEdge>'
        for a, b in pairwise(names)
    )
    return (
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
        ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
        f' id="drawing"><bpmndi:BPMNPlane id="plane" bpmnElement="bench_rounds">{shapes}{edges}'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )


def approval() -> bytes:
    """A process `bench_approval` of one user task that takes one opinion for many."""
    task = _task("t00").replace(
        "</bpmn:extensionElements>",
        '<zeebe:properties><zeebe:property name="luzhi:bulk" value="true"/></zeebe:properties>'
        "</bpmn:extensionElements>",
    )
    body = '<bpmn:startEvent id="start"/>' + task + '<bpmn:endEvent id="end"/>'
    return _process("bench_approval", body + _flows(["start", "t00", "end"]))


def sleeper() -> bytes:
    """A process `bench_timer` that waits for the instant `due` and then ends."""
    body = '<bpmn:startEvent id="start"/><bpmn:intermediateCatchEvent id="wait"><bpmn:timerEventDefinition id="d">'
    body += '<bpmn:timeDate xsi:type="bpmn:tFormalExpression">=due</bpmn:timeDate>'
    body += '</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent><bpmn:endEvent id="end"/>'
    return _process("bench_timer", body + _flows(["start", "wait", "end"]))


def form() -> bytes:
    """The form `bench`: five fields of the usual kinds."""
    fields = [
        {
            "type": "textfield",
            "key": "opinion",
            "label": "意见",
            "validate": {"required": True, "maxLength": 200},
        },
        {
            "type": "number",
            "key": "score",
            "label": "得分",
            "decimalDigits": 2,
            "validate": {"min": 0, "max": 100},
        },
        {"type": "datetime", "subtype": "date", "key": "on", "dateLabel": "日期"},
        {
            "type": "radio",
            "key": "result",
            "label": "结论",
            "values": [{"label": "同意", "value": "agree"}, {"label": "不同意", "value": "refuse"}],
            "validate": {"required": True},
        },
        {"type": "checkbox", "key": "done", "label": "完成"},
    ]
    components = [{"id": f"Field_{i}", **f} for i, f in enumerate(fields)]
    return json.dumps(
        {"id": "bench", "type": "default", "schemaVersion": 19, "components": components}
    ).encode()


ANSWER = {
    "opinion": "材料齐全，同意。",
    "score": Decimal("88.5"),
    "on": "2024-06-03",
    "result": "agree",
    "done": False,
}


def _task(name: str) -> str:
    return (
        f'<bpmn:userTask id="{name}" name="{name}"><bpmn:documentation>bench</bpmn:documentation>'
        '<bpmn:extensionElements><zeebe:userTask/><zeebe:formDefinition formId="bench"/>'
        f'<zeebe:assignmentDefinition candidateGroups="{GROUP}"/>'
        '<zeebe:taskSchedule dueDate="=now() + duration(&quot;P5D&quot;)"/>'
        '<zeebe:ioMapping><zeebe:output source="=score" target="score"/>'
        '<zeebe:output source="=done" target="done"/></zeebe:ioMapping>'
        "</bpmn:extensionElements></bpmn:userTask>"
    )


def _flows(names: list[str]) -> str:
    return "".join(
        f'<bpmn:sequenceFlow id="f_{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(names)
    )


def _process(name: str, body: str) -> bytes:
    return f'{_HEAD}<bpmn:process id="{name}" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'.encode()
