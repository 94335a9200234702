"""A form to read becomes blocks of a print: rows of label and answer, tables, headings, texts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from forms.viewmodel import FieldView, FormView

LONG = 60
"""Characters from which on an answer gets the whole width."""
WIDE = 10
"""Characters in a cell from which on its column shares the free width instead of being as narrow as it can."""
DENSE = 7
"""Columns beyond which a table is set smaller."""
FEW = 5
"""Rows up to which a table of more columns than that, whose rows have names, is turned over."""
SUM = "Σ"
SILENT = frozenset({"separator", "spacer", "button", "image"})

Block = dict[str, Any]


def sections(view: FormView, nothing: str) -> list[Block]:
    """The sections that say something; `nothing` stands where a field has no answer."""
    made = []
    for section in view.sections:
        blocks = [] if section.hidden else list(_blocks(section.fields, nothing))
        if blocks:
            made.append({"title": section.title, "description": section.description, "blocks": blocks})
    return made


def _blocks(fields: Sequence[FieldView], nothing: str) -> Iterator[Block]:
    """Answers that follow one another become one block; groups become a heading and their own blocks."""
    rows: list[Block] = []
    for field in fields:
        if field.hidden or field.kind in SILENT:
            continue
        if field.kind in ("group", "text", "table", "dynamiclist"):
            yield from _facts(rows)
            rows = []
            yield from _special(field, nothing)
        else:
            rows.append(row(field.label, _answer(field) or nothing))
    yield from _facts(rows)


def _special(field: FieldView, nothing: str) -> Iterator[Block]:
    if field.kind == "group":
        inner = list(_blocks(field.fields, nothing))
        if inner and field.label:
            yield {"kind": "heading", "text": field.label}
        yield from inner
    elif field.kind == "text":
        if text := str(field.html.striptags()):
            yield {"kind": "text", "text": text}
    else:
        yield _rows(field)


def _rows(field: FieldView) -> Block:
    """A table or list; rows that are given have their names in a first column, computed sums stand below."""
    columns, rows = [_column_label(c) for c in field.columns], [list(row.texts) for row in field.rows]
    if field.totals and rows:
        rows.append([total.text for total in field.totals])
    if field.row_heading:
        columns = [field.row_heading, *columns]
        names = [row.label for row in field.rows] + [SUM] * (len(rows) - len(field.rows))
        rows = [[name, *texts] for name, texts in zip(names, rows, strict=True)]
        if len(columns) > DENSE and len(rows) <= FEW:  # a dozen figures do not fit beside each other
            columns, *rows = (list(line) for line in zip(columns, *rows, strict=True))
    return table(field.label, columns, rows)


def _column_label(column: Any) -> str:
    suffix = f"（{column.suffix}）" if column.suffix else ""
    return f"{column.label}{suffix}"


def _facts(rows: list[Block]) -> Iterator[Block]:
    if rows:
        yield {"kind": "facts", "rows": rows}


def row(label: str, text: str) -> Block:
    """One label and its answer."""
    return {"label": label, "text": text, "long": len(text) > LONG or text.count("\n") > 1}


def table(label: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    """A table; columns with long cells share the width, the others are as narrow as they can be."""
    found = [list(cells) for cells in rows]
    wide = [any(len(cells[n]) > WIDE for cells in found if n < len(cells)) for n in range(len(columns))]
    if len(columns) > 4 or not any(wide):
        wide = [True] * len(columns)
    shown = [{"label": label, "wide": w} for label, w in zip(columns, wide, strict=True)]
    return {"kind": "table", "label": label, "columns": shown, "rows": found, "dense": len(columns) > DENSE}


def _answer(field: FieldView) -> str:
    if field.kind in ("filepicker", "documentPreview"):
        return "\n".join(file.name for file in field.files)
    if not field.text:
        return ""
    suffix = f" {field.suffix}" if field.suffix and not field.text.endswith(field.suffix) else ""
    return f"{field.prefix}{field.text}{suffix}"
