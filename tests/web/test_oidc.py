"""Signing in through an identity provider: the whole code flow against one on this machine, and its lies."""

from collections.abc import Callable, Iterator

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from engine import audit
from engine.runtime import Runtime
from engine.store.accounts import ExternalIdentity
from engine.store.people import Account, Organisation, RoleGrant
from tests.web import identity_provider, world
from tests.web.account_world import GOOD, KNOWN_USCC, NEW_USCC, add_enterprise, add_person, post, text_of
from tests.web.conftest import PASSWORD
from tests.web.identity_provider import CLIENT, SECRET, Provider, answer_of
from webapp import create_app
from webapp.account.provider import Provider as TalksTo
from webapp.settings import WebSettings

Site = Callable[..., Flask]


@pytest.fixture
def provider(app: Flask) -> Iterator[Provider]:
    with identity_provider.running() as provider:
        yield provider


@pytest.fixture
def site(app: Flask, runtime: Runtime, settings: WebSettings, provider: Provider) -> Site:
    """`site(oidc_register=True)` is the application with this provider and these settings."""

    def make(**more: object) -> Flask:
        oidc = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
        return create_app(runtime, WebSettings(**{**settings.model_dump(), **oidc, **more}))

    return make


def go(client: FlaskClient, start: str = "/sign-in/provider") -> str:
    """Leave, let the provider answer, and the address with which it sends one back."""
    away = client.get(start)
    assert away.status_code == 302
    answer = requests.get(away.headers["Location"], allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    return "/sign-in/provider/callback?" + answer.headers["Location"].partition("?")[2]


def sign_in(client: FlaskClient) -> TestResponse:
    return client.get(go(client))


def link_identity(runtime: Runtime, provider: Provider, login: str = "filler") -> None:
    with runtime.transaction() as tx:
        row = ExternalIdentity(issuer=provider.issuer, subject="person-1", login=login, linked_at=tx.now)
        tx.session.add(row)


def test_the_way_there_has_pkce_state_and_nonce_and_names_only_this_site(
    site: Site, provider: Provider
) -> None:
    asked = answer_of(site().test_client().get("/sign-in/provider").headers["Location"])
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 32
    assert len(asked["nonce"]) >= 32
    assert asked["redirect_uri"].endswith("/sign-in/provider/callback")
    assert SECRET not in str(asked)


def test_a_linked_person_comes_in_with_a_new_session(
    site: Site, provider: Provider, runtime: Runtime
) -> None:
    link_identity(runtime, provider)
    client = site().test_client()
    client.get("/sign-in")
    answer = sign_in(client)
    assert answer.status_code == 302
    assert "王晓" in text_of(client.get("/account"))
    cookie = client.get_cookie("luzhi")
    assert cookie is not None
    assert cookie.value.startswith("t.")


def test_an_unknown_person_gets_no_account_unless_the_setting_says_so(
    site: Site, provider: Provider, runtime: Runtime
) -> None:
    provider.claims = {"uscc": world.USCC, "preferred_username": "filler"}
    answer = sign_in(site().test_client())
    assert answer.status_code == 403
    assert "没有对应的账号" in text_of(answer)
    with runtime.reading() as session:
        assert session.scalars(select(ExternalIdentity)).all() == []


def test_equal_logins_link_only_by_setting_and_inside_the_enterprise(
    site: Site, provider: Provider, runtime: Runtime
) -> None:
    by_login = site(oidc_login_claim="preferred_username")
    provider.claims = {"preferred_username": "filler", "uscc": NEW_USCC}
    assert sign_in(by_login.test_client()).status_code == 403, "another enterprise's filler"
    provider.claims = {"preferred_username": "filler", "uscc": world.USCC}
    assert sign_in(by_login.test_client()).status_code == 302
    provider.claims["sub"] = "person-2"
    assert sign_in(by_login.test_client()).status_code == 403, "the account is somebody's already"


def test_people_of_a_vouched_enterprise_get_an_account_where_the_setting_says_so(
    site: Site, provider: Provider, runtime: Runtime
) -> None:
    add_enterprise(runtime)
    provider.claims = {"uscc": KNOWN_USCC, "name": "韩青", "preferred_username": "hanqing"}
    open_site = site(oidc_register=True, oidc_login_claim="preferred_username")
    client = open_site.test_client()
    assert sign_in(client).status_code == 302
    assert "韩青" in text_of(client.get("/account"))
    provider.claims = {**provider.claims, "sub": "person-2", "preferred_username": "second"}
    assert sign_in(open_site.test_client()).status_code == 302
    with runtime.reading() as session:
        roles = {
            login: set(session.scalars(select(RoleGrant.role).where(RoleGrant.login == login)))
            for login in ("hanqing", "second")
        }
        assert roles["hanqing"] == {"enterprise_admin", "enterprise_filler"}, "the first one administers"
        assert roles["second"] == {"enterprise_filler"}
        assert audit.verify(session) is None


def test_a_new_enterprise_is_entered_only_under_a_real_county(
    site: Site, provider: Provider, runtime: Runtime
) -> None:
    claims = {"uscc": NEW_USCC, "name": "韩青", "enterprise": "青岛样例机床有限公司"}
    client = site(oidc_register=True).test_client()
    for county in ("", "370100", "999999"):
        provider.claims = {**claims, "county": county}
        assert sign_in(client).status_code == 403
    provider.claims = {**claims, "county": "370102"}
    assert sign_in(client).status_code == 302
    with runtime.reading() as session:
        assert session.get_one(Organisation, NEW_USCC).parent == "370102"


def test_an_office_is_no_enterprise_whatever_the_provider_says(
    site: Site, provider: Provider, runtime: Runtime
) -> None:
    provider.claims = {"uscc": "370100", "enterprise": "济南市", "county": "370102"}
    assert sign_in(site(oidc_register=True).test_client()).status_code == 403


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"azp": "another-client"},
        {"discovered": "https://elsewhere.example"},
    ],
    ids=str,
)
def test_a_lie_in_the_answer_lets_nobody_in(
    site: Site, provider: Provider, runtime: Runtime, lies: dict[str, object]
) -> None:
    link_identity(runtime, provider)
    client = site().test_client()
    if "discovered" in lies:
        address = go(client)
        provider.lies = lies
        answer = client.get(address)
    else:
        provider.lies = lies
        answer = sign_in(client)
    assert answer.status_code == 403
    assert client.get("/account").status_code == 302


