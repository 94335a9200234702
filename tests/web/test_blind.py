"""A blind cycle: lists say nothing of the company by what they find, order or leave out; the form says what to hide."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from engine.inbox.words import initials, normal
from engine.programme.applications.operations import require
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.reviews import blind
from engine.store.tasks import UserTask
from tests.web.deciding_world import Site
from tests.web.scoring_world import ONE, TWO, furnished, house, scoring_database, site

FIXTURES = (furnished, house, scoring_database, site)


@pytest.fixture
def expert(site: Site) -> FlaskClient:
    """An expert who holds both applications; by company the second one comes first."""
    tasks = {task.business_key: task for task in site.house.tasks("expert_sheet")}
    login = str(tasks[ONE].assignee)
    with site.house.rt.transaction() as tx:
        for number, company in ((ONE, "B"), (TWO, "A")):
            named = update(UserTask).where(UserTask.business_key == number)
            tx.session.execute(named.values(company=company))
            other = tx.session.get_one(UserTask, tasks[number].id)
            other.assignee = login
    return site.client(login)


def hide(site: Site) -> None:
    """The cycle becomes blind."""
    with site.house.rt.transaction() as tx:
        cycle = require_cycle(tx.session, 2024)
        cycle.parameters = {**cycle.parameters, "experts.blind": True}


def order(client: FlaskClient, query: str) -> list[str]:
    """The applications of the list in their order."""
    page = client.get(f"/inbox?{query}").get_data(as_text=True)
    names = {"一号工厂": ONE, "二号工厂": TWO}
    return [number for row in page.split("data-row=")[1:] for name, number in names.items() if name in row]


def test_an_order_by_company_tells_nothing(site: Site, expert: FlaskClient) -> None:
    assert order(expert, "sort=company") == [TWO, ONE]
    hide(site)
    assert order(expert, "sort=company") == [ONE, TWO]
    assert order(expert, "sort=company&down=1") == [TWO, ONE]


def test_no_word_of_the_company_finds_it(site: Site, expert: FlaskClient) -> None:
    name = normal(site.house.application(ONE).enterprise)
    words = [name, name[1:3], initials(name), initials(name)[:2], site.house.application(ONE).uscc[:6]]
    assert all(ONE in order(expert, f"q={word}") for word in words)
    hide(site)
    assert [order(expert, f"q={word}") for word in words] == [[]] * len(words)
    assert order(expert, f"q={ONE}") == [ONE]
    assert order(expert, "q=0002") == [TWO]


def test_the_form_says_what_tells_who_applies(site: Site) -> None:
    runtime = site.house.rt
    with runtime.reading() as session:
        runtime.definitions.refresh(session)
        form = runtime.definitions.form(session, runtime.definitions.find("form", "application_form"))
        assert blind.EARLIER.sections <= form.identifying.sections
        assert set(blind.EARLIER.keys) <= set(form.identifying.keys)
        application = require(session, ONE)
        assert application.enterprise in blind.words(session, ONE, form.identifying)
        assert set(blind.words(session, ONE)) <= set(blind.words(session, ONE, form.identifying))
