"""An expert asks to be recused: the reason stands in the register, the department alone reads it, rounds go on."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from engine import commands
from engine.programme.applications import statuses as s
from engine.programme.rehearsal.invariants import Registers
from engine.programme.rehearsal.invariants.people import recused_experts_have_no_score
from engine.programme.reviews.draw import enrol
from engine.programme.reviews.draw_release import release_seat
from engine.programme.reviews.models import ExpertSheet, Seat
from engine.programme.reviews.pool_models import ExpertRecusal
from engine.programme.reviews.rounds import reopen
from engine.worker import drain
from tests.programme import answers
from tests.programme.mainline import FIRST, House, person
from tests.web.deciding_world import Site
from tests.web.scoring_world import ONE, furnished, house, scoring_database, seal, site

FIXTURES = (furnished, house, scoring_database, site)
WHY = "曾任该企业的技术顾问"
OFFICER = person("dept_officer", "370000")


def recuse(house: House) -> str:
    """The expert of the first open sheet asks to be recused."""
    task = house.tasks("expert_sheet", ONE)[0]
    body = {"declaration": "RECUSE", "recusal_reason": WHY}
    commands.complete(house.rt, person("expert", "370000", task.assignee), task.id, body)
    return str(task.assignee)


def held(house: House) -> set[str]:
    """Who holds the seats now."""
    query = select(Seat.expert).where(Seat.application_no == ONE, Seat.left_at.is_(None))
    return set(house.rows(query))


def asked(house: House) -> set[str]:
    """Who is asked for a sheet."""
    return {str(task.assignee) for task in house.tasks("expert_sheet", ONE)}


def lawful(house: House) -> bool:
    """Whether nobody scored who may not (I8)."""
    with house.rt.reading() as session:
        found = recused_experts_have_no_score(Registers(session, house.rt.calendar))
        return all(finding.kept for finding in found)


def test_the_reason_is_in_the_register_and_read_by_the_department_alone(site: Site) -> None:
    leaving = recuse(site.house)
    [row] = site.house.rows(select(ExpertRecusal))
    assert (row.expert, row.kind, row.reason, row.stated_by) == (leaving, "ASKED", WHY, leaving)
    assert row.stated_at == site.house.clock.now()
    assert row.submission_id
    for login in ("officer", "supervisor"):
        page = site.client(login).get("/experts/draw/2024")
        assert WHY in page.get_data(as_text=True), login
    other = str(site.house.tasks("expert_sheet", ONE)[0].assignee)
    for login in ("leader", "office", "city", "filler", other, leaving):
        client = site.client(login)
        for address in ("/experts/draw/2024", f"/scoring/panels/{ONE}", "/scoring", "/inbox/mine"):
            assert WHY not in client.get(address).get_data(as_text=True), (login, address)


def test_a_seat_that_an_officer_freed_is_on_record_with_whose_word_it_was(site: Site) -> None:
    expert = sorted(held(site.house))[0]
    release_seat(site.house.rt, OFFICER, ONE, expert, "住院")
    drain(site.house.rt)
    [row] = site.house.rows(select(ExpertRecusal))
    assert (row.expert, row.kind, row.reason, row.stated_by) == (expert, "FREED", "住院", OFFICER.login)


def test_another_round_asks_those_who_hold_the_seats_now(site: Site) -> None:
    house = site.house
    left = {recuse(house)}
    house.score(ONE)
    assert house.application(ONE).status == s.REVIEWED
    reopen(house.rt, OFFICER, ONE, "第一轮评分时有一份附件不能打开")
    drain(house.rt)
    assert asked(house) == held(house)
    assert not left & asked(house)
    gone = sorted(held(house))[0]  # sealed a sheet in the first round, and falls ill in the second
    release_seat(house.rt, OFFICER, ONE, gone, "住院")
    drain(house.rt)
    left |= {gone, recuse(house)}
    assert asked(house) == held(house)
    assert not left & asked(house)
    assert lawful(house)
    for task in house.tasks("expert_sheet", ONE):
        commands.complete(house.rt, person("expert", "370000", task.assignee), task.id, answers.sheet())
    drain(house.rt)
    assert house.application(ONE).status == s.REVIEWED
    second = select(ExpertSheet.expert).where(ExpertSheet.application_no == ONE, ExpertSheet.round == 2)
    assert set(house.rows(second)) == held(house)
    assert lawful(house)
    assert {row.round for row in house.rows(select(ExpertRecusal))} == {1, 2}


def test_a_leader_sees_the_sheets_of_the_task_in_hand_and_none_with_a_conflict(site: Site) -> None:
    seal(site.house, ONE, 35, 30, 30, 29, 8)
    [task] = site.house.tasks("leader_review", ONE)
    client = site.client("leader")
    assert "独立意见" not in client.get(f"/tasks/{task.id}").get_data(as_text=True)  # nobody has taken it
    commands.claim(site.house.rt, person("expert_leader", "370000", "leader"), task.id)
    page = client.get(f"/tasks/{task.id}").get_data(as_text=True)
    assert page.count("独立意见") == 5
    assert "评审分组：智能工厂" in page
    with site.house.rt.transaction() as tx:
        enrol(tx.session, "leader", "组长", "it", conflicts=[FIRST])
    page = client.get(f"/tasks/{task.id}").get_data(as_text=True)
    assert "独立意见" not in page
    assert "请退回任务" in page


@pytest.mark.parametrize("statement", ["UPDATE expert_recusal SET reason = ''", "DELETE FROM expert_recusal"])
def test_what_stands_in_the_register_stays(site: Site, statement: str) -> None:
    recuse(site.house)
    with site.house.rt.engine.begin() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement))
