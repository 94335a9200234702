"""A walk through the pages that no step of a journey stops at, in English."""

import re
from collections.abc import Iterable

from tests.browser.journey.company import Company
from tests.browser.journey.person import Person


def tour(company: Company) -> None:
    """The pages of this application once more in English.

    What is Chinese was looked at on the way; all other pages of enterprises and of the public are opened in both
    languages and at every width by tests of their own.
    """
    person = company.filler
    addresses = _own(company)
    _in(person, "en")
    for address in (*addresses, f"/register/{company.title_no}"):
        visit(person, address, "en")


def _own(company: Company) -> Iterable[str]:
    application = f"/enterprise/applications/{company.application_no}"
    filler = company.filler
    filler.open(application)
    links = filler.page.locator("main a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    found = dict.fromkeys(str(link).partition("#")[0] for link in links if link)
    tasks = [link for link in found if re.fullmatch(r"/tasks/\d+", link)]
    others = [link for link in found if "/changes/" in link or link.endswith(("/self-evaluation", "/result"))]
    prints = [f"{task}/print" for task in tasks[:1]]
    return ("/enterprise", "/enterprise/filings", application, *tasks[:1], *prints, *others)


def visit(person: Person, address: str, language: str = "zh") -> None:
    """Open an address and look at it; what is unknown answers 404 and is a page like any other."""
    person.page.goto(person.address + address)
    name = re.sub(r"\W+", "-", address).strip("-") or "home"
    person.look(f"{name} {language}", language={"zh": "zh-CN"}.get(language, language))


def _in(person: Person, language: str) -> None:
    person.open(f"/language/{language}?next=/")
