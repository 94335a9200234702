"""One task: read, claim, draft, submit with errors, correct, complete; what must not work, does not."""

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine import commands
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.runtime import Runtime
from engine.store.tasks import COMPLETED, Draft, Submission, UserTask
from tests.web import world
from tests.web.conftest import SignIn, token

GOOD = {
    "decision": "recommend",
    "uscc": " 91370200 264574251e ",
    "investment": "1,200.50",
    "software": "200",
    "visited_on": "2024-06-01",
    "confirmed": "true",
}


@pytest.fixture
def task(runtime: Runtime) -> int:
    world.deploy_review(runtime)
    return world.start_review(runtime, "2024-370100")


@pytest.fixture
def city(sign_in: SignIn, runtime: Runtime, task: int) -> FlaskClient:
    """The city officer, who has claimed the task."""
    commands.claim(runtime, world.actor("city"), task)
    return sign_in("city")


def form_of(client: FlaskClient, task: int, **answers: str) -> dict[str, str]:
    """What the browser would send from the page as it stands."""
    page = client.get(f"/tasks/{task}")
    own = dict(re.findall(r'name="(_revision|_shown)" value="([^"]*)"', page.get_data(as_text=True)))
    assert own.keys() == {"_revision", "_shown"}
    return {"csrf_token": token(page), "_action": "submit", **own, **answers}


def submissions(runtime: Runtime) -> int:
    with runtime.reading() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def test_the_page_shows_form_deadline_and_what_happens_then(city: FlaskClient, task: int) -> None:
    page = city.get(f"/tasks/{task}").get_data(as_text=True)
    for text in (
        "审核材料",
        "退回补正",
        "统一社会信用代码",
        "（必填）",
        "到期未办的，视为不予推荐。",
        "逐项核对申报材料",
        "万元",
    ):
        assert text in page, text
    assert "<title>审核材料 – 2024 年度 · 济南市 – 鲁智</title>" in page
    assert "退回理由" not in page


