"""What a form may know about uploaded files: handed in by the caller, who knows whose they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One stored file: `size` in bytes, `pages` where they could be counted."""

    id: str
    name: str
    size: int
    media_type: str
    pages: int | None = None


class Files(Protocol):
    """Looks files up by id; ids that this person may not use are left out of the answer."""

    def facts(self, ids: Iterable[str]) -> Mapping[str, FileFacts]:
        """The facts by id."""
