"""Statements are compiled once a test process: every test has an engine of its own, and each compiled them anew.

The product has one engine a process, so there nothing is compiled twice.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

from engine.store.database import STATEMENTS

_compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS)


def keep_compiled() -> None:
    """Every engine of this process shares what was compiled for a database of its kind."""
    DefaultDialect.__eq__ = _alike  # type: ignore[method-assign, assignment]
    DefaultDialect.__hash__ = _kind  # type: ignore[method-assign, assignment]
    Engine._compiled_cache = property(_shared, _made)  # type: ignore[assignment]


def _shared(_: Engine) -> LRUCache[Any, Any]:
    return _compiled


def _made(_: Engine, own: LRUCache[Any, Any] | None) -> None:
    """An engine's own cache is not used: it has one, as every engine of the product."""
    assert own is not None


def _alike(one: DefaultDialect, other: object) -> bool:
    """Do both make the same of a statement, and of what it answers?"""
    return one is other or (type(one) is type(other) and _told(one) == _told(other))


def _kind(dialect: DefaultDialect) -> int:
    return hash(type(dialect))


def _told(dialect: Any) -> tuple[object, ...]:
    return (
        dialect.server_version_info,
        dialect.paramstyle,
        dialect.label_length,
        dialect._json_serializer,
        dialect._json_deserializer,
    )
