"""Documents in the browser: whoever may read one gets its files; for anybody else it does not exist."""

import zipfile
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine import commands
from engine.conditions import Grant
from engine.documents.afterwards import begin
from engine.documents.issuing import issue
from engine.documents.kinds import KINDS
from engine.documents.models import DocumentVersion, DocumentWork
from engine.policy import Actor
from engine.runtime import Runtime
from tests.web import world
from tests.web.conftest import SignIn, token

OFFICER = Actor("officer", "周涛", (Grant("dept_officer", "370000"),))
CERTIFICATE = "/documents/certificate/2023-F-0001"


@pytest.fixture
def made(runtime: Runtime) -> Runtime:
    """A cycle with a notice, titles with a publication, and a certificate of the first."""
    world.add_measure(runtime)
    world.add_cycle(runtime)
    world.add_cycle(runtime, 2023)
    world.add_titles(runtime)
    issue(runtime, OFFICER, "notice", "2024")
    issue(runtime, OFFICER, "publication", "2023")
    issue(runtime, OFFICER, "certificate", "2023-F-0001")
    return runtime


def rename(runtime: Runtime) -> None:
    from sqlalchemy import text

    with runtime.transaction() as tx:
        tx.session.execute(
            text("UPDATE title SET holder = '改名后的有限公司' WHERE title_no = '2023-F-0001'")
        )


def test_everybody_reads_what_was_issued_and_nothing_else(made: Runtime, client: FlaskClient) -> None:
    assert "申报通知" in client.get("/documents/notice/2024").get_data(as_text=True)
    file = client.get("/documents/notice/2024-1/1/file.pdf")
    assert file.data.startswith(b"%PDF")
    assert "attachment" in file.headers["Content-Disposition"]
    for address in (CERTIFICATE, f"{CERTIFICATE}/1/file.pdf", "/documents/minutes/2024"):
        assert client.get(address).status_code == 404
    assert client.get("/documents/").status_code == 302
    page = client.get("/documents/notice/2024").get_data(as_text=True)
    assert "周涛" not in page
    assert "officer" not in page


@pytest.mark.parametrize(
    ("login", "status"),
    [("officer", 200), ("head", 200), ("filler", 200), ("city", 200), ("county", 404), ("other_city", 404),
     ("owner", 404)],
)  # fmt: skip
def test_a_certificate_is_for_its_holder_and_its_authorities(
    made: Runtime, sign_in: SignIn, login: str, status: int
) -> None:
    client = sign_in(login)
    assert client.get(CERTIFICATE).status_code == status
    assert client.get(f"{CERTIFICATE}/1/file.docx").status_code == status
    listed = client.get("/documents/?kind=certificate").get_data(as_text=True)
    assert ("2023-F-0001" in listed) == (status == 200)


def test_only_who_may_produce_is_offered_it_and_can(made: Runtime, sign_in: SignIn) -> None:
    for login in ("filler", "city", "owner"):
        client = sign_in(login)
        page = client.get("/documents/")
        answer = client.post(CERTIFICATE, data={"csrf_token": token(page), "reason": "试试"})
        assert answer.status_code in (403, 404), login
    assert "重新生成</h2>" not in sign_in("filler").get(CERTIFICATE).get_data(as_text=True)


def test_producing_again_asks_for_a_reason_and_keeps_both(made: Runtime, sign_in: SignIn) -> None:
    client = sign_in("officer")
    assert "不需要重新生成" in client.get(CERTIFICATE).get_data(as_text=True)
    rename(made)
    page = client.get(CERTIFICATE)
    assert 'name="reason"' in page.get_data(as_text=True)
    refused = client.post(CERTIFICATE, data={"csrf_token": token(page), "reason": " "})
    assert refused.status_code == 409
    assert "理由" in refused.get_data(as_text=True)
    client.post(CERTIFICATE, data={"csrf_token": token(page), "reason": "企业更名"})
    after = client.get(CERTIFICATE).get_data(as_text=True)
    for words in ("第 1 版", "第 2 版", "企业更名"):
        assert words in after
    one, two = (client.get(f"{CERTIFICATE}/{n}/file.pdf").data for n in (1, 2))
    assert one != two


def test_a_preview_is_made_and_not_kept(made: Runtime, sign_in: SignIn) -> None:
    client = sign_in("officer")
    rename(made)
    assert client.get(f"{CERTIFICATE}/preview.pdf").data.startswith(b"%PDF")
    assert "第 2 版</strong>" not in client.get(CERTIFICATE).get_data(as_text=True)
    assert sign_in("filler").get(f"{CERTIFICATE}/preview.pdf").status_code == 403


