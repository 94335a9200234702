"""Who writes the rules sees no case by that: not in a preview, a replay, a dry run, nor in what a case ran by."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine import commands
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store import json
from engine.store.migrating import MigrationPlan
from engine.store.tasks import UserTask
from engine.studio.drafts import drafting
from engine.studio.migrating import plans
from engine.studio.migrating.cohort import Cohort
from engine.studio.migrating.options import NOW, Options
from engine.worker import drain
from tests.process.diagrams import Diagram
from tests.support.diagrams import boundary, chain, diagram, end, flow, output, start, task, timer
from tests.support.runtimes import rows
from tests.web import world
from tests.web.conftest import SignIn, token

SECRET = "13900001111"


@pytest.fixture
def owner(runtime: Runtime, sign_in: SignIn) -> FlaskClient:
    return sign_in("owner")


def post(client: FlaskClient, page: str, address: str = "", **data: object) -> Any:
    """Send a form with the token of a page."""
    return client.post(address or page, data={"csrf_token": token(client.get(page)), **data})


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def drafted(runtime: Runtime, file: str, content: bytes | None = None) -> int:
    """A change of the owner with the file in it."""
    who = world.actor("owner")
    change = drafting.begin(runtime, who, title="改一改", reason="试")
    drafting.take_in(runtime, who, change, file)
    if content is not None:
        drafting.save(runtime, who, change, file, content, 1)
    return change


def form() -> bytes:
    fields = [{"type": "textfield", "key": "phone", "label": "电话", "id": "x_phone", "prefill": "=phone"}]
    return json.dumps({"id": "f", "type": "default", "schemaVersion": 19, "components": fields}).encode()


def test_a_preview_is_not_filled_from_a_case_of_others(owner: FlaskClient, runtime: Runtime) -> None:
    body = (
        start()
        + task("check", group="city_officer@370100", form="f", mapping=output("=phone", "phone"))
        + end()
    )
    commands.deploy(
        runtime, SYSTEM, {"f.form": form(), "p.bpmn": diagram("p", body + chain("start", "check", "end"))}
    )
    commands.start(runtime, SYSTEM, "p", {"phone": SECRET}, "2024-370100-0001")
    change = drafted(runtime, "f.form")
    here = f"/studio/changes/{change}/files/f.form/preview"
    [number] = rows(runtime, select(UserTask.id))
    for address in (here, f"{here}?case={number}", f"{here}/page?case={number}"):
        shown = text(owner, address)
        assert SECRET not in shown
        assert "2024-370100-0001" not in shown


def asking(expression: str) -> bytes:
    """A process whose gateway asks for something."""
    d = Diagram("p").start().gateway("exclusive", "split", default="other").end("done").end("else")
    return (
        d.flow("start", "split")
        .flow("split", "done", when=expression)
        .flow("split", "else", id="other")
        .xml()
    )


def test_a_replay_quotes_no_value_of_a_case(owner: FlaskClient, runtime: Runtime) -> None:
    """A condition that is no condition would say what stands there instead."""
    commands.deploy(runtime, SYSTEM, {"p.bpmn": asking("=false")})
    started = commands.start(runtime, SYSTEM, "p", {"phone": SECRET}, "A-1")
    change = drafted(runtime, "p.bpmn", asking("=phone"))
    run = post(owner, f"/studio/changes/{change}/replay", process="p").headers["Location"]
    drain(runtime)
    for address in (run, f"{run}/cases/{started.instance_key}"):
        shown = text(owner, address)
        assert SECRET not in shown
        assert "（停在之前）" in shown or "现在会走" in shown


def timed(expression: str, id: str = "p") -> bytes:
    """A step whose deadline is computed: a migration that takes the new rule over sees what it sees."""
    body = start() + task("check") + end() + end("late")
    body += boundary("limit", "check", timer("Duration", expression))
    return diagram(id, body + chain("start", "check", "end") + flow("limit", "late"))


def test_a_dry_run_of_a_migration_quotes_none_either(owner: FlaskClient, runtime: Runtime) -> None:
    commands.deploy(runtime, SYSTEM, {"p.bpmn": timed("P5D")})
    commands.start(runtime, SYSTEM, "p", {"phone": SECRET}, "A-1")
    commands.deploy(runtime, SYSTEM, {"p.bpmn": timed("=phone")})
    who = world.actor("owner")
    plan = plans.begin(runtime, who, "p", 2, Cohort(), "试")
    wished = Options({}, {"p": {"limit": NOW}}, (), True)
    with runtime.reading() as session:
        step = session.get_one(MigrationPlan, plan).step
    plans.change(runtime, who, plan, wished, step)
    plans.check(runtime, who, plan, step + 1)
    drain(runtime)
    shown = text(owner, f"/studio/migrations/{plan}")
    assert "EXTRACT_VALUE_ERROR" in shown
    assert SECRET not in shown


def test_who_began_or_ended_a_case_is_not_told_with_its_versions(
    owner: FlaskClient, runtime: Runtime
) -> None:
    """The last step may have been an expert's, the first an applicant's."""
    commands.deploy(runtime, SYSTEM, {"a.bpmn": timed("P5D", "application")})
    begun = commands.start(runtime, world.actor("filler"), "application", {}, "A-1")
    commands.complete(runtime, world.actor("city"), begun.tasks[0], {})
    shown = text(owner, f"/studio/migrations/cases/{begun.instance_key}")
    assert "办结" in shown
    assert world.actor("filler").name not in shown
    assert world.actor("city").name not in shown
