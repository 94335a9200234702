"""The handbook of one process, or of several, on paper: title page, contents, pictures in parts, steps, forms, tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.clock import in_business_zone
from engine.errors import Language
from engine.printing import words as w
from engine.printing.blocks import DENSE, Block, row
from engine.printing.documents import _broken, compile_sheet, day
from engine.studio.handbook import Facts, FormPart, Handbook, Step, Table, labels

INDENT = "　"
BEGINNING = datetime(2022, 1, 1).astimezone()
"""The time that a print without a deployment bears, so that the same drafts give the same bytes."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A part of a diagram: SVG, the words above it, and its share of the page's width."""

    svg: str
    told: str
    alt: str
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Chapter:
    """A process with its pictures."""

    book: Handbook
    pictures: Sequence[Picture]


def handbook_pdf(chapters: Sequence[Chapter], language: Language) -> bytes:
    """The PDF; the same chapters have the same bytes. Raises FontsMissing."""
    said = labels(language)
    books = [chapter.book for chapter in chapters]
    one = books[0] if len(books) == 1 else None
    subject = one.name if one is not None else said["all"]
    at = max((book.facts.at for book in books if book.facts.at is not None), default=BEGINNING)
    hashed = f"SHA-256 {one.sha256}" if one is not None else ""
    data = {
        "title": f"{said['handbook']} {subject}",
        "heading": said["handbook"] if one is not None else said["all"],
        "subject": one.name if one is not None else "",
        "lang": language,
        "labels": said,
        "programme": w.PROGRAMME[language],
        "author": w.PROGRAMME[language],
        "head_left": w.PROGRAMME[language],
        "head_right": f"{said['handbook']} {subject}",
        "foot": _versions(books[0].facts, said) if one is not None else subject,
        "hash": hashed,
        "always_header": False,
        "note": said["draft"] if any(book.facts.change for book in books) else said["made"],
        "cover": _cover(books, said, language),
        "books": [_chapter(chapter, said, language, len(chapters) > 1) for chapter in chapters],
    }
    return compile_sheet("handbook", data, at)


def _cover(books: Sequence[Handbook], said: dict[str, str], language: Language) -> list[Block]:
    if len(books) == 1:
        return _facts(books[0], said, language)
    return [row(book.name, _versions(book.facts, said)) for book in books]


def _versions(facts: Facts, said: dict[str, str]) -> str:
    return facts.change or said["version_n"].format(n=facts.version)


def _facts(book: Handbook, said: dict[str, str], language: Language) -> list[Block]:
    facts = book.facts
    rows = [row(said["id"], book.process_id), row(said["version"], _versions(facts, said))]
    if facts.at is not None:
        at = f"{day(facts.at, language)} {in_business_zone(facts.at):%H:%M}"
        rows += [row(said["deployed_at"], at), row(said["deployed_by"], facts.by)]
    if facts.message:
        rows.append(row(said["message"], facts.message))
    return [*rows, row(said["hash"], _broken(book.sha256)) | {"long": False}]


def _chapter(chapter: Chapter, said: dict[str, str], language: Language, facts: bool) -> dict[str, Any]:
    """What the template asks for; `facts` stand on the title page when it is the only one."""
    book = chapter.book
    return {
        "name": book.name,
        "text": book.text,
        "facts": [
            *(_facts(book, said, language) if facts else []),
            *(
                [row(said["lanes"], ("、" if language == "zh" else ", ").join(book.lanes))]
                if book.lanes
                else []
            ),
        ],
        "pictures": [
            {"svg": p.svg, "told": p.told, "alt": p.alt, "share": p.share} for p in chapter.pictures
        ],
        "steps": [_step(step, said) for step in book.steps],
        "forms": [_form(form, said, language) for form in book.forms],
        "decisions": [_decision(table, said) for table in book.decisions],
        "message_columns": _columns(said, ("message_name", True), ("direction", False), ("step", True)),
        "messages": [[m.name, m.direction, m.step] for m in book.messages],
        "document_columns": _columns(said, ("document", True), ("article", False), ("step", True)),
        "documents": [list(each) for each in book.documents],
    }


def _step(step: Step, said: dict[str, str]) -> dict[str, Any]:
    lines = [list(line) for line in step.lines]
    if step.next:
        lines.append([said["next"], "\n".join(step.next)])
    inside = f" · {said['inside'].format(name=step.inside)}" if step.inside else ""
    return {
        "number": step.number,
        "name": step.name,
        "type": step.type,
        "inside": inside,
        "person": step.person,
        "lines": lines,
    }


def _form(form: FormPart, said: dict[str, str], language: Language) -> dict[str, Any]:
    colon, comma = ("：", "、") if language == "zh" else (": ", ", ")
    return {
        "title": form.title,
        "told": f"{said['form_of']}{colon}{comma.join(form.steps)}",
        "columns": _columns(said, ("field", True), ("kind", False), ("required", False), ("hint", True)),
        "rows": [[INDENT * f.depth + f.label, f.kind, f.required, f.hint] for f in form.fields],
    }


def _decision(table: Table, said: dict[str, str]) -> dict[str, Any]:
    columns = [{"label": said["rule"], "wide": False}, *({"label": c, "wide": True} for c in table.columns)]
    return {
        "name": table.name,
        "text": table.text,
        "hit": table.hit,
        "columns": columns,
        "conditions": table.conditions + 1,
        "rows": [[str(n), *cells] for n, cells in enumerate(table.rows, start=1)],
        "dense": len(columns) > DENSE,
        "texts": [row(name, text) for name, text in table.texts],
    }


def _columns(said: dict[str, str], *names: tuple[str, bool]) -> list[Block]:
    return [{"label": said[name], "wide": wide} for name, wide in names]
