"""Acts on many tasks: looked at first, done row by row, each once; refusals row by row; spreadsheets."""

import re
import zipfile
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from engine import commands
from engine.commands.batches import MOST
from engine.errors import NotFound
from engine.inbox.models import Batch, BatchItem
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.tasks import COMPLETED, UserTask
from engine.store.trail import Audit
from tests.support import diagrams
from tests.web import world
from tests.web.conftest import SignIn, token

ANSWER = {"decision": "recommend", "uscc": "91370200264574251E", "investment": 100, "confirmed": True}
MAPPING = diagrams.output("=decision", "approval")
SENT = {**ANSWER, "investment": "100", "confirmed": "true"}


@pytest.fixture
def tasks(runtime: Runtime) -> list[int]:
    """Five tasks offered to the city officers of Jinan."""
    world.deploy_review(runtime)
    return [world.start_review(runtime, f"2024-37010{n}") for n in range(5)]


def choose(client: FlaskClient, tab: str, action: str, ids: list[int] | None, **more: str) -> Any:
    """Press one of the buttons below the list, with these ticked or all results."""
    page = client.get(f"/inbox/{tab}", follow_redirects=True)
    body: dict[str, Any] = {"csrf_token": token(page), "action": action, **more}
    body |= {"scope": "all"} if ids is None else {"scope": "ticked", "id": [str(id) for id in ids]}
    return client.post(f"/inbox/{tab}/bulk", data=body)


def go(client: FlaskClient, address: str, **fields: Any) -> Any:
    """Confirm a batch, or go on with it."""
    return client.post(address, data={"csrf_token": token(client.get(address)), **fields})


def holders(runtime: Runtime) -> dict[int, str | None]:
    with runtime.reading() as session:
        return {row.id: row.assignee for row in session.execute(select(UserTask.id, UserTask.assignee))}


