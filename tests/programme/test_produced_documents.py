"""Documents of a rehearsed year: every kind is made of its register; versions stay, a change needs a reason."""

import csv
import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import String, cast, literal, select, text
from sqlalchemy.exc import DBAPIError

from engine import commands
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.conditions import Grant
from engine.documents import newest, produce, versions
from engine.documents.errors import NotMadeYet, ReasonNeeded
from engine.documents.issuing import changed, issue
from engine.documents.kinds import KINDS
from engine.documents.models import DONE, DocumentVersion, DocumentWork
from engine.documents.work import ask
from engine.errors import NotAllowed, NotFound
from engine.files.cleaning import clean
from engine.policy import Actor
from engine.programme.applications.models import Application
from engine.programme.frozen import DocumentIsFrozen
from engine.programme.monitoring.models import Evaluation, Mandate, Rectification
from engine.programme.objections.models import ObjectionIdentity
from engine.programme.recommendations.models import ACCEPTED, Recommendation
from engine.programme.renamings.models import AGREED, Renaming
from engine.programme.reviews.models import SiteVisit
from engine.programme.revocations.models import REVOKED, Revocation
from engine.programme.revocations.reinstating import reinstate
from engine.programme.titles import surrendering
from engine.programme.titles.models import Title
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.trail import Audit
from tests.programme.rehearsed import Rehearsed, past_the_end
from tests.support.runtimes import sqlite_url

__all__ = ["past_the_end"]
OFFICER = Actor("dept_officer-1", "周涛", (Grant("dept_officer", "370000"),))
HEAD = Actor("dept_head-1", "郑处", (Grant("dept_head", "370000"),))
CITY = Actor("city-x", "李强", (Grant("city_officer", "370100"),))


@pytest.fixture
def rt(past_the_end: Rehearsed, tmp_path: Path) -> Iterator[Runtime]:
    """A copy of a finished rehearsal with a store of files of its own and templates that may be edited."""
    copy = tmp_path / "rehearsal.sqlite3"
    shutil.copy(past_the_end.database, copy)
    settings = Settings(_env_file=None, database_url=sqlite_url(copy), sqlite_synchronous="OFF")
    runtime = Runtime.open(settings, VirtualClock(datetime(2026, 2, 1, 18, tzinfo=BUSINESS_ZONE)))
    yield runtime
    runtime.close()


def subject_of(rt: Runtime, kind: str) -> str:
    """A subject of which this kind can be made."""
    recognised = select(Application.application_no).where(Application.status == "RECOGNISED")
    package = select(Recommendation).where(Recommendation.status == ACCEPTED)
    queries = {
        "site_visit": select(SiteVisit.application_no),
        "mandate": select(literal("WT-") + cast(Mandate.id, String)),
        "certificate": select(Title.title_no),
        "renaming_consent": select(Renaming.renaming_no).where(Renaming.status == AGREED),
        "monitoring_evaluation": select(Evaluation.evaluation_no).where(Evaluation.proposed.is_not(None)),
        "rectification_notice": select(Evaluation.evaluation_no).join(Rectification),
        "revocation_notice": select(Revocation.revocation_no).where(Revocation.notice_on.is_not(None)),
        "revocation_decision": select(Revocation.revocation_no).where(Revocation.status == REVOKED),
    }
    with rt.reading() as session:
        if KINDS[kind].about == "package":
            row = session.scalars(package.limit(1)).one()
            return f"{row.cycle_year}-{row.city}"
        if KINDS[kind].about in ("cycle", "notice", "announcement", "publication"):
            return "2024"
        if kind == "reinstatement_decision":
            return _restored(rt)
        if kind == "surrender_decision":
            return _given_up(rt)
        return str(session.scalars(queries.get(kind, recognised).limit(1)).one())


def _restored(rt: Runtime) -> str:
    """A title that was revoked and is restored by a decision on review."""
    with rt.reading() as session:
        title_no = session.scalars(select(Revocation.title_no).where(Revocation.status == REVOKED)).first()
    assert title_no
    facts = {"kind": "REVIEW", "document_no": "鲁工信装〔2026〕901号", "on": date(2026, 1, 20)}
    reinstate(rt, HEAD, title_no, reason="认定事实不清", **facts)
    return title_no


