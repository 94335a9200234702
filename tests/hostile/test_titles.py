"""What must not happen to a title: revoked without its steps, renamed after its end, or touched by an agency."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from engine.directory import Scribe, add_organisation
from engine.policy import SYSTEM
from engine.programme.revocations.models import Revocation, RevocationEvidence
from engine.programme.titles.models import Title
from tests.hostile.doors import Person, Refused, changed, everything, refused
from tests.programme.mainline import House
from tests.programme.sideline import AGENCY, Desk, deployed, desk
from tests.programme.test_monitoring import FAIL, FIGURES, start
from tests.programme.test_revocations import DOCUMENT, GROUND_1, MEETING
from tests.web.test_titles_desks import Enter, enter

FIXTURES = (deployed, desk, enter)
FORM = "InvalidForm"


class Office:
    """What `Person` needs of a site."""

    def __init__(self, desk: Desk, enter: Enter) -> None:
        self.desk, self.client, self.house = desk, enter, House(desk.rt, desk.clock)


@pytest.fixture
def office(desk: Desk, enter: Enter) -> Office:
    return Office(desk, enter)


def title_of(desk: Desk) -> str:
    """The number of the one title."""
    return str(desk.one(Title).title_no)


def accuse(desk: Desk) -> None:
    """A case against the title is open."""
    title_no = title_of(desk)
    desk.start("officer", "revocation", title_no, title_no=title_no, source="CITY", clue="市局反映")


def to_decision(desk: Desk) -> None:
    """Everything up to the document."""
    accuse(desk)
    desk.do("officer", "verify", **GROUND_1)
    desk.do("head", "notice", notice_on="2024-06-03", notice="拟撤销称号，有权陈述申辩")
    desk.do("legal_person", "state", statement="不认可")
    desk.do("legal", "legal_review", decision="PASS", opinion="事实清楚，程序合法")
    desk.do("director", "meeting", **MEETING)
    desk.go("2024-07-01 10:00")


def monitored(desk: Desk) -> None:
    """The agency is to evaluate the title."""
    start(desk, title_of(desk))
    desk.do("filler", "report", **FIGURES)


def proposed(desk: Desk) -> None:
    """The agency proposes a fail, the head is to confirm."""
    monitored(desk)
    desk.do("agency", "evaluate", **FAIL)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries what on the open task of an element, after what was done."""

    name: str
    before: Any
    element: str
    login: str
    body: Mapping[str, Any]
    refusal: str
    speaks: str = ""


NO_GROUND = {key: value for key, value in GROUND_1.items() if key != "ground"}
ATTEMPTS = (
    Attempt("I11 no ground", accuse, "verify", "officer", NO_GROUND, FORM, "请选择撤销情形"),
    Attempt("I12", accuse, "verify", "officer", {**GROUND_1, "ground": "3"}, "RevocationIncomplete"),
    Attempt(
        "I15 agency decides", proposed, "confirm", "agency", {"result": "PASS", "opinion": "通过"}, "NotFound"
    ),
    Attempt(
        "I15 agency writes",
        monitored,
        "evaluate",
        "agency",
        {**FAIL, "status": "REVOKED"},
        FORM,
        "no field “status”",
    ),
)


@pytest.mark.parametrize("tried", ATTEMPTS, ids=lambda a: a.name)
def test_it_is_refused_by_name_and_nothing_changes(office: Office, tried: Attempt) -> None:
    tried.before(office.desk)
    task = office.desk.task(tried.element)
    told = refused(Person(office, tried.login), task.id, tried.body, tried.refusal)
    assert tried.speaks in told.errors, told.errors


MISSING = (
    "ground",
    "notice_on",
    "hearing_closed_at",
    "legal_opinion",
    "meeting_decision",
    "meeting_minutes_no",
)


