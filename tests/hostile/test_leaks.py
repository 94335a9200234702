"""Nobody learns who judges, how, or who objects: each role opens every address that there is."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine import commands
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM
from engine.programme.cycles.models import Cycle
from engine.programme.objections.operations import receive
from engine.programme.reviews.models import ExpertSheet
from engine.programme.visits.models import VisitOrder
from engine.store.files import StoredFile
from engine.store.people import Account
from tests.hostile.roaming import BYTES, found, lay_bytes, objects, roam, text_of
from tests.programme import answers
from tests.programme.mainline import EXPERTS, House, person
from tests.web.conftest import token
from tests.web.deciding_world import Site
from tests.web.scoring_world import ONE, TWO, furnished, house, scoring_database, site
from webapp.limits import limiter

FIXTURES = (furnished, house, scoring_database, site)
COMMENT, REASON = "只写给组长看的评语", "只写给组长看的扣分理由"
OBJECTOR, CONTACT = "不愿透露姓名的人", "13900001111"
OUTSIDE = {
    "rival": Grant("enterprise_filler", "91370300MA3RIVAL0X"),
    "agency": Grant("agency", "AGENCY-1"),
    "legal": Grant("legal_review", "370000"),
}
NOT_THEIRS = ("filler", "city", "office", "sysadmin", *OUTSIDE, "")
"""Who may know no expert, no score, no objector; the last one has not signed in."""


@pytest.fixture
def full(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Two sheets of each panel are sealed, somebody objects, and more people have accounts."""
    monkeypatch.setattr(limiter, "enabled", False)
    house = site.house
    for number in (ONE, TWO):
        for task in house.tasks("expert_sheet", number)[:2]:
            expert = person("expert", "370000", task.assignee)
            sheet = answers.sheet(comment=COMMENT)
            sheet["scores"][0]["reason"] = REASON
            commands.complete(house.rt, expert, task.id, sheet)
    facts = {"application_no": ONE, "kind": "NAMED", "name": OBJECTOR, "contact": CONTACT}
    about = {"statement": "数据不实", "evidence": "", "cycle_year": 2024, "city": "370100"}
    with house.rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, OUTSIDE["rival"].organisation, "别家", "enterprise", "370102")
        add_organisation(tx.session, scribe, "AGENCY-1", "监测机构", "agency", "370000")
        for login, grant in OUTSIDE.items():
            add_account(tx.session, scribe, login, login, [grant])
        known = tx.session.scalars(select(Account.password_hash).where(Account.login == "officer")).one()
        tx.session.execute(update(Account).values(password_hash=known))
        receive(tx.session, {**facts, **about}, actor="public", at=tx.now)
        sent = {"leader": EXPERTS[0], "second": EXPERTS[1], "planned_on": tx.now.date()}
        tx.session.add(VisitOrder(application_no=ONE, cycle_year=2024, reasons=[], ordered_at=tx.now, **sent))
    lay_bytes(house.rt)
    return site


@pytest.mark.parametrize("login", NOT_THEIRS)
def test_no_expert_no_score_no_objector(full: Site, login: str) -> None:
    client = full.client(login) if login else full.app.test_client()
    with full.house.rt.reading() as session:
        shown = roam(full.app, client, objects(session))
    names = [f"评审专家{n}" for n in range(len(EXPERTS))] + [f"专家{n}" for n in range(len(EXPERTS))]
    assert found(shown, [COMMENT, REASON, OBJECTOR, CONTACT, *names, *EXPERTS]) == {}


def blind(house: House) -> None:
    """The cycle hides the applicants from the experts."""
    with house.rt.transaction() as tx:
        cycle = tx.session.scalars(select(Cycle)).one()
        cycle.parameters = {**cycle.parameters, "experts.blind": True}


def identity(house: House) -> list[str]:
    """What tells who applies."""
    words = [house.application(ONE).enterprise, house.application(TWO).enterprise]
    return [*words, house.application(ONE).uscc, house.application(TWO).uscc]


def declared(site: Site, login: str) -> FlaskClient:
    """An expert who has declared to have no interest in anything that is still to be scored."""
    client = site.client(login)
    for task in site.house.tasks("expert_sheet"):
        if task.assignee == login:
            page = client.get(f"/tasks/{task.id}")
            client.post(f"/scoring/tasks/{task.id}/open", data={"csrf_token": token(page)})
    return client


def sealed_one(site: Site) -> str:
    """An expert who has sealed one sheet and has another one open."""
    waiting = {task.assignee for task in site.house.tasks("expert_sheet")}
    sheets = site.house.rows(select(ExpertSheet).order_by(ExpertSheet.id))
    return next(sheet.expert for sheet in sheets if sheet.expert in waiting)


def test_experts_know_neither_each_other_nor_in_a_blind_cycle_the_applicant(full: Site) -> None:
    """Pages, files, spreadsheets, interface; by search in the inbox neither; a leader as little."""
    blind(full.house)
    login = sealed_one(full)
    others = [each for each in EXPERTS if each != login]
    for who, secrets in ((login, [*others, OBJECTOR, CONTACT]), ("leader", [*EXPERTS, OBJECTOR, CONTACT])):
        client = declared(full, who)
        with full.house.rt.reading() as session:
            shown = roam(full.app, client, objects(session))
        assert found(shown, [*secrets, *identity(full.house), BYTES]) == {}, who


def test_a_blind_inbox_finds_by_number_only(full: Site) -> None:
    """And its spreadsheet says no more than its rows; in an open cycle both tell the company."""
    login = sealed_one(full)
    client = full.client(login)
    words = identity(full.house)
    tabs = ("mine", "done")

    def rows(words: str) -> int:
        return sum(client.get(f"/inbox/{tab}?q={words}").text.count("data-row=") for tab in tabs)

    def exported(tab: str) -> str:
        form = {"csrf_token": token(client.get("/account/password")), "action": "export", "scope": "all"}
        answer = client.post(f"/inbox/{tab}/bulk", data=form)
        return text_of(answer.get_data(), answer.mimetype)

    assert rows(words[0]) + rows(words[1]) > 0
    assert any(words[0] in exported(tab) or words[1] in exported(tab) for tab in tabs)
    blind(full.house)
    assert [rows(word) for word in words] == [0] * len(words)
    assert rows(ONE) + rows(TWO) > 0
    assert found({tab: exported(tab) for tab in tabs}, words) == {}


@pytest.mark.parametrize("blind_cycle", [False, True])
def test_an_attachment_is_given_to_experts_of_an_open_cycle_only(full: Site, blind_cycle: bool) -> None:
    if blind_cycle:
        blind(full.house)
    client = declared(full, sealed_one(full))
    with full.house.rt.reading() as session:
        files = list(session.scalars(select(StoredFile.id)))
    given = {client.get(f"/files/{id}", buffered=True).status_code for id in files}
    assert (200 in given) is not blind_cycle
