"""Word files by docxtpl: values are text, escaped; expressions run in a sandbox; the same values give the same bytes."""

import re
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.shared import Mm
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.documents.errors import TemplateBroken
from engine.printing import qr_png

PICTURE = "qr"
"""The name of the code that leads to the check of a document."""
PICTURE_WIDTH = 30  # mm
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""What a zip archive calls the time of a file that has none."""
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def environment() -> ImmutableSandboxedEnvironment:
    """Jinja that cannot reach beyond the values, escapes them, and fails on a name that is not there."""
    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def render(template: Path, values: Mapping[str, Any], address: str = "") -> bytes:
    """The file. `address` becomes the code where the template has a place for it. Raises TemplateBroken."""
    try:
        document = DocxTemplate(template)
        context = dict(values)
        if address:
            document.init_docx()
            context[PICTURE] = InlineImage(document, BytesIO(qr_png(address)), width=Mm(PICTURE_WIDTH))
        document.render(context, environment())
        _keep_signature(document.docx.paragraphs, str(values.get("signer") or ""))
        out = BytesIO()
        document.save(out)
    except (TemplateError, ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise TemplateBroken(file=template.name, reason=str(error)) from error
    return _same_bytes(out.getvalue())


def _keep_signature(paragraphs: Sequence[Paragraph], signer: str) -> None:
    """Keep the signature with the text before it: alone on a page it would sign nothing (GB/T 9704-2012, 7.3.5).

    Which paragraph that is depends on the values, and how many lines fit on the reader's fonts, so no template can
    say it. Templates keep the signature with its date, by which it is known.
    """
    signed = [n for n, each in enumerate(paragraphs) if signer and each.text.strip() == signer]
    kept = [n for n in signed if paragraphs[n].paragraph_format.keep_with_next]
    for before in reversed(paragraphs[: kept[-1]] if kept else ()):
        before.paragraph_format.keep_with_next = True
        if before.text.strip():
            break


def _same_bytes(content: bytes) -> bytes:
    """The same archive without the time at which it was written, its parts in one order."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
        for name in sorted(before.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = zipfile.ZipInfo(name, EARLIEST)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            after.writestr(part, before.read(name))
    return out.getvalue()


def source_of(template: Path) -> str:
    """Everything in a template that Jinja reads: body, headers and footers, as docxtpl prepares them."""
    document = DocxTemplate(template)
    document.init_docx()
    parts = [document.get_xml()]
    for kind in (document.HEADER_URI, document.FOOTER_URI):
        parts += [document.get_part_xml(part) for _, part in document.get_headers_footers(kind)]
    return "".join(re.sub(r"<\?xml[^>]*\?>", "", document.patch_xml(part)) for part in parts)