def test_a_city_bundle_holds_numbered_folders_of_what_one_may_read(made: Runtime, sign_in: SignIn) -> None:
    answer = sign_in("city").get("/documents/years/2023/cities/370100.zip")
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        names, index = archive.namelist(), archive.read("00_目录.csv")
    folder = KINDS["certificate"].folder
    assert f"{folder}/01_济南市_示例装备1有限公司_智能工厂_认定证书.pdf" in names
    assert names[0] == "00_目录.csv"
    assert {name.partition("/")[0] for name in names[1:]} == {folder}
    listed = index.decode("utf-8-sig").splitlines()
    assert len(listed) == len(names), "a head and one line a file"
    assert all(name.rpartition("/")[2] in line for name, line in zip(names[1:], listed[1:], strict=True))
    assert sign_in("other_city").get("/documents/years/2023/cities/370100.zip").status_code == 404


def test_work_on_a_year_is_begun_by_the_division_and_shown(made: Runtime, sign_in: SignIn) -> None:
    client = sign_in("officer")
    page = client.get("/documents/years/2023")
    client.post("/documents/years/2023", data={"csrf_token": token(page), "kind": "certificate"})
    assert "0/3" in client.get("/documents/years/2023").get_data(as_text=True)
    wrong = client.post("/documents/years/2023", data={"csrf_token": token(page), "kind": "wages"})
    assert wrong.status_code == 404
    assert sign_in("city").get("/documents/years/2023").status_code == 403


def test_unknown_addresses_are_not_found(made: Runtime, sign_in: SignIn, app: Flask) -> None:
    client = sign_in("officer")
    for address in (
        "/documents/wages/2024",
        "/documents/notice/1999",
        f"{CERTIFICATE}/9/file.pdf",
        f"{CERTIFICATE}/1/file.exe",
        "/documents/archives/77/archive.zip",
        "/documents/cases/YY-2024-0001",
        "/documents/years/1999",
    ):
        assert client.get(address).status_code == 404, address


def test_the_documents_of_a_matter_are_together(made: Runtime, sign_in: SignIn) -> None:
    page = sign_in("officer").get("/documents/cases/2023-F-0001").get_data(as_text=True)
    assert "认定证书" in page
    assert "file.docx" in page


def test_what_is_published_has_its_documents_made_once_and_nothing_made_anew(made: Runtime) -> None:
    facts = {"what": "publication", "year": 2023, "by": "officer"}
    for _ in range(2):  # an effect may be done twice after a crash
        begin(made, facts, "documents.due:publication:1")
    rename(made)
    while commands.run_jobs(made):
        continue
    with made.reading() as session:
        works = session.scalars(select(DocumentWork).order_by(DocumentWork.id)).all()
        versions = session.scalars(select(DocumentVersion).where(DocumentVersion.kind == "certificate")).all()
    assert [work.kind for work in works] == ["publication", "certificate", "result_letter"]
    assert {(work.state, work.note) for work in works} == {("DONE", "")}
    assert sorted((row.subject, row.version) for row in versions) == [
        (f"2023-F-000{n}", 1) for n in (1, 2, 3)
    ]


def test_public_pages_lead_to_their_files_and_to_no_private_ones(made: Runtime, client: FlaskClient) -> None:
    for page, file in (("/notices/1", "notice/2024-1"), ("/results/1", "publication/2023-1")):
        shown = client.get(page).get_data(as_text=True)
        address = f"/documents/{file}/1/file.pdf"
        assert address in shown
        assert client.get(address).data.startswith(b"%PDF")
        assert "certificate" not in shown
        assert "result_letter" not in shown


def test_an_enterprise_finds_certificate_history_and_ways_on_at_its_own_title(
    made: Runtime, sign_in: SignIn
) -> None:
    client = sign_in("filler")
    assert 'href="/titles/2023-F-0001"' in client.get("/enterprise").get_data(as_text=True)
    page = client.get("/titles/2023-F-0001").get_data(as_text=True)
    for words in (f'href="{CERTIFICATE}"', "证书和函件", "全部记录", "申请更名", "/start/renaming"):
        assert words in page
    assert sign_in("other_city").get("/titles/2023-F-0001").status_code == 404
