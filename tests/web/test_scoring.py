"""Scoring: declared before opened, drafts private, sealed for good, others' sheets after one's own."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine import commands
from engine.commands.refusals import TaskCompleted
from engine.programme.applications import statuses as s
from engine.programme.measures import afterwards
from engine.programme.measures.errors import AfterwardsRefused
from engine.programme.measures.models import ExpiryItem
from engine.programme.reviews.models import ExpertSheet, Likeness
from engine.programme.reviews.sheets import digest
from engine.store.instances import Instance
from engine.store.tasks import UserTask
from tests.programme import answers
from tests.programme.mainline import House, person
from tests.web.conftest import token
from tests.web.deciding_world import Site
from tests.web.scoring_world import ONE, TWO, furnished, house, scoring_database, seal, site
from tests.web.test_deciding import fields

FIXTURES = (furnished, house, scoring_database, site)
SECRETS = ("独立意见", "对照材料", "评审专家")


def opened(site: Site, number: str = ONE) -> tuple[str, int, str]:
    """One expert declares and opens an application: login, task, page."""
    task = site.house.tasks("expert_sheet", number)[0]
    client = site.client(str(task.assignee))
    page = client.get(f"/tasks/{task.id}")
    client.post(f"/scoring/tasks/{task.id}/open", data={"csrf_token": token(page)})
    return str(task.assignee), task.id, client.get(f"/tasks/{task.id}").get_data(as_text=True)


def send(client: FlaskClient, id: int, sheet: dict[str, Any]) -> TestResponse:
    """A sheet through the programming interface."""
    headers = {"X-CSRFToken": token(client.get("/inbox"))}
    return client.post(f"/v2/user-tasks/{id}/completion", json={"variables": sheet}, headers=headers)


def test_the_file_is_shown_after_the_declaration_only(site: Site) -> None:
    task = site.house.tasks("expert_sheet", ONE)[0]
    client = site.client(str(task.assignee))
    before = client.get(f"/tasks/{task.id}").get_data(as_text=True)
    assert "声明无利害关系，打开材料" in before
    assert "企业简介" not in before
    assert 'name="scores[0].points"' not in before
    _login, _id, after = opened(site)
    assert "企业简介" in after
    assert after.count('.row_key"') == 21
    assert "满分 12 分" in after


def test_a_recused_expert_never_sees_the_file(site: Site) -> None:
    task = site.house.tasks("expert_sheet", ONE)[0]
    client = site.client(str(task.assignee))
    page = client.get(f"/tasks/{task.id}")
    body = {
        "csrf_token": token(page),
        "declaration": "RECUSE",
        "recusal_reason": "曾任顾问",
        "_revision": "1",
    }
    assert client.post(f"/tasks/{task.id}", data=body).status_code == 302
    assert "企业简介" not in client.get(f"/tasks/{task.id}").get_data(as_text=True)
    assert client.get(f"/scoring/panels/{ONE}").status_code == 403
    assert client.post(f"/scoring/tasks/{task.id}/open", data={"csrf_token": token(page)}).status_code == 409


def test_the_page_scores_by_criterion_and_sums_on_the_server(site: Site) -> None:
    login, id, page = opened(site)
    client = site.client(login)
    body = fields(page)
    for row in answers.sheet()["scores"]:
        name = next(n for n, v in body.items() if n.endswith(".row_key") and v == row["row_key"])
        body[name.replace("row_key", "points")] = str(row["points"])
        body[name.replace("row_key", "reason")] = "理由"
    body |= {"opinion": "RECOMMEND", "signed": "true", "csrf_token": token(client.get(f"/tasks/{id}"))}
    draft = client.post(f"/tasks/{id}/draft", data=body).get_data(as_text=True)
    assert "80" in draft
    assert client.post(f"/tasks/{id}", data={**body, "_action": "submit"}).status_code == 302
    [sheet] = site.house.rows(select(ExpertSheet))
    assert (sheet.total, sheet.d2, len(sheet.criteria)) == (80, 28, 21)
    assert sheet.sha256 == digest(sheet)


@pytest.mark.parametrize(("points", "reason"), [("12.5", "多"), ("-1", "少"), ("6.3", "步长"), ("2", "")])
def test_points_out_of_range_or_without_their_reason_are_refused(
    site: Site, points: str, reason: str
) -> None:
    login, id, _page = opened(site)
    sheet = answers.sheet()
    row = next(row for row in sheet["scores"] if row["row_key"] == "D2.1")
    row |= {"points": points, "reason": reason}
    answer = send(site.client(login), id, sheet)
    assert answer.status_code == 422
    assert "scores[4]" in answer.get_data(as_text=True)
    assert site.house.rows(select(ExpertSheet)) == []


def test_a_draft_is_shown_to_its_expert_only(site: Site) -> None:
    login, id, page = opened(site)
    client = site.client(login)
    body = fields(page) | {"comment": "草稿里的话", "csrf_token": token(client.get(f"/tasks/{id}"))}
    client.post(f"/tasks/{id}", data={**body, "_action": "save"})
    assert "草稿里的话" in client.get(f"/tasks/{id}").get_data(as_text=True)
    for other in ("sysadmin", "supervisor", "officer", "leader", "director"):
        stranger = site.client(other)
        for address in (f"/tasks/{id}", f"/tasks/{id}/print", f"/scoring/applications/{ONE}", "/scoring"):
            assert "草稿里的话" not in stranger.get(address).get_data(as_text=True), (other, address)


def test_a_sealed_sheet_is_neither_changed_nor_sent_again(site: Site) -> None:
    task = site.house.tasks("expert_sheet", ONE)[0]
    [login] = seal(site.house, ONE, 28)
    client = site.client(login)
    headers = {"X-CSRFToken": token(client.get("/inbox"))}
    body = {"variables": answers.sheet(d2=30)}
    again = client.post(f"/v2/user-tasks/{task.id}/completion", json=body, headers=headers)
    assert again.status_code == 409
    page = client.get(f"/tasks/{task.id}")
    assert "task-form" not in page.get_data(as_text=True)
    with pytest.raises(TaskCompleted):
        commands.save_draft(site.house.rt, person("expert", "370000", login), task.id, {"comment": "改"})


def test_others_are_seen_after_ones_own_sheet_is_sealed(site: Site) -> None:
    first, second = (str(task.assignee) for task in site.house.tasks("expert_sheet", ONE)[:2])
    seal(site.house, ONE, 30)
    refused = site.client(second).get(f"/scoring/panels/{ONE}")
    assert refused.status_code == 403
    assert "独立意见" not in refused.get_data(as_text=True)
    assert "独立意见" not in site.client(second).get(f"/tasks/{task_of(site, ONE)}").get_data(as_text=True)
    seal(site.house, ONE, 25)
    page = site.client(second).get(f"/scoring/panels/{ONE}").get_data(as_text=True)
    assert "独立意见" in page
    assert first not in page
    assert "评审专家" not in re.sub(r"<header.*?</header>", "", page, flags=re.S)


def task_of(site: Site, number: str) -> int:
    """The first open task of scoring an application."""
    return site.house.tasks("expert_sheet", number)[0].id


ADDRESSES = (
    f"/scoring/panels/{ONE}",
    "/scoring/cycles/2024",
    "/scoring/cycles/2024/experts",
    "/scoring/cycles/2024/scores.xlsx",
    f"/scoring/applications/{ONE}",
    f"/scoring/compare?no={ONE}&no={TWO}",
)


@pytest.mark.parametrize("login", ["filler", "city", "office", "sysadmin", ""])
def test_enterprise_city_and_public_see_neither_scores_nor_names(site: Site, login: str) -> None:
    experts = seal(site.house, ONE, 30, 28, 28, 28, 25)
    client = site.client(login) if login else site.app.test_client()
    for address in (*ADDRESSES, "/scoring", f"/tasks/{task_of(site, TWO)}"):
        answer = client.get(address)
        text = answer.get_data(as_text=True)
        assert answer.status_code in (200, 302, 401, 403, 404), address
        assert answer.status_code != 200 or address == "/scoring"
        for secret in (*SECRETS, *experts):
            assert secret not in text, (address, secret)
    form = {"reason": "专家评分差异较大，需要重新评分"}
    posted = client.post(f"/scoring/applications/{ONE}/rescore", data=form)
    assert posted.status_code in (302, 400, 401, 403)
    assert site.house.application(ONE).status != s.REVIEWED or site.house.rows(select(ExpertSheet))


def test_my_list_counts_and_goes_to_the_next(site: Site) -> None:
    login = str(site.house.tasks("expert_sheet", ONE)[0].assignee)
    client = site.client(login)
    mine = [
        t for number in (ONE, TWO) for t in site.house.tasks("expert_sheet", number) if t.assignee == login
    ]
    page = client.get("/scoring").get_data(as_text=True)
    assert f"已评 0 / {len(mine)}" in page
    assert client.get("/scoring/next").headers["Location"] == f"/tasks/{mine[0].id}"
    for task in mine:
        commands.complete(site.house.rt, person("expert", "370000", login), task.id, answers.sheet())
    assert f"已评 {len(mine)} / {len(mine)}" in client.get("/scoring?show=done").get_data(as_text=True)
    assert client.get("/scoring/next").headers["Location"].startswith("/scoring?")


def test_keys_lead_to_the_neighbours(site: Site) -> None:
    both = {t.assignee for t in site.house.tasks("expert_sheet", ONE)} & {
        t.assignee for t in site.house.tasks("expert_sheet", TWO)
    }
    login = str(sorted(filter(None, both))[0])
    client = site.client(login)
    one, two = (
        next(t.id for t in site.house.tasks("expert_sheet", n) if t.assignee == login) for n in (ONE, TWO)
    )
    first, second = (client.get(f"/tasks/{id}").get_data(as_text=True) for id in (one, two))
    assert f'href="/tasks/{two}" data-step="]"' in first
    assert f'href="/tasks/{one}" data-step="["' in second
    refused = client.get(f"/scoring/compare?no={ONE}&no={TWO}")
    assert refused.status_code == 403
    for id in (one, two):
        page = client.get(f"/tasks/{id}")
        client.post(f"/scoring/tasks/{id}/open", data={"csrf_token": token(page)})
    compared = client.get(f"/scoring/compare?no={ONE}&no={TWO}").get_data(as_text=True)
    assert re.search(r"企业简介.*?</th>(\s*<td.*?</td>){2}", compared, re.S), (
        "the same question of both in one row"
    )
    assert client.get(f"/scoring/compare?no={ONE}").status_code == 302  # back to the list, told why
    assert client.get("/scoring/compare?no=2024-370102-0009&no=x").status_code == 404


def test_the_cycle_may_hide_who_applies(site: Site) -> None:
    with site.house.rt.transaction() as tx:
        from engine.programme.cycles.models import Cycle

        cycle = tx.session.scalars(select(Cycle)).one()
        cycle.parameters = {**cycle.parameters, "experts.blind": True}
    application = site.house.application(ONE)
    login, _id, page = opened(site)
    body = page[page.index("<main") :]
    assert "建设情况" in body
    assert "申报概要" not in body
    for secret in (application.enterprise, application.uscc):
        assert secret not in body
    assert application.enterprise not in site.client(login).get("/scoring").get_data(as_text=True)
    for reader, step in (("officer", "formal_check"), ("city", "city_review"), ("filler", "fill")):
        where = UserTask.element_id == step, UserTask.business_key == ONE
        [task] = site.house.rows(select(UserTask).where(*where))
        beside = site.client(reader).get(f"/tasks/{task.id}").get_data(as_text=True)
        for words in ("申报概要", "申报状态", "总投资", "/application.pdf"):
            assert words in beside, (reader, words)
        assert ("专家评审中</span>" in beside) == (reader == "officer")


def test_likeness_is_pointed_out(site: Site) -> None:
    """Both files of the house have the same words and the same telephone."""
    assert len(site.house.rows(select(Likeness))) == 2
    _login, _id, page = opened(site)
    assert TWO in page[page.index('id="alike"') : page.index("</section>", page.index('id="alike"'))]


def scored(site: Site) -> None:
    """Both applications have their results; the first one's sheets lie far apart and the leader explained it."""
    house = site.house
    seal(house, ONE, 35, 30, 30, 29, 8)
    seal(house, TWO, 28, 28, 28, 28, 28)
    leader = person("expert_leader", "370000", "leader")
    [task] = house.tasks("leader_review", ONE)
    commands.claim(house.rt, leader, task.id)
    page = site.client("leader").get(f"/tasks/{task.id}").get_data(as_text=True)
    assert page.count("独立意见") == 5
    assert "偏离较大" in page
    far = [{"row_key": "5", "explanation": "佐证不足"}]
    house.do(leader, "leader_review", ONE, comment="分歧来自佐证", group_opinion="DEFER", explanations=far)
    if house.tasks("plan_visit", ONE):
        house.visit(ONE)
    if house.tasks("plan_visit", TWO):
        house.visit(TWO)


