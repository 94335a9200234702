"""filepicker and documentPreview: lists of file ids; the files themselves live elsewhere."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms import texts
from forms.components.base import ComponentType, Report, Situation, mistyped
from forms.components.number import as_decimal
from forms.definition import Component
from forms.errors import Message, Unfit
from forms.expressions import is_feel
from forms.files import MOST_MB, FileFacts, taken
from forms.viewmodel import FileView

MAX_FILES = 50
MEGABYTE = 1024 * 1024
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
        """As many files as allowed, each known, of an accepted type and size."""
        yield from _count_problems(at, len(value))
        if at.files is not None:
            for entry in value:
                yield from _file_problems(at, at.files.get(entry))

    def decode(self, component: Component, texts: Sequence[str]) -> list[str]:
        """All ids sent; the empty text only says that the field was on the page."""
        return [text for text in texts if text]

    def encode(self, value: Any) -> list[str]:
        """The ids behind an empty text."""
        return ["", *(value or [])]

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """The files, the accepted types, whether several are taken."""
        ids = [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []
        files = tuple(file_view(at.files, entry) for entry in ids)
        most = _most(at)
        return {
            "value": ids,
            "files": files,
            "accept": _accept(at),
            "multiple": most > 1,
            "max_files": most,
            "min_files": count_of(at.component, "min_files") or 0,
            "max_mb": count_of(at.component, "max_mb") or 0,
            "text": ("、" if at.language == "zh" else ", ").join(file.name for file in files),
        }

    def lint(self, component: Component, report: Report) -> None:
        """More files asked for than allowed."""
        least, most = count_of(component, "min_files") or 0, count_of(component, "max_files")
        if component.get("multiple") is not True and least > 1:
            report(
                "FORM_PROPERTY",
                "min_files 大于 1 时应设 multiple",
                "min_files above 1 needs multiple",
            )
        elif most is not None and least > most:
            report("FORM_PROPERTY", "min_files 大于 max_files", "min_files is greater than max_files")
        _lint_limits(component, report)


def _lint_limits(component: Component, report: Report) -> None:
    """More promised than the system takes: files, types, megabytes."""
    if (count_of(component, "max_files") or 0) > MAX_FILES:
        report("FORM_FILES", f"max_files 最多为 {MAX_FILES}", f"max_files is {MAX_FILES} at most")
    accept = component.get("accept")
    if is_feel(accept):
        return  # known only when it is filled in; what is too much is refused then
    kinds = taken(str(accept or ""))
    if not kinds:
        all_kinds = "、".join(MOST_MB)
        report(
            "FORM_FILES",
            f"accept 中没有系统接收的类型（{all_kinds}）",
            f"accept names no type that is taken ({', '.join(MOST_MB)})",
        )
    elif (most := count_of(component, "max_mb")) is not None and most > max(kinds.values()):
        largest = max(kinds.values())
        report(
            "FORM_FILES",
            f"max_mb 为 {most}，但系统对这些类型每个文件最多接收 {largest} MB",
            f"max_mb is {most}, but files of these types have at most {largest} MB",
        )


def _count_problems(at: Situation, count: int) -> Iterator[Message]:
    least, most = count_of(at.component, "min_files") or 0, _most(at)
    if count < least:
        yield Message(
            f"{{label}}至少 {least} 个文件，您上传了 {count} 个，请再上传 {least - count} 个",
            f"{{label}} takes at least {least} file(s); you uploaded {count}: add {least - count}",
        )
    if count > most:
        yield Message(
            f"{{label}}最多 {most} 个文件，您上传了 {count} 个，请删除 {count - most} 个",
            f"{{label}} takes at most {most} file(s); you uploaded {count}: remove {count - most}",
        )


def _file_problems(at: Situation, file: FileFacts | None) -> Iterator[Message]:
    if file is None:
        yield Message(
            "{label}中有找不到的文件，请删除后重新上传",
            "{label} names a file that is not there; remove it and upload it again",
        )
        return
    name, accept = texts.excerpt(file.name, 40), _accept(at)
    if not accepts(accept, file):
        yield Message(
            f"{{label}}只接受 {accept}，“{name}”不符合，请转换格式后重新上传",
            f"{{label}} takes {accept}; “{name}” is something else: convert it and upload it again",
        )
    most = count_of(at.component, "max_mb")
    if most is not None and file.size > most * MEGABYTE:
        size = f"{file.size / MEGABYTE:.1f}"
        yield Message(
            f"{{label}}每个文件最大 {most} MB，“{name}”为 {size} MB，请压缩后重新上传",
            f"{{label}} takes files of at most {most} MB; “{name}” has {size} MB: make it smaller",
        )


def accepts(accept: str, file: FileFacts) -> bool:
    """Whether a file fits `accept`: extensions, media types or `image/*`, separated by commas; empty takes all."""
    wanted = [entry.strip().lower() for entry in accept.split(",") if entry.strip()]
    name, kind = file.name.lower(), file.media_type.lower()
    return not wanted or any(
        name.endswith(entry)
        if entry.startswith(".")
        else kind == entry or (entry.endswith("/*") and kind.startswith(entry[:-1]))
        for entry in wanted
    )


def _accept(at: Situation) -> str:
    accept = at.setting(at.component.get("accept"))
    return accept if isinstance(accept, str) else ""


def file_view(files: Mapping[str, FileFacts] | None, identity: str) -> FileView:
    """One file as it is shown; by its id when nobody can tell, and not `known` when it is not there."""
    file = (files or {}).get(identity)
    if file is None:
        return FileView(identity, identity, known=files is None)
    return FileView(identity, file.name, file.size, file.media_type, file.pages)


def count_of(component: Component, name: str) -> int | None:
    """A property that is a whole number, None when it is not set."""
    text = component.properties.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _most(at: Situation) -> int:
    if at.setting(at.component.get("multiple")) is not True:
        return 1
    limit = count_of(at.component, "max_files")
    return min(limit, MAX_FILES) if limit is not None else MAX_FILES


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
