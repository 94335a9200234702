"""Trying out the rules in the browser: real forms, given results, time, undo; recorded, and nothing in any register."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine import commands
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import project_root
from engine.store.instances import Instance
from engine.store.trials import StudioTrial
from engine.studio.drafts import drafting
from engine.studio.trying import recorded
from engine.worker import drain
from tests.process.diagrams import Diagram
from tests.web import world
from tests.web.conftest import SignIn, token

FILES = ("processes/registration.bpmn", "forms/definitions/registration_check.form")
BEGIN = {
    "at": "2024-06-03T09:00",
    "how": "ask",
    "name": ["registration_no", "county"],
    "value": ["ZC-1", '"370102"'],
}


@pytest.fixture(autouse=True)
def own_scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Only the scenarios of the process that is deployed here."""
    folder = tmp_path / "scenarios" / "registration"
    folder.mkdir(parents=True)
    for file in (project_root() / "processes/scenarios/registration").glob("*.json"):
        (folder / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(recorded, "folder", lambda: folder.parent)
    return folder


@pytest.fixture
def owner(runtime: Runtime, sign_in: SignIn) -> FlaskClient:
    files = {name.rpartition("/")[2]: (project_root() / name).read_bytes() for name in FILES}
    commands.deploy(runtime, SYSTEM, files)
    return sign_in("owner")


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)[-3000:]
    return answer.get_data(as_text=True)


Do = Callable[..., str]


@pytest.fixture
def do(owner: FlaskClient) -> Do:
    """Post to a page with its token and revision; the page that follows."""

    def post(address: str, status: int = 302, to: str = "", **data: object) -> str:
        page = owner.get(address)
        found = re.search(r'name="_revision" value="(\d+)"', page.get_data(as_text=True))
        sent = {"csrf_token": token(page), "_revision": found[1] if found else "0", **data}
        answer = owner.post(to or address, data=sent)
        body = answer.get_data(as_text=True)
        assert answer.status_code == status, re.sub(r"(?s)<[^>]+>|\s+", " ", body)[-3000:]
        return answer.headers.get("Location", "") or body

    return post


def confirmed(owner: FlaskClient, do: Do) -> str:
    """A trial whose address was confirmed: the county's check is open."""
    trial = do("/studio/process/registration/try", **BEGIN)
    do(trial, _action="message:confirmed:1")
    return trial


def task_of(owner: FlaskClient, trial: str) -> str:
    """The address of the open task."""
    found = re.search(rf'href="({trial}/tasks/[^"]+)"', text(owner, trial))
    assert found
    return found[1]


def test_a_case_is_tried_with_its_real_form_from_start_to_end(
    owner: FlaskClient, do: Do, runtime: Runtime
) -> None:
    assert "48小时未确认邮箱" in text(owner, "/studio/process/registration/try")
    trial = confirmed(owner, do)
    task = task_of(owner, trial)
    assert "核对结论" in text(owner, task) or 'name="decision"' in text(owner, task)
    refused = do(task, 422, _action="submit", _by="county")
    assert "data-error-summary" in refused
    do(task, _action="submit", _by="county", decision="APPROVE")
    waiting = text(owner, trial)
    assert "等待系统事项的结果" in waiting
    key = re.search(r'value="result:(\d+)"', waiting)
    assert key
    do(trial, _action=f"result:{key[1]}", **{"v.login": "enterprise-1"})
    ended = text(owner, trial)
    assert "流程已结束" in ended
    assert 'class="dg dg-task done"' in ended
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(Instance)) == 0


def test_what_was_given_for_a_verb_is_remembered(owner: FlaskClient, do: Do) -> None:
    trial = confirmed(owner, do)
    do(task_of(owner, trial), _action="submit", decision="APPROVE")
    first = text(owner, trial)
    assert 'value="enterprise-1"' in first  # what a scenario of the process has it give
    key = re.search(r'value="result:(\d+)"', first)
    assert key
    do(trial, _action=f"result:{key[1]}", **{"v.login": "mine"})
    again = confirmed(owner, do)
    do(task_of(owner, again), _action="submit", decision="APPROVE")
    assert 'value="mine"' in text(owner, again)


