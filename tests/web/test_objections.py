"""Objections by the public: anonymity said before typing, evidence, the secret, status, who may know who objected."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from engine import commands
from engine.clock import VirtualClock
from engine.conditions import Grant
from engine.policy import Actor
from engine.programme.objections.models import Objection, ObjectionEvent
from engine.programme.objections.receipts import digest, new_code
from engine.runtime import Runtime
from engine.store.files import FileUse, StoredFile
from engine.store.tasks import UserTask
from tests.support import files as samples
from tests.web import world
from tests.web.conftest import SignIn, token

NAMED = {
    "application_no": "2024-370102-0001",
    "kind": "NAMED",
    "name": "张三丰",
    "contact": "13800000000",
    "statement": "该项目尚未建成投产，现场没有设备。",
}
SEALED = {**NAMED, "kind": "SEALED", "name": "示例行业协会"}
ANONYMOUS = {key: value for key, value in NAMED.items() if key not in ("name", "contact")} | {
    "kind": "ANONYMOUS"
}
CODE = re.compile(r"secret-code tnum\">([^<]+)<")


@pytest.fixture
def runtime(programme_template: Path, tmp_path: Path) -> Iterator[Runtime]:
    """The programme's own diagrams, decisions and forms, and one public notice."""
    runtime = world.open_copy(programme_template, tmp_path)
    world.add_announcement(runtime)
    yield runtime
    runtime.close()


def send(client: FlaskClient, body: dict[str, object]) -> TestResponse:
    page = client.get("/start/objection/1")
    return client.post("/start/objection/1", data={"csrf_token": token(page), **body})


def received(client: FlaskClient, body: dict[str, object]) -> tuple[str, str]:
    """Number and secret of an objection that was taken in."""
    answer = send(client, body)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    found = CODE.search(page)
    assert found
    return re.findall(r"YY-\d{4}-\d{4}", page)[0], found[1]


def ask(client: FlaskClient, number: str, code: str) -> TestResponse:
    page = client.get("/objections/status")
    form = {"csrf_token": token(page), "number": number, "code": code}
    return client.post("/objections/status", data=form)


def everything_stored(runtime: Runtime) -> str:
    """Every table but the one that holds who objected, as text."""
    with runtime.engine.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type='table'")).scalars().all()
        return "\n".join(
            str(connection.execute(text(f'SELECT * FROM "{name}"')).all())  # noqa: S608 - our own tables
            for name in tables
            if name != "objection_identity"
        )


def test_what_anonymity_means_is_said_before_anything_is_typed(client: FlaskClient) -> None:
    page = client.get("/start/objection/1").get_data(as_text=True)
    assert page.index("匿名反映只作为线索登记") < page.index(
        '<form method="post" action="/start/objection/1"'
    )


def test_number_and_secret_are_shown_once(client: FlaskClient, runtime: Runtime) -> None:
    answer = send(client, NAMED)
    assert "YY-" not in answer.headers["Location"]
    first = client.get(answer.headers["Location"])
    assert CODE.search(first.get_data(as_text=True))
    assert first.headers["Cache-Control"] == "no-store"
    assert client.get(answer.headers["Location"]).status_code == 404


def test_only_a_hash_of_the_secret_is_kept(client: FlaskClient, runtime: Runtime) -> None:
    number, code = received(client, NAMED)
    with runtime.reading() as session:
        assert session.scalars(select(Objection)).one().code_hash == digest(number, code)
    stored = everything_stored(runtime)
    assert code not in stored
    assert code.replace("-", "") not in stored


def test_the_status_follows_the_case_and_ends_with_the_reply(client: FlaskClient, runtime: Runtime) -> None:
    number, code = received(client, NAMED)
    assert "已收到</span>" in ask(client, number, code).get_data(as_text=True)
    officer = Actor("officer", "周涛", (Grant("dept_officer", "370000"),))
    with runtime.reading() as session:
        task = session.scalars(select(UserTask.id).where(UserTask.process_id == "objection")).one()
    commands.claim(runtime, officer, task)
    assert "核查中</span>" in ask(client, number, code.lower().replace("-", " ")).get_data(as_text=True)
    with runtime.transaction() as tx:
        row = tx.session.scalars(select(Objection)).one()
        row.status, row.outcome, row.reply = "CLOSED", "REJECTED", "经核查，设备已投用。"
    page = ask(client, number, code).get_data(as_text=True)
    assert "已办结</span>" in page
    assert "不成立" in page
    assert "经核查，设备已投用。" in page
    assert "张三丰" not in page


