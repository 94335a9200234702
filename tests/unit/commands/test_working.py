"""What happens without a click: timers, messages, signals, verbs, and what is done about their failures."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from engine import commands
from engine.clock import VirtualClock
from engine.commands import refusals
from engine.runtime import Runtime
from engine.store.instances import Incident, Instance
from engine.store.messages import Message
from engine.store.people import Organisation
from engine.store.tasks import UserTask
from engine.store.trail import Audit
from engine.store.work import Job, Outbox, Timer
from engine.verbs import BpmnError, Parameter, VerbContext
from engine.worker import drain
from tests.support.diagrams import (
    boundary,
    catch,
    chain,
    diagram,
    end,
    flow,
    input_,
    message,
    message_root,
    output,
    service,
    signal,
    signal_root,
    start,
    task,
    throw_message,
    timer,
)
from tests.support.people import CITY, SYSADMIN, SYSTEM
from tests.support.runtimes import deploy, open_task, open_tasks, rows
from tests.support.runtimes import start as begin


def after(kind: str, value: str) -> bytes:
    body = (
        start()
        + catch("wait", timer(kind, value))
        + task("then")
        + end()
        + chain("start", "wait", "then", "end")
    )
    return diagram("waiting", body)


def test_a_late_timer_fires_once_with_its_own_due_time(any_rt: Runtime, clock: VirtualClock) -> None:
    deploy(any_rt, waiting=after("Duration", "P3D"))
    begin(any_rt, "waiting")
    assert drain(any_rt) == 0
    due = clock.now() + timedelta(days=3)
    clock.advance(timedelta(days=30))
    assert drain(any_rt) == 1
    assert open_task(any_rt, "then")
    assert rows(any_rt, select(Timer)) == []
    [link] = rows(any_rt, select(Audit).where(Audit.action == "timer.fire"))
    assert link.detail["timers"] == [{"element": "wait", "due": due.isoformat()}]
    assert drain(any_rt) == 0


def test_timers_of_many_instances_fire_in_one_go(any_rt: Runtime, clock: VirtualClock) -> None:
    deploy(any_rt, waiting=after("Duration", "PT1H"))
    for _ in range(5):
        begin(any_rt, "waiting")
    clock.advance(timedelta(hours=1))
    assert commands.fire_due_timers(any_rt, 3) == 3
    assert drain(any_rt) == 2
    assert len(open_tasks(any_rt)) == 5


def test_a_timer_start_event_starts_again_and_again(rt: Runtime, clock: VirtualClock) -> None:
    body = start("tick", timer("Cycle", "R2/P1D")) + task("look") + end() + chain("tick", "look", "end")
    deploy(rt, daily=diagram("daily", body))
    clock.advance(timedelta(days=1, hours=5))
    assert drain(rt) == 1
    clock.advance(timedelta(hours=19))
    assert drain(rt) == 1
    assert len(open_tasks(rt)) == 2
    clock.advance(timedelta(days=5))
    assert drain(rt) == 0


def receiver(id: str = "receiver") -> bytes:
    body = (
        start()
        + catch("wait", message("paid"))
        + task("then")
        + end()
        + chain("start", "wait", "then", "end")
    )
    return diagram(id, body, roots=message_root("paid", "=no"))


def variables_of(rt: Runtime, instance: int) -> dict[str, Any]:
    from sqlalchemy.orm import undefer

    from engine.store import json

    [row] = rows(rt, select(Instance).options(undefer(Instance.state)).where(Instance.id == instance))
    return {"state": json.loads(row.state)}


def test_a_message_reaches_the_instance_with_its_key_once(any_rt: Runtime) -> None:
    deploy(any_rt, receiver=receiver())
    wanted, other = begin(any_rt, "receiver", {"no": "A"}), begin(any_rt, "receiver", {"no": "B"})
    commands.publish_message(any_rt, SYSTEM, "paid", "A", {"amount": 7}, message_id="1")
    drain(any_rt)
    assert open_task(any_rt, "then", wanted)
    assert open_tasks(any_rt, other) == []
    assert rows(any_rt, select(Message)) == []
    assert '"amount"' in str(variables_of(any_rt, wanted)).replace("'", '"')


def test_a_message_waits_for_its_receiver_as_long_as_it_lives(any_rt: Runtime, clock: VirtualClock) -> None:
    deploy(any_rt, receiver=receiver())
    commands.publish_message(any_rt, SYSTEM, "paid", "A", {}, time_to_live="PT1H")
    drain(any_rt)
    clock.advance(timedelta(minutes=59))
    first = begin(any_rt, "receiver", {"no": "A"})
    second = begin(any_rt, "receiver", {"no": "A"})
    drain(any_rt)
    assert open_task(any_rt, "then", first)
    assert open_tasks(any_rt, second) == []
    clock.advance(timedelta(minutes=1))
    drain(any_rt)
    assert rows(any_rt, select(Message)) == []
    assert rows(any_rt, select(Job)) == []


def test_a_message_that_nobody_awaits_is_gone_unless_it_may_wait(rt: Runtime) -> None:
    deploy(rt, receiver=receiver())
    commands.publish_message(rt, SYSTEM, "paid", "A", {})
    drain(rt)
    begin(rt, "receiver", {"no": "A"})
    drain(rt)
    assert open_tasks(rt) == []


def test_a_repeated_message_id_is_refused(rt: Runtime) -> None:
    commands.publish_message(rt, SYSTEM, "paid", "A", {}, time_to_live="PT1H", message_id="7")
    with pytest.raises(refusals.MessageRepeated):
        commands.publish_message(rt, SYSTEM, "paid", "A", {}, time_to_live="PT1H", message_id="7")


def test_a_message_starts_one_instance_per_key(rt: Runtime) -> None:
    body = start("begin", message("opened")) + task("look") + end() + chain("begin", "look", "end")
    deploy(rt, opened=diagram("opened", body, roots=message_root("opened")))
    commands.publish_message(rt, SYSTEM, "opened", "2024-1", {"a": 1}, time_to_live="P1D")
    commands.publish_message(rt, SYSTEM, "opened", "2024-1", {"a": 2}, time_to_live="P1D")
    drain(rt)
    [first] = open_tasks(rt)
    assert first.business_key == "2024-1"
    commands.complete(rt, CITY, first.id, {})
    commands.publish_message(rt, SYSTEM, "opened", "2024-1", {"a": 3}, time_to_live="P1D")
    drain(rt)
    assert len(open_tasks(rt)) == 1


def test_an_instance_tells_another_by_a_message_event(any_rt: Runtime) -> None:
    sender = (
        start()
        + throw_message("tell", "paid", "=no", payload=input_("=sum * 2", "amount"))
        + end()
        + chain("start", "tell", "end")
    )
    deploy(any_rt, receiver=receiver(), sender=diagram("sender", sender, roots=message_root("paid", "=no")))
    waiting = begin(any_rt, "receiver", {"no": "A"})
    begin(any_rt, "sender", {"no": "A", "sum": 21, "secret": "x"})
    drain(any_rt)
    assert open_task(any_rt, "then", waiting)
    state = str(variables_of(any_rt, waiting))
    assert "'amount': 42" in state or "Decimal('42')" in state
    assert "secret" not in state


def test_a_signal_reaches_everyone_who_waits(any_rt: Runtime) -> None:
    body = (
        start() + catch("wait", signal("over")) + task("then") + end() + chain("start", "wait", "then", "end")
    )
    deploy(any_rt, waiting=diagram("waiting", body, roots=signal_root("over")))
    for _ in range(3):
        begin(any_rt, "waiting")
    commands.broadcast_signal(any_rt, SYSTEM, "over", {"why": "x"})
    drain(any_rt)
    assert len(open_tasks(any_rt)) == 3
    assert rows(any_rt, select(Job)) == []


def calling(type: str, *, mapping: str = "", retries: str = "") -> bytes:
    body = (
        start()
        + task("click")
        + service("call", type, mapping=mapping, retries=retries)
        + boundary("refused", "call", '<bpmn:errorEventDefinition errorRef="e" />')
        + task("then")
        + task("instead")
        + end()
        + chain("start", "click", "call", "then", "end")
        + flow("refused", "instead")
        + end("end2")
        + flow("instead", "end2")
    )
    return diagram("calling", body, roots='<bpmn:error id="e" errorCode="NO" />')


def register(rt: Runtime, behave: Any, *, pure: bool = True) -> None:
    rt.verbs.register(
        "test.act", zh="做", en="act", pure=pure, inputs=(Parameter("no", "string", "号", "no"),)
    )(behave)


def insert_organisation(context: VerbContext, code: str) -> None:
    context.session.add(Organisation(code=code, name=code, kind="agency"))
    context.session.flush()


def test_a_pure_verb_runs_inside_the_click(any_rt: Runtime) -> None:
    register(any_rt, lambda context, no: insert_organisation(context, no) or {"given": no})
    deploy(any_rt, calling=calling("test.act"))
    begin(any_rt, "calling", {"no": "A-1"})
    done = commands.complete(any_rt, CITY, open_task(any_rt, "click"), {})
    assert done.incidents == ()
    assert open_task(any_rt, "then")
    assert [row.code for row in rows(any_rt, select(Organisation))] == ["A-1"]


def calls(incident: Incident) -> list[str]:
    """The calls of the program in which it stopped, the innermost last."""
    return str(incident.stack).splitlines()


def test_what_a_rule_stops_is_no_defect_of_the_program(rt: Runtime) -> None:
    def act(context: VerbContext, no: str) -> None:
        raise refusals.NothingToRetry(by="x", at="y")

    register(rt, act)
    deploy(rt, calling=calling("test.act"))
    begin(rt, "calling", {"no": "A-1"})
    commands.complete(rt, CITY, open_task(rt, "click"), {})
    assert rows(rt, select(Incident.stack)) == [None]


def test_a_failing_verb_never_undoes_the_click(any_rt: Runtime) -> None:
    broken = True

    def act(context: VerbContext, no: str) -> None:
        insert_organisation(context, no)
        if broken:
            insert_organisation(context, no)  # the database itself refuses: the savepoint must hold

    register(any_rt, act)
    deploy(any_rt, calling=calling("test.act"))
    instance = begin(any_rt, "calling", {"no": "A-1"})
    done = commands.complete(any_rt, CITY, open_task(any_rt, "click"), {})
    assert done.incidents == ("call",)
    [click] = rows(any_rt, select(UserTask).where(UserTask.element_id == "click"))
    assert (click.state, click.ended_by) == ("COMPLETED", "li.na")
    assert rows(any_rt, select(Organisation)) == []
    [incident] = rows(any_rt, select(Incident))
    assert (incident.element_id, incident.type) == ("call", "JOB_NO_RETRIES")
    assert any(call.startswith("sqlalchemy/") for call in calls(incident)), "the database itself refused"

    assert commands.retry(any_rt, SYSADMIN, incident.id, "已修复") is False
    broken = False
    assert commands.retry(any_rt, SYSADMIN, incident.id, "已修复") is True
    assert open_task(any_rt, "then", instance)
    with pytest.raises(refusals.NothingToRetry):
        commands.retry(any_rt, SYSADMIN, incident.id, "已修复")


def test_a_deadlock_inside_a_verb_is_no_fault_of_the_diagram(any_rt: Runtime) -> None:
    class Deadlock(Exception):
        sqlstate = "40P01"

    tries: list[str] = []

    def act(context: VerbContext, no: str) -> None:
        tries.append(no)
        insert_organisation(context, no)
        if len(tries) == 1:
            raise OperationalError("UPDATE", {}, Deadlock())

    register(any_rt, act)
    deploy(any_rt, calling=calling("test.act"))
    begin(any_rt, "calling", {"no": "A-1"})
    done = commands.complete(any_rt, CITY, open_task(any_rt, "click"), {})
    assert (done.incidents, tries) == ((), ["A-1", "A-1"])
    assert open_task(any_rt, "then")
    assert rows(any_rt, select(Incident)) == []
    assert [row.code for row in rows(any_rt, select(Organisation))] == ["A-1"]


def test_a_verbs_business_error_takes_the_way_of_the_diagram(any_rt: Runtime) -> None:
    def act(context: VerbContext, no: str) -> None:
        insert_organisation(context, no)
        raise BpmnError("NO", "not this one")

    register(any_rt, act)
    deploy(any_rt, calling=calling("test.act"))
    begin(any_rt, "calling", {"no": "A-1"})
    commands.complete(any_rt, CITY, open_task(any_rt, "click"), {})
    assert open_task(any_rt, "instead")
    assert rows(any_rt, select(Organisation)) == []


def test_an_impure_verb_runs_after_the_commit_and_is_retried(any_rt: Runtime, clock: VirtualClock) -> None:
    calls: list[str] = []

    def act(context: VerbContext, no: str) -> dict[str, Any]:
        calls.append(no)
        insert_organisation(context, f"{no}-{len(calls)}")
        if len(calls) < 3:
            raise ConnectionError("the mail server is away")
        return {"sent": True}

    register(any_rt, act, pure=False)
    deploy(any_rt, calling=calling("test.act", retries="3"))
    begin(any_rt, "calling", {"no": "A-1"})
    commands.complete(any_rt, CITY, open_task(any_rt, "click"), {})
    assert calls == []
    for expected in (1, 2, 3):
        drain(any_rt)
        assert len(calls) == expected
        clock.advance(timedelta(minutes=1))
    assert open_task(any_rt, "then")
    assert [row.code for row in rows(any_rt, select(Organisation))] == ["A-1-3"]
    assert rows(any_rt, select(Job)) == []
    assert rows(any_rt, select(Incident)) == []


def test_spent_retries_leave_an_incident_that_can_be_retried(any_rt: Runtime, clock: VirtualClock) -> None:
    broken = True

    def act(context: VerbContext, no: str) -> dict[str, Any]:
        if broken:
            raise ConnectionError("the mail server is away")
        return {}

    register(any_rt, act, pure=False)
    deploy(any_rt, calling=calling("test.act", retries="2"))
    begin(any_rt, "calling", {"no": "A-1"})
    commands.complete(any_rt, CITY, open_task(any_rt, "click"), {})
    drain(any_rt)
    clock.advance(timedelta(hours=1))
    drain(any_rt)
    [incident] = rows(any_rt, select(Incident))
    assert (incident.type, incident.resolved_at) == ("JOB_NO_RETRIES", None)
    assert "mail server is away" in incident.message
    assert re.fullmatch(r"tests/unit/commands/test_working\.py:\d+ act", calls(incident)[-1])
    assert "mail server" not in str(incident.stack), "where, never what"
    broken = False
    commands.retry(any_rt, SYSADMIN, incident.id, "已修复")
    drain(any_rt)
    assert open_task(any_rt, "then")
    assert rows(any_rt, select(Incident).where(Incident.resolved_at.is_(None))) == []


def test_an_impure_verbs_error_goes_the_diagrams_way(rt: Runtime) -> None:
    def act(context: VerbContext, no: str) -> None:
        raise BpmnError("NO", "not this one")

    register(rt, act, pure=False)
    deploy(rt, calling=calling("test.act"))
    begin(rt, "calling", {"no": "A-1"})
    commands.complete(rt, CITY, open_task(rt, "click"), {})
    drain(rt)
    assert open_task(rt, "instead")


def test_an_unknown_verb_is_refused_at_deployment(rt: Runtime) -> None:
    from engine.problems import NotDeployable

    with pytest.raises(NotDeployable, match=r"no\.such"):
        deploy(rt, calling=calling("no.such"))
    assert rows(rt, select(func.count(Instance.id))) == [0]


def test_an_effect_is_left_once_per_key_and_done_after_the_commit(any_rt: Runtime) -> None:
    sent: list[tuple[Any, str]] = []
    any_rt.effects["mail"] = lambda payload, key: sent.append((payload, key))

    def act(context: VerbContext, no: str) -> None:
        context.outbox("mail", {"to": no}, f"mail-{no}")
        context.outbox("mail", {"to": no}, f"mail-{no}")

    register(any_rt, act)
    deploy(any_rt, calling=calling("test.act"))
    begin(any_rt, "calling", {"no": "A-1"})
    commands.complete(any_rt, CITY, open_task(any_rt, "click"), {})
    assert sent == []
    drain(any_rt)
    assert sent == [({"to": "A-1"}, "mail-A-1")]
    [row] = rows(any_rt, select(Outbox))
    assert row.done_at is not None


def test_outputs_of_a_form_enter_by_the_output_mapping_only(rt: Runtime) -> None:
    body = (
        start()
        + task("click", mapping=output("=completed_by", "who"))
        + end()
        + chain("start", "click", "end")
    )
    deploy(rt, one=diagram("one", body))
    instance = begin(rt, "one")
    commands.complete(rt, CITY, open_task(rt, "click"), {})
    state = str(variables_of(rt, instance))
    assert "li.na" in state or rows(rt, select(Instance.status)) == ["COMPLETED"]
    assert "submission_id" not in state
