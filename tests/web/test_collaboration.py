"""Colleagues around a task: comments, reminders, copies, phrases, who looks, the diagram; and who gets none of it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine import commands, xml
from engine.clock import VirtualClock
from engine.collaboration.models import CaseComment, CaseCopy, TaskUrge
from engine.commands.telling import NotAmong
from engine.commands.urging import NobodyToRemind, OwnTask, UrgedToday, working_day
from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.errors import NotAllowed, NotFound
from engine.notifications.models import Notification
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.store.trail import Audit
from engine.studio.following import order
from tests.web import world
from tests.web.conftest import SignIn, token

FILLER = world.actor("filler")
EXPERT = Actor("expert-9", "何评", (Grant("expert", "370000"),))


@pytest.fixture
def task(runtime: Runtime) -> int:
    """A task of the city that 李强 (`city`) holds."""
    world.deploy_review(runtime)
    key = world.start_review(runtime, "2024-370100")
    commands.claim(runtime, world.actor("city"), key)
    return key


def rows(runtime: Runtime, model: type, *where: object) -> list:  # type: ignore[type-arg]
    with runtime.reading() as session:
        return list(session.scalars(select(model).where(*where)))  # type: ignore[arg-type]


def told(runtime: Runtime, login: str) -> list[str]:
    return [row.subject_zh for row in rows(runtime, Notification, Notification.login == login)]


def post(client: FlaskClient, page: str, address: str, **sent: str):  # type: ignore[no-untyped-def]
    body = {"csrf_token": token(client.get(page)), **sent}
    return client.post(address, data=body)


def test_a_comment_is_read_at_the_same_level_and_above(sign_in: SignIn, runtime: Runtime, task: int) -> None:
    city = sign_in("city")
    answer = post(city, f"/tasks/{task}", f"/tasks/{task}/comments", text="产值口径请@钱峰 看一下")
    assert answer.status_code == 302
    for login in ("city", "city_head", "hostile"):
        assert "产值口径" in sign_in(login).get(f"/tasks/{task}").get_data(as_text=True), login
    assert "产值口径" in sign_in("officer").get(f"/tasks/{task}/case").get_data(as_text=True)
    assert told(runtime, "city_head") == ["李强在“审核材料” 2024-370100中提到了您"]
    assert told(runtime, "officer") == []
    [link] = rows(runtime, Audit, Audit.action == "comment.write")
    assert "产值" not in str(link.detail)


def test_what_the_department_says_stays_there(sign_in: SignIn, runtime: Runtime, task: int) -> None:
    commands.comment(runtime, world.actor("officer"), task, "这家的材料重点看")
    assert "重点看" not in sign_in("city").get(f"/tasks/{task}").get_data(as_text=True)
    assert "重点看" in sign_in("head").get(f"/tasks/{task}/case").get_data(as_text=True)


@pytest.mark.parametrize("name", ["王晓", "孙丽", "filler", "没有这个人"])
def test_nobody_is_mentioned_who_may_not_read_it(runtime: Runtime, task: int, name: str) -> None:
    with pytest.raises(NotAmong):
        commands.comment(runtime, world.actor("city"), task, "看一下", name)
    with pytest.raises(NotAmong):
        commands.comment(runtime, world.actor("officer"), task, "看一下", "李强")
    assert rows(runtime, CaseComment) == []


def test_a_refused_comment_keeps_what_was_typed(sign_in: SignIn, task: int) -> None:
    client = sign_in("city")
    answer = post(client, f"/tasks/{task}", f"/tasks/{task}/comments", text="写了很久", mentions="孙丽")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "写了很久" in page
    assert "孙丽" in page


@pytest.mark.parametrize(
    ("who", "refusal"),
    [(FILLER, NotFound), (EXPERT, NotFound), (world.actor("other_city"), NotFound)],
    ids=["enterprise", "expert", "foreign"],
)
def test_strangers_to_the_case_say_and_ask_nothing(
    runtime: Runtime, task: int, who: Actor, refusal: type[Exception]
) -> None:
    acts: list[Callable[[], object]] = [
        lambda: commands.comment(runtime, who, task, "x"),
        lambda: commands.urge(runtime, who, task),
        lambda: commands.copy(runtime, who, task, "city"),
        lambda: commands.ask_countersign(runtime, who, task, "city"),
    ]
    for act in acts:
        with pytest.raises(refusal):
            act()


def test_a_participant_without_an_office_neither_comments_nor_reads(
    sign_in: SignIn, runtime: Runtime, task: int
) -> None:
    """Even somebody to whom the very task is offered, as an enterprise's own is."""
    with runtime.transaction() as tx:
        from engine.store.tasks import UserTask

        tx.session.get_one(UserTask, task).candidate_users = ["filler"]
    commands.comment(runtime, world.actor("city"), task, "内部讨论")
    page = sign_in("filler").get(f"/tasks/{task}")
    assert page.status_code == 200
    assert "内部讨论" not in page.get_data(as_text=True)
    assert "参与讨论" not in page.get_data(as_text=True)
    for act in (commands.comment, commands.urge):
        with pytest.raises(NotAllowed):
            act(runtime, FILLER, task, "x")
    with pytest.raises(NotAllowed):
        commands.copy(runtime, FILLER, task, "李强")


