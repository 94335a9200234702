"""Lists of people and roles: tried row by row, all errors at once, proposed by one and approved whole by another."""

import io
from collections.abc import Sequence

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from engine import audit
from engine.accounts.administration import closing, errors, granting
from engine.accounts.administration.importing import lists, sheet
from engine.accounts.administration.models import AccountImport, RoleRequest
from engine.conditions import Grant
from engine.errors import NotFound
from engine.runtime import Runtime
from engine.store.people import Account, RoleGrant
from engine.store.trail import Audit
from engine.worker import drain
from tests.web import world
from tests.web.account_world import mails, text_of
from tests.web.administration_world import add_administrators, administrator
from tests.web.conftest import SignIn, token
from tests.web.test_administration import held, send
from webapp.bench.measure import counting
from webapp.cli.account import account as command

A, B = administrator("sec-a"), administrator("sec-b")
HEADER = [f"{zh} {en}" for zh, en in sheet.COLUMNS.values()]
NEW = ["ma.li", "马丽", "370200", "ma@example.com", "", "市局经办", "370200"]
KNOWN = ["county", "", "", "", "", "city_officer", "370200"]


@pytest.fixture
def house(runtime: Runtime) -> Runtime:
    add_administrators(runtime)
    return runtime


def book(*rows: Sequence[str], header: Sequence[str] = HEADER) -> bytes:
    made, out = Workbook(), io.BytesIO()
    assert made.active is not None
    for row in (header, *rows):
        made.active.append(list(row))
    made.save(out)
    return out.getvalue()


def upload(
    client: FlaskClient, content: bytes, name: str = "名单.xlsx", reason: str = "换届"
) -> TestResponse:
    form = {
        "csrf_token": token(client.get("/account")),
        "reason": reason,
        "file": (io.BytesIO(content), name),
    }
    return client.post("/administration/imports", data=form)


def kept(runtime: Runtime, *rows: Sequence[str]) -> int:
    return lists.upload(runtime, A, "list.xlsx", book(*rows), "换届")


def wrong(runtime: Runtime, *rows: Sequence[str]) -> list[tuple[int, str]]:
    key = kept(runtime, *rows)
    with runtime.reading() as session:
        found = lists.planned(session, session.get_one(AccountImport, key)).wrong
        assert all(each.zh and each.en for each in found)
        return [(each.row, each.column) for each in found]


def test_a_list_goes_from_the_template_to_signed_in_people(house: Runtime, sign_in: SignIn) -> None:
    first, second = sign_in("sec-a"), sign_in("sec-b")
    template = load_workbook(io.BytesIO(first.get("/administration/imports/template.xlsx").get_data()))
    assert [cell.value for cell in template.worksheets[0][1]] == HEADER
    page = upload(first, book(NEW, KNOWN, [*NEW[:5], "city_head", "370200"]))
    where = page.headers["Location"]
    preview = text_of(first.get(where))
    assert "新开账号" in preview
    assert 'data-label="角色" class="kept-text">市局负责人</td>' in preview, (
        "roles that were given by code have names"
    )
    assert "ma@example.com" not in preview, "masked in lists"
    with house.reading() as session:
        assert session.scalar(select(func.count()).where(Account.login == "ma.li")) == 0, "a dry run"
    assert send(first, where + "/propose").status_code == 303
    assert held(house, "ma.li") == set()
    assert mails(house) == []
    assert send(first, where + "/approve").status_code == 403
    assert held(house, "county") == {"county_officer@370102"}
    assert send(second, where + "/approve").status_code == 303
    assert held(house, "ma.li") == {"city_officer@370200", "city_head@370200"}
    assert held(house, "county") == {"county_officer@370102", "city_officer@370200"}
    drain(house)
    assert [mail["to"] for mail in mails(house)] == ["ma@example.com"]
    drain(house)
    assert len(mails(house)) == 1
    with house.reading() as session:
        row = session.scalars(select(RoleGrant).where(RoleGrant.login == "ma.li")).first()
        assert row is not None
        assert (row.granted_by, row.approved_by, row.reason) == ("sec-a", "sec-b", "换届")
        assert audit.verify(session) is None
        named = session.scalars(select(Audit.detail).where(Audit.action == "account.import_approved")).one()
        assert "ma.li city_officer@370200" in named["grants"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["system", *NEW[1:]]], [(2, "login")]),
        ([["A b", *NEW[1:]]], [(2, "login")]),
        ([["", *NEW[1:]]], [(2, "login")]),
        (
            [[NEW[0], "", "999", "kein", "", "x", "370200"]],
            [(2, "name"), (2, "email"), (2, "organisation"), (2, "role")],
        ),
        ([[*NEW[:2], world.USCC, *NEW[3:]]], [(2, "organisation")]),
        (
            [["", "", "9", "kein", "12", "皇帝", "9"]],
            [(2, key) for key in ("login", "name", "email", "mobile", "organisation", "role", "place")],
        ),
        ([[*NEW[:4], "12", *NEW[5:]]], [(2, "mobile")]),
        ([[*NEW[:4], "138 0000-0001", *NEW[5:]], [*NEW[:4], "+8613800000001", "city_head", "370200"]], []),
        ([[*NEW[:5], "皇帝", "370200"]], [(2, "role")]),
        ([[*NEW[:5], "市局经办", "370102"]], [(2, "role")]),
        ([[*NEW[:5], "企业管理员", "370200"]], [(2, "role")]),
        ([[*NEW[:5], "市局经办", ""]], [(2, "place")]),
        ([NEW, NEW], [(3, "")]),
        ([NEW, ["ma.li", "马莉", *NEW[2:5], "city_head", "370200"]], [(3, "name")]),
        ([NEW, ["ma.li2", *NEW[1:]]], [(3, "email")]),
        ([["county", "赵敏敏", "", "", "", "city_officer", "370200"]], [(2, "name")]),
        ([["county", "", "", "other@example.com", "", "city_officer", "370200"]], [(2, "email")]),
        ([["sec-a", "", "", "", "", "city_officer", "370200"]], [(2, "role")]),
        ([["sys", "", "", "", "", "auditadmin", "370000"]], [(2, "role")]),
        ([["filler", "", "", "", "", "city_officer", "370200"]], [(2, "role")]),
        (
            [[*NEW[:5], "sysadmin", "370000"], [*NEW[:5], "secadmin", "370000"]],
            [(3, "role")],
        ),
    ],
)
def test_errors_are_named_by_row_and_column(
    house: Runtime, rows: list[list[str]], expected: list[tuple[int, str]]
) -> None:
    assert wrong(house, *rows) == expected


