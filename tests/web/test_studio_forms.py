"""The form editor's pages: our own properties, and a preview by our own templates that has no effect at all."""

import pytest
import simplejson
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.runtime import Runtime
from engine.settings import project_root
from engine.store.people import RoleGrant
from engine.store.tasks import Draft, Submission
from engine.store.trail import Audit
from engine.studio import deployed_files
from engine.studio.drafts import drafting
from forms.lint import PROPERTIES
from tests.web import world
from tests.web.conftest import SignIn, token
from webapp.studio.form_properties import offered

FILE = "public_notice.form"
CONTENT = (project_root() / "forms" / "definitions" / FILE).read_bytes()


@pytest.fixture
def here(runtime: Runtime) -> str:
    """The address of the draft of a form in a change."""
    actor = world.actor("owner")
    change = drafting.begin(runtime, actor, title="公示", reason="落实新规定")
    drafting.add(runtime, actor, change, FILE, CONTENT)
    return f"/studio/changes/{change}/files/{FILE}"


@pytest.fixture
def owner(sign_in: SignIn) -> FlaskClient:
    return sign_in("owner")


def send(owner: FlaskClient, here: str, **fields: str) -> tuple[int, str]:
    csrf = token(owner.get(f"{here}/preview"))
    answer = owner.post(f"{here}/preview/page", data={"csrf_token": csrf, **fields})
    return answer.status_code, answer.get_data(as_text=True)


def test_every_property_that_forms_know_is_offered_once() -> None:
    names = [each.name for each in offered()]
    assert len(names) == len(set(names))
    assert set(names) - {"title", "title_en", "desk", "layout"} == PROPERTIES
    assert all(each.zh and each.en and each.types for each in offered())


def test_the_preview_shows_the_form_of_the_draft_in_two_frames(owner: FlaskClient, here: str) -> None:
    page = owner.get(f"{here}/preview")
    assert page.get_data(as_text=True).count("<iframe") == 2
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    inside = owner.get(f"{here}/preview/page")
    assert "联系电话" in inside.get_data(as_text=True)
    assert "frame-ancestors 'self'" in inside.headers["Content-Security-Policy"]
    assert inside.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'none'" in owner.get(here).headers["Content-Security-Policy"]


def test_the_preview_checks_answers_and_keeps_nothing(
    owner: FlaskClient, here: str, runtime: Runtime
) -> None:
    def kept() -> list[int]:
        with runtime.reading() as session:
            tables = (Audit, Draft, Submission)
            return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    before = kept()
    status, page = send(owner, here, _action="check", title="拟认定名单公示")
    assert status == 422
    assert "需要修改" in page
    status, page = send(owner, here, _data='{"cycle_year": 2024}')
    assert status == 200
    assert kept() == before


@pytest.mark.parametrize("data", ["{", "[1]", '{"a": NaN}', "高", '{"a": ' * 2000])
def test_test_data_that_are_no_object_are_refused_in_words(owner: FlaskClient, here: str, data: str) -> None:
    status, page = send(owner, here, _data=data)
    assert status == 422
    assert "测试数据不是 JSON 对象" in page


def test_a_draft_that_is_no_form_is_told_not_shown(owner: FlaskClient, here: str, runtime: Runtime) -> None:
    change = int(here.split("/")[3])
    drafting.save(runtime, world.actor("owner"), change, FILE, b'{"type": "default"', 1)
    assert owner.get(f"{here}/preview").status_code == 422
    assert owner.get(here).status_code == 200


def test_the_variables_of_an_open_task_of_ones_own_are_test_data(
    owner: FlaskClient, runtime: Runtime
) -> None:
    """Somebody who owns processes and works for the city: the one role shows no case, the other its own."""
    with runtime.transaction() as tx:
        facts = {"organisation": "370100", "granted_by": "system", "granted_at": tx.now}
        tx.session.add(RoleGrant(login="owner", role="city_officer", **facts))
    world.deploy_review(runtime)
    world.start_review(runtime, "2024-370100")
    actor = world.actor("owner")
    change = drafting.begin(runtime, actor, title="公示", reason="落实新规定")
    with runtime.reading() as session:
        file = next(name for name in deployed_files(session) if name.endswith(".form"))
    drafting.take_in(runtime, actor, change, file)
    page = owner.get(f"/studio/changes/{change}/files/{file}/preview").get_data(as_text=True)
    assert "取自在办任务" in page
    number = page.split('<option value="')[2].split('"')[0]
    filled = owner.get(f"/studio/changes/{change}/files/{file}/preview?case={number}").get_data(as_text=True)
    shown = filled.split('aria-describedby="data-help">')[1].split("</textarea>")[0]
    assert isinstance(simplejson.loads(shown.replace("&#34;", '"')), dict)
    assert f'value="{number}" selected' in filled
    assert f"preview/page?case={number}" in filled


def test_only_process_owners_see_a_preview(sign_in: SignIn, here: str) -> None:
    assert sign_in("city").get(f"{here}/preview/page").status_code == 403