def test_time_passes_and_the_last_step_is_undone(owner: FlaskClient, do: Do) -> None:
    trial = do("/studio/process/registration/try", **BEGIN)
    do(trial, _action="wait:P1D")
    assert "现在是 2024年6月4日 09:00" in text(owner, trial)
    do(trial, _action="timer:unconfirmed")
    ended = re.sub(r"<[^>]+>", " ", text(owner, trial))
    told = r"结束于\s+已作废\s+结束时间\s+2024年6月5日 09:00\s+历时\s+2 个工作日（2 天）"
    assert re.search(told, ended)
    assert f'href="{trial}/record"' in text(owner, trial)
    assert 'href="/studio/process/registration/try"' in text(owner, trial)
    do(trial, _action="undo")
    assert "现在是 2024年6月4日 09:00" in text(owner, trial)
    do(trial, _action="until", until="2024-06-04T15:30")
    assert "15:30" in text(owner, trial)
    assert "不是日期和时间" in do(trial, 422, _action="until", until="tomorrow")


def test_two_tabs_do_not_undo_each_other(owner: FlaskClient, do: Do) -> None:
    trial = do("/studio/process/registration/try", **BEGIN)
    do(trial, _action="wait:P1D")
    assert "另一个页面" in do(trial, 409, _action="wait:P1D", _revision="0")


def test_a_trial_is_its_owners_alone(owner: FlaskClient, do: Do, runtime: Runtime, sign_in: SignIn) -> None:
    trial = do("/studio/process/registration/try", **BEGIN)
    with runtime.transaction() as tx:
        tx.session.get_one(StudioTrial, int(trial.rpartition("/")[2])).login = "somebody"
    assert owner.get(trial).status_code == 404
    assert sign_in("city").get("/studio/process/registration/try").status_code == 403


def test_a_trial_becomes_a_scenario_that_is_run(
    owner: FlaskClient, do: Do, runtime: Runtime, own_scenarios: Path
) -> None:
    trial = do("/studio/process/registration/try", **BEGIN)
    do(trial, _action="timer:unconfirmed")
    form = f"{trial}/record"
    assert "请写明" in do(form, 422, file="late", name=" ")
    assert "不能用" in do(form, 422, file="../late", name="迟")
    do(
        form,
        name="48小时未确认",
        file="not_confirmed",
        state="1",
        path="1",
        variable="county",
        never="opened",
    )
    file = owner.get("/studio/scenarios/registration/not_confirmed.json")
    assert b'"never": ["opened"]' in file.data
    assert b'"variables": {"county":"370102"}' in file.data
    with runtime.reading() as session:
        assert [s.file for s in recorded.scenarios(session)] == [
            f"registration/{name}.json" for name in ("county_late", "lapsed", "not_confirmed", "opened")
        ]
    run = do("/studio/scenarios")
    assert "等待开始" in text(owner, run)
    drain(runtime)
    page = text(owner, run)
    assert "4 / 4" in page
    assert "dg-task missed" in page or "全部走到过" in page
    listed = text(owner, "/studio/scenarios")
    assert "冯源录制" in listed
    do("/studio/scenarios", to="/studio/scenarios/registration/not_confirmed.json")
    assert "冯源录制" not in text(owner, "/studio/scenarios")


def test_a_failed_scenario_leads_to_the_step_where_it_failed(
    owner: FlaskClient, do: Do, runtime: Runtime, own_scenarios: Path
) -> None:
    (own_scenarios / "wrong.json").write_text(
        """{"name": "走错", "process": "registration", "starts_at": "2024-06-03T09:00:00+08:00",
        "steps": [{"wait": "PT1H"}, {"task": "county_check", "answers": {}}], "expect": {}}""",
        encoding="utf-8",
    )
    run = do("/studio/scenarios")
    drain(runtime)
    page = text(owner, run)
    assert "在第 2 步打开" in page
    trial = do(run, to=f"{run}/try", scenario="registration/wrong.json")
    stopped = text(owner, trial)
    assert "停在第 2 步" in stopped
    do(trial, _action="undo:1")
    assert "停在第" not in text(owner, trial)


