"""What of a form has to be drawn again after an answer changed: parts that appear or go, and computed values.

The page tells which parts it shows (`_shown`); the answer carries only those that differ, for htmx to swap in.
"""

from collections.abc import Iterable, Iterator

from forms.viewmodel import FieldView, FormView, SectionView

SHOWN = "_shown"
ALWAYS = frozenset({"text", "expression", "table"})  # their content may depend on any answer


def shown(view: FormView) -> str:
    """The ids of all parts that the page shows, separated by spaces."""
    return " ".join(sorted(_visible(view)))


def to_redraw(view: FormView, before: str) -> tuple[list[SectionView], list[FieldView]]:
    """The sections and fields that changed against what the page showed."""
    known = set(before.split())
    sections = [s for s in view.sections if (s.id in known) == s.hidden]
    redrawn = {s.id for s in sections}
    fields = [
        f for s in view.sections if not s.hidden and s.id not in redrawn for f in _changed(s.fields, known)
    ]
    return sections, fields


def _changed(fields: Iterable[FieldView], known: set[str]) -> Iterator[FieldView]:
    for field in fields:
        if (field.id in known) == field.hidden:
            yield field
        elif field.hidden:
            continue
        elif field.computed or field.kind in ALWAYS:
            yield field
        elif field.kind == "group":
            yield from _changed(field.fields, known)


def _visible(view: FormView) -> Iterator[str]:
    for section in view.sections:
        if not section.hidden:
            yield section.id
            yield from _visible_fields(section.fields)


def _visible_fields(fields: Iterable[FieldView]) -> Iterator[str]:
    for field in fields:
        if not field.hidden:
            yield field.id
            if field.kind == "group":
                yield from _visible_fields(field.fields)
