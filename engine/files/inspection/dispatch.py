"""Which module inspects which type."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from engine.files.inspection import office, pdf, picture, video
from engine.files.inspection.heads import HEAD, refuse_second_meaning
from engine.files.inspection.objection import Found

Inspector = Callable[[BinaryIO, int, bytes, str], Found]
"""Takes the file, its size, its first bytes and its kind."""

INSPECTORS: dict[str, Inspector] = {
    "pdf": pdf.inspect,
    "jpg": picture.inspect,
    "png": picture.inspect,
    "mp4": video.inspect,
    "docx": office.inspect,
    "xlsx": office.inspect,
}


def inspect(path: Path, kind: str) -> Found:
    """What a file is, judged as this kind. Raises Objection."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(0)
        found = INSPECTORS[kind](file, size, head, kind)
        refuse_second_meaning(file, size, kind)
    return found
