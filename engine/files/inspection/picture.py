"""JPEG and PNG: walked to their very last byte, then decoded completely under a pixel limit."""

import struct
import warnings
from typing import BinaryIO

from PIL import Image

from engine.files.inspection.heads import require
from engine.files.inspection.objection import Found, Objection, damaged, foreign, too_large

PIXELS = 60_000_000
"""Largest picture: an A3 scan at 600 dpi has 70 million in colour nobody needs; phones make 12 to 50 million."""
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # JPEG markers without a length: TEM, RST0-7, SOI


def inspect(file: BinaryIO, size: int, head: bytes, kind: str) -> Found:
    """A picture, complete and nothing else. Raises Objection."""
    require(head, head.startswith(_PNG if kind == "png" else _JPEG))
    content = file.read()
    end = png_end(content) if kind == "png" else jpeg_end(content)
    if end != len(content) and (kind == "png" or not _more_pictures(content, end)):
        raise foreign(
            f"图像结束后还有 {len(content) - end} 字节", f"{len(content) - end} bytes after its end"
        )
    _decode(file, "PNG" if kind == "png" else "JPEG")
    return Found()


def png_end(content: bytes) -> int:
    """Where a PNG ends: after its IEND chunk. Raises Objection when the chunks do not lead there."""
    place: int = len(_PNG)
    while place + 12 <= len(content):
        length, name = struct.unpack_from(">I4s", content, place)
        place += 12 + length
        if name == b"acTL":
            raise Objection("WrongContent", "是动画图片", "it is an animation")
        if name == b"IEND" and place <= len(content):
            return place
    raise damaged("PNG 没有结尾", "the PNG has no end")


def jpeg_end(content: bytes, start: int = 0) -> int:
    """Where the JPEG that begins at `start` ends: after its EOI marker. Raises Objection when there is none."""
    place = start + 2
    while place + 2 <= len(content):
        if content[place] != 0xFF:
            raise damaged("JPEG 的段落之间有多余字节", "bytes between the segments of the JPEG")
        marker = content[place + 1]
        place += 1 if marker == 0xFF else 2
        if marker == 0xD9:
            return place
        if marker == 0xFF or marker in _ALONE:
            continue
        if place + 2 > len(content):
            break
        place += struct.unpack_from(">H", content, place)[0]
        if marker == 0xDA:
            place = _scan_end(content, place)
    raise damaged("JPEG 没有结尾", "the JPEG has no end")


def _scan_end(content: bytes, place: int) -> int:
    """The first marker after entropy-coded data: 0xFF that neither is stuffed (00) nor restarts (D0–D7)."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0 or place + 1 >= len(content):
            raise damaged("JPEG 没有结尾", "the JPEG has no end")
        following = content[place + 1]
        if following != 0 and not 0xD0 <= following <= 0xD7:
            return place
        place += 2


def _more_pictures(content: bytes, place: int) -> bool:
    """Whether only further complete JPEGs and zero bytes follow: phones add depth and brightness maps that way."""
    while place < len(content):
        if content[place] == 0:
            place += len(content[place:]) - len(content[place:].lstrip(b"\0"))
        elif content.startswith(_JPEG, place):
            place = jpeg_end(content, place)
        else:
            return False
    return True


def _decode(file: BinaryIO, format: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            file.seek(0)
            with Image.open(file, formats=[format]) as image:
                _require_pixels(*image.size)
                image.verify()
            file.seek(0)
            with Image.open(file, formats=[format]) as image:
                image.load()
        except Objection:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise too_large("像素过多", "too many pixels") from None
        except Exception as error:  # whatever a decoder says about broken bytes, it is the file's fault
            raise damaged("图像不能完整解码", "it cannot be decoded") from error


def _require_pixels(width: int, height: int) -> None:
    if width * height > PIXELS:
        zh = f"{width}×{height} 像素，上限 {PIXELS // 10_000} 万像素"
        raise too_large(zh, f"{width}×{height} pixels; {PIXELS // 1_000_000} million are allowed")
