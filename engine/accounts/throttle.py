"""What may be done so often in a while, counted exactly over all processes: one row, one statement a count."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.store.accounts import Throttle


def spend(session: Session, key: str, amount: int, *, lasts: timedelta, at: datetime) -> int:
    """Count `amount` more under a key; what is spent with it since the window began.

    A window begins with its first count. Two who count at once are counted one after the other.
    """
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    over = Throttle.ends_at <= at
    fresh = {"key": key, "spent": amount, "ends_at": at + lasts}
    counted = (
        dialect.insert(Throttle)
        .values(fresh)
        .on_conflict_do_update(
            index_elements=[Throttle.key],
            set_={
                "spent": case((over, amount), else_=Throttle.spent + amount),
                "ends_at": case((over, at + lasts), else_=Throttle.ends_at),
            },
        )
        .returning(Throttle.spent)
    )
    spent = int(session.execute(counted).scalar_one())
    if spent == amount:
        session.execute(delete(Throttle).where(Throttle.ends_at <= at))
    return spent


def spent(session: Session, key: str, at: datetime) -> tuple[int, datetime]:
    """What is spent under a key now, and until when it counts."""
    row = session.execute(
        select(Throttle.spent, Throttle.ends_at).where(Throttle.key == key, Throttle.ends_at > at)
    ).one_or_none()
    return (row.spent, row.ends_at) if row else (0, at)


def forget(session: Session, key: str | None = None) -> None:
    """Begin anew, for one key or for all."""
    session.execute(delete(Throttle) if key is None else delete(Throttle).where(Throttle.key == key))
