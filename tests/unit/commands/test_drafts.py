"""Drafts: two pages of one person, lost answers, and what becomes of them when the task ends."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine import commands
from engine.clock import VirtualClock
from engine.commands.drafts import Seen, digest
from engine.commands.refusals import DeadlinePassed, DraftChanged, TaskCanceled
from engine.runtime import Runtime
from engine.store.tasks import Draft
from tests.support.diagrams import straight
from tests.support.people import CITY, CITY_TOO
from tests.support.runtimes import deploy, open_task, rows
from tests.support.runtimes import start as begin
from tests.unit.commands.test_completing import lapsing


@pytest.fixture
def key(any_rt: Runtime) -> int:
    deploy(any_rt, one=straight("one", 1))
    begin(any_rt, "one")
    return open_task(any_rt, "t1")


def kept(rt: Runtime) -> dict[str, Any]:
    (draft,) = rows(rt, select(Draft))
    return dict(draft.data)


def page(name: str, **shown: Any) -> Seen:
    return Seen(name, {key: digest(value) for key, value in shown.items()})


def test_only_the_named_keys_are_replaced(any_rt: Runtime, key: int) -> None:
    commands.save_draft(any_rt, CITY, key, {"a": "1", "b": "2"})
    commands.save_draft(any_rt, CITY, key, {"b": "3"}, keys={"b"})
    assert kept(any_rt) == {"a": "1", "b": "3"}
    commands.save_draft(any_rt, CITY, key, {}, keys={"b"})
    assert kept(any_rt) == {"a": "1"}


def test_two_pages_that_change_different_answers_both_win(any_rt: Runtime, key: int) -> None:
    commands.save_draft(any_rt, CITY, key, {"a": "old", "b": "old"})
    commands.save_draft(any_rt, CITY, key, {"a": "mine", "b": "old"}, seen=page("one", a="old", b="old"))
    commands.save_draft(any_rt, CITY, key, {"a": "old", "b": "yours"}, seen=page("two", a="old", b="old"))
    assert kept(any_rt) == {"a": "mine", "b": "yours"}


def test_what_both_pages_changed_is_told_with_both_values_and_the_rest_is_kept(
    any_rt: Runtime, key: int
) -> None:
    commands.save_draft(any_rt, CITY, key, {"a": "old"})
    commands.save_draft(any_rt, CITY, key, {"a": "first"}, seen=page("one", a="old"))
    with pytest.raises(DraftChanged) as raised:
        commands.save_draft(any_rt, CITY, key, {"a": "second", "c": "new"}, seen=page("two", a="old"))
    (conflict,) = raised.value.facts["conflicts"]
    assert (conflict.key, conflict.kept, conflict.sent) == ("a", "first", "second")
    assert kept(any_rt) == {"a": "first", "c": "new"}, "nothing is overwritten, everything else is kept"


def test_a_page_whose_answer_got_lost_is_not_in_conflict_with_itself(any_rt: Runtime, key: int) -> None:
    seen = page("one", a="old")
    commands.save_draft(any_rt, CITY, key, {"a": "old"})
    commands.save_draft(any_rt, CITY, key, {"a": "new"}, seen=seen)  # its answer never came back
    commands.save_draft(any_rt, CITY, key, {"a": "newer"}, seen=seen)
    commands.save_draft(any_rt, CITY, key, {"a": "old"}, seen=seen)
    assert kept(any_rt) == {"a": "old"}


def test_a_save_that_was_overtaken_on_its_way_changes_nothing(any_rt: Runtime, key: int) -> None:
    commands.save_draft(any_rt, CITY, key, {"a": "abc"}, seen=Seen("one", {}, serial=2))
    commands.save_draft(any_rt, CITY, key, {"a": "ab"}, seen=Seen("one", {}, serial=1))
    assert kept(any_rt) == {"a": "abc"}


def test_both_pages_may_say_the_same(any_rt: Runtime, key: int) -> None:
    commands.save_draft(any_rt, CITY, key, {"n": 1})
    commands.save_draft(any_rt, CITY, key, {"n": Decimal("2.50")}, seen=page("one", n=1))
    commands.save_draft(any_rt, CITY, key, {"n": Decimal("2.50")}, seen=page("two", n=1))
    assert kept(any_rt) == {"n": Decimal("2.50")}


def test_a_caller_that_knows_only_a_revision_overwrites_nothing_newer(any_rt: Runtime, key: int) -> None:
    first = commands.save_draft(any_rt, CITY, key, {"a": "1"})
    commands.save_draft(any_rt, CITY, key, {"a": "2"}, revision=first.revision)
    with pytest.raises(DraftChanged):
        commands.save_draft(any_rt, CITY, key, {"a": "3"}, revision=first.revision)
    assert kept(any_rt) == {"a": "2"}


def test_no_answer_is_no_answer_however_it_is_written() -> None:
    assert {digest(value) for value in (None, "", False, [], {})} == {""}
    assert len({digest(value) for value in (0, "0", True, [""], "False")}) == 5


def test_a_draft_outlives_the_deadline_for_its_writer_and_nobody_can_change_it(
    any_rt: Runtime, clock: VirtualClock
) -> None:
    deploy(any_rt, lapsing=lapsing())
    begin(any_rt, "lapsing")
    key = open_task(any_rt, "fill")
    commands.save_draft(any_rt, CITY, key, {"a": "half"})
    clock.advance(timedelta(days=40))
    with pytest.raises(DeadlinePassed):
        commands.complete(any_rt, CITY, key, {})
    assert kept(any_rt) == {"a": "half"}
    with pytest.raises(TaskCanceled):
        commands.save_draft(any_rt, CITY, key, {"a": "late"})


def test_drafts_of_two_people_never_meet(any_rt: Runtime, key: int) -> None:
    commands.save_draft(any_rt, CITY, key, {"a": "1"})
    saved = commands.save_draft(any_rt, CITY_TOO, key, {"b": "2"}, seen=page("p"))
    assert saved.data == {"b": "2"}
