"""Operations in figures and lists: the overview, the list with its filters, views and files, the heat map."""

import re
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import commands
from engine.clock import VirtualClock
from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.store.instances import ElementEvent, Incident, Instance
from engine.store.people import Account
from engine.store.tasks import CREATED, UserTask
from engine.store.trail import Audit
from engine.store.work import Timer
from tests.process.diagrams import Diagram, ext, timer, zeebe
from tests.support.runtimes import rows
from tests.web.conftest import SignIn, token
from webapp.dates import machine

ADMINISTRATOR = Actor("sysadmin", "系统管理员", (Grant("sysadmin", "370000"),))
DUE = zeebe("taskSchedule", dueDate="2099-06-01T00:00:00+08:00")
FIRST, LATE, STOPPED, RESTING, ENDED, OTHER = range(6)


@pytest.fixture
def cases(runtime: Runtime) -> Sequence[int]:
    """Six instances: one as it should be, one late, one with an incident, one suspended, one ended, one of `other`."""
    two = Diagram("two").start().user("a", "b").end().flow("start", "a", "b", "end")
    other = Diagram("other").start().user("a").end().flow("start", "a", "end")
    commands.deploy(runtime, SYSTEM, {"two.bpmn": two.xml(), "other.bpmn": other.xml()})
    keys = [
        commands.start(
            runtime, SYSTEM, id, {"type": "SCENE", "year": 2024 + n}, f"2024-370102-{n:04d}"
        ).instance_key
        for n, id in enumerate(("two", "two", "two", "two", "two", "other"))
    ]
    with runtime.transaction() as tx:
        late = update(UserTask).where(UserTask.instance_id == keys[LATE])
        tx.session.execute(late.values(due=tx.now, due_order=tx.now))
        stopped = Incident(instance_id=keys[STOPPED], wait_key="w", element_id="a", type="JOB_NO_RETRIES")
        stopped.message, stopped.created_at = "=cmd|' /C calc'!A0 register wang.wei@example.org", tx.now
        tx.session.add(stopped)
        _with_password(tx.session, Scribe(SYSTEM, tx.now))
    commands.suspend(runtime, ADMINISTRATOR, keys[RESTING], "the register is being moved")
    for _ in range(2):
        commands.complete(runtime, SYSTEM, _task(runtime, keys[ENDED]), {})
    return keys


def _with_password(session: Session, scribe: Scribe) -> None:
    add_account(session, scribe, "sysadmin", "系统管理员", ADMINISTRATOR.grants)
    known = session.get_one(Account, 1).password_hash
    session.execute(update(Account).where(Account.login == "sysadmin").values(password_hash=known))


def _task(runtime: Runtime, instance: int) -> int:
    with runtime.reading() as session:
        mine = select(UserTask.id).where(UserTask.instance_id == instance, UserTask.state == CREATED)
        return session.scalars(mine).one()


@pytest.fixture
def client(cases: Sequence[int], sign_in: SignIn) -> FlaskClient:
    return sign_in("sysadmin")


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(f"/inspector{address}")
    assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
    return answer.get_data(as_text=True)


def listed(page: str) -> list[int]:
    return [int(key) for key in re.findall(r'data-row="(\d+)"', page)]


def test_every_number_of_the_overview_leads_to_as_many_instances(
    client: FlaskClient, cases: Sequence[int]
) -> None:
    page = text(client, "")
    heads = re.findall(r'<dd><a href="([^"]+)"><strong[^>]*>([\d,]+)</strong>', page)
    assert [int(number) for _, number in heads] == [5, 1, 1, 1, 1]
    panels = page.split('id="h-versions"')[1].split('id="h-lag"')[0]
    numbers = re.findall(
        r'<td class="num" data-label="[^"]+"><a href="([^"]*instances[^"]*)">([\d,]+)<', panels
    )
    assert len(numbers) == 2 * 4 + 1 + 1
    for address, number in [*heads, *numbers]:
        found = text(client, address.replace("&amp;", "&").removeprefix("/inspector"))
        assert len(listed(found)) == int(number), address
    assert 'id="h-jobs"' in page
    assert "多个" not in page


