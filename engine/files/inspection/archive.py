"""ZIP containers: a central directory that is exactly the file, entries that stay where they belong, no bombs."""

import re
import struct
import unicodedata
import zipfile
from typing import BinaryIO

from engine.files.inspection.objection import Objection, damaged, foreign, too_large

ENTRIES = 5000
UNPACKED = 200 * 1024 * 1024
"""Bytes of all entries unpacked."""
RATIO = 300
"""Times that an entry over a megabyte may grow: sheets full of one number reach about 100."""
LONGEST, DEEPEST = 250, 12
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_DRIVE = re.compile(r"^[A-Za-z]:")


def opened(file: BinaryIO, size: int) -> zipfile.ZipFile:
    """The archive, its directory checked. Raises Objection."""
    start_of_directory = _require_end(file, size)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise damaged("ZIP 结构有误", "the ZIP structure is broken") from error
    entries = archive.infolist()
    if len(entries) > ENTRIES:
        raise too_large(f"内部文件超过 {ENTRIES} 个", f"more than {ENTRIES} files in it")
    for entry in entries:
        _require_entry(entry)
    _require_names([entry.filename for entry in entries])
    if sum(entry.file_size for entry in entries) > UNPACKED:
        raise too_large(f"展开后超过 {UNPACKED >> 20} MB", f"more than {UNPACKED >> 20} MB unpacked")
    _require_contiguous(file, entries, start_of_directory)
    return archive


def read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The content of an entry, never more than it announced. Raises Objection."""
    try:
        with archive.open(entry) as source:
            content = source.read(entry.file_size + 1)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError, NotImplementedError) as error:
        raise damaged("内部文件不能展开", "a file in it cannot be unpacked") from error
    except Exception as error:  # zlib.error and its like
        raise damaged("内部文件不能展开", "a file in it cannot be unpacked") from error
    if len(content) != entry.file_size:
        raise too_large("内部文件比目录所说的大", "a file in it is larger than announced")
    return content


def _require_end(file: BinaryIO, size: int) -> int:
    """The end record stands at the very end, right after the directory; where the directory begins."""
    file.seek(max(0, size - _END.size))
    record = file.read()
    if len(record) != _END.size or not record.startswith(b"PK\x05\x06"):
        raise foreign(
            "ZIP 目录之后还有内容，或文件没有传完", "something after the ZIP directory, or it is cut off"
        )
    _, disk, first_disk, here, total, length, start, comment = _END.unpack(record)
    if disk or first_disk or here != total or comment:
        raise damaged("ZIP 目录有误", "the ZIP directory is broken")
    if start + length != size - _END.size:
        raise foreign("ZIP 目录前后有其他内容", "something around the ZIP directory")
    return int(start)


def _require_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 0x2041:
        raise Objection("EncryptedFile")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged("使用了 Office 不用的压缩方法", "a compression that Office does not use")
    big = entry.file_size > 1024 * 1024
    if big and entry.file_size > RATIO * max(1, entry.compress_size):
        raise too_large(f"压缩率超过 {RATIO} 倍", f"it unpacks to more than {RATIO} times its size")


def _require_names(names: list[str]) -> None:
    for name in names:
        parts = name.rstrip("/").split("/")
        odd = not name.strip() or len(name) > LONGEST or len(parts) > DEEPEST or "\\" in name
        if odd or name.startswith("/") or _DRIVE.match(name) or {"", ".", ".."} & set(parts):
            raise foreign("内部路径指向文件之外", "a path in it leads outside")
        if any(unicodedata.category(c) in ("Cc", "Cf") for c in name):
            raise foreign("内部路径含有不可见字符", "invisible characters in a path in it")
    if len({unicodedata.normalize("NFC", name).casefold() for name in names}) != len(names):
        raise foreign("内部有重名文件", "two files in it have one name")


def _require_contiguous(file: BinaryIO, entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Each entry begins where the one before ends: nothing overlaps (a bomb) and nothing hides in between."""
    place = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset != place:
            raise foreign("内部文件之间有空隙或重叠", "gaps or overlaps between the files in it")
        file.seek(place)
        header = file.read(_LOCAL.size)
        if len(header) != _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise damaged("ZIP 目录与内容不符", "the ZIP directory does not fit the content")
        *_, name_length, extra_length = _LOCAL.unpack(header)
        if file.read(name_length) != entry.orig_filename.encode(_encoding(entry)):
            raise foreign("内部文件有两个名字", "a file in it has two names")
        place += _LOCAL.size + name_length + extra_length + entry.compress_size
        if entry.flag_bits & 8:
            place += _descriptor(file, place)
    if place != directory:
        raise foreign("内部文件与目录之间有其他内容", "something between the files in it and their directory")


def _encoding(entry: zipfile.ZipInfo) -> str:
    return "utf-8" if entry.flag_bits & 0x800 else "cp437"


def _descriptor(file: BinaryIO, place: int) -> int:
    """Bytes of the data descriptor that follows an entry, with its signature or without."""
    file.seek(place)
    return 16 if file.read(4) == b"PK\x07\x08" else 12