def test_all_errors_come_at_once_above_and_beside_the_fields(city: FlaskClient, task: int) -> None:
    form = form_of(city, task, decision="return", uscc="9137 0100", investment="-5", confirmed="false")
    answer = city.post(f"/tasks/{task}", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "<title>错误：审核材料" in page
    assert "有 4 处需要修改" in page
    for anchor in ("f-reason", "f-uscc", "f-investment", "f-confirmed"):
        assert f'href="#{anchor}"' in page
        assert f'id="{anchor}"' in page
        assert f'id="{anchor}-error"' in page
    assert page.count("统一社会信用代码应为 18 位，您填了 8 位") == 2
    assert 'value="-5"' in page, "what was typed is kept"


def test_a_corrected_form_is_accepted_once_and_the_next_step_is_told(
    city: FlaskClient, task: int, runtime: Runtime
) -> None:
    answer = city.post(f"/tasks/{task}", data=form_of(city, task, **GOOD))
    assert answer.headers["Location"] == f"/tasks/{task}/done"
    page = city.get(f"/tasks/{task}/done").get_data(as_text=True)
    assert "已提交：审核材料" in page
    assert "负责人签发" in page
    with runtime.reading() as session:
        sent = session.scalars(select(Submission)).one()
        assert f'提交编号 <strong class="tnum">{sent.id}</strong>' in page
        assert sent.data["uscc"] == "91370200264574251E"
        assert str(sent.data["hardware"]) == "1000.50"
        assert "reason" not in sent.data


def test_a_second_submission_changes_nothing_and_shows_the_text_again(
    city: FlaskClient, task: int, runtime: Runtime
) -> None:
    form = form_of(city, task, **GOOD)
    city.post(f"/tasks/{task}", data=form)
    again = city.post(f"/tasks/{task}", data=form)
    page = again.get_data(as_text=True)
    assert again.status_code == 409
    assert "已由city于" in page or "已由李强于" in page
    assert "91370200264574251E" in page
    assert submissions(runtime) == 1


def test_a_stale_page_is_refused_but_keeps_the_text_in_the_form(
    city: FlaskClient, task: int, runtime: Runtime
) -> None:
    form = form_of(city, task, **{**GOOD, "software": "321"})
    commands.give_back(runtime, world.actor("city"), task)
    commands.claim(runtime, world.actor("city"), task)
    answer = city.post(f"/tasks/{task}", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "没有提交成功" in page
    assert re.search("有了变化（李强于.+领取）", page), "what changed, by whom and when"
    assert 'value="321"' in page
    assert submissions(runtime) == 0
    assert city.post(f"/tasks/{task}", data=form_of(city, task, **GOOD)).status_code == 302


def test_a_task_taken_by_a_colleague_cannot_be_submitted(
    city: FlaskClient, task: int, runtime: Runtime
) -> None:
    form = form_of(city, task, **GOOD)
    commands.give_back(runtime, world.actor("city"), task)
    commands.claim(runtime, world.actor("hostile"), task)
    answer = city.post(f"/tasks/{task}", data=form)
    assert answer.status_code == 409
    assert "91370200264574251E" in answer.get_data(as_text=True)
    assert submissions(runtime) == 0


@pytest.mark.parametrize(
    "key", ["typename", "__builtins__", "__class__", "submission_id", "completed_by", "hardwar"]
)
def test_unknown_and_reserved_fields_are_refused_by_name(
    city: FlaskClient, task: int, runtime: Runtime, key: str
) -> None:
    answer = city.post(f"/tasks/{task}", data=form_of(city, task, **GOOD, **{key: "1"}))
    assert answer.status_code == 422
    assert submissions(runtime) == 0


def test_hidden_and_computed_answers_that_are_sent_anyway_do_not_count(
    city: FlaskClient, task: int, runtime: Runtime
) -> None:
    form = form_of(city, task, **GOOD, reason="藏在里面", hardware="999999")
    assert city.post(f"/tasks/{task}", data=form).status_code == 302
    with runtime.reading() as session:
        data = session.scalars(select(Submission)).one().data
    assert "reason" not in data
    assert str(data["hardware"]) == "1000.50"


def test_strangers_do_not_learn_that_the_task_exists(sign_in: SignIn, task: int) -> None:
    for stranger in ("other_city", "county", "filler", "officer"):
        client = sign_in(stranger)
        assert client.get(f"/tasks/{task}").status_code == 404, stranger
        csrf = token(client.get("/inbox"))
        for action in ("", "/claim", "/give-back", "/draft"):
            answer = client.post(f"/tasks/{task}{action}", data={"csrf_token": csrf, **GOOD})
            assert answer.status_code in (403, 404), (stranger, action)


def test_drafts_are_kept_for_their_writer_alone(
    city: FlaskClient, sign_in: SignIn, task: int, runtime: Runtime
) -> None:
    form = form_of(city, task, decision="return", reason="写到一半", uscc="91")
    saved = city.post(f"/tasks/{task}/draft", data=form)
    assert "已自动保存 09:00" in saved.get_data(as_text=True)
    assert saved.headers["Luzhi-Draft"] == "kept"
    page = city.get(f"/tasks/{task}").get_data(as_text=True)
    assert "写到一半" in page
    assert 'value="91"' in page
    commands.give_back(runtime, world.actor("city"), task)
    assert "写到一半" not in sign_in("hostile").get(f"/tasks/{task}").get_data(as_text=True)
    with runtime.reading() as session:
        assert session.scalars(select(Draft.login)).all() == ["city"]


def test_saving_tells_which_parts_of_the_form_change(city: FlaskClient, task: int) -> None:
    form = form_of(city, task, decision="return", investment="10", software="4")
    parts = city.post(f"/tasks/{task}/draft", data=form).get_data(as_text=True)
    assert 'id="w-f-reason"' in parts, "the reason appears"
    assert "6" in parts.split('id="w-f-hardware"')[1]
    assert 'id="w-f-uscc"' not in parts, "a field somebody may be typing in is left alone"


def test_without_javascript_a_draft_is_saved_by_a_button(city: FlaskClient, task: int) -> None:
    answer = city.post(f"/tasks/{task}", data=form_of(city, task, uscc="913", _action="save"))
    assert answer.status_code == 302
    assert "草稿已保存" in city.get(f"/tasks/{task}").get_data(as_text=True)


def test_after_the_deadline_of_the_page_nothing_is_lost(
    city: FlaskClient, task: int, runtime: Runtime
) -> None:
    form = form_of(city, task, **GOOD)
    commands.cancel(runtime, world.SYSTEM, _instance(runtime, task), "test")
    answer = city.post(f"/tasks/{task}", data=form)
    assert answer.status_code == 409
    assert "91370200264574251E" in answer.get_data(as_text=True)


def test_giving_back_needs_a_holder_and_says_so(city: FlaskClient, task: int) -> None:
    csrf = token(city.get(f"/tasks/{task}"))
    assert city.post(f"/tasks/{task}/give-back", data={"csrf_token": csrf}).status_code == 302
    assert "任务已放回待领取" in city.get("/inbox").get_data(as_text=True)
    again = city.post(f"/tasks/{task}/give-back", data={"csrf_token": csrf})
    assert again.status_code == 403


def test_a_head_gives_the_task_to_a_colleague_with_a_reason(
    city: FlaskClient, sign_in: SignIn, task: int, runtime: Runtime
) -> None:
    assert "/assign" not in city.get(f"/tasks/{task}").get_data(as_text=True)  # an officer does not reassign
    client = sign_in("city_head")
    page = client.get(f"/tasks/{task}")
    assert f'action="/tasks/{task}/assign"' in page.get_data(as_text=True)
    choice = page.get_data(as_text=True).partition('id="assignee"')[2].partition("</select>")[0]
    offered = re.findall(r'<option value="([^"]+)">', choice)
    assert offered == ["hostile"]  # the other officer of the city; who holds it already is left out
    body = {"csrf_token": token(page), "assignee": "hostile"}
    assert client.post(f"/tasks/{task}/assign", data=body).status_code == 422
    assert client.post(f"/tasks/{task}/assign", data={**body, "reason": "出差"}).status_code == 302
    with runtime.reading() as session:
        assert session.get_one(UserTask, task).assignee == "hostile"


def test_a_done_task_shows_what_was_submitted_to_who_did_it(city: FlaskClient, task: int) -> None:
    city.post(f"/tasks/{task}", data=form_of(city, task, **GOOD))
    page = city.get(f"/tasks/{task}").get_data(as_text=True)
    assert "91370200264574251E" in page
    assert "<form id" not in page
    assert "审核材料" in city.get("/inbox/done").get_data(as_text=True)


def test_a_name_that_is_a_script_is_shown_as_text(sign_in: SignIn, task: int) -> None:
    page = sign_in("hostile").get("/inbox").get_data(as_text=True)
    assert "&lt;script&gt;alert" in page
    assert world.HOSTILE not in page


def test_submitted_script_is_shown_as_text(city: FlaskClient, task: int) -> None:
    form = form_of(city, task, **{**GOOD, "decision": "return"}, reason=world.HOSTILE)
    assert city.post(f"/tasks/{task}", data=form).status_code == 302
    page = city.get(f"/tasks/{task}").get_data(as_text=True)
    assert "&lt;script&gt;" in page
    assert world.HOSTILE not in page


def test_the_page_speaks_english(city: FlaskClient, task: int) -> None:
    city.set_cookie("luzhi_language", "en")
    page = city.get(f"/tasks/{task}").get_data(as_text=True)
    for text in ("Check the file", "Decision", "(required)", "Submit"):
        assert text in page, text


def _instance(runtime: Runtime, task: int) -> int:
    with runtime.reading() as session:
        found = session.get_one(UserTask, task)
        assert found.state != COMPLETED
        return found.instance_id


def test_the_clock_of_the_page_is_the_business_clock(city: FlaskClient, task: int, runtime: Runtime) -> None:
    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.set(datetime(2024, 6, 5, 9, tzinfo=BUSINESS_ZONE))
    assert "今天到期" in city.get(f"/tasks/{task}").get_data(as_text=True)
