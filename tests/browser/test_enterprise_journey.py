"""The whole journey of an enterprise in a real browser, and of those who look on: wide, narrow, without JavaScript."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.journey import filing, following, registering, returning, touring
from tests.browser.journey.company import Company
from tests.browser.journey.house import House, built_once, served
from tests.browser.journey.person import Window, at_a_browser

pytestmark = pytest.mark.browser

WIDE = Window("wide", 1280)
WINDOWS = (WIDE, Window("narrow", 390), Window("no script", 390, script=False))


@pytest.fixture(scope="session")
def built_house(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    return built_once(tmp_path_factory, worker_id)


@pytest.fixture
def house(built: None, built_house: Path, tmp_path: Path) -> Iterator[House]:
    with served(built_house, tmp_path) as house:
        yield house


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window.name.replace(" ", "-"))
def test_the_journey(browser: Browser, house: House, window: Window) -> None:
    with ExitStack() as stack:

        def person(name: str):  # type: ignore[no-untyped-def]
            return stack.enter_context(at_a_browser(browser, name, house.address, window))

        company = Company(house, person("填报人"), person("法人"), person("县级"), person("公众"))
        registering.register(company)
        filing.begin(company)
        filing.evaluate(company)
        filing.fill_in(company)
        filing.sign(company)
        returning.prints(company)
        returning.returned(company)
        returning.deadlines(company)
        returning.corrected(company)
        following.objected(company)
        following.published(company)
        following.checked(company)
        following.told(company)
        if window == WIDE:
            touring.tour(company)
        assert company.faults() == []
        assert house.broken() == []
