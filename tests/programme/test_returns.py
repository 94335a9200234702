"""Returns and supplements: named fields only, signed again, in time, counted; the old version stays (I7)."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import commands
from engine.commands.refusals import DeadlinePassed, SamePerson
from engine.errors import NotAllowed, NotFound
from engine.policy import Actor
from engine.programme.applications import statuses as s
from engine.programme.applications.models import ApplicationVersion
from engine.programme.returns.changes import changes
from engine.programme.returns.errors import (
    FieldNamedTwice,
    NoOpenReturn,
    NothingToCorrect,
    ReturnTooLate,
    TooManyReturns,
)
from engine.programme.returns.models import ApplicationReturn
from engine.programme.returns.operations import ask, check_items, take
from engine.programme.reviews.errors import SecondSupplement
from engine.store.instances import Instance
from engine.store.tasks import Submission
from forms import InvalidForm
from forms.expressions import Evaluator
from forms.openable import openable
from tests.programme import answers
from tests.programme.mainline import COUNTY, FIRST, SECOND, House, at, person

FILLER, SIGNER = person("enterprise_filler", FIRST), person("legal_representative", FIRST)
OFFICER, HEAD = person("county_officer", COUNTY), person("county_head", COUNTY)
CITY_OFFICER, CITY_HEAD = person("city_officer", "370100"), person("city_head", "370100")
ASKED = [{"field": "description", "reason": "补充成效数据"}]
SUPPLEMENT = {
    "result": "SUPPLEMENT",
    "reason": "材料不全",
    "article": "第六条",
    "k16": "BAD",
    "return_items": ASKED,
}


def filed(house: House) -> str:
    """One application before its county."""
    number = house.apply(FIRST)
    house.file(number, FIRST)
    return number


def county_returns(house: House, number: str, items: Any = ASKED) -> None:
    """Two people of the county return the file."""
    body = {"result": "RETURN", "opinion": "请补正", "return_items": items}
    house.do(OFFICER, "county_opinion", number, **body)
    house.do(HEAD, "county_review", number, decision="AGREE")


def city_returns(house: House, number: str) -> None:
    """The county agrees, the city returns."""
    house.do(OFFICER, "county_opinion", number, **answers.county_opinion())
    house.do(HEAD, "county_review", number, decision="AGREE")
    body = {"result": "RETURN", "opinion": "请补正", "return_items": ASKED}
    house.do(CITY_OFFICER, "city_review", number, **body)
    house.do(CITY_HEAD, "city_approve", number, decision="AGREE")


def corrected(house: House, number: str, element: str = "correct", sign: str = "sign_correction") -> None:
    """The opened field is changed and the legal representative signs again."""
    house.do(FILLER, element, number, description="新的建设情况")
    house.do(SIGNER, sign, number, **answers.signature())


def asked(house: House) -> list[ApplicationReturn]:
    """The register of returns."""
    return house.rows(select(ApplicationReturn).order_by(ApplicationReturn.number))


def versions(house: House) -> list[ApplicationVersion]:
    """The frozen versions."""
    return house.rows(select(ApplicationVersion).order_by(ApplicationVersion.version))


def refused(house: House, actor: Actor, element: str, number: str, **body: Any) -> InvalidForm:
    """The completion is refused by the form; its errors."""
    [task] = house.tasks(element, number)
    with pytest.raises(InvalidForm) as found:
        commands.complete(house.rt, actor, task.id, body)
    return found.value


def test_a_returned_file_becomes_a_new_version_and_the_old_one_stays(house: House) -> None:
    number = filed(house)
    before = versions(house)[0]
    county_returns(house, number)
    assert house.application(number).status == s.RETURNED
    corrected(house, number)
    assert house.application(number).status == s.SUBMITTED
    old, new = versions(house)
    assert (old.content, old.sha256) == (before.content, before.sha256)
    differing = {key for key in old.content if old.content[key] != new.content.get(key)}
    assert differing == {"description", "declaration"}
    assert new.sha256 != old.sha256
    [row] = asked(house)
    assert (row.level, row.number, row.version_before, row.version_after) == ("COUNTY", 1, 1, 2)
    assert row.closed_at is not None
    assert row.items[0]["label"].endswith("建设情况（问题、方案、实施、成效）")
    house.endorse(number)
    assert house.application(number).status == s.CITY_AGREED


def test_the_result_of_the_self_evaluation_stays_with_every_version(house: House) -> None:
    number = filed(house)
    county_returns(house, number)
    corrected(house, number)
    first, second = (version.content["self_evaluation"] for version in versions(house))
    assert first == second
    assert first["check"]["eligible"] is True
    assert first["lines"]
    assert first["score"]["total"] > 0


def test_the_city_returns_to_itself(house: House) -> None:
    number = filed(house)
    city_returns(house, number)
    corrected(house, number)
    assert house.application(number).status == s.COUNTY_DONE
    house.review_in_city(number)
    assert [row.level for row in asked(house)] == ["CITY"]


def test_a_closed_field_set_by_hand_is_refused_and_nothing_is_lost(house: House) -> None:
    number = filed(house)
    county_returns(house, number)
    errors = refused(house, FILLER, "correct", number, description="新", invest=1).errors
    assert [error.path for error in errors] == ["invest"]
    assert house.tasks("correct", number)
    assert len(versions(house)) == 1


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"field": "description", "reason": ""}],
        [{"field": "description", "reason": "甲"}, {"field": "description", "reason": "乙"}],
        [{"field": "no_such_field", "reason": "甲"}],
        [{"field": "commit_true", "reason": "甲"}],
        [{"field": "self_evaluation", "reason": "甲"}],
    ],
)
def test_a_return_names_fields_of_the_form_once_each_with_a_reason(house: House, items: Any) -> None:
    number = filed(house)
    body = {"result": "RETURN", "opinion": "请补正", "return_items": items}
    assert refused(house, OFFICER, "county_opinion", number, **body).errors


def test_items_beside_another_result_are_dropped(house: House) -> None:
    number = filed(house)
    house.do(OFFICER, "county_opinion", number, **answers.county_opinion(return_items=ASKED))
    [sent] = house.rows(select(Submission).where(Submission.element_id == "county_opinion"))
    assert "return_items" not in sent.data


def test_what_can_be_opened_is_what_was_asked_of_this_applicant(house: House) -> None:
    filed(house)
    [sent] = house.rows(select(Submission).where(Submission.element_id == "fill"))
    with house.rt.reading() as session:
        definition = house.rt.definitions.by_key(session, sent.form_definition_id)
        form = house.rt.definitions.form(session, definition)
    options = openable(form.definition, sent.data, {"cycle_year": 2024}, Evaluator(house.clock))
    values = [option["value"] for option in options]
    assert len(values) == len(set(values))
    assert {value.partition("[")[0] for value in values} <= sent.data.keys()
    by_value = {option["value"]: option for option in options}
    assert by_value["finance[2]"]["label"].endswith(" · 2023年")
    assert by_value["finance[2].revenue"]["label"].endswith(" · 2023年 · 营业收入")
    assert "finance[2].row_key" not in by_value
    assert not {"nc_rate", "commit_true", "scene", "ws_type"} & set(values)
    assert all(option["label"] and option["label_en"] for option in options)


def test_who_corrected_does_not_sign_and_a_third_person_does_neither(house: House) -> None:
    number = filed(house)
    county_returns(house, number)
    [task] = house.tasks("correct", number)
    for stranger in (person("enterprise_filler", SECOND), OFFICER, SIGNER):
        with pytest.raises((NotFound, NotAllowed)):
            commands.complete(house.rt, stranger, task.id, {"description": "新"})
    house.do(FILLER, "correct", number, description="新")
    [sign] = house.tasks("sign_correction", number)
    both = Actor(FILLER.login, FILLER.name, (*FILLER.grants, *SIGNER.grants))
    with pytest.raises(SamePerson):
        commands.complete(house.rt, both, sign.id, answers.signature())
    with pytest.raises((NotFound, NotAllowed)):
        commands.complete(house.rt, person("legal_representative", SECOND), sign.id, answers.signature())
    house.do(SIGNER, "sign_correction", number, **answers.signature())
    assert len(versions(house)) == 2


def test_the_legal_representative_may_give_it_back_and_the_work_goes_on_from_there(house: House) -> None:
    number = filed(house)
    county_returns(house, number)
    house.do(FILLER, "correct", number, description="第一稿")
    house.do(SIGNER, "sign_correction", number, decision="RETURN", comment="再改")
    house.do(FILLER, "correct", number)
    house.do(SIGNER, "sign_correction", number, **answers.signature())
    assert versions(house)[1].content["description"] in ("第一稿", None, "")


def test_what_is_not_signed_in_time_is_not_accepted_and_that_is_recorded(house: House) -> None:
    """Three working days from Monday 06-03: over at the end of Thursday 06-06."""
    number = filed(house)
    county_returns(house, number)
    house.do(FILLER, "correct", number, description="新的建设情况")
    [sign] = house.tasks("sign_correction", number)
    house.clock.set(at("2024-06-07 00:00"))
    with pytest.raises(DeadlinePassed):
        commands.complete(house.rt, SIGNER, sign.id, answers.signature())
    found = house.application(number)
    assert (found.status, found.version) == (s.SUBMITTED, 1)
    assert found.history[-1].note == "逾期未补正，按原材料办理"
    [row] = asked(house)
    assert (row.closed_at is not None, row.version_after) == (True, None)
    house.endorse(number)


def test_a_level_returns_as_often_as_the_cycle_allows(house: House) -> None:
    number = filed(house)
    for _ in range(2):
        county_returns(house, number)
        corrected(house, number)
    [task] = house.tasks("county_opinion", number)
    body = {"result": "RETURN", "opinion": "请补正", "return_items": ASKED}
    with pytest.raises(TooManyReturns):
        commands.complete(house.rt, OFFICER, task.id, body)
    city_returns(house, number)
    assert [row.level for row in asked(house)] == ["COUNTY", "COUNTY", "CITY"]


def test_a_return_needs_time_to_be_answered(house: House) -> None:
    """The city's deadline is 07-06 00:00; a return on its last day could not be answered."""
    number = filed(house)
    house.go("2024-07-05 00:00")
    [task] = house.tasks("city_review", number)
    body = {"result": "RETURN", "opinion": "请补正", "return_items": ASKED}
    house.clock.set(at("2024-07-05 00:01"))
    with pytest.raises(ReturnTooLate):
        commands.complete(house.rt, CITY_OFFICER, task.id, body)
    house.clock.set(at("2024-07-06 00:00"))
    with pytest.raises(DeadlinePassed):
        commands.complete(house.rt, CITY_OFFICER, task.id, body)


