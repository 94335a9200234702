"""A walk through the pages that no step of a journey stops at, in English and in a narrow window, too."""

import re
from collections.abc import Iterable

from tests.browser.journey.company import Company
from tests.browser.journey.person import Person

NARROW, HEIGHT = 390, 900
UNKNOWN = "AbCdEfGhIjKlMnOpQrStUvWx"
PUBLIC = (
    "/",
    "/guide",
    "/notices",
    "/announcements",
    "/results",
    "/register",
    "/renamings",
    "/revocations",
    "/expired",
    "/data",
    "/accessibility",
    "/sign-in",
    "/registration",
    "/sign-in/forgot",
    "/verify",
    f"/verify/{UNKNOWN}",
    "/registration/received",
    "/registration/confirmed",
    "/objections/status",
)
OWN = (
    "/enterprise",
    "/enterprise/filings",
    "/enterprise/messages",
    "/account",
    "/account/password",
    "/account/email",
    "/account/second-factor",
    "/account/members",
    "/start",
    "/start/application",
    "/start/renaming",
    "/inbox",
    "/inbox/done",
)


def tour(company: Company) -> None:
    """Everything once more in English and narrow; what is Chinese and wide was looked at on the way."""
    for person, addresses in (
        (company.filler, _own(company)),
        (company.public, (*PUBLIC, f"/register/{company.title_no}")),
    ):
        _in(person, "en")
        person.page.set_viewport_size({"width": NARROW, "height": HEIGHT})
        for address in addresses:
            visit(person, address, "en")
        _in(person, "zh")
        person.page.set_viewport_size({"width": person.window.width, "height": HEIGHT})


def _own(company: Company) -> Iterable[str]:
    application = f"/enterprise/applications/{company.application_no}"
    filler = company.filler
    filler.open(application)
    links = filler.page.locator("main a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    found = dict.fromkeys(str(link).partition("#")[0] for link in links if link)
    tasks = [link for link in found if re.fullmatch(r"/tasks/\d+", link)]
    others = [link for link in found if "/changes/" in link or link.endswith(("/self-evaluation", "/result"))]
    prints = [f"{task}/print" for task in tasks[:1]]
    return (*OWN, application, *tasks[:1], *prints, *others)


def visit(person: Person, address: str, language: str = "zh") -> None:
    """Open an address and look at it; what is unknown answers 404 and is a page like any other."""
    person.page.goto(person.address + address)
    name = re.sub(r"\W+", "-", address).strip("-") or "home"
    person.look(f"{name} {language}", language={"zh": "zh-CN"}.get(language, language))


def _in(person: Person, language: str) -> None:
    person.open(f"/language/{language}?next=/")
