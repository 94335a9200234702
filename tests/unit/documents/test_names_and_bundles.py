"""Names that Windows takes, and archives that are written while they are sent."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

import pytest

from engine.documents.bundles import BLOCK, Entry, stream, text
from engine.documents.kinds import KINDS
from engine.documents.names import LONGEST, file_name, part
from engine.documents.subjects import Scope

WHERE = Scope("2024-370102-0001", 2024, "企业 项目", ("济南市", "泉城示例重工有限公司", "智能工厂"))


def test_a_file_is_named_by_number_city_enterprise_type_and_kind() -> None:
    assert (
        file_name(KINDS["county_opinion"], WHERE, 1, "pdf", 1)
        == "01_济南市_泉城示例重工有限公司_智能工厂_县级意见.pdf"
    )
    assert file_name(KINDS["notice"], WHERE, 2, "docx").endswith("_申报通知_第2版.docx")


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Windows\\x", "C__Windows_x"),
        ('a<b>c:"d|e?f*g', "a_b_c__d_e_f_g"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("名字. ", "名字"),
        ("\u202egnp.exe", "gnp.exe"),
        ("行\n一", "行一"),
        ("...", "未命名"),
        ("", "未命名"),
    ],
)
def test_no_part_of_a_name_is_a_path_or_reserved(given: str, safe: str) -> None:
    assert part(given) == safe


def test_a_long_name_keeps_its_ending_and_stays_short() -> None:
    where = Scope("x", 2024, "", ("市" * 200, "企" * 200, "型" * 200))
    name = file_name(KINDS["notice"], where, 12, "docx", 7)
    assert name.startswith("07_")
    assert name.endswith(".docx")
    assert len(name) <= LONGEST + 5


class _Endless(BytesIO):
    """A file of many blocks that notes how much of it was asked for at a time."""

    def __init__(self, blocks: int, asked: list[int]) -> None:
        super().__init__()
        self._left, self._asked = blocks, asked

    def read(self, size: int | None = -1, /) -> bytes:
        assert size == BLOCK
        self._asked.append(size)
        if self._left == 0:
            return b""
        self._left -= 1
        return b"x" * size


def test_a_bundle_is_sent_block_by_block() -> None:
    asked: list[int] = []
    pieces = stream([Entry("01_大/大.bin", lambda: _Endless(40, asked)), text("目录.txt", "尾".encode())])
    largest, whole = 0, BytesIO()
    for piece in pieces:
        largest = max(largest, len(piece))
        whole.write(piece)
    assert largest <= BLOCK
    assert len(asked) == 41
    with zipfile.ZipFile(whole) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["01_大/大.bin", "目录.txt"]
        assert archive.getinfo("01_大/大.bin").file_size == 40 * BLOCK
        assert all(info.flag_bits & 0x800 for info in archive.infolist() if not info.filename.isascii())


def test_a_file_is_opened_only_when_its_turn_comes() -> None:
    opened: list[str] = []

    def entry(name: str) -> Entry:
        def read() -> BinaryIO:
            opened.append(name)
            return BytesIO(name.encode())

        return Entry(name, read)

    pieces: Iterator[bytes] = stream([entry("a"), entry("b")])
    next(pieces)
    assert opened == ["a"]
    assert b"".join(pieces)
    assert opened == ["a", "b"]


def test_a_name_is_short_enough_for_linux_and_still_says_what_it_is() -> None:
    """255 bytes are the most there; three bytes are a Chinese sign, four some others."""
    where = Scope("x", 2024, "", ("市" * 200, "𠀀" * 200, "型" * 200))
    name = file_name(KINDS["county_opinion"], where, 12, "docx", 7)
    assert len(name.encode()) <= 255
    assert name.endswith("_县级意见_第12版.docx")