def test_a_cycle_may_end_returns_with_the_enterprise_deadline(house: House) -> None:
    with house.rt.transaction() as tx:
        cycle = tx.session.merge(house.cycle())
        cycle.parameters = {**cycle.parameters, "return.after_enterprise_deadline": False}
    number = filed(house)
    house.go("2024-06-24 09:00")
    county_returns(house, number)
    assert asked(house)[0].due == at("2024-06-26 00:00")
    house.go("2024-06-26 00:00")
    [task] = house.tasks("county_opinion", number)
    body = {"result": "RETURN", "opinion": "请补正", "return_items": ASKED}
    with pytest.raises(ReturnTooLate):
        commands.complete(house.rt, OFFICER, task.id, body)


def recommended(house: House) -> str:
    """One application, accepted by the department on 2024-07-08."""
    number = house.apply(FIRST)
    house.recommend((number, FIRST))
    return number


def test_one_supplement_of_named_fields_and_no_second(house: House) -> None:
    number = recommended(house)
    house.check_formally(number, **SUPPLEMENT)
    assert house.application(number).status == s.SUPPLEMENTING
    refused(house, FILLER, "supplement", number, description="新", enterprise="别的企业", invest=1)
    corrected(house, number, "supplement", "sign_supplement")
    assert house.application(number).version == 2
    [task] = house.tasks("formal_check", number)
    officer = person("dept_officer", "370000")
    with pytest.raises(SecondSupplement):
        commands.complete(house.rt, officer, task.id, answers.formal_check(**SUPPLEMENT))
    house.check_formally(number)
    assert house.application(number).status == s.FORMAL_PASSED


