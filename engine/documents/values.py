"""Values of documents: complete, cleaned of what no file can hold, and hashed, so that the same are known again."""

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Any

from engine.documents.errors import ValuesIncomplete
from engine.documents.fields import MEANINGS
from engine.documents.kinds import Kind
from engine.store import json

LONGEST = 20_000
"""Signs of one value: beyond that a table cell no longer fits any page."""


def complete(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a kind, clean, with empty ones for what is optional. Raises ValuesIncomplete, ValueError.

    ValueError is for programmers: a name that the kind does not have.
    """
    if kind.formats == ("xlsx",):  # a list has the cells that its register gives it, numbers among them
        kept: dict[str, Any] = json.loads(json.dumps(dict(values)))
        return kept
    unknown = set(values) - kind.names
    if unknown:
        raise ValueError(f"{kind.id} has no values {sorted(unknown)}")
    found: dict[str, Any] = {name: clean(values.get(name)) for name in kind.texts}
    found |= {name: [clean(text) for text in values.get(name) or ()] for name in kind.lists}
    found |= {name: _rows(kind, name, values.get(name) or ()) for name in kind.rows}
    missing = [name for name in sorted(kind.names - kind.optional) if not found[name]]
    if missing:
        raise ValuesIncomplete(
            kind=kind.zh,
            kind_en=kind.en,
            missing_zh="、".join(MEANINGS[name][0] for name in missing),
            missing_en=", ".join(MEANINGS[name][1] for name in missing),
        )
    return found


def _rows(kind: Kind, name: str, rows: Any) -> list[dict[str, str]]:
    columns = kind.rows[name]
    for row in rows:
        if unknown := set(row) - set(columns):
            raise ValueError(f"{kind.id}.{name} has no columns {sorted(unknown)}")
    return [{column: clean(row.get(column)) for column in columns} for row in rows]


def clean(value: Any) -> str:
    """Text that XML and Typst can hold: NFC, no control or invisible direction signs, lines by \\n, not endless."""
    text = "" if value is None else str(value)
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in _UNSEEN)
    return kept.strip()[:LONGEST]


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Control, format (direction) and private signs, halves of pairs, and code points that are no signs at all."""


def digest(values: Mapping[str, Any]) -> str:
    """The SHA-256 of values, whatever the order of their names."""
    return hashlib.sha256(json.dumps(_sorted(values)).encode()).hexdigest()


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(inner) for inner in value] if isinstance(value, list) else value
