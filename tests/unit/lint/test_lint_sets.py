"""Sets of files that refer to each other, and files that nobody should be hurt by."""

from itertools import pairwise

import pytest
from lint_diagrams import CHOICE, EVENTS, FORK, LINE, TASKS, process
from lxml import etree

from engine.bpmn.lint import Known, lint, lint_set
from engine.problems import Problem
from engine.verbs import Parameter, Verb
from tests.support.effort import growth

LINEAR = 24  # of eight times the size: three times the work that grows with it; its square is 64
DMN = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">'
    '<decision id="eligible" name="eligible"><literalExpression><text>true</text></literalExpression></decision>'
    "</definitions>"
)
FORM = """{"id": "county", "type": "default", "schemaVersion": 19, "components":
  [{"id": "a", "type": "textfield", "key": "opinion", "label": "意见", "properties": {"label_en": "Opinion"}}]}"""
FILES = {"b.bpmn": LINE, "c.bpmn": TASKS.replace('id="p"', 'id="q"'), "d.dmn": DMN, "e.form": FORM}


def found(files: dict[str, str], known: Known | None = None) -> list[Problem]:
    return lint_set({name: text.encode() for name, text in files.items()}, known)


def codes(files: dict[str, str], known: Known | None = None) -> set[tuple[str, str]]:
    return {(problem.file, problem.code) for problem in found(files, known) if problem.severity == "error"}


def test_a_set_that_is_complete() -> None:
    assert codes(FILES) == set()


@pytest.mark.parametrize(
    ("left_out", "file", "code"),
    [
        ("d.dmn", "c.bpmn", "UNKNOWN_DECISION"),
        ("e.form", "b.bpmn", "UNKNOWN_FORM"),
        ("b.bpmn", "c.bpmn", "UNKNOWN_PROCESS"),
    ],
)
def test_what_is_missing_is_named(left_out: str, file: str, code: str) -> None:
    files = {name: text for name, text in FILES.items() if name != left_out}
    assert codes(files) == {(file, code)}


def test_what_is_known_outside_the_set() -> None:
    files = {name: text for name, text in FILES.items() if name.endswith(".bpmn")}
    assert codes(files, Known(forms={"county"}, decisions={"eligible"})) == set()
    assert codes(FILES, Known(verbs={"other"})) == {("c.bpmn", "UNKNOWN_VERB")}


def test_a_broken_file_does_not_hide_what_it_defines() -> None:
    files = {
        **FILES,
        "e.form": FORM.replace('"textfield"', '"hologram"'),
        "d.dmn": DMN.replace("true<", "true +<"),
    }
    assert {file for file, _ in codes(files)} == {"d.dmn", "e.form"}


def test_two_files_with_one_id() -> None:
    assert codes({**FILES, "f.dmn": DMN}) == {("f.dmn", "DEFINED_TWICE")}
    assert codes({**FILES, "f.form": FORM}) == {("f.form", "DEFINED_TWICE")}
    assert codes({**FILES, "f.bpmn": LINE}) == {("f.bpmn", "DEFINED_TWICE")}


def test_outputs_read_fields_of_the_form() -> None:
    misspelt = {**FILES, "e.form": FORM.replace('"opinion"', '"opnion"')}
    (problem,) = [problem for problem in found(misspelt) if problem.code == "FORM_FIELD_UNKNOWN"]
    assert (problem.file, problem.element, problem.severity) == ("b.bpmn", "t", "warning")
    assert "“opinion”" in problem.zh
    assert "FORM_FIELD_UNKNOWN" not in {problem.code for problem in found(FILES)}


VERB = Verb(
    "titles.grant",
    lambda context: {},
    "授予称号",
    "Grant the title",
    True,
    inputs=(Parameter("title", "string", "称号", "Title"),),
    outputs=(Parameter("title_no", "string", "称号编号", "Title number"),),
)


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ('<z:input source="=a" target="title"/><z:output source="=title_no" target="no"/>', []),
        ('<z:input source="=a" target="tilte"/>', ["VERB_INPUT_UNKNOWN"]),
        ('<z:output source="=titel_no" target="no"/>', ["VERB_OUTPUT_UNKNOWN"]),
        ('<z:output source="=no" target="no"/>', ["VERB_OUTPUT_UNKNOWN"]),
        ('<z:output source="=ok" target="no"/>', []),
        ('<z:input source="=a" target="kept"/><z:output source="=kept" target="no"/>', []),
    ],
)
def test_mappings_name_the_parameters_of_the_verb(mapping: str, expected: list[str]) -> None:
    verb = '<z:taskDefinition type="titles.grant" retries="5"/>'
    text = TASKS.replace(verb, f"{verb}<z:ioMapping>{mapping}</z:ioMapping>")
    assert [
        problem.code for problem in lint("t.bpmn", text.encode(), Known(verbs={VERB.type: VERB}))
    ] == expected


def call(id: str, *called: str) -> str:
    calls = "".join(
        f'<callActivity id="c{n}"><extensionElements><z:calledElement processId="{c}"/></extensionElements>'
        f'</callActivity><sequenceFlow id="f{n}" sourceRef="s" targetRef="c{n}"/>'
        for n, c in enumerate(called)
    )
    return process(f'<startEvent id="s"/>{calls}', id=id)


