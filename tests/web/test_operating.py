"""The pages on which an administrator acts on running instances: preview, reason, act; batches; nobody else."""

import re
from datetime import timedelta
from html import unescape
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from engine import commands, outbox
from engine.clock import VirtualClock
from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.notifications.models import Notification
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.instances import Incident, Instance
from engine.store.operating import OperatorBatch
from engine.store.people import Account
from engine.store.tasks import UserTask
from engine.store.trail import Audit
from engine.store.work import Job, Outbox, Timer
from engine.verbs import VerbContext
from engine.worker import drain
from tests.support.diagrams import boundary, chain, diagram, end, flow, output, service, start, task, timer
from tests.support.runtimes import rows
from tests.web import world
from tests.web.conftest import PASSWORD, SignIn, token

LIMIT = "2024-06-10T17:00:00+08:00"
WHY = "按会议纪要第3号"
SECRET = "王小明 13800138000"


def case() -> bytes:
    """A task with a deadline from a variable, a step that fails, another task."""
    first = task("t1", due="=date and time(limit)", mapping=output("=ready", "ready"))
    body = start() + first + service("work", "test.step") + task("t2") + end() + end("late")
    body += boundary("too_late", "t1", timer("Date", "=date and time(limit)"))
    return diagram("ops", body + chain("start", "t1", "work", "t2", "end") + flow("too_late", "late"))


@pytest.fixture
def house(runtime: Runtime) -> Runtime:
    """Two running instances, an administrator, and others who may not."""

    @runtime.verbs.register("test.step", zh="一步", en="a step")
    def step(context: VerbContext) -> None:
        raise ValueError(f"{SECRET} is not ready")

    commands.deploy(runtime, SYSTEM, {"ops.bpmn": case()})
    for key in ("2024-370100-0001", "2024-370200-0001"):
        commands.start(runtime, SYSTEM, "ops", {"limit": LIMIT, "note": SECRET, "needed": 3}, key)
    with runtime.transaction() as tx:
        for login, role in (("ops", "sysadmin"), ("draws", "process_owner"), ("signs", "secadmin")):
            add_account(tx.session, Scribe(SYSTEM, tx.now), login, login, [Grant(role, "370000")])
        known = tx.session.get_one(Account, 1).password_hash
        tx.session.execute(update(Account).values(password_hash=known))
    return runtime


@pytest.fixture
def admin(house: Runtime, sign_in: SignIn) -> FlaskClient:
    """The administrator, signed in."""
    return sign_in("ops", PASSWORD)


def keys(rt: Runtime) -> list[int]:
    return rows(rt, select(Instance.id).where(Instance.process_id == "ops").order_by(Instance.id))


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.get_data(as_text=True)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    return {m[1]: m[2] for m in re.finditer(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)}


