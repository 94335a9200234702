"""What of a form has to be drawn again after an answer changed: parts that appear or go, and computed values.

The page tells what it shows (`_shown`: ids, each with a checksum of what may depend on other answers); the answer
carries only those that differ. What a person types is never part of a checksum: an input is drawn again only when
its label, its options or whether it is asked for has changed.

The first entry of `_shown` is a stamp: a digest of all that the parts of the form may depend on. A save under which
it stays the same needs no look at the form at all, and most saves are of that kind.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any
from zlib import crc32

from engine.clock import BUSINESS_ZONE
from engine.commands.drafts import digest
from forms.viewmodel import FieldView, FormView, SectionView
from webapp.i18n import language
from webapp.shared import now
from webapp.tasks.opened import Opened

SHOWN = "_shown"
ALWAYS = frozenset({"text", "expression", "table"})  # their content may depend on any answer


def shown(view: FormView, stamp: str) -> str:
    """The stamp, then all parts that the page shows, as `id:checksum`, separated by spaces."""
    return " ".join([f"@{stamp}", *(f"{id}:{check}" for id, check in sorted(_visible(view)))])


def stamp(opened: Opened, data: Mapping[str, Any]) -> str:
    """A digest of what the parts of the form may depend on: answers that something reads, the case, the day."""
    keys = sorted(opened.form.moving) if opened.form else []
    parts = [f"{key}:{digest(data[key])}" for key in keys if key in data and digest(data[key])]
    around = [language(), str(opened.instance.revision), f"{now().astimezone(BUSINESS_ZONE):%Y%m%d}"]
    return blake2b(" ".join(around + parts).encode(), digest_size=8).hexdigest()


def unmoved(before: str, stamp: str) -> bool:
    """Whether the page was drawn with the same."""
    return before.partition(" ")[0] == f"@{stamp}"


def to_redraw(view: FormView, before: str) -> tuple[list[SectionView], list[FieldView]]:
    """The sections and fields that changed against what the page showed."""
    known = {id: check for id, _, check in (entry.partition(":") for entry in before.split())}
    sections = [s for s in view.sections if (s.id in known) == s.hidden]
    redrawn = {s.id for s in sections}
    fields = [
        f for s in view.sections if not s.hidden and s.id not in redrawn for f in _changed(s.fields, known)
    ]
    return sections, fields


def _changed(fields: Iterable[FieldView], known: dict[str, str]) -> Iterator[FieldView]:
    for field in fields:
        if (field.id in known) == field.hidden or (not field.hidden and known[field.id] != _checksum(field)):
            yield field
        elif not field.hidden:
            yield from _changed(_inside(field), known)


def _visible(view: FormView) -> Iterator[tuple[str, str]]:
    for section in view.sections:
        if not section.hidden:
            yield section.id, ""
            yield from _visible_fields(section.fields)


def _visible_fields(fields: Iterable[FieldView]) -> Iterator[tuple[str, str]]:
    for field in fields:
        if not field.hidden:
            yield field.id, _checksum(field)
            yield from _visible_fields(_inside(field))


def _inside(field: FieldView) -> Iterator[FieldView]:
    """The fields of a group, and the cells and sums of rows that are filled in."""
    yield from field.fields
    if not field.readonly:
        yield from field.totals
        for row in field.rows:
            yield from row.fields


def _checksum(field: FieldView) -> str:
    """Of what other answers may change; nothing that is typed into the field itself."""
    parts: list[object] = [
        field.label,
        field.help,
        field.required,
        field.readonly,
        field.suffix,
        field.prefix,
    ]
    parts += [(option.value, option.label) for option in field.options]
    parts += [row.key for row in field.rows if row.file]  # rows come and go with the files
    if field.computed or field.readonly or field.kind in ALWAYS:
        parts += [field.text, field.html, [row.texts for row in field.rows]]
    return f"{crc32(repr(parts).encode()):x}"
