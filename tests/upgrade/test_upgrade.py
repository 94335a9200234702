"""A database of the first release comes to the newest revision, loses nothing, and its cases go on to their end.

The databases were written by that release itself (see `revision_0001/make.py`). Every test first upgrades and
deploys today's diagrams, as an office does; the running cases stay with the diagrams they began with.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import commands
from engine.errors import Refusal
from engine.policy import SYSTEM
from engine.problems import NotDeployable
from engine.programme.applications import statuses as s
from engine.programme.applications.models import ApplicationVersion
from engine.programme.rehearsal.invariants import Registers, check_all
from engine.store.database import open_engine
from engine.store.definitions import Definition, Resource
from engine.store.instances import Instance
from engine.store.migrations import current, differences, upgrade
from engine.worker import drain
from tests.programme import answers as today
from tests.programme.mainline import CITY, COUNTY, FIRST, SECOND, THIRD, House, person
from tests.upgrade import answers
from tests.upgrade.conftest import Old, Opened, opening
from tests.upgrade.database import everything
from tests.upgrade.revision_0001.make import FILING, REVIEWED

NUMBERS = {name: f"2024-370102-{n:04d}" for n, name in enumerate((*FILING, *REVIEWED), start=1)}
OWNERS = {name: (FIRST, SECOND, THIRD)[n % 3] for n, name in enumerate((*FILING, *REVIEWED))}
COUNTY_OFFICER, COUNTY_HEAD = person("county_officer", COUNTY), person("county_head", COUNTY)
CITY_OFFICER, CITY_HEAD = person("city_officer", CITY), person("city_head", CITY)
NEWCOMER = "91370100MA3C5X8K9A"
CORRECTION = {"explanation": "已补充", "description": "新的建设情况"}


@pytest.fixture
def opened(old: Old, tmp_path: Path) -> Iterator[Opened]:
    """That database, opened by today's release."""
    with opening(old, tmp_path / "files") as opened:
        yield opened


def filler(name: str) -> Any:
    return person("enterprise_filler", OWNERS[name])


def sign(house: House, name: str) -> None:
    owner = person("legal_representative", OWNERS[name])
    house.do(owner, "sign", NUMBERS[name], **answers.signature())


def correct(house: House, name: str, element: str = "correct") -> None:
    house.do(filler(name), element, NUMBERS[name], **CORRECTION)


def review_in_city(house: House, name: str) -> None:
    house.do(CITY_OFFICER, "city_review", NUMBERS[name], **answers.city_review())
    house.do(CITY_HEAD, "city_approve", NUMBERS[name], decision="AGREE")


def score(house: House, name: str) -> None:
    """Every expert who was drawn seals a sheet; nobody is sent to look."""
    for task in house.tasks("expert_sheet", NUMBERS[name]):
        commands.complete(house.rt, person("expert", "370000", task.assignee), task.id, answers.sheet())
    drain(house.rt)
    assert house.incidents() == []
    assert house.tasks("site_visit", NUMBERS[name]) == []


def versions(house: House, name: str) -> list[ApplicationVersion]:
    where = ApplicationVersion.application_no == NUMBERS[name]
    return house.rows(select(ApplicationVersion).where(where).order_by(ApplicationVersion.version))


@pytest.mark.parametrize("name", ["filing", "formal"])
def test_every_row_is_kept_and_the_schema_is_todays(old: Old, name: str) -> None:
    engine = open_engine(old(name))
    before = everything(engine)
    upgrade(engine)
    columns = {table: list(rows[0]) for table, rows in before.items() if rows and table != "alembic_version"}
    assert everything(engine, columns) == {table: before[table] for table in columns}
    assert {"instance", "user_task", "application", "audit", "submission", "account"} <= columns.keys()
    assert current(engine)
    assert differences(engine) == []
    engine.dispose()


def test_every_step_up_to_the_city_is_finished_under_its_own_diagram(opened: Opened) -> None:
    house = opened("filing", "2024-06-24 10:00")
    house.do(filler("self"), "self_evaluation", NUMBERS["self"], **answers.self_evaluation())
    for name in ("self", "fill"):
        house.do(filler(name), "fill", NUMBERS[name], **answers.form())
    for name in ("self", "fill", "sign"):
        sign(house, name)
        assert house.application(NUMBERS[name]).status == s.SUBMITTED
    house.do(COUNTY_OFFICER, "county_opinion", NUMBERS["opinion"], result="RETURN", opinion="补充成效数据")
    for name in ("opinion", "review"):
        house.do(COUNTY_HEAD, "county_review", NUMBERS[name], decision="AGREE")
    house.do(CITY_HEAD, "city_approve", NUMBERS["approve"], decision="AGREE")
    for name in ("opinion", "review", "approve"):
        assert house.application(NUMBERS[name]).status == s.RETURNED
    for name in ("opinion", "review", "correct", "approve", "city_correct"):
        correct(house, name)
        assert [v.content["description"] for v in versions(house, name)] == ["建设情况", "新的建设情况"]
    house.go("2024-06-28 00:00")
    assert house.application(NUMBERS["uncorrected"]).status == s.SUBMITTED
    assert len(versions(house, "uncorrected")) == 1
    for name in ("self", "fill", "sign", "opinion", "review", "correct", "uncorrected"):
        house.do(COUNTY_OFFICER, "county_opinion", NUMBERS[name], **answers.county_opinion())
        house.do(COUNTY_HEAD, "county_review", NUMBERS[name], decision="AGREE")
        review_in_city(house, name)
    for name in ("city", "approve", "city_correct"):
        review_in_city(house, name)
    assert {house.application(NUMBERS[name]).status for name in FILING} == {s.CITY_AGREED}


