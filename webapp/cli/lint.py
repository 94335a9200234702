"""`luzhi lint`: check diagrams, decisions and forms before anyone deploys them."""

from collections.abc import Iterable
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from engine import programme
from engine.bpmn.lint import Known, lint_set
from engine.catalogues import Catalogues, programme_functions
from engine.feel import Functions
from engine.problems import Problem
from engine.problems import errors as only_errors
from engine.runtime import built_in
from engine.settings import project_root
from engine.store import json
from engine.studio.decisions.examples import failures
from engine.table_lint import lint_tables
from engine.tables import FOLDERS, is_table
from engine.workdays import WorkCalendar
from engine.xml import MAX_BYTES
from webapp.cli import console

SUFFIXES = (".bpmn", ".dmn", ".form")


@click.command("lint")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as a JSON list.")
def lint(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check PATHs (files or folders of .bpmn, .dmn, .form; catalogues, calendars) and list every finding.

    The examples of decisions are run, too: one that fails is an error.

    All files of one call are checked together: a form, decision or process that a diagram names must be among
    them. Exit code 1 when there is an error; warnings alone pass. Hostile or broken files get a message.
    """
    files = {_printable(str(path)): _read(path) for path in _files(paths)}
    problems = lint_set({name: files[name] for name in files if not is_table(name)}, _known())
    problems += failures(files, _functions())
    problems += lint_tables({Path(name).name: files[name] for name in files if is_table(name)})
    if as_json:
        text = json.dumps([problem.as_dict() for problem in problems])
        click.echo(text.encode(errors="backslashreplace"))  # writes half characters as JSON escapes
    else:
        _show(problems, len(files))
    if only_errors(problems):
        raise SystemExit(1)


def _known() -> Known:
    """The verbs and FEEL functions of this programme; no database is needed to know them."""
    verbs = programme.verbs()
    built_in(verbs)
    functions = programme_functions(WorkCalendar({}), Catalogues([]))
    return Known(verbs=verbs.current(), functions=functions.names)


def _functions() -> Functions:
    """What decisions may call, with the calendars and catalogues of this project."""
    folder = project_root() / "processes"
    return programme_functions(WorkCalendar.load(folder / "calendar"), Catalogues.load(folder / "catalogues"))


def _files(paths: Iterable[Path]) -> list[Path]:
    found: set[Path] = set()
    for path in paths:
        found.update((p for p in path.rglob("*") if _checked(p)) if path.is_dir() else (path,))
    return sorted(found)


def _checked(path: Path) -> bool:
    table = is_table(path.name) and path.resolve().parent.name == FOLDERS[path.suffix]
    return (table or path.suffix in SUFFIXES) and path.is_file()


def _read(path: Path) -> bytes:
    """The file, or as much of it as shows that it is too large."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _printable(text: str) -> str:
    """What a terminal may be shown: controls, directions and half characters written out."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)


def _show(problems: list[Problem], count: int) -> None:
    if problems:
        table = Table("file", "element", "severity", "问题 / message", show_lines=True)
        for problem in problems:
            colour = "red" if problem.severity == "error" else "yellow"
            severity = Text(problem.severity, style=colour)
            message = f"{problem.zh}\n{problem.en} ({problem.code})"
            # Text, not str: a name in a file must not be read as markup
            shown = (Text(_printable(part)) for part in (problem.file, problem.element))
            table.add_row(*shown, severity, Text(_printable(message)))
        console.print(table)
    failed = len(only_errors(problems))
    console.print(f"{count} files, {failed} errors, {len(problems) - failed} warnings")


COMMANDS = [lint]
