"""The demonstration's clock page: there in a demonstration only, and it walks with the people."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.programme import demo
from tests.web.world import START, open_world
from webapp import create_app
from webapp.settings import WebSettings


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[FlaskClient, list[datetime]]]:
    """A demonstration whose walks are noted instead of made."""
    walks: list[datetime] = []
    monkeypatch.setattr(demo, "go_on", lambda settings, to, advance, site: walks.append(to) or [])
    runtime = open_world(tmp_path)
    app = create_app(runtime, WebSettings(_env_file=None, demo=True, secret_key="x" * 32))
    app.config["WTF_CSRF_ENABLED"] = False
    yield app.test_client(), walks
    runtime.close()


def test_the_page_offers_only_what_lies_ahead(site: tuple[FlaskClient, list[datetime]]) -> None:
    page = site[0].get("/demo").text
    assert 'value="day"' in page
    assert 'value="expiry"' in page
    assert 'value="deadline"' not in page  # nothing waits for a time in this world


def test_a_step_walks_with_the_people(site: tuple[FlaskClient, list[datetime]]) -> None:
    client, walks = site
    assert client.post("/demo/clock", data={"step": "day"}).status_code == 302
    assert walks == [START + timedelta(days=1)]


def test_an_unknown_step_moves_nothing(site: tuple[FlaskClient, list[datetime]]) -> None:
    client, walks = site
    assert client.post("/demo/clock", data={"step": "back"}).status_code == 302
    assert walks == []
    assert "没有移动" in client.get("/demo").text


def test_a_real_site_has_no_clock(tmp_path: Path) -> None:
    runtime = open_world(tmp_path)
    client = create_app(runtime, WebSettings(_env_file=None, secret_key="x" * 32)).test_client()
    assert client.get("/demo").status_code == 404
    runtime.close()