def test_deadlines_of_the_first_release_act(opened: Opened) -> None:
    house = opened("filing", "2024-06-24 10:00")
    house.go("2024-06-26 00:00")
    assert {house.application(NUMBERS[name]).status for name in ("self", "fill", "sign")} == {s.LAPSED}
    house.go("2024-06-29 00:00")
    assert house.application(NUMBERS["opinion"]).county_result == "SILENT"
    house.go("2024-07-06 00:00")
    assert house.application(NUMBERS["city"]).status == s.NOT_RECOMMENDED


def test_a_withdrawal_and_a_new_application_work_in_the_old_cycle(opened: Opened) -> None:
    """The cycle was pinned before returns had a number: they have today's default."""
    house = opened("filing", "2024-06-24 10:00")
    house.do(filler("self"), "withdraw", NUMBERS["self"], reason="暂缓申报", confirmed=True)
    assert house.case(NUMBERS["self"]) == "COMPLETED"
    number = house.apply(NEWCOMER, "新版申报")
    house.file(number, NEWCOMER)
    items = [{"field": "description", "label": "建设情况", "label_en": "Description", "reason": "请补充"}]
    asked = {"result": "RETURN", "opinion": "请补充", "return_items": items}
    house.do(COUNTY_OFFICER, "county_opinion", number, **asked)
    house.do(COUNTY_HEAD, "county_review", number, decision="AGREE")
    changed = {**today.form(), "description": "新的建设情况" * 60}
    house.do(person("enterprise_filler", NEWCOMER), "correct", number, description=changed["description"])
    house.do(person("legal_representative", NEWCOMER), "sign_correction", number, **today.signature())
    house.endorse(number)
    assert house.application(number).status == s.CITY_AGREED


def test_the_formal_review_and_all_that_follows_come_to_their_end(opened: Opened) -> None:
    house = opened("formal", "2024-07-08 10:00")
    correct(house, "supplement", "supplement")
    house.department("formal_approve", "dept_head", NUMBERS["formal_approve"], decision="AGREE")
    correct(house, "formal_approve", "supplement")
    house.go("2024-07-16 09:00")
    assert house.application(NUMBERS["supplement_late"]).status == s.RECOMMENDED
    assert [len(versions(house, name)) for name in ("supplement", "supplement_late")] == [2, 1]
    for name in REVIEWED:
        changes = {"k08": "NA"} if name.startswith("supplement") else {}
        house.department("formal_check", "dept_officer", NUMBERS[name], **answers.formal_check(**changes))
        house.department("formal_approve", "dept_head", NUMBERS[name], decision="AGREE")
    house.draw()
    for name in REVIEWED:
        score(house, name)
    house.go("2024-09-05 09:00")
    house.decide(met={"attendees": "厅长等"})
    house.go("2024-09-09 09:00")
    house.announce()
    house.go("2024-09-14 09:00")
    house.publish()
    assert len(house.titles()) == len(REVIEWED)
    assert {house.case(NUMBERS[name]) for name in REVIEWED} == {"COMPLETED"}
    with house.rt.reading() as session:
        outcomes = check_all(Registers(session, house.rt.calendar))
    assert {name: found.broken for name, found in outcomes.items() if found.broken} == {}


def test_the_signature_of_a_new_case_is_still_a_declaration(opened: Opened) -> None:
    """What lets old cases pass opens no way around today's form."""
    house = opened("filing", "2024-06-24 10:00")
    number = house.apply(NEWCOMER, "新版申报")
    house.do(person("enterprise_filler", NEWCOMER), "self_evaluation", number, **today.self_evaluation())
    house.do(person("enterprise_filler", NEWCOMER), "fill", number, **today.form())
    with pytest.raises(Refusal):
        house.do(person("legal_representative", NEWCOMER), "sign", number, **answers.signature())
    assert house.application(number).status == s.DRAFT


def test_the_verbs_of_the_first_release_serve_its_cases_only(opened: Opened) -> None:
    """Its diagram runs, and is not taken for a new one."""
    house = opened("filing", "2024-06-24 10:00")
    query = select(Definition).where(Definition.definition_id == "application", Definition.kind == "process")
    first, _ = sorted(house.rows(query), key=lambda row: row.version)
    running = house.rows(select(Instance).where(Instance.process_id == "application"))
    assert {row.definition_id for row in running} == {first.id}
    with house.rt.reading() as session:
        content = session.get_one(Resource, first.sha256).content
    with pytest.raises(NotDeployable) as refused:
        commands.deploy(house.rt, SYSTEM, {"application.bpmn": content})
    assert {p.code for p in refused.value.problems if p.severity == "error"} == {"UNKNOWN_VERB"}
