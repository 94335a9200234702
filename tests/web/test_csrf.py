"""No route changes anything without the token of the session that sends it."""

from flask import Flask

from tests.web import routes
from tests.web.conftest import SignIn


def test_every_post_route_refuses_a_form_without_the_token(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("city")
    found = list(routes.walk(app, "POST"))
    assert len(found) >= 6
    for endpoint, address in found:
        answer = client.post(address, data={"login": "city", "note": "我写的内容"})
        assert answer.status_code == 400, endpoint
        text = answer.get_data(as_text=True)
        assert "页面已过期" in text
        if not address.startswith("/v2/"):
            assert "我写的内容" in text, "what was typed must be shown again"


def test_so_does_every_delete_route(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("city")
    found = [(way, *route) for way in ("DELETE", "PATCH", "PUT") for route in routes.walk(app, way)]
    assert {way for way, *_ in found} >= {"DELETE", "PATCH"}
    for way, endpoint, address in found:
        assert client.open(address, method=way).status_code == 400, endpoint


def test_the_token_of_another_session_is_refused(sign_in: SignIn) -> None:
    mine, other = sign_in("city"), sign_in("county")
    from tests.web.conftest import token

    stolen = token(other.get("/inbox"))
    assert mine.post("/sign-out", data={"csrf_token": stolen}).status_code == 400
    assert mine.get("/inbox").status_code == 200


def test_changing_routes_do_not_answer_to_get(app: Flask) -> None:
    client = app.test_client()
    for _, address in routes.walk(app, "POST"):
        answer = client.get(address)
        assert answer.status_code in (200, 302, 401, 404, 405), address
    assert client.get("/sign-out").status_code == 405
