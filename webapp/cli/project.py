"""The files of a project that are deployed: diagrams, decisions, forms, catalogues, calendars."""

from pathlib import Path

from engine.tables import FOLDERS, is_table
from webapp.cli.lint import SUFFIXES


def project_files(root: Path) -> dict[str, Path]:
    """Everything of the project at `root` that is deployed, by file name."""
    return deployable(root / "processes", root / "forms" / "definitions")


def deployable(*paths: Path) -> dict[str, Path]:
    """The deployable files among and below the paths, by file name."""
    found = (p for path in paths for p in ([path] if path.is_file() else sorted(path.rglob("*"))))
    return {path.name: path for path in found if path.suffix in SUFFIXES or is_table_file(path)}


def is_table_file(path: Path) -> bool:
    """Whether it is a catalogue or a calendar: other JSON files, such as scenarios, lie elsewhere."""
    return is_table(path.name) and path.resolve().parent.name == FOLDERS[path.suffix]
