"""One instance is found by whatever is known of it; the same on both databases."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from engine import commands
from engine.clock import VirtualClock
from engine.inspecting import finding
from engine.inspecting.finding import listing
from engine.inspecting.finding.keeping import as_text, index_instances
from engine.inspecting.finding.wishes import Wish, read
from engine.masking import Reader
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.instances import Incident, Instance, InstanceVariable
from engine.store.tasks import UserTask
from tests.support.diagrams import straight
from tests.support.people import CITY
from tests.support.runtimes import deploy, open_task, start

EYES = Reader(SYSTEM)
ASKED: list[tuple[dict[str, str], list[int]]] = [
    ({}, [3, 2, 1]),
    ({"sort": "oldest"}, [1, 2, 3]),
    ({"process": "two"}, [2, 1]),
    ({"process": "two", "version": "1"}, [1]),
    ({"process": "four"}, []),
    ({"city": "370100"}, [3, 1]),
    ({"city": "370100", "process": "three"}, [3]),
    ({"key": "2024-"}, [2, 1]),
    ({"key": "2024-370202-0002"}, [2]),
    ({"key": "%"}, []),
    ({"variable": "type", "value": "FACTORY"}, [3, 2]),
    ({"variable": "year", "value": "2024"}, [2, 1]),
    ({"variable": "year"}, [3, 2, 1]),
    ({"variable": "comment", "value": "secret"}, []),
    ({"value": "FACTORY"}, []),
    ({"element": "t1"}, [3, 2, 1]),
    ({"element": "t1", "variable": "type", "value": "SCENE"}, [1]),
    ({"element": "t2"}, []),
    ({"state": "running"}, [3, 2, 1]),
    ({"state": "ended"}, []),
    ({"state": "incident"}, []),
    ({"started_from": "2024-06-03", "started_to": "2024-06-03"}, [3, 2, 1]),
    ({"started_from": "2024-06-04"}, []),
    ({"started_to": "2024-06-02"}, []),
]
"""What is asked for, and the instances of `house` that are found by it."""


@pytest.fixture
def house(any_rt: Runtime, clock: VirtualClock) -> Runtime:
    """Three instances of `two` (one of its second version, one ended), one of `three`, an hour between them."""
    deploy(any_rt, two=straight("two", 2), three=straight("three", 3))
    start(
        any_rt, "two", {"type": "SCENE", "year": 2024, "comment": "secret"}, business_key="2024-370102-0001"
    )
    clock.advance(timedelta(hours=1))
    deploy(any_rt, two=straight("two", 3))
    start(any_rt, "two", {"type": "FACTORY", "year": 2024}, business_key="2024-370202-0002")
    clock.advance(timedelta(hours=1))
    start(any_rt, "three", {"type": "FACTORY", "year": Decimal("2023")}, business_key="2023-370102-0003")
    return any_rt


def found(rt: Runtime, **wished: str) -> list[int]:
    wish = read(wished)
    with rt.reading() as session:
        plan = finding.plan(session, wish, EYES, rt.clock.now())
        page = finding.listed(session, plan, wish)
        assert finding.counted(session, plan).number == len(page.rows)
        return [row.id for row in page.rows]


def test_what_is_asked_for_is_found(house: Runtime) -> None:
    assert [(wished, found(house, **wished)) for wished, _ids in ASKED] == ASKED


def test_where_a_token_waits_moves_with_it(house: Runtime) -> None:
    commands.complete(house, CITY, open_task(house, "t1", instance=1), {})
    assert found(house, element="t2") == [1]
    assert found(house, element="t1") == [3, 2]


def test_what_has_ended_is_found_by_when(house: Runtime) -> None:
    for step in ("t1", "t2"):
        commands.complete(house, CITY, open_task(house, step, instance=1), {})
    assert found(house, state="completed") == [1]
    assert found(house, ended_from="2024-06-03", ended_to="2024-06-03") == [1]
    assert found(house, sort="ended") == [3, 2, 1]
    assert found(house, sort="ended_up") == [1, 2, 3]
    assert found(house, element="t2") == []


def test_what_is_past_its_deadline_is_found(house: Runtime, clock: VirtualClock) -> None:
    with house.transaction() as tx:
        tx.session.execute(
            update(UserTask)
            .where(UserTask.instance_id == 2)
            .values(due=clock.now(), due_order=clock.now())
            .execution_options(synchronize_session=False)
        )
    assert found(house, state="overdue") == [2]
    assert found(house, state="overdue", process="three") == []


def incident(rt: Runtime, instance: int, message: str, type: str = "JOB_NO_RETRIES") -> None:
    with rt.transaction() as tx:
        row = Incident(instance_id=instance, wait_key="w", element_id="failed", type=type, message=message)
        row.created_at = tx.now
        tx.session.add(row)


def test_what_failed_is_found_by_kind_words_and_element(house: Runtime) -> None:
    incident(house, 1, "The register did not answer")
    incident(house, 3, "no such variable", "EXTRACT_VALUE_ERROR")
    assert found(house, state="incident") == [3, 1]
    assert found(house, error="EXTRACT_VALUE_ERROR") == [3]
    assert found(house, text="REGISTER") == [1]
    assert found(house, text="no", state="incident", process="three") == [3]
    assert found(house, element="failed") == [3, 1]


def test_words_behind_a_mask_find_nothing(house: Runtime) -> None:
    incident(house, 1, "mail to wang.wei@example.org refused, call 13812345678")
    assert found(house, text="refused") == [1]
    assert found(house, text="wang") == []
    assert found(house, text="138123") == []


def test_a_variable_is_found_as_it_is_now(house: Runtime) -> None:
    with house.reading() as session:
        rows = select(InstanceVariable.name, InstanceVariable.value).where(InstanceVariable.instance_id == 1)
        assert sorted(session.execute(rows).all()) == [("type", "SCENE"), ("year", "2024")]


def test_what_an_older_release_left_is_filled_in(house: Runtime) -> None:
    with house.transaction() as tx:
        tx.session.execute(delete(InstanceVariable))
        tx.session.execute(update(Instance).values(city=""))
        tx.session.flush()
        assert index_instances(tx.session) == 3
    assert found(house, variable="type", value="FACTORY", city="370100") == [3]


@pytest.mark.parametrize("sort", ["", "oldest", "ended", "ended_up"])
@pytest.mark.parametrize("few", [True, False])
def test_pages_follow_one_another_and_lead_back(
    house: Runtime, monkeypatch: pytest.MonkeyPatch, sort: str, few: bool
) -> None:
    monkeypatch.setattr(listing, "CAP", 10_000 if few else 0)
    for step in ("t1", "t2"):
        commands.complete(house, CITY, open_task(house, step, instance=1), {})
    for number in range(4, 8):
        start(house, "three", {"type": "FACTORY"}, business_key=f"2023-370102-{number:04d}")
    wished = {"sort": sort}
    whole, pages = found_keys(house, wished, 99)[0], [found_keys(house, wished, 3)]
    while pages[-1][1] is not None:
        pages.append(found_keys(house, {**wished, "after": pages[-1][1]}, 3))
    assert [key for page in pages for key in page[0]] == whole
    assert len(pages) == 3
    back = pages[-1]
    for expected in reversed(pages[:-1]):
        assert back[2] is not None
        back = found_keys(house, {**wished, "before": back[2]}, 3)
        assert back[0] == expected[0]
    assert back[2] is None


NARROWED = (
    {"key": "2023-3"},
    {"state": "ended"},
    {"state": "running"},
    {"ended_to": "2024-06-03"},
    {"element": "t1"},
)


@pytest.mark.parametrize("sort", ["", "oldest", "ended", "ended_up"])
def test_a_narrowed_list_keeps_the_order_whether_few_or_many_are_met(
    house: Runtime, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    for instance in (1, 3):
        for step in ("t1", "t2", "t3")[: 2 if instance == 1 else 3]:
            commands.complete(house, CITY, open_task(house, step, instance=instance), {})
    for number in range(4, 7):
        start(house, "three", {"type": "FACTORY"}, business_key=f"2023-370102-{number:04d}")
    whole = found_keys(house, {"sort": sort}, 99)[0]
    for wished in NARROWED:
        for cap in (10_000, 0):
            monkeypatch.setattr(listing, "CAP", cap)
            page = found_keys(house, {**wished, "sort": sort}, 2)
            keys = list(page[0])
            while page[1] is not None:
                page = found_keys(house, {**wished, "sort": sort, "after": page[1]}, 2)
                keys += page[0]
            assert keys == [key for key in whole if key in keys], (wished, cap)
            assert set(keys) == EXPECTED[next(iter(wished.values()))], (wished, cap)


EXPECTED = {
    "2023-3": {3, 4, 5, 6},
    "ended": {1, 3},
    "running": {2, 4, 5, 6},
    "2024-06-03": {1, 3},
    "t1": {2, 4, 5, 6},
}
"""By what narrows the list."""


def found_keys(
    rt: Runtime, wished: dict[str, Any], size: int
) -> tuple[Sequence[int], str | None, str | None]:
    wish = read(wished)
    with rt.reading() as session:
        page = finding.listed(session, finding.plan(session, wish, EYES, rt.clock.now()), wish, size)
        return [row.id for row in page.rows], page.next, page.previous


def counted(rt: Runtime, wish: Wish) -> str:
    with rt.reading() as session:
        return str(finding.counted(session, finding.plan(session, wish, EYES, rt.clock.now())))


def test_a_count_ends_where_nobody_reads_on(house: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "CAP", 2)
    assert counted(house, Wish()) == "2+"
    assert counted(house, Wish(process="two")) == "2"
    assert counted(house, Wish(element="t1")) == "2+"
    assert counted(house, Wish(element="t1", process="two")) == "2"
    assert counted(house, Wish(variable="type", value="FACTORY")) == "2"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (2024, "2024"),
        (Decimal("2024.0"), "2024"),
        (Decimal("0.50"), "0.5"),
        ("SCENE", "SCENE"),
        ("13812345678", None),
        ("x" * 121, None),
        (None, None),
        ([1], None),
    ],
)
def test_values_are_compared_as_text(value: Any, text: str | None) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize("sort", ["", "ended"])
def test_a_mark_that_nobody_made_is_no_error(house: Runtime, sort: str) -> None:
    for mark in ("x", "9" * 30, "1,yesterday", ",", "1,2024-06-03T09:00"):
        assert isinstance(found_keys(house, {"after": mark, "sort": sort}, 3)[0], list), mark
