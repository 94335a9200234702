"""Applications side by side: the same question of each in one row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask import request

from engine.programme.returns.changes import lines_of
from forms.viewmodel import FieldView, FileView, SectionView

LEAST, MOST = 2, 4
"""How many stand side by side."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one application says: its lines, and the files that it names."""

    lines: tuple[str, ...]
    files: tuple[FileView, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One question, and what each application says; None where it is not asked there."""

    label: str
    cells: tuple[Cell | None, ...]

    @property
    def same(self) -> bool:
        """Whether all say the same."""
        return len({cell.lines if cell is not None else None for cell in self.cells}) == 1


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the form with its questions."""

    id: str
    title: str
    lines: tuple[Line, ...]


class Compared(Protocol):
    """An application of which the parts are known."""

    @property
    def parts(self) -> Mapping[str, SectionView]:
        """Its parts by id, in order."""


def told(found: Sequence[Compared], numbers: Sequence[str]) -> dict[str, Any]:
    """What the page shows of these applications, as its address asks."""
    parts = [each.parts for each in found]
    only, differing = request.args.get("part", ""), request.args.get("differing") == "1"
    return {
        "found": found,
        "numbers": numbers,
        "titles": {id: part.title for each in parts for id, part in each.items()},
        "shown": aligned(parts, only, differing=differing),
        "only": only,
        "differing": differing,
    }


def aligned(
    parts: Sequence[Mapping[str, SectionView]], only: str = "", *, differing: bool = False
) -> list[Part]:
    """The parts of several applications (by id, in order) question by question.

    `only`: the id of one part; `differing`: without the questions to which all give the same answer.
    """
    titles = {id: part.title for each in parts for id, part in each.items()}
    wanted = [only] if only in titles else list(titles)
    found = [Part(id, titles[id], tuple(_lines([each.get(id) for each in parts]))) for id in wanted]
    if not differing:
        return found
    left = [Part(p.id, p.title, tuple(line for line in p.lines if not line.same)) for p in found]
    return [part for part in left if part.lines]


def _lines(sections: Sequence[SectionView | None]) -> Iterator[Line]:
    told = [dict(_answers(section.fields)) if section is not None else {} for section in sections]
    for path in dict.fromkeys(path for each in told for path in each):
        label = next(each[path].label for each in told if path in each)
        yield Line(label, tuple(_cell(each[path]) if path in each else None for each in told))


def _answers(fields: Sequence[FieldView]) -> Iterator[tuple[str, FieldView]]:
    """Every answer by its path; those in groups as well, texts of the form itself left out."""
    for field in fields:
        if field.hidden:
            continue
        if field.kind == "group":
            yield from _answers(field.fields)
        elif field.path and field.label:
            yield field.path, field


def _cell(field: FieldView) -> Cell:
    files = field.files or tuple(row.file for row in field.rows if row.file is not None)
    return Cell(tuple(lines_of(field, alone=True)) if not field.files else (), files)
