"""The six types of file that are taken, and how large each may be."""

from dataclasses import dataclass

from forms.files import MOST_MB

MEGABYTE = 1024 * 1024
FILE_BYTES, VIDEO_BYTES = MOST_MB["pdf"] * MEGABYTE, MOST_MB["mp4"] * MEGABYTE
"""Bytes of one document or picture, and of one video; lint holds every form to the same (`forms.files`)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of file: the extensions that name it, its media type, the bytes that it may have."""

    id: str
    extensions: tuple[str, ...]
    media_type: str
    most: int
    zh: str
    en: str


KINDS: dict[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("pdf", ("pdf",), "application/pdf", FILE_BYTES, "PDF 文档", "PDF document"),
        Kind("jpg", ("jpg", "jpeg"), "image/jpeg", FILE_BYTES, "JPEG 图片", "JPEG picture"),
        Kind("png", ("png",), "image/png", FILE_BYTES, "PNG 图片", "PNG picture"),
        Kind("mp4", ("mp4",), "video/mp4", VIDEO_BYTES, "MP4 视频", "MP4 video"),
        Kind(
            "docx",
            ("docx",),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            FILE_BYTES,
            "Word 文档",
            "Word document",
        ),
        Kind(
            "xlsx",
            ("xlsx",),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            FILE_BYTES,
            "Excel 工作簿",
            "Excel workbook",
        ),
    )
}

IMAGES = frozenset({"jpg", "png"})
_BY_EXTENSION = {extension: kind for kind in KINDS.values() for extension in kind.extensions}


def by_name(name: str) -> Kind | None:
    """The type that a name's extension stands for, or None for one that is not taken."""
    stem, dot, extension = name.rpartition(".")
    return _BY_EXTENSION.get(extension.lower()) if stem and dot else None


def extensions() -> str:
    """All extensions that are taken, for sentences."""
    return "、".join(_BY_EXTENSION)
