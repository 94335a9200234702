"""The entries of a catalogue and the days of a calendar as they are compared: by code, and by date."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine import tables
from engine.catalogues import Catalogue
from engine.store import json
from engine.studio.comparing.changes import Node
from engine.workdays import Year

HEAD, HOLIDAY = "catalogue", "calendar"


def table_nodes(file: str, content: bytes) -> dict[str, Node]:
    """Every entry of a catalogue by its code, or day of a year. Raises CatalogueInvalid, CalendarInvalid."""
    table = tables.read(file, content)
    return _year(table) if isinstance(table, Year) else _catalogue(table)


def _catalogue(table: Catalogue) -> dict[str, Node]:
    found = {HEAD: Node(HEAD, HEAD, table.zh, dict(_flat(table.head, "")))}
    for name, items in table.lists.items():
        after = ""
        for item in items:
            facts = {key: value for key, value in item.facts.items() if key not in ("value", "lists")}
            properties = {"list": name, **dict(_flat(facts, ""))}
            found[item.value] = Node(item.value, "entry", item.label, properties, (after,))
            after = item.value
    return found


def _year(table: Year) -> dict[str, Node]:
    facts = {"source": table.source, "confidence": table.confidence, "workdays": str(table.workdays())}
    found = {HOLIDAY: Node(HOLIDAY, HOLIDAY, str(table.year), facts)}
    for kind, days in (("rest", table.rest), ("work", table.work)):
        for day, (zh, en) in sorted(days.items()):
            properties = {"worked": kind, "holiday": zh, "holiday_en": en}
            found[day.isoformat()] = Node(day.isoformat(), "day", day.isoformat(), properties)
    return found


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _flat(each, f"{path}/{key}".lstrip("/"))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value, start=1):
            yield from _flat(each, f"{path}[{number}]")
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)
