"""The same log as CSV, in the columns that tools of process mining look for; UTF-8 with a mark, so that WPS reads it."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from datetime import datetime
from io import StringIO

from engine.eventlog.reading import Happening
from engine.workbooks import safe

COLUMNS = tuple(field.name for field in fields(Happening))


def write(cases: Iterable[list[Happening]]) -> Iterator[bytes]:
    """The file, in pieces of one case."""
    yield b"\xef\xbb\xbf" + _lines([COLUMNS])
    for case in cases:
        yield _lines([_cells(happening) for happening in case])


def _cells(happening: Happening) -> tuple[str, ...]:
    return tuple(_cell(value) for value in astuple(happening))


def _cell(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else str(value)
    cell: str = safe(text)
    return cell


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()
