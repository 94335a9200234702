"""Where PostgreSQL's own programs lie: the newest that is installed here."""

import shutil
from pathlib import Path


class NoBinaries(Exception):
    """PostgreSQL is not installed here."""


def binary(name: str) -> str:
    """The path of one of its programs. Raises NoBinaries."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number, reverse=True)]
    folders += sorted(Path("/opt/homebrew/opt").glob("postgresql*/bin"), reverse=True)
    found = next((str(folder / name) for folder in folders if (folder / name).exists()), shutil.which(name))
    if found is None:
        raise NoBinaries(f"no {name}: install PostgreSQL (Debian: apt-get install postgresql)")
    return found


def _number(folder: Path) -> int:
    version = folder.parent.name.partition(".")[0]
    return int(version) if version.isdigit() else 0
