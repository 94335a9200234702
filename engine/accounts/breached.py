"""Passwords that were stolen elsewhere (ASVS 6.2.12): a list kept by whoever runs the site, asked nowhere over the net.

The file has one password a line, sorted by bytes (`LC_ALL=C sort -u`). It is looked up by halving where it lies, so
that a list of hundreds of millions costs no memory and some thirty reads.
"""

import mmap
from pathlib import Path


def listed(password: str, file: Path) -> bool:
    """Whether the list has this password, as it was typed or in small letters. Raises OSError."""
    if file.stat().st_size == 0:
        return False
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        return any(_has(lines, text.encode()) for text in {password, password.casefold()})


def _has(lines: mmap.mmap, wanted: bytes) -> bool:
    low, high = 0, len(lines)  # a line that begins in here may be it
    while low < high:
        begin = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = lines.find(b"\n", begin)
        end = len(lines) if end < 0 else end
        line = lines[begin:end].rstrip(b"\r")
        if line == wanted:
            return True
        low, high = (end + 1, high) if line < wanted else (low, begin)
    return False