def test_a_supplement_without_fields_is_refused(house: House) -> None:
    number = recommended(house)
    body = answers.formal_check(**{**SUPPLEMENT, "return_items": []})
    assert refused(house, person("dept_officer", "370000"), "formal_check", number, **body).errors


def test_a_late_supplement_is_not_accepted_and_recorded(house: House) -> None:
    """Five working days from the next day: asked for on Monday 07-08, over at the end of Monday 07-15."""
    number = recommended(house)
    house.check_formally(number, **SUPPLEMENT)
    house.go("2024-07-15 23:59")
    [task] = house.tasks("supplement", number)
    house.clock.set(at("2024-07-16 00:00"))
    with pytest.raises(DeadlinePassed):
        commands.complete(house.rt, FILLER, task.id, {"description": "新"})
    found = house.application(number)
    assert (found.status, found.version) == (s.RECOMMENDED, 1)
    [row] = asked(house)
    assert (row.level, row.due, row.version_after) == ("FORMAL", at("2024-07-16 00:00"), None)
    assert row.closed_at is not None


def test_the_changes_of_a_version_stand_side_by_side(house: House) -> None:
    number = filed(house)
    county_returns(house, number, [*ASKED, {"field": "intro", "reason": "写明主营业务"}])
    house.do(FILLER, "correct", number, description="新的建设情况", intro="示例企业")
    house.do(SIGNER, "sign_correction", number, **answers.signature())
    with house.rt.reading() as session:
        found = changes(house.rt, session, number, 2)
        assert changes(house.rt, session, number, 1) == []
        with pytest.raises(LookupError):
            changes(house.rt, session, number, 3)
    told = {c.field: (c.before, c.after, c.reason, c.differs) for c in found}
    assert told == {
        "description": ("建设情况", "新的建设情况", "补充成效数据", True),
        "intro": ("示例企业", "示例企业", "写明主营业务", False),
    }


