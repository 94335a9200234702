"""One cycle through every desk of the administration, from the notice to the archive, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select, update

from engine.programme.cycles.models import CLOSED, Cycle
from engine.store.people import Account
from tests.browser.desks.before import BEFORE
from tests.browser.desks.play import Body, Play
from tests.browser.journey.house import FIRST_MORNING, PASSWORD, YEAR, House, furnish, opened
from tests.browser.journey.person import Window, at_a_browser
from webapp.account.passwords import hash_password

pytestmark = pytest.mark.browser

APPLICANTS = 3
STEPS = {
    "annual_cycle": (
        "draft_notice", "review_notice", "sign_notice", "publish_notice", "receipts", "formal_list", "draw",
        "reviews_done", "opinion_list", "opinion_review", "opinion_sign", "meeting_results", "meeting_sign",
        "public_notice", "publish", "archive",
    ),
    "application": (
        "county_opinion", "county_review", "city_review", "city_approve", "formal_check", "formal_approve",
        "expert_sheet", "leader_review", "plan_visit", "site_visit", "visit_sign",
    ),
    "recommendation": ("rank", "sign", "acceptance"),
    "objection": ("investigate", "decide", "reply"),
}  # fmt: skip


def strict(sheet: Body) -> Body:
    """A quarter of the points: so far from the others that the group's leader has to look."""
    rows = [{**row, "points": row["points"] // 4, "reason": "佐证不足"} for row in sheet["scores"]]
    return {"scores": rows, "opinion": "REJECT"}


INSTEAD = {
    "annual_cycle/draft_notice": lambda notice: {"visit_sample_percent": 100},  # there is something to visit
    "application/expert_sheet": strict,
}


@pytest.fixture
def house(built: None, tmp_path: Path) -> Iterator[House]:
    """The department before the first day of a cycle, with everybody's password known."""
    with opened(tmp_path, FIRST_MORNING) as house:
        house.year = furnish(house.runtime, house.clock)
        season = house.year.prepare(YEAR, APPLICANTS)
        with house.runtime.transaction() as tx:
            tx.session.execute(update(Account).values(password_hash=hash_password(PASSWORD)))
        house.year.begin(season)
        yield house


def closed(house: House) -> bool:
    with house.runtime.reading() as session:
        return session.scalar(select(Cycle.status).where(Cycle.year == YEAR)) == CLOSED


def test_one_cycle_through_every_desk(browser: Browser, house: House) -> None:
    wanted = {f"{process}/{step}" for process, steps in STEPS.items() for step in steps}
    with at_a_browser(browser, "官员", house.address, Window("wide", 1280)) as person:
        play = Play(house, person, wanted, before=BEFORE, instead=INSTEAD)
        play.begin()
        play.until(lambda: closed(house))
        assert wanted - set(play.played) == set()
        assert person.faults == []
    assert house.broken() == []
