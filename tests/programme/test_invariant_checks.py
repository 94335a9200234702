"""Every check of an invariant can fail: the finished registers are broken in one place, and that check alone says so."""

from collections.abc import Iterator
from string import Template

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from engine.programme.rehearsal.invariants import CHECKS, Registers, check_all
from engine.settings import project_root
from engine.store.database import open_engine
from engine.workdays import WorkCalendar
from tests.programme.rehearsed import Rehearsed, past_the_end
from tests.support.runtimes import sqlite_url

__all__ = ["past_the_end"]

ROWS = {
    "PUBLISHED": "(SELECT application_no FROM publication_item ORDER BY id LIMIT 1)",
    "HELD_AND_PUBLISHED": """(SELECT o.id FROM objection o JOIN publication_item i USING (application_no)
                              WHERE o.kind <> 'ANONYMOUS' AND NOT o.late ORDER BY o.id LIMIT 1)""",
    "REVOKED": "(SELECT id FROM revocation WHERE status = 'REVOKED' ORDER BY id LIMIT 1)",
}
DAMAGES = [
    ("I1", "a second main list", "UPDATE publication SET supplement_to = NULL"),
    ("I2", "published before the measure", "UPDATE cycle SET published_at = '2022-04-29 15:59:59'"),
    ("I2", "dated after the measure", "UPDATE cycle SET notice_date = '2026-01-01'"),
    (
        "I3",
        "submitted too late",
        "UPDATE application_version SET submitted_at = (SELECT max(enterprise_deadline) FROM cycle"
        " WHERE year = 2024) WHERE version = 1 AND application_no = $PUBLISHED",
    ),
    (
        "I4",
        "sent too late",
        "UPDATE package SET sent_at = (SELECT city_deadline FROM cycle WHERE year = 2024) WHERE cycle_year = 2024",
    ),
    (
        "I4",
        "another city's package",
        "UPDATE application SET city = '370000' WHERE application_no = $PUBLISHED",
    ),
    ("I5", "not recommended", "DELETE FROM package_item WHERE application_no = $PUBLISHED"),
    ("I5", "a package that was replaced", "UPDATE recommendation SET current_version = current_version + 1"),
    (
        "I5",
        "formal review failed",
        "UPDATE formal_review SET result = 'FAIL' WHERE application_no = $PUBLISHED",
    ),
    ("I5", "too few sheets", "DELETE FROM expert_sheet WHERE application_no = $PUBLISHED AND id % 5 > 1"),
    (
        "I5",
        "the meeting said no",
        "UPDATE meeting_result SET result = 'FAIL' WHERE application_no = $PUBLISHED",
    ),
    ("I5", "published during the notice", "UPDATE public_notice SET ends_at = '2027-01-01 00:00:00'"),
    ("I6", "an objection was open", "UPDATE objection SET closed_at = NULL WHERE id = $HELD_AND_PUBLISHED"),
    (
        "I6",
        "an objection was upheld",
        "UPDATE objection SET consequence = 'REMOVE' WHERE id = $HELD_AND_PUBLISHED",
    ),
    (
        "I6",
        "an exclusion was open",
        "INSERT INTO exclusion_flag (application_id, ground, fact, raised_by, raised_at, resolution)"
        " SELECT id, '6.2', '事故', 'x', '2024-06-03 01:00:00', '' FROM application WHERE application_no = $PUBLISHED",
    ),
    ("I7", "a version was changed", "UPDATE application_version SET content = '{}' WHERE id = 1"),
    ("I7", "a version is missing", "UPDATE application_version SET version = 3 WHERE id = 1"),
    ("I7", "a submission was changed", "UPDATE submission SET data = '{}' WHERE id = 1"),
    (
        "I8",
        "an expert left and scored",
        "UPDATE seat SET left_at = '2024-07-15 01:00:00'"
        " WHERE application_no = $PUBLISHED AND id = (SELECT max(id) FROM seat WHERE application_no = $PUBLISHED)",
    ),
    ("I8", "a stranger scored", "UPDATE expert_sheet SET expert = 'expert-999' WHERE id = 1"),
    ("I9", "too many points", "UPDATE expert_sheet SET total = total - d1 + 11, d1 = 11 WHERE id = 1"),
    ("I9", "a wrong sum", "UPDATE expert_sheet SET total = total + 1 WHERE id = 1"),
    (
        "I10",
        "a better one stands behind",
        "UPDATE application SET score = 100 WHERE application_no = (SELECT application_no FROM opinion"
        " WHERE cycle_year = 2024 ORDER BY rank DESC LIMIT 1)",
    ),
    ("I11", "no ground", "UPDATE revocation SET ground = NULL WHERE ground = 1 AND id = $REVOKED"),
    ("I11", "no evidence", "DELETE FROM revocation_evidence WHERE revocation_id = $REVOKED"),
    ("I11", "no hearing", "UPDATE revocation SET hearing_closed_at = NULL WHERE id = $REVOKED"),
    ("I11", "no meeting", "UPDATE revocation SET meeting_minutes_no = NULL WHERE id = $REVOKED"),
    ("I11", "no case", "UPDATE revocation SET status = 'DROPPED' WHERE id = $REVOKED"),
    ("I12", "the re-evaluation passed", "UPDATE rectification SET result = 'PASS' WHERE result = 'FAIL'"),
    ("I12", "no evaluation", "UPDATE revocation SET evaluation_no = NULL WHERE ground = 3"),
    ("I13", "another holder", "UPDATE title SET holder = holder || '！' WHERE id = 1"),
    ("I13", "another object", "UPDATE title SET name = name || '！' WHERE id = 1"),
    ("I13", "a gap in the names", "UPDATE title_name SET since = '2021-01-01' WHERE sequence = 2"),
    ("I14", "no decision to continue", "DELETE FROM continuation"),
    ("I15", "no basis", "UPDATE application_event SET basis = '' WHERE id = 1"),
    ("I15", "nobody did it", "UPDATE title_event SET actor = '' WHERE id = 1"),
    (
        "I15",
        "a status without its event",
        "UPDATE application SET status = 'ANNOUNCED' WHERE application_no = $PUBLISHED",
    ),
    ("I16", "checker approved", "UPDATE formal_review SET approver = checker WHERE id = 1"),
    (
        "I16",
        "applicant approved",
        "UPDATE formal_review SET approver = (SELECT submitted_by FROM application_version v"
        " WHERE v.application_no = formal_review.application_no LIMIT 1)",
    ),
    ("I17", "a short notice", "UPDATE public_notice SET ends_on = starts_on WHERE id = 1"),
    (
        "I17",
        "ends on a Sunday",
        "UPDATE public_notice SET starts_on = '2024-07-22', ends_on = '2024-07-28' WHERE id = 1",
    ),
    ("I18", "a revoked title without an end", "UPDATE title SET ended_on = NULL"),
    (
        "I18",
        "an end without a revocation",
        "UPDATE title SET ended_on = '2030-01-01' WHERE status = 'ACTIVE'",
    ),
    ("I19", "a mobile number", "UPDATE public_notice SET phone = '13912345678'"),
    ("I19", "an expert", "UPDATE notice SET body = (SELECT name FROM expert LIMIT 1)"),
    ("I19", "an objector", "UPDATE notice SET title = (SELECT contact FROM objection_identity LIMIT 1)"),
    (
        "I20",
        "another edition",
        "UPDATE application SET catalogue = '2015' WHERE application_no = $PUBLISHED",
    ),
]


