"""Liveness asks nobody, readiness says words of a fixed list; figures are for those who show the token."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from engine import commands
from engine.clock import SystemClock
from engine.operation.figures import figures
from engine.operation.workers import Heartbeat
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store import migrations
from tests.support.diagrams import straight
from tests.support.runtimes import deploy, start
from tests.web.conftest import SignIn
from tests.web.world import PEOPLE


@pytest.fixture
def at_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """The world's tables come from the models and have no revision."""
    monkeypatch.setattr(migrations, "standing", lambda _: migrations.CURRENT)


@pytest.mark.usefixtures("at_head")
def test_ready_with_a_worker_that_works(client: FlaskClient, runtime: Runtime) -> None:
    assert client.get("/health/ready").get_json() == {
        "database": "ok", "migrations": "ok", "workers": "missing"
    }  # fmt: skip
    Heartbeat(runtime, SystemClock()).begin()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["workers"]) == (200, "ok")


def test_tables_that_are_too_old_are_not_ready(client: FlaskClient) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["migrations"]) == (503, "old")


def test_tables_of_a_newer_version_serve_this_one_too(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one version follows the other, the older goes on."""
    monkeypatch.setattr(migrations, "standing", lambda _: migrations.AHEAD)
    assert client.get("/health/ready").status_code == 200


def test_a_database_that_is_away_is_told_without_a_word_of_why(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: object) -> str:
        raise OperationalError("SELECT", {}, Exception("host db.internal password=s3cret"))

    monkeypatch.setattr(migrations, "standing", away)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.get_json() == {"database": "away", "migrations": "unknown", "workers": "unknown"}
    assert client.get("/health/live").get_json() == {"live": "ok"}


def test_nothing_is_remembered_or_kept(client: FlaskClient) -> None:
    for path in ("/health/live", "/health/ready"):
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


def metrics(client: FlaskClient, **more: object) -> str:
    answer = client.get("/metrics", **more)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_figures_from_this_machine_without_a_token(client: FlaskClient) -> None:
    assert "luzhi_instances" in metrics(client)


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"])
def test_whoever_comes_through_a_proxy_is_not_from_this_machine(client: FlaskClient, name: str) -> None:
    assert client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 404


def test_nobody_else_learns_that_they_are_there(client: FlaskClient, sign_in: SignIn) -> None:
    elsewhere = {"REMOTE_ADDR": "10.0.0.7"}
    assert client.get("/metrics", environ_base=elsewhere).status_code == 404
    assert sign_in("owner").get("/metrics", environ_base=elsewhere).status_code == 404


def test_a_token_opens_them_from_anywhere_and_only_it(app: Flask) -> None:
    token = SecretStr("token-of-the-monitoring-system")
    settings = app.extensions["luzhi_settings"]
    app.extensions["luzhi_settings"] = settings.model_copy(update={"metrics_token": token})
    client, elsewhere = app.test_client(), {"REMOTE_ADDR": "10.0.0.7"}
    right = {"Authorization": f"Bearer {token.get_secret_value()}"}
    assert "luzhi_tasks" in metrics(client, headers=right, environ_base=elsewhere)
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": token.get_secret_value()}):
        assert client.get("/metrics", headers=wrong).status_code == 404


def test_a_database_that_is_away_is_a_figure(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> object:
        raise OperationalError("SELECT", {}, Exception("s3cret"))

    assert "luzhi_database_up 1.0" in metrics(client)
    monkeypatch.setattr("webapp.exposition.figures", away)
    assert "luzhi_database_up 0.0" in metrics(client)


def test_requests_and_commands_are_counted(client: FlaskClient, runtime: Runtime) -> None:
    client.get("/guide")
    client.get("/nothing-here")
    deploy(runtime, one=straight("counted", 1))
    start(runtime, "counted")
    text_ = metrics(client)
    assert re.search(r'luzhi_requests_total\{endpoint="public.guide_page",status="200"\} [1-9]', text_)
    assert re.search(r'luzhi_requests_total\{endpoint="none",status="404"\} [1-9]', text_)
    assert re.search(r'luzhi_commands_total\{command="start",outcome="done"\} [1-9]', text_)
    assert re.search(r'luzhi_request_seconds_bucket\{endpoint="public.guide_page",le="0.4"\}', text_)
    assert 'luzhi_instances{process="counted",status="active"} 1.0' in text_


def test_no_person_no_login_and_no_business_key_is_in_them(
    client: FlaskClient, runtime: Runtime, sign_in: SignIn
) -> None:
    deploy(runtime, one=straight("secret_free", 1))
    commands.start(runtime, SYSTEM, "secret_free", {}, business_key="2024-370102-0001")
    sign_in("city").get("/inbox")
    found = metrics(client)
    assert "2024-370102-0001" not in found
    for login, (name, _) in PEOPLE.items():
        assert name not in found
        assert f'"{login}"' not in found


def test_lags_and_queues_are_measured(any_rt: Runtime) -> None:
    """What waits for its worker is late from the instant at which it should have been taken."""
    from tests.support.diagrams import catch, chain, diagram, end, timer
    from tests.support.diagrams import start as begin

    asleep = begin() + catch("sleep", timer("Duration", "PT1H")) + end() + chain("start", "sleep", "end")
    deploy(any_rt, nap=diagram("nap", asleep))
    start(any_rt, "nap")
    any_rt.clock.advance(timedelta(hours=1, seconds=90))  # type: ignore[attr-defined]
    found = {figure.name: figure.values for figure in figures(any_rt)}
    assert found["luzhi_timers_due"] == {(): 1.0}
    assert found["luzhi_timers_late_seconds"] == {(): 90.0}
    assert found["luzhi_workers"] == {(): 0.0}
    assert found["luzhi_incidents"] == {("none",): 0.0}
    assert "luzhi_backup_age_seconds" not in found
