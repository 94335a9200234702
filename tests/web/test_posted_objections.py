"""Objections that come by post: entered by the department with the scan, judged by the postmark."""

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.clock import VirtualClock
from engine.files import limits
from engine.programme.objections.models import Objection
from engine.runtime import Runtime
from engine.store.files import FileUse, StoredFile
from engine.store.tasks import UserTask
from tests.support.files import pdf
from tests.web import world
from tests.web.conftest import SignIn, token

LETTER = {
    "application_no": "2024-370102-0001",
    "kind": "SEALED",
    "name": "示例行业协会",
    "contact": "济南市示例路2号，李工",
    "statement": "该项目尚未建成投产，现场没有设备。",
}
ADDRESS = "/start/posted-objection/1"
LAST_DAY = world.START.date() + timedelta(days=6)


@pytest.fixture
def runtime(programme_template: Path, tmp_path: Path) -> Iterator[Runtime]:
    """The programme's own diagrams, decisions and forms, and one public notice."""
    runtime = world.open_copy(programme_template, tmp_path)
    world.add_announcement(runtime)
    yield runtime
    runtime.close()


def enter(client: FlaskClient, posted_on: date, /, **changed: object) -> TestResponse:
    scan = {"letter": (io.BytesIO(pdf("来信")), "来信.pdf")}
    body = {
        "csrf_token": token(client.get(ADDRESS)),
        **LETTER,
        **scan,
        "posted_on": posted_on.isoformat(),
        **changed,
    }
    return client.post(ADDRESS, data=body, content_type="multipart/form-data")


def one(runtime: Runtime) -> Objection:
    with runtime.reading() as session:
        return session.scalars(select(Objection)).one()


def later(runtime: Runtime, days: int) -> None:
    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.set(world.START + timedelta(days=days))


def test_a_letter_is_entered_from_the_list_of_notices_and_gets_its_receipt(
    sign_in: SignIn, runtime: Runtime
) -> None:
    officer = sign_in("officer")
    assert "登记邮寄的异议" in officer.get("/start").get_data(as_text=True)
    assert f'href="{ADDRESS}"' in officer.get("/start/posted-objection").get_data(as_text=True)
    answer = enter(officer, world.START.date())
    assert answer.status_code == 302, answer.get_data(as_text=True)
    receipt = officer.get(answer.headers["Location"]).get_data(as_text=True)
    assert one(runtime).objection_no in receipt
    assert re.search(r"secret-code tnum\">[^<]+<", receipt)
    assert officer.get(answer.headers["Location"]).status_code == 404, "it is shown once"
    with runtime.reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.process_id == "objection")).one()
        assert session.scalars(select(FileUse.subject)).all() == [f"objector:{task.business_key}"]


def test_a_letter_posted_on_the_last_day_is_in_time_whenever_it_arrives(
    sign_in: SignIn, runtime: Runtime
) -> None:
    later(runtime, 20)
    assert enter(sign_in("officer"), LAST_DAY).status_code == 302
    assert (one(runtime).late, one(runtime).holds) == (False, True)


def test_a_letter_posted_a_day_later_is_late_by_its_postmark(sign_in: SignIn, runtime: Runtime) -> None:
    later(runtime, 20)
    assert enter(sign_in("officer"), LAST_DAY + timedelta(days=1)).status_code == 302
    assert (one(runtime).late, one(runtime).holds) == (True, False)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"letter": ""}, "来信扫描件"),
        ({"posted_on": ""}, "邮戳日期"),
        ({"posted_on": (world.START + timedelta(days=1)).date().isoformat()}, "邮戳日期"),
        ({"name": ""}, "姓名"),
        ({"application_no": "2024-370102-9999"}, "异议对象"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_entered(
    sign_in: SignIn, runtime: Runtime, changed: dict[str, str], words: str
) -> None:
    answer = enter(sign_in("officer"), world.START.date(), **changed)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True).split("data-error-summary>")[1][:900]
    with runtime.reading() as session:
        assert session.scalars(select(Objection)).all() == []


@pytest.mark.parametrize("who", ["filler", "county", "city", "head"])
def test_nobody_else_enters_letters(sign_in: SignIn, runtime: Runtime, who: str) -> None:
    client = sign_in(who)
    csrf = token(client.get("/inbox"))
    assert client.get("/start/posted-objection").status_code == 403
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, data={**LETTER, "csrf_token": csrf}).status_code == 403
    assert "登记邮寄的异议" not in client.get("/inbox").get_data(as_text=True)


def test_the_letter_is_read_by_those_who_answer_alone(sign_in: SignIn, runtime: Runtime) -> None:
    enter(sign_in("officer"), world.START.date())
    with runtime.reading() as session:
        id = session.scalars(select(StoredFile.id)).one()
    with sign_in("second_officer").get(f"/files/{id}") as answer:
        assert answer.status_code == 200
    for who in ("filler", "county", "city"):
        assert sign_in(who).get(f"/files/{id}").status_code == 404, who


def test_what_was_sent_with_earlier_letters_takes_no_room(
    sign_in: SignIn, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.ROOM, "start", limits.Room(1, 10_000_000))
    officer = sign_in("officer")
    for _ in range(3):
        assert enter(officer, world.START.date()).status_code == 302