def act(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    """Preview a form of the page, then confirm what was previewed."""
    given = {"csrf_token": token(client.get(address)), "reason": WHY, **fields}
    where = address.partition("?")[0]
    first = client.post(where, data={**given, "then": "preview"}).get_data(as_text=True)
    seen = {name: re.findall(f'name="{name}" value="([^"]*)"', first) for name in ("seen", "same")}
    more = {name: found[-1] for name, found in seen.items() if found}
    return client.post(where, data={**given, **more, "then": "apply"})


def test_an_instance_is_suspended_resumed_and_cancelled(admin: FlaskClient, house: Runtime) -> None:
    key = keys(house)[0]
    page = text(admin, f"/inspector/instances/{key}/actions/suspend")
    assert "1 项任务、1 个期限、0 项后台工作停住" in page
    for name, status in (("suspend", "SUSPENDED"), ("resume", "ACTIVE"), ("cancel", "TERMINATED")):
        assert act(admin, f"/inspector/instances/{key}/actions/{name}").status_code == 302
        assert rows(house, select(Instance.status).where(Instance.id == key)) == [status]
        [link] = rows(house, select(Audit).where(Audit.action == f"instance.{name}"))
        assert (link.actor, link.detail["reason"]) == ("ops", WHY)
    refused = text(admin, f"/inspector/instances/{key}/actions/cancel")
    assert "已于" in refused


def test_without_a_reason_or_a_preview_nothing_happens(admin: FlaskClient, house: Runtime) -> None:
    key = keys(house)[0]
    address = f"/inspector/instances/{key}/actions/cancel"
    given = {"csrf_token": token(admin.get(address)), "then": "apply"}
    page = admin.post(address, data={**given, "reason": WHY})
    assert (page.status_code, "会发生什么" in page.get_data(as_text=True)) == (200, True)
    shown = hidden(admin.get(address).get_data(as_text=True))
    silent = admin.post(address, data={**given, "reason": " ", **shown, "then": "apply"})
    assert (silent.status_code, "请填写理由" in silent.get_data(as_text=True)) == (422, True)
    assert rows(house, select(Instance.status).where(Instance.id == key)) == ["ACTIVE"]


def test_what_moved_meanwhile_is_told(admin: FlaskClient, house: Runtime) -> None:
    key = keys(house)[0]
    address = f"/inspector/instances/{key}/actions/cancel"
    shown = hidden(text(admin, address))
    [open_now] = rows(house, select(UserTask.id).where(UserTask.instance_id == key))
    commands.complete(house, world.actor("city"), open_now, {})
    answer = admin.post(address, data={**shown, "reason": WHY, "then": "apply"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "预览之后情况有变" in page
    assert "任务 t1" in page
    assert rows(house, select(Instance.status).where(Instance.id == key)) == ["ACTIVE"]


def test_a_deadline_moves_with_timer_task_and_variable(admin: FlaskClient, house: Runtime) -> None:
    key = keys(house)[0]
    [timer_row] = rows(house, select(Timer).where(Timer.instance_id == key))
    listed = text(admin, f"/inspector/instances/{key}/actions/deadline")
    assert "调整“too_late”" in listed
    link = re.search(rf'href="([^"]+/{key}/actions/deadline\?[^"]+)"', text(admin, "/inspector/timers"))
    assert link is not None, "the list of timers leads to the form"
    address = unescape(link[1])
    fields = {"wait": timer_row.wait_key, "date": "2024-06-15", "time": "24:00"}
    preview = admin.post(
        address.partition("?")[0],
        data={"csrf_token": token(admin.get(address)), **fields, "reason": WHY, "then": "preview"},
    ).get_data(as_text=True)
    for said in (
        "由 2024年6月10日 17:00 改为 2024年6月15日 24:00",
        "2024年6月15日 不是工作日",
        "变量“limit”仍是原来的时刻",
        "任务“任务 t1”的办理期限由",
    ):
        assert said in preview, said
    assert act(admin, address, **fields, variables="yes").status_code == 302
    [due] = rows(house, select(Timer.due).where(Timer.instance_id == key))
    [task_due] = rows(house, select(UserTask.due).where(UserTask.instance_id == key))
    assert due == task_due
    assert due.isoformat() == "2024-06-16T00:00:00+08:00"
    cast("VirtualClock", house.clock).advance(timedelta(days=10))
    drain(house)
    assert rows(house, select(Instance.status).where(Instance.id == key)) == ["ACTIVE"]
    cast("VirtualClock", house.clock).advance(timedelta(days=3))
    drain(house)
    assert rows(house, select(Instance.status).where(Instance.id == key)) == ["COMPLETED"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"date": "2024-06-01"}, "不在现在"),
        ({"date": "x"}, "请填写日期"),
        ({"workdays": "0"}, "不为零的整数"),
        ({"workdays": "99999999"}, "不为零的整数"),
        ({"date": "2024-06-10", "time": "17:00"}, "没有变化"),
    ],
)
def test_a_deadline_that_makes_no_sense_is_refused(
    admin: FlaskClient, house: Runtime, fields: dict[str, str], said: str
) -> None:
    key = keys(house)[0]
    [wait] = rows(house, select(Timer.wait_key).where(Timer.instance_id == key))
    answer = act(admin, f"/inspector/instances/{key}/actions/deadline?wait={wait}", wait=wait, **fields)
    assert said in answer.get_data(as_text=True)
    assert rows(house, select(Timer.due).where(Timer.instance_id == key))[0].isoformat() == LIMIT


