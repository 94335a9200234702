"""What the programme forbids, tried at the open task of the cycle by everybody's doors: one row an attempt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from engine.programme.applications.models import Application, ApplicationVersion
from engine.programme.applications.operations import raise_flag, require
from engine.programme.cycles.models import Cycle
from engine.programme.reviews.models import Seat
from tests.hostile.doors import Person, changed, everything, refused
from tests.hostile.staged import FOREIGN, ONE, TWO, moments, results, stand, task_of
from tests.programme import answers
from tests.programme.mainline import CITY, COUNTY, FIRST, House, at, furnished, person
from tests.programme.test_decisions import receive
from tests.web.deciding_world import Site

FIXTURES = (furnished, moments, stand)
FORM = "InvalidForm"
Body = Callable[[House], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries what at which step, and the refusal it must meet."""

    invariant: str
    moment: str
    element: str
    login: str
    body: Body
    refusal: str
    before: Callable[[House], None] = lambda house: None
    key: str | None = None
    speaks: str = ""
    """What the refusal names."""


def ranking(house: House, **more: Any) -> dict[str, Any]:
    """The city's proposed order with one row more."""
    rows = house.proposal("rank", f"2024-{CITY}")
    return {"decision": "SUBMIT", "ranking": [*rows, {**rows[-1], **more}]}


def opinions(house: House) -> dict[str, Any]:
    """The proposed order turned round, without a reason."""
    first, second = house.proposal("opinion_list", "2024")
    return {"items": [{**first, "rank": 2}, {**second, "rank": 1}]}


def with_row(element: str, **more: Any) -> Body:
    """The proposed list with one item more, that no city recommended."""

    def body(house: House) -> dict[str, Any]:
        base = results(house) if element == "meeting_results" else {"items": house.proposal(element, "2024")}
        rows = base["items"]
        return {**base, "items": [*rows, {**rows[-1], "application_no": FOREIGN, **more}]}  # type: ignore[index,misc]

    return body


def without_row(house: House) -> dict[str, Any]:
    """The results of a meeting that passes over an item."""
    found = results(house)
    return {**found, "items": found["items"][:1]}  # type: ignore[index]


def notice(starts_on: str, ends_on: str) -> Body:
    """A public notice of these days."""
    title = "关于2024年度拟认定名单的公示"
    return lambda house: {
        "title": title,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "phone": "0531-00000000",
    }


def publication(number: str) -> Body:
    """A publication under this number."""
    title = "关于公布2024年度名单的通知"
    return lambda house: {
        "decision": "PUBLISH",
        "document_no": number,
        "document_date": f"{house.clock.now():%Y-%m-%d}",
        "title": title,
    }


def flag(house: House) -> None:
    """An exclusion is open against every item."""
    with house.rt.transaction() as tx:
        for number in (ONE, TWO):
            found = require(tx.session, number)
            raise_flag(found, "6.2", "发生安全事故并受到处罚", actor="officer", at=tx.now)


def objections(house: House) -> None:
    """Somebody objects to every item, and nobody has looked at it."""
    house.clock.set(at("2024-09-13 10:00"))
    for number in (ONE, TWO):
        receive(house, number)
    house.go("2024-09-14 09:00")


def lower_floor(house: House) -> None:
    """The cycle's parameters allow less than the floor."""
    with house.rt.transaction() as tx:
        cycle = tx.session.query(Cycle).one()
        cycle.parameters = {**cycle.parameters, "public_notice.workdays": 2, "public_notice.floor": 2}


def leave(house: House) -> None:
    """Everybody has left the panels."""
    with house.rt.transaction() as tx:
        for seat in tx.session.query(Seat):
            seat.left_at = tx.now


def sheet(**changes: Any) -> Body:
    """A sheet with something wrong in it."""
    return lambda house: answers.sheet(**changes)


def next_year(house: House) -> None:
    """The cycle of 2025 is begun."""
    house.start(person("dept_officer", "370000"), "annual_cycle", cycle_year=2025)


def late_notice(house: House) -> dict[str, Any]:
    """A notice whose last instant lies behind the end of the measure."""
    days = {
        "enterprise_deadline": "2025-12-20",
        "county_deadline": "2025-12-27",
        "city_deadline": "2026-01-10",
    }
    return {**answers.notice(), **{name: f"{day}T00:00+08:00" for name, day in days.items()}}


def expired(house: House) -> None:
    """The measure has expired, and nobody decided to continue."""
    house.clock.set(at("2026-01-05 10:00"))