def test_a_handling_period_that_passed_makes_the_task_late_and_closes_nothing(
    client: FlaskClient, runtime: Runtime, sign_in: SignIn
) -> None:
    received(client, NAMED)
    with runtime.reading() as session:
        task = session.scalars(select(UserTask.id).where(UserTask.process_id == "objection")).one()
    commands.claim(runtime, world.actor("officer"), task)
    officer = sign_in("officer")
    assert "办理期限</dt>" in officer.get(f"/tasks/{task}").get_data(as_text=True)
    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.set(runtime.clock.now() + timedelta(days=60))
    officer = sign_in("officer")
    page = officer.get(f"/tasks/{task}")
    for words in ("已超期", "超期不等于截止：仍须办理，可以提交", "超期后：记录超期，继续核查"):
        assert words in page.get_data(as_text=True)
    assert "期限已过" not in page.get_data(as_text=True)
    assert 'id="task-form"' in page.get_data(as_text=True)
    filled = {"plan": "现场核查。", "report": "现场有设备，已投产。", "assisted": "NO"}
    sent = officer.post(f"/tasks/{task}", data={"csrf_token": token(page), **filled, "_action": "submit"})
    assert sent.status_code == 302, sent.get_data(as_text=True)
    with runtime.reading() as session:
        assert session.get_one(UserTask, task).state == "COMPLETED"
        assert session.scalars(select(ObjectionEvent).where(ObjectionEvent.kind == "OVERDUE")).one()


def test_an_anonymous_clue_gets_a_status_and_no_reply(client: FlaskClient, runtime: Runtime) -> None:
    number, code = received(client, ANONYMOUS)
    with runtime.transaction() as tx:
        row = tx.session.scalars(select(Objection)).one()
        assert not row.holds
        row.status, row.outcome, row.reasons, row.reply = "CLOSED", "LOGGED", "内部意见", "不该出现"
    page = ask(client, number, code).get_data(as_text=True)
    assert "已办结</span>" in page
    assert "内部意见" not in page
    assert "不该出现" not in page


def test_without_the_secret_existing_and_other_numbers_look_alike(client: FlaskClient) -> None:
    number, code = received(client, NAMED)
    wrong = [ask(client, number, new_code()), ask(client, number, ""), ask(client, "YY-2024-0009", code)]
    texts = {
        re.sub(
            r'(name="csrf_token"|id="number" name="number") value="[^"]*"', "", answer.get_data(as_text=True)
        )
        for answer in wrong
    }
    assert {answer.status_code for answer in wrong} == {404}
    assert len(texts) == 1


def test_an_objection_from_before_there_were_secrets_cannot_be_asked_for(
    client: FlaskClient, runtime: Runtime
) -> None:
    number, _ = received(client, NAMED)
    with runtime.transaction() as tx:
        tx.session.scalars(select(Objection)).one().code_hash = None
    assert ask(client, number, "").status_code == 404


def test_secrets_cannot_be_tried_without_end(client: FlaskClient) -> None:
    codes = [ask(client, "YY-2024-0001", new_code()).status_code for _ in range(21)]
    assert codes == [404] * 20 + [429]


def test_evidence_is_for_whoever_may_read_the_objection(
    client: FlaskClient, runtime: Runtime, sign_in: SignIn
) -> None:
    number, _ = received(client, {**NAMED, "evidence_files": (io.BytesIO(samples.pdf()), "现场.pdf")})
    with runtime.reading() as session:
        use = session.scalars(select(FileUse)).one()
        file = session.get_one(StoredFile, use.file_id)
    assert use.subject == f"objection:{number}"
    assert file.by == "public"
    assert client.get(f"/files/{file.id}").status_code in (302, 401, 404)
    page = sign_in("officer").get(f"/objections/{number}").get_data(as_text=True)
    assert "现场.pdf" in page
    assert "暂缓公布" in page  # what it holds, and below what is to be done, by when
    with sign_in("officer").get(f"/files/{file.id}") as answer:
        assert answer.status_code == 200
    for other in ("city", "county", "filler", "owner"):
        assert sign_in(other).get(f"/objections/{number}").status_code in (403, 404)
        assert sign_in(other).get(f"/files/{file.id}").status_code == 404


def test_a_sealed_letter_is_for_whoever_may_know_who_objected(
    client: FlaskClient, runtime: Runtime, sign_in: SignIn
) -> None:
    number, _ = received(client, {**SEALED, "letter": (io.BytesIO(samples.png()), "盖章件.png")})
    with runtime.reading() as session:
        use = session.scalars(select(FileUse)).one()
    assert use.subject == f"objector:{number}"
    officer = sign_in("officer")
    assert "盖章件.png" not in officer.get(f"/objections/{number}").get_data(as_text=True)
    with officer.get(f"/files/{use.file_id}") as answer:
        assert answer.status_code == 200
    assert officer.get(f"/files/{use.file_id}/preview").status_code == 200
    assert sign_in("city").get(f"/files/{use.file_id}").status_code == 404
    with runtime.reading() as session:
        looks = session.scalars(select(ObjectionEvent).where(ObjectionEvent.kind == "IDENTITY_READ")).all()
        assert [look.actor for look in looks] == ["officer", "officer"], "every look is on record"


