"""Article 15 on the real diagram: in force, reminders, expiry by itself, a successor with its own dates."""

from datetime import date
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, dmn
from engine.programme.measures import operations, validity
from engine.programme.measures.acts import ACTS, AfterExpiry
from engine.programme.measures.errors import (
    ActAfterExpiry,
    ContinuationInvalid,
    MeasureInvalid,
    NoMeasure,
    OutsideValidity,
)
from engine.programme.measures.models import EXPIRED, IN_FORCE, ExpiryItem, Measure, MeasureEvent
from engine.programme.titles import operations as titles
from engine.settings import project_root
from engine.store.tasks import CREATED, UserTask
from tests.programme.sideline import CODE, MEASURE, PEOPLE, Desk, at, deployed, desk

__all__ = ["deployed", "desk"]
LAST_INSTANT, FIRST_AFTER = at("2025-12-31 23:59"), at("2026-01-01 00:00")


def kinds(desk: Desk) -> list[str]:
    with desk.rt.reading() as session:
        return list(session.scalars(select(MeasureEvent.kind).order_by(MeasureEvent.id)))


def test_a_registered_measure_takes_effect_on_its_first_day(desk: Desk) -> None:
    desk.go("2022-03-20 09:00")
    desk.register_measure()
    assert desk.one(Measure).status == "REGISTERED"
    desk.go("2022-04-29 23:59")
    assert desk.one(Measure).status == "REGISTERED"
    desk.go("2022-04-30 00:00")
    assert desk.one(Measure).status == IN_FORCE


def test_reminders_come_12_6_3_and_1_months_before_expiry(desk: Desk) -> None:
    desk.register_measure()
    for day, open_reminders in (
        ("2024-12-31 23:59", 0),
        ("2025-01-01 00:00", 1),
        ("2025-07-01 00:00", 2),
        ("2025-10-01 00:00", 3),
        ("2025-12-01 00:00", 4),
    ):
        desk.go(day)
        assert desk.open().count("evaluate_renewal") == open_reminders


def test_an_evaluated_reminder_is_on_record(desk: Desk) -> None:
    desk.register_measure()
    desk.go("2025-01-02 09:00")
    desk.do("officer", "evaluate_renewal", conclusion="REVISE", opinion="按国家梯度培育要求修订")
    assert kinds(desk) == ["REGISTERED", "IN_FORCE", "EVALUATED"]


def test_the_measure_expires_by_itself_and_lists_what_is_open(desk: Desk) -> None:
    desk.register_measure()
    title_no = desk.grant()
    desk.go("2025-12-30 09:00")
    desk.start("filler", "renaming", title_no, title_no=title_no)
    desk.go(LAST_INSTANT)
    assert desk.one(Measure).status == IN_FORCE
    desk.go(FIRST_AFTER)
    assert desk.one(Measure).status == EXPIRED
    assert "evaluate_renewal" not in desk.open()
    item = desk.one(ExpiryItem)
    assert (item.process_id, item.business_key) == ("renaming", title_no)
    desk.do("head", "handle_list", disposition="更名继续办理", has_successor="NO")
    assert desk.status("measure") == ["COMPLETED"]


def test_a_measure_whose_reminders_were_all_answered_still_expires(desk: Desk) -> None:
    desk.register_measure(expires_on="2024-06-30")
    desk.go("2024-06-30 12:00")
    while "evaluate_renewal" in desk.open():
        answer_one(desk)
    desk.go("2024-07-01 00:00")
    assert desk.one(Measure).status == EXPIRED


def answer_one(desk: Desk) -> None:
    with desk.rt.reading() as session:
        query = select(UserTask.id).where(
            UserTask.state == CREATED, UserTask.element_id == "evaluate_renewal"
        )
        task = session.scalars(query).first()
    assert task is not None
    commands.complete(desk.rt, PEOPLE["officer"], task, {"conclusion": "END", "opinion": "到期停止"})


def test_a_measure_registered_after_its_end_is_expired_at_once(desk: Desk) -> None:
    desk.go("2026-11-22 09:00")
    desk.register_measure()
    assert desk.one(Measure).status == EXPIRED
    assert desk.open() == ["handle_list"]


def test_i2_a_cycle_lies_within_the_validity(desk: Desk) -> None:
    desk.register_measure()
    with desk.rt.reading() as session:
        for instant in (at("2022-04-30 00:00"), LAST_INSTANT):
            assert validity.require_cycle_within_validity(session, instant).code == CODE
        for instant in (at("2022-04-29 23:59"), FIRST_AFTER):
            with pytest.raises(OutsideValidity) as refused:
                validity.require_cycle_within_validity(session, instant)
            assert "第十五条" in refused.value.message("zh")
            assert "登记接续办法" in refused.value.message("zh")
        with pytest.raises(OutsideValidity):
            validity.require_cycle_within_validity(session, at("2025-11-01 09:00"), at("2026-01-01 00:01"))


def test_without_any_measure_nothing_has_a_basis(desk: Desk) -> None:
    with desk.rt.reading() as session, pytest.raises(NoMeasure):
        validity.require_cycle_within_validity(session, at("2024-06-03 09:00"))