def test_one_error_and_nothing_is_taken(house: Runtime, sign_in: SignIn) -> None:
    first = sign_in("sec-a")
    key = kept(house, NEW, ["sec-a", "", "", "", "", "city_head", "370200"])
    assert "第 3 行，角色" in text_of(first.get(f"/administration/imports/{key}"))
    with pytest.raises(lists.ListWrong):
        lists.propose(house, A, key)
    with house.reading() as session:
        assert session.scalar(select(func.count()).where(Account.login == "ma.li")) == 0
        assert session.scalar(select(func.count()).select_from(RoleRequest)) == 0


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (book(['=HYPERLINK("http://evil")', *NEW[1:]]), "a.xlsx", "是公式"),
        ("账号,角色,角色单位代码\n@SUM(1),x,y\n".encode(), "a.csv", "是公式"),
        (book(NEW, header=["a", "b"]), "a.xlsx", "列名"),
        (book(NEW, header=[*HEADER, "password"]), "a.xlsx", "password"),
        (book(NEW, header=[*HEADER[:-1], HEADER[0]]), "a.xlsx", "列名"),
        (b"PK\x03\x04 broken", "a.xlsx", "不能导入"),
        (b"", "a.xlsx", "空的"),
        (b"x", "a.exe", "只接受"),
    ],
)
def test_what_is_no_list_is_refused_by_name(
    house: Runtime, sign_in: SignIn, content: bytes, name: str, said: str
) -> None:
    answer = upload(sign_in("sec-a"), content, name)
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_a_list_needs_a_reason_and_a_file(house: Runtime, sign_in: SignIn) -> None:
    client = sign_in("sec-a")
    assert upload(client, book(NEW), reason=" ").status_code == 422
    assert "请选择文件" in text_of(upload(client, b"", name=""))


@pytest.mark.parametrize("who", ["sys", "aud", "watch", "city", "owner"])
def test_nobody_else_imports(house: Runtime, sign_in: SignIn, who: str) -> None:
    key = kept(house, NEW)
    client = sign_in(who)
    assert upload(client, book(NEW)).status_code == 403
    for deed in ("propose", "approve", "refuse", "drop"):
        assert send(client, f"/administration/imports/{key}/{deed}", reason="x").status_code == 403


def test_another_administrators_trial_is_not_sent_on_or_dropped(house: Runtime) -> None:
    key = kept(house, NEW)
    for act in (lists.propose, lists.drop):
        with pytest.raises(NotFound):
            act(house, B, key)
    lists.drop(house, A, key)
    with house.reading() as session:
        assert session.get_one(AccountImport, key).rows == []
    with pytest.raises(errors.Decided):
        lists.propose(house, A, key)


def test_who_is_in_the_list_does_not_approve_it(house: Runtime) -> None:
    key = kept(house, ["sec-b", "", "", "", "", "city_officer", "370200"])
    lists.propose(house, A, key)
    with pytest.raises(errors.SamePersonTwice):
        lists.approve(house, B, key)
    assert held(house, "sec-b") == {"secadmin@370000"}


def test_a_single_request_of_a_list_is_not_approved_apart(house: Runtime) -> None:
    lists.propose(house, A, kept(house, KNOWN))
    with house.reading() as session:
        request = session.scalars(select(RoleRequest.id)).one()
    with pytest.raises(errors.Decided):
        granting.approve(house, B, request)


