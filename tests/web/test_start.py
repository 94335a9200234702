"""Starting processes: who is offered what, the rules at the door, objections by the public."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine import commands
from engine.policy import SYSTEM
from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle
from engine.programme.cycles.parameters import merged
from engine.programme.objections.models import Objection, ObjectionIdentity
from engine.programme.titles.models import Title
from engine.runtime import Runtime
from engine.store.files import FileUse
from engine.store.instances import Instance
from engine.store.tasks import UserTask
from tests.support.files import pdf
from tests.support.pdf_text import pages
from tests.web import world
from tests.web.conftest import SignIn, token

ROOT = Path(__file__).parent.parent.parent
OBJECTION = {
    "application_no": "2024-370102-0001",
    "kind": "NAMED",
    "name": "张三丰",
    "contact": "13800000000",
    "statement": "该项目尚未建成投产，现场没有设备。",
}


@pytest.fixture
def runtime(programme_template: Path, tmp_path: Path) -> Iterator[Runtime]:
    """With the programme's own diagrams, decisions and forms."""
    runtime = world.open_copy(programme_template, tmp_path)
    yield runtime
    runtime.close()


def links(client: FlaskClient) -> set[str]:
    page = client.get("/start").get_data(as_text=True)
    processes = ("application", "renaming", "annual_cycle", "measure", "monitoring", "revocation")
    return {p for p in processes if f'href="/start/{p}"' in page}


def test_people_are_offered_what_their_role_may_begin(sign_in: SignIn) -> None:
    assert links(sign_in("filler")) == {"application", "renaming"}
    assert links(sign_in("officer")) == {"annual_cycle", "measure", "monitoring", "revocation"}
    assert links(sign_in("county")) == set()


def test_what_is_not_offered_is_refused_by_the_policy_table(sign_in: SignIn) -> None:
    client = sign_in("county")
    csrf = token(client.get("/inbox"))
    for process in ("measure", "annual_cycle", "application", "nonsense"):
        assert client.get(f"/start/{process}").status_code in (403, 404), process
        assert client.post(f"/start/{process}", data={"csrf_token": csrf}).status_code in (403, 404), process


def test_a_measure_is_registered_from_its_first_task(sign_in: SignIn) -> None:
    client = sign_in("officer")
    answer = client.post("/start/measure", data={"csrf_token": token(client.get("/start/measure"))})
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "登记办法" in page
    assert 'name="_action" value="submit"' in page, "whoever starts it goes on with it at once"


def _with_files_and_rows(runtime: Runtime) -> None:
    """The start form of a measure, in this test with a file field and a list."""
    path = ROOT / "forms" / "definitions" / "renaming_start.form"
    form = json.loads(path.read_text())
    form["components"] += [
        {
            "type": "filepicker",
            "id": "f_papers",
            "key": "papers",
            "label": "证明",
            "accept": ".pdf",
            "multiple": True,
        },
        {
            "type": "dynamiclist",
            "id": "l_people",
            "path": "people",
            "label": "人员",
            "components": [{"type": "textfield", "id": "f_who", "key": "who", "label": "姓名"}],
        },
    ]
    diagram = ROOT / "processes" / "renaming.bpmn"
    unguarded = re.sub(rb'<zeebe:property name="luzhi:guard"[^>]*/>', b"", diagram.read_bytes())
    commands.deploy(runtime, SYSTEM, {path.name: json.dumps(form).encode(), diagram.name: unguarded})


