"""How files begin, and whether one could be read as a second thing (a polyglot)."""

import re
from typing import BinaryIO

from engine.files.inspection.objection import Objection, foreign

HEAD, TAIL = 1024, 66_000

_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "PDF", "PDF"),
    (b"\xff\xd8\xff", "JPEG 图片", "a JPEG picture"),
    (b"\x89PNG\r\n\x1a\n", "PNG 图片", "a PNG picture"),
    (b"GIF8", "GIF 图片", "a GIF picture"),
    (b"RIFF", "WEBP、AVI 或 WAV", "WEBP, AVI or WAV"),
    (b"BM", "BMP 图片", "a BMP picture"),
    (b"II*\0", "TIFF 图片", "a TIFF picture"),
    (b"MM\0*", "TIFF 图片", "a TIFF picture"),
    (b"PK\x03\x04", "ZIP 类文件", "a ZIP archive or Office file"),
    (
        b"\xd0\xcf\x11\xe0",
        "旧版 Office（.doc/.xls）或加密的文档",
        "an old Office file or a protected document",
    ),
    (b"Rar!", "RAR 压缩包", "a RAR archive"),
    (b"7z\xbc\xaf", "7z 压缩包", "a 7z archive"),
    (b"\x1f\x8b", "GZIP 压缩包", "a GZIP archive"),
    (b"MZ", "Windows 程序", "a Windows program"),
    (b"\x7fELF", "Linux 程序", "a Linux program"),
    (b"#!", "脚本", "a script"),
    (b"{\\rtf", "RTF 文档", "an RTF document"),
)
_MARKUP = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|script|svg|\?xml|!--)", re.I)


def described(head: bytes) -> tuple[str, str]:
    """What the first bytes look like, in both languages."""
    for start, zh, en in _STARTS:
        if head.startswith(start):
            return f"看起来是{zh}", f"it looks like {en}"
    if head[4:8] == b"ftyp":
        return "看起来是 MP4 类视频", "it looks like an MP4 video"
    if _MARKUP.match(head):
        return "看起来是网页或 XML/SVG", "it looks like a web page, XML or SVG"
    return "开头不是这种格式的标志", "it does not begin like one"


def require(head: bytes, fits: bool) -> None:
    """Raise WrongContent unless the beginning fits."""
    if not fits:
        raise Objection("WrongContent", *described(head))


def refuse_second_meaning(file: BinaryIO, size: int, own: str) -> None:
    """Raise ForeignData for a file that PDF readers or unpackers would open, too. `own` is its kind."""
    file.seek(0)
    if own != "pdf" and b"%PDF-" in file.read(HEAD):
        raise foreign("开头部分藏有 PDF 标志", "a PDF mark near its beginning")
    start = max(0, size - TAIL)
    file.seek(start)
    if own not in ("docx", "xlsx") and _holds_archive(file, start, file.read()):
        raise foreign("末尾藏有 ZIP 压缩包", "a ZIP archive at its end")


def _holds_archive(file: BinaryIO, start: int, tail: bytes) -> bool:
    """Whether an end-of-central-directory record points at a directory that is really there."""
    place = tail.rfind(b"PK\x05\x06")
    while place >= 0:
        length = int.from_bytes(tail[place + 12 : place + 16], "little")
        directory = start + place - length
        if len(tail) >= place + 22 and directory >= 0:
            file.seek(directory)
            if file.read(4) in (b"PK\x01\x02", b"PK\x05\x06"):
                return True
        place = tail.rfind(b"PK\x05\x06", 0, place)
    return False
