"""Signing in: passwords, throttle, session rotation, ending sessions, redirects."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from engine.runtime import Runtime
from engine.store.people import Account, LoginAttempt, WebSession
from tests.web.conftest import PASSWORD, SignIn, token
from webapp import create_app, sessions
from webapp.settings import WebSettings


def post_sign_in(client: FlaskClient, login: str, password: str, **more: str):  # type: ignore[no-untyped-def]
    form = {"login": login, "password": password, "csrf_token": token(client.get("/sign-in")), **more}
    return client.post("/sign-in", data=form)


def test_the_right_password_opens_the_inbox(client: FlaskClient) -> None:
    answer = post_sign_in(client, "city", PASSWORD)
    assert answer.headers["Location"] == "/inbox"
    page = client.get("/inbox").get_data(as_text=True)
    assert "李强" in page
    assert "济南市 市局经办" in page


def test_wrong_password_unknown_login_and_closed_account_look_the_same(
    client: FlaskClient, runtime: Runtime
) -> None:
    with runtime.transaction() as tx:
        tx.session.execute(update(Account).where(Account.login == "head").values(active=False))
    answers = [
        post_sign_in(client, login, password)
        for login, password in (("city", "wrong"), ("nobody", "wrong"), ("head", PASSWORD))
    ]
    for answer in answers:
        text = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "账号或密码不正确，请核对后重新输入。" in text
        assert "<title>错误：登录" in text
        assert PASSWORD not in text


def test_an_empty_form_names_every_missing_field_at_once(client: FlaskClient) -> None:
    text = post_sign_in(client, "", "").get_data(as_text=True)
    assert text.count("请输入账号。") == 2
    assert text.count("请输入密码。") == 2
    assert 'href="#password"' in text


def test_five_failures_lock_a_login_even_for_the_right_password(
    client: FlaskClient, runtime: Runtime
) -> None:
    for _ in range(5):
        assert post_sign_in(client, "city", "wrong").status_code == 422
    locked = post_sign_in(client, "city", PASSWORD)
    assert locked.status_code == 429
    assert "15 分钟" in locked.get_data(as_text=True)
    assert post_sign_in(client, "county", PASSWORD).status_code == 302


def test_the_lock_ends_by_the_machines_clock(client: FlaskClient, runtime: Runtime) -> None:
    for _ in range(5):
        post_sign_in(client, "city", "wrong")
    with runtime.transaction() as tx:
        tx.session.execute(update(LoginAttempt).values(at=sessions.CLOCK.now() - timedelta(minutes=16)))
    assert post_sign_in(client, "city", PASSWORD).status_code == 302


def test_successes_do_not_count_as_failures(client: FlaskClient) -> None:
    for _ in range(7):
        assert post_sign_in(client, "city", PASSWORD).status_code == 302
        client.post("/sign-out", data={"csrf_token": token(client.get("/inbox"))})


def test_tries_at_the_same_moment_are_counted_one_by_one(app: Flask, runtime: Runtime) -> None:
    clients = [app.test_client() for _ in range(12)]
    forms = [{"login": "city", "password": "wrong", "csrf_token": token(c.get("/sign-in"))} for c in clients]
    gate = threading.Barrier(len(clients))
    codes: list[int] = []

    def attempt(client: FlaskClient, form: dict[str, str]) -> None:
        gate.wait()
        codes.append(client.post("/sign-in", data=form).status_code)

    threads = [threading.Thread(target=attempt, args=pair) for pair in zip(clients, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [422] * 5 + [429] * 7
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 5


def test_signing_in_makes_a_new_session_and_ends_nothing_else(client: FlaskClient, sign_in: SignIn) -> None:
    client.get("/sign-in")
    before = client.get_cookie("luzhi")
    post_sign_in(client, "city", PASSWORD)
    after = client.get_cookie("luzhi")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert sign_in("city").get_cookie("luzhi") != after
    assert client.get("/inbox").status_code == 200


def test_signing_out_ends_the_session_in_the_table(client: FlaskClient, runtime: Runtime) -> None:
    post_sign_in(client, "city", PASSWORD)
    cookie = client.get_cookie("luzhi")
    assert cookie is not None
    client.post("/sign-out", data={"csrf_token": token(client.get("/inbox"))})
    client.set_cookie("luzhi", cookie.value)
    assert client.get("/inbox").status_code == 302
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(WebSession)) == 0


def test_sessions_of_a_person_can_be_ended_from_elsewhere(client: FlaskClient, runtime: Runtime) -> None:
    post_sign_in(client, "city", PASSWORD)
    with runtime.transaction() as tx:
        assert sessions.end_all(tx.session, "city") == 1
    assert client.get("/inbox").status_code == 302


@pytest.mark.parametrize("late", [{"seen_at": timedelta(minutes=61)}, {"expires_at": timedelta(0)}])
def test_a_session_ends_when_idle_and_in_any_case_after_a_day(
    client: FlaskClient, runtime: Runtime, late: dict[str, timedelta]
) -> None:
    post_sign_in(client, "city", PASSWORD)
    now = sessions.CLOCK.now()
    with runtime.transaction() as tx:
        tx.session.execute(update(WebSession).values({name: now - by for name, by in late.items()}))
    assert client.get("/inbox").status_code == 302


def test_a_forged_cookie_is_nobody(client: FlaskClient) -> None:
    for value in ("t.guess", "eyJfdXNlcl9pZCI6ImNpdHkifQ.x.y", "garbage", ""):
        client.set_cookie("luzhi", value)
        assert client.get("/inbox").status_code == 302


def test_a_withdrawn_role_is_gone_with_the_next_click(client: FlaskClient, runtime: Runtime) -> None:
    from engine.store.people import RoleGrant

    post_sign_in(client, "city", PASSWORD)
    with runtime.transaction() as tx:
        tx.session.execute(update(RoleGrant).where(RoleGrant.login == "city").values(revoked_at=tx.now))
    assert "市局经办" not in client.get("/inbox").get_data(as_text=True)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "\\\\evil"],
)
def test_next_never_leads_to_another_site(client: FlaskClient, target: str) -> None:
    assert post_sign_in(client, "city", PASSWORD, next=target).headers["Location"] == "/inbox"
    assert client.get("/language/en", query_string={"next": target}).headers["Location"] == "/"


def test_one_click_sign_in_exists_in_a_demonstration_only(
    client: FlaskClient, runtime: Runtime, settings: WebSettings
) -> None:
    form = {"login": "city", "csrf_token": token(client.get("/sign-in"))}
    assert client.post("/sign-in/demo", data=form).status_code == 404
    with runtime.transaction() as tx:
        tx.session.execute(update(Account).where(Account.login == "county").values(password_hash=None))
    demo = create_app(runtime, settings.model_copy(update={"demo": True})).test_client()
    page = demo.get("/sign-in")
    assert "赵敏" in page.get_data(as_text=True)
    assert "李强" not in page.get_data(as_text=True), "an account with a password is no demo account"
    csrf = token(page)
    assert demo.post("/sign-in/demo", data={"login": "city", "csrf_token": csrf}).status_code == 404
    assert (
        demo.post("/sign-in/demo", data={"login": "county", "csrf_token": csrf}).headers["Location"]
        == "/inbox"
    )


def test_signing_in_and_failing_to_is_logged_without_the_password(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    post_sign_in(client, "city", "not-the-password")
    post_sign_in(client, "typed-into-the-wrong-field", "city")
    post_sign_in(client, "city", PASSWORD)
    logged = capsys.readouterr().err
    assert '"event": "sign-in failed"' in logged
    assert '"event": "signed in"' in logged
    assert "not-the-password" not in logged
    assert "typed-into-the-wrong-field" not in logged
    assert PASSWORD not in logged
