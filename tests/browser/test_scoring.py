"""An expert goes from one sheet to the next and back by a key, as the desk says beside its buttons."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.store.tasks import CREATED, UserTask
from tests.browser.conftest import Site, Tab, served
from tests.programme.mainline import furnished
from tests.web.conftest import PASSWORD
from tests.web.scoring_world import ONE, TWO, scoring_database

__all__ = ["furnished", "scoring_database"]

pytestmark = pytest.mark.browser


@pytest.fixture
def site(tmp_path: Path, scoring_database: Path, built: None) -> Iterator[Site]:
    """A demonstration in which two applications are with their experts."""
    with served(scoring_database, tmp_path) as site:
        assert isinstance(site.runtime.clock, VirtualClock)
        site.runtime.clock.set(datetime(2024, 7, 22, 9, tzinfo=BUSINESS_ZONE))
        yield site


def sign_in(tab: Tab, login: str) -> None:
    found = re.search(
        r'name="csrf_token" value="([^"]+)"', tab.page.request.get(f"{tab.address}/sign-in").text()
    )
    assert found is not None
    form = {"csrf_token": found[1], "login": login, "password": PASSWORD}
    assert tab.page.request.post(f"{tab.address}/sign-in", form=form, max_redirects=0).status == 302


def test_brackets_lead_to_the_sheet_before_and_after(tab: Tab, site: Site) -> None:
    query = select(UserTask.assignee, UserTask.id, UserTask.business_key).where(
        UserTask.element_id == "expert_sheet", UserTask.state == CREATED
    )
    with site.runtime.reading() as session:
        sheets = {(row.assignee, row.business_key): row.id for row in session.execute(query)}
    login = min(who for who, number in sheets if number == ONE and (who, TWO) in sheets)
    sign_in(tab, login)
    one, two = sheets[login, ONE], sheets[login, TWO]
    page = tab.open(f"/tasks/{one}")
    page.keyboard.press("]")
    page.wait_for_url(f"**/tasks/{two}")
    assert page.locator('a[data-step="]"]').count() == 0, "the last one"
    page.keyboard.press("[")
    page.wait_for_url(f"**/tasks/{one}")
