"""What a form may know about uploaded files: handed in by the caller, who knows whose they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

MOST_MB = {"pdf": 20, "jpg": 20, "jpeg": 20, "png": 20, "docx": 20, "xlsx": 20, "mp4": 200}
"""Megabytes that one file may have, by extension: a scan of 200 pages at 100 kB a page, ten minutes of video at
2.5 Mbit/s. No form can allow more, or another type."""
_PICTURES = ("jpg", "jpeg", "png")
_MEDIA_TYPES = {
    "application/pdf": ("pdf",),
    "video/mp4": ("mp4",),
    "image/jpeg": _PICTURES[:2],
    "image/png": ("png",),
}


def taken(accept: str) -> dict[str, int]:
    """Of the types that are taken at all, those that an `accept` lets through, with the megabytes of each.

    Extensions, media types or `image/*`, separated by commas; empty lets all through.
    """
    wanted = [entry.strip().lower() for entry in accept.split(",") if entry.strip()]
    found = {extension for entry in wanted for extension in _meant(entry)}
    return {extension: most for extension, most in MOST_MB.items() if not wanted or extension in found}


def _meant(entry: str) -> tuple[str, ...]:
    if entry.startswith("."):
        return (entry[1:],) if entry[1:] in MOST_MB else ()
    if entry.endswith("/*"):
        return tuple(x for kind, names in _MEDIA_TYPES.items() if kind.startswith(entry[:-1]) for x in names)
    return _MEDIA_TYPES.get(entry, ())


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
