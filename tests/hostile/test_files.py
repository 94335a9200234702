"""Family 7: files that are broken, huge, or not what they say, at every door that takes files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from engine import bpmn, commands
from engine.bpmn import lint
from engine.errors import Refusal
from engine.policy import SYSTEM
from engine.problems import errors
from engine.runtime import Runtime
from engine.store import json
from engine.store.instances import Incident
from tests.hostile.files import BAD_DIAGRAMS, BAD_FORMS, BAD_XML, CYCLES, line, task
from tests.hostile.refusing import findings, refused_everywhere
from tests.support.runtimes import open_tasks, rows, start
from webapp.cli import main

xml = pytest.mark.parametrize("make", BAD_XML.values(), ids=BAD_XML)


@pytest.mark.parametrize("suffix", [".bpmn", ".dmn"])
@xml
def test_bad_xml_is_refused(rt: Runtime, make, suffix: str) -> None:  # type: ignore[no-untyped-def]
    refused_everywhere(rt, {f"evil{suffix}": make()})


@pytest.mark.parametrize("make", BAD_DIAGRAMS.values(), ids=BAD_DIAGRAMS)
def test_what_is_no_diagram_is_refused(rt: Runtime, make) -> None:  # type: ignore[no-untyped-def]
    refused_everywhere(rt, {"odd.bpmn": make()})


@pytest.mark.parametrize("content", [*BAD_FORMS.values(), *(make() for make in BAD_XML.values())])
def test_what_is_no_form_is_refused(rt: Runtime, content: bytes) -> None:
    refused_everywhere(rt, {"evil.form": content})


@pytest.mark.parametrize("suffix", [".bpmn", ".dmn"])
@pytest.mark.parametrize("content", BAD_FORMS.values(), ids=BAD_FORMS)
def test_json_is_no_xml(rt: Runtime, content: bytes, suffix: str) -> None:
    refused_everywhere(rt, {f"evil{suffix}": content})


@pytest.mark.parametrize("name", ["nothing", "no JSON", "NaN", "Infinity", "a key twice", "a huge number"])
def test_a_catalogue_is_json_that_everyone_reads_alike(rt: Runtime, name: str) -> None:
    with pytest.raises(Refusal):
        commands.deploy(rt, SYSTEM, {"evil.json": BAD_FORMS[name]})


@pytest.mark.parametrize(
    "name", ["evil", "evil.exe", "evil.bpmn.exe", "", "../../evil", ".bpmn/", "a.BPMN\0"]
)
def test_other_kinds_of_files_are_refused(rt: Runtime, name: str) -> None:
    refused_everywhere(rt, {name: task("manualTask")})


def test_one_bad_file_keeps_all_others_out(rt: Runtime) -> None:
    good = {f"good{n}.bpmn": line('<bpmn:task id="t"/>', process=f"p{n}") for n in range(3)}
    refused_everywhere(rt, {**good, "evil.bpmn": BAD_XML["an entity bomb"]()})


def test_nothing_of_another_file_is_shown() -> None:
    for name in ("an external entity", "an included file", "a public external entity"):
        told = "".join(p.zh + p.en for p in findings({"evil.bpmn": BAD_XML[name]()}))
        assert "root:" not in told


@pytest.mark.parametrize("files", CYCLES.values(), ids=CYCLES)
def test_a_circle_of_calls_is_told_and_ends_as_an_incident(rt: Runtime, files: dict[str, bytes]) -> None:
    assert "CALL_CYCLE" in {problem.code for problem in findings(files)}
    commands.deploy(rt, SYSTEM, files)
    instance = start(rt, "p1")
    [incident] = rows(rt, select(Incident))
    assert incident.type == "CALLED_ELEMENT_ERROR"
    commands.cancel(rt, SYSTEM, instance, "a circle")


def test_what_lint_refuses_never_reaches_the_compiler() -> None:
    """And what it passes compiles: the two agree on every bad diagram there is."""
    for make in (*BAD_XML.values(), *BAD_DIAGRAMS.values()):
        if not errors(lint("x.bpmn", make())):
            bpmn.compile("x.bpmn", make())


def test_names_with_a_byte_order_mark_are_read(rt: Runtime) -> None:
    """A form from an editor that writes one deploys, and is read again when its task opens."""
    form = (
        b'\xef\xbb\xbf{"schemaVersion": 19, "type": "default", "id": "f", "components": '
        b'[{"type": "number", "key": "n", "label": "n", "id": "x"}]}'
    )
    mapping = '<zeebe:ioMapping><zeebe:output source="=n" target="n"/></zeebe:ioMapping>'
    inner = f'<zeebe:userTask/><zeebe:formDefinition formId="f"/>{mapping}'
    diagram = task("userTask", f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>")
    commands.deploy(rt, SYSTEM, {"f.form": form, "p.bpmn": diagram})
    start(rt, "p")
    [open_task] = open_tasks(rt)
    assert commands.complete(rt, SYSTEM, open_task.id, {"n": 1}).status == "COMPLETED"


# -------------------------------------------------------------------- the command line


def luzhi_lint(*arguments: str) -> Result:
    """`luzhi lint` within this process; a traceback fails the test."""
    result = CliRunner().invoke(main, ["lint", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All bad files in one folder."""
    for number, make in enumerate((*BAD_XML.values(), *BAD_DIAGRAMS.values())):
        (tmp_path / f"{number}.bpmn").write_bytes(make())
    for number, content in enumerate(BAD_FORMS.values()):
        (tmp_path / f"{number}.form").write_bytes(content)
    return tmp_path


def test_the_command_line_answers_every_file(folder: Path) -> None:
    result = luzhi_lint(str(folder), "--json")
    assert result.exit_code == 1
    told = {problem["file"] for problem in json.loads(result.stdout) if problem["severity"] == "error"}
    assert told == {str(path) for path in folder.iterdir()}


@pytest.mark.parametrize(
    "name",
    [os.fsdecode(b"\xff\xfe.bpmn"), "a\nb.bpmn", "\x1b[31m.bpmn", "[red].bpmn", "\u202enpm.bpmn", "名.bpmn"],
)
@pytest.mark.parametrize("option", [[], ["--json"]], ids=["table", "json"])
def test_odd_names_of_files_are_shown_as_text(tmp_path: Path, name: str, option: list[str]) -> None:
    path = tmp_path / name
    path.write_bytes(b"x")
    result = luzhi_lint(str(path), *option)
    assert result.exit_code == 1
    assert "\x1b[31m" not in result.output
    assert "\u202e" not in result.output


@pytest.mark.parametrize(
    "id", ["[/red]", "[bold]x[/nope]", "[link=file:///etc/passwd]x", "\x9b31m", "\u202e"]
)
@pytest.mark.parametrize("option", [[], ["--json"]], ids=["table", "json"])
def test_names_in_files_are_no_markup(tmp_path: Path, id: str, option: list[str]) -> None:
    (tmp_path / "x.bpmn").write_bytes(line(f'<bpmn:task id="{id}"/>', id=id))
    assert luzhi_lint(str(tmp_path), *option).exit_code == 1


def test_an_endless_file_is_not_read_to_its_end() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("no /dev/zero here")
    assert luzhi_lint("/dev/zero").exit_code == 1


def test_the_worst_files_together_take_little_memory(folder: Path) -> None:
    """The operating system watches: 1.5 GB of addresses and a minute of processor time for all of them."""
    script = (
        "import resource as r; r.setrlimit(r.RLIMIT_AS, (1_500_000_000,) * 2);"
        "r.setrlimit(r.RLIMIT_CPU, (60, 60)); from webapp.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "lint", str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
