"""The site while experts score: two applications with their panels, and everybody who may look, or may not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from engine import commands
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM
from engine.store.people import Account
from tests.programme import answers
from tests.programme.mainline import (
    EXPERTS,
    FIRST,
    SECOND,
    House,
    copy_database,
    furnished,
    open_house,
    person,
)
from tests.support.once import Made
from tests.web.conftest import PASSWORD
from tests.web.deciding_world import Site
from webapp import assets, create_app
from webapp.account.passwords import hash_password
from webapp.settings import WebSettings

__all__ = ["furnished", "house", "scoring_database", "site"]

ONE, TWO = "2024-370102-0001", "2024-370102-0002"
PLACES = (
    ("370100", "济南市", "city", "370000"),
    ("370102", "历下区", "county", "370100"),
    (FIRST, "示例企业", "enterprise", "370102"),
)
OTHERS = {
    "leader": Grant("expert_leader", "370000"),
    "officer": Grant("dept_officer", "370000"),
    "director": Grant("director", "370000"),
    "supervisor": Grant("supervision", "370000"),
    "sysadmin": Grant("sysadmin", "370000"),
    "office": Grant("office", "370000"),
    "city": Grant("city_officer", "370100"),
    "filler": Grant("enterprise_filler", FIRST),
}


@pytest.fixture(scope="session")
def scoring_database(made_once: Made, furnished: Path) -> Path:
    """Both applications are in review, nobody has scored. To be copied."""

    def make(folder: Path) -> None:
        copy_database(furnished, folder / "luzhi.sqlite3")
        found = open_house(folder / "luzhi.sqlite3", "2024-06-03 09:00")
        review(found)
        people(found)
        found.rt.close()

    return made_once("scoring", make) / "luzhi.sqlite3"


def review(house: House) -> None:
    """Two applications come to their panels."""
    house.recommend((house.apply(FIRST), FIRST), (house.apply(SECOND, "二号工厂"), SECOND))
    for number in (ONE, TWO):
        house.check_formally(number)
    house.draw()


def people(house: House) -> None:
    """Accounts of experts and of others, each with one role."""
    with house.rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        for code, name, kind, parent in PLACES:
            add_organisation(tx.session, scribe, code, name, kind, parent)
        for number, login in enumerate(EXPERTS):
            add_account(tx.session, scribe, login, f"评审专家{number}", [Grant("expert", "370000")])
        for login, grant in OTHERS.items():
            add_account(tx.session, scribe, login, login, [grant])
        tx.session.execute(update(Account).values(password_hash=hash_password(PASSWORD)))


@pytest.fixture
def house(tmp_path: Path, scoring_database: Path) -> Iterator[House]:
    """A house with two applications in review."""
    path = tmp_path / "luzhi.sqlite3"
    copy_database(scoring_database, path)
    found = open_house(path, "2024-07-22 09:00")
    yield found
    found.rt.close()


@pytest.fixture
def site(house: House, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The application over the house."""
    names = assets.ENTRIES
    monkeypatch.setattr(assets, "manifest", lambda: {name: name for name in names})
    settings = WebSettings(
        secret_key="test-key-of-enough-length-0123456789",
        demo=False,
        https=False,
        second_factor_for_officials=False,
    )
    return Site(create_app(house.rt, settings), house)


def seal(house: House, number: str, *points: int) -> list[str]:
    """The first experts of a panel seal sheets with these points for the level of construction; who they are."""
    logins = []
    for task, d2 in zip(house.tasks("expert_sheet", number), points, strict=False):
        expert = person("expert", "370000", task.assignee)
        commands.complete(house.rt, expert, task.id, answers.sheet(d2=d2, comment="独立意见"))
        logins.append(str(task.assignee))
    return logins
