"""Every table, in one import: whoever needs complete metadata calls `load()` first."""

from importlib import import_module

from sqlalchemy import MetaData

from engine.store import (
    accounts,
    definitions,
    files,
    instances,
    messages,
    migrating,
    operating,
    operation,
    people,
    studio,
    tasks,
    trail,
    trials,
    triggers,
    work,
)
from engine.store.base import Base

__all__ = [
    "accounts",
    "definitions",
    "files",
    "instances",
    "load",
    "messages",
    "migrating",
    "operating",
    "operation",
    "people",
    "studio",
    "tasks",
    "trail",
    "trials",
    "triggers",
    "work",
]


def load() -> MetaData:
    """The metadata with the registers of every programme area in it."""
    import_module("engine.accounts.administration.models")
    import_module("engine.collaboration.models")
    import_module("engine.documents.models")
    import_module("engine.inbox.models")
    import_module("engine.notifications.models")
    import_module("engine.programme").import_models()  # by name: the store must not depend on the programme
    return Base.metadata
