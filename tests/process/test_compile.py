"""Compiling: what a model tells, what is refused, and that the same content is compiled once."""

from typing import Any

import pytest

from engine.bpmn import Case, compile, lint
from engine.problems import NotDeployable, errors
from engine.xml import XmlRefused
from tests.process.diagrams import Diagram, event, ext, io, job, message, multi, timer, zeebe
from tests.process.world import World


def _x(tag: str, inner: str = "", **attributes: str) -> str:
    """An element with the id x."""
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<bpmn:{tag} id="x"{given}>{inner}</bpmn:{tag}>'


def _caught(inner: str) -> str:
    return _x("intermediateCatchEvent", inner)


def _beside(inner: str, host: str = "u") -> str:
    return _x("boundaryEvent", inner, attachedToRef=host)


CONDITION = (
    "<bpmn:conditionalEventDefinition><bpmn:condition>=1</bpmn:condition></bpmn:conditionalEventDefinition>"
)
EXTRA = {
    "compensation boundary": _beside(event("compensate")),
    "compensation throw": _x("intermediateThrowEvent", event("compensate")),
    "conditional event": _beside(CONDITION),
    "cancel event": _beside(event("cancel")),
    "multiple event": _caught(event("signal", "S") + event("timer")),
    "transaction": _x("transaction"),
    "ad-hoc sub-process": _x("adHocSubProcess"),
    "complex gateway": _x("complexGateway"),
    "standard loop": _x("userTask", "<bpmn:standardLoopCharacteristics/>"),
    "multi-instance without collection": _x("userTask", "<bpmn:multiInstanceLoopCharacteristics/>"),
    "timer without time": _caught(event("timer")),
    "unknown message": _caught(event("message", "N")),
    "unknown signal": _caught(event("signal", "N")),
    "flow to nowhere": _x("sequenceFlow", sourceRef="u", targetRef="nowhere"),
    "boundary on nothing": _beside(event("signal", "S"), "nothing"),
}


@pytest.mark.parametrize("name", sorted(EXTRA))
def test_what_does_not_run_is_refused_with_its_element(name: str) -> None:
    """Fault 15 and the list of what is refused in docs/bpmn.md; lint says it, too."""
    d = Diagram("p", '<bpmn:signal id="S" name="s"/>').start().user("u").end().flow("start", "u", "end")
    d.body += EXTRA[name]
    with pytest.raises(NotDeployable) as refused:
        compile("f.bpmn", d.xml())
    (problem,) = refused.value.problems
    assert (problem.file, problem.element, problem.severity) == ("f.bpmn", "x", "error")
    assert problem.zh
    assert problem.en
    assert errors(lint("f.bpmn", d.xml()))


@pytest.mark.parametrize("data", [b"", b"<x", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"])
def test_what_is_no_xml_is_refused(data: bytes) -> None:
    with pytest.raises(XmlRefused):
        compile("f.bpmn", data)


def test_the_same_content_is_compiled_once() -> None:
    xml = Diagram().start().user("u").end().flow("start", "u", "end").xml()
    assert compile("f", xml) is compile("f", bytes(xml))


def test_a_model_tells_what_a_deployment_needs_to_know() -> None:
    inner = Diagram("x").start("is").service("iv", "v.inner").end("ie").flow("is", "iv", "ie")
    d = Diagram("p", message("M", "m", "=k"), tag="2024").start("ms", event("message", "M"))
    d.start("ts", timer("date", "=when")).sub("s", inner, loop=multi("=[1]")).end()
    d.node(
        "userTask",
        "u",
        ext(
            zeebe("formDefinition", formId="F1"), zeebe("properties", zeebe("property", name="a", value="b"))
        ),
        name="初审",
    )
    d.node("userTask", "u2", ext(zeebe("formDefinition", formId="=f")))
    d.node("businessRuleTask", "r", ext(zeebe("calledDecision", decisionId="D1", resultVariable="x")))
    d.call("c", "child").call("c2", "=which").node("scriptTask", "sc", ext(job("v.script")))
    d.throw("th", event("message", "M")).flow("ms", "s", "u", "u2", "r", "c", "c2", "sc", "th", "end").flow(
        "ts", "s"
    )
    info = compile("f", d.xml()).processes["p"]
    assert (info.process_id, info.version_tag, info.message_starts) == ("p", "2024", (("ms", "m", "=k"),))
    assert info.timer_starts == (("ts", "date", "=when"),)
    assert (info.forms, info.decisions, info.calls) == ({"F1"}, {"D1"}, {"child"})
    assert info.verbs == {"v.inner", "v.script", "message.publish"}
    assert (info.elements["u"].type, info.elements["u"].name, info.elements["u"].properties) == (
        "userTask",
        "初审",
        {"a": "b"},
    )
    assert (info.elements["s"].type, info.elements["iv"].path) == ("subProcess", ("s",))


def test_ids_that_the_library_uses_itself_are_free(run: Any) -> None:
    d = Diagram().start("Start").user("Root").end("End").flow("Start", "Root", "End")
    assert run(d).do("Root").done


def test_a_process_that_is_not_executable_is_left_out() -> None:
    d = Diagram().start().end().flow("start", "end")
    xml = d.xml().replace(b'isExecutable="true"', b'isExecutable="false"')
    assert compile("f", xml).processes == {}


def test_a_very_long_diagram_compiles_and_runs(world: World) -> None:
    names = [f"t{n}" for n in range(1500)]
    d = Diagram().start().end()
    for name in names:
        d.node("task", name)
    world.deploy("f", d.flow("start", *names, "end"))
    case = Case.start(world.pinned("f"), "p", world, {}, None, "f")
    case.run()
    assert case.status == "completed"


def test_encodings_and_foreign_extensions_are_accepted() -> None:
    d = (
        Diagram()
        .start()
        .node(
            "userTask",
            "u",
            '<bpmn:extensionElements><c:x xmlns:c="http://other/vendor"/></bpmn:extensionElements>',
        )
    )
    xml = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + d.end().flow("start", "u", "end").xml()
    assert "u" in compile("f", xml).processes["p"].elements


def test_input_mappings_do_not_reach_what_is_inside(run: Any) -> None:
    """Extensions are read directly under the element, not from its children."""
    inner = (
        Diagram("x")
        .start("is")
        .user("a", inner=ext(io({"v": "=2"})))
        .user("b")
        .end("ie")
        .flow("is", "a", "b", "ie")
    )
    r = run(Diagram().start().sub("s", inner).end().flow("start", "s", "end"), {"v": 1})
    assert r.view("a")["v"] == 2
    assert r.do("a").view("b")["v"] == 1
