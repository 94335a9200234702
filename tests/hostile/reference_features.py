"""Diagrams of our own with what the larger reference diagrams of BPMN contain, so that the same readers meet it.

The analytic class with empty definitions, several collaborations and planes in one file, data of whole processes,
interfaces of services, forms inside of a diagram, vendors' attributes on everything.
"""

from collections.abc import Iterator

SPACES = {
    "s": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
    "v": "urn:vendor:modelling",
    "w": "urn:vendor:forms",
    "api": "urn:vendor:services",
    "other": "urn:another:file",
}


def everything() -> Iterator[tuple[str, str]]:
    """The diagrams by name."""
    yield (
        "analytic",
        _file(_analytic(), declaration='<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'),
    )
    yield "several_planes", _file(_several())
    yield "data_of_processes", _file(_data())
    yield "services", _file(_services())
    yield "form_inside", _file(_form())
    yield "no_declaration", _file(_data(), declaration="")


def _file(body: str, declaration: str = '<?xml version="1.0" ?>') -> str:
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
    head = (
        f'<s:definitions {spaces} xmlns="urn:d" id="d" name="d" targetNamespace="urn:d" expressionLanguage='
        '"http://www.w3.org/1999/XPath" typeLanguage="urn:types" exporter="A Modeler" v:logo="None" v:languages="">'
    )
    return f"{declaration}{head}{body}</s:definitions>"


def _flow(id: str, source: str, target: str, more: str = "") -> str:
    return (
        f'<s:sequenceFlow id="{id}" name="" sourceRef="{source}" targetRef="{target}">{more}</s:sequenceFlow>'
    )