def test_another_key_or_a_shared_secret_signs_nothing(
    site: Site, provider: Provider, runtime: Runtime
) -> None:
    link_identity(runtime, provider)
    provider.signing = RSAKey.generate_key(2048)
    assert sign_in(site().test_client()).status_code == 403
    provider.signing, provider.algorithm = None, "RS512"
    assert sign_in(site().test_client()).status_code == 403, "an algorithm that nobody agreed on"


def test_an_answer_to_another_browser_or_a_second_time_is_refused(
    site: Site, provider: Provider, runtime: Runtime
) -> None:
    link_identity(runtime, provider)
    application = site()
    mine, stranger = application.test_client(), application.test_client()
    address = go(mine)
    assert stranger.get(address).status_code == 403
    go(stranger)
    assert stranger.get(address).status_code == 403, "with an errand of its own"
    assert mine.get(address).status_code == 302
    assert application.test_client().get(address).status_code == 403


def test_a_forged_state_uses_the_errand_up(site: Site, provider: Provider, runtime: Runtime) -> None:
    link_identity(runtime, provider)
    client = site().test_client()
    address = go(client)
    assert client.get("/sign-in/provider/callback?code=x&state=forged").status_code == 403
    assert client.get(address).status_code == 403


def test_a_refusal_or_silence_of_the_provider_is_told(
    site: Site, provider: Provider, runtime: Runtime
) -> None:
    link_identity(runtime, provider)
    client = site().test_client()
    state = answer_of(go(client))["state"]
    denied = client.get(f"/sign-in/provider/callback?error=access_denied&state={state}")
    assert denied.status_code == 403
    provider.broken = True
    answer = sign_in(client)
    assert answer.status_code == 403
    assert "无法与认证平台通信" in text_of(answer)


def test_a_closed_account_stays_closed(site: Site, provider: Provider, runtime: Runtime) -> None:
    link_identity(runtime, provider)
    with runtime.transaction() as tx:
        tx.session.execute(update(Account).where(Account.login == "filler").values(active=False))
    assert sign_in(site().test_client()).status_code == 403


def test_one_links_the_identity_after_the_password_and_signs_in_with_it(
    site: Site, provider: Provider, runtime: Runtime
) -> None:
    application = site()
    client = application.test_client()
    post(client, "/sign-in", login="filler", password=PASSWORD)
    early = client.get("/account/identity/link")
    assert early.headers["Location"] == "/account/identity", "not without the password"
    assert post(client, "/account/identity", password="wrong").status_code == 422
    post(client, "/account/identity", password=PASSWORD)
    assert client.get(go(client, "/account/identity/link")).headers["Location"] == "/account"
    other = application.test_client()
    assert sign_in(other).status_code == 302
    assert "王晓" in text_of(other.get("/account"))
    post(client, "/account/identity", "/account/identity/unlink")
    assert sign_in(application.test_client()).status_code == 403


def test_somebody_elses_identity_cannot_be_linked(site: Site, provider: Provider, runtime: Runtime) -> None:
    link_identity(runtime, provider, "city")
    client = site().test_client()
    post(client, "/sign-in", login="filler", password=PASSWORD)
    post(client, "/account/identity", password=PASSWORD)
    answer = client.get(go(client, "/account/identity/link"))
    assert answer.status_code == 403
    assert "已关联另一账号" in text_of(answer)


