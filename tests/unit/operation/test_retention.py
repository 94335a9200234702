"""What has had its time goes, what has not stays; history can never be among it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import ValidationError
from sqlalchemy import select

from engine import commands
from engine.clock import VirtualClock
from engine.operation import retention
from engine.operation.retention import RULES
from engine.runtime import Runtime
from engine.settings import Settings, project_root
from engine.store import models
from engine.store.people import LoginAttempt, WebSession
from engine.store.tasks import Draft
from engine.store.trail import Audit
from engine.store.triggers import APPEND_ONLY, APPEND_ONLY_SINCE
from engine.store.work import Outbox
from tests.support.diagrams import straight
from tests.support.people import CITY, SYSADMIN
from tests.support.runtimes import deploy, open_task, rows, start
from webapp.cli import main


def leave(rt: Runtime, clock: VirtualClock) -> None:
    """A session that has ended, attempts of today and of long ago, mails that were sent and one that waits."""
    now = clock.now()
    with rt.transaction() as tx:
        tx.session.add(
            WebSession(
                token_sha256="0" * 64,
                data={},
                created_at=now,
                seen_at=now,
                expires_at=now - timedelta(minutes=1),
            )
        )
        for days in (0, 199, 201):
            at = now - timedelta(days=days)
            tx.session.add(LoginAttempt(login="x", address="::1", at=at, succeeded=False))
        for days in (366, 364, None):
            done = None if days is None else now - timedelta(days=days)
            tx.session.add(
                Outbox(kind="mail", payload={}, idempotency_key=str(days), created_at=now, done_at=done)
            )


def test_what_has_had_its_time_goes_and_a_link_tells_the_numbers(
    any_rt: Runtime, clock: VirtualClock
) -> None:
    leave(any_rt, clock)
    before = retention.due(any_rt, clock)
    assert {name: number for name, number in before.items() if number} == {
        "sessions": 1, "sign-in attempts": 1, "effects": 1
    }  # fmt: skip
    assert retention.remove(any_rt, clock) == before
    assert len(rows(any_rt, select(LoginAttempt))) == 2
    assert sorted(row.idempotency_key for row in rows(any_rt, select(Outbox))) == ["364", "None"]
    [link] = rows(any_rt, select(Audit))
    assert (link.action, link.detail) == (
        "system.retention",
        {"sessions": 1, "sign-in attempts": 1, "effects": 1},
    )
    assert set(retention.remove(any_rt, clock).values()) == {0}
    assert len(rows(any_rt, select(Audit))) == 1


def test_more_than_one_slice_goes(rt: Runtime, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "SLICE", 2)
    with rt.transaction() as tx:
        for _ in range(5):
            old = tx.now - timedelta(days=300)
            tx.session.add(LoginAttempt(login="x", address="::1", at=old, succeeded=True))
    assert retention.remove(rt, clock)["sign-in attempts"] == 5


def test_the_draft_of_a_withdrawn_task_stays_a_year(rt: Runtime, clock: VirtualClock) -> None:
    deploy(rt, one=straight("one", 1))
    key = start(rt, "one")
    with rt.transaction() as tx:
        tx.session.add(Draft(task_id=open_task(rt, "t1"), login=CITY.login, data={}, saved_at=tx.now))
    clock.advance(timedelta(days=400))
    assert retention.remove(rt, clock)["drafts"] == 0
    commands.cancel(rt, SYSADMIN, key, reason="test")
    clock.advance(timedelta(days=364))
    assert retention.remove(rt, clock)["drafts"] == 0
    clock.advance(timedelta(days=2))
    assert retention.remove(rt, clock)["drafts"] == 1


def test_no_rule_reaches_history_or_a_register() -> None:
    """Only the tables that are named here may ever lose rows by their age."""
    allowed = {
        "web_session", "login_attempt", "throttle", "one_time_link", "invitation", "draft", "notification",
        "calendar_link", "outbox", "studio_trial", "studio_run",
    }  # fmt: skip
    named = {rule.table.__tablename__ for rule in RULES}
    assert named == allowed
    assert not named & {*APPEND_ONLY, *APPEND_ONLY_SINCE, "audit_head", "instance", "user_task", "account"}
    assert named <= set(models.load().tables)


def test_the_law_wants_six_months() -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, log_days=100)


def test_the_documentation_has_every_rule_with_its_days() -> None:
    text = (project_root() / "docs" / "operations.md").read_text(encoding="utf-8")
    section = text.partition("## What is kept how long")[2].partition("\n## ")[0]
    documented = dict(re.findall(r"^\| ([^|]+?) \| (\d+)", section, re.MULTILINE))
    assert documented == {rule.en: str(rule.days(Settings(_env_file=None))) for rule in RULES}


def test_a_dry_run_removes_nothing(kept: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUZHI_DATABASE_URL", str(kept.engine.url))
    with kept.transaction() as tx:
        old = tx.now - timedelta(days=3000)
        tx.session.add(LoginAttempt(login="x", address="::1", at=old, succeeded=True))
    assert CliRunner().invoke(main, ["retention", "--dry-run"]).exit_code == 0
    assert len(rows(kept, select(LoginAttempt))) == 1
    assert CliRunner().invoke(main, ["retention"]).exit_code == 0
    assert rows(kept, select(LoginAttempt)) == []
