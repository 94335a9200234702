"""A long form: the list of its sections, one section a page, the answers to check, submission. Without scripts."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine import commands
from engine.runtime import Runtime
from engine.store.tasks import Submission
from tests.web import long, world
from tests.web.conftest import SignIn


@pytest.fixture
def task(runtime: Runtime) -> int:
    return long.begin(runtime)


@pytest.fixture
def filler(sign_in: SignIn, task: int) -> FlaskClient:
    return sign_in("filler")


def text(client: FlaskClient, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, (address, page.status_code)
    return page.get_data(as_text=True)


def test_the_list_tells_states_deadline_and_the_way(filler: FlaskClient, task: int) -> None:
    page = text(filler, f"/tasks/{task}")
    for words in (
        "已完成 0 个部分，共 3 个",
        "2024年6月15日 24:00",
        "12 天后",
        "还有 8 个工作日",
        "到期后：未提交的申报自动失效",
        "提交之前不算完成",
        "下载空白表格",
    ):
        assert words in page, words
    assert page.count("未开始</span>") == 3
    assert "暂不可填</span>" in page, "the section about exports"
    assert 'href="/tasks/1/sections/export"' not in page
    assert 'aria-current="step">填报' in page
    assert "真实性承诺" not in page, "the commitment is given where the answers are checked"


def test_a_section_is_one_page_and_leads_to_the_next(filler: FlaskClient, task: int) -> None:
    page = text(filler, f"/tasks/{task}/sections/basic")
    assert "<title>企业基本信息 – 填写申报书" in page
    assert "第 1 部分，共 3 个" in page
    assert "项目总投资" not in page
    answer = long.send(filler, task, "basic", long.BASIC)
    assert answer.headers["Location"] == f"/tasks/{task}/sections/money"
    listed = text(filler, f"/tasks/{task}")
    assert "已完成 1 个部分，共 3 个" in listed
    assert listed.count("已完成</span>") == 1


def test_continuing_shows_the_errors_of_this_section_alone_and_keeps_everything(
    filler: FlaskClient, task: int, runtime: Runtime
) -> None:
    answer = long.send(filler, task, "basic", {**long.BASIC, "person": "", "note": "写到一半"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "<title>错误：企业基本信息" in page
    assert "有 1 处需要修改" in page
    assert 'href="#f-person"' in page
    assert "项目总投资" not in page
    assert long.drafts(runtime)["filler"]["note"] == "写到一半"
    again = {**long.own_values(answer), **long.BASIC, "note": "写完了", "_action": "continue"}
    assert filler.post(f"/tasks/{task}/sections/basic", data=again).status_code == 302
    assert long.drafts(runtime)["filler"]["note"] == "写完了"


def test_saving_with_errors_is_allowed_and_the_section_says_so(filler: FlaskClient, task: int) -> None:
    answer = long.send(filler, task, "money", {"investment": "一百", "software": "", "exports": ""}, "save")
    assert answer.headers["Location"] == f"/tasks/{task}"
    page = text(filler, f"/tasks/{task}")
    assert "填写中</span>" in page
    assert "已保存。提交之前不算完成。" in page
    assert 'value="一百"' in text(filler, f"/tasks/{task}/sections/money"), "what was typed is kept as typed"


def test_going_back_keeps_what_was_typed(filler: FlaskClient, task: int) -> None:
    answer = long.send(filler, task, "money", {**long.MONEY, "software": "7"}, "back")
    assert answer.headers["Location"] == f"/tasks/{task}/sections/basic"
    assert 'value="7"' in text(filler, f"/tasks/{task}/sections/money")
    first = long.send(filler, task, "basic", long.BASIC, "back")
    assert first.headers["Location"] == f"/tasks/{task}"


def test_an_answer_opens_a_section_and_another_closes_it_without_losing_it(
    filler: FlaskClient, task: int, runtime: Runtime
) -> None:
    assert filler.get(f"/tasks/{task}/sections/export").status_code == 404
    long.send(filler, task, "money", {**long.MONEY, "exports": "yes", "market": "东盟"}, "save")
    long.send(filler, task, "export", {"export_amount": "88"}, "save")
    long.send(filler, task, "money", {**long.MONEY, "exports": "no"}, "save")
    assert filler.get(f"/tasks/{task}/sections/export").status_code == 404
    assert str(long.drafts(runtime)["filler"]["export_amount"]) == "88", (
        "kept in case the answer changes again"
    )
    assert "未开始</span>" in text(filler, f"/tasks/{task}")


def test_the_whole_way_to_the_confirmation(filler: FlaskClient, task: int, runtime: Runtime) -> None:
    long.fill_all(filler, task)
    answer = filler.get(f"/tasks/{task}/check")
    page = answer.get_data(as_text=True)
    for words in (
        "核对并提交",
        'aria-current="step">核对',
        "1,200.50",
        '修改<span class="visually-hidden">：企业基本信息</span>',
        f'href="/tasks/{task}/sections/basic?back=check"',
        "提交之前不算完成",
        "真实性承诺",
        "提交人",
        "王晓",
    ):
        assert words in page, words
    assert "还有" not in page.split("</nav>")[-1].split("countdown")[0], "nothing blocks"
    body = {**long.own_values(answer), "commit_true": "true", "_action": "submit"}
    sent = filler.post(f"/tasks/{task}", data=body)
    assert sent.headers["Location"] == f"/tasks/{task}/done"
    done = text(filler, f"/tasks/{task}/done")
    assert "已提交：填写申报书" in done
    assert "按退回意见修改" in done
    with runtime.reading() as session:
        data = session.scalars(select(Submission)).one().data
    assert data["company"] == long.BASIC["company"]
    assert str(data["hardware"]) == "1000.50"
    assert data["commit_true"] is True
    again = filler.post(f"/tasks/{task}", data=body)
    assert again.status_code == 409, "a second click changes nothing"


def test_without_the_commitment_nothing_is_submitted(
    filler: FlaskClient, task: int, runtime: Runtime
) -> None:
    long.fill_all(filler, task)
    body = {
        **long.own_values(filler.get(f"/tasks/{task}/check")),
        "_action": "submit",
        "commit_true": "false",
    }
    answer = filler.post(f"/tasks/{task}", data=body)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "<title>错误：核对并提交" in page
    assert 'href="#f-commit_true"' in page
    assert 'id="f-commit_true"' in page
    with runtime.reading() as session:
        assert session.scalars(select(Submission)).all() == []


def test_what_blocks_is_listed_with_links_and_advice_apart_from_it(filler: FlaskClient, task: int) -> None:
    long.fill_all(filler, task)
    long.send(filler, task, "money", {**long.MONEY, "investment": "200000", "software": "-1"}, "save")
    page = text(filler, f"/tasks/{task}/check")
    assert "还有 1 处要填写或修改，改好后才能提交" in page
    assert f"/tasks/{task}/sections/money?back=check#f-software" in page
    assert "有 1 处请再看一看（不影响提交）" in page
    assert "超过 10 亿元，请确认单位是万元" in page
    body = {**long.own_values(filler.get(f"/tasks/{task}/check")), "_action": "submit", "commit_true": "true"}
    refused = filler.post(f"/tasks/{task}", data=body)
    assert refused.status_code == 422
    assert "没有提交：有 1 处需要修改" in refused.get_data(as_text=True)


def test_from_the_check_page_a_change_leads_back_to_it(filler: FlaskClient, task: int) -> None:
    long.fill_all(filler, task)
    address = f"/tasks/{task}/sections/intro?back=check"
    page = filler.get(address)
    assert "保存并返回核对" in page.get_data(as_text=True)
    body = {**long.own_values(page), "intro": "改过", "_action": "continue"}
    answer = filler.post(f"/tasks/{task}/sections/intro", data=body)
    assert answer.headers["Location"] == f"/tasks/{task}/check"


def test_what_was_not_shown_to_be_checked_is_not_submitted(
    filler: FlaskClient, task: int, runtime: Runtime
) -> None:
    long.fill_all(filler, task)
    body = {**long.own_values(filler.get(f"/tasks/{task}/check")), "_action": "submit", "commit_true": "true"}
    long.send(filler, task, "intro", {"intro": "另一个页面改的"})
    answer = filler.post(f"/tasks/{task}", data=body)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "核对之后，草稿在另一个页面中又有改动" in page
    assert "另一个页面改的" in page
    with runtime.reading() as session:
        assert session.scalars(select(Submission)).all() == []


def test_a_returned_form_opens_the_named_answers_alone_with_reason_and_old_value(
    filler: FlaskClient, task: int, runtime: Runtime
) -> None:
    long.fill_all(filler, task)
    body = {**long.own_values(filler.get(f"/tasks/{task}/check")), "_action": "submit", "commit_true": "true"}
    filler.post(f"/tasks/{task}", data=body)
    returned = long.next_task(runtime)
    commands.claim(runtime, world.actor("filler"), returned)
    page = text(filler, f"/tasks/{returned}")
    assert "需要修改 1 项" in page
    assert "请补充产能数据" in page
    assert f"/tasks/{returned}/sections/basic" not in page, "closed"
    section = text(filler, f"/tasks/{returned}/sections/intro")
    assert "请补充产能数据" in section
    assert long.send(filler, returned, "intro", {"intro": "年产能 5 万台。"}).status_code == 302
    check = filler.get(f"/tasks/{returned}/check")
    shown = check.get_data(as_text=True)
    assert "与上次提交的不同" in shown
    assert long.INTRO["intro"] in shown
    assert "年产能 5 万台。" in shown
    answer = {**long.own_values(check), "_action": "submit"}
    undeclared = filler.post(f"/tasks/{returned}", data=answer)
    assert undeclared.status_code == 422
    assert "请勾选承诺" in undeclared.get_data(as_text=True)
    sent = filler.post(f"/tasks/{returned}", data={**answer, "_declared": "true"})
    assert sent.status_code == 302
    with runtime.reading() as session:
        data = session.scalars(select(Submission).order_by(Submission.id.desc())).first().data
    assert data["intro"] == "年产能 5 万台。"
    assert data["company"] == long.BASIC["company"]


def test_the_print_has_the_number_on_every_page_and_no_navigation(filler: FlaskClient, task: int) -> None:
    long.send(filler, task, "basic", long.BASIC)
    page = text(filler, f"/tasks/{task}/print")
    assert "<thead><tr><td>" in page, "a table's head is repeated on every printed page"
    assert "2024-370102-0001" in page
    assert long.BASIC["company"] in page
    assert "site-nav" not in page
    assert "未提交" in page
    blank = text(filler, f"/tasks/{task}/print?blank=1")
    assert long.BASIC["company"] not in blank
    assert "☐ 济南市" in blank


def test_the_pages_speak_english(filler: FlaskClient, task: int) -> None:
    filler.set_cookie("luzhi_language", "en")
    assert "0 of 3 sections completed" in text(filler, f"/tasks/{task}")
    for address, words in (
        ("", ("not started", "Check and submit", "working days left")),
        ("/sections/basic", ("Save and continue", "Part 1 of 3", "The enterprise")),
        ("/check", ("Not complete until submitted", "Change")),
        ("/print?blank=1", ("(blank form)",)),
    ):
        page = text(filler, f"/tasks/{task}{address}")
        for each in words:
            assert each in page, (address, each)


def test_whoever_does_not_hold_it_reads_only(sign_in: SignIn, task: int, runtime: Runtime) -> None:
    filler = sign_in("filler")
    long.send(filler, task, "basic", long.BASIC)
    commands.give_back(runtime, world.actor("filler"), task)
    for address in ("/sections/basic", "/check"):
        answer = filler.get(f"/tasks/{task}{address}")
        assert answer.headers["Location"] == f"/tasks/{task}"
    assert "领取任务" in text(filler, f"/tasks/{task}")
