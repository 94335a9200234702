"""How offices are called and reached, and what is refused as a telephone."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from engine.directory import BadPhone, Scribe, UnknownOffice, add_organisation, set_contact
from engine.policy import SYSTEM
from engine.programme.offices import office_name
from engine.runtime import Runtime
from engine.store.people import Organisation
from engine.store.trail import Audit
from tests.support.runtimes import rows
from webapp.cli import main


@pytest.fixture
def offices(rt: Runtime) -> Runtime:
    with rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, "370000", "山东省工业和信息化厅", "province", None)
        add_organisation(tx.session, scribe, "370100", "济南市", "city", "370000")
        add_organisation(tx.session, scribe, "91370200264574251E", "示例企业", "enterprise", "370100")
    return rt


def test_a_contact_is_set_removed_and_on_record(offices: Runtime) -> None:
    with offices.transaction() as tx:
        set_contact(tx.session, Scribe(SYSTEM, tx.now), "370100", "0531-00000000", "示例路1号")
    [city] = rows(offices, select(Organisation).where(Organisation.code == "370100"))
    assert (city.phone, city.address) == ("0531-00000000", "示例路1号")
    assert "organisation.contact" in rows(offices, select(Audit.action))
    with offices.transaction() as tx:
        set_contact(tx.session, Scribe(SYSTEM, tx.now), "370100", "", "")
    [city] = rows(offices, select(Organisation).where(Organisation.code == "370100"))
    assert (city.phone, city.address) == (None, None)


@pytest.mark.parametrize("code", ["91370200264574251E", "999999"])
def test_only_offices_have_a_contact(offices: Runtime, code: str) -> None:
    with offices.transaction() as tx, pytest.raises(UnknownOffice):
        set_contact(tx.session, Scribe(SYSTEM, tx.now), code, "0531-00000000", "")


@pytest.mark.parametrize("phone", ["call me", "0531-0000\n0000", "javascript:alert(1)", "1", "<b>0531</b>"])
def test_only_numbers_are_telephones(offices: Runtime, phone: str) -> None:
    with offices.transaction() as tx, pytest.raises(BadPhone):
        set_contact(tx.session, Scribe(SYSTEM, tx.now), "370100", phone, "")


def test_an_office_is_called_by_its_work_not_only_its_place() -> None:
    def named(name: str, kind: str, english: str = "") -> tuple[str, str]:
        return office_name(Organisation(code="x", name=name, kind=kind), english)

    assert named("济南市", "city", "Jinan")[0] == "济南市工业和信息化局"
    assert named("历下区", "county")[0] == "历下区工业和信息化主管部门"
    assert named("济南市工业和信息化局", "city")[0] == "济南市工业和信息化局"
    assert named("山东省工业和信息化厅", "province")[1].startswith("Department of Industry")


def test_the_command_takes_a_file_with_all_rows_or_none(
    offices: Runtime, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUZHI_DATABASE_URL", database)
    file = tmp_path / "offices.csv"
    file.write_text("code,phone,address\n370100,0531-00000000,示例路\n999999,0531-1111,\n", "utf-8")
    assert CliRunner().invoke(main, ["office", "--file", str(file)]).exit_code == 1
    [city] = rows(offices, select(Organisation).where(Organisation.code == "370100"))
    assert city.phone is None
    done = CliRunner().invoke(main, ["office", "370100", "--phone", "0531-00000000", "--address", "示例路"])
    assert done.exit_code == 0, done.output
    [city] = rows(offices, select(Organisation).where(Organisation.code == "370100"))
    assert city.phone == "0531-00000000"
    assert CliRunner().invoke(main, ["office"]).exit_code == 2