def test_i14_after_expiry_an_act_needs_a_decision_to_continue(desk: Desk) -> None:
    desk.register_measure()
    with desk.rt.transaction() as tx:
        assert "鲁工信装〔2022〕42号" in operations.require_act_allowed(
            tx.session, "meeting.decide", LAST_INSTANT
        )
        with pytest.raises(ActAfterExpiry):
            operations.require_act_allowed(tx.session, "meeting.decide", FIRST_AFTER, cycle_year=2025)
        continue_2025(tx.session, ["meeting.decide"])
        basis = operations.require_act_allowed(tx.session, "meeting.decide", FIRST_AFTER, cycle_year=2025)
        assert basis == "延续办理决定（鲁工信装〔2026〕1号）"
        for act, year in (("publication.issue", 2025), ("meeting.decide", 2024)):
            with pytest.raises(ActAfterExpiry):
                operations.require_act_allowed(tx.session, act, FIRST_AFTER, cycle_year=year)
        assert operations.require_act_allowed(tx.session, "objection.handle", FIRST_AFTER)


def continue_2025(session: object, acts: list[str], opinion: str = "同意") -> None:
    operations.continue_acts(
        session,  # type: ignore[arg-type]
        measure_code=CODE,
        cycle_year=2025,
        document_no="鲁工信装〔2026〕1号",
        legal_opinion=opinion,
        acts=acts,
        decided_on=FIRST_AFTER.date(),
        actor="office",
        at=FIRST_AFTER,
    )


@pytest.mark.parametrize(
    ("acts", "opinion"), [([], "同意"), (["meeting.decide"], " "), (["cycle.open"], "同意"), (["x"], "同意")]
)
def test_a_decision_to_continue_must_decide_something_lawful(
    desk: Desk, acts: list[str], opinion: str
) -> None:
    desk.register_measure()
    with desk.rt.transaction() as tx, pytest.raises(ContinuationInvalid):
        continue_2025(tx.session, acts, opinion)


def test_a_successor_is_another_instance_with_its_own_dates(desk: Desk) -> None:
    desk.register_measure()
    desk.go("2026-02-02 09:00")
    new = {"code": "SDPR-2026-0040001", "document_no": "鲁工信装〔2026〕5号", "predecessor": CODE}
    desk.register_measure(**new, in_force_on="2026-03-01", expires_on="2030-12-31")
    with desk.rt.reading() as session:
        old = validity.by_code(session, CODE)
        assert old is not None
        assert (old.status, old.successor) == (EXPIRED, "SDPR-2026-0040001")
        assert validity.in_force(session, at("2026-02-28 23:59")) is None
        found = validity.in_force(session, at("2026-03-01 00:00"))
        assert found is not None
        assert found.code == "SDPR-2026-0040001"
    assert desk.status("measure") == ["ACTIVE", "ACTIVE"]


def test_overlapping_measures_are_refused_at_the_click(desk: Desk) -> None:
    desk.register_measure()
    desk.start("officer", "measure", "SDPR-2025-1")
    body = {**MEASURE, "code": "SDPR-2025-1", "in_force_on": "2025-06-01", "expires_on": "2029-12-31"}
    with pytest.raises(MeasureInvalid, match="overlaps"):
        commands.complete(desk.rt, PEOPLE["officer"], desk.task("register").id, body)


def test_titles_stay_valid_after_expiry_with_a_remark(desk: Desk) -> None:
    desk.register_measure()
    desk.grant()
    with desk.rt.reading() as session:
        [before] = titles.export_rows(session, LAST_INSTANT.date(), LAST_INSTANT)
        [after] = titles.export_rows(session, FIRST_AFTER.date(), FIRST_AFTER)
    assert (before["remark"], after["remark"]) == ("", "依据文件已失效")


@pytest.mark.parametrize("act", sorted(ACTS))
def test_the_decision_table_shows_what_i14_enforces(table: dmn.Decisions, desk: Desk, act: str) -> None:
    for continued, in_force, other in product((True, False), repeat=3):
        facts = {"continued": continued, "facts_in_force": in_force, "other_basis": other}
        shown = table.decide("after_expiry", {"act": act, "expired": True, **facts}, clock=desk.clock)
        assert shown["allowed"] is enforced(desk, act, continued, in_force, other), facts


@pytest.fixture(scope="module")
def table() -> dmn.Decisions:
    path = project_root() / "processes" / "decisions" / "after_expiry.dmn"
    return dmn.load(path.name, path.read_bytes())


def enforced(desk: Desk, act: str, continued: bool, in_force: bool, other: bool) -> bool:
    """Whether I14 lets the act pass on the first day after expiry."""
    with Session(desk.rt.engine) as session:
        operations.register(session, MEASURE, actor="officer", at=desk.clock.now())
        if continued and ACTS[act].after_expiry is AfterExpiry.CONTINUATION:
            continue_2025(session, [act])
        try:
            operations.require_act_allowed(
                session,
                act,
                FIRST_AFTER,
                facts_on=date(2025, 12, 31) if in_force else date(2026, 1, 1),
                other_basis="其他法规" if other else "",
            )
        except ActAfterExpiry:
            return False
        return True
