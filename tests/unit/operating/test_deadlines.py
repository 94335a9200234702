"""Every timer of our diagrams is known to operations: by the article that it rests on, or as one that rests on none."""

from pathlib import Path

import pytest
from sqlalchemy import select

from engine import xml as xml_door
from engine.operating.refusals import MayNotShorten
from engine.programme import deadlines
from engine.runtime import Runtime
from engine.store.tasks import UserTask
from engine.store.work import Timer
from tests.support.runtimes import rows
from tests.unit.operating.scene import done, everything, limited, running, tried

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


def test_a_period_that_people_have_at_least_is_not_brought_forward(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = running(rt, limited(), limit="2024-06-10T17:00:00+08:00")
    [wait] = rows(rt, select(Timer.wait_key).where(Timer.instance_id == key))
    rule = deadlines.FIXED["annual_cycle", "notice_over"]
    monkeypatch.setitem(deadlines.FIXED, ("p", "too_late"), rule)
    before = everything(rt)
    with pytest.raises(MayNotShorten, match="at least"):
        done(rt, "deadline", key, wait=wait, workdays=-1)
    assert everything(rt) == before
    told = {each.code for each in tried(rt, "deadline", key, wait=wait, workdays=1).findings}
    assert "law" in told
    done(rt, "deadline", key, wait=wait, workdays=1)


def test_a_task_that_is_given_more_time_alone_names_the_deadline_that_stays(rt: Runtime) -> None:
    key = running(rt, limited(), limit="2024-06-10T17:00:00+08:00")
    [wait] = rows(rt, select(UserTask.wait_key).where(UserTask.instance_id == key))
    found = tried(rt, "deadline", key, wait=wait, workdays=1).findings
    [stays] = [each for each in found if each.code == "timer_stays"]
    assert (stays.element, stays.facts["old"]) == ("too_late", "2024-06-10T17:00:00+08:00")
