"""Values become files: Word, PDF, and lists as spreadsheets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.documents import pdf, templates, word, workbooks
from engine.documents.kinds import KINDS, Kind
from engine.errors import NotFound

MEDIA_TYPES = {"docx": word.MEDIA_TYPE, "pdf": pdf.MEDIA_TYPE, "xlsx": workbooks.MEDIA_TYPE}


def kind_of(id: str) -> Kind:
    """The kind with this id. Raises NotFound."""
    if id not in KINDS:
        raise NotFound(what_zh="这类文书", what_en="This kind of document")
    return KINDS[id]


def render_file(folder: Path, kind: Kind, values: Mapping[str, Any], format: str) -> bytes:
    """One file of complete values, by the templates of a folder. Raises TemplateBroken, NotFound."""
    if format not in kind.formats:
        raise NotFound(what_zh="这种格式", what_en="This format")
    if format == "xlsx":
        return workbooks.render(kind, values)
    file = templates.path(folder, kind, format)
    address = str(values.get("address") or "")
    if format == "docx":
        return word.render(file, values, address)
    return pdf.render(file, values, kind.zh, address)