def test_a_variable_keeps_its_type_unless_that_is_said(admin: FlaskClient, house: Runtime) -> None:
    key = keys(house)[0]
    address = f"/inspector/instances/{key}/actions/variable?scope=1&name=needed"
    assert ">3</textarea>" in text(admin, address)
    place = {"scope": "1", "name": "needed"}
    assert "数值 → 文字" in act(admin, address, **place, value='"drei"').get_data(as_text=True)
    broken = act(admin, address, **place, value='{"a": 1, "a": 2}')
    assert (broken.status_code, "duplicate key" in broken.get_data(as_text=True)) == (400, True)
    assert act(admin, address, **place, value="4").status_code == 302
    assert act(admin, address, **place, value='"drei"', other_type="yes").status_code == 302
    links = rows(house, select(Audit).where(Audit.action == "instance.variable").order_by(Audit.sequence))
    assert [(link.detail["before"], link.detail["after"]) for link in links] == [(3, 4), (4, "drei")]
    new = f"/inspector/instances/{key}/actions/variable?scope=1&name=fresh"
    assert act(admin, new, scope="1", name="fresh", new="yes", value="[1]").status_code == 302


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("number", "12,5", "变量“needed”的新值应当是数值"),
        ("number", "NaN", "变量“needed”的新值应当是数值"),
        ("number", "1" * 70, "变量“needed”的新值应当是数值"),
        ("yesno", "也许", "变量“needed”的新值应当是是与否"),
        ("json", "[1,", "变量“needed”的新值应当是列表或对象"),
        ("text", "四", "数值 → 文字"),
        ("yesno", "是", "数值 → 是与否"),
        ("empty", "", "数值 → 空值"),
    ],
)
def test_a_value_of_another_kind_is_refused_by_name(
    admin: FlaskClient, house: Runtime, kind: str, value: str, said: str
) -> None:
    key = keys(house)[0]
    address = f"/inspector/instances/{key}/actions/variable?scope=1&name=needed"
    answer = act(admin, address, scope="1", name="needed", kind=kind, value=value)
    assert said in answer.get_data(as_text=True)
    assert rows(house, select(Audit.sequence).where(Audit.action == "instance.variable")) == []


def test_a_value_is_written_as_officials_write_it(admin: FlaskClient, house: Runtime) -> None:
    key = keys(house)[0]
    address = f"/inspector/instances/{key}/actions/variable?scope=1&name=needed"
    assert act(admin, address, scope="1", name="needed", kind="number", value=" 12.50 ").status_code == 302
    assert ">12.50</textarea>" in text(admin, address)
    more = {"other_type": "yes", "scope": "1", "name": "needed"}
    assert act(admin, address, **more, kind="yesno", value="是").status_code == 302
    assert ">是</textarea>" in text(admin, address)
    assert act(admin, address, **more, kind="text", value='他说"好"').status_code == 302
    links = rows(house, select(Audit).where(Audit.action == "instance.variable").order_by(Audit.sequence))
    assert [str(link.detail["after"]) for link in links] == ["12.50", "True", '他说"好"']


def test_whoever_has_the_task_is_told_of_its_new_deadline(admin: FlaskClient, house: Runtime) -> None:
    key = keys(house)[0]
    [wait] = rows(house, select(Timer.wait_key).where(Timer.instance_id == key))
    address = f"/inspector/instances/{key}/actions/deadline?wait={wait}"
    for workdays, more in (("1", {}), ("2", {"tell": "yes"}), ("-2", {})):
        assert act(admin, address, wait=wait, workdays=workdays, **more).status_code == 302
    told = rows(house, select(Notification).where(Notification.login == "city").order_by(Notification.id))
    assert [WHY in each.text_zh for each in told] == [False, True, False]
    first = told[0]
    assert (first.subject_zh, first.link) == (
        "期限已调整：任务 t1，至 2024年6月11日 17:00",
        f"/tasks/{rows(house, select(UserTask.id).where(UserTask.instance_id == key))[0]}",
    )
    assert "原来的期限：2024年6月10日 17:00" in first.text_zh
    assert {each.login for each in rows(house, select(Notification))} == {
        "city",
        "hostile",
    }  # the same office


