"""What a backup holds, so that a restore can tell whether it is whole."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from engine.store import json

FORMAT = 1
NAME = "manifest.json"
LIST = "files.txt"
"""Of every attachment a line: its SHA-256 and its size."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the backup beside the attachments."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest; the numbers are those of the one state of the database that was copied."""

    made_at: str
    version: str
    revision: str
    dialect: str
    counts: Mapping[str, int]
    audit_sequence: int
    audit_hash: str
    files: int
    files_bytes: int
    missing: list[str]
    """Hashes of attachments that the database names and the store did not have, or not with these bytes."""
    parts: list[Part]
    format: int = FORMAT

    def part(self, name: str) -> Part:
        """The part of that name. Raises StopIteration when a backup of this format lacks it."""
        return next(part for part in self.parts if part.name == name)

    @property
    def made(self) -> datetime:
        """When the state of the database was taken, by the machine's clock."""
        return datetime.fromisoformat(self.made_at)

    @property
    def database(self) -> str:
        """The name of the part with the database."""
        return database_part(self.dialect)

    def text(self) -> str:
        """The file's text."""
        return json.dumps(asdict(self)) + "\n"


def database_part(dialect: str) -> str:
    """The name of the part that holds a database of this kind."""
    return "database.sqlite3" if dialect == "sqlite" else "database.dump"


def parse(text: str) -> Manifest:
    """The manifest of a file's text. Raises ValueError for anything that is not one."""
    try:
        found: Any = json.loads(text)
    except json.BadJson as error:
        raise ValueError(str(error)) from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError("not a manifest of this format")
    try:
        return Manifest(**{**found, "parts": [Part(**part) for part in found["parts"]]})
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a manifest: {error}") from error
