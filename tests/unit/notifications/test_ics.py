"""Calendar files keep to RFC 5545: line ends, folding, escapes, UTC instants, stable numbers."""

from datetime import datetime

from engine.clock import BUSINESS_ZONE
from engine.notifications.ics import Deadline, calendar, escaped, folded

NOW = datetime(2024, 6, 3, 9, 0, tzinfo=BUSINESS_ZONE)
DUE = datetime(2024, 6, 26, tzinfo=BUSINESS_ZONE)


def lines(*deadlines: Deadline) -> list[str]:
    """The unfolded lines of a file."""
    content = calendar("鲁智期限", deadlines, NOW, "apply.example.org")
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_a_deadline_is_an_event_in_utc_with_an_alarm() -> None:
    found = lines(Deadline("task:7", DUE, "填写申报书", "逾期失效", "https://apply.example.org/tasks/7"))
    assert found[0] == "BEGIN:VCALENDAR"
    assert found[-1] == "END:VCALENDAR"
    assert "VERSION:2.0" in found
    assert "DTSTAMP:20240603T010000Z" in found
    assert "DTEND:20240625T160000Z" in found
    assert "DTSTART:20240625T153000Z" in found
    assert "SUMMARY:填写申报书" in found
    assert "URL:https://apply.example.org/tasks/7" in found
    assert "TRIGGER:-P1D" in found
    assert found.count("BEGIN:VEVENT") == found.count("END:VEVENT") == 1


def test_no_deadline_is_an_empty_calendar() -> None:
    assert not any("VEVENT" in line for line in lines())


def test_a_moved_deadline_keeps_its_number() -> None:
    def number(due: datetime) -> str:
        return next(line for line in lines(Deadline("task:7", due, "x")) if line.startswith("UID:"))

    assert number(DUE) == number(NOW)
    assert number(DUE).endswith("@apply.example.org")


def test_a_text_cannot_end_its_line_or_begin_a_property() -> None:
    hostile = "厂名\r\nEND:VEVENT\r\nBEGIN:VEVENT\nATTACH:http://evil.example,a;b\\c\x00\x07"
    found = lines(Deadline("k", DUE, hostile, hostile))
    assert sum(line == "BEGIN:VEVENT" for line in found) == 1
    assert not any(line.startswith("ATTACH") for line in found)
    assert "SUMMARY:厂名\\nEND:VEVENT\\nBEGIN:VEVENT\\nATTACH:http://evil.example\\,a\\;b\\\\c" in found


def test_escapes() -> None:
    assert escaped("a,b;c\\d\ne") == "a\\,b\\;c\\\\d\\ne"


def test_long_lines_are_folded_between_characters() -> None:
    line = "SUMMARY:" + "申报" * 60 + "x" * 100
    content = folded(line)
    pieces = content.split(b"\r\n")[:-1]
    assert all(len(piece) <= 75 for piece in pieces)
    assert all(piece.startswith(b" ") for piece in pieces[1:])
    for piece in pieces:
        piece.decode()  # no character is cut in two
    assert content.decode().replace("\r\n ", "") == line + "\r\n"
