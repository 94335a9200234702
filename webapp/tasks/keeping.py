"""Keep what a page sent as the person's draft, and remember what the page knew, so that no tab loses anything.

A page carries three values of its own: `_page` (a random name), `_base` (per key a digest of the answer that it
was shown with) and `_serial` (how often it has sent). `engine.commands.drafts` decides with them.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from engine import commands
from engine.commands.drafts import Conflict, Saved, Seen, digest
from engine.commands.refusals import DraftChanged
from webapp.access import actor
from webapp.shared import runtime
from webapp.tasks.opened import Opened

PAGE, BASE, SERIAL = "_page", "_base", "_serial"
LONGEST = 64 * 1024  # characters of `_base`: 1,000 keys have a quarter of that


@dataclass(frozen=True, slots=True)
class Memory:
    """What a page knows about the draft, as it carries it."""

    page: str
    base: Mapping[str, str]
    serial: int = 0

    @property
    def text(self) -> str:
        """The digests as the page carries them."""
        return " ".join(f"{key}:{value}" for key, value in self.base.items() if value)

    def after(self, saved: Saved, sent: Mapping[str, Any], conflicts: Iterable[Conflict] = ()) -> "Memory":
        """What the page knows once its save was answered: about what it wrote, nothing about the rest."""
        open_ = {conflict.key for conflict in conflicts}
        written = {
            key: digest(value)
            for key, value in sent.items()
            if key not in open_ and digest(saved.data.get(key)) == digest(value)
        }
        return Memory(self.page, {**self.base, **written}, self.serial)


def fresh(opened: Opened) -> Memory:
    """The memory of a page that is shown for the first time."""
    data = opened.draft.data if opened.draft else {}
    return Memory(secrets.token_urlsafe(9), {key: digest(value) for key, value in data.items()})


def carried() -> Memory | None:
    """The memory that a page sent back; None when it has none, as a program's request."""
    page = request.form.get(PAGE, "")[:40]
    if not page:
        return None
    pairs = (entry.partition(":") for entry in request.form.get(BASE, "")[:LONGEST].split())
    serial = request.form.get(SERIAL, "")
    number = int(serial) if serial.isascii() and serial.isdigit() and len(serial) < 10 else 0
    return Memory(page, {key: value for key, _, value in pairs}, number)


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a save: the draft as it is now, the page's new memory, and what both tabs had changed."""

    saved: Saved
    memory: Memory
    sent: Mapping[str, Any]
    conflicts: tuple[Conflict, ...] = ()

    @property
    def shown(self) -> dict[str, Any]:
        """The draft with this page's side of what is in conflict: what the page itself goes on showing."""
        return {**self.saved.data, **{conflict.key: conflict.sent for conflict in self.conflicts}}


def keep(opened: Opened, body: Mapping[str, Any], section: str | None = None) -> Kept:
    """Save the answers of one section, or of the whole form. Keys that the page did not show stay as they are.

    Raises InvalidForm for what the form does not know, and what `save_draft` raises except DraftChanged.
    """
    form = opened.form
    sent: dict[str, Any] = form.draft(body) if form else {}
    if form and section:
        sent = {key: value for key, value in sent.items() if key in form.section_keys(section)}
    memory = carried() or Memory("", {})
    seen = Seen(memory.page, memory.base, memory.serial) if memory.page else None
    try:
        saved = commands.save_draft(runtime(), actor(), opened.task.id, sent, keys=sent.keys(), seen=seen)
    except DraftChanged as changed:
        conflicts = changed.facts["conflicts"]
        saved = changed.facts["saved"]
        return Kept(saved, memory.after(saved, sent, conflicts), sent, conflicts)
    return Kept(saved, memory.after(saved, sent), sent)
