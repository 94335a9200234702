"""The second factor: turned on with a code, asked for at sign-in, each code once, recovery codes, the setting."""

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select, update

from engine.accounts import second_factor
from engine.accounts.errors import WrongCode
from engine.accounts.sealing import Box, SealBroken
from engine.runtime import Runtime
from engine.store.accounts import RecoveryCode
from engine.store.people import Account, LoginAttempt
from tests.web.account_world import post, text_of
from tests.web.administration_world import add_administrators
from tests.web.conftest import PASSWORD, SignIn, token
from webapp import create_app, sessions
from webapp.settings import WebSettings

PAGE = "/account/second-factor"


BOX = Box("test-key-of-enough-length-0123456789")
"""As the site of the tests seals."""


def kept(runtime: Runtime, login: str = "filler") -> str:
    with runtime.reading() as session:
        return str(session.scalar(select(Account.totp_secret).where(Account.login == login)))


def secret_of(runtime: Runtime, login: str = "filler") -> str:
    return BOX.open(kept(runtime, login), login)


def code(runtime: Runtime, login: str = "filler", steps: int = 0) -> str:
    return pyotp.TOTP(secret_of(runtime, login)).at(sessions.CLOCK.now(), counter_offset=steps)


def forget_used(runtime: Runtime) -> None:
    """As if half a minute had passed: the code of this half minute is free again."""
    with runtime.transaction() as tx:
        tx.session.execute(update(Account).values(totp_step=None))


@pytest.fixture
def enrolled(sign_in: SignIn, runtime: Runtime) -> list[str]:
    """The person `filler` has turned it on; the recovery codes."""
    client = sign_in("filler")
    post(client, PAGE, PAGE + "/begin", password=PASSWORD)
    shown = post(client, PAGE, PAGE + "/confirm", code=code(runtime))
    forget_used(runtime)
    return re.findall(r"<code>([A-Z2-7-]{27})</code>", shown.get_data(as_text=True))


def half(client: FlaskClient, login: str = "filler") -> FlaskClient:
    answer = post(client, "/sign-in", login=login, password=PASSWORD, next="/account")
    assert answer.headers["Location"] == "/sign-in/code"
    return client


def test_it_is_turned_on_with_a_code_and_shows_its_recovery_codes_once(
    enrolled: list[str], runtime: Runtime
) -> None:
    assert len(set(enrolled)) == 8
    with runtime.reading() as session:
        kept = set(session.scalars(select(RecoveryCode.code_sha256)))
        assert len(kept) == 8
        assert not kept & set(enrolled), "only hashes are kept"


def test_the_qr_code_is_a_picture_for_its_owner_until_it_is_confirmed(
    sign_in: SignIn, runtime: Runtime
) -> None:
    client = sign_in("filler")
    assert client.get(PAGE + "/qr.png").status_code == 404
    post(client, PAGE, PAGE + "/begin", password=PASSWORD)
    picture = client.get(PAGE + "/qr.png")
    assert picture.mimetype == "image/png"
    assert picture.data.startswith(b"\x89PNG")
    assert picture.headers["Cache-Control"] == "no-store"
    assert sign_in("city").get(PAGE + "/qr.png").status_code == 404
    post(client, PAGE, PAGE + "/confirm", code=code(runtime))
    assert client.get(PAGE + "/qr.png").status_code == 404
    assert secret_of(runtime) not in text_of(client.get(PAGE)).replace(" ", "")


def test_the_password_alone_opens_nothing(client: FlaskClient, enrolled: list[str]) -> None:
    half(client)
    assert client.get("/account").status_code == 302
    assert client.get("/inbox").status_code == 302


def test_password_and_code_open_the_page_that_was_asked_for(
    client: FlaskClient, enrolled: list[str], runtime: Runtime
) -> None:
    half(client)
    before = client.get_cookie("luzhi")
    answer = post(client, "/sign-in/code", code=code(runtime))
    assert answer.headers["Location"] == "/account"
    after = client.get_cookie("luzhi")
    assert before is not None
    assert after is not None
    assert after.value.startswith("t.")
    assert not before.value.startswith("t.")
    with runtime.reading() as session:
        tries = session.scalars(select(LoginAttempt).where(LoginAttempt.login == "filler")).all()
        assert all(one.succeeded for one in tries), "nothing is left that counts as a failure"


