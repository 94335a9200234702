"""Calendar files (iCalendar, RFC 5545): deadlines as events that any calendar program can subscribe to."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LONGEST_LINE = 75  # octets without the line end (RFC 5545, 3.1)
ALARM = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline: an instant, exclusive. `key` stays the same when the instant is moved."""

    key: str
    due: datetime
    summary: str
    description: str = ""
    url: str = ""


def calendar(name: str, deadlines: Iterable[Deadline], now: datetime, host: str) -> bytes:
    """A calendar file with these deadlines, each an event of the last half hour before it, with an alarm a day ahead."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Luzhi//Deadlines//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for deadline in deadlines:
        lines += _event(deadline, now, host)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(deadline: Deadline, now: datetime, host: str) -> list[str]:
    number = hashlib.sha256(deadline.key.encode()).hexdigest()[:32]
    lines = [
        "BEGIN:VEVENT",
        f"UID:{number}@{host}",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(deadline.due - timedelta(minutes=30))}",
        f"DTEND:{_utc(deadline.due)}",
        f"SUMMARY:{escaped(deadline.summary)}",
    ]
    if deadline.description:
        lines.append(f"DESCRIPTION:{escaped(deadline.description)}")
    if deadline.url:
        lines.append(f"URL:{deadline.url}")
    return [
        *lines,
        "TRANSP:TRANSPARENT",  # a deadline makes nobody busy
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escaped(deadline.summary)}",
        f"TRIGGER:-P{ALARM.days}D",
        "END:VALARM",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    """A text as a value (RFC 5545, 3.3.11): no line end, comma or semicolon of it means anything."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\\n".join("".join(c for c in line if c == "\t" or c.isprintable()) for line in lines)


def folded(line: str) -> bytes:
    """A line with its end; a long one goes on in the next line after a space, never inside a character."""
    return b"\r\n ".join(_pieces(line)) + b"\r\n"


def _pieces(line: str) -> Iterator[bytes]:
    piece, room = b"", LONGEST_LINE
    for character in line:
        encoded = character.encode()
        if len(piece) + len(encoded) > room:
            yield piece
            piece, room = b"", LONGEST_LINE - 1  # the space in front counts
        piece += encoded
    yield piece


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