def test_content_is_not_shown_to_who_changes_it(admin: FlaskClient, house: Runtime) -> None:
    key = keys(house)[0]
    address = f"/inspector/instances/{key}/actions/variable?scope=1&name=note"
    page = text(admin, address)
    assert "您无权查看这个变量的内容" in page
    assert "王小明" not in page
    assert act(admin, address, scope="1", name="note", value='"改正"').status_code == 302


def test_a_token_is_moved_and_a_task_reassigned(admin: FlaskClient, house: Runtime) -> None:
    key = keys(house)[0]
    [row] = rows(house, select(UserTask).where(UserTask.instance_id == key))
    tasks = text(admin, f"/inspector/instances/{key}/actions/reassign")
    assert "改派“任务 t1”" in tasks
    address = f"/inspector/instances/{key}/actions/reassign?task={row.id}"
    assert "李强" in text(admin, address)
    assert act(admin, address, task=row.id, assignee="city").status_code == 302
    assert rows(house, select(UserTask.assignee).where(UserTask.id == row.id)) == ["city"]
    move = f"/inspector/instances/{key}/actions/move"
    nothing = act(admin, move)
    assert (nothing.status_code, "至少选择一个环节" in nothing.get_data(as_text=True)) == (422, True)
    assert act(admin, move, activate="t2", terminate=row.wait_key).status_code == 302
    open_ones = select(UserTask.element_id).where(UserTask.instance_id == key, UserTask.state == "CREATED")
    assert rows(house, open_ones) == ["t2"]


def test_one_is_migrated(admin: FlaskClient, house: Runtime) -> None:
    key = keys(house)[0]
    commands.deploy(house, SYSTEM, {"ops.bpmn": case().replace(b"P1D", b"P2D") + b"\n"})
    address = f"/inspector/instances/{key}/actions/migrate"
    assert "规则工作室" in text(admin, address)
    assert act(admin, address, version=2).status_code == 302
    assert len(set(rows(house, select(Instance.definition_id).where(Instance.process_id == "ops")))) == 2


def stop_both(rt: Runtime) -> list[int]:
    """Both instances run into the step that fails; the incidents."""
    for row in rows(rt, select(UserTask.id).where(UserTask.process_id == "ops")):
        commands.complete(rt, world.actor("city"), row, {})
    return rows(rt, select(Incident.id).where(Incident.resolved_at.is_(None)).order_by(Incident.id))


def test_incidents_of_a_kind_are_retried_together(admin: FlaskClient, house: Runtime) -> None:
    first, _second = stop_both(house)
    page = text(admin, "/inspector/incidents")
    assert "查看 2 件" in page
    assert "13800138000" not in page
    [kind] = set(re.findall(r"kind=([0-9a-f]{16})", page))
    opened = text(admin, f"/inspector/incidents?kind={kind}")
    assert "重试这一类全部 2 件" in opened
    one = text(admin, f"/inspector/incidents/{first}")
    for said in ("流程文件中的位置", "仍停在“work”", "先修改变量"):
        assert said in one, said
    fields = {"csrf_token": token(admin.get("/inspector/incidents")), "kind": kind, "reason": WHY}
    silent = admin.post("/inspector/incidents/retry", data={**fields, "reason": ""})
    assert silent.status_code == 422
    batch = admin.post("/inspector/incidents/retry", data=fields).headers["Location"]
    assert "预览中" in text(admin, batch)
    assert admin.get(f"{batch}/progress").json == {"done": 0, "total": 2, "state": "running"}
    drain(house)
    page = text(admin, batch)
    assert "确认办理 2 件" in page
    step = {"csrf_token": fields["csrf_token"], "step": hidden(page)["step"]}
    assert admin.post(f"{batch}/start", data=step).status_code == 302
    assert admin.post(f"{batch}/start", data=step).status_code == 409
    drain(house)
    page = text(admin, batch)
    assert "已办理 0，被拒绝 0，停在同一处 2" in page, "nobody has mended the cause"
    assert f'href="/inspector/incidents/{first}"' in text(admin, f"{batch}?show=AGAIN")
    assert "停在同一处 2" in text(admin, "/inspector/batches")
    assert "没有这样的行" in text(admin, f"{batch}?show=SUCCEEDED")
    assert len(rows(house, select(Audit.sequence).where(Audit.action == "incident.retry"))) == 2


