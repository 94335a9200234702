"""The pages of migrations: choosing cases, mapping, dry run, applying, taking back; for process owners only."""

import re
from datetime import timedelta
from typing import cast

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine import commands
from engine.clock import VirtualClock
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store import json
from engine.store.instances import Instance
from engine.store.tasks import UserTask
from engine.worker import drain
from tests.support.diagrams import boundary, chain, diagram, end, flow, output, start, task, timer
from tests.support.runtimes import rows
from tests.web import world
from tests.web.conftest import SignIn, token

PAGE = "/studio/migrations"


def review(days: int, step: str = "check", name: str = "city_officer@370100") -> bytes:
    """Two steps; the first has a form and a deadline."""
    first = task(step, group=name, form="f", mapping=output("=opinion", "opinion"))
    body = start() + first.replace(f"任务 {step}", "材料审核") + task("sign") + end() + end("late")
    body += boundary("limit", step, timer("Duration", f"P{days}D")).replace('name="limit"', 'name="审核期限"')
    return diagram("web_case", body + chain("start", step, "sign", "end") + flow("limit", "late"))


def form(*keys: str) -> bytes:
    fields = [{"type": "textfield", "key": key, "label": f"项{key}", "id": f"x_{key}"} for key in keys]
    return json.dumps({"id": "f", "type": "default", "schemaVersion": 19, "components": fields}).encode()


@pytest.fixture
def owner(runtime: Runtime, sign_in: SignIn) -> FlaskClient:
    """Three cases under way, a newer version with another deadline and a renamed step, and who owns them."""
    commands.deploy(runtime, SYSTEM, {"f.form": form("opinion", "old"), "web_case.bpmn": review(5)})
    for key in ("2024-370100-0001", "2024-370100-0002", "2024-370200-0001"):
        commands.start(runtime, SYSTEM, "web_case", {}, key)
    files = {"f.form": form("opinion", "new"), "web_case.bpmn": review(9, "examine")}
    commands.deploy(runtime, SYSTEM, files)
    return sign_in("owner")


def send(client: FlaskClient, page: str, address: str, **fields: object) -> TestResponse:
    """Post a form with the token and the step of the page."""
    answer = client.get(page)
    step = re.search(r'name="step" value="(\d+)"', answer.get_data(as_text=True))
    given = {"csrf_token": token(answer), **({"step": step[1]} if step else {}), **fields}
    return client.post(address, data=given)


def planned(client: FlaskClient, **fields: object) -> str:
    """A migration of all cases to the newest version; its page."""
    page = f"{PAGE}/new?process=web_case"
    answer = send(client, page, PAGE, process="web_case", target="2", reason="期限延长", **fields)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def text(client: FlaskClient, page: str) -> str:
    return client.get(page).get_data(as_text=True)


def test_a_cohort_is_chosen_by_version_city_year_and_step(owner: FlaskClient) -> None:
    assert "web_case" in text(owner, f"{PAGE}/new")
    assert PAGE in text(owner, "/studio")
    assert f"{PAGE}/new?process=web_case" in text(owner, "/studio/process/web_case")
    page = text(owner, f"{PAGE}/new?process=web_case&city=370100&version=1&element=check&year=2024")
    assert "符合条件的在办案件 2 件（共 3 件在办）" in page
    assert "符合条件的在办案件 0 件" in text(owner, f"{PAGE}/new?process=web_case&element=sign")
    nobody = send(owner, f"{PAGE}/new?process=web_case", PAGE, process="web_case", city="371700", reason="x")
    assert (nobody.status_code, "没有符合条件的在办案件" in nobody.get_data(as_text=True)) == (422, True)
    silent = send(owner, f"{PAGE}/new?process=web_case", PAGE, process="web_case", reason=" ")
    assert silent.status_code == 422
    one = planned(owner, key="2024-370200-0001")
    assert "共 1 件" in text(owner, one)


