"""Start forms follow what is typed: the parts that other answers change come back, and nothing is kept."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.programme.objections.models import Objection
from engine.runtime import Runtime
from engine.store.instances import Instance
from tests.web import world
from tests.web.conftest import SignIn, token


@pytest.fixture
def runtime(programme_template: Path, tmp_path: Path) -> Iterator[Runtime]:
    """With the programme's own diagrams, decisions and forms."""
    runtime = world.open_copy(programme_template, tmp_path)
    yield runtime
    runtime.close()


def ask(client: FlaskClient, page: str, follow: str, **answers: str) -> tuple[str, str]:
    """The page as it came, and the parts that are different for these answers."""
    first = client.get(page).get_data(as_text=True)
    shown = re.search(r'id="shown" name="_shown" value="([^"]*)"', first)
    assert shown is not None
    assert f'data-follow="{follow}"' in first
    body = {"csrf_token": token(client.get(page)), "_shown": shown[1], **answers}
    answer = client.post(follow, data=body)
    assert answer.status_code == 200
    return first, answer.get_data(as_text=True)


def test_the_counties_of_a_registration_follow_its_city(client: FlaskClient) -> None:
    page, parts = ask(client, "/registration", "/registration/follow", city="370200")
    assert 'value="370102"' in page, "without a city, all of them"
    assert 'id="w-f-county"' in parts
    assert 'value="370202"' in parts
    assert 'value="370102"' not in parts
    assert 'id="w-f-email"' not in parts, "what stays as it is is not sent again"
    assert "<html" not in parts


def test_who_objects_by_name_is_asked_for_it_at_once(client: FlaskClient, runtime: Runtime) -> None:
    world.add_measure(runtime)
    world.add_cycle(runtime)
    world.add_announcement(runtime, ["重载齿轮智能工厂"])
    address = "/start/objection/1"
    page, parts = ask(client, address, f"{address}/follow", kind="NAMED", statement="<b>不实</b>")
    assert 'name="name"' not in page
    assert 'name="name"' in parts
    assert "不实" not in parts, "what is typed stays where it is"
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(Objection)) == 0


def test_the_counties_of_an_application_follow_its_city(sign_in: SignIn, runtime: Runtime) -> None:
    world.add_measure(runtime)
    world.add_cycle(runtime)
    client = sign_in("filler")
    address = "/start/application"
    __, parts = ask(client, address, f"{address}/follow", city="370200", county="370102")
    assert 'value="370202"' in parts
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(Instance)) == 0


def test_only_who_may_begin_a_matter_is_answered(sign_in: SignIn) -> None:
    client = sign_in("county")
    body = {"csrf_token": token(client.get("/account"))}
    assert client.post("/start/application/follow", data=body).status_code == 403
    assert sign_in("filler").post("/start/application/follow", data={}).status_code == 400, "without a token"
