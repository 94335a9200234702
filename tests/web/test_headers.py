"""Security headers on every answer, error pages included."""

from dataclasses import dataclass

from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from engine.runtime import Runtime
from tests.web import routes
from tests.web.conftest import SignIn, token
from webapp import caching, create_app, security
from webapp.settings import WebSettings

EDITORS = ["style-src-attr 'unsafe-inline'"]
"""The one thing that the editors' pages may do beyond the policy of all: place what is drawn by style attributes."""


def public_and_shown(app: Flask, address: str, status: int) -> bool:
    """Whether this is a public page that caches may hold."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(address.partition("?")[0])
    except (NotFound, RequestRedirect):
        return False
    return status == 200 and getattr(app.view_functions[endpoint], "cacheable", False)


def test_every_route_answers_with_every_header(app: Flask) -> None:
    client = app.test_client()
    elsewhere = [("", "/no-such-page"), ("static", "/static/none.css")]
    for endpoint, address in [*routes.walk(app, "GET"), *elsewhere]:
        answer = client.get(address)
        secret = str(routes.EXAMPLES["token"]) in address or str(routes.EXAMPLES["verification"]) in address
        referrer = security.ORIGIN_ONLY if secret else security.HEADERS["Referrer-Policy"]
        expected = {**security.HEADERS, "Referrer-Policy": referrer}
        if endpoint in security.FRAMED:
            expected["X-Frame-Options"] = "SAMEORIGIN"
        for name, value in expected.items():
            assert answer.headers[name] == value, (address, name)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, address
        unsafe = [each for each in policy.split("; ") if "unsafe" in each]
        assert unsafe in ([], EDITORS if endpoint == "studio.edit" else []), address
        held = caching.SHARED if public_and_shown(app, address, answer.status_code) else "no-store"
        assert answer.headers["Cache-Control"] == held, address


def test_no_page_has_inline_script_or_style(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("city")
    for _, address in routes.walk(app, "GET"):
        answer = client.get(address)
        if answer.mimetype != "text/html":
            continue  # a document to download
        page = answer.get_data(as_text=True)
        assert "<style" not in page, address
        assert " style=" not in page, address
        assert "<script>" not in page
        assert " onclick=" not in page


def test_over_https_cookies_are_bound_to_the_host_and_hsts_is_sent(
    runtime: Runtime, settings: WebSettings
) -> None:
    app = create_app(runtime, settings.model_copy(update={"https": True}))
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://localhost")
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-luzhi=")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert page.headers["Strict-Transport-Security"] == security.HSTS


def test_built_files_may_be_kept_for_ever(app: Flask) -> None:
    with app.test_client().get("/static/mark.svg") as mark:
        assert mark.headers["Cache-Control"] == "no-store"
    with app.test_request_context("/static/build/site-ABC.css"):
        assert security.caching(_Answer()) == security.ONE_YEAR  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Answer:
    status_code: int = 200


def test_the_cookie_of_a_signed_in_person_is_a_random_token(sign_in: SignIn) -> None:
    client = sign_in("city")
    cookie = client.get_cookie("luzhi")
    assert cookie is not None
    assert cookie.value.startswith("t.")
    assert len(cookie.value) > 40
    assert cookie.http_only
    assert token(client.get("/inbox"))
