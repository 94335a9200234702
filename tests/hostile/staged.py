"""One small cycle walked once for all hostile tests, kept as it stood at each step; a test gets a copy and browsers."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from sqlite3 import connect

import pytest
from sqlalchemy import select, update

from engine import commands
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM
from engine.store.people import Account
from engine.store.tasks import UserTask
from tests.programme import answers
from tests.programme.mainline import (
    CITY,
    COUNTY,
    DEPARTMENT,
    EXPERTS,
    FIRST,
    OTHER_CITY,
    OTHER_COUNTY,
    SECOND,
    THIRD,
    House,
    open_house,
    person,
)
from tests.support.once import Made
from tests.web.conftest import PASSWORD
from tests.web.deciding_world import Site
from webapp import assets, create_app
from webapp.account.passwords import hash_password
from webapp.limits import limiter
from webapp.settings import WebSettings

ONE, TWO, FOREIGN = "2024-370102-0001", "2024-370102-0002", "2024-370202-0001"
"""Two applications of one city, and one of another city that nobody recommends."""
PLACES = (
    (CITY, "济南市", "city", "370000"),
    (COUNTY, "历下区", "county", CITY),
    (OTHER_CITY, "青岛市", "city", "370000"),
    (OTHER_COUNTY, "市南区", "county", OTHER_CITY),
    (FIRST, f"示例企业{FIRST[-4:]}", "enterprise", COUNTY),
    (SECOND, f"示例企业{SECOND[-4:]}", "enterprise", COUNTY),
    (THIRD, f"示例企业{THIRD[-4:]}", "enterprise", OTHER_COUNTY),
    ("AGENCY-1", "监测机构", "agency", "370000"),
)
OFFICES = {
    "370000": (*DEPARTMENT, "expert_leader", "supervision", "legal_review", "sysadmin"),
    CITY: ("city_officer", "city_head"),
    OTHER_CITY: ("city_officer", "city_head"),
    COUNTY: ("county_officer", "county_head"),
    **dict.fromkeys((FIRST, SECOND, THIRD), ("enterprise_filler", "legal_representative")),
    "AGENCY-1": ("agency",),
}
Moment = tuple[Path, datetime]


def people(house: House) -> None:
    """Accounts of everybody who acts, each with one role."""
    with house.rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        for code, name, kind, parent in PLACES:
            add_organisation(tx.session, scribe, code, name, kind, parent)
        for code, roles in OFFICES.items():
            for role in roles:
                add_account(tx.session, scribe, f"{role}@{code}", f"{role}@{code}", [Grant(role, code)])
        for login in EXPERTS:
            add_account(tx.session, scribe, login, login, [Grant("expert", "370000")])
        tx.session.execute(update(Account).values(password_hash=hash_password(PASSWORD)))


def walk(house: House) -> Iterator[str]:
    """From the open window to the titles; the name of each step, when it is reached."""
    for uscc, name, county in (
        (FIRST, "一号工厂", COUNTY),
        (SECOND, "二号工厂", COUNTY),
        (THIRD, "三号工厂", OTHER_COUNTY),
    ):
        house.apply(uscc, name, county)
    house.do(person("enterprise_filler", FIRST), "self_evaluation", ONE, **answers.self_evaluation())
    house.do(person("enterprise_filler", FIRST), "fill", ONE, **answers.form())
    yield "signing"
    house.do(person("legal_representative", FIRST), "sign", ONE, **answers.signature())
    house.file(TWO, SECOND)
    house.do(person("county_officer", COUNTY), "county_opinion", ONE, **answers.county_opinion())
    yield "county"
    house.do(person("county_head", COUNTY), "county_review", ONE, decision="AGREE")
    house.do(person("city_officer", CITY), "city_review", ONE, **answers.city_review())
    yield "city"
    house.do(person("city_head", CITY), "city_approve", ONE, decision="AGREE")
    house.endorse(TWO)
    house.go("2024-06-29 00:00")
    house.do(person("city_officer", CITY), "rank", f"2024-{CITY}", decision="REFRESH")
    yield "ranking"
    house.send_package()
    house.go("2024-07-08 09:00")
    house.department("acceptance", "dept_officer", f"2024-{CITY}", decision="ACCEPT")
    house.department("receipts", "dept_officer", confirmed=True)
    house.department("formal_check", "dept_officer", ONE, **answers.formal_check())
    yield "formal"
    house.department("formal_approve", "dept_head", ONE, decision="AGREE")
    house.check_formally(TWO)
    house.draw()
    house.go("2024-07-22 09:00")
    seal(house, ONE)
    yield "scoring"
    for number, d2 in ((ONE, 28), (TWO, 30)):
        house.score(number, d2=d2)
    house.go("2024-09-05 09:00")
    house.department("reviews_done", "dept_officer", confirmed=True)
    yield "opinions"
    house.department("opinion_list", "dept_officer", items=house.proposal("opinion_list", "2024"))
    yield "reviewing"
    house.department("opinion_review", "dept_head", decision="AGREE")
    yield "approving"
    house.department("opinion_sign", "dept_deputy", decision="AGREE")
    yield "meeting"
    house.department("meeting_results", "office", **results(house))
    yield "signed"
    house.department("meeting_sign", "director", decision="AGREE")
    yield "notice"
    house.announce()
    house.go("2024-09-10 10:00")
    yield "running"
    house.go("2024-09-14 09:00")
    yield "publishing"
    house.publish()
    yield "published"


def seal(house: House, number: str) -> None:
    """The first expert of a panel seals a sheet."""
    task = house.tasks("expert_sheet", number)[0]
    commands.complete(house.rt, person("expert", "370000", task.assignee), task.id, answers.sheet())


def results(house: House) -> dict[str, object]:
    """What the office records of a meeting at which everything passes."""
    rows = [{**row, "result": "PASS"} for row in house.proposal("meeting_results", "2024")]
    met = {"chair": "厅长", "attendees": "班子成员"}
    return {"minutes_no": "纪要〔2024〕9号", "held_on": "2024-09-05", "items": rows, **met}


@pytest.fixture(scope="session")
def moments(made_once: Made, furnished: Path) -> dict[str, Moment]:
    """The database at each step of the walk, made once for all test processes."""
    folder = made_once("hostile-cycle", lambda folder: make(folder, furnished))
    kept = [path for path in folder.iterdir() if path.suffix == ".sqlite3" and path.stem != "walk"]
    return {path.stem: (path, datetime.fromisoformat(path.with_suffix(".at").read_text())) for path in kept}


def make(folder: Path, furnished: Path) -> None:
    """Walk, and keep a copy at each step."""
    path = folder / "walk.sqlite3"
    shutil.copy(furnished, path)
    house = open_house(path, "2024-06-03 09:00")
    people(house)
    for name in walk(house):
        with closing(connect(path)) as source, closing(connect(folder / f"{name}.sqlite3")) as target:
            source.backup(target)
        (folder / f"{name}.at").write_text(house.clock.now().isoformat())
    house.rt.close()


@pytest.fixture
def stand(
    moments: dict[str, Moment], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Site]]:
    """`stand("meeting")`: the site over a copy of the cycle as it stood then."""
    monkeypatch.setattr(assets, "manifest", lambda: {name: name for name in assets.ENTRIES})
    monkeypatch.setattr(limiter, "enabled", False)
    settings = WebSettings(
        secret_key="test-key-of-enough-length-0123456789",
        demo=False,
        https=False,
        second_factor_for_officials=False,
    )
    with ExitStack() as open_ones:

        def at(moment: str) -> Site:
            path, now = moments[moment]
            shutil.copy(path, tmp_path / path.name)
            house = open_house(tmp_path / path.name, f"{now:%Y-%m-%d %H:%M}")
            open_ones.callback(house.rt.close)
            return Site(create_app(house.rt, settings), house)

        yield at


def task_of(house: House, element: str, key: str | None = None) -> UserTask:
    """The newest task of an element, open or not."""
    query = select(UserTask).where(UserTask.element_id == element).order_by(UserTask.id.desc())
    rows: list[UserTask] = house.rows(query if key is None else query.where(UserTask.business_key == key))
    return rows[0]
