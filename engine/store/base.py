"""What every table is made of: one declarative base, one type for instants, one for JSON."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, MetaData, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from engine.clock import in_business_zone
from engine.store import json

Key = BigInteger().with_variant(Integer(), "sqlite")
"""Integer keys: 64 bits everywhere, and still SQLite's own row id, which is what makes it count by itself."""


class Instant(TypeDecorator[datetime]):
    """A point in time: stored in UTC, handed out aware in the business time zone; naive values are errors."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The same instant in UTC. Raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime is not an instant: {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The same instant in the business time zone."""
        if value is None:
            return None
        return in_business_zone(value if value.tzinfo else value.replace(tzinfo=UTC))


class Json(TypeDecorator[Any]):
    """Any JSON value as text with exact decimals; the databases never re-write it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """The compact text of a value; None is SQL's NULL."""
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The value of a stored text."""
        return None if value is None else json.loads(value)


class Base(DeclarativeBase):
    """The parent of every table. Constraint names follow one rule, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this name from the class
        datetime: Instant(),
        dict[str, Any]: Json(),
        list[Any]: Json(),
        str: Text(),
    }
