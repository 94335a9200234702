"""Titles: granted once, one status machine, names never lost, only valid ones exported."""

from datetime import date

import pytest

from engine.programme.titles import operations as titles
from engine.programme.titles.errors import (
    TitleAlreadyGranted,
    TitleNotRenameable,
    TitleTransitionRefused,
    TitleUnknown,
)
from engine.programme.titles.models import ACTIVE, REVOKED, REVOKING, STATUS_NAMES
from tests.programme.sideline import CODE, NEW_USCC, USCC, Desk, deployed, desk

__all__ = ["deployed", "desk"]
DAY = date(2024, 6, 20)


def test_a_title_is_granted_once_per_application_with_its_own_number(desk: Desk) -> None:
    desk.register_measure()
    first = desk.grant()
    assert first == "2023-F-0001"
    with pytest.raises(TitleAlreadyGranted):
        desk.grant()
    assert desk.grant(application_no="2023-370102-0002") == "2023-F-0002"
    assert desk.grant(application_no="2023-370102-0003", type="SCENE") == "2023-S-0001"


def test_it_knows_its_measure_and_starts_on_the_documents_date(desk: Desk) -> None:
    desk.register_measure()
    desk.grant()
    title = desk.title()
    assert (title.measure_code, title.granted_on, title.status) == (CODE, date(2023, 12, 20), ACTIVE)
    assert (title.names[0].since, title.names[0].until) == (date(2023, 12, 20), None)


@pytest.mark.parametrize("before", sorted(STATUS_NAMES))
@pytest.mark.parametrize("after", sorted(STATUS_NAMES))
def test_i15_only_the_tables_steps_exist_and_each_leaves_a_row(desk: Desk, before: str, after: str) -> None:
    desk.register_measure()
    number = desk.grant()
    with desk.rt.transaction() as tx:
        title = titles.require(tx.session, number)
        title.status = before
        change = {"actor": "office", "basis": "测试依据", "at": tx.now, "effective_on": DAY}
        if (before, after) in titles.TRANSITIONS:
            titles.change_status(title, after, **change)
            row = title.events[-1]
            assert (row.actor, row.basis, row.at) == ("office", "测试依据", tx.now)
            assert (row.from_status, row.to_status) == (before, after)
        else:
            with pytest.raises(TitleTransitionRefused):
                titles.change_status(title, after, **change)
            assert len(title.events) == 1


@pytest.mark.parametrize("gap", ["actor", "basis"])
def test_a_change_without_actor_or_basis_is_a_defect(desk: Desk, gap: str) -> None:
    desk.register_measure()
    number = desk.grant()
    with desk.rt.transaction() as tx:
        title = titles.require(tx.session, number)
        change = {"actor": "office", "basis": "测试依据", gap: ""}
        with pytest.raises(ValueError, match="actor and a basis"):
            titles.change_status(title, REVOKING, at=tx.now, effective_on=DAY, **change)


def test_a_reinstated_title_is_valid_and_exported_again(desk: Desk) -> None:
    desk.register_measure()
    number = desk.grant()
    with desk.rt.transaction() as tx:
        title = titles.require(tx.session, number)
        for status in (REVOKING, REVOKED):
            titles.change_status(title, status, actor="office", basis="决定", at=tx.now, effective_on=DAY)
        tx.session.flush()
        assert titles.export_rows(tx.session, DAY, tx.now) == []
        titles.reinstate(
            title, actor="office", document_no="鲁工信装〔2024〕90号", reason="复议决定", at=tx.now, on=DAY
        )
        tx.session.flush()
        assert [row["title_no"] for row in titles.export_rows(tx.session, DAY, tx.now)] == [number]


def test_the_export_shows_the_name_of_that_day(desk: Desk) -> None:
    desk.register_measure()
    number = desk.grant()
    with desk.rt.transaction() as tx:
        title = titles.require(tx.session, number)
        new = {"holder": "新名称公司", "uscc": NEW_USCC, "since": DAY, "document_no": "文", "basis": "更名"}
        titles.rename(title, **new, actor="office", at=tx.now)
        tx.session.flush()
        [before] = titles.export_rows(tx.session, date(2024, 6, 19), tx.now)
        [after] = titles.export_rows(tx.session, DAY, tx.now)
        assert (before["uscc"], after["uscc"]) == (USCC, NEW_USCC)
        assert titles.export_rows(tx.session, date(2023, 12, 19), tx.now) == []
        with pytest.raises(TitleNotRenameable):
            titles.rename(title, **new, actor="office", at=tx.now)


def test_the_register_is_searched_by_number_object_and_every_name(desk: Desk) -> None:
    desk.register_measure()
    number = desk.grant()
    with desk.rt.reading() as session:
        for text in (number, "样例电机", USCC, "智能工厂"):
            assert [title.title_no for title in titles.search(session, text)] == [number]
        assert titles.search(session, "不存在") == []
        with pytest.raises(TitleUnknown):
            titles.require(session, "2020-F-0001")
