"""filepicker and documentPreview: lists of file ids; the files themselves live elsewhere."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms.components.base import ComponentType, Situation, mistyped
from forms.components.number import as_decimal
from forms.definition import Component
from forms.errors import Message, Unfit
from forms.viewmodel import FileView

MAX_FILES = 50
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class FilePicker(ComponentType):
    """Ids of uploaded files. Whether they exist and belong to this person is for the caller to check."""

    def empty(self) -> list[str]:
        """No files."""
        return []

    def is_empty(self, value: Any) -> bool:
        """No file was chosen."""
        return not value

    def convert(self, component: Component, raw: Any) -> list[str]:
        """The ids without repeats. Raises Unfit."""
        if raw is None or raw == "":
            return []
        if not isinstance(raw, list | tuple):
            raise mistyped(raw, "文件编号的列表", "a list of file ids")
        if any(not isinstance(entry, str) or not _ID.fullmatch(entry) for entry in raw):
            raise Unfit(
                "{label}中有无法识别的文件，请重新上传",
                "{label} holds a file that is not known; upload it again",
            )
        return list(dict.fromkeys(raw))

    def check(self, at: Situation, value: list[str]) -> Iterator[Message]:
        """Not more files than allowed."""
        most = _most(at)
        if len(value) > most:
            yield Message(
                f"{{label}}最多 {most} 个文件，您上传了 {len(value)} 个，请删除 {len(value) - most} 个",
                f"{{label}} takes at most {most} file(s); you uploaded {len(value)}: remove {len(value) - most}",
            )

    def decode(self, component: Component, texts: Sequence[str]) -> list[str]:
        """All ids sent; the empty text only says that the field was on the page."""
        return [text for text in texts if text]

    def encode(self, value: Any) -> list[str]:
        """The ids behind an empty text."""
        return ["", *(value or [])]

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """The files, the accepted types, whether several are taken."""
        accept = at.setting(at.component.get("accept"))
        ids = value if isinstance(value, list) else []
        return {
            "value": list(ids),
            "files": tuple(FileView(entry, entry) for entry in ids),
            "accept": accept if isinstance(accept, str) else "",
            "multiple": _most(at) > 1,
            "text": ("、" if at.language == "zh" else ", ").join(ids),
        }


def _most(at: Situation) -> int:
    if at.setting(at.component.get("multiple")) is not True:
        return 1
    limit = at.component.properties.get("max_files", "")
    return min(int(limit), MAX_FILES) if limit.isascii() and limit.isdigit() else MAX_FILES


class DocumentPreview(ComponentType):
    """Shows documents that its `dataSource` lists: ids, or {documentId, fileName} entries."""

    keyed = False

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """The documents by id and name."""
        entries = at.setting(at.component.get("dataSource"))
        found = (_document(entry) for entry in (entries if isinstance(entries, list) else []))
        return {"files": tuple(document for document in found if document is not None)}


def _document(entry: Any) -> FileView | None:
    if isinstance(entry, Mapping):
        identity = entry.get("documentId") or entry.get("id")
        metadata = entry.get("metadata")
        name = metadata.get("fileName") if isinstance(metadata, Mapping) else None
        name = name or entry.get("fileName") or entry.get("name")
    else:
        identity, name = entry, None
    known = as_decimal(identity) is not None or (isinstance(identity, str) and _ID.fullmatch(identity))
    return FileView(str(identity), str(name or identity)) if known else None