def test_where_the_program_failed_is_for_administrators(
    admin: FlaskClient, house: Runtime, sign_in: SignIn
) -> None:
    first, _ = stop_both(house)
    page = text(admin, f"/inspector/incidents/{first}")
    calls = page.partition("程序调用")[2].partition("</dl>")[0]
    assert re.search(r"tests/web/test_operating\.py:\d+ step", calls)
    assert "not ready" not in calls
    assert "程序调用" not in text(sign_in("draws", PASSWORD), f"/inspector/incidents/{first}")


def test_one_incident_is_retried_with_a_reason(admin: FlaskClient, house: Runtime) -> None:
    first, _ = stop_both(house)
    address = f"/inspector/incidents/{first}"
    fields = {"csrf_token": token(admin.get(address)), "reason": WHY}
    assert admin.post(address, data={**fields, "reason": ""}).status_code == 422
    answer = admin.post(address, data=fields, follow_redirects=True)
    assert "仍然失败" in answer.get_data(as_text=True)


def test_the_outbox_is_sent_again(admin: FlaskClient, house: Runtime) -> None:
    with house.transaction() as tx:
        payload = {"to": "wang@example.com", "subject": "通知", "text": "一次性链接 /x"}
        outbox.leave(tx.session, tx.now, "mail", payload, "k1")
        tx.session.execute(update(Job).where(Job.kind == "effect").values(retries=0, wake=None))
        refused = {"to": "li@example.com", "subject": "通知"}
        tx.session.add(
            Outbox(
                kind="mail",
                payload=refused,
                idempotency_key="k2",
                created_at=tx.now,
                refused_at=tx.now,
                refusal="550 li@example.com unknown",
            )
        )
    page = text(admin, "/inspector/outbox?state=failed")
    [id] = re.findall(r"/inspector/outbox/(\d+)", page)
    one = text(admin, f"/inspector/outbox/{id}")
    assert "wang@example.com" not in one
    assert "一次性链接" not in one
    gone = text(admin, "/inspector/outbox?state=refused")
    assert "li@example.com" not in gone
    [other] = re.findall(r"/inspector/outbox/(\d+)", gone)
    assert "正文已按规定清除" in text(admin, f"/inspector/outbox/{other}")
    fields = {"csrf_token": token(admin.get("/inspector/outbox")), "reason": WHY}
    assert admin.post(f"/inspector/outbox/{id}", data=fields).status_code == 302
    [job] = rows(house, select(Job).where(Job.kind == "effect"))
    assert (job.retries, job.wake) == (3, house.clock.now())
    all_of_it = {**fields, "state": "refused", "kind": ""}
    batch = admin.post("/inspector/outbox/resend", data=all_of_it).headers["Location"]
    drain(house)
    assert "不能 1 件" in text(admin, batch)


def test_timers_and_jobs_are_listed(admin: FlaskClient, house: Runtime) -> None:
    page = text(admin, "/inspector/timers?process=ops")
    assert page.count("too_late") >= 2
    with house.transaction() as tx:
        outbox.leave(tx.session, tx.now, "fax", {"to": "13800138000"}, "k3")
    jobs = text(admin, "/inspector/jobs?kind=effect")
    [id] = re.findall(r"/inspector/jobs/(\d+)", jobs)
    assert "13800138000" not in text(admin, f"/inspector/jobs/{id}")
    fields = {"csrf_token": token(admin.get("/inspector/jobs")), "reason": WHY}
    assert admin.post(f"/inspector/jobs/{id}", data=fields).status_code == 302
    batch = admin.post("/inspector/jobs/run", data={**fields, "state": "waiting", "kind": "effect"})
    assert batch.status_code == 302


