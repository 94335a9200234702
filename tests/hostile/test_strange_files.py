"""Diagrams of other modelers and broken files: every door answers with a list or a refusal, soon, never by falling over.

With `LUZHI_MIWG` naming a folder of reference diagrams of BPMN, they go through the same doors.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine import commands, xml
from engine.bpmn import lint_set
from engine.errors import Refusal
from engine.policy import SYSTEM
from engine.problems import NotDeployable, errors
from engine.runtime import Runtime
from engine.settings import project_root
from engine.studio import changes, handbook
from engine.studio.drafts.checking import file_problems, set_problems
from engine.studio.drafts.uploads import normalised
from engine.studio.rules import Rules
from tests.hostile import strange
from tests.hostile.refusing import bounded
from webapp import drawing, picture
from webapp.cli import main

FILES = [*strange.everything(), *strange.reference()]
each_file = pytest.mark.parametrize(("file", "content"), FILES, ids=[name for name, _ in FILES])
GOOD = {
    ".bpmn": "processes/registration.bpmn",
    ".dmn": "processes/decisions/ranking.dmn",
    ".form": "forms/definitions/approval.form",
}


def good(file: str) -> bytes:
    return (project_root() / GOOD[Path(file).suffix]).read_bytes()


def drawn(file: str, content: bytes) -> None:
    found = drawing.read(xml.parse(file, content), "en")
    if found is not None:
        found.mark({"t": "changed"})
        assert found.steps is not None
        cut = picture.parts(found)
        for svg in (picture.whole_svg(found, cut), *(picture.part_svg(found, part) for part in cut)):
            xml.parse("picture.svg", svg.encode())  # whatever is written in a diagram, its picture is XML


def read_as_handbook(file: str, content: bytes) -> None:
    library = handbook.Library({file: content}, "zh", {})
    for process_id in handbook.processes({file: content}):
        library.book(process_id, handbook.Facts())


DOORS: dict[str, Callable[[str, bytes], object]] = {
    "changes": lambda file, content: (changes(file, good(file), content), changes(file, content, good(file))),
    "rules": lambda file, content: Rules.of({file: content}),
    "drawing": drawn,
    "handbook": read_as_handbook,
}


def refusal_of(door: Callable[[str, bytes], object], file: str, content: bytes) -> Refusal | None:
    """How a door refuses; None when it answers. Anything else that it raises comes out."""
    try:
        door(file, content)
    except Refusal as refusal:
        return refusal
    return None


@each_file
def test_every_reader_answers_or_refuses(file: str, content: bytes) -> None:
    for name, door in DOORS.items():
        with bounded():
            refusal = refusal_of(door, file, content)
        assert refusal is None or refusal.message("zh") != refusal.message("en"), name


@each_file
def test_an_upload_is_kept_or_made_readable_and_its_list_can_be_read(
    rt: Runtime, file: str, content: bytes
) -> None:
    with bounded():
        kept = normalised(file, content)
        found = [*file_problems(rt, {file: kept}, file), *set_problems(rt, {file: kept})]
    assert normalised(file, kept) == kept
    for problem in found:
        assert problem.code
        assert any("\u4e00" <= sign <= "\u9fff" for sign in problem.zh)
        assert problem.zh != problem.en
        assert len(f"{problem.zh}{problem.en}".splitlines()) == 1, "a finding is one row of a list"
        assert len(problem.zh) < 1_500
        f"{problem.zh}{problem.en}{problem.element}".encode()


@each_file
def test_deployment_answers_with_the_list(rt: Runtime, file: str, content: bytes) -> None:
    with bounded():
        refusal = refusal_of(
            lambda file, content: commands.deploy(rt, SYSTEM, {file: content}), file, content
        )
    if refusal is None:
        assert not errors(lint_set({file: content})), "what was deployed has no errors"
    else:
        assert isinstance(refusal, NotDeployable)
        assert errors(refusal.problems)


def test_the_command_line_lists_them_all(tmp_path: Path) -> None:
    for file, content in FILES:
        if len(content) < 500_000:
            (tmp_path / file).write_bytes(content)
    done = CliRunner().invoke(main, ["lint", str(tmp_path)])
    assert done.exit_code == 1
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output


def test_what_other_modelers_write_becomes_utf8_without_foreign_prefixes() -> None:
    made = {file: normalised(file, content) for file, content in FILES}
    assert "Über Größe" in made["latin1.bpmn"].decode()
    assert b'encoding="UTF-8"' in made["latin1.bpmn"]
    for file in ("utf16.bpmn", "utf16be.bpmn", "mark.bpmn", "mark.form"):
        made[file].decode("ascii")
    foreign = made["foreign_prefix.bpmn"].decode()
    assert 'xmlns:camunda1="urn:somebody"' in foreign
    assert "<camunda1:meta camunda1:a='1' xsi:type='camunda1:t'/>" in foreign
    assert "camunda:" not in foreign
    assert b'xmlns:zeebe1="urn:somebody"' in made["foreign_zeebe.bpmn"]


def test_what_needs_nothing_stays_byte_for_byte() -> None:
    own = [p for folder in ("processes", "forms/definitions") for p in (project_root() / folder).rglob("*.*")]
    wanted = [path for path in own if path.suffix in (".bpmn", ".dmn", ".form")]
    assert len(wanted) > 70
    for path in wanted:
        content = path.read_bytes()
        assert normalised(path.name, content) is content
    text = b"<a:b xmlns:a='urn:a' name='camunda:x > zeebe:y'><!-- <camunda:c> --></a:b>"
    assert normalised("a.bpmn", text) is text
