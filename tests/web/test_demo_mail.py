"""The demonstration shows the mails that it does not send; a real site shows nobody's mail."""

import pytest
from flask.testing import FlaskClient

from engine import mail
from engine.runtime import Runtime
from tests.web import world
from webapp import assets, create_app
from webapp.settings import WebSettings


def leave(runtime: Runtime) -> None:
    with runtime.transaction() as tx:
        mail.send(
            tx.session,
            to="wang@example.com",
            subject="请确认邮箱",
            text=world.HOSTILE,
            link="/account/confirm/abc",
            at=tx.now,
            key="k",
        )


def test_a_real_site_has_no_such_page(runtime: Runtime, client: FlaskClient) -> None:
    leave(runtime)
    answer = client.get("/demo/mail")
    assert answer.status_code == 404
    assert "wang@example.com" not in answer.get_data(as_text=True)


def test_a_demonstration_lists_what_would_have_been_mailed(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "manifest", lambda: {name: name for name in assets.ENTRIES})
    settings = WebSettings(secret_key="test-key-of-enough-length-0123456789", demo=True, https=False)
    client = create_app(runtime, settings).test_client()
    assert "还没有邮件" in client.get("/demo/mail").get_data(as_text=True)
    leave(runtime)
    page = client.get("/demo/mail").get_data(as_text=True)
    assert "请确认邮箱" in page
    assert 'href="/account/confirm/abc"' in page
    assert world.HOSTILE not in page
