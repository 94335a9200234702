"""A diagram says everything in both languages itself: a new process needs no line of Python."""

from pathlib import Path

import pytest

from engine.bpmn import compile
from engine.settings import project_root

DIAGRAMS = sorted((project_root() / "processes").glob("*.bpmn"))


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_every_process_and_named_step_has_its_english_name(path: Path) -> None:
    for process in compile(path.name, path.read_bytes()).processes.values():
        assert process.properties.get("luzhi:name_en"), process.process_id
        tasks = [e for e in process.elements.values() if e.type in ("userTask", "serviceTask")]
        assert [task.id for task in tasks if not task.properties.get("luzhi:name_en")] == []


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_every_task_of_a_person_says_in_both_languages_what_to_do(path: Path) -> None:
    for process in compile(path.name, path.read_bytes()).processes.values():
        tasks = [e for e in process.elements.values() if e.type == "userTask"]
        said = [(t.id, t.documentation, t.properties.get("luzhi:documentation_en")) for t in tasks]
        assert [id for id, zh, en in said if not (zh and en)] == []
