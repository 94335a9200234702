"""Names of files and folders that every system takes, above all Windows: no reserved signs or names, not too long."""

import re
import unicodedata

from engine.documents.kinds import Kind
from engine.documents.subjects import Scope

LONGEST_PART, LONGEST = 40, 110
"""Signs of one part, and of a whole name: with its folders it stays below the 260 that Windows takes."""
MOST_BYTES = 240
"""Bytes of a whole name: Linux takes 255 of them, and a Chinese sign has three."""
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")


def part(text: str) -> str:
    """One part of a name: no separators, nothing invisible, no dots or spaces at its ends; 未命名 for nothing."""
    seen = "".join(
        sign
        for sign in unicodedata.normalize("NFC", text)
        if unicodedata.category(sign)[0] != "C" or sign == " "
    )
    safe = _FORBIDDEN.sub("_", seen).replace("_" * 3, "_").strip(". ")
    safe = " ".join(safe.split())[:LONGEST_PART].strip(". ")
    if not safe:
        return "未命名"
    return f"_{safe}" if _RESERVED.fullmatch(safe) else safe


def joined(*parts: str) -> str:
    """Several parts as one name, joined by low lines."""
    return "_".join(part(text) for text in parts if text)[:LONGEST].strip(". ")


def file_name(
    kind: Kind | str, where: Scope, version: int, format: str, number: int | str | None = None
) -> str:
    """For example 01_济南市_企业名_智能工厂_县级意见.pdf; a later version says which it is."""
    place = f"{number:02d}" if isinstance(number, int) else number
    parts = [place] if place is not None else []
    name = kind if isinstance(kind, str) else kind.zh
    label = name if version == 1 else f"{name}_第{version}版"
    end = f"_{part(label)}.{format}"
    return shortened(joined(*parts, *where.parts), end) + end


def shortened(text: str, end: str) -> str:
    """So much of a name that it is not too long with its end, in signs and in bytes."""
    text = text[: LONGEST - len(end)]
    kept = text.encode()[: MOST_BYTES - len(end.encode())].decode(errors="ignore")
    return kept.strip(". ")
