"""A diagram says everything in both languages itself: a new process needs no line of Python."""

import re
from pathlib import Path

import pytest

from engine import xml
from engine.bpmn import compile
from engine.settings import project_root
from webapp import drawing

HAN = re.compile("[\u4e00-\u9fff]")
DIAGRAMS = sorted((project_root() / "processes").glob("*.bpmn"))


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_every_process_and_named_step_has_its_english_name(path: Path) -> None:
    for process in compile(path.name, path.read_bytes()).processes.values():
        assert process.properties.get("luzhi:name_en"), process.process_id
        tasks = [e for e in process.elements.values() if e.type in ("userTask", "serviceTask")]
        assert [task.id for task in tasks if not task.properties.get("luzhi:name_en")] == []


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_an_english_picture_has_no_chinese_word(path: Path) -> None:
    root = xml.parse(path.name, path.read_bytes())
    drawn = drawing.read(root, "en")
    assert drawn is not None
    words = [(shape.id, word) for shape in drawn.shapes for word in (shape.name, shape.lane)]
    assert [(id, word) for id, word in words if HAN.search(word)] == []
    assert [edge.id for edge in drawn.edges if HAN.search(edge.name)] == []


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_every_task_of_a_person_says_in_both_languages_what_to_do(path: Path) -> None:
    for process in compile(path.name, path.read_bytes()).processes.values():
        tasks = [e for e in process.elements.values() if e.type == "userTask"]
        said = [(t.id, t.documentation, t.properties.get("luzhi:documentation_en")) for t in tasks]
        assert [id for id, zh, en in said if not (zh and en)] == []


def test_a_picture_has_the_names_of_flows_where_they_were_drawn() -> None:
    path = next(path for path in DIAGRAMS if path.stem == "objection")
    root = xml.parse(path.name, path.read_bytes())
    for language, said in (("zh", "否，匿名"), ("en", "No, anonymous")):
        drawn = drawing.read(root, "en" if language == "en" else "zh")
        assert drawn is not None
        [edge] = [edge for edge in drawn.edges if edge.id == "Flow_is_signed_assess_clue"]
        assert (edge.name, edge.x, edge.y) == (said, 776, 241)
        assert "".join(edge.lines).replace(" ", "") == said.replace(" ", "")