def test_a_comment_is_never_changed(runtime: Runtime, task: int) -> None:
    commands.comment(runtime, world.actor("city"), task, "原话")
    for statement in ("UPDATE case_comment SET text = 'x'", "DELETE FROM case_comment"):
        with pytest.raises(DBAPIError, match="append-only"), runtime.engine.begin() as connection:
            connection.exec_driver_sql(statement)


def test_scripts_in_what_people_write_stay_text(sign_in: SignIn, runtime: Runtime, task: int) -> None:
    commands.comment(runtime, world.actor("hostile"), task, world.HOSTILE)
    commands.urge(runtime, world.actor("officer"), task, world.HOSTILE)
    commands.add_phrase(runtime, world.actor("city"), world.HOSTILE)
    client = sign_in("city")
    for address in (f"/tasks/{task}", "/phrases", "/enterprise/messages"):
        page = client.get(address).get_data(as_text=True)
        assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in client.get(f"/tasks/{task}").get_data(as_text=True)


def test_without_a_token_nothing_is_said(sign_in: SignIn, runtime: Runtime, task: int) -> None:
    client = sign_in("city")
    for address in ("comments", "urge", "copy", "countersign", "here"):
        assert client.post(f"/tasks/{task}/{address}", data={"text": "x"}).status_code == 400, address
    assert client.post("/phrases", data={"text": "x"}).status_code == 400
    assert rows(runtime, CaseComment) == []


def test_a_reminder_once_per_working_day(sign_in: SignIn, runtime: Runtime, task: int) -> None:
    officer = sign_in("officer")
    page = f"/tasks/{task}/case"
    assert post(officer, page, f"/tasks/{task}/urge", note="今天要报").status_code == 302
    assert told(runtime, "city") == ["催办：“审核材料” 2024-370100"]
    with pytest.raises(UrgedToday):
        commands.urge(runtime, world.actor("city_head"), task)
    assert post(officer, page, f"/tasks/{task}/urge").status_code == 409
    assert "周涛 于" in sign_in("city").get(f"/tasks/{task}").get_data(as_text=True)
    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.set(world.START.replace(day=4))
    assert commands.urge(runtime, world.actor("second_officer"), task) == 1
    assert [row.day for row in rows(runtime, TaskUrge)] == ["2024-06-03", "2024-06-04"]
    assert len(rows(runtime, Audit, Audit.action == "task.urge")) == 2


def test_a_rest_day_belongs_to_the_working_day_before(runtime: Runtime) -> None:
    from datetime import date

    assert working_day(runtime.calendar, date(2024, 6, 8)) == date(2024, 6, 7)
    assert working_day(runtime.calendar, date(2024, 6, 7)) == date(2024, 6, 7)