def test_whoever_sees_no_machinery_sees_no_queues(cases: Sequence[int], sign_in: SignIn) -> None:
    page = text(sign_in("officer"), "")
    assert 'id="h-versions"' in page
    assert 'id="h-jobs"' not in page
    assert sign_in("city").get("/inspector").status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [OTHER, ENDED, RESTING, STOPPED, LATE, FIRST]),
        ("?process=two&state=running&sort=oldest", [FIRST, LATE, STOPPED, RESTING]),
        ("?process=two&version=1&element=a", [RESTING, STOPPED, LATE, FIRST]),
        ("?state=overdue", [LATE]),
        ("?state=incident", [STOPPED]),
        ("?state=suspended", [RESTING]),
        ("?state=completed", [ENDED]),
        ("?error=JOB_NO_RETRIES", [STOPPED]),
        ("?text=REGISTER", [STOPPED]),
        ("?text=wang.wei", []),
        ("?variable=year&value=2025", [LATE]),
        ("?key=2024-370102-0005", [OTHER]),
        ("?city=370100&process=other", [OTHER]),
        ("?city=370200", []),
        ("?ended_from=2024-06-03&ended_to=2024-06-03", [ENDED]),
        ("?started_from=2024-06-04", []),
        ("?process=%00&version=x&state=nothing&city='&started_from=never&sort=up", None),
        ("?element=' OR 1=1 --", []),
    ],
)
def test_every_filter_stands_in_the_address(
    client: FlaskClient, cases: Sequence[int], query: str, expected: list[int] | None
) -> None:
    page = text(client, f"/instances{query}")
    if expected is not None:
        assert listed(page) == [cases[n] for n in expected]
    assert "Traceback" not in page


def test_a_list_is_kept_under_a_name_by_whoever_made_it(client: FlaskClient, sign_in: SignIn) -> None:
    csrf = token(client.get("/inspector/instances?process=two&state=overdue"))
    wish = {"csrf_token": csrf, "process": "two", "state": "overdue"}
    saved = client.post("/inspector/views", data={**wish, "name": "晚了的"})
    assert saved.status_code == 302
    assert "晚了的" in text(client, "/instances")
    page = text(client, saved.location.removeprefix("/inspector"))
    assert 'aria-current="true">晚了的' in page
    assert len(listed(page)) == 1
    handle = re.search(r"view=([\w-]+)", saved.location)
    assert handle is not None
    changed = text(client, f"/instances?process=two&view={handle[1]}")
    assert "更新这个视图" in changed
    client.post(
        "/inspector/views", data={"csrf_token": csrf, "process": "two", "view": handle[1], "replace": "1"}
    )
    assert "流程：two" in text(client, "/views")
    other = sign_in("officer")
    assert "晚了的" not in text(other, "/views")
    stolen = {"csrf_token": token(other.get("/inspector/views")), "action": "delete"}
    assert other.post(f"/inspector/views/{handle[1]}", data=stolen).status_code == 404
    nameless = client.post("/inspector/views", data={**wish, "name": ""}, follow_redirects=True)
    assert nameless.status_code == 200
    assert text(client, "/views").count('name="action" value="delete"') == 1
    client.post(
        f"/inspector/views/{handle[1]}", data={"csrf_token": csrf, "action": "rename", "name": "新名"}
    )
    assert "新名" in text(client, "/views")
    client.post(f"/inspector/views/{handle[1]}", data={"csrf_token": csrf, "action": "delete"})
    assert "您还没有保存过视图" in text(client, "/views")


