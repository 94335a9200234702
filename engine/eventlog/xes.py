"""XES (IEEE 1849-2016), written as it comes: extensions concept, lifecycle, time, organizational."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import quoteattr

from engine.eventlog.reading import Happening

_ILLEGAL = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What XML 1.0 cannot hold in any way."""

EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)
GLOBAL = (
    ("string", "concept:name", "UNKNOWN"),
    ("string", "lifecycle:transition", "complete"),
    ("date", "time:timestamp", "1970-01-01T00:00:00.000+00:00"),
)


def write(process_id: str, name: str, cases: Iterable[list[Happening]]) -> Iterator[bytes]:
    """The file, in pieces of one case."""
    yield _head(process_id, name).encode()
    for case in cases:
        yield _trace(case).encode()
    yield b"</log>\n"


def _head(process_id: str, name: str) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append('<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">')
    lines += [
        f'  <extension name="{name}" prefix="{prefix}" uri="{uri}"/>' for name, prefix, uri in EXTENSIONS
    ]
    lines.append('  <global scope="trace">')
    lines.append('    <string key="concept:name" value="UNKNOWN"/>')
    lines.append("  </global>")
    lines.append('  <global scope="event">')
    lines += [f'    <{kind} key="{key}" value="{value}"/>' for kind, key, value in GLOBAL]
    lines.append("  </global>")
    lines.append('  <classifier name="Activity" keys="concept:name"/>')
    lines.append('  <classifier name="Activity and transition" keys="concept:name lifecycle:transition"/>')
    lines.append(_string(1, "concept:name", name))
    lines.append(_string(1, "lifecycle:model", "standard"))
    lines.append(_string(1, "luzhi:process", process_id))
    return "\n".join(lines) + "\n"


def _trace(case: list[Happening]) -> str:
    first = case[0]
    lines = [
        "  <trace>",
        _string(2, "concept:name", first.case),
        _integer(2, "luzhi:instance", first.instance),
    ]
    lines.append(_integer(2, "luzhi:version", first.version))
    for happening in case:
        lines += _event(happening)
    return "\n".join([*lines, "  </trace>"]) + "\n"


def _event(happening: Happening) -> list[str]:
    pairs = (
        ("concept:name", happening.name),
        ("concept:instance", happening.element_instance),
        ("lifecycle:transition", happening.transition),
        ("org:resource", happening.resource),
        ("org:role", happening.role),
        ("org:group", happening.group),
        ("luzhi:element", happening.element),
        ("luzhi:type", happening.type),
    )
    told = [_string(3, key, value) for key, value in pairs if value is not None]
    return [
        "    <event>",
        *told,
        f'      <date key="time:timestamp" value="{_instant(happening.at)}"/>',
        "    </event>",
    ]


def _string(level: int, key: str, value: str) -> str:
    return f"{'  ' * level}<string key={quoteattr(key)} value={quoteattr(_ILLEGAL.sub(' ', value))}/>"


def _integer(level: int, key: str, value: int) -> str:
    return f'{"  " * level}<int key={quoteattr(key)} value="{value}"/>'


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
