"""Countersignatures: asked by the holder, signed once under one's own name, waited for, counted by the two-person rule."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine import commands
from engine.collaboration.models import Countersignature, CountersignRequest
from engine.commands import countersigning as refusals
from engine.commands.refusals import NoReason, SamePerson, TaskCompleted
from engine.commands.telling import NotAmong, TooLong
from engine.documents.builders import countersigned
from engine.errors import NotAllowed, NotFound
from engine.notifications.models import Notification
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store.tasks import Submission
from engine.store.trail import Audit
from tests.support.diagrams import chain, diagram, end, start, task
from tests.web import world
from tests.web.conftest import SignIn, token

HEADS = "city_head@370100"
HOLDER, COLLEAGUE, OFFICER = world.actor("city_head"), world.actor("city"), world.actor("officer")


@pytest.fixture
def key(runtime: Runtime) -> int:
    """A task of the head of the city, then one of the officers that another person has to do."""
    body = start() + task("sign", group=HEADS, properties={"luzhi:countersign": "allowed"})
    body += task("check", properties={"luzhi:differentFrom": "sign"}) + end()
    content = diagram("recommendation", body + chain("start", "sign", "check", "end"))
    commands.deploy(runtime, world.SYSTEM, {"c.bpmn": content})
    found = world.start_review(runtime, "2024-370100")
    commands.claim(runtime, HOLDER, found)
    return found


def ask(rt: Runtime, key: int, who: str = "李强", by: Actor = HOLDER) -> int:
    commands.ask_countersign(rt, by, key, who, "请核产值")
    return rows(rt, CountersignRequest)[-1].id


def rows(rt: Runtime, model: Any, *where: Any) -> list[Any]:
    with rt.reading() as session:
        return list(session.scalars(select(model).where(*where).order_by(model.id)))


def test_a_task_waits_for_its_countersignatures(runtime: Runtime, key: int) -> None:
    request = ask(runtime, key)
    other = ask(runtime, key, "周涛")
    with pytest.raises(refusals.Outstanding, match="李强"):
        commands.complete(runtime, HOLDER, key, {})
    commands.countersign(runtime, COLLEAGUE, request, agree=True, opinion="产值属实")
    with pytest.raises(refusals.Outstanding, match="周涛"):
        commands.complete(runtime, HOLDER, key, {})
    commands.countersign(runtime, OFFICER, other, agree=False, opinion="附件不清")
    commands.complete(runtime, HOLDER, key, {})
    answers = rows(runtime, Countersignature)
    assert [(a.by, a.result, a.opinion, len(a.sha256)) for a in answers] == [
        ("city", "AGREE", "产值属实", 64),
        ("officer", "DISAGREE", "附件不清", 64),
    ]
    with runtime.reading() as session:
        assert len(list(session.scalars(select(Audit).where(Audit.action == "countersign.give")))) == 2
    said = [row.subject_zh for row in rows(runtime, Notification, Notification.login == "city_head")]
    assert said == ["会签同意：“任务 sign” 2024-370100", "会签不同意：“任务 sign” 2024-370100"]


def test_a_document_says_who_countersigned_when_and_with_what_opinion(runtime: Runtime, key: int) -> None:
    request, other = ask(runtime, key), ask(runtime, key, "周涛")
    commands.withdraw_countersign(runtime, HOLDER, other, "不必了")
    commands.countersign(runtime, COLLEAGUE, request, agree=False, opinion="产值口径不一致")
    commands.complete(runtime, HOLDER, key, {})
    with runtime.reading() as session:
        sent = session.scalars(select(Submission).where(Submission.task_id == key)).one()
        [printed] = countersigned.rows(session, (sent, None))
    assert printed["name"] == "李强（济南市工业和信息化局）"
    assert (printed["no"], printed["result"], printed["opinion"]) == ("1", "不同意", "产值口径不一致")
    assert printed["at"].startswith("2024年")


def test_who_countersigned_has_acted_in_the_step(runtime: Runtime, key: int) -> None:
    commands.countersign(runtime, COLLEAGUE, ask(runtime, key), agree=True, opinion="好")
    done = commands.complete(runtime, HOLDER, key, {})
    with pytest.raises(SamePerson):
        commands.claim(runtime, COLLEAGUE, done.tasks[0])
    commands.complete(runtime, world.actor("hostile"), done.tasks[0], {})


def test_the_holder_withdraws_with_a_reason(runtime: Runtime, key: int) -> None:
    request = ask(runtime, key)
    with pytest.raises(NoReason):
        commands.withdraw_countersign(runtime, HOLDER, request, " ")
    with pytest.raises(NotFound):
        commands.withdraw_countersign(runtime, COLLEAGUE, request, "不想签")
    commands.withdraw_countersign(runtime, HOLDER, request, "已当面确认")
    with pytest.raises(refusals.AnsweredAlready):
        commands.countersign(runtime, COLLEAGUE, request, agree=True, opinion="好")
    assert commands.complete(runtime, HOLDER, key, {}).tasks


@pytest.mark.parametrize("name", ["钱峰", "孙丽", "王晓", "赵敏", "谁"])
def test_the_holder_and_strangers_are_not_asked(runtime: Runtime, key: int, name: str) -> None:
    with pytest.raises(NotAmong):
        ask(runtime, key, name)


def test_only_the_holder_asks_and_nobody_twice(runtime: Runtime, key: int) -> None:
    with pytest.raises((NotFound, NotAllowed)):
        ask(runtime, key, by=COLLEAGUE)
    ask(runtime, key)
    with pytest.raises(refusals.AskedAlready):
        ask(runtime, key)
    assert len(rows(runtime, CountersignRequest)) == 1


def test_only_who_was_asked_signs_and_only_once(runtime: Runtime, key: int) -> None:
    request = ask(runtime, key)
    for stranger in (OFFICER, HOLDER, world.actor("filler"), world.actor("other_city")):
        with pytest.raises(NotFound):
            commands.countersign(runtime, stranger, request, agree=True, opinion="好")
    with pytest.raises(TooLong):
        commands.countersign(runtime, COLLEAGUE, request, agree=True, opinion=" ")
    commands.countersign(runtime, COLLEAGUE, request, agree=True, opinion="好")
    with pytest.raises(refusals.AnsweredAlready):
        commands.countersign(runtime, COLLEAGUE, request, agree=False, opinion="改主意")


def test_nothing_is_asked_or_signed_after_the_end(runtime: Runtime, key: int) -> None:
    request = ask(runtime, key)
    commands.countersign(runtime, COLLEAGUE, request, agree=True, opinion="好")
    commands.complete(runtime, HOLDER, key, {})
    with pytest.raises(TaskCompleted):
        ask(runtime, key, "周涛")
    with pytest.raises(TaskCompleted):
        commands.countersign(runtime, COLLEAGUE, request, agree=True, opinion="好")


def test_a_step_without_the_property_is_not_countersigned(runtime: Runtime, key: int) -> None:
    done = commands.complete(runtime, HOLDER, key, {})
    commands.claim(runtime, COLLEAGUE, done.tasks[0])
    with pytest.raises(refusals.NoCountersign):
        ask(runtime, done.tasks[0], "周涛", by=COLLEAGUE)


def test_whoever_signed_does_not_complete_the_same_task(runtime: Runtime, key: int) -> None:
    from engine.store.tasks import UserTask

    commands.countersign(runtime, COLLEAGUE, ask(runtime, key), agree=True, opinion="好")
    with runtime.transaction() as tx:
        tx.session.get_one(UserTask, key).assignee = "city"
    with pytest.raises(refusals.SignedByHolder):
        commands.complete(runtime, COLLEAGUE, key, {})


def test_who_was_asked_and_then_holds_the_task_does_not_sign(runtime: Runtime, key: int) -> None:
    from engine.store.tasks import UserTask

    request = ask(runtime, key)
    with runtime.transaction() as tx:
        tx.session.get_one(UserTask, key).assignee = "city"
    with pytest.raises(refusals.SignedByHolder):
        commands.countersign(runtime, COLLEAGUE, request, agree=True, opinion="好")


def test_a_countersignature_is_never_changed(runtime: Runtime, key: int) -> None:
    commands.countersign(runtime, COLLEAGUE, ask(runtime, key), agree=True, opinion="好")
    for table in ("countersign_request", "countersignature"):
        for statement in (f"UPDATE {table} SET id = id + 1", f"DELETE FROM {table}"):  # noqa: S608
            with pytest.raises(DBAPIError, match="append-only"), runtime.engine.begin() as connection:
                connection.exec_driver_sql(statement)


def test_nobody_signs_what_checks_their_own_step(runtime: Runtime, key: int) -> None:
    body = (
        start()
        + task("first")
        + task(
            "second", group=HEADS, properties={"luzhi:countersign": "allowed", "luzhi:differentFrom": "first"}
        )
    )
    content = diagram("measure", body + end() + chain("start", "first", "second", "end"))
    commands.deploy(runtime, world.SYSTEM, {"m.bpmn": content})
    first = commands.start(runtime, OFFICER, "measure", {}, "2024-370100").tasks[0]
    second = commands.complete(runtime, COLLEAGUE, first, {}).tasks[0]
    commands.claim(runtime, HOLDER, second)
    with pytest.raises(SamePerson):
        ask(runtime, second)


def test_the_pages_ask_sign_and_show_it(sign_in: SignIn, runtime: Runtime, key: int) -> None:
    holder, colleague = sign_in("city_head"), sign_in("city")
    page = holder.get(f"/tasks/{key}")
    sent = {"csrf_token": token(page), "to": "李强", "note": "请核产值"}
    assert holder.post(f"/tasks/{key}/countersign", data=sent).status_code == 302
    assert "等待会签" in holder.get(f"/tasks/{key}").get_data(as_text=True)
    refused = holder.post(f"/tasks/{key}", data={"csrf_token": token(page), "_action": "submit"})
    assert refused.status_code == 409
    assert "没有会签" in refused.get_data(as_text=True)
    [request] = rows(runtime, CountersignRequest)
    address = f"/countersign/{request.id}"
    assert address in colleague.get("/countersign").get_data(as_text=True)
    assert sign_in("hostile").get(address).status_code == 404
    form = colleague.get(address)
    empty = colleague.post(address, data={"csrf_token": token(form), "opinion": "写了很久"})
    assert empty.status_code == 422
    assert "写了很久" in empty.get_data(as_text=True)
    sent = {"csrf_token": token(form), "result": "disagree", "opinion": "<script>alert(1)</script>附件不清"}
    assert colleague.post(address, data=sent).status_code == 302
    shown = holder.get(f"/tasks/{key}").get_data(as_text=True)
    assert "不同意" in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert colleague.post(address, data=sent).status_code == 409
    assert colleague.post(address, data={"result": "agree"}).status_code == 400, "without a token"
