"""Every timer of our diagrams is known to operations: by the article that it rests on, or as one that rests on none."""

from pathlib import Path

import pytest

from engine import xml as xml_door
from engine.programme import deadlines

PROCESSES = sorted(Path("processes").glob("*.bpmn"))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def timers(path: Path) -> set[tuple[str, str]]:
    """Process and element of every timer of a file."""
    root = xml_door.parse(path.name, path.read_bytes())
    return {
        (process.get("id"), event.getparent().get("id"))
        for process in root.iter(f"{BPMN}process")
        for event in process.iter(f"{BPMN}timerEventDefinition")
    }


@pytest.mark.parametrize("path", PROCESSES, ids=lambda path: path.stem)
def test_every_timer_stands_in_the_table(path: Path) -> None:
    assert timers(path) - (deadlines.FIXED.keys() | deadlines.FREE) == set()


def test_the_table_names_no_timer_that_is_gone() -> None:
    there = set().union(*map(timers, PROCESSES))
    assert there
    assert (deadlines.FIXED.keys() | deadlines.FREE) - there == set()


def test_what_the_measure_gives_at_least_is_time_of_the_public_or_of_who_is_heard() -> None:
    least = {key for key, rule in deadlines.FIXED.items() if rule.least}
    assert least == {("annual_cycle", "notice_over"), ("revocation", "hearing_over")}
