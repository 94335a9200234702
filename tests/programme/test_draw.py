"""A draw in its cycle: announced, edited with reasons, frozen, made again; conflicts, substitutes, freed seats."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from engine import commands
from engine.errors import NotAllowed, Refusal
from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle
from engine.programme.reviews import draw, pool
from engine.programme.reviews.conflicts import ExpertHasConflict
from engine.programme.reviews.conflicts_register import between
from engine.programme.reviews.draw import Edit
from engine.programme.reviews.draw_errors import (
    DrawIsConfirmed,
    EditNotLawful,
    SeatNotHeld,
    SeedIsAnnounced,
    SeedIsAnother,
    VoidNeedsReason,
)
from engine.programme.reviews.draw_release import announce_seed, release_seat, void_draw
from engine.programme.reviews.draw_substitutes import held, replace
from engine.programme.reviews.draw_verify import published, verify
from engine.programme.reviews.errors import ExpertIsRecused, PoolTooSmall
from engine.programme.reviews.models import Expert, Seat
from engine.programme.reviews.operations import ensure_may_score
from engine.programme.reviews.pool_errors import EndBeforeItWasDeclared
from engine.programme.reviews.pool_models import ExpertEvent, ExpertRelation, PanelDraw
from engine.worker import drain
from tests.programme import answers
from tests.programme.mainline import EXPERTS, FIRST, House, copy_database, open_house, person

Template = tuple[Path, str, datetime]
"""A database, the number of its application, and the instant at which it was left."""
OFFICER = person("dept_officer", "370000")


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory, furnished: Path) -> Template:
    """One application that waits for its panel, and the list fixed: to be copied."""
    path = tmp_path_factory.mktemp("checked") / "luzhi.sqlite3"
    copy_database(furnished, path)
    house = open_house(path, "2024-06-03 09:00")
    number = house.apply(FIRST)
    house.recommend((number, FIRST))
    house.check_formally(number)
    house.department("formal_list", "dept_officer", confirmed=True)
    house.rt.close()
    return path, number, house.clock.now()


@pytest.fixture
def passed(tmp_path: Path, checked: Template) -> Iterator[tuple[House, str]]:
    """A house of its own in which one application waits for its panel."""
    template, number, now = checked
    path = tmp_path / "luzhi.sqlite3"
    copy_database(template, path)
    house = open_house(path)
    house.clock.set(now)
    yield house, number
    house.rt.close()


def confirm(house: House, seed: str = "2024-1", **more: object) -> None:
    house.department("draw", "dept_officer", seed=seed, witness="监督员", **more)


def seats(house: House, number: str) -> list[Seat]:
    """The seats that are held, by place."""
    where = (Seat.application_no == number, Seat.left_at.is_(None))
    return list(house.rows(select(Seat).where(*where).order_by(Seat.place)))


def expert_of(session: Session, login: str) -> Expert:
    return session.scalars(select(Expert).where(Expert.login == login)).one()


def test_an_announced_seed_is_the_one_that_draws(passed: tuple[House, str]) -> None:
    house, number = passed
    row = announce_seed(house.rt, OFFICER, 2024, "2024-1", "上证指数收盘点位")
    with pytest.raises(SeedIsAnother):
        confirm(house, "2024-2")
    confirm(house)
    assert [seat.expert for seat in seats(house, number)] == list(draw.again(row).panels[number])
    with house.rt.reading() as session:
        assert verify(session, 2024).differences == ()
        [told] = published(session, 2024)
    assert (told.seed, told.source, told.algorithm) == ("2024-1", "上证指数收盘点位", "luzhi-draw-2")


def test_a_draw_is_never_repeated_silently(passed: tuple[House, str]) -> None:
    house, _number = passed
    announce_seed(house.rt, OFFICER, 2024, "2024-1")
    with pytest.raises(SeedIsAnnounced):
        announce_seed(house.rt, OFFICER, 2024, "2024-2")
    with pytest.raises(VoidNeedsReason):
        void_draw(house.rt, OFFICER, 2024, " ")
    void_draw(house.rt, OFFICER, 2024, "专家库遗漏一名专家")
    announce_seed(house.rt, OFFICER, 2024, "2024-2")
    confirm(house, "2024-2")
    with pytest.raises(DrawIsConfirmed):
        void_draw(house.rt, OFFICER, 2024, "再抽一次")
    with pytest.raises(SeedIsAnnounced):
        announce_seed(house.rt, OFFICER, 2024, "2024-3")
    with house.rt.reading() as session:
        told = published(session, 2024)
    assert [(each.seed, each.voided) for each in told] == [("2024-1", True), ("2024-2", False)]
    [first, _second] = house.rows(select(PanelDraw).order_by(PanelDraw.number))
    assert first.void_reason == "专家库遗漏一名专家"


def test_only_an_officer_of_the_department_holds_a_draw(passed: tuple[House, str]) -> None:
    house, _number = passed
    for role, place in (("city_officer", "370100"), ("expert", "370000"), ("supervision", "370000")):
        with pytest.raises(NotAllowed):
            announce_seed(house.rt, person(role, place), 2024, "2024-1")


def test_an_exchange_by_hand_goes_on_record_and_obeys_the_rules(passed: tuple[House, str]) -> None:
    house, number = passed
    row = announce_seed(house.rt, OFFICER, 2024, "2024-1")
    panel = draw.drawn(row).panels[number]
    outside = [login for login in EXPERTS if login not in panel]
    leaving, coming = lawful_exchange(row, number, panel, outside)
    for wrong in (
        Edit(number, leaving, coming, " "),
        Edit(number, leaving, panel[0] if leaving != panel[0] else panel[1], "已在组内"),
        Edit(number, outside[0], coming, "不在组内"),
        Edit(number, leaving, "nobody", "不在库"),
        Edit("2024-000000-0001", leaving, coming, "没有这一项"),
    ):
        with pytest.raises(EditNotLawful):
            draw.edited(row, draw.drawn(row).panels, [wrong])
    edit = {"application_no": number, "leaving": leaving, "coming": coming, "reason": "当周出国"}
    confirm(house, edits=[edit])
    found = {seat.expert: seat.origin for seat in seats(house, number)}
    assert leaving not in found
    assert found[coming] == draw.EDITED
    with house.rt.reading() as session:
        assert verify(session, 2024).differences == ()


def lawful_exchange(
    row: PanelDraw, number: str, panel: tuple[str, ...], outside: list[str]
) -> tuple[str, str]:
    """Two experts who may be exchanged for one another."""
    for leaving in panel:
        for coming in outside:
            try:
                draw.edited(row, draw.drawn(row).panels, [Edit(number, leaving, coming, "理由")])
            except EditNotLawful:
                continue
            return leaving, coming
    raise AssertionError("no exchange is lawful")


def test_what_was_confirmed_cannot_be_edited(passed: tuple[House, str]) -> None:
    house, number = passed
    confirm(house)
    with house.rt.reading() as session:
        row = draw.current(session, 2024)
        assert row is not None
        with pytest.raises(DrawIsConfirmed):
            draw.check(session, row, [Edit(number, "a", "b", "c")], date(2024, 7, 22))


def test_the_history_of_the_pool_is_only_added_to(passed: tuple[House, str]) -> None:
    house, _number = passed
    with house.rt.transaction() as tx:
        pool.relate(tx.session, "expert-1", advice(), actor="expert-1", at=tx.now)
    with Session(house.rt.engine) as session, pytest.raises(DatabaseError, match="append-only"):
        session.execute(update(ExpertEvent).values(actor="nobody"))


def test_a_change_of_the_record_is_found_by_drawing_again(passed: tuple[House, str]) -> None:
    house, number = passed
    confirm(house)
    with house.rt.transaction() as tx:
        first = seats(house, number)[0]
        outside = next(e for e in EXPERTS if e not in {seat.expert for seat in seats(house, number)})
        tx.session.execute(update(Seat).where(Seat.id == first.id).values(expert=outside))
    with house.rt.reading() as session:
        assert [zh for zh, _en in verify(session, 2024).differences]


def test_a_relation_declared_after_the_seed_stops_the_confirmation(passed: tuple[House, str]) -> None:
    """What is drawn from is fixed; what became known since is asked of the registers again."""
    house, number = passed
    row = announce_seed(house.rt, OFFICER, 2024, "2024-1")
    login = draw.drawn(row).panels[number][0]
    with house.rt.transaction() as tx:
        pool.relate(tx.session, login, advice(), actor=login, at=tx.now)
    with pytest.raises(ExpertHasConflict, match="advised"):
        confirm(house)


def advice(**more: object) -> dict[str, object]:
    return {"enterprise": "某企业", "uscc": FIRST, "kind": "ADVICE", **more}


def test_a_conflict_that_is_found_late_is_named_at_scoring(passed: tuple[House, str]) -> None:
    """I8: blocked at assignment and again when the sheet is opened and sealed."""
    house, number = passed
    confirm(house)
    task = house.tasks("expert_sheet", number)[0]
    login = str(task.assignee)
    with house.rt.transaction() as tx:
        pool.relate(tx.session, login, advice(kind="SHAREHOLDING"), actor=login, at=tx.now)
    with house.rt.reading() as session, pytest.raises(ExpertHasConflict, match="shares"):
        ensure_may_score(session, house.application(number), login)
    with pytest.raises(ExpertHasConflict):
        commands.complete(house.rt, person("expert", "370000", login), task.id, answers.sheet())


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"employer_uscc": FIRST}, "EMPLOYER"),
        ({"employer": "示例企业 251E"}, "EMPLOYER"),
        ({"employer_city": "370100"}, "CITY"),
        ({"employer_group": "示例企业251"}, "GROUP"),
        ({"conflicts": [FIRST]}, "OTHER"),
    ],
)
def test_every_kind_of_conflict_says_its_reason(
    passed: tuple[House, str], entry: dict[str, object], kind: str
) -> None:
    house, number = passed
    with house.rt.transaction() as tx:
        cycle = tx.session.scalars(select(Cycle)).one()
        cycle.parameters = {**cycle.parameters, "experts.city_rule": True}
        expert = expert_of(tx.session, "expert-1")
        for name, value in entry.items():
            setattr(expert, name, value)
    with house.rt.reading() as session:
        found = between(session, expert_of(session, "expert-1"), house.application(number))
    assert [reason.kind for reason in found] == [kind]


def test_the_city_counts_only_where_the_cycle_says_so(passed: tuple[House, str]) -> None:
    house, number = passed
    with house.rt.transaction() as tx:
        cycle = tx.session.scalars(select(Cycle)).one()
        cycle.parameters = {**cycle.parameters, "experts.city_rule": False}
        expert_of(tx.session, "expert-1").employer_city = "370100"
    with house.rt.reading() as session:
        assert between(session, expert_of(session, "expert-1"), house.application(number)) == []


def test_a_past_relation_counts_for_the_years_of_the_look_back(passed: tuple[House, str]) -> None:
    house, number = passed
    submitted = house.application(number).submitted_at
    assert submitted is not None
    edge = date(submitted.year - 3, submitted.month, submitted.day)
    with house.rt.transaction() as tx:
        for login, last in (("expert-1", edge), ("expert-2", edge - timedelta(days=1))):
            tx.session.add(
                ExpertRelation(
                    login=login,
                    enterprise="某企业",
                    uscc=FIRST,
                    kind="ADVICE",
                    ends_on=last,
                    declared_by=login,
                    declared_at=tx.now,
                )
            )
    with house.rt.reading() as session:
        application = house.application(number)
        assert between(session, expert_of(session, "expert-1"), application)
        assert not between(session, expert_of(session, "expert-2"), application)


def test_a_declared_relation_cannot_be_ended_into_the_past(passed: tuple[House, str]) -> None:
    """An end is added, nothing is taken away: what was said to last today did last until today."""
    house, _number = passed
    with house.rt.transaction() as tx:
        row = pool.relate(tx.session, "expert-1", advice(), actor="expert-1", at=tx.now)
        today = tx.now.date()
        key = row.id
    with house.rt.transaction() as tx:
        with pytest.raises(EndBeforeItWasDeclared):
            pool.end_relation(
                tx.session, "expert-1", key, today - timedelta(days=1), actor="expert-1", at=tx.now
            )
        pool.end_relation(tx.session, "expert-1", key, today, actor="expert-1", at=tx.now)
    actions = [event.action for event in house.rows(select(ExpertEvent).order_by(ExpertEvent.id))]
    assert actions == ["RELATED", "ENDED"]


def test_an_officer_bars_an_expert_with_a_reason(passed: tuple[House, str]) -> None:
    house, number = passed
    with house.rt.transaction() as tx:
        row = pool.bar(tx.session, number, "expert-1", "曾公开评价该企业", actor="officer", at=tx.now)
        key = row.id
    with house.rt.reading() as session:
        [reason] = between(session, expert_of(session, "expert-1"), house.application(number))
        assert (reason.kind, reason.fact) == ("OFFICER", "曾公开评价该企业")
    with house.rt.transaction() as tx:
        pool.lift_bar(tx.session, key, "查无此事", actor="officer", at=tx.now)
    with house.rt.reading() as session:
        assert between(session, expert_of(session, "expert-1"), house.application(number)) == []


def test_a_pool_that_cannot_staff_an_application_is_refused_with_its_reason(
    passed: tuple[House, str],
) -> None:
    house, number = passed
    with house.rt.transaction() as tx:
        for expert in tx.session.scalars(select(Expert)):
            if "automation" in expert.fields:
                pool.relate(tx.session, expert.login, advice(), actor=expert.login, at=tx.now)
    with pytest.raises(PoolTooSmall) as found:
        confirm(house)
    assert number in found.value.message("zh")
    assert "自动化" in found.value.message("zh")
    assert "为申报单位提供过咨询" in found.value.message("zh")


def test_an_expert_at_rest_is_not_drawn(passed: tuple[House, str]) -> None:
    house, number = passed
    with house.rt.transaction() as tx:
        pool.rest(tx.session, "expert-1", tx.now.date(), None, "出国", actor="officer", at=tx.now)
    confirm(house)
    assert "expert-1" not in {seat.expert for seat in seats(house, number)}


def test_a_freed_seat_is_filled_by_lot_and_stays_on_record(passed: tuple[House, str]) -> None:
    house, number = passed
    confirm(house)
    [first, *_rest] = seats(house, number)
    with pytest.raises(Refusal):
        release_seat(house.rt, OFFICER, number, first.expert, " ")
    release_seat(house.rt, OFFICER, number, first.expert, "住院")
    with house.rt.reading() as session, pytest.raises(ExpertIsRecused):
        ensure_may_score(session, house.application(number), first.expert)
    drain(house.rt)
    now = {seat.expert: seat for seat in seats(house, number)}
    assert first.expert not in now
    [new] = [seat for seat in now.values() if seat.origin == draw.SUBSTITUTE]
    assert new.place == first.place
    assert {task.assignee for task in house.tasks("expert_sheet", number)} == set(now)
    [left] = house.rows(select(Seat).where(Seat.left_at.is_not(None)))
    assert (left.expert, left.left_reason, left.released_by) == (first.expert, "住院", OFFICER.login)
    with house.rt.reading() as session:
        assert verify(session, 2024).substitutes == 1
        assert verify(session, 2024).differences == ()


def test_a_seat_with_a_sealed_sheet_is_not_freed(passed: tuple[House, str]) -> None:
    house, number = passed
    confirm(house)
    task = house.tasks("expert_sheet", number)[0]
    commands.complete(house.rt, person("expert", "370000", task.assignee), task.id, answers.sheet())
    with pytest.raises(SeatNotHeld):
        release_seat(house.rt, OFFICER, number, str(task.assignee), "太慢")


def test_an_expert_who_left_never_sits_there_again(passed: tuple[House, str]) -> None:
    house, number = passed
    confirm(house)
    first = seats(house, number)[0].expert
    gone = {first}
    leaving = first
    while True:
        with house.rt.transaction() as tx:
            application = tx.session.scalars(
                select(Application).where(Application.application_no == number)
            ).one()
            assert held(tx.session, number, leaving) is not None
            try:
                leaving = replace(tx.session, application, leaving, reason="回避", at=tx.now)
            except PoolTooSmall:
                break
        assert leaving not in gone
        gone.add(leaving)
