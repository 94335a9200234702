"""PDF files by Typst, from the templates of an office; values are data, never markup."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from engine.documents.errors import TemplateBroken
from engine.printing import qr_svg
from engine.printing.typesetting import NotTypeset, typeset

AUTHOR = "山东省工业和信息化厅"
BEGINNING = date(2022, 4, 30)
"""The date in the properties of a file: fixed, so that the same values give the same bytes. The text has its own."""
MEDIA_TYPE = "application/pdf"


def render(template: Path, values: Mapping[str, Any], title: str, address: str = "") -> bytes:
    """The file. `title` names it in its properties. Raises TemplateBroken, FontsMissing."""
    made = [BEGINNING.year, BEGINNING.month, BEGINNING.day]
    data = {**values, "file_title": title, "file_author": AUTHOR, "made": made}
    if address:
        data["qr"] = qr_svg(address)
    try:
        return typeset(template, data)
    except NotTypeset as error:
        raise TemplateBroken(file=template.name, reason=str(error)) from error
