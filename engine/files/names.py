"""File names as they are shown and offered for download: never a path, never an instruction to a terminal."""

import unicodedata

LONGEST = 120
"""Characters of a name; some systems still stop at 255 bytes, which are 85 Chinese characters and an extension."""
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))  # not allowed in names on Windows


def normalised(name: str) -> str:
    """The name in NFC, without folders, control, direction or other invisible characters, and not too long."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(c if unicodedata.category(c)[0] not in "CZ" else _space(c) for c in base)
    clean = " ".join(seen.translate(_FORBIDDEN).split()).strip(". ")
    return _short(clean) or "未命名"


def _space(character: str) -> str:
    return " " if unicodedata.category(character) == "Zs" or character in "\t\r\n" else ""


def _short(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(extension) - 1]}.{extension}"