def _plane(number: int, of: str, *shapes: str) -> str:
    drawn = "".join(
        f'<bpmndi:BPMNShape id="{id}_{number}" bpmnElement="{id}"><dc:Bounds x="{n * 150}" y="10" width="100" '
        'height="80"/></bpmndi:BPMNShape>'
        for n, id in enumerate(shapes)
    )
    return (
        f'<bpmndi:BPMNDiagram id="diagram{number}" resolution="96.0"><bpmndi:BPMNPlane id="plane{number}" '
        f'bpmnElement="{of}">{drawn}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    )


def _analytic() -> str:
    """Starts without content, events that refer to nothing, loops, a called global task, a sub-process that is shut."""
    empty = {
        "conditional": "<s:condition/>",
        "timer": "<s:timeDate/>",
        "message": "",
        "signal": "",
        "escalation": "",
    }
    events = "".join(
        f'<s:{kind} id="{kind}_{event}" name="{event}&#10;event"{more}>'
        f"<s:{event}EventDefinition>{inner}</s:{event}EventDefinition></s:{kind}>"
        for kind, more in (
            ("startEvent", ""),
            ("intermediateCatchEvent", ' parallelMultiple="false"'),
            ("intermediateThrowEvent", ""),
            ("boundaryEvent", ' attachedToRef="one" cancelActivity="false" parallelMultiple="false"'),
            ("endEvent", ""),
        )
        for event, inner in empty.items()
    )
    counts = 'completionQuantity="1" isForCompensation="false" startQuantity="1"'
    body = (
        f'<s:userTask implementation="##WebService" {counts} name="one" id="one"><s:multiInstanceLoopCharacteristics '
        f'isSequential="true"/></s:userTask><s:sendTask messageRef="nowhere" {counts} id="send"/>'
        f'<s:subProcess triggeredByEvent="false" {counts} id="shut"><s:multiInstanceLoopCharacteristics '
        'isSequential="false"/></s:subProcess><s:callActivity calledElement="global" id="call"/>'
        '<s:inclusiveGateway default="f2" gatewayDirection="Unspecified" id="which"/>'
        f'<s:subProcess id="open"><s:startEvent id="os"/><s:userTask id="again"><s:standardLoopCharacteristics '
        f'testBefore="false"/></s:userTask>{_flow("of", "os", "again")}</s:subProcess>'
        f"{_flow('f1', 'which', 'one')}{_flow('f2', 'which', 'open')}"
    )
    return (
        '<s:globalUserTask implementation="##WebService" name="g" id="global"/><s:dataStore capacity="0" '
        f'isUnlimited="false" id="store"/><s:process isExecutable="false" id="p">{events}{body}</s:process>'
        '<s:category id="c"><s:categoryValue id="cv" value="Group"/></s:category>'
        + _plane(1, "p", "one", "shut")
    )


def _several() -> str:
    """A collaboration and a plane for each of three pools, a signal between them, texts over several lines."""
    pools = "".join(
        f'<s:collaboration id="c{n}"><s:participant id="pool{n}" name="Pool {n}" processRef="p{n}"/></s:collaboration>'
        for n in range(3)
    )
    catch = '<s:signalEventDefinition signalRef="hired" id="sd{0}"/>'
    processes = "".join(
        f'<s:process id="p{n}" name="Pool {n} - Process" v:defaultName="true" isClosed="false"><s:laneSet>'
        f'<s:lane id="lane{n}" name="Lane"><s:flowNodeRef>s{n}</s:flowNodeRef><s:flowNodeRef>t{n}</s:flowNodeRef></s:lane>'
        f'</s:laneSet><s:startEvent id="s{n}">{catch.format(n) if n else ""}</s:startEvent><s:userTask id="t{n}" '
        f'name="Send &#10;contract"/><s:intermediateThrowEvent id="throw{n}">'
        f'<s:dataInput id="in{n}" itemSubjectRef="item"/>'
        f'<s:dataInputAssociation id="a{n}"><s:sourceRef>ref{n}</s:sourceRef><s:targetRef>in{n}</s:targetRef>'
        f"</s:dataInputAssociation><s:inputSet><s:dataInputRefs>in{n}</s:dataInputRefs></s:inputSet>"
        f'<s:signalEventDefinition signalRef="hired"/></s:intermediateThrowEvent><s:dataStoreReference id="ref{n}" '
        f'dataStoreRef="staff"/>{_flow(f"a{n}f", f"s{n}", f"t{n}")}{_flow(f"b{n}f", f"t{n}", f"throw{n}")}</s:process>'
        for n in range(3)
    )
    store = '<s:dataStore id="staff" name="Staff" itemSubjectRef="item" isUnlimited="false"/>'
    item = '<s:itemDefinition structureRef="string" v:basicType="true" id="item"/><s:signal id="hired" name="Hired"/>'
    planes = "".join(_plane(n, f"c{n}", f"pool{n}", f"lane{n}", f"s{n}", f"t{n}") for n in range(3))
    return item + pools + store + processes + planes


def _data() -> str:
    """What a process takes and gives as a whole, a closed pool, a call with mapped data, a plane of the called one."""
    spec = (
        '<s:ioSpecification><s:dataInput id="wish" name="Wish"/><s:dataOutput id="ticket" isCollection="true" '
        'itemSubjectRef="list"/><s:inputSet id="is"><s:dataInputRefs>wish</s:dataInputRefs></s:inputSet><s:outputSet '
        'id="os"><s:dataOutputRefs>ticket</s:dataOutputRefs></s:outputSet></s:ioSpecification>'
    )
    call = (
        '<s:callActivity id="plan" calledElement="trip" v:alias="x"><s:ioSpecification><s:dataInput id="ci"/>'
        '<s:dataOutput id="co"/><s:inputSet><s:dataInputRefs>ci</s:dataInputRefs></s:inputSet><s:outputSet/>'
        "</s:ioSpecification><s:dataInputAssociation><s:sourceRef>wish</s:sourceRef><s:targetRef>ci</s:targetRef>"
        "</s:dataInputAssociation><s:dataOutputAssociation><s:sourceRef>co</s:sourceRef><s:targetRef>ticket"
        "</s:targetRef></s:dataOutputAssociation></s:callActivity>"
    )
    return (
        '<s:itemDefinition id="list" isCollection="false" structureRef="feel:list" v:parameterType="feel:string"/>'
        '<s:collaboration id="c" v:outerProcess="o"><s:participant id="client" name="Client"/><s:participant id="us" '
        'processRef="p"/><s:messageFlow id="m1" sourceRef="client" targetRef="s"/><s:messageFlow id="m2" sourceRef="plan" '
        'targetRef="client"/></s:collaboration>'
        f'<s:process id="p" isExecutable="true"><s:extensionElements><w:startPermission/></s:extensionElements>{spec}'
        f'<s:startEvent id="s"/>{call}<s:endEvent id="e"/>{_flow("f", "s", "plan")}{_flow("g", "plan", "e")}</s:process>'
        '<s:process id="trip" isExecutable="true"><s:startEvent id="ts"/></s:process>'
        + _plane(1, "c", "client", "us", "s", "plan", "e")
        + _plane(2, "trip", "ts")
    )


def _services() -> str:
    """Interfaces with operations and parameters, errors, an import, tasks that refer to them and to what is not here."""
    return (
        '<s:import importType="urn:dmn" location="Vacation.dmn" namespace="urn:another:file"/>'
        '<s:error id="lost" name="Not found" errorCode="404"/><s:message id="ask" itemRef="gone"><s:extensionElements>'
        '<api:parameter name="$filter" in="query" style="application/json" required="true" id="x"/></s:extensionElements>'
        '</s:message><s:message id="answer"><s:extensionElements/></s:message><s:interface id="i" name="HR" api:server='
        '"https://hr.example"><s:extensionElements><api:securityScheme scheme="basic"/></s:extensionElements>'
        '<s:operation id="op" name="Get" api:path="/({id})"><s:inMessageRef>ask</s:inMessageRef><s:outMessageRef>answer'
        "</s:outMessageRef><s:errorRef>lost</s:errorRef></s:operation></s:interface>"
        '<s:process id="p" isExecutable="true"><s:startEvent id="s"/><s:serviceTask id="t" operationRef="op" '
        'implementation="##WebService"/><s:businessRuleTask id="r" implementation="urn:dmn"><s:extensionElements>'
        '<other:decision href="#one"/><owner xmlns="http://owner.example">group(owner)</owner></s:extensionElements>'
        f"</s:businessRuleTask>{_flow('f', 's', 't')}{_flow('g', 't', 'r')}</s:process>"
    )


def _form() -> str:
    """A form as text inside of the process, as other modelers write it, and the task that shows it."""
    form = '{"schemaVersion": 2, "components": [{"key": "a b.c", "type": "number"}]}'.replace('"', "&quot;")
    condition = '<s:conditionExpression xsi:type="x"/>'
    return (
        '<s:process id="p" isExecutable="true"><s:documentation>Demo</s:documentation><s:extensionElements>'
        f'<zeebe:userTaskForm id="inside">{form}</zeebe:userTaskForm></s:extensionElements><s:startEvent id="s"/>'
        '<s:userTask id="t"><s:extensionElements><zeebe:formDefinition formKey="camunda-forms:bpmn:inside"/>'
        '<zeebe:assignmentDefinition assignee="=owner" candidateGroups="managers"/><zeebe:ioMapping><zeebe:input '
        'source="=null" target="a"/></zeebe:ioMapping></s:extensionElements></s:userTask><s:endEvent id="e"/>'
        f"{_flow('f', 's', 't')}{_flow('g', 't', 'e', condition)}"
        "</s:process>"
    )
