"""Good diagrams for the tests of lint; each test breaks one of them in one place."""

import re

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:z="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" id="defs" targetNamespace="urn:test">'
)


def file(body: str, *, drawn: bool = True) -> str:
    """A file with these root elements; `A > B` on a line of its own is a flow, `A > B : =x` one with a condition."""
    text = re.sub(r"^\s*(\w+) > (\w+)(?: : (.+))?$", _flow, body, flags=re.M)
    return f"{HEAD}{text}{_drawing(text) if drawn else ''}</definitions>"


def process(body: str, roots: str = "", id: str = "p") -> str:
    """A file with one executable process."""
    return file(f'{roots}<process id="{id}" isExecutable="true">{body}</process>')


def ext(inside: str) -> str:
    """Extension elements."""
    return f"<extensionElements>{inside}</extensionElements>"


def _flow(match: re.Match[str]) -> str:
    source, target, condition = match.groups()
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def _drawing(text: str) -> str:
    """A shape for every id, an edge for every flow: enough for lint."""
    ids = re.findall(r'\bid="(\w+)"', text)
    shapes = "".join(f'<di:BPMNShape bpmnElement="{id}"/>' for id in ids)
    edges = "".join(
        f'<di:BPMNEdge bpmnElement="{id}"/>' for id in re.findall(r'<sequenceFlow id="(\w+)"', text)
    )
    return f"<di:BPMNDiagram>{shapes}{edges}</di:BPMNDiagram>"


LINE = process(
    """
    <startEvent id="s"/>
    <userTask id="t" name="县级初审"><documentation>第七条</documentation><extensionElements>
      <z:userTask/><z:formDefinition formId="county" bindingType="latest"/>
      <z:assignmentDefinition candidateGroups="=&quot;county_officer@&quot; + county"/>
      <z:taskSchedule dueDate="=deadline" followUpDate="2024-06-01T00:00:00+08:00"/>
      <z:priorityDefinition priority="50"/>
      <z:properties><z:property name="luzhi:differentFrom" value="u"/>
      <z:property name="luzhi:onDeadline" value="filed as silent"/>
      <z:property name="luzhi:due" value="closes"/></z:properties>
      <z:ioMapping><z:input source="=county" target="county_code"/><z:output source="=opinion" target="opinion"/>
      </z:ioMapping></extensionElements></userTask>
    <boundaryEvent id="b" attachedToRef="t"><timerEventDefinition><timeDate>=deadline</timeDate>
    </timerEventDefinition></boundaryEvent>
    <userTask id="u" name="复核"><documentation>第八条</documentation><extensionElements>
      <z:formDefinition externalReference="paper"/><z:assignmentDefinition assignee="anna"/>
      <z:ioMapping><z:output source="=ok" target="ok"/></z:ioMapping></extensionElements></userTask>
    <endEvent id="e"/><endEvent id="late"/>
    s > t
    t > u
    u > e
    b > late
    """
)

CHOICE = process(
    """
    <startEvent id="s"/><exclusiveGateway id="x" name="通过？" default="x_b"/>
    <task id="a"/><task id="b"/><exclusiveGateway id="m"/><endEvent id="e"/>
    s > x
    x > a : =score &gt;= 60
    x > b
    a > m
    b > m
    m > e
    """
)

FORK = process(
    """
    <startEvent id="s"/><parallelGateway id="f"/><task id="a"/><task id="b"/><parallelGateway id="j"/>
    <exclusiveGateway id="x" default="x_j2"/><task id="c"/><exclusiveGateway id="j2"/><endEvent id="e"/>
    s > f
    f > a
    f > b
    a > x
    x > c : =again
    x > j2
    c > j2
    j2 > j
    b > j
    j > e
    """
)

ROOTS = """
    <message id="m1" name="opinion.recorded"><extensionElements><z:subscription correlationKey="=application_no"/>
    </extensionElements></message>
    <message id="m2" name="started"/>
    <signal id="g1" name="cycle.closed"/><error id="r1" errorCode="LATE"/><escalation id="c1" escalationCode="ASK"/>
"""

