"""Handbooks of the processes, for everybody who has signed in: as a page and as PDF, from what counts or a draft."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from engine.errors import Language
from engine.policy import SYSTEM
from engine.printing.handbooks import Chapter, Picture, handbook_pdf
from engine.store.definitions import PROCESS
from engine.store.studio import RuleChange
from engine.studio import deployed_files
from engine.studio.drafts import drafting
from engine.studio.handbook import Facts, Handbook, Library, labels, processes
from engine.studio.handbook.words import label
from engine.verbs import Verbs
from webapp import access
from webapp.access import rule
from webapp.downloads import as_file
from webapp.drawing import Drawing, painted
from webapp.i18n import language
from webapp.limits import PRINTS, limiter, person
from webapp.names import people_names
from webapp.picture import part_svg, parts, whole_svg
from webapp.shared import reading, runtime
from webapp.studio.blueprint import blueprint
from webapp.studio.editing import one_change
from webapp.studio.listing import newest

ALL = "all"
"""Stands for every process in an address."""


@blueprint.get("/handbook")
@rule("definition.read")
def handbooks() -> str:
    """The processes that have a handbook: all that are deployed."""
    access.require("definition.read")
    with reading() as session:
        books = _books(session, ALL, language())
    return render_template("studio/handbooks.html", books=books, said=labels(language()))


@blueprint.get("/handbook/<string:process_id>")
@rule("definition.read")
def handbook(process_id: str) -> str:
    """The handbook of a process, or of all (`all`); `?change=` reads the drafts of a change. Raises NoProcess, NotFound."""
    access.require("definition.read")
    with reading() as session:
        books, files = _books(session, process_id, language()), _files(session)
    return render_template(
        "studio/handbook.html",
        books=books,
        subject=process_id,
        change=_change(),
        said=labels(language()),
        drawings={book.process_id: _drawing(files, book, language()) for book in books},
        parts={book.process_id: pictures(files, book, language()) for book in books},
    )


@blueprint.get("/handbook/<string:process_id>.pdf")
@rule("definition.read")
@limiter.limit(PRINTS, key_func=person)
def handbook_print(process_id: str) -> Response:
    """The same as PDF; made once for the same contents. Raises NoProcess, NotFound."""
    access.require("definition.read")
    with reading() as session:
        books, files = _books(session, process_id, language()), _files(session)
    content = print_of_books(files, books, language())
    answer = Response(content, mimetype="application/pdf")
    answer.set_etag(hashlib.sha256(content).hexdigest())
    title = books[0].name if len(books) == 1 else label("all", language())
    return as_file(answer, f"{label('handbook', language())} {title}.pdf").make_conditional(request)


def print_of_books(files: Mapping[str, bytes], books: list[Handbook], language: Language) -> bytes:
    """The PDF of some handbooks with their pictures, in this order. Raises FontsMissing, XmlRefused."""
    return _printed(tuple(Chapter(book, pictures(files, book, language)) for book in books), language)


@lru_cache(maxsize=24)
def _printed(chapters: tuple[Chapter, ...], language: Language) -> bytes:
    """Chapters are compared by everything that they print, so an older print is never taken for a newer one."""
    return handbook_pdf(chapters, language)


def pictures(files: Mapping[str, bytes], book: Handbook, language: Language) -> tuple[Picture, ...]:
    """The diagram of a handbook as it is printed: the whole with numbered frames, then its parts; or the whole alone."""
    drawing = _drawing(files, book, language)
    if drawing is None:
        return ()
    found, alt = parts(drawing), label("picture_alt", language, name=book.name)
    if len(found) == 1:
        return (Picture(whole_svg(drawing, ()), "", alt),)
    widest = max(part.box[2] for part in found)
    told = [label("part", language, n=number) for number in range(1, len(found) + 1)]
    return (
        Picture(whole_svg(drawing, found), label("overview", language), alt),
        *(
            Picture(part_svg(drawing, part), words, f"{alt} {words}", part.box[2] / widest)
            for part, words in zip(found, told, strict=True)
        ),
    )


def _drawing(files: Mapping[str, bytes], book: Handbook, language: Language) -> Drawing | None:
    return painted(book.file, files[book.file], {}, language)


def _change() -> int | None:
    return request.args.get("change", type=int)


def _files(session: Session) -> dict[str, bytes]:
    """What counts, or the drafts of the change that was asked for, which are for process owners only."""
    number = _change()
    if number is None:
        return deployed_files(session)
    access.require(drafting.ACTION)
    one_change(session, number)
    return drafting.drafted_files(session, number)


def _books(session: Session, process_id: str, language: Language) -> list[Handbook]:
    files, number = _files(session), _change()
    if number is None:
        return books_of(files, process_id, language, runtime().verbs, facts_of(session))
    drafted = _drafted(one_change(session, number), language)
    facts = dict.fromkeys(processes(files), drafted)
    return books_of(files, process_id, language, runtime().verbs, facts)


def books_of(
    files: Mapping[str, bytes], process_id: str, language: Language, verbs: Verbs, facts: Mapping[str, Facts]
) -> list[Handbook]:
    """The handbook of a process, or of all (`all`) by id. Raises NoProcess, XmlRefused, NotDeployable."""
    names = tuple((verb.type, (verb.zh, verb.en)) for verb in verbs)
    library = _library(tuple(sorted(files.items())), language, names)
    ids = sorted(library.owners) if process_id == ALL else [process_id]
    return [library.book(id, facts.get(id, Facts())) for id in ids]


@lru_cache(maxsize=4)
def _library(
    files: tuple[tuple[str, bytes], ...], language: Language, verbs: tuple[tuple[str, tuple[str, str]], ...]
) -> Library:
    """Read once for the same bytes: in both languages what counts and the drafts of one change."""
    return Library(dict(files), language, dict(verbs))


def facts_of(session: Session) -> dict[str, Facts]:
    """Version, time, person and message of the newest deployment of every process, by id."""
    rows = [row for row in newest(session) if row.definition.kind == PROCESS]
    people = people_names(session, {row.deployment.author or row.deployment.actor for row in rows})
    return {
        row.definition.definition_id: Facts(
            row.definition.version,
            row.deployment.at,
            _who(row.deployment.author or row.deployment.actor, people),
            row.deployment.message or "",
        )
        for row in rows
    }


def _who(login: str, people: Mapping[str, str]) -> str:
    return label("server", language()) if login == SYSTEM.login else people.get(login, login)


def _drafted(change: RuleChange, language: Language) -> Facts:
    return Facts(change=f"{label('change', language)} {change.id} {change.title}")


@blueprint.app_template_filter("step_lines")
def step_lines(text: str) -> list[Any]:
    """The lines of a text, for a page that sets one below the other."""
    return text.splitlines()