def test_an_office_is_reminded_while_nobody_holds_it(runtime: Runtime, task: int) -> None:
    with pytest.raises(OwnTask):
        commands.urge(runtime, world.actor("city"), task)
    commands.give_back(runtime, world.actor("city"), task)
    assert commands.urge(runtime, world.actor("head"), task) == 2
    assert told(runtime, "hostile") == told(runtime, "city")


def test_a_reminder_that_nobody_would_get_is_refused(runtime: Runtime, task: int) -> None:
    from sqlalchemy import update

    from engine.store.people import Account

    commands.give_back(runtime, world.actor("city"), task)
    with runtime.transaction() as tx:
        tx.session.execute(update(Account).where(Account.login.in_(("city", "hostile"))).values(active=False))
    with pytest.raises(NobodyToRemind):
        commands.urge(runtime, world.actor("officer"), task)


def test_a_copy_goes_to_who_may_read_it_and_gives_no_right(
    sign_in: SignIn, runtime: Runtime, task: int
) -> None:
    assert commands.copy(runtime, world.actor("city"), task, "周涛、钱峰", "供参考") == ["周涛", "钱峰"]
    assert told(runtime, "officer") == ["抄送：“审核材料” 2024-370100"]
    for name in ("孙丽", "王晓", "赵敏"):
        with pytest.raises(NotAmong):
            commands.copy(runtime, world.actor("city"), task, name)
    assert len(rows(runtime, CaseCopy)) == 2
    officer = sign_in("officer")
    assert officer.get(f"/tasks/{task}/case").status_code == 200
    assert officer.get(f"/tasks/{task}").status_code == 404


def test_the_area_lists_what_is_open_below(sign_in: SignIn, task: int) -> None:
    listed = sign_in("officer").get("/cases").get_data(as_text=True)
    assert "审核材料" in listed
    assert '<ul class="tabs">' in listed
    assert "审核材料" not in sign_in("other_city").get("/cases").get_data(as_text=True)
    assert sign_in("other_city").get(f"/tasks/{task}/case").status_code == 404
    assert sign_in("other_city").get(f"/tasks/{task}/diagram").status_code == 404


def test_phrases_are_ones_own_or_the_offices(sign_in: SignIn, runtime: Runtime, task: int) -> None:
    head, city = sign_in("city_head"), sign_in("city")
    assert post(head, "/phrases", "/phrases", text="材料齐全，同意推荐。", office="370100").status_code == 302
    assert post(city, "/phrases", "/phrases", text="我的一句").status_code == 302
    assert post(city, "/phrases", "/phrases", text="越权", office="370100").status_code == 403
    page = city.get(f"/tasks/{task}").get_data(as_text=True)
    assert "材料齐全，同意推荐。" in page
    assert "我的一句" in page
    assert "我的一句" not in head.get("/phrases").get_data(as_text=True)
    assert "材料齐全" not in sign_in("other_city").get("/phrases").get_data(as_text=True)
    mine = re.findall(r"/phrases/(\d+)/remove", city.get("/phrases").get_data(as_text=True))
    assert len(mine) == 1
    assert post(head, "/phrases", f"/phrases/{mine[0]}/remove").status_code == 404
    assert post(city, "/phrases", f"/phrases/{mine[0]}/remove").status_code == 302
    assert "我的一句" not in city.get("/phrases").get_data(as_text=True)


def test_a_phrase_is_appended_without_scripts(sign_in: SignIn, runtime: Runtime, task: int) -> None:
    phrase = commands.add_phrase(runtime, world.actor("city"), "经核查属实。")
    other = commands.add_phrase(runtime, world.actor("other_city"), "别人的话。")
    client = sign_in("city")
    page = client.get(f"/tasks/{task}")
    body = {"csrf_token": token(page), "_action": "phrase", "decision": "return", "reason": "前文"}
    body["_phrase_into"] = "reason"
    answer = client.post(f"/tasks/{task}", data={**body, "_phrase": str(phrase)}).get_data(as_text=True)
    assert "前文经核查属实。" in answer
    assert re.findall(r'name="_phrase_into">\s*<option value="(\w+)"', answer) == ["reason"]
    answer = client.post(f"/tasks/{task}", data={**body, "_phrase": str(other)}).get_data(as_text=True)
    assert "别人的话" not in answer