def test_claiming_is_shown_first_and_then_done_row_by_row(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    commands.claim(runtime, world.actor("hostile"), tasks[0])
    client = sign_in("city")
    address = choose(client, "offered", "claim", tasks[:3]).headers["Location"]
    shown = client.get(address).get_data(as_text=True)
    assert "将办理 2 项，不能办理 1 项" in shown
    assert "已由hostile领取" in shown
    assert set(holders(runtime).values()) == {None, "hostile"}, "nothing is done before it is confirmed"
    done = client.get(go(client, address).headers["Location"]).get_data(as_text=True)
    assert "已办成 2 项，未被接受 0 项，未列入 1 项，剩余 0 项" in done
    assert [holders(runtime)[id] for id in tasks] == ["hostile", "city", "city", None, None]
    with runtime.reading() as session:
        links = session.scalars(select(Audit.action).where(Audit.actor == "city")).all()
    assert links.count("task.claim") == 2
    assert links.count("batch.confirm") == 1


def test_all_results_of_a_filter_are_taken_and_no_more(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    client = sign_in("city")
    address = choose(client, "offered", "claim", None, q="2024-370103").headers["Location"]
    assert "将办理 1 项" in client.get(address).get_data(as_text=True)


def test_what_changed_meanwhile_is_refused_and_the_rest_goes_on(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    client = sign_in("city")
    address = choose(client, "offered", "claim", tasks).headers["Location"]
    commands.claim(runtime, world.actor("hostile"), tasks[2])
    page = client.get(go(client, address).headers["Location"]).get_data(as_text=True)
    assert "已办成 4 项，未被接受 1 项" in page
    assert holders(runtime)[tasks[2]] == "hostile"


def test_a_batch_that_was_stopped_goes_on_where_it_was(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    actor = world.actor("city")
    handle = commands.plan_batch(runtime, actor, "claim", tasks, "/inbox")
    assert commands.run_batch(runtime, actor, handle) == 5, "not confirmed"
    commands.confirm_batch(runtime, actor, handle, {})
    assert commands.run_batch(runtime, actor, handle, count=2) == 3
    client = sign_in("city")
    assert "继续办理剩余 3 项" in client.get(f"/inbox/batches/{handle}").get_data(as_text=True)
    go(client, f"/inbox/batches/{handle}")
    go(client, f"/inbox/batches/{handle}")
    with runtime.reading() as session:
        claims = select(func.count()).where(Audit.action == "task.claim")
        assert session.scalar(claims) == 5, "each row once"


def approvals(runtime: Runtime, tasks: list[int]) -> list[int]:
    """The tasks of the head, after the officer has done these."""
    found = []
    for id in tasks:
        commands.claim(runtime, world.actor("city"), id)
        found += commands.complete(runtime, world.actor("city"), id, ANSWER).tasks
    return found


def test_one_opinion_completes_many_tasks_of_one_form(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    mine = approvals(runtime, tasks)
    client = sign_in("city_head")
    address = choose(client, "offered", "complete", mine).headers["Location"]
    assert 'name="decision"' in client.get(address).get_data(as_text=True)
    wrong = go(client, address, decision="recommend")
    assert wrong.status_code == 422, "an opinion that the form refuses is refused before anything is done"
    assert "error-summary" in wrong.get_data(as_text=True)
    go(client, address, **SENT)
    with runtime.reading() as session:
        done = select(func.count()).where(UserTask.state == COMPLETED, UserTask.ended_by == "city_head")
        assert session.scalar(done) == 5


def test_a_step_without_the_property_takes_no_common_opinion(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    client = sign_in("city")
    page = client.get(choose(client, "offered", "complete", tasks).headers["Location"]).get_data(as_text=True)
    assert "须逐件办理" in page
    assert "确认办理" not in page


def test_a_head_assigns_and_the_person_must_be_eligible(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    client = sign_in("city_head")
    address = choose(client, "all", "assign", tasks[:2]).headers["Location"]
    assert go(client, address).status_code == 422
    assert "李强" in client.get(address).get_data(as_text=True)
    go(client, address, assignee="city", reason="分工")
    assert [holders(runtime)[id] for id in tasks[:2]] == ["city", "city"]
    other = choose(client, "all", "assign", tasks[2:3]).headers["Location"]
    page = client.get(go(client, other, assignee="county", reason="分工").headers["Location"])
    assert "未被接受 1 项" in page.get_data(as_text=True)


def test_giving_back_many(sign_in: SignIn, runtime: Runtime, tasks: list[int]) -> None:
    for id in tasks[:2]:
        commands.claim(runtime, world.actor("city"), id)
    client = sign_in("city")
    go(client, choose(client, "mine", "give_back", None).headers["Location"])
    assert set(holders(runtime).values()) == {None}


def test_a_batch_is_its_owners_and_a_foreign_task_is_no_part_of_it(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    handle = commands.plan_batch(runtime, world.actor("city"), "claim", tasks[:1], "/inbox")
    stranger = sign_in("hostile")
    assert stranger.get(f"/inbox/batches/{handle}").status_code == 404
    with pytest.raises(NotFound):
        commands.run_batch(runtime, world.actor("hostile"), handle)
    foreign = sign_in("other_city")
    empty = foreign.post(
        "/inbox/offered/bulk",
        data={
            "csrf_token": token(foreign.get("/account")),
            "action": "claim",
            "scope": "ticked",
            "id": [str(id) for id in tasks],
        },
    )
    assert empty.status_code == 422
    assert "没有选中任务" in empty.get_data(as_text=True)
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(BatchItem)) == 1


def test_too_many_are_refused_before_anything_is_written(runtime: Runtime) -> None:
    with pytest.raises(commands.batches.TooMany):
        commands.plan_batch(runtime, world.actor("city"), "claim", range(1, MOST + 2), "/inbox")
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 0


def test_the_spreadsheet_says_its_filter_and_holds_text_only(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    with runtime.transaction() as tx:
        tx.session.execute(update(UserTask).where(UserTask.id == tasks[0]).values(name="=1+1"))
    answer = choose(sign_in("city"), "offered", "export", None, due="week")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    with zipfile.ZipFile(BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "本周到期" in strings
    assert "=1+1" in strings
    assert "<f>" not in sheet
    assert not re.search(r"<c [^>]*(?<!t=\"s\")><v>", sheet), "every cell is text"
    assert strings.count("2024-37010") == 5


def test_the_page_does_one_part_after_the_other_and_shows_each_result(
    sign_in: SignIn, runtime: Runtime, tasks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.inbox.bulk.SLICE", 2)
    client = sign_in("city")
    address = choose(client, "offered", "claim", tasks).headers["Location"]
    commands.claim(runtime, world.actor("hostile"), tasks[1])
    go(client, address)
    page = client.get(address)
    assert "data-goes-on" in page.get_data(as_text=True)
    json = {"Accept": "application/json"}
    body = {"csrf_token": token(page)}
    second = client.post(address, data=body, headers=json).get_json()
    assert (second["ready"], second["done"]) == (1, 4)
    assert "已办成 3 项，未被接受 1 项" in second["text"]
    assert [row["state"] for row in second["rows"]] == ["DONE", "REFUSED", "DONE", "DONE"]
    assert "有了变化" in second["rows"][1]["reason"]
    assert client.post(address, data=body, headers=json).get_json()["ready"] == 0
    assert client.post(address, headers=json).status_code == 400, "no token, nothing done"


def test_what_was_stopped_is_offered_again_on_the_inbox(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    actor = world.actor("city")
    handle = commands.plan_batch(runtime, actor, "claim", tasks, "/inbox")
    client = sign_in("city")
    assert "没有办完" not in client.get("/inbox").get_data(as_text=True), "not confirmed yet"
    commands.confirm_batch(runtime, actor, handle, {})
    commands.run_batch(runtime, actor, handle, count=2)
    page = client.get("/inbox").get_data(as_text=True)
    assert "有一批任务没有办完，还剩 3 项" in page
    assert f"/inbox/batches/{handle}" in page
    assert "没有办完" not in sign_in("hostile").get("/inbox").get_data(as_text=True)


def other_steps(runtime: Runtime, *, label: str | None = None) -> int:
    """A task of another process whose step has the same form, or with `label` another version of it."""
    task = diagrams.task(
        "t1", group="city_head@370100", form="web_review", properties={"luzhi:bulk": "true"}, mapping=MAPPING
    )
    chain = diagrams.start() + task + diagrams.end() + diagrams.chain("start", "t1", "end")
    files = {"other.bpmn": diagrams.diagram("other", chain)}
    if label is not None:
        form = (world.FILES / "web_review.form").read_text().replace('"label": "结论"', f'"label": "{label}"')
        files["web_review.form"] = form.encode()
    commands.deploy(runtime, SYSTEM, files)
    return commands.start(runtime, SYSTEM, "other", {}).tasks[0]


def test_one_opinion_goes_across_steps_that_ask_the_same(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    mine = [*approvals(runtime, tasks[:2]), other_steps(runtime)]
    client = sign_in("city_head")
    address = choose(client, "offered", "complete", mine).headers["Location"]
    assert "将办理 3 项，不能办理 0 项" in client.get(address).get_data(as_text=True)
    go(client, address, **SENT)
    with runtime.reading() as session:
        done = select(func.count()).where(UserTask.state == COMPLETED, UserTask.ended_by == "city_head")
        assert session.scalar(done) == 3


def test_a_form_that_asks_something_else_takes_no_common_opinion(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    mine = [*approvals(runtime, tasks[:1]), other_steps(runtime, label="意见")]
    client = sign_in("city_head")
    page = client.get(choose(client, "offered", "complete", mine).headers["Location"]).get_data(as_text=True)
    assert "将办理 1 项，不能办理 1 项" in page
    assert "不能用同一意见" in page