def _given_up(rt: Runtime) -> str:
    """A title whose holder gave it up, confirmed."""
    with rt.reading() as session:
        title = session.scalars(select(Title).where(Title.status == "ACTIVE")).first()
    assert title
    owner = Actor("owner-x", "张明", (Grant("legal_representative", title.uscc),))
    asked = surrendering.ask(rt, owner, title.title_no, "生产线已经关停", declared=True)
    surrendering.decide(rt, HEAD, asked, confirmed=True, opinion="同意")
    return title.title_no


def test_every_kind_is_made_of_its_register_and_its_bytes_are_kept(rt: Runtime) -> None:
    for kind in KINDS.values():
        if kind.id == "archive_catalogue":
            continue
        made, new = issue(rt, OFFICER, kind.id, subject_of(rt, kind.id))
        assert new
        assert made.version == 1
        assert [file.format for file in made.files] == sorted(kind.formats)
        for file in made.files:
            content = rt.files.whole(file.sha256).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file.sha256
    catalogue, _ = issue(rt, OFFICER, "archive_catalogue", "2024")
    assert len(catalogue.content["items"]) >= len(KINDS) - 1


def test_the_same_values_are_the_same_version(rt: Runtime) -> None:
    once, new = issue(rt, OFFICER, "notice", "2024")
    again, newer = issue(rt, OFFICER, "notice", "2024-1", reason="再来一次")
    assert (new, newer) == (True, False)
    assert once.id == again.id


def test_a_change_needs_a_reason_and_the_old_version_stays(rt: Runtime) -> None:
    title_no = subject_of(rt, "certificate")
    first, _ = issue(rt, OFFICER, "certificate", title_no)
    with rt.transaction() as tx:
        tx.session.execute(
            text("UPDATE title SET holder = '新名称有限公司' WHERE title_no = :no"), {"no": title_no}
        )
    with rt.reading() as session:
        assert changed(rt, session, first)
    with pytest.raises(ReasonNeeded) as refused:
        issue(rt, OFFICER, "certificate", title_no)
    assert "第 1 版" in refused.value.message("zh")
    second, new = issue(rt, OFFICER, "certificate", title_no, reason="企业更名")
    assert (second.version, second.reason, new) == (2, "企业更名", True)
    with rt.reading() as session:
        kept = versions(session, "certificate", title_no)
    assert [row.version for row in kept] == [2, 1]
    assert kept[1].content["holder"] != "新名称有限公司"
    assert all(rt.files.whole(file.sha256).exists() for row in kept for file in row.files)


def test_an_edited_template_makes_another_version_with_a_reason_only(rt: Runtime, tmp_path: Path) -> None:
    folder = tmp_path / "processes"
    shutil.copytree(rt.settings.processes, folder)
    rt.settings = rt.settings.model_copy(update={"processes": folder})
    issue(rt, OFFICER, "notice", "2024")
    file = folder / "documents" / "notice.typ"
    file.write_text(file.read_text("utf-8") + "\n#p[另加一句。]\n", encoding="utf-8")
    with pytest.raises(ReasonNeeded):
        issue(rt, OFFICER, "notice", "2024")
    assert issue(rt, OFFICER, "notice", "2024", reason="模板修订")[0].version == 2


def test_what_was_produced_cannot_be_changed_or_deleted(rt: Runtime) -> None:
    issue(rt, OFFICER, "notice", "2024")
    for table in ("document_version", "document_file"):
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):  # noqa: S608
            with pytest.raises(DBAPIError, match="append-only"), rt.transaction() as tx:
                tx.session.execute(text(statement))
    with pytest.raises(DocumentIsFrozen), rt.transaction() as tx:
        tx.session.scalars(select(DocumentVersion)).one().reason = "改"


def test_no_cleaning_takes_what_was_produced(rt: Runtime) -> None:
    made, _ = issue(rt, OFFICER, "notice", "2024")
    assert isinstance(rt.clock, VirtualClock)
    rt.clock.set(datetime(2027, 2, 1, 18, tzinfo=BUSINESS_ZONE))
    clean(rt)
    assert all(rt.files.whole(file.sha256).exists() for file in made.files)


def test_producing_is_on_record(rt: Runtime) -> None:
    made, _ = issue(rt, OFFICER, "notice", "2024")
    with rt.reading() as session:
        link = session.scalars(select(Audit).where(Audit.action == "document.produce")).one()
    assert link.actor == OFFICER.login
    assert link.object_key == "notice/2024-1/1"
    assert link.detail["files"] == {file.format: file.sha256 for file in made.files}


