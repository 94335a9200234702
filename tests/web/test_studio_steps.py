"""A change in the browser from its first save to its deployment by two people, and back; every wrong turn is said."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine import commands
from engine.clock import VirtualClock
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import project_root
from engine.studio.deployed import deployed_files
from engine.studio.drafts import drafting
from engine.worker import drain
from tests.web import world
from tests.web.conftest import SignIn, token

FILE = "registration.bpmn"
PATHS = ("processes/registration.bpmn", "forms/definitions/registration_check.form")
FILES = {path.rpartition("/")[2]: (project_root() / path).read_bytes() for path in PATHS}
SHORTER = FILES[FILE].replace(b"PT48H", b"PT24H")


@pytest.fixture
def rules(runtime: Runtime) -> Runtime:
    """The registration is deployed."""
    commands.deploy(runtime, SYSTEM, FILES, message="deployed from files")
    return runtime


@pytest.fixture
def owner(sign_in: SignIn, rules: Runtime) -> FlaskClient:
    return sign_in("owner")


@pytest.fixture
def second(sign_in: SignIn, rules: Runtime) -> FlaskClient:
    return sign_in("second_owner")


@pytest.fixture
def change(rules: Runtime) -> int:
    """A change of the first owner: the registration lapses sooner."""
    who = world.actor("owner")
    number = drafting.begin(rules, who, title="缩短确认期限", reason="落实新规定")
    drafting.take_in(rules, who, number, FILE)
    drafting.save(rules, who, number, FILE, SHORTER, 1)
    return number


def step(client: FlaskClient, change: int, what: str, **data: str) -> Any:
    """Press a button of the page of a change."""
    page = client.get(f"/studio/changes/{change}")
    return client.post(f"/studio/changes/{change}/{what}", data={"csrf_token": token(page), **data})


def seen(client: FlaskClient, change: int) -> str:
    """The hash that the page of a submitted change carries."""
    found = re.search(r'name="contents" value="(\w+)"', client.get(f"/studio/changes/{change}").text)
    assert found, "no form to approve with"
    return found[1]


def now(runtime: Runtime) -> bytes:
    with runtime.reading() as session:
        return deployed_files(session)[FILE]


def approve(owner: FlaskClient, second: FlaskClient, change: int) -> None:
    assert step(owner, change, "submit").status_code == 302
    assert step(second, change, "approve", contents=seen(second, change)).status_code == 302


def test_the_page_says_what_differs_and_what_is_missing(owner: FlaskClient, change: int) -> None:
    page = owner.get(f"/studio/changes/{change}").text
    assert "1 个文件与现行规则不同" in page
    assert "这套内容还没有运行过" in page
    difference = owner.get(f"/studio/changes/{change}/files/{FILE}/difference").text
    assert "<del>PT48H</del>" in difference
    assert "<ins>PT24H</ins>" in difference
    assert difference.count("<svg xmlns") == 2
    assert step(owner, change, "check").status_code == 302
    assert "3 个中 0 个没有通过" in owner.get(f"/studio/changes/{change}").text


def test_two_people_deploy_a_change(
    owner: FlaskClient, second: FlaskClient, change: int, rules: Runtime
) -> None:
    early = step(owner, change, "deploy")
    assert early.status_code == 409
    assert "还在编辑" in early.text
    assert step(owner, change, "submit").status_code == 302
    own = owner.get(f"/studio/changes/{change}").text
    assert "要由另一位流程管理员批准" in own
    assert 'name="contents"' not in own
    contents = seen(second, change)
    refused = step(owner, change, "approve", contents=contents)
    assert refused.status_code == 403
    assert "不能批准它" in refused.text
    assert now(rules) == FILES[FILE]
    assert step(second, change, "approve", contents=contents, note="同意").status_code == 302
    assert step(owner, change, "deploy").status_code == 302
    assert now(rules) == SHORTER
    versions = owner.get("/studio/process/registration").text
    assert "陈思" in versions
    assert "未经工作室批准" in versions
    page = owner.get(f"/studio/changes/{change}").text
    assert "回退这次部署" in page
    assert "同意" in page
    difference = owner.get(f"/studio/changes/{change}/files/{FILE}/difference").text
    assert "<del>PT48H</del>" in difference, "a deployed change is compared with what counted before it"
    assert "<ins>PT24H</ins>" in difference
    commands.deploy(rules, SYSTEM, {FILE: FILES[FILE].replace(b"PT48H", b"PT36H")})
    later = owner.get(f"/studio/changes/{change}/files/{FILE}/difference").text
    assert "PT36H" not in later
    assert "<ins>PT24H</ins>" in later


def test_a_save_after_the_approval_takes_it_away(
    owner: FlaskClient, second: FlaskClient, change: int, rules: Runtime
) -> None:
    approve(owner, second, change)
    drafting.save(rules, world.actor("owner"), change, FILE, SHORTER.replace(b"PT24H", b"PT12H"), 2)
    answer = step(second, change, "deploy")
    assert answer.status_code == 409
    assert now(rules) == FILES[FILE]


def test_what_fails_is_listed(owner: FlaskClient, change: int, rules: Runtime) -> None:
    later = SHORTER.replace(b"PT24H", b"PT72H")
    drafting.save(rules, world.actor("owner"), change, FILE, later, 2)
    answer = step(owner, change, "submit")
    assert answer.status_code == 422
    assert "48小时未确认邮箱" in answer.text
    drafting.save(rules, world.actor("owner"), change, FILE, b"<bpmn", 3)
    answer = step(owner, change, "submit")
    assert answer.status_code == 422
    assert "XML" in answer.text


def test_a_base_that_moved_is_compared_and_taken_over(
    owner: FlaskClient, change: int, rules: Runtime
) -> None:
    commands.deploy(rules, SYSTEM, {FILE: FILES[FILE].replace(b"PT48H", b"PT36H")})
    answer = step(owner, change, "submit")
    assert answer.status_code == 409
    assert "现行版本已变" in answer.text
    address = f"/studio/changes/{change}/files/{FILE}/difference"
    page = owner.get(address).text
    assert "<ins>PT36H</ins>" in page
    assert "<ins>PT24H</ins>" in page
    hash = re.search(r'name="seen" value="(\w+)"', page)
    assert hash
    kept = step(owner, change, f"files/{FILE}/rebase", keep="mine", seen=hash[1])
    assert kept.status_code == 302
    assert step(owner, change, "submit").status_code == 302


def test_a_change_is_deployed_at_a_date(
    owner: FlaskClient, second: FlaskClient, change: int, rules: Runtime
) -> None:
    approve(owner, second, change)
    assert step(owner, change, "plan", at="nonsense").status_code == 422
    assert step(owner, change, "plan", at="2024-06-01T09:00").status_code == 422
    assert step(owner, change, "plan", at="2024-06-05T08:30").status_code == 302
    assert "2024-06-05T08:30" in owner.get(f"/studio/changes/{change}").text
    clock = rules.clock
    assert isinstance(clock, VirtualClock)
    clock.advance(timedelta(days=1, hours=23, minutes=30))
    drain(rules)
    assert now(rules) == SHORTER


def test_a_date_is_taken_away(owner: FlaskClient, second: FlaskClient, change: int) -> None:
    approve(owner, second, change)
    step(owner, change, "plan", at="2024-06-05T08:30")
    assert step(owner, change, "plan", at="").status_code == 302
    assert 'value="2024-06-05T08:30"' not in owner.get(f"/studio/changes/{change}").text


def test_what_could_not_be_deployed_is_on_the_page(
    owner: FlaskClient, second: FlaskClient, change: int, rules: Runtime
) -> None:
    approve(owner, second, change)
    step(owner, change, "plan", at="2024-06-05T08:30")
    commands.deploy(rules, SYSTEM, {FILE: FILES[FILE].replace(b"PT48H", b"PT36H")})
    assert isinstance(rules.clock, VirtualClock)
    rules.clock.advance(timedelta(days=2))
    drain(rules)
    page = owner.get(f"/studio/changes/{change}").text
    assert "没有按时部署" in page
    assert "没有按时部署" in second.get("/enterprise/messages").text


def test_back_by_one_click(owner: FlaskClient, second: FlaskClient, change: int, rules: Runtime) -> None:
    approve(owner, second, change)
    step(owner, change, "deploy")
    page = owner.get(f"/studio/changes/{change}")
    address = re.search(r'action="(/studio/deployments/\d+/roll-back)"', page.text)
    assert address
    back = owner.post(address[1], data={"csrf_token": token(page)})
    assert back.status_code == 302
    number = int(back.headers["Location"].rpartition("/")[2])
    contents = seen(second, number)
    assert step(second, number, "approve", contents=contents).status_code == 302
    assert step(second, number, "deploy").status_code == 302
    assert now(rules) == FILES[FILE]


def test_a_version_is_restored_from_its_page(owner: FlaskClient, second: FlaskClient, rules: Runtime) -> None:
    commands.deploy(rules, SYSTEM, {FILE: SHORTER})
    page = owner.get("/studio/process/registration")
    assert page.text.count("/restore") == 1
    back = owner.post("/studio/process/registration/1/restore", data={"csrf_token": token(page)})
    number = int(back.headers["Location"].rpartition("/")[2])
    assert seen(second, number)
    missing = owner.post("/studio/process/registration/9/restore", data={"csrf_token": token(page)})
    assert missing.status_code == 404


def test_running_cases_are_listed_with_what_the_change_means_for_them(
    owner: FlaskClient, change: int, rules: Runtime
) -> None:
    given = {"registration_no": "ZC-1", "county": "370102", "city": "370100"}
    commands.start(rules, SYSTEM, "registration", given)
    page = owner.get(f"/studio/changes/{change}").text
    assert "相关流程的在办案件" in page
    assert "发送确认邮件" in page
    assert "所在环节没有改动" in page
    more = SHORTER.replace(b'ask_confirmation" retries="3"', b'ask_confirmation" retries="5"')
    drafting.save(rules, world.actor("owner"), change, FILE, more, 2)
    assert "所在环节有改动" in owner.get(f"/studio/changes/{change}").text


@pytest.mark.parametrize("what", ["send-back", "withdraw"])
def test_a_change_is_sent_back_or_withdrawn(
    owner: FlaskClient, second: FlaskClient, change: int, what: str
) -> None:
    step(owner, change, "submit")
    assert step(second, change, what, note="再想想").status_code == 302
    page = owner.get(f"/studio/changes/{change}").text
    assert "再想想" in page
    assert ("提交审批" in page) is (what == "send-back")
    assert "缩短确认期限" in owner.get("/studio/changes").text


def test_a_file_is_left_out(owner: FlaskClient, change: int) -> None:
    assert step(owner, change, f"files/{FILE}/leave-out").status_code == 302
    assert owner.get(f"/studio/changes/{change}/files/{FILE}").status_code == 404


def test_a_change_begins_with_a_file(owner: FlaskClient) -> None:
    page = owner.get(f"/studio/changes?file={FILE}")
    sent = {"csrf_token": token(page), "title": "改流程", "reason": "试", "file": FILE}
    answer = owner.post("/studio/changes", data=sent)
    assert answer.headers["Location"].endswith(f"/files/{FILE}")


def test_nobody_else_takes_a_step(sign_in: SignIn, change: int, rules: Runtime) -> None:
    other = sign_in("head")
    sent = {"csrf_token": token(other.get("/inbox"))}
    for what in (
        "check",
        "submit",
        "approve",
        "withdraw",
        "deploy",
        "plan",
        "send-back",
        f"files/{FILE}/rebase",
    ):
        assert other.post(f"/studio/changes/{change}/{what}", data=sent).status_code == 403, what
    assert other.post("/studio/deployments/1/roll-back", data=sent).status_code == 403
    assert other.post("/studio/process/registration/1/restore", data=sent).status_code == 403


def test_why_a_scenario_failed_is_said_in_the_language_of_the_page(
    owner: FlaskClient, change: int, rules: Runtime
) -> None:
    drafting.save(rules, world.actor("owner"), change, FILE, FILES[FILE].replace(b"PT48H", b"PT72H"), 2)
    refused = step(owner, change, "submit")
    assert refused.status_code == 422
    failed = owner.get(f"/studio/changes/{change}").text.partition('id="scenarios"')[2]
    assert re.search("没有依次到达|实为|在办", failed)
    owner.set_cookie("luzhi_language", "en")
    failed = owner.get(f"/studio/changes/{change}").text.partition('id="scenarios"')[2]
    assert re.search("in its turn|, but are |open tasks", failed)
    assert not re.search("没有依次到达|实为|在办", failed)
