"""The application itself: its declaration by a second person, what cannot happen to it, and what it is told before."""

from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from engine import commands
from engine.commands.refusals import SamePerson
from engine.directory import Scribe, add_organisation
from engine.errors import Refusal
from engine.policy import SYSTEM
from engine.programme.applications import prefill, starting
from engine.programme.applications import statuses as s
from engine.programme.applications.declarations import declaration
from engine.programme.applications.errors import (
    DeclarationMissing,
    DeclarationUnsound,
    DuplicateObject,
    EnterpriseNameDiffers,
    NotYourEnterprise,
    TransitionRefused,
)
from engine.programme.applications.errors import SamePerson as SamePersonAsApplicant
from engine.programme.applications.models import Application, ApplicationVersion
from engine.programme.applications.operations import change_status
from engine.store.tasks import Submission
from forms.errors import InvalidForm
from tests.programme import answers
from tests.programme.mainline import COUNTY, FIRST, SECOND, House, person

FILLER, SIGNER = person("enterprise_filler", FIRST), person("legal_representative", FIRST)


def filled(house: House, **changes: Any) -> str:
    """An application that waits for the legal representative; its number."""
    number = house.apply(FIRST)
    house.do(FILLER, "self_evaluation", number, **answers.self_evaluation())
    house.do(FILLER, "fill", number, **answers.form(**changes))
    return number


def version(house: House, number: str) -> ApplicationVersion:
    """The newest version of an application."""
    query = select(ApplicationVersion).where(ApplicationVersion.application_no == number)
    return house.rows(query.order_by(ApplicationVersion.version.desc()))[0]


def test_the_filler_cannot_sign(house: House) -> None:
    number = filled(house)
    both = person("legal_representative", FIRST, FILLER.login)
    [task] = house.tasks("sign", number)
    with pytest.raises(SamePerson):
        commands.complete(house.rt, both, task.id, answers.signature())
    assert house.application(number).status == s.DRAFT


@pytest.mark.parametrize(
    "left_out", ["commit_true", "commit_secret", "commit_cooperate", "sealed", "signed_name"]
)
def test_nothing_is_submitted_without_the_whole_declaration(house: House, left_out: str) -> None:
    number = filled(house)
    [task] = house.tasks("sign", number)
    body = answers.signature()
    del body[left_out]
    with pytest.raises(InvalidForm):
        commands.complete(house.rt, SIGNER, task.id, body)
    assert house.application(number).version == 0


def test_a_version_carries_the_declaration_that_covers_it(house: House) -> None:
    number = filled(house)
    house.do(SIGNER, "sign", number, **answers.signature())
    kept = version(house, number).content["declaration"]
    assert (kept["name"], kept["by"], kept["filled_by"]) == ("张建国", SIGNER.login, FILLER.login)
    assert all(kept[name] for name in ("commit_true", "commit_secret", "commit_cooperate"))


def test_the_register_takes_no_submission_without_a_sound_declaration(house: House) -> None:
    """Even a diagram that forgot the signature, or took the filler's, could not submit."""
    number = filled(house)
    [form] = house.rows(select(Submission).where(Submission.element_id == "fill"))
    with house.rt.reading() as session:
        with pytest.raises(DeclarationMissing):
            declaration(session, number, None, form.id)
        with pytest.raises(DeclarationUnsound):
            declaration(session, number, form.id, form.id)


def test_the_representative_returns_it_and_the_filler_reads_why(house: House) -> None:
    number = filled(house)
    house.do(SIGNER, "sign", number, decision="RETURN", comment="总投资有误")
    [task] = house.tasks("fill", number)
    seen = answers.local(house.rt, task)
    assert (seen["sign_decision"], seen["sign_comment"]) == ("RETURN", "总投资有误")
    house.do(FILLER, "fill", number, **answers.form(invest=8800))
    house.do(SIGNER, "sign", number, **answers.signature())
    assert version(house, number).content["invest"] == 8800


def test_what_is_missing_is_named_with_its_section(house: House) -> None:
    body = answers.form()
    body["effects"][1]["evidence"] = []
    number = filled(house, **body)
    [task] = house.tasks("fill", number)
    assert answers.local(house.rt, task)["completeness"]["missing"] == ["实施成效：“劳动生产率提高率”的佐证"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"license": []}, "license"),
        ({"photos": ["f-photo1"]}, "photos"),
        ({"nc_equipment": 101}, "nc_equipment"),
        ({"cmmm_level": "1"}, "cmmm_level"),
        ({"assess_year": 2023}, "assess_year"),
        ({"is_branch": "YES"}, "is_branch"),
        ({"completed_on": "2021-05-01"}, "completed_on"),
        ({"completed_on": "2024-12-01"}, "completed_on"),
        ({"mutuals": ["EQUIPMENT"]}, "mutuals"),
        ({"city_title": True}, "city_title_no"),
        ({"no_tax3y": False}, "no_tax3y"),
        ({"commit_true": False}, "commit_true"),
    ],
)
def test_what_the_rules_demand_is_refused_at_its_field(
    house: House, changes: dict[str, Any], path: str
) -> None:
    with pytest.raises(InvalidForm) as refused:
        filled(house, **changes)
    assert path in {error.path for error in refused.value.errors}