def given(**body: Any) -> Body:
    """This body."""
    return lambda house: body


FORGED = {
    "status": "RECOGNISED",
    "completed_by": "director",
    "submission_id": 1,
    "catalogue": "2019",
    "city": "370200",
}
OFFICE, OFFICER, HEAD = "office@370000", "dept_officer@370000", "dept_head@370000"
CITY_OFFICER, CITY_HEAD, COUNTY_HEAD = f"city_officer@{CITY}", f"city_head@{CITY}", f"county_head@{COUNTY}"
NUMBER = "鲁工信装〔2024〕120号"
LATE = "ActAfterExpiry"
ATTEMPTS = (
    Attempt("I2", "signing", "draft_notice", OFFICER, late_notice, "OutsideValidity", next_year, "2025"),
    Attempt(
        "I4 foreign",
        "ranking",
        "rank",
        CITY_OFFICER,
        lambda h: ranking(h, application_no=FOREIGN),
        "NotInPackageArea",
    ),
    Attempt("I4 twice", "ranking", "rank", CITY_OFFICER, ranking, "RanksInvalid"),
    Attempt("I5 proposed", "opinions", "opinion_list", OFFICER, with_row("opinion_list"), "ListDiffers"),
    Attempt("I5 decided", "meeting", "meeting_results", OFFICE, with_row("meeting_results"), "ListDiffers"),
    Attempt("I5 passed over", "meeting", "meeting_results", OFFICE, without_row, "ListDiffers"),
    Attempt("I6 flag", "publishing", "publish", OFFICE, publication(NUMBER), "NothingToPublish", flag),
    Attempt(
        "I6 objection", "publishing", "publish", OFFICE, publication(NUMBER), "NothingToPublish", objections
    ),
    Attempt("I8", "scoring", "expert_sheet", "", sheet(), "ExpertIsRecused", leave, TWO),
    Attempt("I9 above", "scoring", "expert_sheet", "", sheet(d2=99), FORM, key=TWO, speaks="得分不能大于 8"),
    Attempt(
        "I9 below", "scoring", "expert_sheet", "", sheet(d2=-1), FORM, key=TWO, speaks="must be at least 0"
    ),
    Attempt("I10", "opinions", "opinion_list", OFFICER, opinions, "OrderUnexplained"),
    *(
        Attempt("I14", moment, element, login, body, LATE, expired)
        for moment, element, login, body in (
            ("formal", "formal_approve", HEAD, given(decision="AGREE")),
            ("opinions", "opinion_list", OFFICER, lambda h: {"items": h.proposal("opinion_list", "2024")}),
            ("meeting", "meeting_results", OFFICE, results),
            ("notice", "public_notice", OFFICE, notice("2026-01-06", "2026-01-12")),
            ("publishing", "publish", OFFICE, publication(NUMBER)),
        )
    ),
    *(
        Attempt(
            "I15", moment, element, login, given(decision="AGREE", **FORGED), FORM, speaks="no field “status”"
        )
        for moment, element, login in (
            ("county", "county_review", COUNTY_HEAD),
            ("city", "city_approve", CITY_HEAD),
            ("formal", "formal_approve", HEAD),
            ("signed", "meeting_sign", "director@370000"),
        )
    ),
    Attempt(
        "I17 short",
        "notice",
        "public_notice",
        OFFICE,
        notice("2024-09-09", "2024-09-12"),
        FORM,
        speaks="不少于5个工作日",
    ),
    Attempt(
        "I17 floor",
        "notice",
        "public_notice",
        OFFICE,
        notice("2024-09-09", "2024-09-12"),
        FORM,
        lower_floor,
        speaks="不少于5个工作日",
    ),
    Attempt(
        "I17 past",
        "notice",
        "public_notice",
        OFFICE,
        notice("2024-09-02", "2024-09-13"),
        FORM,
        speaks="起始日不能早于",
    ),
    Attempt(
        "I17 rest",
        "notice",
        "public_notice",
        OFFICE,
        notice("2024-09-14", "2024-09-19"),
        FORM,
        speaks="不少于5个工作日",
    ),
    Attempt(
        "number taken",
        "publishing",
        "publish",
        OFFICE,
        publication("鲁工信装〔2024〕60号"),
        "DocumentNumberTaken",
    ),
    Attempt(
        "number in full width",
        "publishing",
        "publish",
        OFFICE,
        publication("鲁工信装〔2024〕６０号"),
        "DocumentNumberTaken",
    ),
)


