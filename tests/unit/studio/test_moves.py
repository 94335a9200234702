"""A change of the calendar says which open deadlines would be others; none moves by itself."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from engine import commands
from engine.clock import BUSINESS_ZONE
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import project_root
from engine.store.tasks import UserTask
from engine.store.work import Timer
from engine.studio.tables.moves import MOST, Moves, moves, years_needed
from tests.support.diagrams import boundary, chain, diagram, end, output, start, task, timer
from tests.support.runtimes import rows
from tests.support.runtimes import start as begin

YEAR = "2024.toml"
CONTENT = (project_root() / "processes" / "calendar" / YEAR).read_bytes()
FIVE = "=end of day(workdays after(today(), 5))"


def on_dragon_boat_day() -> bytes:
    """2024 with the Dragon Boat Festival, Monday 10 June, worked."""
    return CONTENT.replace(b"rest = [2024-06-10]", b"rest = []").replace(b"= 251", b"= 252")


@pytest.fixture
def waiting(rt: Runtime) -> Runtime:
    """Two cases on 3 June 2024: a task and its timer of five working days, and a task with a date from before."""
    body = start() + task(
        "first", due=FIVE, mapping=output("=end of day(workdays after(today(), 6))", "later")
    )
    body += boundary("late", "first", timer("Date", FIVE), interrupting=False) + end("late_end")
    body += (
        task("second", due="=later")
        + end()
        + chain("start", "first", "second", "end")
        + chain("late", "late_end")
    )
    commands.deploy(rt, SYSTEM, {"one.bpmn": diagram("one", body), YEAR: CONTENT})
    begin(rt, "one", business_key="A")
    begin(rt, "one", business_key="B")
    return rt


def would_move(rt: Runtime, content: bytes) -> Moves:
    with rt.reading() as session:
        return moves(rt, session, rt.tables.with_files({YEAR: content}))


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BUSINESS_ZONE)


def test_deadlines_are_counted_again_from_where_they_began(waiting: Runtime) -> None:
    found = would_move(waiting, on_dragon_boat_day())
    assert found.days == (date(2024, 6, 10),)
    assert [(m.element_id, m.timer, m.count, m.keys) for m in found.moving] == [
        ("first", False, 2, ("A", "B")),
        ("late", True, 2, ("A", "B")),
    ]
    assert {m.was for m in found.moving} == {midnight(date(2024, 6, 12))}
    assert {m.becomes for m in found.moving} == {midnight(date(2024, 6, 11))}
    assert (found.count, found.written, found.left) == (4, (), 0)


def test_what_is_set_keeps_its_date_when_the_calendar_is_deployed(waiting: Runtime) -> None:
    before = rows(waiting, select(UserTask.due)), rows(waiting, select(Timer.due))
    commands.deploy(waiting, SYSTEM, {YEAR: on_dragon_boat_day()})
    assert (rows(waiting, select(UserTask.due)), rows(waiting, select(Timer.due))) == before
    begin(waiting, "one", business_key="C")
    new = rows(waiting, select(UserTask.due).where(UserTask.business_key == "C"))
    assert new == [midnight(date(2024, 6, 11))], "what begins afterwards counts with the new calendar"


def test_a_date_that_was_written_down_is_to_be_looked_at(waiting: Runtime) -> None:
    [opened, *_] = rows(waiting, select(UserTask.id))
    commands.complete(waiting, SYSTEM, opened, {})
    found = would_move(waiting, on_dragon_boat_day())
    assert [(m.element_id, m.becomes, m.keys) for m in found.written] == [("second", None, ("A",))]
    assert {key for m in found.moving for key in m.keys} == {"B"}


def test_a_day_that_no_deadline_spans_moves_none(waiting: Runtime) -> None:
    far = CONTENT.replace(b"work = [2024-09-29, 2024-10-12]", b"work = [2024-10-12]").replace(
        b"= 251", b"= 250"
    )
    assert would_move(waiting, far).moves == ()
    assert would_move(waiting, CONTENT) == Moves()


def test_years_in_which_something_is_due_are_known(waiting: Runtime) -> None:
    with waiting.reading() as session:
        assert years_needed(session) == {2024: 4}
    assert MOST >= 1000
