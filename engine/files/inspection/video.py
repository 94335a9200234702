"""MP4: boxes from the first byte to the last (ISO/IEC 14496-12), with a picture track that the browser can find."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from engine.files.inspection.heads import require
from engine.files.inspection.objection import Found, Objection, damaged, foreign

BOXES = 20_000
"""Boxes at the top of a file; fragmented recordings have two a second."""
TOP = frozenset(
    b"ftyp moov mdat free skip wide udta meta moof mfra sidx ssix styp uuid pdin emsg prft bloc".split()
)
_WITHIN = frozenset((b"moov", b"trak", b"mdia"))


def inspect(file: BinaryIO, size: int, head: bytes, kind: str) -> Found:
    """A video whose boxes fill the file exactly. Raises Objection."""
    require(head, head[4:8] == b"ftyp")
    top = list(boxes(file, 0, size))
    unknown = sorted({name for name, _, _ in top} - TOP)
    if unknown:
        shown = ascii(unknown[0].decode("latin-1"))
        raise foreign(f"含有不属于 MP4 的数据块 {shown}", f"a box {shown} that MP4 does not have")
    names = [name for name, _, _ in top]
    if b"moov" not in names or not {b"mdat", b"moof"} & set(names):
        raise damaged("缺少视频索引或画面数据", "its index or its data are missing")
    _, start, end = top[names.index(b"moov")]
    if b"vide" not in _handlers(file, start, end):
        raise Objection("WrongContent", "没有画面，只有声音或其他内容", "it has no picture track")
    return Found()


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the content of each box between two places. Raises Objection when they do not fit."""
    for _ in range(BOXES):
        if start == end:
            return
        file.seek(start)
        header = file.read(16)
        if end - start < 8 or len(header) < 8:
            raise damaged("数据块不完整，文件可能没有传完或没有录完", "a box is cut off")
        length, name = struct.unpack_from(">I4s", header)
        inner = start + 8
        if length == 1 and len(header) == 16:
            length, inner = struct.unpack_from(">Q", header, 8)[0], start + 16
        elif length == 0:
            length = end - start
        if length < inner - start or length > end - start:
            raise damaged(
                "数据块的长度与文件不符，文件可能没有传完或没有录完", "a box is longer than the file"
            )
        yield name, inner, start + length
        start += length
    raise Objection("TooLargeInside", f"数据块超过 {BOXES} 个", f"more than {BOXES} boxes")


def _handlers(file: BinaryIO, start: int, end: int) -> set[bytes]:
    """What the tracks are of: `vide`, `soun` …"""
    found: set[bytes] = set()
    for name, inner, stop in boxes(file, start, end):
        if name in _WITHIN:
            found |= _handlers(file, inner, stop)
        elif name == b"hdlr":
            file.seek(inner + 8)
            found.add(file.read(4))
    return found