def test_a_selection_becomes_a_batch(admin: FlaskClient, house: Runtime) -> None:
    first, second = keys(house)
    csrf = token(admin.get("/inspector/batches"))
    page = admin.post("/inspector/batches/new", data={"csrf_token": csrf, "instance": [first, second]})
    assert "选中 2 个实例" in page.get_data(as_text=True)
    wanted: dict[str, Any] = {"csrf_token": csrf, "filter": "process=ops&key=2024-370100-0001"}
    assert "选中 1 个实例" in admin.post("/inspector/batches/new", data=wanted).get_data(as_text=True)
    wanted |= {"act": "deadline", "element": "too_late", "workdays": "2", "reason": WHY}
    batch = admin.post("/inspector/batches/new", data=wanted).headers["Location"]
    drain(house)
    page = text(admin, batch)
    assert "由 2024年6月10日 17:00 改为 2024年6月12日 17:00" in page
    step = {"csrf_token": csrf, "step": hidden(page)["step"]}
    admin.post(f"{batch}/start", data=step)
    drain(house)
    assert "已办理 1，被拒绝 0" in text(admin, batch)
    for wrong, status in (
        ({"instance": []}, 422),
        ({"instance": [first], "act": "nonsense", "reason": WHY}, 404),
        ({"instance": [first], "act": "suspend", "reason": ""}, 422),
        ({"instance": [first], "act": "deadline", "reason": WHY}, 422),
    ):
        answer = admin.post("/inspector/batches/new", data={"csrf_token": csrf, **wrong})
        assert answer.status_code == status, wrong
    assert "批次" in text(admin, "/inspector/batches")


@pytest.mark.parametrize("login", ["draws", "signs", "city", "officer"])
def test_nobody_else_acts(house: Runtime, sign_in: SignIn, login: str) -> None:
    client = sign_in(login, PASSWORD)
    key = keys(house)[0]
    header = {"X-CSRFToken": token(client.get("/account/password"))}
    names = ("retry", "suspend", "resume", "move", "deadline", "variable", "migrate", "reassign", "cancel")
    for name in names:
        address = f"/inspector/instances/{key}/actions/{name}"
        expected = (403, 422) if name == "reassign" else (403,)  # heads of offices reassign their own tasks
        assert client.get(address).status_code in (*expected, 404), name
        data = {"reason": WHY, "then": "apply", "activate": "t2", "assignee": "city", "value": "1"}
        assert client.post(address, data=data, headers=header).status_code in (403, 404, 422), name
    for page in ("outbox", "timers", "jobs", "batches"):
        assert client.get(f"/inspector/{page}").status_code == 403, page
    expected = 200 if login == "draws" else 403
    assert client.get("/inspector/incidents").status_code == expected
    assert rows(house, select(func.count(OperatorBatch.id))) == [0]
    assert rows(house, select(Instance.status).where(Instance.id == key)) == ["ACTIVE"]


FORMS = {
    "act_retry": {},
    "act_suspend": {},
    "act_resume": {},
    "act_move": {"activate": "t2"},
    "act_deadline": {"workdays": "1"},
    "act_variable": {"scope": "1", "name": "needed", "kind": "number", "value": "4"},
    "act_migrate": {"version": "1"},
    "act_reassign": {"assignee": "city"},
    "act_cancel": {},
    "retry_incident": {},
    "retry_kind": {},
    "resend_row": {},
    "resend_all": {"state": "failed"},
    "run_one": {},
    "run_all": {"state": "failed"},
    "new_batch": {"act": "suspend"},
}
"""Every form that acts, with what it says beside its reason."""
WITHOUT_REASON = {"act_on_batch", "save_view", "change_view", "take_instance_events"}
"""Forms that change no instance, or that go on with a batch, which has its reason."""
COUNTED = (Instance, UserTask, Timer, Job, Outbox, Incident, OperatorBatch, Audit)


def standing(rt: Runtime) -> list[list[str]]:
    """Every row that an act could change."""
    with rt.reading() as session:
        return [sorted(map(repr, session.execute(select(t.__table__)).all())) for t in COUNTED]


