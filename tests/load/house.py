"""What is loaded: many officers, each with cases of six steps in their hands, a timer and a message in between."""

from engine import commands
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.migrations import upgrade
from tests.support.diagrams import catch, chain, diagram, end, message_root, start, throw_message, timer
from webapp.bench import diagrams
from webapp.bench.measure import settle

STEPS = 6
CITIES = [f"37{number:02d}00" for number in range(1, 17)]


def furnish(url: str, officers: int, cases: int) -> None:
    """Tables, the diagram, the officers, and so many running cases for each of them."""
    runtime = Runtime.open(Settings(database_url=url))
    upgrade(runtime.engine)
    commands.deploy(runtime, SYSTEM, {"load.bpmn": _diagram(), "bench.form": diagrams.form()}, message="load")
    with runtime.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        for city in CITIES:
            add_organisation(tx.session, scribe, city, city, "city", None)
        for number in range(officers):
            add_account(tx.session, scribe, login(number), login(number), (_grant(number),))
    for case in range(officers * cases):
        who = case % officers
        key = f"2024-{CITIES[who % len(CITIES)]}-{case:05d}"
        _apply(runtime, key, case)
        commands.start(runtime, SYSTEM, "load", {"officer": login(who), "no": key}, business_key=key)
    settle(runtime.engine)
    runtime.close()


def _apply(runtime: Runtime, key: str, case: int) -> None:
    """The application that a case is about."""
    with runtime.transaction() as tx:
        tx.session.add(
            Application(
                application_no=key, cycle_year=2024, uscc=f"91370100MA3C{case:06d}", enterprise=f"示例{case}装备有限公司",
                type=("SCENE", "WORKSHOP", "FACTORY")[case % 3], object_name=f"第{case}智能工厂", county=key[5:9] + "02",
                city=key[5:11], industry="C34", catalogue="2021", status=s.CITY_AGREED, opened_at=tx.now,
            )
        )  # fmt: skip


def login(number: int) -> str:
    """The login of an officer."""
    return f"load-{number:03d}"


def _grant(number: int) -> Grant:
    return Grant("city_officer", CITIES[number % len(CITIES)])


def _diagram() -> bytes:
    steps = [f"t{number}" for number in range(1, STEPS + 1)]
    way = [*steps[:3], "pause", *steps[3:], "tell"]
    body = (
        start()
        + "".join(map(_task, steps))
        + catch("pause", timer("Duration", "PT1S"))
        + throw_message("tell", "load_done", "=no", ttl="PT0S")
        + end()
        + chain("start", *way, "end")
    )
    return diagram("load", body, roots=message_root("load_done", "=no"))


def _task(name: str) -> str:
    return (
        f'<bpmn:userTask id="{name}" name="第{name[1:]}步"><bpmn:documentation>核对材料（第七条）。</bpmn:documentation>'
        '<bpmn:extensionElements><zeebe:userTask/><zeebe:formDefinition formId="bench"/>'
        '<zeebe:assignmentDefinition assignee="=officer"/>'
        '<zeebe:taskSchedule dueDate="=now() + duration(&quot;P5D&quot;)"/>'
        '<zeebe:ioMapping><zeebe:output source="=score" target="score"/></zeebe:ioMapping>'
        "</bpmn:extensionElements></bpmn:userTask>"
    )
