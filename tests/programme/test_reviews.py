"""Formal review, experts, site visits."""

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.programme.applications import statuses as s
from engine.programme.applications.errors import FlagIsOpen
from engine.programme.cycles.errors import StillOpen
from engine.programme.frozen import DocumentIsFrozen
from engine.programme.reviews.draw import confirm, enrol
from engine.programme.reviews.errors import ExpertIsRecused
from engine.programme.reviews.models import ExpertSheet, Seat
from forms.errors import InvalidForm
from tests.programme import answers
from tests.programme.mainline import EXPERTS, FIRST, SECOND, House, person

ITEMS = [{"field": "intro", "reason": "财务报表缺一年"}]
SUPPLEMENT = {"result": "SUPPLEMENT", "reason": "缺报表", "article": "第五条（一）", "return_items": ITEMS}
FILLER = person("enterprise_filler", FIRST)


def recommended(house: House) -> str:
    """One application, accepted by the department on 2024-07-08."""
    number = house.apply(FIRST)
    house.recommend((number, FIRST))
    return number


def reviewing(house: House) -> str:
    """One application with its experts drawn."""
    number = recommended(house)
    house.check_formally(number)
    house.draw()
    return number


def test_a_supplement_that_does_not_come_leaves_pass_or_fail(house: House) -> None:
    """Five working days from the next day: asked for on Monday 07-08, over at the end of Monday 07-15."""
    number = recommended(house)
    house.check_formally(number, **SUPPLEMENT)
    house.go("2024-07-15 23:59")
    assert house.application(number).status == s.SUPPLEMENTING
    house.go("2024-07-16 00:00")
    assert house.application(number).status == s.RECOMMENDED
    fail = {"result": "FAIL", "reason": "逾期未补正", "article": "第五条（一）", "k08": "BAD"}
    house.check_formally(number, **fail)
    assert house.application(number).status == s.FORMAL_FAILED
    assert house.application(number).reason == "逾期未补正"
    assert house.case(number) == "COMPLETED"


def test_a_check_that_is_not_met_cannot_pass(house: House) -> None:
    number = recommended(house)
    with pytest.raises(InvalidForm):
        house.department("formal_check", "dept_officer", number, **answers.formal_check(k05="BAD"))


def test_a_recused_expert_is_replaced_and_has_no_score(house: House) -> None:
    """I8."""
    number = reviewing(house)
    leaving = house.tasks("expert_sheet", number)[0]
    recusal = {"declaration": "RECUSE", "recusal_reason": "曾任顾问"}
    commands.complete(house.rt, person("expert", "370000", leaving.assignee), leaving.id, recusal)
    seated = {task.assignee for task in house.tasks("expert_sheet", number)}
    assert len(seated) == 5
    assert leaving.assignee not in seated
    house.score(number)
    sheets = house.rows(select(ExpertSheet))
    assert {sheet.expert for sheet in sheets} == seated
    assert house.application(number).status == s.REVIEWED


def test_a_conflict_found_late_keeps_the_expert_from_scoring(house: House) -> None:
    number = reviewing(house)
    task = house.tasks("expert_sheet", number)[0]
    with house.rt.transaction() as tx:
        enrol(tx.session, str(task.assignee), "专家", "it", conflicts=[FIRST])
    with pytest.raises(ExpertIsRecused):
        commands.complete(house.rt, person("expert", "370000", task.assignee), task.id, answers.sheet())


def test_conflicts_are_left_out_of_the_draw(house: House) -> None:
    with house.rt.transaction() as tx:
        for login in EXPERTS[:3]:
            enrol(tx.session, login, "专家", "it", employer_uscc=FIRST)
    number = reviewing(house)
    drawn = {seat.expert for seat in house.rows(select(Seat).where(Seat.application_no == number))}
    assert drawn == set(EXPERTS[3:])


def drawn(house: House, seed: str) -> dict[str, list[str]]:
    """What a seed draws, and then forgets again."""
    with Session(house.rt.engine, autoflush=False) as session:
        return confirm(session, 2024, seed, actor="x", at=house.clock.now())


def test_the_same_seed_draws_the_same_experts(house: House) -> None:
    number = recommended(house)
    house.check_formally(number)
    assert drawn(house, "seed-1") == drawn(house, "seed-1")