def forms(rt: Runtime, client: FlaskClient) -> dict[str, tuple[str, dict[str, Any]]]:
    """Address and fields of every form that acts, on objects that are there; another instance has stopped."""
    first, second = keys(rt)
    [stopping] = rows(rt, select(UserTask.id).where(UserTask.instance_id == second))
    commands.complete(rt, world.actor("city"), stopping, {})
    with rt.transaction() as tx:
        outbox.leave(tx.session, tx.now, "fax", {"to": "x"}, "k9")
        tx.session.flush()
        tx.session.execute(update(Job).where(Job.kind == "effect").values(retries=0, wake=None))
    [incident] = rows(rt, select(Incident.id))
    [row] = rows(rt, select(Outbox.id).where(Outbox.kind == "fax"))
    [job] = rows(rt, select(Job.id).where(Job.subject == row))
    [wait] = rows(rt, select(Timer.wait_key).where(Timer.instance_id == first))
    [task_row] = rows(rt, select(UserTask).where(UserTask.instance_id == first, UserTask.state == "CREATED"))
    [kind] = set(re.findall(r"kind=([0-9a-f]{16})", text(client, "/inspector/incidents")))
    more: dict[str, dict[str, Any]] = {
        "act_deadline": {"wait": wait},
        "act_reassign": {"task": task_row.id},
        "act_move": {"terminate": task_row.wait_key},
        "retry_kind": {"kind": kind},
        "new_batch": {"instance": [first]},
    }
    where = {
        "retry_incident": f"/inspector/incidents/{incident}",
        "retry_kind": "/inspector/incidents/retry",
        "resend_row": f"/inspector/outbox/{row}",
        "resend_all": "/inspector/outbox/resend",
        "run_one": f"/inspector/jobs/{job}",
        "run_all": "/inspector/jobs/run",
        "new_batch": "/inspector/batches/new",
    }
    found = {}
    for name, fields in FORMS.items():
        key = second if name == "act_retry" else first
        address = where.get(name, f"/inspector/instances/{key}/actions/{name.removeprefix('act_')}")
        found[name] = (address, {**fields, **more.get(name, {})})
    return found


def send(client: FlaskClient, name: str, address: str, fields: dict[str, Any], reason: str) -> TestResponse:
    """Send a form as a browser would, previewed first where it is."""
    if name.startswith("act_"):
        query = "&".join(f"{k}={v}" for k, v in fields.items() if k in ("wait", "task", "scope", "name"))
        return act(client, f"{address}?{query}", **{**fields, "reason": reason})
    csrf = token(client.get("/inspector/batches"))
    return client.post(address, data={"csrf_token": csrf, "reason": reason, **fields})


def test_every_form_that_acts_is_known_here(house: Runtime, admin: FlaskClient) -> None:
    posting = {
        rule.endpoint.removeprefix("inspector.")
        for rule in admin.application.url_map.iter_rules()
        if rule.endpoint.startswith("inspector.") and "POST" in (rule.methods or ())
    }
    assert posting - WITHOUT_REASON == FORMS.keys()


@pytest.mark.parametrize("reason", ["", " \n\t"])
def test_no_form_acts_without_a_reason(house: Runtime, admin: FlaskClient, reason: str) -> None:
    sent = forms(house, admin)
    before = standing(house)
    for name, (address, fields) in sent.items():
        if name == "act_resume":
            continue  # what is not suspended is refused for that
        answer = send(admin, name, address, fields, reason)
        assert (name, answer.status_code) == (name, 422)
        assert "请填写理由" in answer.get_data(as_text=True), name
        assert standing(house) == before, name


@pytest.mark.parametrize("name", [name for name in FORMS if name not in ("act_resume", "act_migrate")])
def test_every_form_leaves_a_link_with_before_and_after(
    house: Runtime, admin: FlaskClient, name: str
) -> None:
    address, fields = forms(house, admin)[name]
    assert send(admin, name, address, fields, WHY).status_code == 302
    [link] = rows(house, select(Audit).order_by(Audit.sequence.desc()).limit(1))
    assert (link.actor, link.detail["reason"]) == ("ops", WHY)
    if link.action == "batch.plan":  # nothing has changed yet
        assert {"act", "count", "chosen"} <= link.detail.keys()
    else:
        assert ({"before", "after"} if link.action != "task.assign" else {"from", "to"}) <= link.detail.keys()