def test_the_files_of_a_list_have_its_rows_and_nothing_to_compute(
    client: FlaskClient, runtime: Runtime, cases: Sequence[int]
) -> None:
    with runtime.transaction() as tx:
        evil = update(Instance).where(Instance.id == cases[FIRST])
        tx.session.execute(evil.values(business_key="=HYPERLINK(1)"))
        other = update(Instance).where(Instance.id == cases[LATE])
        tx.session.execute(other.values(business_key="13812345678"))
    answer = client.get("/inspector/instances.xlsx?process=two")
    book = ZipFile(BytesIO(answer.get_data()))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count("<row ") == 3 + 1 + 5
    assert "=HYPERLINK(1)" in strings  # a text, as the sheet says by having no formula
    assert "13812345678" not in strings + sheet
    csv = client.get("/inspector/instances.csv?process=two").get_data(as_text=True)
    assert "'=HYPERLINK(1)" in csv
    assert "13812345678" not in csv
    assert len(csv.strip().split("\r\n")) == 1 + 5
    assert client.get("/inspector/instances.pdf").status_code == 404


def test_the_heat_map_counts_what_the_chosen_instances_did(client: FlaskClient, cases: Sequence[int]) -> None:
    page = text(client, "/heat?process=two")
    table = page.split('id="numbers"')[1].split("<tbody>")[1].split("</tbody>")[0]
    lines = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in table.split("</tr>")[:-1]]
    assert any(line.startswith("人工任务 a 5 4 人工任务 a ") for line in lines), lines
    assert any(line.startswith("人工任务 b 1 0 ") for line in lines), lines
    ended = text(client, "/heat?process=two&state=completed&by=time")
    assert "1 件" in ended
    assert "请选择一个流程" in text(client, "/heat")
    assert client.get("/inspector/heat?process=nothing").status_code == 404
    assert text(client, "/heat?process=other&by=<script>").count("<script>") == 0


def test_what_may_be_done_is_offered_beside_what_it_is_done_to(
    client: FlaskClient, sign_in: SignIn, runtime: Runtime, cases: Sequence[int]
) -> None:
    page = text(client, f"/instances/{cases[STOPPED]}")
    acts = page.split('id="acts"')[1].split("</section>")[0]
    for name in ("retry", "suspend", "cancel", "variable", "move", "migrate"):
        assert f"/instances/{cases[STOPPED]}/actions/{name}" in acts
    assert "actions/resume" not in acts
    assert "/inspector/incidents/1" in page
    assert re.search(r"actions/variable\?scope=\d+&amp;name=year", page)
    assert "actions/resume" in text(client, f"/instances/{cases[RESTING]}")
    assert 'id="acts"' not in text(client, f"/instances/{cases[ENDED]}")
    watching = text(sign_in("officer"), f"/instances/{cases[STOPPED]}")
    assert 'id="acts"' not in watching
    assert "actions/variable" not in watching
    first = events(runtime, cases[STOPPED])[0]
    past = text(client, f"/instances/{cases[STOPPED]}?at={first}")
    assert 'id="acts"' not in past
    assert "/edit" not in past


def events(runtime: Runtime, instance: int) -> Sequence[int]:
    with runtime.reading() as session:
        found = select(ElementEvent.id).where(ElementEvent.instance_id == instance)
        return session.scalars(found.order_by(ElementEvent.id)).all()


def test_the_past_tells_whether_it_was_suspended_and_what_was_waited_for(
    client: FlaskClient, runtime: Runtime, cases: Sequence[int]
) -> None:
    def lede(query: str) -> str:
        return text(client, f"/instances/{cases[RESTING]}{query}").split('class="lede"')[1].split("</p>")[0]

    clock = runtime.clock
    assert isinstance(clock, VirtualClock)
    assert "已挂起" in lede("")
    clock.advance(timedelta(minutes=1))
    commands.resume(runtime, ADMINISTRATOR, cases[RESTING], "the register is there again")
    clock.advance(timedelta(minutes=1))
    before = events(runtime, cases[RESTING])[-1]
    commands.complete(runtime, SYSTEM, _task(runtime, cases[RESTING]), {})
    assert "已挂起" in lede(f"?at={before}")  # suspended within the same instant: the trail knows no more
    assert "办理中" in lede(f"?at={events(runtime, cases[RESTING])[-1]}")
    then = (
        text(client, f"/instances/{cases[RESTING]}?at={before}").split('id="then"')[1].split("</section>")[0]
    )
    assert re.search(r"人工任务 a.*有人办理.*结束", then, re.S)