def test_nobody_produces_what_is_not_theirs_or_not_there(rt: Runtime) -> None:
    with pytest.raises(NotAllowed):
        issue(rt, CITY, "notice", "2024")
    with rt.reading() as session:
        foreign = session.scalars(
            select(Application.application_no).where(Application.city != "370100").limit(1)
        ).one()
    with pytest.raises(NotAllowed):
        issue(rt, CITY, "city_review", foreign)
    with pytest.raises(NotFound):
        issue(rt, OFFICER, "notice", "1999")
    with pytest.raises(NotFound):
        issue(rt, OFFICER, "wages", "2024")


def test_what_is_not_done_yet_says_so(rt: Runtime) -> None:
    with rt.transaction() as tx:
        for table in ("meeting_result", "meeting"):
            tx.session.execute(text(f"DROP TRIGGER {table}_no_delete"))  # histories stay otherwise
            tx.session.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    with pytest.raises(NotMadeYet):
        issue(rt, OFFICER, "minutes", "2024")


def test_a_verb_may_produce_inside_its_own_transaction(rt: Runtime) -> None:
    with rt.transaction() as tx:
        made, _ = issue(rt, OFFICER, "notice", "2024")
    with rt.transaction() as tx:
        same = produce(
            tx.session, rt, kind="notice", subject="2024", values=made.content, actor="system", at=tx.now
        )
        assert same.id == made.id
    with rt.reading() as session:
        assert newest(session, "notice", "2024-1") is not None


def test_a_result_letter_and_a_list_tell_no_score_and_no_expert(rt: Runtime) -> None:
    with rt.reading() as session:
        experts = list(session.scalars(text("SELECT name FROM expert")))
    for kind in ("result_letter", "publication", "public_notice", "certificate"):
        made, _ = issue(rt, OFFICER, kind, subject_of(rt, kind))
        said = str(made.content)
        assert not [name for name in experts if name in said]
        assert "score" not in made.content


def test_a_year_of_certificates_is_made_by_a_worker_and_shown_how_far(rt: Runtime) -> None:
    work = ask(rt, OFFICER, 2024, "certificate")
    while commands.run_jobs(rt):
        continue
    with rt.reading() as session:
        row = session.get_one(DocumentWork, work)
        made = session.scalars(select(DocumentVersion).where(DocumentVersion.kind == "certificate")).all()
    assert (row.state, row.done) == (DONE, row.total)
    assert len(made) == row.total > 0


AFTERWARDS = ("更名", "更名经过", "撤销", "撤销证据", "撤销经过", "称号放弃", "整改", "监测评估经过")


def test_the_archive_holds_everything_with_its_hash_and_no_objector(rt: Runtime) -> None:
    for kind in ("notice", "result_letter", "certificate"):
        issue(rt, OFFICER, kind, subject_of(rt, kind))
    id = ask(rt, OFFICER, 2024)
    while commands.run_jobs(rt):
        continue
    with rt.reading() as session:
        row = session.get_one(DocumentWork, id)
        objectors = list(session.scalars(select(ObjectionIdentity.contact)))
    assert row.state == DONE, row.note
    with zipfile.ZipFile(rt.files.whole(row.sha256 or "")) as archive:
        manifest = list(csv.DictReader(StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))[:-1]
        assert {line["path"] for line in manifest} == set(archive.namelist()) - {"manifest.csv"}
        for line in manifest:
            assert hashlib.sha256(archive.read(line["path"])).hexdigest() == line["sha256"]
            assert line["retention"] in ("永久", "30年", "10年")
        book = load_workbook(BytesIO(archive.read("90_登记簿/申报.xlsx")))
        assert book.active["A1"].value == "id"
        later = {name: len(archive.read(f"90_登记簿/{name}.csv").splitlines()) for name in AFTERWARDS}
        whole = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".csv")).decode()
    assert all(later.values())
    assert min(later["更名"], later["撤销"], later["撤销证据"]) > 1, (
        "what was begun in the year is in its archive"
    )
    assert objectors
    assert not [contact for contact in objectors if contact in whole]
    assert "document.produce" in whole


def test_only_the_division_archives(rt: Runtime) -> None:
    for role in ("office", "legal_review", "supervision"):
        with pytest.raises(NotAllowed):
            ask(rt, Actor("x", "某", (Grant(role, "370000"),)), 2024)
