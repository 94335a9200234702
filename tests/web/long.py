"""A long form in sections and a case that fills it in: what the tests of the fill-in pages share."""

import json
import re
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine import commands
from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.store.tasks import CREATED, Draft, UserTask
from tests.web import world
from tests.web.conftest import token

FILES = Path(__file__).parent / "long_files"
COLLEAGUE = Actor("colleague", "刘洋", (Grant("enterprise_filler", world.USCC),))
BASIC = {"company": "泉城示例重工有限公司", "person": "张宏", "city": "jn", "county": "lx", "note": ""}
MONEY = {"investment": "1,200.50", "software": "200", "exports": "no"}
INTRO = {"intro": "建设智能工厂，覆盖全部工序。"}


def begin(runtime: Runtime, number: int = 1) -> int:
    """One application to fill in, held by `filler`; its task."""
    commands.deploy(runtime, SYSTEM, {file.name: file.read_bytes() for file in FILES.iterdir()})
    started = commands.start(runtime, SYSTEM, "application", {}, f"2024-370102-{number:04d}")
    commands.claim(runtime, world.actor("filler"), started.tasks[0])
    return started.tasks[0]


def add_colleague(runtime: Runtime) -> Actor:
    """A second person of the same enterprise, without a password."""
    with runtime.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), COLLEAGUE.login, COLLEAGUE.name, COLLEAGUE.grants)
    return COLLEAGUE


def own_values(page: TestResponse) -> dict[str, str]:
    """What a page carries besides its answers."""
    text = page.get_data(as_text=True)
    found = dict(re.findall(r'<input type="hidden"[^>]* name="(_\w+)" value="([^"]*)"', text))
    return {"csrf_token": token(page), **found}


def send(
    client: FlaskClient, task: int, slug: str, answers: dict[str, str], action: str = "continue"
) -> TestResponse:
    """Open a section and send it with these answers, as a browser without scripts does."""
    address = f"/tasks/{task}/sections/{slug}"
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    return client.post(address, data={**own_values(page), **answers, "_action": action})


def fill_all(client: FlaskClient, task: int) -> None:
    """All sections, correctly."""
    for slug, answers in (("basic", BASIC), ("money", MONEY), ("intro", INTRO)):
        assert send(client, task, slug, answers).status_code == 302


def drafts(runtime: Runtime) -> dict[str, dict[str, object]]:
    """Every draft by its writer."""
    with runtime.reading() as session:
        return {draft.login: draft.data for draft in session.scalars(select(Draft))}


def next_task(runtime: Runtime) -> int:
    """The open task of the only case."""
    with runtime.reading() as session:
        return session.scalars(select(UserTask.id).where(UserTask.state == CREATED)).one()


def begin_wide(runtime: Runtime, fields: int = 40) -> int:
    """An application whose form has one section of so many fields; its task, held by `filler`."""
    files = {file.name: file.read_bytes() for file in FILES.iterdir()}
    form = json.loads(files["long.form"])
    form["components"] = [wide_section(fields)]
    files["long.form"] = json.dumps(form, ensure_ascii=False).encode()
    commands.deploy(runtime, SYSTEM, files)
    started = commands.start(runtime, SYSTEM, "application", {}, "2024-370102-0040")
    commands.claim(runtime, world.actor("filler"), started.tasks[0])
    return started.tasks[0]


def wide_section(fields: int) -> dict[str, object]:
    """A section of text fields, every fifth shown only when the one before says something, and a sum."""
    components: list[dict[str, object]] = []
    for number in range(1, fields + 1):
        field: dict[str, object] = {
            "type": "textfield",
            "id": f"f_{number}",
            "key": f"field_{number}",
            "label": f"第 {number} 项",
            "validate": {"maxLength": 200},
            "properties": {"label_en": f"Field {number}"},
        }
        if number % 5 == 0:
            field["conditional"] = {"hide": f'=field_{number - 1} = "hide"'}
        components.append(field)
    return {
        "type": "group",
        "id": "g_wide",
        "label": "很多填写项",
        "components": components,
        "properties": {"label_en": "Many fields"},
    }