@pytest.mark.parametrize("how", ["given", "whole"])
def test_a_scenario_is_opened_in_a_trial(owner: FlaskClient, do: Do, how: str) -> None:
    trial = do("/studio/process/registration/try?scenario=registration/opened.json", **{**BEGIN, "how": how})
    assert ("流程已结束" in text(owner, trial)) == (how == "whole")


def straight(last: str) -> bytes:
    """A process of one step that waits for nobody, and of one end."""
    return Diagram("straight").start().node("task", "step").end(last).flow("start", "step", last).xml()


@pytest.mark.parametrize(("last", "others"), [("done", 0), ("elsewhere", 1)])
def test_cases_that_ended_are_played_again_on_a_change(
    owner: FlaskClient, do: Do, runtime: Runtime, last: str, others: int
) -> None:
    commands.deploy(runtime, SYSTEM, {"straight.bpmn": straight("done")})
    started = commands.start(runtime, SYSTEM, "straight", {}, "A-1")
    change = drafting.begin(runtime, world.actor("owner"), title="改结束", reason="试")
    drafting.take_in(runtime, world.actor("owner"), change, "straight.bpmn")
    drafting.save(runtime, world.actor("owner"), change, "straight.bpmn", straight(last), 1)
    assert "A-1" not in text(owner, f"/studio/changes/{change}/replay")
    run = do(f"/studio/changes/{change}/replay", process="straight")
    drain(runtime)
    page = text(owner, run)
    assert f"1 件已结案件中，{others} 件会走另一条路" in page
    assert ("A-1" in page) == bool(others)
    case = text(owner, f"{run}/cases/{started.instance_key}")
    assert ("前 2 个环节相同" if others else "两次走的路相同") in case


def test_a_run_says_when_the_drafts_moved_on(owner: FlaskClient, do: Do, runtime: Runtime) -> None:
    commands.deploy(runtime, SYSTEM, {"straight.bpmn": straight("done")})
    commands.start(runtime, SYSTEM, "straight", {}, "A-1")
    run = do("/studio/replay", process="straight")
    commands.deploy(runtime, SYSTEM, {"straight.bpmn": straight("elsewhere")})
    drain(runtime)
    page = text(owner, run)
    assert "草稿又有改动" in page
    assert "规则又有改动" in page


@pytest.mark.parametrize(
    "sent",
    [
        {"_action": ""},
        {"_action": "result:99"},
        {"_action": "message:nowhere:1"},
        {"_action": "until", "until": "9" * 400},
        {"_action": "wait:P99999999999999999999D"},
        {"_action": "undo:99999999999"},
        {"_action": "timer:nowhere"},
        {"_action": "message:confirmed:1", "more_name": "a b", "more_value": "[" * 9000},
        {"_action": "wait:P1D", "_revision": "x"},
    ],
)
def test_what_nobody_could_press_is_refused(owner: FlaskClient, do: Do, sent: dict[str, str]) -> None:
    trial = do("/studio/process/registration/try", **BEGIN)
    answer = owner.post(trial, data={"csrf_token": token(owner.get(trial)), "_revision": "0", **sent})
    assert answer.status_code in (302, 404, 409, 422)
    assert owner.get(trial).status_code == 200


def test_a_draft_that_goes_round_for_ever_is_told_on_the_page(
    owner: FlaskClient, do: Do, runtime: Runtime
) -> None:
    again = (
        Diagram("round")
        .start()
        .gateway("exclusive", "again")
        .node("task", "step")
        .gateway("exclusive", "which", default="out")
        .end()
        .flow("start", "again", "step", "which")
        .flow("which", "again", when="=true", id="back")
        .flow("which", "end", id="out")
        .xml()
    )
    change = drafting.begin(runtime, world.actor("owner"), title="转圈", reason="试")
    drafting.add(runtime, world.actor("owner"), change, "round.bpmn", again)
    trial = do(f"/studio/changes/{change}/try?process=round", process="round", at="2024-06-03T09:00")
    page = text(owner, trial)
    assert "一开始就停下了" in page
    assert "步数超过限额" in page