def test_every_number_can_be_followed_to_its_sheets(site: Site) -> None:
    scored(site)
    client = site.client("officer")
    listed = client.get("/scoring/cycles/2024?sort=range").get_data(as_text=True)
    assert listed.index(ONE) < listed.index(TWO)
    assert "最低" in listed
    assert "偏离" in listed
    page = client.get(f"/scoring/applications/{ONE}").get_data(as_text=True)
    assert "去掉最低分 60 和最高分 87" in page
    assert "(81 + 82 + 82) ÷ 3" in page
    assert "81.67" in page
    assert "review_conclusion 第 1 版" in page
    assert "分歧来自佐证" in page
    assert "评审专家" in page
    experts = client.get("/scoring/cycles/2024/experts").get_data(as_text=True)
    assert "ICC(1,1)" in experts
    book = load_workbook(BytesIO(client.get("/scoring/cycles/2024/scores.xlsx").data))
    rows = list(book["评分汇总"].iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == [ONE, TWO]
    assert book["评分明细"].max_row == 11


def test_another_round_is_opened_with_a_reason_and_the_last_complete_one_counts(site: Site) -> None:
    house = site.house
    scored(site)
    client = site.client("officer")
    address = f"/scoring/applications/{TWO}"
    page = client.get(address)
    refused = client.post(f"{address}/rescore", data={"csrf_token": token(page), "reason": "短"})
    assert refused.status_code == 422
    form = {"csrf_token": token(page), "reason": "第一轮评分时有一份附件不能打开"}
    assert client.post(f"{address}/rescore", data=form).status_code == 302
    from engine.worker import drain

    drain(house.rt)
    assert not house.incidents()
    assert house.application(TWO).status == s.IN_REVIEW
    assert house.application(TWO).score == 80
    assert client.post(f"{address}/rescore", data=form).status_code == 409
    experts = seal(house, TWO, 35, 35, 35, 35)
    expert = experts[0]
    waiting = house.tasks("expert_sheet", TWO)[0]
    assert site.client(str(waiting.assignee)).get(f"/scoring/panels/{TWO}").status_code == 403
    table = client.get("/scoring/cycles/2024?only=rescored").get_data(as_text=True)
    assert TWO not in table  # the second round is not complete: the first one still counts
    seal(house, TWO, 35)
    drain(house.rt)
    assert house.application(TWO).score == 87
    assert house.application(TWO).status == s.REVIEWED
    assert "第2轮" in client.get("/scoring/cycles/2024?only=rescored").get_data(as_text=True)
    sheets = house.rows(select(ExpertSheet).where(ExpertSheet.expert == expert))
    assert [sheet.round for sheet in sheets if sheet.application_no == TWO] == [1, 2]
    both = client.get(address).get_data(as_text=True)
    assert "第一轮评分时有一份附件不能打开" in both
    assert "第1轮" in both


def test_no_round_is_opened_once_the_opinion_is_drafted(site: Site) -> None:
    house: House = site.house
    scored(site)
    house.department("reviews_done", "dept_officer", confirmed=True)
    client = site.client("officer")
    page = client.get(f"/scoring/applications/{TWO}")
    form = {"csrf_token": token(page), "reason": "第一轮评分时有一份附件不能打开"}
    assert client.post(f"/scoring/applications/{TWO}/rescore", data=form).status_code == 409
    assert house.application(TWO).status == s.REVIEWED


def test_what_is_terminated_after_expiry_ends_with_the_record_and_its_applicant_reads_why(site: Site) -> None:
    rt = site.house.rt
    [instance] = site.house.rows(
        select(Instance).where(Instance.business_key == ONE, Instance.process_id == "application")
    )
    with rt.transaction() as tx:
        item = ExpiryItem(
            measure_code="SDPR-2022-0040001",
            process_id="application",
            business_key=ONE,
            instance_key=instance.id,
            listed_at=tx.now,
        )
        tx.session.add(item)
    head = person("dept_head", "370000")
    afterwards.decide(rt, head, item.id, "TERMINATE", document_no="", reason="没有延续办理的依据")
    application = site.house.application(ONE)
    assert (application.status, application.live) == (s.TERMINATED, False)
    assert application.reason == "依据文件已失效：没有延续办理的依据"
    [ended] = site.house.rows(select(Instance).where(Instance.id == instance.id))
    assert ended.status == "TERMINATED"
    open_ones = UserTask.business_key == ONE, UserTask.state == "CREATED"
    assert site.house.rows(select(UserTask).where(*open_ones)) == []
    filler = site.client("filler")
    home = filler.get("/enterprise").get_data(as_text=True)
    assert "依据失效终止" in home
    told = filler.get(f"/enterprise/applications/{ONE}").get_data(as_text=True)
    assert "没有延续办理的依据" in told
    assert "没有延续办理的依据" in filler.get("/enterprise/messages").get_data(as_text=True)
    assert ONE not in site.client("officer").get("/inbox?tab=all").get_data(as_text=True)
    with pytest.raises(AfterwardsRefused):
        afterwards.decide(rt, head, item.id, "TERMINATE", document_no="", reason="再来一次")