def test_who_objected_is_shown_on_request_and_every_look_is_on_record(
    client: FlaskClient, runtime: Runtime, sign_in: SignIn
) -> None:
    number, _ = received(client, NAMED)
    officer = sign_in("officer")
    page = officer.get(f"/objections/{number}")
    assert "张三丰" not in page.get_data(as_text=True)
    shown = officer.post(f"/objections/{number}/identity", data={"csrf_token": token(page)})
    assert "张三丰" in shown.get_data(as_text=True)
    assert "13800000000" in shown.get_data(as_text=True)
    with runtime.reading() as session:
        looks = session.scalars(select(ObjectionEvent).where(ObjectionEvent.kind == "IDENTITY_READ")).all()
        assert [look.actor for look in looks] == ["officer"]
    for other in ("city_head", "filler", "owner"):
        client = sign_in(other)
        form = {"csrf_token": token(client.get("/inbox"))}
        assert client.post(f"/objections/{number}/identity", data=form).status_code in (403, 404)
    assert "张三丰" not in everything_stored(runtime)
    assert "13800000000" not in everything_stored(runtime)


def test_whoever_is_signed_in_leaves_no_trace_of_their_account(runtime: Runtime, sign_in: SignIn) -> None:
    client = sign_in("filler")
    page = client.get("/start/objection/1").get_data(as_text=True)
    assert "登录状态下不接收附件" in page
    assert 'type="file"' not in page
    received(client, {**NAMED, "evidence_files": (io.BytesIO(samples.pdf()), "现场.pdf")})
    with runtime.reading() as session:
        assert session.scalars(select(StoredFile)).all() == []
        assert {event.actor for event in session.scalars(select(ObjectionEvent))} == {"public"}
    with runtime.engine.connect() as connection:
        rows = connection.execute(text("SELECT actor, object_type, object_key FROM audit")).all()
    assert not [row for row in rows if row.actor == "filler" and "YY-" in str(row.object_key)]


def test_a_program_that_fills_in_everything_is_told_and_nothing_is_taken(
    client: FlaskClient, runtime: Runtime
) -> None:
    answer = send(client, {**NAMED, "website": "https://spam.example"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "应当留空" in page
    assert "该项目尚未建成投产" in page  # what was typed is still there
    with runtime.reading() as session:
        assert session.scalars(select(Objection)).all() == []


def test_a_hostile_file_is_refused_and_what_was_typed_stays(client: FlaskClient, runtime: Runtime) -> None:
    answer = send(client, {**NAMED, "evidence_files": (io.BytesIO(b"MZ\x90\x00" * 50), "现场.pdf")})
    assert answer.status_code == 422
    assert "该项目尚未建成投产" in answer.get_data(as_text=True)
    with runtime.reading() as session:
        assert session.scalars(select(Objection)).all() == []


def test_somebody_elses_file_cannot_be_attached(client: FlaskClient, runtime: Runtime, app: Flask) -> None:
    other = app.test_client()
    received(other, {**NAMED, "evidence_files": (io.BytesIO(samples.pdf()), "现场.pdf")})
    with runtime.reading() as session:
        id = session.scalars(select(StoredFile.id)).one()
    assert send(client, {**NAMED, "evidence_files": id}).status_code == 422


def test_a_late_one_says_that_it_goes_another_way(client: FlaskClient, runtime: Runtime) -> None:
    from datetime import timedelta

    from engine.clock import VirtualClock

    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.advance(timedelta(days=20))
    assert "公示期已过" in client.get("/start/objection/1").get_data(as_text=True)
    page = client.get(send(client, NAMED).headers["Location"]).get_data(as_text=True)
    assert "第十一条" in page
    with runtime.reading() as session:
        found = session.scalars(select(Objection)).one()
        assert found.late
        assert not found.holds


def test_secrets_are_random_and_easy_to_read_aloud() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"([2-9A-HJKMNP-Z]{4}-){3}[2-9A-HJKMNP-Z]{4}", code) for code in codes)
    assert digest("YY-2024-0001", "abcd-2345 efgh") == digest("YY-2024-0001", "ABCD2345EFGH")
    assert digest("YY-2024-0001", "ABCD") != digest("YY-2024-0002", "ABCD")