def test_a_submitted_application_has_no_form_to_change(house: House) -> None:
    number = filled(house)
    house.do(SIGNER, "sign", number, **answers.signature())
    assert {task.element_id for task in house.tasks(key=number)} == {"withdraw", "county_opinion"}
    [done] = house.rows(select(Submission).where(Submission.element_id == "fill"))
    with pytest.raises(Refusal):
        commands.complete(house.rt, FILLER, done.task_id, answers.form(invest=1))
    found = house.application(number)
    with pytest.raises(TransitionRefused):
        change_status(found, s.DRAFT, actor="x", basis="y", at=house.clock.now())


def test_two_live_applications_for_one_object_cannot_stand_in_the_register(house: House) -> None:
    number = house.apply(FIRST)
    for name in ("一号工厂", "一号 工厂", "一号工厂　"):
        with pytest.raises(DuplicateObject):
            house.apply(FIRST, name)
    row = house.application(number)
    copy = {c.name: getattr(row, c.name) for c in Application.__table__.columns if c.name != "id"}
    with pytest.raises(IntegrityError), house.rt.transaction() as tx:
        tx.session.execute(insert(Application).values(**copy | {"application_no": "2024-370102-9999"}))


def test_one_applies_for_ones_own_enterprise_under_its_own_name(house: House) -> None:
    with pytest.raises(NotYourEnterprise):
        commands.start(house.rt, FILLER, "application", {"cycle_year": 2024, "uscc": SECOND})
    with house.rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, "370000", "山东省工业和信息化厅", "province", None)
        add_organisation(tx.session, scribe, "370100", "济南市", "city", "370000")
        add_organisation(tx.session, scribe, COUNTY, "历下区", "county", "370100")
        add_organisation(tx.session, scribe, FIRST, "泉城示例有限公司", "enterprise", COUNTY)
    with pytest.raises(EnterpriseNameDiffers):
        house.apply(FIRST, enterprise="别的名称")
    house.apply(FIRST, enterprise="泉城示例有限公司")
    with house.rt.reading() as session:
        [own] = starting.start_facts(session, FILLER, house.clock.now())["organisations"]
    [cycle] = own["cycles"]
    left = {entry["value"]: (entry["used"], entry["left"]) for entry in cycle["types"]}
    assert left == {"SCENE": (0, 3), "WORKSHOP": (0, 1), "FACTORY": (1, 1)}
    assert cycle["taken"] == [{"kind": "FACTORY", "name": "一号工厂"}]
    assert (own["county"], own["city"], len(cycle["filed"])) == (COUNTY, "370100", 1)


def test_last_year_is_the_enterprises_own_newest_submission_of_the_type(house: House) -> None:
    number = filled(house)
    house.do(SIGNER, "sign", number, **answers.signature())
    later = {"cycle_year": 2025, "type": "FACTORY"}
    with house.rt.reading() as session:
        found = prefill.last_year(session, {**later, "uscc": FIRST})
        assert (found["main_products"], found["cycle_year"]) == ("电机", 2024)
        assert prefill.last_year(session, {**later, "uscc": SECOND}) == {}
        assert prefill.last_year(session, {**later, "uscc": FIRST, "cycle_year": 2024}) == {}
        assert prefill.last_year(session, {**later, "uscc": FIRST, "type": "SCENE"})["cycle_year"] == 2024


def test_the_withdrawal_knows_whether_the_list_is_fixed(house: House) -> None:
    number = filled(house)
    with house.rt.reading() as session:
        facts = prefill.application(session, {"application_no": number})
    assert facts == {"status": s.DRAFT, "list_fixed": False, "deadline": "2024-06-25 24:00"}


def test_a_correction_that_nobody_signed_leaves_the_old_version(house: House) -> None:
    number = filled(house)
    house.do(SIGNER, "sign", number, **answers.signature())
    officer, head = person("county_officer", COUNTY), person("county_head", COUNTY)
    items = [{"field": "description", "reason": "请补充"}]
    house.do(officer, "county_opinion", number, result="RETURN", opinion="补充", return_items=items)
    house.do(head, "county_review", number, decision="AGREE")
    house.do(FILLER, "correct", number, description="新的建设情况")
    house.go("2024-07-06 00:00")
    assert house.application(number).version == 1
    assert version(house, number).content["description"] == "建设情况"


def test_the_filler_reviews_nothing_of_it_either(house: House) -> None:
    """I16: whoever filled it in is an applicant, whatever other office he holds."""
    number = filled(house)
    house.do(SIGNER, "sign", number, **answers.signature())
    house.endorse(number)
    house.recommend()
    [task] = house.tasks("formal_check", number)
    officer = person("dept_officer", "370000", FILLER.login)
    with pytest.raises(SamePersonAsApplicant):
        commands.complete(house.rt, officer, task.id, answers.formal_check())
