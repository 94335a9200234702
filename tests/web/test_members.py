"""The people of an enterprise: invitations, roles, one's own account, forgotten passwords, sessions."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from engine import audit
from engine.accounts import members
from engine.clock import VirtualClock
from engine.runtime import Runtime
from engine.store.accounts import Invitation, OneTimeLink
from engine.store.people import Account, RoleGrant, WebSession
from engine.store.trail import Audit
from tests.web import world
from tests.web.account_world import GOOD, add_person, give_email, link, mails, post, text_of
from tests.web.conftest import PASSWORD, SignIn, token
from webapp import create_app
from webapp.settings import WebSettings

OTHER = "another quiet lantern 8"
PAGE = "/account/members"


@pytest.fixture
def boss(runtime: Runtime, sign_in: SignIn) -> FlaskClient:
    add_person(runtime, "boss", "enterprise_admin", "enterprise_filler", email="boss@example.com")
    return sign_in("boss", GOOD)


def invite(client: FlaskClient, **changed: str):  # type: ignore[no-untyped-def]
    form = {"name": "孙言", "email": "sun@example.com", "role": "enterprise_filler", **changed}
    return post(client, PAGE, **form)


def grant_of(runtime: Runtime, login: str, role: str) -> int:
    with runtime.reading() as session:
        return next(m.grant for m in members(session, world.USCC) if (m.login, m.role) == (login, role))


def test_an_invited_person_opens_an_account_with_that_role_only(
    app: Flask, runtime: Runtime, boss: FlaskClient, sign_in: SignIn
) -> None:
    assert invite(boss).status_code == 302
    stranger = app.test_client()
    answer = post(
        stranger, link(runtime, "sun@example.com"), login="sunyan", password_new=GOOD, password_again=GOOD
    )
    assert answer.headers["Location"] == "/sign-in"
    with runtime.reading() as session:
        held = session.execute(
            select(RoleGrant.role, RoleGrant.organisation).where(RoleGrant.login == "sunyan")
        ).all()
        account = session.scalars(select(Account).where(Account.login == "sunyan")).one()
        assert [tuple(row) for row in held] == [("enterprise_filler", world.USCC)]
        assert (account.email, account.email_confirmed_at is not None) == ("sun@example.com", True)
        assert audit.verify(session) is None
    assert sign_in("sunyan", GOOD).get(PAGE).status_code == 403, "a filler manages nobody"
    assert stranger.get(link(runtime, "sun@example.com")).status_code == 404, "the link is used up"


def test_an_invitation_is_accepted_with_the_account_one_has_under_a_new_token(
    runtime: Runtime, boss: FlaskClient, sign_in: SignIn
) -> None:
    add_person(runtime, "reader", "enterprise_viewer", email="reader@example.com")
    invite(boss, email="reader@example.com", role="legal_representative")
    reader = sign_in("reader", GOOD)
    before = reader.get_cookie("luzhi")
    address = link(runtime, "reader@example.com")
    answer = post(reader, address, address + "/join")
    assert answer.headers["Location"] == "/account"
    after = reader.get_cookie("luzhi")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert "法定代表人" in text_of(reader.get("/account"))
    reader.set_cookie("luzhi", before.value)
    assert reader.get("/account").status_code == 302, "the old token is nobody"


def test_an_official_cannot_work_for_an_applicant(
    runtime: Runtime, boss: FlaskClient, sign_in: SignIn
) -> None:
    invite(boss)
    address = link(runtime, "sun@example.com")
    answer = post(sign_in("city"), address, address + "/join")
    assert answer.status_code == 409
    assert "不能接受企业的邀请" in text_of(answer)


@pytest.mark.parametrize("role", ["city_officer", "sysadmin", "director", "nonsense"])
def test_an_enterprise_gives_no_role_of_an_office(boss: FlaskClient, runtime: Runtime, role: str) -> None:
    answer = invite(boss, role=role)
    assert answer.status_code == 422
    assert "不能授予这个角色" in text_of(answer)
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_a_withdrawn_or_old_invitation_opens_nothing(app: Flask, boss: FlaskClient, runtime: Runtime) -> None:
    invite(boss)
    address = link(runtime, "sun@example.com")
    post(boss, PAGE, "/account/invitations/1/withdraw", of=world.USCC)
    assert app.test_client().get(address).status_code == 404
    invite(boss)
    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.set(runtime.clock.now() + timedelta(days=7))
    assert app.test_client().get(link(runtime, "sun@example.com")).status_code == 404


def test_nobody_is_invited_twice_to_one_role(boss: FlaskClient, runtime: Runtime) -> None:
    invite(boss)
    again = invite(boss, email="SUN@example.com")
    assert again.status_code == 422
    assert "已被邀请" in text_of(again)
    assert invite(boss, email="boss@example.com").status_code == 422
    assert invite(boss, role="enterprise_viewer").status_code == 302


def test_an_enterprise_floods_nobody(boss: FlaskClient, runtime: Runtime) -> None:
    for number in range(30):
        assert invite(boss, email=f"a{number}@example.com").status_code == 302
    assert invite(boss, email="a31@example.com").status_code == 429


def test_all_that_is_missing_is_named_at_once(boss: FlaskClient) -> None:
    text = text_of(invite(boss, name="", email="", role=""))
    assert "有 3 处需要修改" in text


def test_a_withdrawn_role_ends_the_sessions_and_the_last_administrator_stays(
    runtime: Runtime, boss: FlaskClient, sign_in: SignIn
) -> None:
    add_person(runtime, "helper", "enterprise_admin")
    helper = sign_in("helper", GOOD)
    mine = grant_of(runtime, "boss", "enterprise_admin")
    theirs = grant_of(runtime, "helper", "enterprise_admin")
    post(boss, PAGE, f"{PAGE}/{theirs}/withdraw", of=world.USCC)
    assert helper.get("/account").status_code == 302
    last = post(boss, PAGE, f"{PAGE}/{mine}/withdraw", of=world.USCC)
    assert last.status_code == 409
    assert "至少要有一名企业管理员" in text_of(last)
    with runtime.reading() as session:
        assert "grant.withdraw" in set(session.scalars(select(Audit.action)))


def test_an_administrator_may_step_down_when_there_is_another(runtime: Runtime, boss: FlaskClient) -> None:
    add_person(runtime, "helper", "enterprise_admin")
    mine = grant_of(runtime, "boss", "enterprise_admin")
    answer = post(boss, PAGE, f"{PAGE}/{mine}/withdraw", of=world.USCC)
    assert answer.headers["Location"] == "/account"
    assert boss.get(PAGE).status_code == 403


def test_nobody_reaches_into_another_enterprise(runtime: Runtime, boss: FlaskClient, sign_in: SignIn) -> None:
    csrf = token(boss.get(PAGE))
    assert boss.get(f"{PAGE}?of=91370200264574251E").status_code == 403
    form = {"csrf_token": csrf, "of": "370100", "name": "x", "email": "x@example.com"}
    assert boss.post(PAGE, data={**form, "role": "enterprise_filler"}).status_code == 403
    with runtime.reading() as session:
        foreign = session.scalar(select(RoleGrant.id).where(RoleGrant.login == "city"))
    answer = boss.post(f"{PAGE}/{foreign}/withdraw", data={"csrf_token": csrf, "of": world.USCC})
    assert answer.status_code == 404
    for who in ("city", "filler", "owner"):
        assert sign_in(who).get(PAGE).status_code == 403


# forgotten passwords


def test_a_forgotten_password_is_replaced_once_and_every_session_ends(
    app: Flask, runtime: Runtime, sign_in: SignIn
) -> None:
    give_email(runtime, "filler", "filler@example.com")
    signed_in, stranger = sign_in("filler"), app.test_client()
    post(stranger, "/sign-in/forgot", email="filler@example.com")
    address = link(runtime, "filler@example.com")
    form = {"password_new": OTHER, "password_again": OTHER}
    assert post(stranger, address, **form).headers["Location"] == "/sign-in"
    assert signed_in.get("/account").status_code == 302
    assert sign_in("filler", OTHER).get("/account").status_code == 200
    assert sign_in("filler", PASSWORD).get("/account").status_code == 302
    assert stranger.get(address).status_code == 404
    assert "密码已更改" in mails(runtime, "filler@example.com")[-1]["text"]


def test_an_unknown_address_gets_the_same_answer(client: FlaskClient, runtime: Runtime) -> None:
    give_email(runtime, "filler", "filler@example.com")
    known = post(client, "/sign-in/forgot", email="filler@example.com")
    unknown = post(client, "/sign-in/forgot", email="nobody@example.com")
    assert (known.status_code, known.headers["Location"], known.get_data()) == (
        unknown.status_code,
        unknown.headers["Location"],
        unknown.get_data(),
    )
    assert len(mails(runtime)) == 1


def test_an_address_that_was_never_confirmed_resets_nothing(client: FlaskClient, runtime: Runtime) -> None:
    with runtime.transaction() as tx:
        tx.session.execute(update(Account).values(email="all@example.com"))
    post(client, "/sign-in/forgot", email="all@example.com")
    assert mails(runtime) == []


def test_a_mailbox_is_not_flooded_and_only_the_newest_link_works(
    client: FlaskClient, runtime: Runtime
) -> None:
    give_email(runtime, "filler", "filler@example.com")
    for _ in range(5):
        post(client, "/sign-in/forgot", email="filler@example.com")
    sent = mails(runtime, "filler@example.com")
    assert len(sent) == 3
    assert client.get(sent[0]["link"]).status_code == 404
    assert client.get(sent[2]["link"]).status_code == 200


def test_a_reset_link_ends_after_half_an_hour_and_is_kept_as_a_hash(
    client: FlaskClient, runtime: Runtime
) -> None:
    give_email(runtime, "filler", "filler@example.com")
    post(client, "/sign-in/forgot", email="filler@example.com")
    address = link(runtime, "filler@example.com")
    with runtime.transaction() as tx:
        row = tx.session.scalars(select(OneTimeLink)).one()
        assert address.rpartition("/")[2] not in (row.token_sha256, row.subject)
        row.expires_at = row.created_at
    assert client.get(address).status_code == 404


# one's own account


def test_a_changed_password_ends_the_other_sessions_and_gives_this_one_a_new_token(
    sign_in: SignIn, runtime: Runtime
) -> None:
    here, there = sign_in("filler"), sign_in("filler")
    before = here.get_cookie("luzhi")
    form = {"password": PASSWORD, "password_new": OTHER, "password_again": OTHER}
    assert post(here, "/account/password", **form).headers["Location"] == "/account"
    after = here.get_cookie("luzhi")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"password": "wrong"}, "当前密码不正确"),
        ({"password_again": "something else"}, "两次输入的密码不一致"),
        ({"password_new": "short", "password_again": "short"}, "不够安全"),
        ({"password_new": ""}, "请输入新密码"),
    ],
)
def test_a_password_that_may_not_be_is_refused_by_name(
    sign_in: SignIn, form: dict[str, str], said: str
) -> None:
    given = {"password": PASSWORD, "password_new": OTHER, "password_again": OTHER, **form}
    answer = post(sign_in("filler"), "/account/password", **given)
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_the_present_password_cannot_be_guessed_there_either(sign_in: SignIn) -> None:
    client = sign_in("filler")
    form = {"password": "wrong", "password_new": OTHER, "password_again": OTHER}
    codes = [post(client, "/account/password", **form).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]


def test_a_new_address_counts_once_its_link_is_confirmed(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("filler")
    post(client, "/account/email", email="new@example.com", password=PASSWORD)
    with runtime.reading() as session:
        assert session.scalar(select(Account.email).where(Account.login == "filler")) is None
    address = link(runtime, "new@example.com")
    assert post(sign_in("city"), address).status_code == 404, "somebody else's link"


def test_and_then_it_is_the_persons_address(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("filler")
    post(client, "/account/email", email="new@example.com", password=PASSWORD)
    assert post(client, link(runtime, "new@example.com")).headers["Location"] == "/account"
    with runtime.reading() as session:
        assert session.scalar(select(Account.email).where(Account.login == "filler")) == "new@example.com"


def test_sessions_are_listed_and_ended_one_by_one_or_all(sign_in: SignIn, runtime: Runtime) -> None:
    here, there, other = sign_in("filler"), sign_in("filler"), sign_in("city")
    with runtime.reading() as session:
        cookie = there.get_cookie("luzhi")
        assert cookie is not None
        rows = session.scalars(select(WebSession).where(WebSession.login == "filler")).all()
        assert len(rows) == 2
        foreign = session.scalars(select(WebSession).where(WebSession.login == "city")).one()
    page = text_of(here.get("/account"))
    assert page.count("werkzeug") + page.count("Werkzeug") >= 2, "each names its browser"
    denied = post(here, "/account", f"/account/sessions/{foreign.token_sha256[:16]}/end", password=PASSWORD)
    assert denied.status_code == 404
    assert here.get(f"/account/sessions/{foreign.token_sha256[:16]}/end").status_code == 404
    assert other.get("/account").status_code == 200
    answer = post(here, "/account/sessions/end-others", password=PASSWORD)
    assert answer.headers["Location"] == "/account"
    assert there.get("/account").status_code == 302
    assert here.get("/account").status_code == 200


def other_sessions(page: str) -> list[str]:
    """Where the account page leads to end each session but the one that looks."""
    return re.findall(r'href="(/account/sessions/[0-9a-f]+/end)"', page)


def test_a_session_ends_only_after_the_password_once_more(sign_in: SignIn) -> None:
    here, there = sign_in("filler"), sign_in("filler")
    (address,) = other_sessions(text_of(here.get("/account")))
    for way in (address, "/account/sessions/end-others"):
        for given in ({}, {"password": "wrong"}):
            answer = post(here, way, **given)
            assert answer.status_code == 422
            assert "当前密码不正确" in text_of(answer)
    assert there.get("/account").status_code == 200, "and nothing was ended"
    assert post(here, address, password=PASSWORD).headers["Location"] == "/account"
    assert there.get("/account").status_code == 302
    assert other_sessions(text_of(here.get("/account"))) == []
    assert here.get(address).status_code == 404, "it has ended"
    assert "没有其他登录" in text_of(here.get("/account/sessions/end-others"))


def test_nor_can_the_password_be_guessed_by_ending_sessions(sign_in: SignIn) -> None:
    client = sign_in("filler")
    sign_in("filler")
    codes = [post(client, "/account/sessions/end-others", password="wrong").status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]


def test_an_account_without_a_password_has_none_to_be_asked_for(sign_in: SignIn, runtime: Runtime) -> None:
    here, there = sign_in("filler"), sign_in("filler")
    with runtime.transaction() as tx:
        tx.session.execute(update(Account).where(Account.login == "filler").values(password_hash=None))
    assert "当前密码" not in text_of(here.get("/account/sessions/end-others"))
    assert post(here, "/account/sessions/end-others").headers["Location"] == "/account"
    assert there.get("/account").status_code == 302


def test_the_last_sign_ins_are_shown_failures_too(client: FlaskClient, sign_in: SignIn) -> None:
    form = {"login": "filler", "password": "wrong", "csrf_token": token(client.get("/sign-in"))}
    client.post("/sign-in", data=form)
    page = text_of(sign_in("filler").get("/account"))
    assert "未成功" in page
    assert "成功" in page
    assert "127.0.0.1" in page


def test_a_shared_demonstration_account_is_locked_by_nobody(
    runtime: Runtime, settings: WebSettings, app: Flask
) -> None:
    with runtime.transaction() as tx:
        tx.session.execute(update(Account).where(Account.login == "filler").values(password_hash=None))
    client = create_app(runtime, settings.model_copy(update={"demo": True})).test_client()
    post(client, "/sign-in", "/sign-in/demo", login="filler")
    for page, action in (
        ("/account/password", "/account/password"),
        ("/account/email", "/account/email"),
        ("/account/second-factor", "/account/second-factor/begin"),
    ):
        form = {"password_new": OTHER, "password_again": OTHER, "email": "x@example.com"}
        assert post(client, page, action, **form).status_code == 409
    with runtime.reading() as session:
        account = session.scalars(select(Account).where(Account.login == "filler")).one()
        assert (account.password_hash, account.totp_secret, mails(runtime)) == (None, None, [])
