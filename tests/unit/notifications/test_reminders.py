"""Tasks that open for an enterprise are told; reminders come three working days before a deadline and one, once each."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import select

from engine import commands
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.notifications.models import Notification
from engine.notifications.operations import REMINDER, TASK
from engine.notifications.reminders import remind
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.settings import Settings
from tests.support.diagrams import chain, diagram, end, start, task
from tests.support.runtimes import deploy, open_task, rows

USCC = "91370200264574251E"
FILLER = Actor("filler", "填报人", (Grant("enterprise_filler", USCC),))
LEGAL = Actor("legal", "法人", (Grant("legal_representative", USCC),))
OFFICER = Actor("officer", "经办", (Grant("city_officer", "370100"),))
THEN = {
    "luzhi:name_en": "Answer",
    "luzhi:onDeadline": "按原材料办理",
    "luzhi:onDeadline_en": "It goes on as it was.",
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BUSINESS_ZONE)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(at("2024-06-12 09:00"))  # Wednesday


@pytest.fixture
def told(database: str, clock: VirtualClock) -> Iterator[Runtime]:
    """A process of three tasks: the city's, the filler's until 2024-06-21 00:00 (Friday), the signer's."""
    settings = Settings(_env_file=None, database_url=database, sqlite_synchronous="OFF")
    runtime = Runtime.open(settings, clock)
    body = (
        start()
        + task("ask")
        + task(
            "answer",
            group=f"enterprise_filler@{USCC}",
            due="2024-06-21T00:00:00+08:00",
            properties=THEN,
        )
        + task("sign", group=f"legal_representative@{USCC}")
        + end()
        + chain("start", "ask", "answer", "sign", "end")
    )
    with runtime.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, USCC, "示例企业", "enterprise", None)
        add_organisation(tx.session, scribe, "370100", "济南市", "city", None)
        for actor in (FILLER, LEGAL, OFFICER):
            add_account(tx.session, scribe, actor.login, actor.name, actor.grants)
    deploy(runtime, p=diagram("p", body))
    commands.start(runtime, SYSTEM, "p", {}, "A-1")
    yield runtime
    runtime.close()


def messages(runtime: Runtime, kind: str) -> list[Notification]:
    return rows(runtime, select(Notification).where(Notification.kind == kind).order_by(Notification.id))


def ask(runtime: Runtime) -> None:
    commands.complete(runtime, OFFICER, open_task(runtime, "ask"), {})


def test_a_task_is_told_to_whoever_may_do_it_with_its_deadline_and_what_follows(told: Runtime) -> None:
    ask(told)
    [message] = messages(told, TASK)
    assert message.login == FILLER.login
    assert message.subject_zh == "待办：任务 answer"
    assert message.subject_en == "To do: Answer"
    assert "2024年6月20日 24:00（今天以后还有 6 个工作日）" in message.text_zh
    assert "逾期后果：按原材料办理" in message.text_zh
    assert "After it: It goes on as it was." in message.text_en
    assert message.due == at("2024-06-21 00:00")


def test_offices_are_not_told_of_their_tasks(told: Runtime) -> None:
    assert messages(told, TASK) == []


def test_whoever_opened_a_task_by_their_own_click_is_not_told_of_it(told: Runtime) -> None:
    both = Actor("filler", "填报人", (*FILLER.grants, *LEGAL.grants))
    with told.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), "filler", "填报人", both.grants)
    ask(told)
    commands.complete(told, both, open_task(told, "answer"), {})
    assert [m.login for m in messages(told, TASK) if m.subject_zh == "待办：任务 sign"] == [LEGAL.login]


@pytest.mark.parametrize(
    ("now", "told_so_far"),
    [
        ("2024-06-14 09:00", 0),  # Friday, four working days before Thursday
        ("2024-06-17 09:00", 1),  # Monday: three are left
        ("2024-06-18 09:00", 1),
        ("2024-06-19 09:00", 1),  # one is left: the second message only, if the first was missed
        ("2024-06-21 00:00", 0),  # the deadline itself: too late
    ],
)
def test_a_reminder_comes_when_few_working_days_are_left(
    told: Runtime, clock: VirtualClock, now: str, told_so_far: int
) -> None:
    ask(told)
    clock.set(at(now))
    remind(told)
    assert len(messages(told, REMINDER)) == told_so_far


def test_each_distance_is_told_once_however_often_workers_look(told: Runtime, clock: VirtualClock) -> None:
    ask(told)
    for now in (
        "2024-06-17 09:00",
        "2024-06-17 09:01",
        "2024-06-18 09:00",
        "2024-06-19 09:00",
        "2024-06-20 09:00",
    ):
        clock.set(at(now))
        remind(told)
        remind(told)
    first, second = messages(told, REMINDER)
    assert first.subject_zh == "期限提醒：A-1任务 answer，还有 3 个工作日"
    assert second.subject_zh == "期限提醒：A-1任务 answer，还有 1 个工作日"
    assert first.login == second.login == FILLER.login


def test_what_is_done_is_not_reminded_of(told: Runtime, clock: VirtualClock) -> None:
    ask(told)
    commands.complete(told, FILLER, open_task(told, "answer"), {})
    clock.set(at("2024-06-19 09:00"))
    assert remind(told) == 0


def test_whoever_got_a_task_today_knows_its_deadline(told: Runtime, clock: VirtualClock) -> None:
    clock.set(at("2024-06-19 09:00"))
    ask(told)
    assert remind(told) == 0
