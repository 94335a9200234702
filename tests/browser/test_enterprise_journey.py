"""The whole journey of an enterprise in a real browser, and of those who look on: wide, narrow, without JavaScript.

By default two walks: at desks and on telephones, every page looked at in both widths, and on a telephone without
JavaScript. With LUZHI_FULL=1 everybody also walks at a desk, and everybody on a telephone.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.journey import filing, following, registering, returning, touring
from tests.browser.journey.company import Company
from tests.browser.journey.house import House, build, served
from tests.browser.journey.person import Window, at_a_browser
from tests.support.once import Made

pytestmark = pytest.mark.browser

FULL = os.environ.get("LUZHI_FULL") == "1"
WIDE, NARROW = Window("wide", 1280, also=(390,)), Window("narrow", 390, also=(1280,))
NO_SCRIPT = Window("no script", 390, script=False)
Walk = tuple[Window, Window]
"""How those look at the site who work at a desk, and those who have a telephone in their hand."""
WALKS: dict[str, Walk] = {"mixed": (WIDE, NARROW), "no-script": (NO_SCRIPT, NO_SCRIPT)}
if FULL:
    WALKS |= {"wide": (WIDE, WIDE), "narrow": (NARROW, NARROW)}


@pytest.fixture(scope="session")
def built_house(made_once: Made) -> Path:
    return made_once("journey-house", build)


@pytest.fixture
def house(built: None, built_house: Path, tmp_path: Path) -> Iterator[House]:
    with served(built_house, tmp_path) as house:
        yield house


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
def test_the_journey(browser: Browser, house: House, walk: Walk) -> None:
    desk, telephone = walk
    with ExitStack() as stack:

        def person(name: str, window: Window):  # type: ignore[no-untyped-def]
            return stack.enter_context(at_a_browser(browser, name, house.address, window))

        filler, county = person("填报人", desk), person("县级", desk)
        company = Company(house, filler, person("法人", telephone), county, person("公众", telephone))
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
        if walk == WALKS["mixed"]:
            touring.tour(company)
        assert company.faults() == []
        assert house.broken() == []
