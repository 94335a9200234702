"""What differs between two versions of a file, told by its elements; nothing that would run differently is missed."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.settings import project_root
from engine.studio import Change, Detail, changes
from engine.studio.comparing.changes import Kind
from engine.studio.comparing.compare import NotComparable
from engine.studio.comparing.words import property_name, type_name
from engine.studio.comparing.xml_nodes import xml_nodes
from engine.xml import XmlRefused

ROOT = project_root()
OBJECTION = ROOT / "processes" / "objection.bpmn"
NOTICE = ROOT / "forms" / "definitions" / "public_notice.form"
DRAWN = [*sorted((ROOT / "processes").rglob("*.bpmn")), *sorted((ROOT / "processes").rglob("*.dmn"))]


def edited(path: Path, pattern: str, by: str) -> list[Change]:
    """The changes after the first place where the pattern stands was replaced."""
    old = path.read_text(encoding="utf-8")
    new, count = re.subn(pattern, by, old, count=1)
    assert count == 1
    return changes(path.name, old.encode(), new.encode())


def test_the_same_matter_saved_otherwise_is_no_change() -> None:
    assert edited(OBJECTION, r'exporterVersion="[^"]+"', 'exporterVersion="9.9.9"') == []
    assert edited(OBJECTION, r"</bpmn:process>", "\n\n  </bpmn:process>") == []


def test_a_timer_is_a_property_of_its_event() -> None:
    [change] = edited(OBJECTION, r"(<bpmn:timeDuration[^>]*>|<bpmn:timeDate[^>]*>)[^<]+", r"\g<1>PT99H")
    assert (change.kind, change.type) == (Kind.CHANGED, "boundaryEvent")
    [detail] = change.details
    assert detail.new == "PT99H"
    assert property_name(detail.path)[0].startswith("定时")


def test_nested_properties_are_told_by_what_they_are_called() -> None:
    [change] = edited(OBJECTION, r'source="=signed" target="signed"', 'source="=not(signed)" target="signed"')
    detail = Detail("extensionElements/ioMapping/output[signed]", "=signed", "=not(signed)")
    assert (change.id, change.details) == ("facts", (detail,))
    assert property_name(detail.path) == ("输出 signed", "Output signed")


def test_an_annotation_and_a_lane_count() -> None:
    note = '<bpmn:textAnnotation id="n"><bpmn:text>%s</bpmn:text></bpmn:textAnnotation></bpmn:process>'
    old, new = (
        OBJECTION.read_text("utf-8").replace("</bpmn:process>", note % text) for text in ("旧注", "新注")
    )
    [change] = changes("x.bpmn", old.encode(), new.encode())
    assert (change.type, change.details) == ("textAnnotation", (Detail("text", "旧注", "新注"),))
    [out] = edited(OBJECTION, "<bpmn:flowNodeRef>decide</bpmn:flowNodeRef>", "")
    assert (out.id, out.details[0].path) == ("decide", "lane")


def test_moving_in_the_drawing_runs_no_differently() -> None:
    changed = edited(OBJECTION, r'(bpmnElement="facts">\s*<dc:Bounds x=")', r"\g<1>1")
    assert [(c.kind, c.id) for c in changed] == [(Kind.MOVED, "facts")]


def test_elements_come_and_go() -> None:
    old = OBJECTION.read_bytes()
    new = old.replace(b"</bpmn:process>", '<bpmn:task id="more" name="多一步"/></bpmn:process>'.encode())
    [added] = changes("x.bpmn", old, new)
    [removed] = changes("x.bpmn", new, old)
    assert (added.kind, added.name) == (Kind.ADDED, "多一步")
    assert (removed.kind, removed.id) == (Kind.REMOVED, "more")


def test_a_cell_is_told_by_its_row_and_column() -> None:
    table = next(p for p in DRAWN if p.suffix == ".dmn" and b"<inputEntry" in p.read_bytes())
    [change] = edited(table, r"(<inputEntry[^>]*>\s*<text>)[^<]*", r'\1"XX"')
    assert (change.type, change.name) == ("rule", "1")
    assert change.details[0].path.startswith("input[")
    assert change.details[0].new == '"XX"'


def test_a_field_of_a_form_is_told_by_its_label() -> None:
    [change] = edited(NOTICE, r'"label":\s*"标题"', '"label": "公示标题"')
    assert change == Change(
        Kind.CHANGED, "f_title", "textfield", "公示标题", (Detail("label", "标题", "公示标题"),)
    )


def test_a_field_that_was_put_elsewhere_is_moved() -> None:
    form = json.loads(NOTICE.read_text(encoding="utf-8"))
    before = json.dumps(form).encode()
    first, second, *rest = form["components"]
    form["components"] = [second, first, *rest]
    kinds = {c.id: c.kind for c in changes(NOTICE.name, before, json.dumps(form).encode())}
    assert {kinds[first["id"]], kinds[second["id"]]} == {Kind.MOVED}


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.name)
def test_every_text_of_a_file_belongs_to_some_element(path: Path) -> None:
    """Whatever attribute or text is changed outside of the drawing, it shows."""
    old = path.read_bytes()
    values = set(re.findall(rb'(?:source|formId|type|processId|target|name)="([^"]{3,})"', old))
    seen = {
        text for node in xml_nodes(path.name, old).values() for text in (*node.properties.values(), node.name)
    }
    said = "\n".join(seen | {p for n in xml_nodes(path.name, old).values() for p in n.properties})
    missing = {v.decode() for v in values if _plain(v.decode()) not in said}
    assert missing <= {"bpmn:tFormalExpression"}  # what an expression is anyhow


def _plain(text: str) -> str:
    for escaped, plain in (("&#34;", '"'), ("&quot;", '"'), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(escaped, plain)
    return re.sub("&#(10|xA);", "\n", text)


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.name)
def test_every_type_and_property_has_a_name(path: Path) -> None:
    for node in xml_nodes(path.name, path.read_bytes()).values():
        assert type_name(node.type)[0] != node.type, node.type
        for name in node.properties:
            assert property_name(name)[0] != name or "definitions" in node.type, name


@given(st.binary(max_size=200))
def test_what_is_no_file_is_refused_with_its_name(content: bytes) -> None:
    with pytest.raises(XmlRefused) as refused:
        changes("其他.bpmn", OBJECTION.read_bytes(), content)
    assert "其他.bpmn" in refused.value.message("zh")


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(NotComparable):
        changes("a.png", b"1", b"2")
