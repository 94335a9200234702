"""Find one row by its natural key, without asking the database twice within a transaction."""

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session

Row = TypeVar("Row")


def by_key(
    session: Session, model: type[Row], attribute: InstrumentedAttribute[Any], value: Any
) -> Row | None:
    """The row whose unique column has this value, or None; a row once found is kept for the session's life.

    A session lives for one transaction. What a savepoint took back is asked for again.
    """
    found: dict[tuple[type[Any], Any], Any] = session.info.setdefault(__name__, {})
    known: Row | None = found.get((model, value))
    if known is None or not inspect(known).persistent:
        known = session.scalar(_one(attribute.parent, attribute.key), {"value": value})
        if known is not None:
            found[(model, value)] = known
    return known


@cache
def _one(mapper: Any, key: str) -> Select[Any]:
    """The statement is put together once: there is hardly a click without one of these."""
    return select(mapper).where(mapper.all_orm_descriptors[key] == bindparam("value"))