@pytest.mark.parametrize("tried", ATTEMPTS, ids=lambda a: f"{a.invariant}-{a.element}")
def test_it_is_refused_by_name_and_nothing_changes(stand: Callable[[str], Site], tried: Attempt) -> None:
    site = stand(tried.moment)
    body = tried.body(site.house)
    tried.before(site.house)
    task = task_of(site.house, tried.element, tried.key)
    told = refused(Person(site, tried.login or str(task.assignee)), task.id, body, tried.refusal)
    assert told.basis if tried.refusal != FORM else tried.speaks in told.errors, told


DONE = {
    "fill": lambda h: answers.form(),
    "sign": lambda h: answers.signature(),
    "county_opinion": lambda h: answers.county_opinion(result="DISAGREE"),
    "city_approve": given(decision="RETURN"),
    "formal_check": lambda h: answers.formal_check(result="FAIL"),
    "expert_sheet": sheet(d2=1),
    "opinion_list": given(items=[{"application_no": FOREIGN, "rank": 1, "opinion": "PROPOSE"}]),
    "meeting_results": given(items=[{"application_no": FOREIGN, "result": "PASS"}]),
    "meeting_sign": given(decision="RETURN"),
    "public_notice": notice("2024-09-16", "2024-09-30"),
    "publish": publication("鲁工信装〔2024〕121号"),
}


@pytest.mark.parametrize("element", DONE)
def test_what_is_done_stays_as_it_is(stand: Callable[[str], Site], element: str) -> None:
    """I7: whoever did it sends it again, otherwise; a draft of it is not kept either."""
    site = stand("published")
    task = task_of(site.house, element)
    person = Person(site, str(task.ended_by))
    body = DONE[element](site.house)
    refused(person, task.id, body, "TaskCompleted", page=element != "fill")
    before = everything(site.house.rt)
    status, _ = person.post(f"/tasks/{task.id}/draft", {**body, "_revision": "1"})
    assert status in (403, 404, 409, 422)
    assert changed(before, everything(site.house.rt)) == {}


def test_a_second_cycle_of_a_year_is_not_begun(stand: Callable[[str], Site]) -> None:
    """I1."""
    site = stand("signing")
    person, before = Person(site, OFFICER), everything(site.house.rt)
    body = {"processDefinitionId": "annual_cycle", "variables": {"cycle_year": 2024}}
    told = person.called("/v2/process-instances", body)
    assert told is not None
    status, page = person.post("/start/annual_cycle", {"cycle_year": 2024})
    assert (told.code, status) == ("SecondCycle", told.status)
    assert told.zh in page
    assert changed(before, everything(site.house.rt)) == {}


def test_no_application_chooses_its_own_catalogue(stand: Callable[[str], Site]) -> None:
    """I20: an edition that is sent along is refused at the start; what began has its cycle's."""
    site = stand("signing")
    person, before = Person(site, f"enterprise_filler@{FIRST}"), everything(site.house.rt)
    facts = {"type": "FACTORY", "object_name": "三号工厂", "city": CITY, "county": COUNTY, "industry": "C34"}
    body = {**facts, "catalogue": "2019"}
    told = person.called("/v2/process-instances", {"processDefinitionId": "application", "variables": body})
    assert told is not None
    assert (told.code, told.status) == (FORM, 422)
    assert "catalogue" in told.errors
    assert person.post("/start/application", body)[0] == 422
    assert changed(before, everything(site.house.rt)) == {}
    with site.house.rt.reading() as session:
        editions = session.scalars(select(Cycle)).one().catalogues
        assert all(a.catalogue == editions[a.type] for a in session.scalars(select(Application)))


def test_nothing_is_submitted_after_the_instant(stand: Callable[[str], Site]) -> None:
    """I3: by no door, with no worker awake; the deadline takes its effect, and no version is left."""
    site = stand("signing")
    site.house.clock.set(at("2024-06-26 00:00"))
    task = task_of(site.house, "sign", ONE)
    person = Person(site, str(task.candidate_groups[0]))
    told = person.api(task.id, answers.signature())
    assert told is not None
    assert (told.code, told.status) == ("DeadlinePassed", 409)
    assert person.post(f"/tasks/{task.id}", answers.signature())[0] == 409
    item = person.bulk(task.id, answers.signature())
    assert item is not None
    assert item.state != "SUCCEEDED"
    assert site.house.rows(select(ApplicationVersion)) == []
