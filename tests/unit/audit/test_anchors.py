"""Anchors: a database rewritten from its first link on is found by what was put down outside it."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from engine import audit
from engine.audit import anchors, keeping
from engine.audit.anchors import Anchor, BadAnchors
from engine.audit.checking import Mark
from engine.clock import VirtualClock
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.trail import Audit, AuditAnchor
from engine.store.work import Outbox
from tests.support.runtimes import open_runtime, rows
from webapp.cli import main

TODAY = date(2024, 6, 3)


def note(rt: Runtime, what: str) -> None:
    with rt.transaction() as tx:
        audit.append(tx.session, at=tx.now, actor="li.na", action=what, object_type="x", object_key=1)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "anchors.jsonl"


@pytest.fixture
def house(database: str, clock: VirtualClock, kept: Path) -> Iterator[Runtime]:
    """Three links and a place for anchors."""
    runtime = open_runtime(database, clock, audit_anchors=kept, audit_mail="audit@example.org")
    for what in ("one", "two", "three"):
        note(runtime, what)
    yield runtime
    runtime.close()


def test_an_anchor_is_put_down_once_a_day_inside_and_outside(
    house: Runtime, kept: Path, clock: VirtualClock
) -> None:
    first = anchors.drop(house)
    assert anchors.drop(house) == first
    assert first == Anchor(TODAY, 3, rows(house, select(Audit.hash).where(Audit.sequence == 3))[0])
    clock.advance(timedelta(days=1))
    second = anchors.drop(house)
    assert (second.day, second.sequence) == (date(2024, 6, 4), 4)  # the first anchor is a link itself
    assert anchors.read(kept) == [first, second]
    assert rows(house, select(AuditAnchor.day)) == [first.day, second.day]
    assert rows(house, select(Audit.action).order_by(Audit.sequence))[3:] == ["audit.anchor", "audit.anchor"]


def test_whoever_keeps_anchors_gets_each_by_mail(house: Runtime) -> None:
    anchor = anchors.drop(house)
    [row] = rows(house, select(Outbox))
    assert row.payload["to"] == "audit@example.org"
    assert anchor.hash in row.payload["text"]


def test_a_file_that_was_away_gets_what_it_lacks(house: Runtime, kept: Path, clock: VirtualClock) -> None:
    anchors.drop(house)
    clock.advance(timedelta(days=1))
    kept.unlink()
    anchors.drop(house)
    assert [anchor.day for anchor in anchors.read(kept)] == [TODAY, date(2024, 6, 4)]
    assert anchors.publish(house) == 0


def rewrite(rt: Runtime) -> None:
    """As somebody with all rights on the database: another history whose hashes all fit, and its anchors with it."""
    with rt.engine.begin() as connection:
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        for name in [name for name in found if name.startswith("audit")]:
            connection.execute(text(f"DROP TRIGGER {name}"))
        for table in ("audit", "audit_head", "audit_anchor"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    for what in ("one", "another", "three"):
        note(rt, what)
    with rt.transaction() as tx:
        sequence, hash = audit.head(tx.session)
        tx.session.add(AuditAnchor(day=TODAY, sequence=sequence, hash=hash, at=tx.now))


def test_a_rewritten_database_is_found_by_what_lies_outside_it(house: Runtime, kept: Path) -> None:
    anchors.drop(house)
    rewrite(house)
    with house.reading() as session:
        inside = [anchor.mark for anchor in anchors.known(session)]
        outside = [anchor.mark for anchor in anchors.read(kept)]
        assert audit.verify(session, inside) is None  # in itself it holds
        found = audit.verify(session, [*inside, *outside])
    assert found is not None
    assert found.sequence == 3


def test_a_check_may_begin_at_the_anchor_before_a_day(house: Runtime, clock: VirtualClock) -> None:
    first = anchors.drop(house)
    clock.advance(timedelta(days=1))
    known = [first, anchors.drop(house)]
    assert anchors.before(known, date(2024, 6, 4)) == first.mark
    assert anchors.before(known, date(2024, 6, 9)) == Mark(4, known[1].hash)
    assert anchors.before(known, TODAY) is None


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"day":"x","sequence":1,"hash":"a"}', '{"day":"2024-06-03","sequence":1}']
)
def test_a_line_that_is_no_anchor_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "anchors"
    file.write_text(f'{{"day":"2024-06-03","hash":"a","sequence":1}}\n{line}\n')
    with pytest.raises(BadAnchors, match="Line 2"):
        anchors.read(file)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_anchor SET hash = 'x'",
        "DELETE FROM audit_anchor",
        "UPDATE audit_head SET sequence = 1",
        "DELETE FROM audit_head",
    ],
)
def test_the_database_takes_no_anchor_back_and_no_head(house: Runtime, statement: str) -> None:
    anchors.drop(house)
    with (
        pytest.raises(Exception, match=r"append-only|does not go back|stays"),
        house.engine.begin() as connection,
    ):
        connection.execute(text(statement))


def test_the_worker_looks_after_the_anchor_and_the_chain(
    house: Runtime, kept: Path, clock: VirtualClock
) -> None:
    for _ in range(3):
        keeping.keep(house)
    assert [anchor.day for anchor in anchors.read(kept)] == [TODAY]
    clock.advance(timedelta(days=1))
    keeping.keep(house)
    checks = rows(house, select(Audit).where(Audit.action == "audit.verify").order_by(Audit.sequence))
    assert [check.detail["broken"] for check in checks] == [None, None]
    assert [check.actor for check in checks] == [SYSTEM.login] * 2


@pytest.fixture
def line(house: Runtime, kept: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `luzhi audit …` on the house."""
    monkeypatch.setenv("LUZHI_DATABASE_URL", database)
    monkeypatch.setenv("LUZHI_AUDIT_ANCHORS", str(kept))
    return lambda *words: CliRunner().invoke(main, ["audit", *words])


def test_the_command_line_checks_and_anchors(house: Runtime, line: Any, kept: Path) -> None:
    assert line("anchor").exit_code == 0
    whole = line("verify", "--anchors", str(kept))
    assert (whole.exit_code, "links 1 to 4 hold" in whole.output) == (0, True)
    assert "links 1 to 4" in line("verify", "--since", "2000-01-01").output
    rewrite(house)
    broken = line("verify")
    assert (broken.exit_code, "Broken at link 3" in broken.output) == (1, True)
    assert rows(house, select(func.count()).select_from(Audit)) == [3]
