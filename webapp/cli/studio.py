"""`luzhi pull` and `luzhi diff`: what is deployed and a folder of files, kept in step through either door."""

from collections.abc import Mapping
from pathlib import Path

import click
from rich.text import Text

from engine import tables
from engine.settings import project_root
from engine.studio import Change, FileChange, deployed_files, file_changes
from engine.studio.comparing.words import property_name, type_name
from engine.studio.trying.recorded import recorded
from webapp.cli import console, opened
from webapp.cli.project import project_files

FOLDERS = {
    ".bpmn": Path("processes"),
    ".dmn": Path("processes/decisions"),
    ".form": Path("forms/definitions"),
    **{suffix: Path("processes") / folder for suffix, folder in tables.FOLDERS.items()},
}
SCENARIOS = Path("processes/scenarios")
SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": "="}
COLOURS = {"+": "green", "-": "red", "~": "yellow", "=": "dim"}
OUTPUT = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("diff")
@click.option(
    "--root", type=OUTPUT, default=None, help="The project whose files are meant; default: this one."
)
def difference(root: Path | None) -> None:
    """Say element by element how the files differ from what is deployed. Exit code 1 when they do."""
    found = file_changes(
        _deployed(), {name: path.read_bytes() for name, path in project_files(_root(root)).items()}
    )
    for each in found:
        _show(each)
    if found:
        raise SystemExit(1)
    console.print("没有差别 / no difference")


@click.command()
@click.option("--root", type=OUTPUT, default=None, help="The project to write to; default: this one.")
def pull(root: Path | None) -> None:
    """Write what is deployed to the files, each to where it lies or belongs; files of nothing deployed stay.

    Scenarios that people recorded in the browser go to processes/scenarios. Nothing is asked: keep the folder under
    version control, and look at `luzhi diff` before.
    """
    base = _root(root)
    present = project_files(base)
    places = {
        present.get(file, base / FOLDERS[Path(file).suffix] / file): content
        for file, content in _deployed().items()
    }
    places |= {base / SCENARIOS / name: content for name, content in _recorded().items()}
    written = [path for path, content in places.items() if _write(path, content)]
    for path in written:
        console.print(str(path.relative_to(base)))
    console.print(f"{len(written)} files written")


def _write(path: Path, content: bytes) -> bool:
    """Whether the file was not like this already."""
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


def _recorded() -> Mapping[str, bytes]:
    with opened().reading() as session:
        return {name: row.content.encode() for name, row in recorded(session).items()}


def _root(given: Path | None) -> Path:
    return given or project_root()


def _deployed() -> Mapping[str, bytes]:
    with opened().reading() as session:
        return deployed_files(session)


def _show(found: FileChange) -> None:
    words = {"new": "新文件 / not deployed", "missing": "只在已部署内容中 / deployed only", "changed": ""}
    console.print(Text(f"{found.file}  {words[found.status]}", style="bold"))
    for change in found.changes:
        _show_change(change)


def _show_change(change: Change) -> None:
    sign = SIGNS[change.kind]
    zh, en = type_name(change.type)
    head = f"  {sign} {zh} / {en} “{change.name or change.id}” ({change.id})"
    console.print(Text(head, style=COLOURS[sign]), soft_wrap=True)
    for detail in change.details if sign == "~" else ():
        zh, en = property_name(detail.path)
        console.print(Text(f"      {zh} / {en}: {_side(detail.old)} → {_side(detail.new)}"), soft_wrap=True)


def _side(text: str | None) -> str:
    return "—" if text is None else text


COMMANDS = [difference, pull]