def test_a_code_works_once(app: Flask, enrolled: list[str], runtime: Runtime) -> None:
    typed = code(runtime)
    assert post(half(app.test_client()), "/sign-in/code", code=typed).status_code == 302
    replayed = post(half(app.test_client()), "/sign-in/code", code=typed)
    assert replayed.status_code == 422
    assert "已经用过" in text_of(replayed)
    earlier = code(runtime, steps=-1)
    assert post(half(app.test_client()), "/sign-in/code", code=earlier).status_code == 422


@pytest.mark.parametrize("typed", ["000000", "", "12345", "abcdef", "１２３４５６", "0" * 400])
def test_a_wrong_code_is_refused(client: FlaskClient, enrolled: list[str], typed: str) -> None:
    assert post(half(client), "/sign-in/code", code=typed).status_code == 422


def test_codes_cannot_be_guessed(client: FlaskClient, enrolled: list[str], runtime: Runtime) -> None:
    half(client)
    codes = [post(client, "/sign-in/code", code="000000").status_code for _ in range(5)]
    assert codes == [422] * 4 + [429], "the password's own try counts until the code is right"
    assert post(client, "/sign-in/code", code=code(runtime)).status_code == 429


def test_a_recovery_code_opens_once(app: Flask, enrolled: list[str], runtime: Runtime) -> None:
    answer = post(half(app.test_client()), "/sign-in/code", code=enrolled[0].lower().replace("-", " "))
    assert answer.status_code == 302
    assert post(half(app.test_client()), "/sign-in/code", code=enrolled[0]).status_code == 422
    with runtime.reading() as session:
        assert second_factor.codes_left(session, "filler") == 7


def test_the_way_between_password_and_code_ends_after_ten_minutes(
    client: FlaskClient, enrolled: list[str], monkeypatch: pytest.MonkeyPatch, runtime: Runtime
) -> None:
    half(client)
    late = sessions.CLOCK.now() + timedelta(minutes=10)

    class Late:
        def now(self):  # type: ignore[no-untyped-def]
            return late

    monkeypatch.setattr(sessions, "CLOCK", Late())
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_a_changed_password_ends_it_too(client: FlaskClient, enrolled: list[str], runtime: Runtime) -> None:
    half(client)
    with runtime.transaction() as tx:
        tx.session.execute(update(Account).where(Account.login == "filler").values(password_hash="other"))
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_without_a_password_there_is_no_second_step(client: FlaskClient, enrolled: list[str]) -> None:
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in"
    form = {"csrf_token": token(client.get("/sign-in")), "code": "123456"}
    assert client.post("/sign-in/code", data=form).headers["Location"] == "/sign-in"


def test_it_is_turned_off_with_password_and_code_only(
    app: Flask, enrolled: list[str], runtime: Runtime
) -> None:
    client = app.test_client()
    post(half(client), "/sign-in/code", code=code(runtime))
    assert post(client, PAGE, PAGE + "/off", password="wrong", code="000000").status_code == 422
    assert post(client, PAGE, PAGE + "/off", password=PASSWORD, code="000000").status_code == 422
    forget_used(runtime)
    off = post(client, PAGE, PAGE + "/off", password=PASSWORD, code=code(runtime))
    assert off.headers["Location"] == "/account"
    assert kept(runtime) == "None"


def test_new_recovery_codes_end_the_old_ones(app: Flask, enrolled: list[str], runtime: Runtime) -> None:
    client = app.test_client()
    post(half(client), "/sign-in/code", code=code(runtime))
    shown = post(client, PAGE, PAGE + "/codes", password=PASSWORD)
    assert len(re.findall(r"<code>([A-Z2-7-]{27})</code>", shown.get_data(as_text=True))) == 8
    assert post(half(app.test_client()), "/sign-in/code", code=enrolled[1]).status_code == 422


def test_turning_it_on_ends_the_other_sessions(sign_in: SignIn, runtime: Runtime) -> None:
    here, there = sign_in("filler"), sign_in("filler")
    post(here, PAGE, PAGE + "/begin", password=PASSWORD)
    post(here, PAGE, PAGE + "/confirm", code=code(runtime))
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302


