"""Tiny valid files of every type that is taken, made in code; `text` makes each one different."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pikepdf
from PIL import Image

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FORMATS = "application/vnd.openxmlformats-officedocument"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def pdf(text: str = "x", pages: int = 1) -> bytes:
    """A PDF with this many empty A4 pages; `text` is its title. The same bytes for the same text."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(595, 842))
        document.docinfo["/Title"] = text
        document.save(out, deterministic_id=True)
    return out.getvalue()


def picture(format: str, text: str = "x", size: tuple[int, int] = (32, 24)) -> bytes:
    """A picture of one colour that follows from `text`."""
    out = io.BytesIO()
    colour = zlib.crc32(text.encode()) & 0xFFFFFF
    Image.new("RGB", size, (colour >> 16, colour >> 8 & 255, colour & 255)).save(out, format)
    return out.getvalue()


def jpg(text: str = "x", size: tuple[int, int] = (32, 24)) -> bytes:
    """A JPEG picture."""
    return picture("JPEG", text, size)


def png(text: str = "x", size: tuple[int, int] = (32, 24)) -> bytes:
    """A PNG picture."""
    return picture("PNG", text, size)


def noise(megabytes: float, seed: int = 1) -> bytes:
    """A PNG of about this size: bytes that do not compress, as rows of grey pixels."""
    import random

    width = 1000
    rows = max(1, round(megabytes * 1024 * 1024 / width))
    grey = random.Random(seed).randbytes(width * rows)
    out = io.BytesIO()
    Image.frombytes("L", (width, rows), grey).save(out, "PNG", compress_level=0)
    return out.getvalue()


def box(name: bytes, *content: bytes) -> bytes:
    """One box of an MP4 file."""
    inner = b"".join(content)
    return struct.pack(">I4s", 8 + len(inner), name) + inner


def mp4(text: str = "x", size: int = 0) -> bytes:
    """An MP4 with a picture track; its data are `text` and `size` zero bytes."""
    handler = box(b"hdlr", bytes(8), b"vide", bytes(13))
    track = box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", handler))
    return b"".join(
        (
            box(b"ftyp", b"isom", bytes(4), b"isommp42"),
            box(b"moov", box(b"mvhd", bytes(100)), track),
            box(b"mdat", text.encode(), bytes(size)),
        )
    )


def package(parts: dict[str, bytes]) -> bytes:
    """A ZIP container of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 6, 3, 9, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def types(part: str, media_type: str) -> bytes:
    """The list of content types of a package with one main part."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_TYPES}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/{part}" '
        f'ContentType="{media_type}"/></Types>'
    ).encode()


def relations(*entries: tuple[str, str, str]) -> bytes:
    """Relationships: type's last word, target, mode (`External` or nothing)."""
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{_DOCUMENT}/{kind}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for number, (kind, target, mode) in enumerate(entries, start=1)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_RELATIONS}">{lines}</Relationships>'.encode()


def docx_parts(text: str = "x") -> dict[str, bytes]:
    """The parts of a Word document with one paragraph."""
    body = (
        f'<w:document xmlns:w="{_WORD}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    )
    return {
        "[Content_Types].xml": types("word/document.xml", f"{_FORMATS}.wordprocessingml.document.main+xml"),
        "_rels/.rels": relations(("officeDocument", "word/document.xml", "")),
        "word/document.xml": body.encode(),
    }


def docx(text: str = "x") -> bytes:
    """A Word document."""
    return package(docx_parts(text))


def xlsx_parts(text: str = "x") -> dict[str, bytes]:
    """The parts of a workbook with one sheet and one cell."""
    book = (
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_DOCUMENT}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    cell = f'<c r="A1" t="inlineStr"><is><t>{text}</t></is></c>'
    sheet = f'<worksheet xmlns="{_SHEET}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'
    return {
        "[Content_Types].xml": types("xl/workbook.xml", f"{_FORMATS}.spreadsheetml.sheet.main+xml"),
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml", "")),
        "xl/workbook.xml": book.encode(),
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml", "")),
        "xl/worksheets/sheet1.xml": sheet.encode(),
    }


def xlsx(text: str = "x") -> bytes:
    """A workbook."""
    return package(xlsx_parts(text))


SAMPLES = {"pdf": pdf, "jpg": jpg, "png": png, "mp4": mp4, "docx": docx, "xlsx": xlsx}
"""Extension to a function that makes a valid file of it."""


def write_video(path: Path, megabytes: int, seed: int = 1) -> Path:
    """An MP4 of exactly so many megabytes whose data differ from place to place, written block by block."""
    import random

    block, head = 1024 * 1024, mp4()[:-9]  # without its mdat: eight bytes of head, one of text
    data = megabytes * block - len(head) - 8
    source = random.Random(seed)
    with path.open("wb") as file:
        file.write(head + struct.pack(">I4s", 8 + data, b"mdat"))
        while data:
            data -= file.write(source.randbytes(min(block, data)))
    return path
