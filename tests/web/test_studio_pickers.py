"""What the diagram editor lets one choose from: the change's own files, roles, places, functions, verbs."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.runtime import Runtime
from engine.studio.drafts import drafting
from tests.browser import studio_world
from tests.web import world
from tests.web.conftest import SignIn

FILES = ("registration.bpmn", "recommendation.bpmn", "package_ranking.form", "registration_check.form")


@pytest.fixture
def change(runtime: Runtime) -> int:
    """A change with two diagrams and two forms, one of each broken."""
    number = studio_world.begin(runtime, *FILES)
    owner = world.actor("owner")
    drafting.add(runtime, owner, number, "broken.bpmn", b"<bpmn:definitions")
    drafting.add(runtime, owner, number, "broken.form", b'{"id": ')
    drafting.add(runtime, owner, number, "odd.form", b'["not", "a", "form"]')
    return number


def offered(client: FlaskClient, change: int) -> dict[str, Any]:
    answer = client.get(f"/studio/changes/{change}/pickers")
    assert answer.status_code == 200
    assert isinstance(answer.json, dict)
    return answer.json


def test_what_the_files_of_the_change_define_is_offered(sign_in: SignIn, change: int) -> None:
    found = offered(sign_in("owner"), change)
    assert [each["id"] for each in found["forms"]] == ["package_ranking", "registration_check"]
    assert {"id": "recommendation", "label": "市推荐上报"} in found["processes"]
    assert {each["kind"] for each in found["deadlines"]} <= {"timeDate", "timeDuration", "timeCycle"}
    assert {"id": "PT48H", "label": "PT48H", "kind": "timeDuration"} in found["deadlines"]
    assert all(each["id"] for kind in ("messages", "periods") for each in found[kind])


def test_what_the_programme_brings_is_offered_in_the_language_of_the_page(
    sign_in: SignIn, change: int
) -> None:
    owner = sign_in("owner")
    found = offered(owner, change)
    assert {"id": "city_officer", "label": "市局经办"} in found["roles"]
    assert {"id": "=city", "label": "所在市"} in found["areas"]
    assert {"id": "370100", "label": "济南市"} in found["areas"]
    assert {"id": "workdays after", "label": "某日之后第 n 个工作日", "parameters": ["date", "n"]} in found[
        "functions"
    ]
    assert "luzhi.titles.facts" in {each["id"] for each in found["templates"]}
    owner.set_cookie("luzhi_language", "en")
    english = offered(owner, change)
    assert {"id": "recommendation", "label": "City recommendation"} in english["processes"]
    assert {"id": "city_officer", "label": "city officer"} in english["roles"]


def test_nobody_else_gets_them(sign_in: SignIn, change: int) -> None:
    assert sign_in("head").get(f"/studio/changes/{change}/pickers").status_code == 403


def test_the_editor_page_names_its_addresses_and_allows_style_attributes_only(
    sign_in: SignIn, change: int
) -> None:
    owner = sign_in("owner")
    answer = owner.get(f"/studio/changes/{change}/files/registration.bpmn")
    page = answer.get_data(as_text=True)
    assert f'data-pickers-url="/studio/changes/{change}/pickers"' in page
    assert "<noscript>" in page
    policy = answer.headers["Content-Security-Policy"]
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "style-src 'self'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in owner.get("/studio").headers["Content-Security-Policy"]