def test_the_setting_keeps_officials_at_the_second_factor_until_it_is_on(
    runtime: Runtime, settings: WebSettings, app: Flask
) -> None:
    wanted = {"second_factor_for_officials": True, "second_factor_grace_days": 0}
    strict = create_app(runtime, settings.model_copy(update=wanted))
    client = strict.test_client()
    answer = post(client, "/sign-in", login="city", password=PASSWORD)
    assert answer.headers["Location"].startswith(PAGE)
    assert client.get("/inbox").headers["Location"] == PAGE
    assert client.get("/v2/user-tasks/1").status_code == 403
    post(client, PAGE, PAGE + "/begin", password=PASSWORD)
    post(client, PAGE, PAGE + "/confirm", code=code(runtime, "city"))
    assert client.get("/inbox").status_code == 200
    forget_used(runtime)
    off = {"password": PASSWORD, "code": code(runtime, "city")}
    assert post(client, PAGE, PAGE + "/off", **off).status_code == 302
    assert client.get("/inbox").headers["Location"] == PAGE, "turned off, it is asked for again"
    enterprise = strict.test_client()
    assert post(enterprise, "/sign-in", login="filler", password=PASSWORD).status_code == 302
    assert enterprise.get("/account").status_code == 200, "enterprises may, officials must"


def test_it_is_asked_for_everywhere_but_in_a_demonstration() -> None:
    plain = {"_env_file": None, "secret_key": "x" * 40}
    assert WebSettings(**plain).asks_officials()
    assert not WebSettings(**plain, demo=True).asks_officials()
    assert not WebSettings(**plain, second_factor_for_officials=False).asks_officials()


def test_officials_have_some_days_from_their_first_sign_in_and_no_more(
    runtime: Runtime, settings: WebSettings, app: Flask
) -> None:
    strict = create_app(runtime, settings.model_copy(update={"second_factor_for_officials": True}))
    client = strict.test_client()
    answer = post(client, "/sign-in", login="city", password=PASSWORD, next="/inbox")
    assert answer.headers["Location"] == PAGE + "?next=/inbox"
    assert 'href="/inbox">以后再说' in client.get(answer.headers["Location"]).get_data(as_text=True)
    assert 'href="//evil' not in client.get(PAGE + "?next=//evil.example").get_data(as_text=True)
    assert client.get("/inbox").status_code == 200
    with runtime.transaction() as tx:
        tx.session.execute(update(Account).values(factor_due_at=sessions.CLOCK.now()))
    late = strict.test_client()
    post(late, "/sign-in", login="city", password=PASSWORD)
    assert late.get("/inbox").headers["Location"] == PAGE


def test_administrators_have_no_days(runtime: Runtime, settings: WebSettings, app: Flask) -> None:
    add_administrators(runtime, "sys")
    strict = create_app(runtime, settings.model_copy(update={"second_factor_for_officials": True}))
    client = strict.test_client()
    post(client, "/sign-in", login="sys", password=PASSWORD)
    assert client.get("/administration/").headers["Location"] == PAGE


def test_the_code_is_bound_to_the_machines_clock_with_one_step_of_drift(
    enrolled: list[str], runtime: Runtime
) -> None:
    now = sessions.CLOCK.now()
    totp = pyotp.TOTP(secret_of(runtime))
    with runtime.transaction() as tx, pytest.raises(WrongCode):
        second_factor.check(tx.session, "filler", totp.at(now, counter_offset=-2), box=BOX, at=now)
    with runtime.transaction() as tx:
        early = totp.at(now, counter_offset=-1)
        assert second_factor.check(tx.session, "filler", early, box=BOX, at=now) == "totp"


def test_the_secret_is_sealed_for_its_owner_alone(enrolled: list[str], runtime: Runtime) -> None:
    sealed, plain = kept(runtime), secret_of(runtime)
    assert plain not in sealed
    assert BOX.seal(plain, "filler") != sealed, "each time another text"
    for box, owner, text in (
        (BOX, "county", sealed),
        (Box("another key"), "filler", sealed),
        (BOX, "filler", plain),
        (BOX, "filler", sealed[:-3] + ("AAA" if sealed[-3:] != "AAA" else "BBB")),
        (BOX, "filler", "1.é"),
        (BOX, "filler", "1."),
    ):
        with pytest.raises(SealBroken):
            box.open(text, owner)


def test_under_another_key_a_recovery_code_still_lets_its_owner_in(
    enrolled: list[str], runtime: Runtime, settings: WebSettings, app: Flask
) -> None:
    moved = create_app(runtime, settings.model_copy(update={"secret_key": SecretStr("a new key")}))
    client = half(moved.test_client())
    refused = post(client, "/sign-in/code", code=code(runtime))
    assert refused.status_code == 422
    assert "系统更换了密钥" in text_of(refused)
    assert post(client, "/sign-in/code", code=enrolled[0]).status_code == 302
    off = post(client, PAGE, PAGE + "/off", password=PASSWORD, code=enrolled[1])
    assert off.status_code == 302
    post(client, PAGE, PAGE + "/begin", password=PASSWORD)
    assert "密钥" in text_of(client.get(PAGE))
