"""Every view has a mark; a marked view asks its rule; strangers are sent to sign in."""

import pytest
from flask import Flask

from engine import policy
from tests.web import routes
from tests.web.conftest import SignIn
from webapp import access


def test_every_view_is_public_with_a_reason_or_names_a_rule_of_the_policy_table(app: Flask) -> None:
    for endpoint in app.view_functions:
        kind, detail = access.mark_of(app, endpoint)
        if kind == "rule":
            assert detail in policy.ACTIONS, endpoint
        else:
            assert len(detail) > 10, f"{endpoint} does not say why it is public"


def test_a_view_without_a_mark_stops_the_application(app: Flask) -> None:
    app.view_functions["forgotten"] = lambda: "everything"
    with pytest.raises(access.Unmarked):
        access.check_marks(app)


def test_a_view_that_does_not_ask_its_rule_answers_nothing(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("city")

    @access.rule("task.read")
    def lazy() -> str:
        return "everything"

    app.view_functions["inbox.listing"] = lazy
    answer = client.get("/inbox")
    assert answer.status_code == 500
    assert "everything" not in answer.get_data(as_text=True)


def test_strangers_are_sent_to_sign_in_and_come_back(app: Flask) -> None:
    client = app.test_client()
    private = [
        address for endpoint, address in routes.walk(app, "GET") if access.mark_of(app, endpoint)[0] == "rule"
    ]
    assert "/inbox" in private
    for address in private:
        answer = client.get(address)
        if address.startswith("/v2/"):
            assert answer.status_code == 401, address
            continue
        assert answer.status_code == 302, address
        assert answer.headers["Location"].startswith("/sign-in?next="), address


def test_public_pages_need_no_session_and_leave_none(app: Flask) -> None:
    client = app.test_client()
    for address in ("/", "/notices", "/announcements", "/results", "/register", "/expired"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "Set-Cookie" not in answer.headers, address