EVENTS = process(
    """
    <startEvent id="s"/><startEvent id="sm"><messageEventDefinition messageRef="m2"/></startEvent>
    <startEvent id="st"><timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition></startEvent>
    <subProcess id="sub">
      <startEvent id="is"/><task id="it"/>
      <endEvent id="ie"><errorEventDefinition errorRef="r1"/></endEvent>
      is > it
      it > ie
    </subProcess>
    <boundaryEvent id="b1" attachedToRef="sub"><errorEventDefinition errorRef="r1"/></boundaryEvent>
    <boundaryEvent id="b2" attachedToRef="sub" cancelActivity="false"><timerEventDefinition>
      <timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>
    <boundaryEvent id="b3" attachedToRef="sub"><messageEventDefinition messageRef="m1"/></boundaryEvent>
    <eventBasedGateway id="x"/>
    <intermediateCatchEvent id="k1"><messageEventDefinition messageRef="m1"/></intermediateCatchEvent>
    <intermediateCatchEvent id="k2"><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
    <intermediateThrowEvent id="l1"><linkEventDefinition name="on"/></intermediateThrowEvent>
    <intermediateCatchEvent id="l2"><linkEventDefinition name="on"/></intermediateCatchEvent>
    <intermediateThrowEvent id="p1"><extensionElements><z:ioMapping>
      <z:input source="=application_no" target="correlationKey"/></z:ioMapping></extensionElements>
      <messageEventDefinition messageRef="m2"/></intermediateThrowEvent>
    <intermediateThrowEvent id="g"><signalEventDefinition signalRef="g1"/></intermediateThrowEvent>
    <intermediateThrowEvent id="c"><escalationEventDefinition escalationRef="c1"/></intermediateThrowEvent>
    <endEvent id="e"/><endEvent id="et"><terminateEventDefinition/></endEvent>
    <subProcess id="es" triggeredByEvent="true">
      <startEvent id="ess" isInterrupting="false"><signalEventDefinition signalRef="g1"/></startEvent>
      <endEvent id="ese"/>
      ess > ese
    </subProcess>
    s > sub
    sm > sub
    st > sub
    sub > x
    b1 > et
    b2 > p1
    b3 > et
    x > k1
    x > k2
    k1 > l1
    k2 > et
    l2 > g
    g > c
    c > e
    p1 > e
    """,
    ROOTS,
)

TASKS = process(
    """
    <startEvent id="s"/>
    <serviceTask id="v"><extensionElements><z:taskDefinition type="titles.grant" retries="5"/>
      <z:taskHeaders><z:header key="a" value="b"/></z:taskHeaders></extensionElements></serviceTask>
    <businessRuleTask id="r"><extensionElements><z:calledDecision decisionId="eligible" resultVariable="ok"/>
    </extensionElements></businessRuleTask>
    <scriptTask id="f"><extensionElements><z:script expression="=1 + 1" resultVariable="two"/></extensionElements>
    </scriptTask>
    <callActivity id="c"><extensionElements><z:calledElement processId="p" bindingType="deployment"/>
    </extensionElements></callActivity>
    <sendTask id="n" messageRef="m2"><extensionElements><z:ioMapping><z:input source="=no" target="correlationKey"/>
    </z:ioMapping></extensionElements></sendTask>
    <receiveTask id="w" messageRef="m1"/>
    <manualTask id="h"><extensionElements><z:assignmentDefinition candidateGroups="seal"/></extensionElements>
    </manualTask>
    <serviceTask id="i"><extensionElements><z:taskDefinition type="=verb"/></extensionElements>
      <multiInstanceLoopCharacteristics><extensionElements><z:loopCharacteristics inputCollection="=experts"
        inputElement="expert" outputCollection="sheets" outputElement="=sheet"/></extensionElements>
        <completionCondition>=all(sheets)</completionCondition></multiInstanceLoopCharacteristics></serviceTask>
    <endEvent id="e"/>
    s > v
    v > r
    r > f
    f > c
    c > n
    n > w
    w > h
    h > i
    i > e
    """,
    ROOTS,
)