def test_what_changed_meanwhile_stops_the_whole_list(house: Runtime) -> None:
    key = kept(house, NEW, KNOWN)
    lists.propose(house, A, key)
    closing.close(house, A, "county", "调离")
    with house.reading() as session:
        assert session.get_one(AccountImport, key).state == "PROPOSED"
    lists.approve(house, B, key)  # what was asked for the closed account fell with it
    assert held(house, "county") == {"county_officer@370102"}
    other = kept(
        house, ["city", "", "", "", "", "city_head", "370100"], ["head", "", "", "", "", "office", "370000"]
    )
    lists.propose(house, A, other)
    with house.transaction() as tx:
        tx.session.execute(update(Account).where(Account.login == "head").values(active=False))
    with pytest.raises(lists.ListWrong):
        lists.approve(house, B, other)
    assert held(house, "city") == {"city_officer@370100"}


def test_a_refused_list_gives_nothing_and_closes_what_it_made(house: Runtime) -> None:
    key = kept(house, NEW, KNOWN)
    lists.propose(house, A, key)
    lists.refuse(house, B, key, "名单有误")
    with house.reading() as session:
        made = session.scalars(select(Account).where(Account.login == "ma.li")).one()
        assert (made.active, made.closed_why) == (False, "名单有误")
    assert held(house, "county") == {"county_officer@370102"}
    assert mails(house) == []
    with pytest.raises(errors.Decided):
        lists.approve(house, B, key)


def test_an_export_comes_back_as_a_list_that_changes_nothing(house: Runtime, sign_in: SignIn) -> None:
    client = sign_in("sec-a")
    answer = client.get("/administration/people/export.xlsx?role=city_officer")
    rows = load_workbook(io.BytesIO(answer.get_data())).active
    assert rows is not None
    assert [cell.value for cell in rows[1]] == HEADER
    where = upload(client, answer.get_data()).headers["Location"]
    page = text_of(client.get(where))
    assert "有 0 处错误" not in page
    assert "有错误" not in page
    assert sign_in("aud").get("/administration/people/export.xlsx").status_code == 403


def test_names_that_look_like_formulas_stay_text_in_the_export(house: Runtime, sign_in: SignIn) -> None:
    with house.transaction() as tx:
        tx.session.execute(update(Account).where(Account.login == "city").values(name="=1+1"))
    answer = sign_in("sec-a").get("/administration/people/export.xlsx?q=city")
    cells = [cell for row in load_workbook(io.BytesIO(answer.get_data())).worksheets[0] for cell in row]
    assert "=1+1" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_a_long_list_is_tried_proposed_and_approved(house: Runtime, count: int) -> None:
    rows = [
        [f"p{n:05d}", f"张{n}", "370200", f"p{n}@example.com", "", "city_officer", "370200"]
        for n in range(count)
    ]
    with counting(house.engine) as asked:
        key = lists.upload(house, A, "list.xlsx", book(*rows), "换届")
        lists.propose(house, A, key)
        lists.approve(house, B, key)
    assert asked.statements < count  # rows are written in bulk
    with house.reading() as session:
        assert session.scalar(select(func.count()).where(RoleGrant.approved_by == "sec-b")) == count
        assert audit.verify(session) is None
    with pytest.raises(errors.Decided):
        lists.approve(house, B, key)


# the command line


def run(runtime: Runtime, monkeypatch: pytest.MonkeyPatch, login: str, *roles: str) -> tuple[int, str]:
    monkeypatch.setenv("LUZHI_DATABASE_URL", runtime.settings.database_url)
    flags = [part for role in roles for part in ("--role", role)]
    result = CliRunner().invoke(command, [login, "某人", *flags, "--password", "seven quiet lanterns 7"])
    return result.exit_code, result.output


def test_the_command_line_begins_an_installation_and_then_only_asks(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(runtime, monkeypatch, "first-sec", "secadmin@370000")[0] == 0
    assert run(runtime, monkeypatch, "second-sec", "secadmin@370000")[0] == 0
    assert held(runtime, "second-sec") == {"secadmin@370000"}
    code, said = run(runtime, monkeypatch, "third", "sysadmin@370000")
    assert (code, "asked for" in said) == (0, True)
    assert held(runtime, "third") == set()
    with runtime.reading() as session:
        row = session.scalars(select(RoleRequest)).one()
        assert (row.login, row.asked_by, row.state) == ("third", "system", "OPEN")
        assert "grant.ask" in set(session.scalars(select(Audit.action)))
    from engine.policy import Actor

    granting.approve(runtime, Actor("first-sec", "某人", (Grant("secadmin", "370000"),)), row.id)
    assert held(runtime, "third") == {"sysadmin@370000"}


def test_the_command_line_makes_nobody_two_watchers(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = run(runtime, monkeypatch, "both", "secadmin@370000", "auditadmin@370000")
    assert code == 1
    assert "三员" in said or "different people" in said
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).where(Account.login == "both")) == 0