def test_the_second_factor_is_asked_for_here_too(site: Site, provider: Provider, runtime: Runtime) -> None:
    add_person(runtime, "careful", "enterprise_filler")
    with runtime.transaction() as tx:
        values = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": tx.now}
        tx.session.execute(update(Account).where(Account.login == "careful").values(values))
    link_identity(runtime, provider, "careful")
    client = site().test_client()
    assert sign_in(client).headers["Location"] == "/sign-in/code"
    assert client.get("/account").status_code == 302


def test_neither_code_nor_token_nor_secret_is_logged(
    site: Site, provider: Provider, runtime: Runtime, capfd: pytest.CaptureFixture[str]
) -> None:
    link_identity(runtime, provider)
    client = site().test_client()
    sign_in(client)
    provider.lies = {"aud": "another-client"}
    sign_in(site().test_client())
    logged = capfd.readouterr().err
    own = "\n".join(line for line in logged.splitlines() if line.startswith("{"))
    assert "identity provider refused" in own
    for secret in (*provider.tokens, "an-access-token", SECRET, "code-0", "code-1"):
        assert secret not in own


def test_without_a_provider_there_is_no_such_way(client: FlaskClient) -> None:
    assert client.get("/sign-in/provider").status_code == 404
    assert client.get("/sign-in/provider/callback?code=x&state=y").status_code == 404
    assert "统一身份认证" not in text_of(client.get("/sign-in"))


def test_with_one_the_sign_in_page_names_it(site: Site) -> None:
    page = text_of(site(oidc_name="山东省统一身份认证").test_client().get("/sign-in"))
    assert "用山东省统一身份认证登录" in page


def test_an_insecure_provider_is_not_asked(site: Site) -> None:
    plain = site(oidc_issuer="http://id.example.org")
    assert plain.test_client().get("/sign-in/provider").status_code == 403


def test_a_good_password_is_no_way_around_a_provider_account(
    site: Site, provider: Provider, runtime: Runtime
) -> None:
    add_enterprise(runtime)
    provider.claims = {"uscc": KNOWN_USCC, "name": "韩青"}
    application = site(oidc_register=True)
    sign_in(application.test_client())
    with runtime.reading() as session:
        login = session.scalars(select(ExternalIdentity.login)).one()
    answer = post(application.test_client(), "/sign-in", login=login, password=GOOD)
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/token", "/keys", "/.well-known/openid-configuration"])
def test_the_provider_leads_to_no_other_address(
    site: Site, provider: Provider, runtime: Runtime, path: str
) -> None:
    link_identity(runtime, provider)
    client = site().test_client()
    way = go(client)
    provider.moved = frozenset({path})
    assert client.get(way).status_code == 403
    assert provider.hits, "it was asked"
    assert not [hit for hit in provider.hits if hit.startswith("/elsewhere")], "a redirect was followed"


def test_an_answer_without_end_is_not_read(site: Site, provider: Provider, runtime: Runtime) -> None:
    link_identity(runtime, provider)
    client = site().test_client()
    way = go(client)
    provider.elsewhere = {"jwks_uri": f"{provider.issuer}/long"}
    assert client.get(way).status_code == 403


def test_a_provider_elsewhere_names_no_service_of_this_machine() -> None:
    remote = talks_to("https://id.example.org")
    assert remote._safe("https://login.example.org/token")
    for address in (
        "http://127.0.0.1:5432/",
        "http://localhost/",
        "http://id.example.org/token",
        "file:///etc/passwd",
        "ftp://id.example.org/",
        "https",
        "",
    ):
        assert not remote._safe(address), address
    assert talks_to("http://127.0.0.1:9000")._safe("http://localhost:9000/token")


def talks_to(issuer: str) -> TalksTo:
    return TalksTo(WebSettings(oidc_issuer=issuer, oidc_client_id=CLIENT), "https://here.example/back")


@pytest.mark.parametrize(("more", "status"), [({}, 403), ({"azp": CLIENT}, 302), ({"azp": "another"}, 403)])
def test_of_several_audiences_this_site_is_the_one_meant(
    site: Site, provider: Provider, runtime: Runtime, more: dict[str, str], status: int
) -> None:
    link_identity(runtime, provider)
    provider.lies = {"aud": [CLIENT, "another"], **more}
    assert sign_in(site().test_client()).status_code == status


def test_the_provider_is_not_asked_without_end(site: Site, provider: Provider) -> None:
    client = site().test_client()
    came = [client.get("/sign-in/provider").status_code for _ in range(31)]
    assert came[-1] == 429
    assert set(came[:-1]) == {302}
