"""Every table, in one import: whoever needs complete metadata calls `load()` first."""

import pkgutil
from importlib import import_module
from importlib.util import find_spec

from sqlalchemy import MetaData

from engine.store import definitions, files, instances, messages, people, tasks, trail, triggers, work
from engine.store.base import Base

__all__ = [
    "definitions",
    "files",
    "instances",
    "load",
    "messages",
    "people",
    "tasks",
    "trail",
    "triggers",
    "work",
]


def load() -> MetaData:
    """The metadata with the registers of every programme area (`engine/programme/<area>/models.py`) in it."""
    programme = import_module("engine.programme")
    for area in pkgutil.iter_modules(programme.__path__, "engine.programme."):
        if area.ispkg and find_spec(f"{area.name}.models"):
            import_module(f"{area.name}.models")
    return Base.metadata