@pytest.mark.parametrize("missing", [*MISSING, "evidence"])
def test_nothing_is_revoked_while_a_step_is_missing(office: Office, missing: str) -> None:
    """I11: whatever became of the record in between, the document is not issued."""
    to_decision(office.desk)
    lost = update(Revocation).values({missing: None}) if missing in MISSING else delete(RevocationEvidence)
    with office.desk.rt.transaction() as tx:
        tx.session.execute(
            text("DROP TRIGGER IF EXISTS revocation_evidence_no_delete")
        )  # whoever has the file
        tx.session.execute(lost)
    refused(Person(office, "office"), office.desk.task("issue").id, DOCUMENT, "RevocationIncomplete")
    assert office.desk.title().status == "REVOKING"


def starting(person: Person, process: str, body: Mapping[str, Any]) -> Refused:
    """The refusal of beginning something, by the interface and on the page."""
    told = person.called("/v2/process-instances", {"processDefinitionId": process, "variables": body})
    assert told is not None
    for language, words in (("zh", told.zh), ("en", told.en)):
        status, page = person.post(f"/start/{process}", body, language)
        assert status == told.status, page
        assert told.code == FORM or words in page, (words, page)
    return told


def test_a_revoked_title_is_neither_renamed_nor_evaluated_nor_listed(office: Office) -> None:
    """I13, I18."""
    desk, title_no = office.desk, title_of(office.desk)
    to_decision(desk)
    desk.do("office", "issue", **DOCUMENT)
    desk.go("2024-07-08 09:00")
    before = everything(desk.rt)
    tries: tuple[tuple[str, str, dict[str, Any], str], ...] = (
        ("filler", "renaming", {"title_no": title_no}, f"“{title_no}”不在可选范围内"),
        (
            "officer",
            "monitoring",
            {"title_no": title_no, "year": 2024, "agency": AGENCY},
            "目前状态为“已撤销”",
        ),
        (
            "officer",
            "revocation",
            {"title_no": title_no, "source": "CITY", "clue": "再次"},
            "已终结，不能再撤销",
        ),
    )
    for login, process, body, words in tries:
        told = starting(Person(office, login), process, body)
        assert words in told.zh + told.errors, told
    assert changed(before, everything(desk.rt)) == {}
    for address in ("/data/titles.csv", "/data/titles.json"):
        assert title_no not in office.client("filler").get(address).text


def test_somebody_elses_title_is_not_renamed(office: Office) -> None:
    before = everything(office.desk.rt)
    told = starting(Person(office, "stranger"), "renaming", {"title_no": title_of(office.desk)})
    assert "is not among the options of Title" in told.errors, told
    assert changed(before, everything(office.desk.rt)) == {}


def test_an_agency_begins_nothing_in_anothers_name(office: Office) -> None:
    with office.desk.rt.transaction() as tx:
        add_organisation(tx.session, Scribe(SYSTEM, tx.now), "A-002", "另一评估中心", "agency", "370000")
    before = everything(office.desk.rt)
    body = {"title_no": title_of(office.desk), "year": 2024, "agency": "A-002"}
    assert starting(Person(office, "agency"), "monitoring", body).code == "OtherAgency"
    assert changed(before, everything(office.desk.rt)) == {}


def test_an_agency_reads_and_nothing_else(office: Office) -> None:
    """Every address that changes something about titles refuses it by name."""
    proposed(office.desk)
    person, before = Person(office, "agency"), everything(office.desk.rt)
    title_no = title_of(office.desk)
    for address in (
        f"/titles/{title_no}/surrender",
        f"/titles/{title_no}/reinstate",
        "/titles/surrenders/1",
        "/titles/plan",
        "/titles/plan/start",
        "/titles/mandates",
        "/titles/mandates/1/end",
        "/titles/candidates",
        "/titles/expiry/1",
        "/titles/expiry/levels",
        "/flags",
        "/flags/1",
        "/flags/checks",
        "/start/revocation",
        "/start/renaming",
    ):
        status, _ = person.post(address, {"status": "REVOKED", "title_no": title_no, "year": "2024"})
        assert status in (403, 404), (address, status)
    assert changed(before, everything(office.desk.rt)) == {}
    titles = office.house.rows(select(Title))
    assert [title.status for title in titles] == ["ACTIVE"]