def circles(files: dict[str, str]) -> list[str]:
    return [problem.en for problem in found(files) if problem.code == "CALL_CYCLE"]


def test_processes_that_call_each_other_in_a_circle() -> None:
    (circle,) = circles({"a.bpmn": call("a", "b"), "b.bpmn": call("b", "c"), "c.bpmn": call("c", "a")})
    assert "a → b → c → a" in circle
    assert circles({"a.bpmn": call("a", "a")})
    assert circles({"a.bpmn": call("a", "b", "c"), "b.bpmn": call("b", "c"), "c.bpmn": call("c")}) == []
    assert (
        len(circles({"a.bpmn": call("a", "b", "c"), "b.bpmn": call("b", "a"), "c.bpmn": call("c", "a")})) == 2
    )


HOSTILE = {
    "empty.bpmn": b"",
    "noise.bpmn": bytes(range(256)) * 50,
    "bomb.bpmn": b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    "external.dmn": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
    "many.bpmn": b"<a>" + b"<b/>" * 100_000 + b"</a>",
    "deep.bpmn": b"<a>" * 50_000,
    "zip.dmn": b"PK\x03\x04" + bytes(1000),
    "other.bpmn": b"<html><body/></html>",
    "dmn.bpmn": DMN.encode(),
    "bpmn.dmn": LINE.encode(),
    "binary.form": b"\xff\xfe\x00\x01",
    "deep.form": b"[" * 100_000,
    "list.form": b"[]",
    "number.form": b'{"id": 5, "components": 7}',
    "script.py": b"import os",
    "latin.bpmn": LINE.replace("县级初审", "é").replace("第七条", "").replace("第八条", "").replace("复核", "")
    .encode("latin-1"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_a_message(name: str) -> None:
    problems = lint_set({name: HOSTILE[name]})
    assert problems
    assert all(problem.file == name and problem.zh and problem.en for problem in problems)
    assert any(problem.severity == "error" for problem in problems)


def test_hostile_files_do_not_hide_the_others() -> None:
    problems = lint_set({**HOSTILE, "z.bpmn": CHOICE.replace('<task id="a"/>', "<task/>").encode()})
    assert {problem.file for problem in problems} == {*HOSTILE, "z.bpmn"}


@pytest.mark.parametrize(
    "text", [LINE, CHOICE, FORK, EVENTS, TASKS], ids=["LINE", "CHOICE", "FORK", "EVENTS", "TASKS"]
)
def test_whatever_is_missing_lint_answers(text: str) -> None:
    """Every element and every attribute taken away in turn."""
    root = etree.fromstring(text)
    for element in list(root.iter()):
        for name, value in list(element.attrib.items()):
            del element.attrib[name]
            lint("t.bpmn", etree.tostring(root))
            element.set(name, value)
        parent = element.getparent()
        if parent is not None:
            index = parent.index(element)
            parent.remove(element)
            lint("t.bpmn", etree.tostring(root))
            parent.insert(index, element)


def test_the_work_of_lint_grows_with_a_diagram_and_not_faster() -> None:
    def chain(length: int) -> list[Problem]:
        tasks = "".join(f'<task id="t{n}"/>' for n in range(length))
        ends = ["s", *(f"t{n}" for n in range(length)), "e"]
        flows = "".join(
            f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
            for n, (a, b) in enumerate(pairwise(ends))
        )
        return linted(process(f'<startEvent id="s"/>{tasks}<endEvent id="e"/>{flows}'))

    assert chain(2000) == []
    assert growth(chain, 250, 8) < LINEAR


def test_a_hostile_heap_of_elements_is_linted_in_bounded_work() -> None:
    def heap(size: int) -> list[Problem]:
        tasks = "".join(
            f'<userTask id="t{n}"><extensionElements><z:taskSchedule dueDate="x"/><z:output/></extensionElements>'
            f'</userTask><boundaryEvent id="b{n}" attachedToRef="t{n}"/><exclusiveGateway id="g{n}"/>'
            f'<parallelGateway id="j{n}"/><callActivity id="c{n}"/>'
            for n in range(size)
        )
        return linted(process(tasks).split("<di:BPMNDiagram>")[0] + "</definitions>")

    assert len(heap(480)) > 1_200
    assert growth(heap, 60, 8) < LINEAR


def linted(text: str) -> list[Problem]:
    return lint_set({"t.bpmn": text.encode()})


def test_joins_that_starve_are_found_in_a_long_chain() -> None:
    body = '<startEvent id="s"/>\ns > x0\n'
    for n in range(40):
        body += f'<exclusiveGateway id="x{n}" default="x{n}_j{n}"/><parallelGateway id="j{n}"/><task id="a{n}"/>\n'
        body += f"x{n} > a{n} : =a\nx{n} > j{n}\na{n} > j{n}\nj{n} > x{n + 1}\n"
    problems = linted(process(body + '<endEvent id="x40"/>'))
    assert sum(problem.code == "JOIN_IMPOSSIBLE" for problem in problems) == 40