def test_a_start_form_takes_files_which_then_belong_to_the_case(sign_in: SignIn, runtime: Runtime) -> None:
    world.add_titles(runtime)
    _with_files_and_rows(runtime)
    client = sign_in("filler")
    page = client.get("/start/renaming")
    assert 'enctype="multipart/form-data"' in page.get_data(as_text=True)
    with runtime.reading() as session:
        title = session.scalars(select(Title.title_no).where(Title.uscc == world.USCC)).first()
    body = {"csrf_token": token(page), "title_no": title, "people[0].who": "王晓", "_rows": "people[0]"}
    wrong = {**body, "papers": (io.BytesIO(b"<html>"), "假.pdf")}
    refused = client.post("/start/renaming", data=wrong, content_type="multipart/form-data")
    assert (refused.status_code, "不是 PDF 文档" in refused.get_data(as_text=True)) == (422, True)
    right = {**body, "papers": (io.BytesIO(pdf()), "证明.pdf")}
    answer = client.post("/start/renaming", data=right, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.get_data(as_text=True)
    with runtime.reading() as session:
        use, instance = session.scalars(select(FileUse)).one(), session.scalars(select(Instance)).one()
        assert use.subject == f"instance:{instance.id}"
    with client.get(f"/files/{use.file_id}") as file:
        assert file.status_code == 200
    assert sign_in("county").get(f"/files/{use.file_id}").status_code == 404


def test_rows_of_a_start_form_are_added_by_a_button(sign_in: SignIn, runtime: Runtime) -> None:
    world.add_titles(runtime)
    _with_files_and_rows(runtime)
    client = sign_in("filler")
    body = {"csrf_token": token(client.get("/start/renaming")), "_action": "add:people"}
    page = client.post("/start/renaming", data=body)
    assert page.status_code == 200
    assert 'name="people[0].who"' in page.get_data(as_text=True)
    with runtime.reading() as session:
        assert session.scalars(select(Instance)).all() == []


def test_a_second_cycle_in_a_year_is_refused_with_the_article(sign_in: SignIn, runtime: Runtime) -> None:
    world.add_measure(runtime)
    world.add_cycle(runtime)
    client = sign_in("officer")
    form = {"csrf_token": token(client.get("/start/annual_cycle")), "cycle_year": "2024"}
    answer = client.post("/start/annual_cycle", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "没有发起成功" in page
    assert "第三条" in page


def test_after_expiry_a_new_cycle_is_refused_with_article_15(sign_in: SignIn, runtime: Runtime) -> None:
    from datetime import datetime

    from engine.clock import BUSINESS_ZONE, VirtualClock

    world.add_measure(runtime)
    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.set(datetime(2026, 1, 5, 9, tzinfo=BUSINESS_ZONE))
    client = sign_in("officer")
    page = client.get("/start/annual_cycle")
    assert "登记后继办法" in page.get_data(as_text=True)
    answer = client.post("/start/annual_cycle", data={"csrf_token": token(page), "cycle_year": "2026"})
    assert answer.status_code == 409
    assert "第十五条" in answer.get_data(as_text=True)


def test_the_application_form_knows_the_enterprise_and_the_open_cycle(
    sign_in: SignIn, runtime: Runtime
) -> None:
    world.add_measure(runtime)
    world.add_cycle(runtime)
    page = sign_in("filler").get("/start/application").get_data(as_text=True)
    for told in (
        world.USCC,
        "泉城示例重工有限公司",
        "2024年度",
        "2024年6月15日 24:00",
        "还可申报",
    ):
        assert told in page, told


def test_nobody_types_another_enterprise_into_the_application(sign_in: SignIn, runtime: Runtime) -> None:
    """The code is the account's: what a body says about it is refused by name, and nothing begins."""
    world.add_measure(runtime)
    world.add_cycle(runtime)
    client = sign_in("filler")
    form = {
        "csrf_token": token(client.get("/start/application")),
        "uscc": "91370200264574251E",
        "type": "FACTORY",
        "object_name": "别家的工厂",
        "city": "370100",
        "county": "370102",
        "industry": "C34",
    }
    answer = client.post("/start/application", data=form)
    assert answer.status_code in (403, 409, 422)
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 0


def test_an_objection_is_registered_and_its_process_runs(client: FlaskClient, runtime: Runtime) -> None:
    notice = world.add_announcement(runtime)
    page = client.get(f"/start/objection/{notice}")
    answer = client.post(f"/start/objection/{notice}", data={"csrf_token": token(page), **OBJECTION})
    assert answer.status_code == 302
    confirmation = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "YY-2024-0001" in confirmation
    assert "张三丰" not in confirmation
    assert client.get(answer.headers["Location"]).status_code == 404  # the secret is shown once
    with runtime.reading() as session:
        objection = session.scalars(select(Objection)).one()
        instance = session.scalars(select(Instance).where(Instance.process_id == "objection")).one()
        assert objection.holds
        assert instance.business_key == objection.objection_no
        assert "张三丰" not in session.scalars(select(Instance.state)).one()
        assert "13800000000" not in session.scalars(select(Instance.state)).one()
        assert session.scalars(select(ObjectionIdentity)).one().name == "张三丰"


def test_an_objection_tells_all_that_is_missing_at_once(client: FlaskClient, runtime: Runtime) -> None:
    notice = world.add_announcement(runtime)
    page = client.get(f"/start/objection/{notice}")
    form = {"csrf_token": token(page), "kind": "NAMED", "statement": "短"}
    answer = client.post(f"/start/objection/{notice}", data=form)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for anchor in ("f-application_no", "f-name", "f-contact", "f-statement"):
        assert f'href="#{anchor.replace("_", "-")}"' in text or f'href="#{anchor}"' in text, anchor


def test_an_item_that_is_not_on_the_notice_cannot_be_objected_to(
    client: FlaskClient, runtime: Runtime
) -> None:
    notice = world.add_announcement(runtime)
    form = {"csrf_token": token(client.get(f"/start/objection/{notice}")), **OBJECTION}
    answer = client.post(f"/start/objection/{notice}", data={**form, "application_no": "2024-370102-9999"})
    assert answer.status_code == 422
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(Objection)) == 0


def test_the_public_form_cannot_be_flooded(client: FlaskClient, runtime: Runtime) -> None:
    notice = world.add_announcement(runtime)
    form = {"csrf_token": token(client.get(f"/start/objection/{notice}")), "kind": "NAMED"}
    codes = [client.post(f"/start/objection/{notice}", data=form).status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]


def test_a_task_that_nobody_holds_is_taken_by_opening_it_from_the_home(
    sign_in: SignIn, runtime: Runtime
) -> None:
    world.add_measure(runtime)
    world.add_cycle(runtime)
    with runtime.transaction() as tx:
        cycle = tx.session.scalars(select(Cycle)).one()
        cycle.cities, cycle.parameters = ["370100"], merged({})
        cycle.catalogues = {"SCENE": "2024", "WORKSHOP": "inferred-1", "FACTORY": "inferred-1"}
    client = sign_in("filler")
    form = {
        "csrf_token": token(client.get("/start/application")),
        "cycle_year": "2024",
        "uscc": world.USCC,
        "type": "SCENE",
        "object_name": "主轴箱在线检测场景",
        "city": "370100",
        "county": "370102",
        "industry": "C34",
    }
    answer = client.post("/start/application", data=form)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    task = int(answer.location.rsplit("/", 1)[1])
    assert f'href="/tasks/{task}"' in client.get("/enterprise").get_data(as_text=True), "held: a link"
    body = {"csrf_token": form["csrf_token"]}
    assert client.post(f"/tasks/{task}/give-back", data=body).status_code == 302
    home = client.get("/enterprise").get_data(as_text=True)
    assert f'action="/tasks/{task}/claim"' in home
    assert client.get(f"/tasks/{task}").status_code == 200
    with runtime.reading() as session:
        assert session.get_one(UserTask, task).assignee is None, "looking at it takes nothing"
    letter = client.get("/enterprise/applications/2024-370102-0001/commitment.pdf")
    words = "".join(pages(letter.data))
    for part in (world.USCC, "主轴箱在线检测场景", "历下区", "配合现场核查", "法定代表人签字"):
        assert part in words, "printed with what is known, before anything is submitted"
    assert client.post(f"/tasks/{task}/claim", data=body).location == f"/tasks/{task}"
    with runtime.reading() as session:
        assert session.get_one(UserTask, task).assignee == "filler"
