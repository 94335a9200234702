"""The studio: the rules that count, their versions, what differs; changes of them, drafted, checked and approved."""

from webapp.studio import (
    changes_pages,
    editing,
    editors,
    handbook,
    listing,
    migrating,
    migrating_begin,
    pickers,
    recording,
    replayed,
    running,
    trying,
    trying_tasks,
    versions,
)
from webapp.studio.blueprint import blueprint

__all__ = [
    "blueprint",
    "changes_pages",
    "editing",
    "editors",
    "handbook",
    "listing",
    "migrating",
    "migrating_begin",
    "pickers",
    "recording",
    "replayed",
    "running",
    "trying",
    "trying_tasks",
    "versions",
]
