"""I19, from outside: a visitor who reads every public page, feed, file, print and code finds nobody's data."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.printing import qr_png
from engine.runtime import Runtime
from engine.settings import Settings
from tests.programme.rehearsed import Rehearsed, past_the_end
from tests.support.runtimes import sqlite_url
from tests.web.crawling import crawl, public_seeds
from tests.web.secrets_of_registers import KINDS, leaks, secrets_of
from webapp import create_app
from webapp.limits import limiter
from webapp.settings import WebSettings

__all__ = ["past_the_end"]  # the fixture

NEEDS_MORE = {"public.verify", "public.expired"}
"""Public views that a crawl cannot reach with an answer: a code nobody is told."""


@pytest.fixture
def rehearsed_runtime(past_the_end: Rehearsed, tmp_path: Path) -> Iterator[Runtime]:
    """A copy of a finished rehearsal: titles granted, renamed, revoked, a cycle continued after the expiry."""
    copy = tmp_path / "rehearsal.sqlite3"
    shutil.copy(past_the_end.database, copy)
    settings = Settings(_env_file=None, database_url=sqlite_url(copy), sqlite_synchronous="OFF")
    runtime = Runtime.open(settings, VirtualClock(datetime(2026, 2, 1, 18, tzinfo=BUSINESS_ZONE)))
    yield runtime
    runtime.close()


@pytest.fixture
def rehearsed_app(
    rehearsed_runtime: Runtime, settings: WebSettings, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    from webapp import assets

    monkeypatch.setattr(limiter, "enabled", False)
    built = {name: name for name in assets.ENTRIES}
    monkeypatch.setattr(assets, "manifest", lambda: built)
    return create_app(rehearsed_runtime, settings)


def test_nobody_is_found_on_any_public_page(rehearsed_app: Flask, rehearsed_runtime: Runtime) -> None:
    with rehearsed_runtime.reading() as session:
        secrets = secrets_of(session)
    assert all(secrets[kind] for kind in KINDS), {kind: len(values) for kind, values in secrets.items()}
    for language in ("zh", "en"):
        client = rehearsed_app.test_client()
        client.set_cookie("luzhi_language", language)
        found = crawl(rehearsed_app, client, [*public_seeds(rehearsed_app), "/announcements/1", "/expired"])
        shown = {address: leaks(body, secrets) for address, body in found.texts.items()}
        assert {address: leak for address, leak in shown.items() if leak} == {}


def test_the_crawl_reaches_every_public_view(rehearsed_app: Flask) -> None:
    """And what it reads are titles, lists, feeds, data sets, prints and codes, not only empty pages."""
    found = crawl(rehearsed_app, rehearsed_app.test_client(), public_seeds(rehearsed_app))
    public = {
        rule.endpoint for rule in rehearsed_app.url_map.iter_rules() if rule.endpoint.startswith("public.")
    }
    assert public - found.answered - NEEDS_MORE == set()
    assert len([address for address in found.texts if address.endswith("/sheet.pdf")]) > 3
    assert any(
        "，" in body or "," in body for address, body in found.texts.items() if address.endswith(".csv")
    )
    for address, picture in found.pictures.items():
        assert picture == qr_png("http://127.0.0.1:8000" + address.removesuffix("/qr.png")), address


def test_a_planted_leak_of_every_kind_is_found(rehearsed_app: Flask, rehearsed_runtime: Runtime) -> None:
    """The search can fail: one value of each kind, planted in a notice, is found on its page and in no other way."""
    with rehearsed_runtime.reading() as session:
        secrets = secrets_of(session)
    planted = {kind: sorted(secrets[kind])[0] for kind in KINDS}
    with rehearsed_runtime.transaction() as tx:
        tx.session.execute(text("DROP TRIGGER notice_no_update"))
        body = "\n".join(f"{kind}： {value} 。" for kind, value in planted.items())
        tx.session.execute(text("UPDATE notice SET body = :body WHERE id = 1"), {"body": body})
        tx.session.execute(text("UPDATE title SET name = :name"), {"name": planted["applicant"]})
    found = crawl(rehearsed_app, rehearsed_app.test_client(), public_seeds(rehearsed_app))
    assert {kind for kind, _ in leaks(found.texts["/notices/1"], secrets)} >= set(KINDS)
    where = {address for address, body in found.texts.items() if planted["applicant"] in body}
    assert {"/data/titles.csv", "/data/titles.json", "/register"} <= where
    assert any(address.endswith("/sheet.pdf") for address in where)


def test_the_public_page_of_a_print_names_neither_enterprise_nor_object(
    rehearsed_app: Flask, rehearsed_runtime: Runtime
) -> None:
    from sqlalchemy import select

    from engine.programme.applications.models import Application, ApplicationVersion

    with rehearsed_runtime.reading() as session:
        version = session.scalars(select(ApplicationVersion).limit(1)).one()
        application = session.scalars(
            select(Application).where(Application.application_no == version.application_no)
        ).one()
    page = rehearsed_app.test_client().get(f"/verify/{version.verification_code}").get_data(as_text=True)
    assert version.sha256 in page
    assert version.application_no in page
    for value in (application.enterprise, application.object_name, application.uscc):
        assert value not in page
