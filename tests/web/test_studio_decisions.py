"""The decision editor's pages: findings of the server, tables as a workbook out and in, nothing saved unasked."""

import re
from io import BytesIO
from typing import Any

import pytest
import simplejson
from flask.testing import FlaskClient
from openpyxl import load_workbook

from engine.problems import errors
from engine.runtime import Runtime
from engine.settings import project_root
from engine.studio.drafts import drafting, readiness
from tests.web import world
from tests.web.conftest import SignIn, token

FILE = "reapplication_bar.dmn"
CONTENT = (project_root() / "processes" / "decisions" / FILE).read_bytes()


@pytest.fixture
def here(runtime: Runtime) -> str:
    """The address of the draft of a decision in a change."""
    owner = world.actor("owner")
    change = drafting.begin(runtime, owner, title="限制期", reason="落实新规定")
    drafting.add(runtime, owner, change, FILE, CONTENT)
    return f"/studio/changes/{change}/files/{FILE}"


@pytest.fixture
def owner(sign_in: SignIn) -> FlaskClient:
    return sign_in("owner")


def check(owner: FlaskClient, here: str, content: bytes) -> dict[str, Any]:
    headers = {"X-CSRFToken": token(owner.get(here))}
    found: dict[str, Any] = simplejson.loads(owner.post(f"{here}/check", data=content, headers=headers).data)
    return found


def edited(workbook: bytes, value: object) -> BytesIO:
    book = load_workbook(BytesIO(workbook))
    book.worksheets[0].cell(13, 2).value = value
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out


def test_the_page_says_what_is_found_without_a_script(owner: FlaskClient, here: str) -> None:
    page = owner.get(here).get_data(as_text=True)
    assert "没有缺口，也没有违反命中策略的重叠。" in page
    assert "下载工作簿" in page
    assert "按文本打开" in page


def test_gaps_and_examples_are_answered_for_what_is_sent(owner: FlaskClient, here: str) -> None:
    example = (
        '<luzhi:example name="虚假"><luzhi:given name="ground">1</luzhi:given>'
        '<luzhi:given name="issued_on">"2026-01-01"</luzhi:given>'
        '<luzhi:expected>{barred_until: date("2029-01-02")}</luzhi:expected></luzhi:example></luzhi:examples>'
    ).encode()
    changed = CONTENT.replace(b"</luzhi:examples>", example).replace(b"<text>3</text>", b"<text>2</text>")
    found = check(owner, here, changed)
    assert found["inputs"] == {"reapplication_bar": ["facts_on", "ground", "issued_on", "penalty_on"]}
    assert found["outcomes"][3:] == [
        {"decision": "reapplication_bar", "number": 4, "passed": False, "rules": [1], "message": "",
         "result": '{"barred_until": date("2029-01-01"), "reason": "第（一）项：自撤销决定之日起三年（第六条第（一）项）"}'}
    ]  # fmt: skip
    assert "没有规则回答这些情形" in str(found["findings"])
    assert "第 2 条与第 3 条同时满足" in str(found["findings"])
    assert drafted(owner, here) == CONTENT


def test_an_example_that_fails_stops_the_change(here: str, runtime: Runtime) -> None:
    change = int(here.split("/")[3])
    drafting.save(runtime, world.actor("owner"), change, FILE, CONTENT.replace(b'"P3Y"', b'"P4Y"'), 1)
    with runtime.reading() as session:
        found = readiness.look(runtime, session, change)
    assert [p.code for p in errors(list(found.problems)) if p.file == FILE] == ["EXAMPLE_FAILS"] * 2
    assert not found.green


def drafted(owner: FlaskClient, here: str) -> bytes:
    return owner.get(f"{here}/content").data


@pytest.mark.parametrize("content", [b"", b"<x", b"<!DOCTYPE x []><x/>", b"\x00\xff", b"<definitions/>"])
def test_what_cannot_be_read_is_said(owner: FlaskClient, here: str, content: bytes) -> None:
    assert check(owner, here, content)["wrong"]


def test_a_workbook_is_shown_before_it_is_saved(owner: FlaskClient, here: str, runtime: Runtime) -> None:
    book = owner.get(f"{here[: here.rindex('/')]}/{FILE}/tables.xlsx")
    assert book.headers["Content-Disposition"].endswith("reapplication_bar-1.xlsx")
    csrf = token(owner.get(here))
    sent = {"csrf_token": csrf, "workbook": (edited(book.data, 22), "改.xlsx")}
    answer = owner.post(f"{here}/tables.xlsx", data=sent)
    page = answer.get_data(as_text=True)
    assert "<del>2</del>" in page
    assert "<ins>22</ins>" in page
    assert drafted(owner, here) == CONTENT
    fields = dict(re.findall(r'name="(revision|content)" value="([^"]*)"', page))
    saved = owner.post(f"{here}/tables", data={"csrf_token": csrf, **fields})
    assert saved.status_code == 302
    assert b"<text>22</text>" in drafted(owner, here)
    change = int(here.split("/")[3])
    drafting.save(runtime, world.actor("second_owner"), change, FILE, CONTENT, 2)
    again = owner.post(f"{here}/tables", data={"csrf_token": csrf, **fields})
    assert again.status_code == 409  # somebody saved meanwhile: nothing is overwritten


@pytest.mark.parametrize(
    ("sent", "said"),
    [(b"no workbook", "不能读作决策表"), (None, "没有选择文件")],
)
def test_what_is_no_workbook_is_refused(owner: FlaskClient, here: str, sent: bytes | None, said: str) -> None:
    data: dict[str, object] = {"csrf_token": token(owner.get(here))}
    if sent is not None:
        data["workbook"] = (BytesIO(sent), "x.xlsx")
    answer = owner.post(f"{here}/tables.xlsx", data=data)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


def test_only_process_owners_get_there(sign_in: SignIn, here: str) -> None:
    other = sign_in("city")
    assert other.get(f"{here}/tables.xlsx").status_code == 403
    assert other.get(here).status_code == 403