def test_the_past_says_when_what_fell_away_with_its_step_would_have_been_due(
    client: FlaskClient, runtime: Runtime
) -> None:
    dated = (
        Diagram("dated")
        .start()
        .user("a", inner=ext(zeebe("assignmentDefinition", candidateGroups="city"), DUE))
        .end()
        .end("told")
    )
    dated.boundary("due", "a", timer("duration", "P9D"))
    commands.deploy(
        runtime, SYSTEM, {"dated.bpmn": dated.flow("start", "a", "end").flow("due", "told").xml()}
    )
    key = commands.start(runtime, SYSTEM, "dated", {}).instance_key
    [timer_row] = rows(runtime, select(Timer).where(Timer.instance_id == key))
    began = events(runtime, key)[-1]
    moved = timer_row.due + timedelta(days=2)
    commands.change_deadline(runtime, SYSTEM, key, timer_row.wait_key, moved, "the office was closed")
    last = events(runtime, key)[-1]

    def then(at: int, table: str) -> str:
        return text(client, f"/instances/{key}?at={at}").split(f'id="{table}"')[1].split("</section>")[0]

    assert machine(timer_row.due) in then(began, "timers")
    assert machine(moved) in then(last, "timers")
    commands.complete(runtime, SYSTEM, _task(runtime, key), {})
    told = then(last, "then")
    assert re.search(r"人工任务 a.*有人办理.*2099-06-01T00:00:00", told, re.S)
    assert re.search(rf"due.*一个期限.*{re.escape(machine(moved))}.*没有来，随环节一起结束<", told, re.S)
    assert machine(timer_row.due) in then(began, "then")


def test_where_an_instance_is_reads_as_a_list_in_english(client: FlaskClient, runtime: Runtime) -> None:
    both = Diagram("both").start().gateway("parallel", "fork").user("a", "b").end().end("other")
    commands.deploy(
        runtime,
        SYSTEM,
        {"both.bpmn": both.flow("start", "fork", "a", "end").flow("fork", "b", "other").xml()},
    )
    commands.start(runtime, SYSTEM, "both", {})
    client.get("/language/en")
    [where] = re.findall(
        r'data-label="Current elements"><div>([^<]*)</div>', text(client, "/instances?process=both")
    )
    assert where.count(", ") == 1
    assert " or " not in where


def test_an_event_log_costs_a_right_and_a_reason_and_leaves_a_link(
    client: FlaskClient, sign_in: SignIn, runtime: Runtime, cases: Sequence[int]
) -> None:
    address = f"/inspector/instances/{cases[ENDED]}/events"
    assert client.get(address).status_code == 403
    assert "/events" not in text(client, f"/instances/{cases[ENDED]}")
    owner = sign_in("owner")
    assert address in text(owner, f"/instances/{cases[ENDED]}")
    form = {"csrf_token": token(owner.get(address)), "format": "xes", "reason": " "}
    assert owner.post(address, data=form).status_code == 422
    answer = owner.post(address, data={**form, "reason": "how long do heads take"})
    log = answer.get_data(as_text=True)
    assert log.count("<trace") == 1
    assert f'value="2024-370102-{ENDED:04d}"' in log
    assert "owner" not in log
    with runtime.reading() as session:
        link = session.scalars(select(Audit).where(Audit.action == "events.export")).one()
    assert (link.actor, link.object_type, link.object_key) == ("owner", "instance", str(cases[ENDED]))
    csv = owner.post(address, data={**form, "format": "csv", "reason": "the same"}).get_data(as_text=True)
    assert f"2024-370102-{FIRST:04d}" not in csv
    assert owner.get("/inspector/instances/987654/events").status_code == 404
    gone = {**form, "reason": "not there", "csrf_token": form["csrf_token"]}
    assert owner.post("/inspector/instances/987654/events", data=gone).status_code == 404
