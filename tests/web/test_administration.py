"""Organisations, people, their rights: what administrators see and do, and what none of them can."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from engine import audit, commands
from engine.accounts.administration import closing, errors, granting
from engine.accounts.administration.models import RoleRequest
from engine.commands.claims import release
from engine.conditions import Grant
from engine.directory import RolesApart, Scribe, add_account
from engine.errors import NotAllowed, Refusal
from engine.inbox.models import Absence
from engine.notifications.models import Notification
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.people import Account, Organisation, RoleGrant, WebSession
from engine.store.tasks import UserTask
from engine.store.trail import Audit
from tests.web import world
from tests.web.account_world import GOOD, link, mails, post, text_of
from tests.web.administration_world import add_administrators, administrator
from tests.web.conftest import PASSWORD, SignIn, token

OFFICER = Grant("city_officer", "370200")
HEAD = Grant("city_head", "370100")
A, B = administrator("sec-a"), administrator("sec-b")


@pytest.fixture
def house(runtime: Runtime) -> Runtime:
    add_administrators(runtime)
    return runtime


def send(client: FlaskClient, where: str, /, **form: str) -> TestResponse:
    return client.post(where, data={"csrf_token": token(client.get("/account")), **form})


def held(runtime: Runtime, login: str) -> set[str]:
    with runtime.reading() as session:
        rows = session.scalars(
            select(RoleGrant).where(RoleGrant.login == login, RoleGrant.revoked_at.is_(None))
        )
        return {f"{row.role}@{row.organisation}" for row in rows}


def request_of(runtime: Runtime, login: str) -> int:
    with runtime.reading() as session:
        rows = select(RoleRequest.id).where(RoleRequest.login == login).order_by(RoleRequest.id.desc())
        return int(session.scalars(rows.limit(1)).one())


def grant_of(runtime: Runtime, login: str) -> int:
    with runtime.reading() as session:
        rows = select(RoleGrant.id).where(RoleGrant.login == login, RoleGrant.revoked_at.is_(None))
        return int(session.scalars(rows).one())


def actions(runtime: Runtime, login: str) -> list[str]:
    """What the trail says was done to an account, apart from its own comings and goings."""
    with runtime.reading() as session:
        assert audit.verify(session) is None
        done = session.scalars(select(Audit.action).where(Audit.object_key == login).order_by(Audit.sequence))
        return [action for action in done if not action.startswith("account.sign_")]


# organisations


def test_the_tree_counts_people_and_enterprises_and_is_searched(house: Runtime, sign_in: SignIn) -> None:
    client = sign_in("sys")
    page = text_of(client.get("/administration/"))
    assert "青岛市工业和信息化局" in page
    assert "企业 1 家" in page
    found = text_of(client.get(f"/administration/?q={world.USCC[:6]}"))
    assert "泉城示例重工有限公司" in found
    assert "没有找到" in text_of(client.get("/administration/?q=%25"))


def test_the_system_administrator_keeps_how_an_office_is_reached(house: Runtime, sign_in: SignIn) -> None:
    client = sign_in("sys")
    where = "/administration/organisations/370100"
    assert send(client, where, phone="0531-66600000", address="历下区示例路 1 号").status_code == 302
    wrong = send(client, where, phone="打不通", address="")
    assert wrong.status_code == 422
    assert "不是电话号码" in text_of(wrong)
    with house.reading() as session:
        assert session.get_one(Organisation, "370100").phone == "0531-66600000"
    assert send(sign_in("sec-a"), where, phone="1").status_code == 403
    assert "人员和角色" not in text_of(client.get(where)), "people are not the system administrator's"
    assert client.get("/administration/organisations/999999").status_code == 404
    foreign = send(client, f"/administration/organisations/{world.USCC}", phone="0531-66600000")
    assert foreign.status_code == 404


# people


@pytest.mark.parametrize(
    ("query", "login"),
    [
        ("q=cit", "city"),
        ("q=李强", "city"),
        ("q=lq", "city"),
        ("q=LQ", "city"),
        ("role=county_officer", "county"),
        ("city=370100", "county"),
        ("org=370200", "other_city"),
        ("whose=enterprises&q=wx", "filler"),
    ],
)
def test_people_are_found(house: Runtime, sign_in: SignIn, query: str, login: str) -> None:
    page = sign_in("sec-a").get(f"/administration/people?{query}").get_data(as_text=True)
    assert f'href="/administration/people/{login}"' in page
    assert 'href="/administration/people/owner"' not in page


def test_a_search_is_only_text(house: Runtime, sign_in: SignIn) -> None:
    client = sign_in("sec-a")
    assert "没有找到" in text_of(client.get("/administration/people?q=%25"))
    assert "没有找到" in text_of(client.get("/administration/people?q='%20OR%201=1--"))
    page = client.get("/administration/people?q=hostile").get_data(as_text=True)
    assert world.HOSTILE not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("who", ["sys", "watch", "city", "filler", "owner", "head"])
def test_who_manages_no_accounts_learns_of_none(house: Runtime, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)
    known = client.get("/administration/people/city")
    unknown = client.get("/administration/people/nobody-at-all")
    assert known.status_code == unknown.status_code == 403
    assert client.get("/administration/people").status_code == 403


def test_the_auditor_looks_and_changes_nothing(house: Runtime, sign_in: SignIn) -> None:
    with house.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), "expert-77", "祝专家", [Grant("expert", "370000")])
    client = sign_in("aud")
    page = text_of(client.get("/administration/people/city"))
    assert "停用账号" not in page
    for address in ("people/city/close", "people/city/factor", "people/city/requests", "grants/1/revoke"):
        assert send(client, f"/administration/{address}", reason="x").status_code == 403
    listed = text_of(client.get("/administration/people?role=expert"))
    assert "祝专家" not in listed, "an expert is known to those who may know experts"
    assert "祝*" in listed
    assert "expert-77" not in client.get("/administration/people?role=expert").text, (
        "not in an address either"
    )
    assert client.get("/administration/people/expert-77").status_code == 404
    for words in ("祝专家", "expert-77", "zzj"):
        assert "祝*" not in text_of(client.get(f"/administration/people?q={words}")), (
            "no search says who it is"
        )


def test_an_account_is_entered_and_opened_by_its_owner_with_a_link_once(
    house: Runtime, sign_in: SignIn, client: FlaskClient
) -> None:
    secadmin = sign_in("sec-a")
    form = {"login": "ma.li", "name": "马丽", "organisation": "370200", "email": "ma@example.com"}
    assert send(secadmin, "/administration/people/new", **form).status_code == 303
    assert held(house, "ma.li") == set()
    assert "ml" in _account(house, "ma.li").initials
    address = link(house, "ma@example.com")
    done = post(client, address, password_new=GOOD, password_again=GOOD)
    assert done.headers["Location"] == "/sign-in"
    assert client.get(address).status_code == 404, "used up"
    assert _account(house, "ma.li").email_confirmed_at is not None
    assert sign_in("ma.li", GOOD).get("/account").status_code == 200
    assert actions(house, "ma.li") == ["account.add", "account.invite", "account.opened"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("login", "city", "已被使用"),
        ("login", "CITY", "已被使用"),
        ("login", "system", "格式不符"),
        ("login", "a b", "格式不符"),
        ("name", "http://evil.example", "不是姓名"),
        ("organisation", world.USCC, "没有代码"),
        ("organisation", "", "没有代码"),
        ("email", "a@b.c\nBcc: x@y.z", "不是有效的电子邮箱"),
    ],
)
def test_a_person_who_cannot_be_entered_is_refused_at_the_field(
    house: Runtime, sign_in: SignIn, field: str, value: str, said: str
) -> None:
    form = {"login": "ma.li", "name": "马丽", "organisation": "370200", "email": "ma@example.com"}
    answer = send(sign_in("sec-a"), "/administration/people/new", **{**form, field: value})
    assert answer.status_code in (404, 422)
    assert said in text_of(answer)
    assert mails(house) == []


def test_more_fields_than_the_form_has_change_nothing(house: Runtime, sign_in: SignIn) -> None:
    form = {"login": "ma.li", "name": "马丽", "organisation": "370200", "email": "ma@example.com"}
    more = {
        "role": "secadmin",
        "roles": "secadmin@370000",
        "active": "1",
        "password_hash": "x",
        "grants": "sysadmin",
    }
    more |= {
        "totp_secret": "x",
        "email_confirmed_at": "2024-01-01",
        "approved_by": "sec-b",
        "state": "APPROVED",
    }
    assert send(sign_in("sec-a"), "/administration/people/new", **form, **more).status_code == 303
    account = _account(house, "ma.li")
    assert (account.password_hash, account.totp_secret, account.email_confirmed_at) == (None, None, None)
    assert held(house, "ma.li") == set()
    send(
        sign_in("sec-a"),
        "/administration/people/ma.li/requests",
        role="city_officer",
        organisation="370200",
        reason="新任",
        **{k: v for k, v in more.items() if k != "role"},
    )
    assert held(house, "ma.li") == set()


# rights


def test_a_right_is_asked_for_by_one_and_given_by_another(house: Runtime, sign_in: SignIn) -> None:
    person = sign_in("county")
    first, second = sign_in("sec-a"), sign_in("sec-b")
    form = {"role": "city_officer", "organisation": "370200", "reason": "调任青岛市局"}
    assert send(first, "/administration/people/county/requests", **form).status_code == 303
    assert held(house, "county") == {"county_officer@370102"}
    key = request_of(house, "county")
    assert send(first, f"/administration/requests/{key}/approve").status_code == 403
    assert "由另一名安全管理员批准" in text_of(first.get("/administration/requests"))
    assert person.get("/account").status_code == 200
    assert send(second, f"/administration/requests/{key}/approve").status_code == 303
    assert held(house, "county") == {"county_officer@370102", "city_officer@370200"}
    assert person.get("/account").status_code == 302, "signed in anew with new rights"
    page = text_of(second.get("/administration/people/county"))
    assert "安全甲" in page
    assert "安全乙" in page
    assert "调任青岛市局" in page
    with house.reading() as session:
        told = session.scalars(select(Notification.subject_zh).where(Notification.login == "county")).all()
        assert told == ["您有了新的角色"]
    assert send(second, f"/administration/requests/{key}/approve").status_code == 303, "said, not done again"
    assert actions(house, "county")[-2:] == ["grant.ask", "grant.add"]


def test_nobody_grants_to_oneself_by_any_door(house: Runtime, sign_in: SignIn) -> None:
    answer = send(sign_in("sec-a"), "/administration/people/sec-a/requests", role="city_officer",
                  organisation="370200", reason="x")  # fmt: skip
    assert answer.status_code == 403
    assert "不能为自己授权" in text_of(answer)
    with pytest.raises(errors.OwnRight):
        granting.ask(house, A, "sec-a", OFFICER, "x")
    key = granting.ask(house, A, "sec-b", OFFICER, "x")
    with pytest.raises(errors.SamePersonTwice):
        granting.approve(house, B, key)
    assert held(house, "sec-b") == {"secadmin@370000"}


@pytest.mark.parametrize("kind", ["mobile", "email"])
def test_a_second_account_of_the_same_human_approves_nothing(house: Runtime, kind: str) -> None:
    same = {"mobile": "13805310001"} if kind == "mobile" else {"email": "me@example.com"}
    with house.transaction() as tx:
        tx.session.execute(update(Account).where(Account.login.in_(("sec-a", "sec-b"))).values(**same))
    key = granting.ask(house, A, "county", OFFICER, "x")
    with pytest.raises(errors.SamePersonTwice):
        granting.approve(house, B, key)


@pytest.mark.parametrize("who", ["sys", "aud", "watch", "head", "owner", "city"])
def test_nobody_else_grants(house: Runtime, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)
    form = {"role": "city_officer", "organisation": "370200", "reason": "x"}
    assert send(client, "/administration/people/county/requests", **form).status_code == 403
    key = granting.ask(house, A, "county", OFFICER, "x")
    assert send(client, f"/administration/requests/{key}/approve").status_code == 403
    assert send(client, f"/administration/requests/{key}/refuse", reason="x").status_code == 403
    assert held(house, "county") == {"county_officer@370102"}


@pytest.mark.parametrize(
    ("login", "grant", "refusal"),
    [
        ("county", Grant("city_officer", "370102"), errors.NotThere),
        ("county", Grant("sysadmin", "370100"), errors.NotThere),
        ("county", Grant("enterprise_admin", world.USCC), errors.EnterpriseRole),
        ("county", Grant("emperor", "370000"), errors.NotThere),
        ("county", Grant("county_officer", "370102"), errors.HeldAlready),
        ("filler", Grant("county_officer", "370102"), errors.WorksForEnterprise),
        ("sys", Grant("auditadmin", "370000"), RolesApart),
        ("aud", Grant("secadmin", "370000"), RolesApart),
        ("watch", Grant("sysadmin", "370000"), RolesApart),
    ],
)
def test_a_right_that_cannot_be_is_refused_by_name(
    house: Runtime, login: str, grant: Grant, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        granting.ask(house, A, login, grant, "x")


def test_a_right_needs_a_reason_and_is_asked_for_once(house: Runtime) -> None:
    with pytest.raises(Refusal, match="reason"):
        granting.ask(house, A, "county", OFFICER, "  ")
    granting.ask(house, A, "county", OFFICER, "x")
    with pytest.raises(errors.HeldAlready):
        granting.ask(house, B, "county", OFFICER, "x")


def test_two_requests_do_not_make_one_person_two_watchers(house: Runtime) -> None:
    granting.ask(house, A, "county", Grant("sysadmin", "370000"), "x")
    with pytest.raises(RolesApart):
        granting.ask(house, A, "county", Grant("auditadmin", "370000"), "x")


def test_what_somebody_asked_who_is_no_administrator_any_more_is_not_approved(house: Runtime) -> None:
    key = granting.ask(house, A, "county", OFFICER, "x")
    granting.revoke(house, B, grant_of(house, "sec-a"), "离任")
    with pytest.raises(errors.AskerGone):
        granting.approve(house, B, key)
    assert held(house, "county") == {"county_officer@370102"}


def test_one_alone_revokes_at_once_with_a_reason(house: Runtime, sign_in: SignIn) -> None:
    person, first = sign_in("city"), sign_in("sec-a")
    key = grant_of(house, "city")
    send(first, f"/administration/grants/{key}/revoke", reason="")
    assert held(house, "city") == {"city_officer@370100"}
    assert send(first, f"/administration/grants/{key}/revoke", reason="调离").status_code == 303
    assert held(house, "city") == set()
    assert person.get("/account").status_code == 302
    with house.reading() as session:
        row = session.get_one(RoleGrant, key)
        assert (row.revoked_by, row.revoked_why) == ("sec-a", "调离")
    with pytest.raises(errors.OwnRight):
        granting.revoke(house, A, grant_of(house, "sec-a"), "x")


def test_an_enterprises_roles_are_not_revoked_here(house: Runtime, sign_in: SignIn) -> None:
    key = grant_of(house, "filler")
    assert send(sign_in("sec-a"), f"/administration/grants/{key}/revoke", reason="x").status_code == 404


def test_the_last_security_administrator_stays(runtime: Runtime) -> None:
    add_administrators(runtime, "sec-a", "sys")
    with pytest.raises(errors.LastSecurityAdministrator):
        closing.close(runtime, B, "sec-a", "x")
    with pytest.raises(errors.LastSecurityAdministrator):
        granting.revoke(runtime, B, grant_of(runtime, "sec-a"), "x")
    assert held(runtime, "sec-a") == {"secadmin@370000"}


def test_two_administrators_cannot_close_each_other(house: Runtime) -> None:
    closing.close(house, A, "sec-b", "x")
    with pytest.raises(errors.LastSecurityAdministrator):
        closing.close(house, B, "sec-a", "x")


def test_with_one_security_administrator_the_page_says_what_to_do(runtime: Runtime, sign_in: SignIn) -> None:
    add_administrators(runtime, "sec-a")
    assert "luzhi account" in text_of(sign_in("sec-a").get("/administration/requests"))


def test_an_accomplice_made_system_administrator_reads_no_content(house: Runtime, sign_in: SignIn) -> None:
    world.deploy_review(house)
    world.start_review(house, "2024-370100")
    granting.approve(house, B, granting.ask(house, A, "county", Grant("sysadmin", "370000"), "x"))
    granting.revoke(house, A, _grant_for(house, "county", "county_officer"), "x")
    client = sign_in("county")
    with house.reading() as session:
        task = session.scalars(select(UserTask.id)).first()
    assert client.get(f"/tasks/{task}").status_code in (403, 404)
    assert "审核材料" not in text_of(client.get("/inbox"))


# the database itself


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"granted_by": "sec-a"}, True),
        ({"granted_by": "county", "approved_by": "sec-a"}, True),
        ({"granted_by": "sec-a", "approved_by": "sec-a"}, True),
        ({"granted_by": "sec-a", "approved_by": "county"}, True),
        ({"granted_by": "sec-a", "approved_by": "sec-b"}, False),
    ],
)
def test_the_database_refuses_a_right_that_nobody_approved(
    house: Runtime, facts: dict[str, str], refused: bool
) -> None:
    with house.transaction() as tx:
        row = RoleGrant(
            login="county", role="city_officer", organisation="370200", granted_at=tx.now, **facts
        )
        tx.session.add(row)
        if refused:
            with pytest.raises(DBAPIError, match="second person"):
                tx.session.flush()
            tx.session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE role_grant SET login = 'county' WHERE login = 'sys'",
        "UPDATE role_grant SET granted_by = 'somebody' WHERE login = 'sys'",
        "UPDATE role_grant SET role = 'secadmin' WHERE login = 'sys'",
        "DELETE FROM role_grant WHERE login = 'sys'",
        "INSERT INTO role_grant (login, role, organisation, granted_at, granted_by) "
        "VALUES ('sys', 'auditadmin', '370000', '2024-01-01', 'system')",
        "INSERT INTO role_request (login, role, organisation, reason, asked_by, asked_at, state) "
        "VALUES ('sys', 'office', '370000', 'x', 'sys', '2024-01-01', 'OPEN')",
    ],
)
def test_the_database_keeps_rights_as_they_were_granted(house: Runtime, statement: str) -> None:
    with pytest.raises(DBAPIError), house.transaction() as tx:
        tx.session.execute(text(statement))


@pytest.mark.parametrize("other", ["secadmin", "auditadmin", "supervision"])
def test_setting_up_keeps_the_watchers_apart_too(house: Runtime, other: str) -> None:
    with pytest.raises(RolesApart), house.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), "sys", "系统", [Grant(other, "370000")])
    both = [Grant("sysadmin", "370000"), Grant(other, "370000")]
    with pytest.raises(RolesApart), house.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), "newcomer", "某人", both)


# closing


def test_a_closed_account_is_out_at_once_and_comes_back_with_a_reason(
    house: Runtime, sign_in: SignIn
) -> None:
    person, first = sign_in("city"), sign_in("sec-a")
    granting.ask(house, B, "city", OFFICER, "x")
    assert send(first, "/administration/people/city/close", reason="").status_code == 303
    assert person.get("/account").status_code == 200, "nothing without a reason"
    assert send(first, "/administration/people/city/close", reason="调离").status_code == 303
    assert person.get("/account").status_code == 302
    assert sign_in("city").get("/account").status_code == 302
    page = text_of(first.get("/administration/people/city"))
    assert "调离" in page
    assert "未批准" in page, "what was asked for falls"
    assert send(first, "/administration/people/city/reopen", reason="返岗").status_code == 303
    assert sign_in("city").get("/account").status_code == 200
    assert actions(house, "city")[-2:] == ["account.close", "account.reopen"]


def test_nobody_closes_or_resets_the_own_account(house: Runtime, sign_in: SignIn) -> None:
    client = sign_in("sec-a")
    for deed in ("close", "reopen", "factor"):
        assert send(client, f"/administration/people/sec-a/{deed}", reason="x").status_code == 403
    assert client.get("/account").status_code == 200


def test_open_tasks_of_a_closed_account_go_back_to_the_office(house: Runtime, sign_in: SignIn) -> None:
    world.deploy_review(house)
    world.start_review(house, "2024-370100")
    with house.reading() as session:
        task = session.scalars(select(UserTask.id)).one()
    commands.claim(house, world.actor("city"), task)
    first = sign_in("sec-a")
    page = text_of(first.get("/administration/people/city"))
    assert "此人手中有未办任务 1 项" in page
    assert "2024-370100" not in page, "which case it is, is content"
    with pytest.raises(errors.AccountOpen):
        closing.give_back(house, A, "city", "x")
    with pytest.raises(Refusal, match="open account"):
        release(house, A, task, "city", "x")
    send(first, "/administration/people/city/close", reason="调离", tasks="1")
    with house.reading() as session:
        assert session.get_one(UserTask, task).assignee is None
        detail = session.scalars(select(Audit.detail).where(Audit.action == "task.release")).one()
        assert (detail["from"], detail["reason"]) == ("city", "调离")
    with pytest.raises(NotAllowed):
        closing.give_back(house, administrator("sys"), "city", "x")


# sessions and second factor


def test_sessions_of_somebody_are_ended_one_or_all(house: Runtime, sign_in: SignIn) -> None:
    one, two, first = sign_in("city"), sign_in("city"), sign_in("sec-a")
    with house.reading() as session:
        tokens = session.scalars(
            select(WebSession.token_sha256).where(WebSession.login == "city").order_by(WebSession.created_at)
        ).all()
    send(first, f"/administration/people/city/sessions/{tokens[0][:16]}")
    assert [one.get("/account").status_code, two.get("/account").status_code] == [302, 200]
    assert send(first, "/administration/people/county/sessions/" + tokens[1][:16]).status_code == 404
    send(first, "/administration/people/city/sessions")
    assert two.get("/account").status_code == 302
    assert first.get("/account").status_code == 200


def test_a_lost_second_factor_is_reset_with_a_reason_and_told(house: Runtime, sign_in: SignIn) -> None:
    with house.transaction() as tx:
        tx.session.execute(
            update(Account)
            .where(Account.login == "city")
            .values(
                totp_secret="1.x", totp_confirmed_at=tx.now, email="c@example.com", email_confirmed_at=tx.now
            )
        )
    send(sign_in("sec-a"), "/administration/people/city/factor", reason="手机丢失，已当面核实")
    account = _account(house, "city")
    assert (account.totp_secret, account.totp_confirmed_at) == (None, None)
    assert "两步验证" in mails(house, "c@example.com")[-1]["text"]
    assert "account.second_factor_reset" in actions(house, "city")
    assert sign_in("city", PASSWORD).get("/account").status_code == 200


# standing in


def test_an_absence_is_entered_for_somebody_who_is_away(house: Runtime, sign_in: SignIn) -> None:
    first = sign_in("sec-a")
    form = {"first": "2024-06-03", "last": "2024-06-07", "substitute": "second_officer", "reason": "住院"}
    assert send(first, "/administration/people/officer/absences", **form).status_code == 303
    with house.reading() as session:
        row = session.scalars(select(Absence)).one()
        assert (row.login, row.substitute, row.entered_by) == ("officer", "second_officer", "sec-a")
        told = set(session.scalars(select(Notification.login)))
        assert told == {"officer", "second_officer"}
    assert "代为登记" in text_of(first.get("/administration/people/officer"))
    send(first, f"/administration/people/officer/absences/{row.id}/end")
    with house.reading() as session:
        assert session.get_one(Absence, row.id).ended_at is not None


def test_an_absence_lends_an_administrator_nothing(house: Runtime, sign_in: SignIn) -> None:
    with house.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), "sec-a", "安全甲", [Grant("dept_officer", "370000")])
    form = {"first": "2024-06-03", "last": "2024-06-07", "substitute": "sec-a", "reason": "住院"}
    answer = send(sign_in("sec-a"), "/administration/people/officer/absences", **form)
    assert answer.status_code == 403
    for login, substitute in (("officer", "city"), ("officer", "officer"), ("officer", "nobody")):
        send(
            sign_in("sec-a"), f"/administration/people/{login}/absences", **{**form, "substitute": substitute}
        )
    with house.reading() as session:
        assert session.scalar(select(func.count()).select_from(Absence)) == 0


def _account(runtime: Runtime, login: str) -> Account:
    with runtime.reading() as session:
        return session.scalars(select(Account).where(Account.login == login)).one()


def _grant_for(runtime: Runtime, login: str, role: str) -> int:
    with runtime.reading() as session:
        rows = select(RoleGrant.id).where(RoleGrant.login == login, RoleGrant.role == role)
        return int(session.scalars(rows).one())