CELL = {"field": "finance[2].revenue", "reason": "与审计报告不符"}


def test_one_cell_of_a_table_is_opened_and_nothing_else_of_it(house: House) -> None:
    number = filed(house)
    county_returns(house, number, [CELL, {"field": "effects[0]", "reason": "核对"}])
    label = asked(house)[0].items[0]["label"]
    assert label.endswith(" · 2023年 · 营业收入")
    for body, named in (
        ({"finance": [{}, {"revenue": "7"}, {"revenue": "8"}]}, "finance[1].revenue"),
        ({"finance": [{}, {}, {"revenue": "8", "tax": "1"}]}, "finance[2].tax"),
        ({"finance": [{}, {}, {}, {"revenue": "8"}]}, "finance"),
        ({"effects": [{}, {"before": "1"}]}, "effects[1].before"),
    ):
        assert {e.path for e in refused(house, FILLER, "correct", number, **body).errors} == {named}
    house.do(FILLER, "correct", number, finance=[{}, {}, {"revenue": "800"}])
    house.do(SIGNER, "sign_correction", number, **answers.signature())
    old, new = (version.content["finance"] for version in versions(house))
    assert new[:2] == old[:2]
    with house.rt.reading() as session:
        told = {
            c.field: (c.label, c.after, c.reason, c.differs) for c in changes(house.rt, session, number, 2)
        }
    assert told["finance[2].revenue"] == (label.partition(" · ")[2], "800 万元", CELL["reason"], True)
    assert told["effects[0]"][2:] == ("核对", False)
    assert set(told) == {"effects[0]", "finance[2].revenue", "finance[2].rd_ratio"}, (
        "the last one is computed"
    )


def test_the_operations_refuse_by_themselves(house: House) -> None:
    number = filed(house)
    with pytest.raises(NothingToCorrect):
        check_items([])
    with pytest.raises(NothingToCorrect):
        check_items([{"field": "intro", "reason": " "}])
    with pytest.raises(FieldNamedTwice):
        check_items([{"field": "intro", "reason": "甲"}, {"field": "intro", "reason": "乙"}])
    with pytest.raises(FieldNamedTwice):
        check_items([CELL, {"field": "finance", "reason": "乙"}])
    with house.rt.transaction() as tx:
        application = tx.session.merge(house.application(number))
        with pytest.raises(NoOpenReturn):
            take(tx.session, application, "COUNTY", None, submission_id=None, actor="x", at=tx.now)
        ask(tx.session, application, "CITY", ASKED, due=at("2024-06-10 00:00"), actor="x", at=tx.now)
        tx.session.flush()
        with pytest.raises(NoOpenReturn):
            take(tx.session, application, "COUNTY", None, submission_id=None, actor="x", at=tx.now)


def test_the_case_keeps_small_facts_only(house: House) -> None:
    """What the self-evaluation said stands in the frozen version, not in the state of the case for good."""
    number = filed(house)
    [task] = house.tasks("county_opinion", number)
    known = answers.local(house.rt, task)
    assert known["self_lines"] is None
    assert set(known["answers"]) == {"founded_on", "completed_on"}
    assert house.rows(select(Instance).where(Instance.business_key == number))


def test_an_opened_table_that_nobody_touched_stays_as_it_was(house: House) -> None:
    number = filed(house)
    county_returns(
        house, number, [{"field": "effects", "reason": "核对"}, {"field": "invest", "reason": "核对"}]
    )
    house.do(FILLER, "correct", number)
    house.do(SIGNER, "sign_correction", number, **answers.signature())
    old, new = versions(house)
    assert str(new.content["finance"]) == str(old.content["finance"]), "36000 does not become 36000.00"
    assert {key for key in old.content if old.content[key] != new.content.get(key)} <= {"declaration"}
