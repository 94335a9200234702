"""The programming interface: Camunda's names, strict JSON, the same rules as the pages."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.runtime import Runtime
from engine.store.tasks import Submission
from tests.web import world
from tests.web.conftest import SignIn, token

GOOD = '{"decision":"recommend","uscc":"91370200264574251E","investment":5.10,"confirmed":true}'


class Api:
    """A signed-in client that sends JSON with its token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.headers = {"X-CSRFToken": token(client.get("/inbox"))}

    def post(self, path: str, text: str):  # type: ignore[no-untyped-def]
        return self.client.post(path, data=text, headers=self.headers, content_type="application/json")

    def delete(self, path: str):  # type: ignore[no-untyped-def]
        return self.client.delete(path, headers=self.headers)


@pytest.fixture
def task(runtime: Runtime) -> int:
    world.deploy_review(runtime)
    return world.start_review(runtime, "2024-370100")


@pytest.fixture
def city(sign_in: SignIn, task: int) -> Api:
    return Api(sign_in("city"))


def test_search_finds_what_the_caller_may_read(city: Api, sign_in: SignIn, task: int) -> None:
    found = city.post("/v2/user-tasks/search", '{"filter":{"candidateGroup":"city_officer@370100"}}').json
    assert found["page"] == {"totalItems": 1}
    item = found["items"][0]
    assert item["userTaskKey"] == str(task)
    assert item["name"] == "审核材料"
    assert item["dueDate"] == "2024-06-06T00:00:00+08:00"
    other = Api(sign_in("other_city"))
    assert other.post("/v2/user-tasks/search", "{}").json["items"] == []
    assert other.client.get(f"/v2/user-tasks/{task}").status_code == 404


def test_a_task_is_claimed_completed_and_gone(city: Api, task: int, runtime: Runtime) -> None:
    assert city.post(f"/v2/user-tasks/{task}/assignment", "{}").status_code == 204
    assert city.client.get(f"/v2/user-tasks/{task}").json["assignee"] == "city"
    assert city.delete(f"/v2/user-tasks/{task}/assignee").status_code == 204
    assert city.post(f"/v2/user-tasks/{task}/completion", f'{{"variables":{GOOD}}}').status_code == 204
    again = city.post(f"/v2/user-tasks/{task}/completion", f'{{"variables":{GOOD}}}')
    assert again.status_code == 409
    assert again.mimetype == "application/problem+json"
    assert again.json["title"] == "TaskCompleted"
    with runtime.reading() as session:
        assert str(session.scalars(select(Submission)).one().data["investment"]) == "5.10"


def test_form_errors_come_all_at_once(city: Api, task: int) -> None:
    answer = city.post(
        f"/v2/user-tasks/{task}/completion", '{"variables":{"decision":"return","uscc":"913"}}'
    )
    assert answer.status_code == 422
    assert {error["path"] for error in answer.json["errors"]} == {"reason", "uscc", "investment", "confirmed"}


@pytest.mark.parametrize(
    "text",
    [
        '{"variables":{"decision":"recommend"},"variables":{}}',
        '{"variables":{"investment":NaN}}',
        '{"variables":{"investment":1e999999999}}',
        '{"variables":' + '{"a":' * 100 + "1" + "}" * 101,
        '{"variables":[]}',
        '{"variables":{},"typename":"x"}',
        '{"variables":{},"revision":true}',
        "[]",
        "{",
        '"text"',
    ],
)
def test_json_that_could_be_read_in_two_ways_is_refused(
    city: Api, task: int, runtime: Runtime, text: str
) -> None:
    answer = city.post(f"/v2/user-tasks/{task}/completion", text)
    assert answer.status_code == 400
    assert answer.json["detail"]
    with runtime.reading() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 0


@pytest.mark.parametrize("key", ["typename", "__builtins__", "reason", "hardware", "completed_by"])
def test_unknown_reserved_and_hidden_fields_do_not_get_in(
    city: Api, task: int, runtime: Runtime, key: str
) -> None:
    text = GOOD[:-1] + f',"{key}":"1"}}'
    answer = city.post(f"/v2/user-tasks/{task}/completion", f'{{"variables":{text}}}')
    with runtime.reading() as session:
        stored = session.scalars(select(Submission)).all()
    assert answer.status_code in (204, 422)
    assert all(sent.data.get(key) != "1" for sent in stored)


def test_another_content_type_an_unknown_address_and_no_session(
    city: Api, task: int, client: FlaskClient
) -> None:
    form = city.client.post(f"/v2/user-tasks/{task}/completion", data={"a": "b"}, headers=city.headers)
    assert form.status_code == 400
    assert city.client.get("/v2/nothing").mimetype == "application/problem+json"
    assert client.get(f"/v2/user-tasks/{task}").status_code == 401


def test_odd_pages_and_filters_are_refused(city: Api) -> None:
    for text in (
        '{"page":{"limit":1000}}',
        '{"page":{"from":-1}}',
        '{"filter":{"password":"x"}}',
        '{"sort":[]}',
    ):
        assert city.post("/v2/user-tasks/search", text).status_code == 400, text


def test_starting_asks_the_same_rules_as_the_page(city: Api) -> None:
    answer = city.post("/v2/process-instances", '{"processDefinitionId":"measure","variables":{}}')
    assert answer.status_code == 403
    assert answer.json["title"] == "NotAllowed"


def test_a_form_is_described_as_json_schema_in_the_language_asked_for(city: Api) -> None:
    answer = city.client.get("/v2/forms/web_review/schema")
    assert answer.mimetype == "application/schema+json"
    assert answer.json["properties"]["investment"]["minimum"] == 0
    assert answer.json["properties"]["decision"]["title"] == "结论"
    assert answer.json["properties"]["decision"]["x-title-en"] == "Decision"
    assert city.client.get("/v2/forms/nonsense/schema").status_code == 404


def test_the_schema_of_a_form_needs_an_account(client: FlaskClient, task: int) -> None:
    assert client.get("/v2/forms/web_review/schema").status_code == 401
