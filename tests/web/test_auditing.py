"""The audit pages: who sees what, masked; search that tells nothing that is hidden; exports with reason and trace."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine import audit
from engine.audit import anchors
from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.trail import Audit
from tests.support.runtimes import rows
from tests.web.account_world import text_of
from tests.web.administration_world import add_administrators
from tests.web.conftest import SignIn, token

DONE = (
    (
        "sys",
        "instance.cancel",
        "instance",
        "7",
        {"reason": "误发起", "before": {"status": "ACTIVE"}, "after": {"status": "TERMINATED"}},
    ),
    ("sec-a", "account.close", "account", "city", {"reason": "调离，电话 13812345678"}),
    ("gao.jian", "review.declare", "application", "2024-1", {"kind": "NONE"}),
    ("officer", "seat.release", "seat", "2024-1", {"expert": "gao.jian", "reason": "高建请假"}),
    (
        "sys",
        "instance.variable",
        "instance",
        "8",
        {"variable": "opinion", "before": "好", "after": "不宜公开的意见"},
    ),
)


@pytest.fixture
def trail(runtime: Runtime) -> Runtime:
    """Administrators, an expert, and what some of them did."""
    add_administrators(runtime)
    with runtime.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), "gao.jian", "高建", [Grant("expert", "370000")])
    for actor, action, kind, key, detail in DONE:
        with runtime.transaction() as tx:
            audit.append(
                tx.session,
                at=tx.now,
                actor=actor,
                action=action,
                object_type=kind,
                object_key=key,
                business_key="2024-1",
                detail=detail,
            )
    return runtime


def number(rt: Runtime, action: str) -> int:
    [found] = rows(rt, select(Audit.sequence).where(Audit.action == action))
    return int(found)


def send(client: FlaskClient, where: str, /, **form: str) -> TestResponse:
    return client.post(where, data={"csrf_token": token(client.get("/account")), **form})


def actions(rt: Runtime) -> list[str]:
    return rows(rt, select(Audit.action).order_by(Audit.sequence))


# who sees what


@pytest.mark.parametrize(
    ("login", "own", "foreign"),
    [("sys", "终止流程", "停用账号"), ("sec-a", "停用账号", "终止流程"), ("sec-b", "停用账号", "终止流程")],
)
def test_administrators_see_what_their_own_kind_did(
    trail: Runtime, sign_in: SignIn, login: str, own: str, foreign: str
) -> None:
    client = sign_in(login)
    page = client.get("/audit/").get_data(as_text=True).partition("<tbody>")[2]
    assert own in page
    assert foreign not in page
    mine, others = ("instance.cancel", "account.close")[:: 1 if login == "sys" else -1]
    assert client.get(f"/audit/{number(trail, mine)}").status_code == 200
    assert client.get(f"/audit/{number(trail, others)}").status_code == 404
    assert client.get("/audit/chain").status_code == 403
    assert (
        send(client, "/audit/export.zip", first="2024-06-03", last="2024-06-03", reason="x").status_code
        == 403
    )


@pytest.mark.parametrize("login", ["filler", "county", "city", "officer", "head", "owner"])
def test_nobody_else_reads_the_trail(trail: Runtime, sign_in: SignIn, login: str) -> None:
    client = sign_in(login)
    for address in ("/audit/", "/audit/1", "/audit/chain"):
        assert client.get(address).status_code in (403, 404), address
    assert send(client, "/audit/list.xlsx", reason="x").status_code == 403
    assert send(client, "/audit/1/unmask", reason="x").status_code in (403, 404)


def test_all_of_it_is_the_audit_administrators_without_experts(trail: Runtime, sign_in: SignIn) -> None:
    page = text_of(sign_in("aud").get("/audit/"))
    assert "申明无利害关系" in page
    assert "〔专家〕" in page
    assert "gao.jian" not in page
    assert "高建" not in page
    watch = text_of(sign_in("watch").get("/audit/"))
    assert "ga***n" in watch


def test_one_link_says_before_and_after_and_that_it_holds(trail: Runtime, sign_in: SignIn) -> None:
    client = sign_in("sys")
    page = text_of(client.get(f"/audit/{number(trail, 'instance.cancel')}"))
    for words in ("误发起", "ACTIVE", "TERMINATED", "相符", "相接"):
        assert words in page
    content = text_of(client.get(f"/audit/{number(trail, 'instance.variable')}"))
    assert "不宜公开的意见" not in content
    assert "内容不可见" in content
    assert "不宜公开的意见" in text_of(sign_in("watch").get(f"/audit/{number(trail, 'instance.variable')}"))


def test_both_languages_tell_it(trail: Runtime, sign_in: SignIn) -> None:
    client = sign_in("aud")
    client.set_cookie("luzhi_language", "en")
    page = text_of(client.get(f"/audit/{number(trail, 'instance.cancel')}"))
    assert "cancelled an instance" in page
    assert "[an expert]" in text_of(client.get("/audit/"))


# search


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("actor=sys", {"instance.cancel", "instance.variable"}),
        ("action=instance.cancel", {"instance.cancel"}),
        ("action=%E5%81%9C%E7%94%A8%E8%B4%A6%E5%8F%B7", {"account.close"}),
        ("object_type=instance&object_key=8", {"instance.variable"}),
        ("case=2024-1&action=instance", {"instance.cancel", "instance.variable"}),
        ("text=%E8%AF%AF%E5%8F%91%E8%B5%B7", {"instance.cancel"}),
        ("text=%25", set()),
        ("first=2024-06-04", set()),
        ("actor=%27%20OR%201%3D1--", set()),
        ("actor=gao.jian", set()),
        ("object_key=gao.jian", set()),
        ("text=gao.jian", set()),
        ("text=13812345678", set()),
        ("text=不宜公开的意见", set()),
    ],
)
def test_search_finds_what_is_shown_and_nothing_that_is_hidden(
    trail: Runtime, sign_in: SignIn, query: str, found: set[str]
) -> None:
    page = sign_in("aud").get(f"/audit/?{query}").get_data(as_text=True)
    numbers = {action: number(trail, action) for _, action, *_ in DONE}
    assert {action for action, n in numbers.items() if f'href="/audit/{n}"' in page} == found


def test_pages_go_by_number(trail: Runtime, sign_in: SignIn) -> None:
    for _ in range(60):
        with trail.transaction() as tx:
            audit.append(tx.session, at=tx.now, actor="sys", action="x.y", object_type="x", object_key=1)
    client = sign_in("sys")
    first = client.get("/audit/?action=x.y").get_data(as_text=True)
    assert first.count('data-label="序号"') == 50
    older = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert client.get(older).get_data(as_text=True).count('data-label="序号"') == 10
    assert client.get("/audit/?before=x").status_code == 200


# without masks


def test_a_look_without_masks_has_a_reason_and_is_a_link(trail: Runtime, sign_in: SignIn) -> None:
    client, where = sign_in("sec-a"), f"/audit/{number(trail, 'account.close')}"
    masked = text_of(client.get(where))
    assert "138****5678" in masked
    assert send(client, f"{where}/unmask", reason=" ").status_code == 422
    shown = text_of(send(client, f"{where}/unmask", reason="核对举报"))
    assert "13812345678" in shown
    assert "138****5678" in text_of(client.get(where))
    last = rows(trail, select(Audit).order_by(Audit.sequence))[-1]
    assert (last.action, last.actor, last.object_key) == ("person.unmask", "sec-a", where.rpartition("/")[2])


def test_no_reason_opens_an_expert_or_somebody_elses_log(trail: Runtime, sign_in: SignIn) -> None:
    client = sign_in("aud")
    page = send(client, f"/audit/{number(trail, 'seat.release')}/unmask", reason="核对")
    assert page.status_code == 200
    assert "gao.jian" not in page.get_data(as_text=True)
    assert "高建" not in page.get_data(as_text=True)
    foreign = f"/audit/{number(trail, 'instance.cancel')}/unmask"
    assert send(sign_in("sec-a"), foreign, reason="x").status_code == 404
    assert send(sign_in("sys"), foreign, reason="x").status_code == 403


# exports


def test_the_list_is_exported_masked_with_a_reason(trail: Runtime, sign_in: SignIn) -> None:
    client = sign_in("aud")
    assert send(client, "/audit/list.xlsx", reason="").status_code == 422
    answer = send(client, "/audit/list.xlsx", case="2024-1", reason="季度检查")
    sheet = load_workbook(BytesIO(answer.data)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[4] for row in cells] == ["修改变量", "更换专家", "申明无利害关系", "停用账号", "终止流程"]
    assert "高建" not in str(cells)
    assert "13812345678" not in str(cells)
    last = rows(trail, select(Audit).order_by(Audit.sequence))[-1]
    assert (last.action, last.detail) == (
        "audit.list_export",
        {"reason": "季度检查", "total": 5, "what": {"case": "2024-1"}},
    )


def test_a_signed_export_comes_from_the_page(trail: Runtime, sign_in: SignIn) -> None:
    client = sign_in("watch")
    for form in ({"reason": "x"}, {"first": "2024-06-04", "last": "2024-06-03", "reason": "x"}):
        assert send(client, "/audit/export.zip", **form).status_code == 422
    assert send(client, "/audit/export.zip", first="2024-06-03", last="2024-06-03").status_code == 422
    answer = send(client, "/audit/export.zip", first="2024-06-03", last="2024-06-03", reason="年度检查")
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["made_by"] == "watch"
    assert manifest["withheld"] == 0
    assert actions(trail)[-2:] == ["audit.key", "audit.export"]


def test_the_page_of_the_chain_tells_checks_and_anchors(trail: Runtime, sign_in: SignIn) -> None:
    trail.clock.set(trail.clock.now() - timedelta(days=1))  # type: ignore[attr-defined]
    anchor = anchors.drop(trail)
    client = sign_in("aud")
    assert anchor.hash in text_of(client.get("/audit/chain"))
    assert send(client, "/audit/chain/check").status_code == 303
    assert actions(trail)[-1] == "audit.verify"
    assert "完好" in text_of(client.get("/audit/chain"))


def test_an_event_log_comes_from_the_page(trail: Runtime, sign_in: SignIn) -> None:
    client = sign_in("owner")
    assert client.get("/audit/events").status_code == 200
    form = {"process": "nothing", "first": "2024-06-03", "last": "2024-06-03", "reason": "x"}
    assert send(client, "/audit/events", **form).status_code == 404
    assert sign_in("officer").get("/audit/events").status_code == 403
    assert "events.export" not in actions(trail)
