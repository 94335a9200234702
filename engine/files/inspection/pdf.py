"""PDF: opened by qpdf without repairs, every object looked at; nothing in it may act, hide or be encrypted."""

import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf

from engine.files.inspection.heads import require
from engine.files.inspection.objection import Found, Objection, damaged, foreign, too_large

PAGES = 2000
OBJECTS = 300_000
TABLES = 64 * 1024 * 1024
"""Bytes to which the tables that have to be unpacked before anything else may unpack (object and xref streams)."""
DEPTH = 100
_BLANK = b"\r\n\t \0\x0c"
_STREAM = re.compile(rb"stream\r?\n")

_ACTIONS = {
    "/JavaScript": ("JavaScript 脚本", "JavaScript"),
    "/Launch": ("启动其他程序的动作", "an action that starts a program"),
    "/SubmitForm": ("向外部发送数据的动作", "an action that sends data"),
    "/ImportData": ("读入外部数据的动作", "an action that imports data"),
    "/GoToE": ("打开嵌入文件的动作", "an action that opens an embedded file"),
    "/GoToR": ("打开其他文件的动作", "an action that opens another file"),
    "/Rendition": ("播放多媒体的动作", "a multimedia action"),
    "/Movie": ("播放多媒体的动作", "a multimedia action"),
    "/Sound": ("播放多媒体的动作", "a multimedia action"),
    "/RichMediaExecute": ("播放多媒体的动作", "a multimedia action"),
}
_ACTING_SUBTYPES = frozenset({"/RichMedia", "/3D", "/Movie", "/Screen", "/Sound"})
_SCRIPTS = ("/JS", "/JavaScript")
_HOLDERS = ("/EF", "/EmbeddedFiles", "/Collection")


def inspect(file: BinaryIO, size: int, head: bytes, kind: str) -> Found:
    """A PDF of 1 to PAGES pages without anything that acts. Raises Objection."""
    require(head, head.lstrip(b"\xef\xbb\xbf" + _BLANK).startswith(b"%PDF-"))
    if head.index(b"%PDF-") > 16:
        raise foreign("PDF 标志前有其他内容", "something before the PDF mark")
    content = file.read()
    _require_end(content)
    _require_small_tables(content)
    try:
        file.seek(0)
        with pikepdf.open(file, attempt_recovery=False, suppress_warnings=True) as pdf:
            return Found(_inspect(pdf))
    except pikepdf.PasswordError:
        raise Objection("EncryptedFile") from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged("PDF 结构有误", "the PDF structure is broken") from error


def _require_end(content: bytes) -> None:
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise damaged("没有 PDF 结尾标志，可能没有传完", "it has no end mark")
    rest = content[end + 5 :].strip(_BLANK)
    if rest:
        raise foreign(f"PDF 结尾标志后还有 {len(rest)} 字节", f"{len(rest)} bytes after the end mark")


def _require_small_tables(content: bytes) -> None:
    """Unpack the streams that qpdf would unpack on opening, under a limit. Raises Objection."""
    total = 0
    for found in _STREAM.finditer(content):
        head = content[max(0, found.start() - 2000) : found.start()]
        head = head[head.rfind(b" obj") + 1 :]
        if b"ObjStm" in head or b"XRef" in head or b"#" in head:
            total += _unpacked(content, found.end(), TABLES - total)
            if total >= TABLES:
                raise too_large("对象表展开后过大", "its object tables unpack to too much")


def _unpacked(content: bytes, start: int, most: int) -> int:
    try:
        once = zlib.decompressobj().decompress(content[start:], most)
        if once[:1] == b"\x78":  # packed twice
            return len(once) + len(zlib.decompressobj().decompress(once, most))
        return len(once)
    except zlib.error:
        return 0  # not packed this way; qpdf will say whether that is an error


def _inspect(pdf: pikepdf.Pdf) -> int:
    if pdf.is_encrypted:
        raise Objection("EncryptedFile")
    count = len(pdf.pages)
    if not 1 <= count <= PAGES:
        raise too_large(f"{count} 页，应为 1–{PAGES} 页", f"{count} pages; 1 to {PAGES} are taken")
    for number, entry in enumerate(pdf.objects):
        if number > OBJECTS:
            raise too_large(f"对象超过 {OBJECTS} 个", f"more than {OBJECTS} objects")
        for dictionary in _dictionaries(entry, DEPTH):
            _look(dictionary)
    return count


def _dictionaries(entry: Any, depth: int) -> Iterator[Any]:
    """The dictionaries in one object, without following references: each referenced object has its own turn."""
    code = getattr(entry, "_type_code", None)
    if depth == 0:
        raise damaged("结构嵌套过深", "it is nested too deeply")
    if code is pikepdf.ObjectType.dictionary or code is pikepdf.ObjectType.stream:
        yield entry
        for key in entry.keys():  # noqa: SIM118 - a pikepdf object is no mapping
            value = entry.get(key)
            if not getattr(value, "is_indirect", False):
                yield from _dictionaries(value, depth - 1)
    elif code is pikepdf.ObjectType.array:
        for value in entry:
            if not getattr(value, "is_indirect", False):
                yield from _dictionaries(value, depth - 1)


def _look(dictionary: Any) -> None:
    keys = set(dictionary.keys())
    if keys.intersection(_SCRIPTS):
        raise Objection("ActiveContent", *_ACTIONS["/JavaScript"])
    if keys.intersection(_HOLDERS) or dictionary.get("/Type") == pikepdf.Name("/EmbeddedFile"):
        raise Objection("FilesInside", "PDF 附件", "files attached to the PDF")
    if "/XFA" in keys:
        raise Objection("ActiveContent", "XFA 动态表单", "a dynamic XFA form")
    _look_at_action(str(dictionary.get("/S", "")), "/S" in keys)
    if "/Subtype" in keys and str(dictionary.get("/Subtype")) in _ACTING_SUBTYPES:
        raise Objection("ActiveContent", "多媒体或三维内容", "multimedia or 3D content")


def _look_at_action(name: str, there: bool) -> None:
    if there and name in _ACTIONS:
        raise Objection("ActiveContent", *_ACTIONS[name])