@pytest.fixture(scope="module")
def engine(past_the_end: Rehearsed) -> Iterator[Engine]:
    """The finished registers; whatever a test does to them is rolled back."""
    found = open_engine(sqlite_url(past_the_end.database))
    yield found
    found.dispose()


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    """The working days of the programme."""
    return WorkCalendar.load(project_root() / "processes" / "calendar")


def _let_it_be_broken(session: Session) -> None:
    """As whoever owns the database could, until the transaction is rolled back."""
    found = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND (name LIKE '%_no_update' OR name LIKE '%_no_delete')"
    for name in session.scalars(text(found)).all():
        session.execute(text(f"DROP TRIGGER {name}"))


@pytest.mark.parametrize(("name", "statements"), [pytest.param(n, s, id=f"{n}-{w}") for n, w, s in DAMAGES])
def test_a_broken_register_is_reported_by_its_own_check(
    engine: Engine, calendar: WorkCalendar, name: str, statements: str
) -> None:
    with Session(engine) as session:
        _let_it_be_broken(session)
        damage = Template(statements).substitute(ROWS).split("; ")
        for statement in damage:
            session.execute(text(statement))
        assert session.scalar(text("SELECT changes()")), "nothing was broken"
        outcomes = check_all(Registers(session, calendar))
        session.rollback()
    assert {n for n, outcome in outcomes.items() if outcome.broken} == {name}


def test_every_check_has_its_damage() -> None:
    assert {name for name, _, _ in DAMAGES} == CHECKS.keys()