def test_colleagues_see_who_looks_for_a_minute(sign_in: SignIn, runtime: Runtime, task: int) -> None:
    head, city = sign_in("city_head"), sign_in("city")
    page = head.get(f"/tasks/{task}")
    assert head.post(f"/tasks/{task}/here", data={"csrf_token": token(page)}).status_code == 200
    assert "此刻也打开了这项任务：钱峰" in city.get(f"/tasks/{task}").get_data(as_text=True)
    assert "此刻也打开" not in sign_in("officer").get(f"/tasks/{task}/case").get_data(as_text=True)
    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.set(world.START.replace(minute=2))
    assert "此刻也打开" not in city.get(f"/tasks/{task}").get_data(as_text=True)


def test_steps_are_listed_as_the_flows_lead_to_them() -> None:
    file = Path(__file__).parents[2] / "processes" / "application.bpmn"
    places = order(xml.parse(file.name, file.read_bytes()))
    way = (
        "self_evaluation", "fill", "sign", "county_opinion", "county_review", "city_review", "city_approve",
        "formal_check", "formal_approve", "expert_sheet", "plan_visit", "site_visit", "visit_sign",
    )  # fmt: skip
    assert sorted(way, key=places.__getitem__) == list(way)


def test_the_step_is_marked_in_the_diagram_and_in_the_list(sign_in: SignIn, runtime: Runtime) -> None:
    folder = Path(__file__).parent
    drawn = (folder / "files" / "review.bpmn").read_text("utf-8")
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{id}_di" bpmnElement="{id}"><dc:Bounds x="{x}" y="80" width="100" height="80"/>'
        "</bpmndi:BPMNShape>"
        for id, x in (("check", 100), ("approve", 300))
    )
    picture = (
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
        ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI">'
        f'<bpmndi:BPMNPlane>{shapes}<bpmndi:BPMNEdge id="e" bpmnElement="f2"><di:waypoint x="200" y="120"/>'
        '<di:waypoint x="300" y="120"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    )
    content = drawn.replace("</bpmn:definitions>", picture + "</bpmn:definitions>").encode()
    form = (folder / "files" / "web_review.form").read_bytes()
    commands.deploy(runtime, SYSTEM, {"review.bpmn": content, "web_review.form": form})
    key = world.start_review(runtime, "2024-370100")
    page = sign_in("city").get(f"/tasks/{key}/diagram").get_data(as_text=True)
    assert 'class="dg dg-task this"' in page
    assert 'points="200,120 300,120"' in page
    assert re.search(r'aria-current="step">\s*审核材料', page)
    assert "style=" not in page[page.index("<svg") : page.index("</svg>")]
    english = sign_in("city")
    english.get("/language/en")
    assert english.get(f"/tasks/{key}/diagram").status_code == 200


def test_opinions_hidden_by_rule_are_named_as_such(sign_in: SignIn, runtime: Runtime, task: int) -> None:
    answers = {"decision": "recommend", "uscc": "91370200264574251E", "investment": 100, "confirmed": True}
    commands.complete(runtime, world.actor("city"), task, answers)
    with runtime.transaction() as tx:
        from engine.store.tasks import UserTask

        later = tx.session.scalars(select(UserTask).where(UserTask.element_id == "approve")).one()
        later.candidate_users = ["filler"]
        key = later.id
    page = sign_in("filler").get(f"/tasks/{key}").get_data(as_text=True)
    assert "依规则不可见：审核材料" in page
    assert "依规则不可见" not in sign_in("city_head").get(f"/tasks/{key}").get_data(as_text=True)


def test_a_closed_account_is_no_colleague(runtime: Runtime, task: int) -> None:
    with runtime.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), "gone", "离职", [Grant("city_head", "370100")])
        from engine.store.people import Account

        tx.session.scalars(select(Account).where(Account.login == "gone")).one().active = False
    with pytest.raises(NotAmong):
        commands.copy(runtime, world.actor("city"), task, "离职")
