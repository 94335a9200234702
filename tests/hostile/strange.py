"""Files of other modelers and worse: what the reference diagrams of BPMN contain, made here; and what breaks readers.

`diagrams` are files that a modeler may have written: they are opened, and answered by a list. `broken` are not.
"""

import codecs
import json
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from tests.hostile import reference_features as features

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPACES = (
    f'xmlns:bpmn="{BPMN}" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:t"'
)


def file(body: str, more: str = "", declaration: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    """A definitions element around a body."""
    return f"{declaration}\n<bpmn:definitions {SPACES} {more}>{body}</bpmn:definitions>"


def process(body: str, id: str = "p", **attributes: str) -> str:
    """An executable process, unless the attributes say otherwise."""
    attributes = {"isExecutable": "true"} | attributes
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<bpmn:process id="{id}"{more}>{body}</bpmn:process>'


def chain(*elements: str) -> str:
    """Elements, given as `kind id [inner]`, between a start and an end."""
    parts = [part.split(" ", 2) for part in ("startEvent s", *elements, "endEvent e")]
    nodes = "".join(
        f'<bpmn:{kind} id="{rest[0]}" name="{rest[0]}">{rest[1] if len(rest) > 1 else ""}</bpmn:{kind}>'
        for kind, *rest in parts
    )
    ids = [rest[0] for _, *rest in parts]
    flows = "".join(
        f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(ids)
    )
    return nodes + flows


def drawn(body: str, *shapes: str) -> str:
    """A file with pictures of elements at broken coordinates, a label style, and a second empty diagram."""
    di = "".join(
        f'<bpmndi:BPMNShape id="{id}_di" bpmnElement="{id}" isHorizontal="false">'
        f'<dc:Bounds x="{n * 150}.285714285714" y="-72.5" width="100.00000000000003" height="80"/>'
        f"<bpmndi:BPMNLabel/></bpmndi:BPMNShape>"
        for n, id in enumerate(shapes)
    )
    plane = '<bpmndi:BPMNPlane id="plane{0}" bpmnElement="p">{1}</bpmndi:BPMNPlane>'
    return file(
        f'{body}<bpmndi:BPMNDiagram id="one">{plane.format(1, di)}'
        '<bpmndi:BPMNLabelStyle id="style"><dc:Font name="Arial" size="11"/></bpmndi:BPMNLabelStyle>'
        f'</bpmndi:BPMNDiagram><bpmndi:BPMNDiagram id="two">{plane.format(2, "")}</bpmndi:BPMNDiagram>'
    )


LINE = process(chain("task t"))
EVENTS = (
    "message",
    "timer",
    "signal",
    "error",
    "escalation",
    "conditional",
    "link",
    "compensate",
    "cancel",
    "terminate",
)
TASKS = (
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "scriptTask",
    "businessRuleTask",
    "sendTask",
    "receiveTask",
)
LONG = "长" * 40
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway")


def diagrams() -> Iterator[tuple[str, bytes]]:
    """Well-formed diagrams by name, with what our engine runs and what it does not."""
    for name, text in _texts():
        yield f"{name}.bpmn", text.encode()
    latin = drawn(process(chain("task t <bpmn:documentation>Über Größe</bpmn:documentation>")), "s", "t", "e")
    yield "latin1.bpmn", latin.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    yield "utf16.bpmn", file(LINE).replace("UTF-8", "UTF-16").encode("utf-16")
    yield "utf16be.bpmn", codecs.BOM_UTF16_BE + file(LINE).replace("UTF-8", "UTF-16").encode("utf-16-be")
    yield "mark.bpmn", codecs.BOM_UTF8 + file(LINE).encode()
    yield (
        "big.bpmn",
        file(process("".join(f'<bpmn:task id="t{n}" name="{LONG}"/>' for n in range(30_000)))).encode(),
    )


def _texts() -> Iterator[tuple[str, str]]:
    yield (
        "all_tasks",
        drawn(process(chain(*(f"{kind} t{n}" for n, kind in enumerate(TASKS)))), "t0", "t1", "gone"),
    )
    yield "all_gateways", file(process(chain(*(f"{kind} g{n}" for n, kind in enumerate(GATEWAYS)))))
    for side in (
        "startEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "endEvent",
        "boundaryEvent",
    ):
        body = "".join(
            f'<bpmn:{side} id="{side}{n}" attachedToRef="t"><bpmn:{kind}EventDefinition id="d{n}"/></bpmn:{side}>'
            for n, kind in enumerate(EVENTS)
        )
        yield f"events_{side}", file(process(f'<bpmn:task id="t"/>{body}'))
    for kind in ("subProcess", "adHocSubProcess", "transaction"):
        yield f"nested_{kind}", file(process(_nested(kind, 40)))
    yield (
        "two_pools",
        file(
            '<bpmn:collaboration id="c"><bpmn:participant id="a" name="A" processRef="p"/>'
            '<bpmn:participant id="b" name="B" processRef="q"/><bpmn:participant id="closed" name="C"/>'
            '<bpmn:messageFlow id="m" sourceRef="a" targetRef="b"/></bpmn:collaboration>'
            + LINE
            + process(chain("task t2"), "q")
        ),
    )
    yield (
        "lanes",
        file(
            process(
                '<bpmn:laneSet><bpmn:lane id="l"><bpmn:flowNodeRef>nowhere</bpmn:flowNodeRef>'
                "<bpmn:childLaneSet><bpmn:lane/></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>"
                + chain("task t")
            )
        ),
    )
    yield (
        "data",
        file(
            '<bpmn:dataStore id="store"/><bpmn:itemDefinition id="item" structureRef="xsi:string"/>'
            + process(
                '<bpmn:dataObject id="o"/><bpmn:dataObjectReference id="r" dataObjectRef="gone"/>'
                '<bpmn:dataStoreReference id="sr" dataStoreRef="store"/>'
                + chain(
                    "userTask t <bpmn:ioSpecification><bpmn:dataInput id='i'/><bpmn:inputSet/><bpmn:outputSet/>"
                    "</bpmn:ioSpecification><bpmn:dataInputAssociation><bpmn:sourceRef>r</bpmn:sourceRef>"
                    "<bpmn:targetRef>i</bpmn:targetRef></bpmn:dataInputAssociation>"
                )
            )
        ),
    )
    yield (
        "loops",
        file(
            process(
                chain(
                    "task a <bpmn:standardLoopCharacteristics/>",
                    "task b <bpmn:multiInstanceLoopCharacteristics isSequential='true'/>",
                    "callActivity c",
                )
            )
        ),
    )
    yield (
        "compensation",
        file(
            process(
                chain("task t")
                + '<bpmn:boundaryEvent id="b" attachedToRef="t"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>'
                '<bpmn:task id="undo" isForCompensation="true"/>'
                '<bpmn:association id="a" sourceRef="b" targetRef="undo" associationDirection="One"/>'
            )
        ),
    )
    yield (
        "choreography",
        file(
            '<bpmn:choreography id="c"><bpmn:participant id="a"/><bpmn:participant id="b"/>'
            '<bpmn:choreographyTask id="t" initiatingParticipantRef="a"><bpmn:participantRef>a</bpmn:participantRef>'
            "<bpmn:participantRef>b</bpmn:participantRef></bpmn:choreographyTask></bpmn:choreography>"
        ),
    )
    yield (
        "conversation",
        file(
            '<bpmn:collaboration id="c"><bpmn:participant id="a"/><bpmn:conversation id="n">'
            "<bpmn:participantRef>a</bpmn:participantRef></bpmn:conversation>"
            '<bpmn:conversationLink id="l" sourceRef="n" targetRef="a"/></bpmn:collaboration>'
        ),
    )
    yield from features.everything()
    yield "nothing", file("")
    yield "silent_process", file(LINE.replace(' isExecutable="true"', ""))
    yield "empty_process", file('<bpmn:process id="p" isExecutable="true"/>')
    yield "nameless", file("<bpmn:process/><bpmn:process><bpmn:task/><bpmn:sequenceFlow/></bpmn:process>")
    yield "twice", file(LINE + LINE)
    yield "same_ids", file(process(chain("task s", "task s")))
    yield (
        "lost_flows",
        file(process('<bpmn:sequenceFlow id="f" sourceRef="x" targetRef="y"/><bpmn:task id="f"/>')),
    )
    yield (
        "circle",
        file(process(chain("task t") + '<bpmn:sequenceFlow id="back" sourceRef="t" targetRef="t"/>')),
    )
    yield (
        "vendor",
        file(
            process(
                chain(
                    "task t <bpmn:extensionElements><v:meta key='a'><v:deep/></v:meta></bpmn:extensionElements>"
                )
            ),
            'xmlns:v="urn:vendor" v:colour="red" exporter="Some Modeler, http://modeler.example"',
        ),
    )
    foreign = (
        "<bpmn:extensionElements><camunda:meta camunda:a='1' xsi:type='camunda:t'/></bpmn:extensionElements>"
    )
    yield "foreign_prefix", file(process(chain(f"task t {foreign}")), 'xmlns:camunda="urn:somebody"')
    yield (
        "foreign_zeebe",
        file(
            process(
                chain("userTask t <bpmn:extensionElements><zeebe:formDefinition/></bpmn:extensionElements>")
            ),
            'xmlns:zeebe="urn:somebody"',
        ),
    )
    yield "no_prefix", file(LINE).replace("bpmn:", "").replace("xmlns:bpmn=", "xmlns=")
    yield (
        "coordinates",
        file(
            f'{LINE}<bpmndi:BPMNDiagram><bpmndi:BPMNPlane><bpmndi:BPMNShape bpmnElement="t"><dc:Bounds x="NaN" y="1e400" '
            'width="" height="many"/></bpmndi:BPMNShape><bpmndi:BPMNShape bpmnElement="s"/>'
            '<bpmndi:BPMNEdge bpmnElement="s_t">'
            '<di:waypoint x="-Infinity"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
        ),
    )
    yield (
        "expressions",
        file(
            process(
                chain("exclusiveGateway g", "task t")
                + '<bpmn:sequenceFlow id="f" sourceRef="g" targetRef="e"><bpmn:conditionExpression xsi:type='
                '"bpmn:tFormalExpression" language="http://www.java.com/java">${execution.exec("rm")}'
                "</bpmn:conditionExpression></bpmn:sequenceFlow>"
                '<bpmn:scriptTask id="x" scriptFormat="groovy"><bpmn:script>1/0</bpmn:script></bpmn:scriptTask>'
            )
        ),
    )
    yield (
        "global",
        file(
            '<bpmn:globalUserTask id="g"/><bpmn:resource id="r"/><bpmn:import importType="x" location="file:///etc/passwd" '
            'namespace="n"/><bpmn:interface id="i" name="i"><bpmn:operation id="o" name="o"/></bpmn:interface>'
            + LINE
        ),
    )
    yield (
        "broken_names",
        drawn(
            process(
                chain(
                    "userTask t",
                    "exclusiveGateway g",
                    "task x <bpmn:multiInstanceLoopCharacteristics isSequential='false'/>",
                )
            )
            .replace('name="t"', 'name="Two&#xD;&#xA;lines"')
            .replace('name="g"', 'name="And  &#10;more?"'),
            "s",
            "t",
            "g",
            "x",
            "e",
        ),
    )
    yield "loose", _loose()
    yield "words", file(process(chain("task t")).replace('name="t"', 'name="' + "很长的名字" * 2000 + '"'))
    yield (
        "html",
        file(
            LINE.replace('name="t"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;&amp;#x27;{{ 7*7 }}%s{0}"')
        ),
    )


def _loose() -> str:
    """Half-drawn things: called global tasks, collapsed scopes, edges of nothing, notes in CDATA, swapped prefixes."""
    body = chain(
        "callActivity a <bpmn:documentation textFormat='text/html'>&lt;p&gt;Note&lt;br/&gt;&lt;/p&gt;</bpmn:documentation>",
        "subProcess b <bpmn:multiInstanceLoopCharacteristics isSequential='true'/>",
        "sendTask c <bpmn:documentation><![CDATA[First line.\nSecond & <third>]]></bpmn:documentation>",
        "userTask u <bpmn:extensionElements><v:notes><bpmn:attribute name='n' type='String'><bpmn:attribute/>"
        "</bpmn:attribute></v:notes></bpmn:extensionElements><bpmn:dataOutputAssociation id='o'>"
        "<bpmn:targetRef>store</bpmn:targetRef></bpmn:dataOutputAssociation>",
    ).replace('id="a"', 'id="a" calledElement="whole"')
    flow = (
        '<bpmn:sequenceFlow id="f" sourceRef="u" targetRef="e"><bpmn:conditionExpression '
        "xsi:type='bpmn:tFormalExpression'><![CDATA[lookup('x')\n  == ${y}]]></bpmn:conditionExpression>"
        "</bpmn:sequenceFlow>"
    )
    edge = (
        '<di:BPMNEdge id="loose" sourceElement="b_di" targetElement="edge"><x:waypoint xsi:type="dc:Point" x="1.0" y="2"/>'
        '<x:waypoint xsi:type="dc:Point" x="3" y="4"/></di:BPMNEdge>'
    )
    written = file(
        f'<bpmn:globalUserTask id="whole"/>{process(body + flow)}'
        f'<di:BPMNDiagram><di:BPMNPlane bpmnElement="p">{edge}</di:BPMNPlane></di:BPMNDiagram>'
        '<bpmn:relationship type="t"><bpmn:source>p</bpmn:source><bpmn:target>p</bpmn:target></bpmn:relationship>',
        'xmlns:v="urn:vendor"',
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><!-- made by hand -->',
    )
    return (
        written.replace("xmlns:bpmndi=", "xmlns:swap=")
        .replace("xmlns:di=", "xmlns:x=")
        .replace("swap=", "di=")
    )


def _nested(kind: str, depth: int) -> str:
    inner = '<bpmn:task id="deepest"/>'
    for level in range(depth):
        inner = f'<bpmn:{kind} id="n{level}"><bpmn:startEvent id="s{level}"/>{inner}</bpmn:{kind}>'
    return inner


def broken() -> Iterator[tuple[str, bytes]]:
    """What is no file of its kind at all."""
    bomb = "".join(f'<!ENTITY l{n + 1} "' + f"&l{n};" * 10 + '">' for n in range(9))
    yield "laughs.bpmn", f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{bomb}]><d>&l9;</d>'.encode()
    yield "external.bpmn", b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
    yield "remote.dmn", b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd"><d/>'
    yield "deep.bpmn", file("<bpmn:a>" * 5_000 + "</bpmn:a>" * 5_000).encode()
    yield "many.bpmn", file("<bpmn:a/>" * 200_000).encode()
    yield "attributes.bpmn", ("<d" + "".join(f' a{n}="x"' for n in range(100_000)) + "/>").encode()
    yield "nul.bpmn", file(LINE).encode().replace(b"task", b"ta\0sk")
    yield "control.bpmn", file(LINE).replace('name="t"', 'name="\x0b"').encode()
    yield "cut.bpmn", file(LINE).encode()[:-40]
    yield "empty.bpmn", b""
    yield "blank.bpmn", b" \n\t "
    yield "noise.bpmn", bytes(range(256)) * 40
    yield "lying.bpmn", file(LINE).replace("UTF-8", "GBK").encode() + b"\xff"
    yield "codec.bpmn", file(LINE).replace("UTF-8", "zlib").encode()
    yield "unpack.bpmn", file(LINE).replace("UTF-8", "unicode_escape").encode()
    yield "not_bpmn.bpmn", b"<html><body>hello</body></html>"
    yield "json.bpmn", b'{"components": []}'
    yield "zip.bpmn", b"PK\x03\x04" + bytes(2_000)
    yield "diagram.dmn", file(LINE).encode()
    yield "diagram.form", file(LINE).encode()
    yield "unbound.bpmn", b"<bpmn:definitions/>"
    yield "half.bpmn", file(LINE).encode("utf-16")[:-1]
    yield "bare.form", b"[]"
    yield "text.form", b'"x"'
    yield "number.form", b"1e999999999"
    yield "list.form", b'{"id": [], "components": {}}'
    yield "deep.form", b'{"id":"f","components":' + b"[" * 50_000
    yield (
        "holes.form",
        json.dumps({"id": "f", "components": [None, 1, {"type": 3}, {"components": [[]]}]}).encode(),
    )
    yield "surrogate.form", b'{"id": "\\ud800", "components": [{"type": "text", "id": "\\udfff"}]}'
    yield "mark.form", codecs.BOM_UTF16_LE + '{"id": "f", "components": []}'.encode("utf-16-le")
    yield "nan.form", b'{"id": "f", "schemaVersion": NaN, "components": []}'
    yield (
        "rules.dmn",
        (
            b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d"><decision id="x"><decisionTable>'
            b"<input/><output/><rule/><rule><inputEntry/></rule></decisionTable></decision><decision/></definitions>"
        ),
    )
    yield (
        "circle.dmn",
        (
            b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d"><decision id="x">'
            b'<informationRequirement><requiredDecision href="#x"/></informationRequirement></decision></definitions>'
        ),
    )


def reference() -> list[tuple[str, bytes]]:
    """The reference diagrams of BPMN in the folder that `LUZHI_MIWG` names; none without it."""
    folder = os.environ.get("LUZHI_MIWG")
    return [(path.name, path.read_bytes()) for path in sorted(Path(folder).rglob("*.bpmn"))] if folder else []


def everything() -> list[tuple[str, bytes]]:
    """All of it."""
    return [*diagrams(), *broken()]
