"""A template somebody edits, typeset with the fonts of the package; it reaches no file outside its own folder."""

from collections.abc import Mapping
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import typst

from engine.printing.fonts import fonts
from engine.store import json

_AT_ONCE = BoundedSemaphore(2)
"""Files that one process typesets at a time: each takes a processor."""


class NotTypeset(Exception):
    """The template is wrong; the text is Typst's own, with the place."""


def typeset(template: Path, data: Mapping[str, Any]) -> bytes:
    """The PDF of a template with these data. The same of both have the same bytes. Raises NotTypeset, FontsMissing."""
    with _AT_ONCE:
        try:
            made: bytes = typst.compile(
                template,
                root=template.parent,
                font_paths=fonts(),
                ignore_system_fonts=True,
                format="pdf",
                sys_inputs={"data": json.dumps(dict(data))},
                timestamp=0,
            )
        except typst.TypstError as error:
            raise NotTypeset(str(error)) from error
    return made
