"""The files of a project that are deployed: diagrams, decisions, forms."""

from pathlib import Path

from webapp.cli.lint import SUFFIXES


def project_files(root: Path) -> dict[str, Path]:
    """Every diagram, decision and form of the project at `root`, by file name."""
    return deployable(root / "processes", root / "forms" / "definitions")


def deployable(*paths: Path) -> dict[str, Path]:
    """The deployable files among and below the paths, by file name."""
    found = (p for path in paths for p in ([path] if path.is_file() else sorted(path.rglob("*"))))
    return {path.name: path for path in found if path.suffix in SUFFIXES}
