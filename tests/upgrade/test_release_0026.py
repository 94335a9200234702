"""Cases of the release at revision 0026 come to their end on today's tables, under the diagrams they began with.

The databases were written by that release itself (`revision_0026/make.py`).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.operation.checking import check
from engine.programme.applications import statuses as s
from engine.programme.rehearsal.invariants import Registers, check_all
from engine.store.database import open_engine
from engine.store.migrations import current, differences, upgrade
from tests.programme import answers
from tests.programme.mainline import COUNTY, FIRST, SECOND, THIRD, House, person
from tests.upgrade.conftest import POSTGRESQL, SQLITE, Old, Opened, copies, opening
from tests.upgrade.database import everything
from tests.upgrade.revision_0026.make import FILING, REVIEWED

REVISION = "0026"
NUMBERS = {name: f"2024-370102-{n:04d}" for n, name in enumerate((*FILING, *REVIEWED), start=1)}
OWNERS = {name: (FIRST, SECOND, THIRD)[n % 3] for n, name in enumerate((*FILING, *REVIEWED))}


@pytest.fixture
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    """`former("filing")`: the address of a fresh copy, not upgraded.

    Each stage is walked on one database system: that migrations agree on both is proved elsewhere.
    """
    return copies(request, tmp_path, REVISION)


@pytest.fixture
def opened(former: Old, tmp_path: Path) -> Iterator[Opened]:
    """That database, opened by today's release."""
    with opening(former, tmp_path / "files") as opened:
        yield opened


@pytest.mark.parametrize("former", [SQLITE, POSTGRESQL], indirect=True)
@pytest.mark.parametrize("name", ["scoring"])
def test_every_row_is_kept_and_the_schema_is_todays(former: Old, name: str) -> None:
    engine = open_engine(former(name))
    before = everything(engine)
    upgrade(engine)
    columns = {table: list(rows[0]) for table, rows in before.items() if rows and table != "alembic_version"}
    assert everything(engine, columns) == {table: before[table] for table in columns}
    assert current(engine)
    assert differences(engine) == []
    engine.dispose()


def states(house: House) -> list[str]:
    """What the check finds in running cases."""
    [area] = [area for area in check(house.rt).areas if area.name == "instances"]
    assert area.looked > 0
    return [finding.en for finding in area.found]


def test_every_step_up_to_the_city_is_finished(opened: Opened) -> None:
    house = opened("filing", "2024-06-14 10:00")
    assert states(house) == []
    for name in ("self", "fill", "sign"):
        owner = OWNERS[name]
        filler = person("enterprise_filler", owner)
        if name == "self":
            house.do(filler, "self_evaluation", NUMBERS[name], **answers.self_evaluation())
        if name != "sign":
            house.do(filler, "fill", NUMBERS[name], **answers.form())
        house.do(person("legal_representative", owner), "sign", NUMBERS[name], **answers.signature())
    filler = person("enterprise_filler", OWNERS["correct"])
    house.do(filler, "correct", NUMBERS["correct"], description="新的建设情况" * 60)
    signer = person("legal_representative", OWNERS["correct"])
    house.do(signer, "sign_correction", NUMBERS["correct"], **answers.signature())
    for name in ("self", "fill", "sign", "opinion", "correct"):
        house.endorse(NUMBERS[name])
    house.do(person("county_head", COUNTY), "county_review", NUMBERS["review"], decision="AGREE")
    for name in ("review", "city"):
        house.review_in_city(NUMBERS[name])
    house.do(person("city_head", "370100"), "city_approve", NUMBERS["approve"], decision="AGREE")
    assert {house.application(NUMBERS[name]).status for name in FILING} == {s.CITY_AGREED}


def test_deadlines_that_were_set_then_act_now(opened: Opened) -> None:
    house = opened("filing", "2024-06-14 10:00")
    house.go("2024-07-10 00:00")
    assert {house.application(NUMBERS[name]).status for name in ("self", "fill", "sign")} == {s.LAPSED}
    assert house.application(NUMBERS["opinion"]).county_result == "SILENT"


@pytest.mark.parametrize("former", [POSTGRESQL], indirect=True)
def test_scoring_and_all_that_follows_come_to_their_end(opened: Opened) -> None:
    house = opened("scoring", "2024-07-22 10:00")
    assert states(house) == []
    for name in ("half", "unscored"):
        house.score(NUMBERS[name])
    house.go("2024-09-05 09:00")
    house.decide()
    house.go("2024-09-09 09:00")
    house.announce()
    house.go("2024-09-14 09:00")
    house.publish()
    assert len(house.titles()) == len(REVIEWED)
    assert {house.case(NUMBERS[name]) for name in REVIEWED} == {"COMPLETED"}
    with house.rt.reading() as session:
        outcomes = check_all(Registers(session, house.rt.calendar))
    assert {name: found.broken for name, found in outcomes.items() if found.broken} == {}
