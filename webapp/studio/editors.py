"""Which page edits which kind of file. Whoever builds an editor registers it here, by the end of the file's name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine.store.studio import RuleChange
from engine.studio.drafts.drafting import Draft


@dataclass(frozen=True, slots=True)
class Editing:
    """What an editor page is about: the change, the file, its draft, and the session that reads them."""

    session: Session
    change: RuleChange
    file: str
    draft: Draft
    read_only: bool


Facts = Callable[[Editing], Mapping[str, Any]]


def _nothing(_: Editing) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Editor:
    """A template, and what it needs beside `change`, `draft` and `editor`."""

    template: str
    facts: Facts = _nothing


PLAIN = Editor("studio/edit_text.html")
"""A text area and a button: every file can be edited with it, also without JavaScript."""
EDITORS: dict[str, Editor] = {}


def register(suffix: str, template: str, facts: Facts = _nothing) -> None:
    """Let files whose names end so be edited on this page; the longest end that fits counts."""
    EDITORS[suffix] = Editor(template, facts)


def editor_of(file: str) -> Editor:
    """The page for a file; the plain one where nothing better is registered."""
    fits = [suffix for suffix in EDITORS if file.endswith(suffix)]
    return EDITORS[max(fits, key=len)] if fits else PLAIN
