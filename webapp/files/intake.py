"""Files that come with a plain form, without JavaScript: streamed to disk by the form parser, then taken one by one."""

from collections.abc import Callable, Iterator
from typing import IO, Any, TypeVar

from flask import g, request
from werkzeug.datastructures import FileStorage

from engine.errors import Refusal
from engine.files import operations
from engine.files.kinds import MEGABYTE
from engine.files.names import normalised
from engine.files.operations import PIECE
from engine.store.files import StoredFile
from forms.errors import FieldError
from webapp.access import actor
from webapp.files import purposes
from webapp.shared import now, runtime, writing

View = TypeVar("View", bound=Callable[..., Any])

ONE = "_one"
"""The names of fields that take one file: a new one replaces the old one."""
BLOCK = 64 * 1024


def takes_files(megabytes: int = 220) -> Callable[[View], View]:
    """Mark a view whose form may carry files: its body may have so many megabytes (one video and the rest)."""

    def mark(view: View) -> View:
        view.takes_files = megabytes * MEGABYTE  # type: ignore[attr-defined]
        return view

    return mark


def take(purpose: str) -> list[tuple[str, str]]:
    """The pairs of the form that was sent; files in it are stored for this purpose, their ids stand under their names.

    What was wrong with files that were not taken is in `problems()`.
    """
    new: list[tuple[str, str]] = []
    errors: list[FieldError] = []
    for name, sent in _sent():
        file_name = normalised(sent.filename or "")
        try:
            new.append((name, _stored(purpose, file_name, sent.stream).id))
        except Refusal as refusal:
            zh, en = refusal.message("zh"), refusal.message("en")
            errors.append(FieldError(name, file_name, zh, en, file_name))
    replaced = set(request.form.getlist(ONE)) & {name for name, _ in new}
    old = [
        (name, value) for name, value in request.form.items(multi=True) if not (value and name in replaced)
    ]
    g.file_problems = errors
    return [*old, *new]


def problems() -> list[FieldError]:
    """What was wrong with files that came with this request, by their fields."""
    found: list[FieldError] = g.get("file_problems", [])
    return found


def _sent() -> Iterator[tuple[str, FileStorage]]:
    for name, files in request.files.lists():
        for file in files:
            if file.filename:
                yield name, file


def _stored(purpose: str, name: str, stream: IO[bytes]) -> StoredFile:
    purposes.require(purpose)
    size = stream.seek(0, 2)
    stream.seek(0)
    with writing() as session:
        upload = operations.begin(session, actor(), purpose=purpose, name=name, size=size, at=now())
        runtime().files.require_room(size)
    offset = 0
    while offset < size:
        offset = operations.append(runtime(), upload, offset, _piece(stream))
    return operations.finish(runtime(), actor(), upload.id, (purpose,))


def _piece(stream: IO[bytes]) -> Iterator[bytes]:
    left = PIECE
    while left and (block := stream.read(min(BLOCK, left))):
        left -= len(block)
        yield block