def test_scores_stay_within_their_dimensions(house: House) -> None:
    """I9: by the form, and by the rule when no form stands before it."""
    number = reviewing(house)
    task = house.tasks("expert_sheet", number)[0]
    expert = person("expert", "370000", task.assignee)
    for wrong in ({"d2": 36}, {"d1": 8.25}, {"d1": "8.3"}, {"d5": -1}):
        with pytest.raises(InvalidForm):
            commands.complete(house.rt, expert, task.id, answers.sheet(**wrong))
    unexplained = answers.sheet(d3=10)
    for row in unexplained["scores"]:
        row["reason"] = None
    with pytest.raises(InvalidForm) as refused:
        commands.complete(house.rt, expert, task.id, unexplained)
    assert {error.path.rpartition(".")[2] for error in refused.value.errors} == {"reason"}


def test_a_sealed_sheet_never_changes(house: House) -> None:
    """I7."""
    number = reviewing(house)
    house.score(number)
    with Session(house.rt.engine) as session:
        sheet = session.scalars(select(ExpertSheet)).first()
        assert sheet is not None
        sheet.total = Decimal(100)
        with pytest.raises(DocumentIsFrozen):
            session.flush()


def test_extremes_are_dropped_and_a_divergence_goes_to_the_leader(house: House) -> None:
    number = reviewing(house)
    tasks = house.tasks("expert_sheet", number)
    for task, points in zip(tasks, (35, 28, 27, 26, 10), strict=True):
        expert = person("expert", "370000", task.assignee)
        commands.complete(house.rt, expert, task.id, answers.sheet(d2=points, comment="说明"))
    leader = person("expert_leader", "370000")
    far = [{"row_key": "5", "explanation": "佐证不足，评分依据充分"}]
    house.do(leader, "leader_review", number, comment="已复核", group_opinion="RECOMMEND", explanations=far)
    house.visit(number)
    assert house.application(number).score == Decimal("79.00")
    assert house.application(number).status == s.REVIEWED


def test_a_visit_is_made_when_two_experts_ask_for_it(house: House) -> None:
    number = reviewing(house)
    house.go("2024-07-22 09:00")
    for task in house.tasks("expert_sheet", number):
        expert = person("expert", "370000", task.assignee)
        commands.complete(house.rt, expert, task.id, answers.sheet(visit_asked=True))
    with pytest.raises(StillOpen):
        house.department("reviews_done", "dept_officer", confirmed=True)
    house.visit(number, visit_result="FALSE", findings="与申报不符")
    house.department("reviews_done", "dept_officer", confirmed=True)
    assert house.application(number).visit_result == "FALSE"
    assert house.proposal("opinion_list", "2024")[0]["opinion"] == "REJECT"


def test_equal_scores_are_ordered_by_the_city_title_and_unequal_ones_are_not(house: House) -> None:
    """I10, article 5(7)."""
    plain, titled = house.apply(FIRST), house.apply(SECOND, "二号工厂")
    city = {
        "kind": "FACTORY",
        "name": "二号工厂",
        "document_no": "济工信〔2023〕9号",
        "granted_on": "2023-05-01",
    }
    title = {"city_title": True, "city_title_no": city["document_no"], "city_titles": [city]}
    title["city_cert"] = ["f-cert"]
    for number, uscc, changes in ((plain, FIRST, {}), (titled, SECOND, title)):
        house.do(person("enterprise_filler", uscc), "self_evaluation", number, **answers.self_evaluation())
        house.do(person("enterprise_filler", uscc), "fill", number, **answers.form(**changes))
        house.do(person("legal_representative", uscc), "sign", number, **answers.signature())
        house.endorse(number)
    house.recommend()
    for number in (plain, titled):
        house.check_formally(number)
    house.draw()
    house.score(plain)
    house.score(titled)
    house.department("reviews_done", "dept_officer", confirmed=True)
    rows = house.proposal("opinion_list", "2024")
    assert [row["application_no"] for row in rows] == [titled, plain]
    assert rows[0]["score"] == rows[1]["score"] == 80


def test_what_the_self_check_leaves_open_is_decided_by_the_formal_review(house: House) -> None:
    """Article 6(3) after a credit repair: a flag that is resolved with a reason and an officer, never deleted."""
    number = house.apply(FIRST)
    repaired = {"offence": "YES", "offence_on": "2023-05-01", "credit_repaired": True}
    house.do(FILLER, "self_evaluation", number, **answers.self_evaluation(**repaired))
    house.do(FILLER, "fill", number, **answers.form())
    house.do(person("legal_representative", FIRST), "sign", number, **answers.signature())
    house.endorse(number)
    house.recommend()
    with pytest.raises((FlagIsOpen, InvalidForm)):
        house.check_formally(number)
    house.check_formally(number, flag_reason="已完成信用修复，不构成排除")
    [flag] = house.application(number).flags
    assert (flag.ground, flag.excluded, flag.resolved_by) == ("6.3", False, "dept_head@370000")