def test_cases_are_tried_migrated_and_taken_back(
    owner: FlaskClient, runtime: Runtime, sign_in: SignIn
) -> None:
    page = planned(owner)
    first = text(owner, page)
    for said in ("同名同类", "审核期限", "P5D", "P9D", "保留原日期", "随之换用的决策和表单", "试运行"):
        assert said in first
    cast("VirtualClock", runtime.clock).advance(timedelta(days=2))
    send(
        owner, page, f"{page}/options", **{"timer:web_case:limit": "begin", "forms": "renew", "then": "check"}
    )
    assert "试运行中" in text(owner, page)
    assert f'data-run="{page}/progress"' in text(owner, page)
    assert owner.get(f"{page}/progress").json == {"done": 0, "total": 3, "state": "running"}
    drain(runtime)
    assert owner.get(f"{page}/progress").json == {"done": 3, "total": 3, "state": "done"}
    assert "data-run=" not in text(owner, page)
    tried = text(owner, page)
    assert "可以 3 件，有风险 0 件，不可以 0 件" in tried
    assert "期限“审核期限”由 2024年6月8日 09:00 改为 2024年6月12日 09:00。" in tried
    assert "任务“材料审核”的表单由第 1 版换为第 2 版。" in tried
    send(owner, page, f"{page}/apply")
    drain(runtime)
    assert "已迁移 3 件" in text(owner, page)
    assert set(rows(runtime, select(UserTask.element_id))) == {"examine"}
    case = text(owner, f"{PAGE}/cases/1")
    assert "由第 1 版到第 2 版" in case
    step = rows(runtime, select(UserTask.id).order_by(UserTask.id))[0]
    assert "由第 1 版到第 2 版" in text(sign_in("city"), f"/tasks/{step}/diagram")
    assert "现按第 2 版办理" in case
    send(owner, page, f"{page}/undo")
    drain(runtime)
    assert "撤回 3 件" in text(owner, page)
    assert len(set(rows(runtime, select(Instance.definition_id)))) == 1
    assert "由第 2 版到第 1 版" in text(owner, f"{PAGE}/cases/1")


def test_a_mapping_is_changed_and_what_cannot_go_is_said(owner: FlaskClient, runtime: Runtime) -> None:
    page = planned(owner)
    send(owner, page, f"{page}/options", **{"map:web_case:check": "", "then": "check"})
    drain(runtime)
    tried = text(owner, page)
    assert "不可以 3 件" in tried
    assert "没有对应：停在这里的不能迁移" in tried
    refused = send(owner, page, f"{page}/apply")
    assert (refused.status_code, "没有可以迁移的案件" in refused.get_data(as_text=True)) == (422, True)
    wrong = send(owner, page, f"{page}/options", **{"map:web_case:check": "nowhere"})
    assert wrong.status_code == 422
    stale = send(owner, page, f"{page}/apply", step="0")
    assert (stale.status_code, "刷新页面" in stale.get_data(as_text=True)) == (409, True)


def test_what_has_moved_on_is_said_and_goes_back_by_the_inverse(owner: FlaskClient, runtime: Runtime) -> None:
    page = planned(owner)
    send(owner, page, f"{page}/check")
    drain(runtime)
    send(owner, page, f"{page}/apply")
    drain(runtime)
    keys = rows(runtime, select(UserTask.id).order_by(UserTask.id))
    commands.claim(runtime, world.actor("city"), keys[0])
    commands.complete(runtime, world.actor("city"), keys[0], {"opinion": "同意"})
    send(owner, page, f"{page}/undo")
    drain(runtime)
    assert "迁移之后已继续办理" in text(owner, page)
    back = send(owner, page, f"{page}/invert", reason="退回").headers["Location"]
    assert "反向迁移" in text(owner, back)
    send(owner, back, f"{back}/check")
    drain(runtime)
    send(owner, back, f"{back}/apply")
    drain(runtime)
    assert len(set(rows(runtime, select(Instance.definition_id)))) == 1


def test_a_draft_typed_into_the_old_form_is_kept_and_shown(
    owner: FlaskClient, runtime: Runtime, sign_in: SignIn
) -> None:
    key = rows(runtime, select(UserTask.id).order_by(UserTask.id))[0]
    commands.claim(runtime, world.actor("city"), key)
    commands.save_draft(runtime, world.actor("city"), key, {"opinion": "同意", "old": "旧内容"})
    page = planned(owner)
    send(owner, page, f"{page}/check")
    drain(runtime)
    tried = text(owner, f"{page}?show=RISK")
    assert "有 1 份草稿，其中“项old”在新表单中没有对应的项" in tried
    assert "旧内容" not in tried  # answers are nobody's but the writer's
    send(owner, page, f"{page}/apply", risks="yes")
    drain(runtime)
    mine = sign_in("city").get(f"/tasks/{key}").get_data(as_text=True)
    assert "旧内容" in mine
    assert "项old" in mine
    assert "项new" in mine


@pytest.mark.parametrize("who", ["city", "head"])
def test_nobody_else_migrates(owner: FlaskClient, sign_in: SignIn, who: str) -> None:
    page = planned(owner)
    other = sign_in(who)
    assert other.get(page).status_code == 403
    assert other.get(f"{PAGE}/new").status_code == 403
    form = {"csrf_token": token(other.get("/account/password")), "step": "0"}
    for deed in ("check", "apply", "stop", "undo", "invert"):
        assert other.post(f"{page}/{deed}", data=form).status_code == 403
    assert other.get(f"{PAGE}/cases/1").status_code == (404 if who == "city" else 200)


@pytest.mark.parametrize("address", ["77", "77/check", "cases/77"])
def test_what_is_not_there_is_said(owner: FlaskClient, address: str) -> None:
    answer = (
        send(owner, PAGE + "/new?process=web_case", f"{PAGE}/{address}")
        if address.endswith("check")
        else owner.get(f"{PAGE}/{address}")
    )
    assert answer.status_code == 404
