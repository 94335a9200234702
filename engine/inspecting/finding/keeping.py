"""What an instance is found by beside its own row: its city, and the variables that say where it goes."""

import json as plain_json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from engine.inbox.faces import place_of
from engine.inbox.models import CaseFace
from engine.masking.marks import masked_value
from engine.masking.reading import is_steering
from engine.store.instances import Instance, InstanceVariable

LONGEST = 120
"""Characters of a value by which an instance is found: longer ones are prose."""

_WRITE = text(
    "INSERT INTO instance_variable (instance_id, name, value) VALUES (:instance_id, :name, :value)"
    " ON CONFLICT (instance_id, name) DO UPDATE SET value = excluded.value"
)


def as_text(value: Any) -> str | None:
    """A value as it is compared: numbers without needless digits; None for what nobody is found by."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        return format(number.normalize() if number % 1 else number.quantize(Decimal(1)), "f")
    if isinstance(value, str) and 0 < len(value) <= LONGEST and masked_value(value) == value:
        return value
    return None


def keep(session: Session, instance: int, root: str, events: Iterable[Mapping[str, Any]]) -> None:
    """Write down which steering variables of the root scope the events changed; at most two statements."""
    last: dict[str, str | None] = {}
    for event in events:
        if event["event"] == "variable" and event["scope"] == root and is_steering(event["detail"]["name"]):
            detail = event["detail"]
            last[detail["name"]] = None if detail.get("removed") else as_text(detail["value"])
    _write(session, instance, last)


def _write(session: Session, instance: int, last: Mapping[str, str | None]) -> None:
    rows = [
        {"instance_id": instance, "name": name, "value": value}
        for name, value in sorted(last.items())
        if value is not None
    ]
    gone = [name for name, value in last.items() if value is None]
    if rows:
        session.execute(_WRITE, rows)
    if gone:
        session.execute(
            delete(InstanceVariable).where(
                InstanceVariable.instance_id == instance, InstanceVariable.name.in_(gone)
            )
        )


def index_instances(session: Session) -> int:
    """Fill in what instances of an older release lack: city and variables; answers how many were looked at."""
    known = select(InstanceVariable.instance_id).where(InstanceVariable.instance_id == Instance.id)
    seen = 0
    last = 0
    while True:
        rows = session.execute(
            select(Instance.id, Instance.business_key, Instance.city, Instance.state)
            .where(Instance.id > last, ~known.exists())
            .order_by(Instance.id)
            .limit(500)
        ).all()
        if not rows:
            return seen
        last, seen = rows[-1].id, seen + len(rows)
        faces = dict(
            session.execute(
                select(CaseFace.key, CaseFace.city).where(
                    CaseFace.key.in_({row.business_key for row in rows})
                )
            ).all()
        )
        for row in rows:
            _index(session, row, faces)


def _index(session: Session, row: Any, faces: Mapping[str, str]) -> None:
    city = faces.get(row.business_key) or place_of(row.business_key or "")["city"]
    if city and not row.city:
        session.execute(update(Instance).where(Instance.id == row.id).values(city=city))
    state: dict[str, Any] = (
        plain_json.loads(row.state, parse_float=Decimal)
        if row.state
        else {"flow": ["", "", ""], "scopes": []}
    )
    variables: Mapping[str, Any] = next(
        (values for key, _parent, values in state["scopes"] if key == state["flow"][2]), {}
    )
    _write(session, row.id, {name: as_text(v) for name, v in variables.items() if is_steering(name)})
