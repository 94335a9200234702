"""The text of a PDF, read through the fonts' own tables (ToUnicode), page by page: enough to search in."""

import re
from io import BytesIO
from typing import Any

import pikepdf


def pages(pdf: bytes) -> list[str]:
    """The text of each page without spaces and line ends; what is drawn, not what is tagged."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return [_page(page) for page in document.pages]


def _page(page: Any) -> str:
    fonts = {name: _table(font) for name, font in page.Resources.get("/Font", {}).items()}
    text, table = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            table = fonts[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            given = operands[0] if str(operator) == "TJ" else [operands[0]]
            text += [_decoded(bytes(part), table) for part in given if isinstance(part, pikepdf.String)]
    return "".join("".join(text).split()).replace("\u200b", "")


def _decoded(codes: bytes, table: dict[int, str]) -> str:
    return "".join(table.get(int.from_bytes(codes[n : n + 2], "big"), "?") for n in range(0, len(codes), 2))


def _table(font: Any) -> dict[int, str]:
    cmap = font.ToUnicode.read_bytes().decode("latin-1")
    table = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.S):
        for code, text in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            table[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.S):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                table[int(first, 16) + step] = chr(ord(bytes.fromhex(text).decode("utf-16-be")) + step)
    return table
