"""Changes of the rules in the browser: drafts that are never lost, a second person, deployment, rollback."""

import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.runtime import Runtime
from engine.store.studio import RuleChange
from engine.studio.drafts import drafting
from tests.web import world
from tests.web.conftest import SignIn, token

FILE = "review.bpmn"


@pytest.fixture
def deployed(runtime: Runtime) -> Runtime:
    """A process of two steps with its form is deployed."""
    world.deploy_review(runtime)
    return runtime


@pytest.fixture
def owner(sign_in: SignIn, deployed: Runtime) -> FlaskClient:
    return sign_in("owner")


@pytest.fixture
def second(sign_in: SignIn, deployed: Runtime) -> FlaskClient:
    return sign_in("second_owner")


@pytest.fixture
def change(deployed: Runtime) -> int:
    """A change of the first owner with the diagram in it."""
    number = drafting.begin(deployed, world.actor("owner"), title="改流程", reason="缩短时限")
    drafting.take_in(deployed, world.actor("owner"), number, FILE)
    return number


def post(client: FlaskClient, address: str, page: str = "", **data: object) -> object:
    """Send a form with the token of a page."""
    given = {"csrf_token": token(client.get(page or "/studio/changes")), **data}
    return client.post(address, data=given)


def put(client: FlaskClient, change: int, content: bytes, revision: int | str, page: str = "") -> object:
    headers = {"X-CSRFToken": token(client.get("/studio/changes")), "If-Match": f'"{revision}"'}
    headers |= {"X-Page": page} if page else {}
    return client.put(f"/studio/changes/{change}/files/{FILE}/content", data=content, headers=headers)


def test_a_change_is_begun_and_a_file_taken_in(owner: FlaskClient) -> None:
    begun = post(owner, "/studio/changes", title="缩短时限", reason="落实新规定")
    assert begun.status_code == 302
    page = owner.get(begun.headers["Location"])
    assert "缩短时限" in page.get_data(as_text=True)
    taken = post(owner, begun.headers["Location"] + "/files", file=FILE)
    assert taken.status_code == 302
    assert FILE in owner.get(begun.headers["Location"]).get_data(as_text=True)
    assert "缩短时限" in owner.get("/studio/changes").get_data(as_text=True)


def test_a_change_without_a_reason_is_refused_and_nothing_typed_is_lost(owner: FlaskClient) -> None:
    answer = post(owner, "/studio/changes", title="只有标题", reason="")
    assert answer.status_code == 422
    assert 'value="只有标题"' in answer.get_data(as_text=True)


def test_content_carries_its_revision(owner: FlaskClient, change: int) -> None:
    answer = owner.get(f"/studio/changes/{change}/files/{FILE}/content")
    assert answer.data == (world.FILES / FILE).read_bytes()
    assert answer.headers["ETag"] == '"1"'
    saved = put(owner, change, answer.data + b"\n", 1)
    assert (saved.status_code, saved.json["revision"], saved.json["by"]) == (200, 2, "冯源")
    assert {problem["severity"] for problem in saved.json["problems"]} <= {"warning"}
    again = owner.get(f"/studio/changes/{change}/files/{FILE}/content")
    assert (again.headers["ETag"], again.data) == ('"2"', answer.data + b"\n")


def test_a_save_tells_what_is_wrong_and_is_kept_all_the_same(owner: FlaskClient, change: int) -> None:
    saved = put(owner, change, b"<nonsense", 1)
    assert saved.json["revision"] == 2
    [problem] = saved.json["problems"]
    assert set(problem) == {"element", "severity", "code", "zh", "en"}
    assert problem["severity"] == "error"


def test_a_conflicting_save_is_told_and_kept(owner: FlaskClient, second: FlaskClient, change: int) -> None:
    put(second, change, b"theirs", 1)
    answer = put(owner, change, b"mine", 1)
    assert answer.status_code == 409
    assert (answer.json["revision"], answer.json["by"]) == (2, "陈思")
    assert {"title", "detail", "remedy", "at"} <= set(answer.json)
    kept = owner.get(f"/studio/changes/{change}/refused/{answer.json['kept']}")
    assert kept.data == b"mine"
    assert f"/refused/{answer.json['kept']}" in owner.get(f"/studio/changes/{change}").get_data(as_text=True)


def both_saved(first: FlaskClient, late: FlaskClient, change: int) -> str:
    """Two people saved the diagram; the page on which the later of them chooses."""
    here = (world.FILES / FILE).read_bytes()
    put(first, change, here.replace(b'id="review"', b'id="review" name="T1"', 1) + b"<!-- 1 -->", 1)
    answer = put(late, change, here + b"<!-- mine -->", 1)
    return str(answer.json["two_saves_url"])


def test_who_comes_second_sees_both_and_keeps_their_own_on_top(
    owner: FlaskClient, second: FlaskClient, change: int
) -> None:
    beside = both_saved(second, owner, change)
    page = owner.get(beside).get_data(as_text=True)
    assert "陈思" in page
    assert "保留我的，存为新的一次保存" in page
    assert post(owner, beside, beside, seen="2").status_code == 302
    content = owner.get(f"/studio/changes/{change}/files/{FILE}/content")
    assert (content.headers["ETag"], content.data[-13:]) == ('"3"', b"<!-- mine -->")
    assert "两份内容现在相同" in owner.get(beside).get_data(as_text=True)
    assert "看过两份后保留了自己的" in owner.get(f"/studio/changes/{change}").get_data(as_text=True)


def test_a_colleague_sees_both_but_does_not_choose_for_the_sender(
    owner: FlaskClient, second: FlaskClient, change: int
) -> None:
    beside = both_saved(second, owner, change)
    assert "保留我的" not in second.get(beside).get_data(as_text=True)
    assert post(second, beside, seen="2").status_code == 403


def test_a_choice_is_of_what_was_seen(owner: FlaskClient, second: FlaskClient, change: int) -> None:
    beside = both_saved(second, owner, change)
    put(second, change, b"newer", 2)
    assert post(owner, beside, beside, seen="2").status_code == 409
    assert post(owner, beside, beside, seen="").status_code == 428
    assert owner.get(f"/studio/changes/{change}/files/{FILE}/content").data == b"newer"
    assert "不能逐项比较" in owner.get(beside).get_data(as_text=True)


def test_the_two_saves_of_another_change_are_not_found(
    owner: FlaskClient, second: FlaskClient, change: int
) -> None:
    beside = both_saved(second, owner, change)
    assert owner.get(beside.replace(f"/changes/{change}/", "/changes/999/")).status_code == 404
    assert owner.get(beside.replace("/refused/1/", "/refused/99/")).status_code == 404


@pytest.mark.parametrize("told", ["", "*", '"1", "2"', '"x"', 'W/"1"'])
def test_a_save_must_say_what_it_follows(owner: FlaskClient, change: int, told: str) -> None:
    headers = {"X-CSRFToken": token(owner.get("/studio/changes"))} | ({"If-Match": told} if told else {})
    answer = owner.put(f"/studio/changes/{change}/files/{FILE}/content", data=b"x", headers=headers)
    assert answer.status_code == 428
    assert answer.json["title"] == "RevisionMissing"


def test_presence_names_the_others(owner: FlaskClient, second: FlaskClient, change: int) -> None:
    address = f"/studio/changes/{change}/files/{FILE}/presence"
    headers = {"X-CSRFToken": token(owner.get("/studio/changes"))}
    assert owner.post(address, headers=headers).json["editors"] == []
    headers = {"X-CSRFToken": token(second.get("/studio/changes"))}
    answer = second.post(address, headers=headers)
    assert (answer.json["editors"], answer.json["revision"]) == (["冯源"], 1)


def test_lint_of_what_is_typed_saves_nothing(owner: FlaskClient, change: int) -> None:
    headers = {"X-CSRFToken": token(owner.get("/studio/changes"))}
    address = f"/studio/changes/{change}/files/{FILE}/lint"
    broken = (world.FILES / FILE).read_bytes().replace(b'formId="web_review"', b'formId="nothing"')
    found = owner.post(address, data=broken, headers=headers).json["problems"]
    assert any(each["severity"] == "error" and "nothing" in each["zh"] for each in found)
    assert owner.get(f"/studio/changes/{change}/files/{FILE}/content").headers["ETag"] == '"1"'


def test_the_plain_page_saves_without_a_script(owner: FlaskClient, change: int) -> None:
    address = f"/studio/changes/{change}/files/{FILE}"
    page = owner.get(address + "?plain=1").get_data(as_text=True)
    text = (world.FILES / FILE).read_text(encoding="utf-8")
    assert "&lt;bpmn:definitions" in page or "&lt;definitions" in page
    answer = post(owner, address, text=text.replace("\n", "\r\n") + "<!-- -->", revision="1")
    assert answer.status_code == 302
    content = owner.get(address + "/content").data
    assert content == (text + "<!-- -->").encode()


def test_the_plain_page_keeps_what_was_typed_when_somebody_was_first(
    owner: FlaskClient, second: FlaskClient, change: int
) -> None:
    put(second, change, b"theirs", 1)
    answer = post(owner, f"/studio/changes/{change}/files/{FILE}", text="mine <b>", revision="1")
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "mine &lt;b&gt;" in page
    assert "陈思" in page
    assert re.search(r'name="revision" value="2"', page)


UPLOADS = {
    "broken.bpmn": b"<a><b></a>",
    "bomb.bpmn": b'<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>',
    "empty.dmn": b"",
    "binary.form": bytes(range(256)),
    "nested.form": b'{"components": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "latin.bpmn": '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"),
    "list.form": b"[1, 2]",
    "table.dmn": b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
    "what.json": b"\xff\xfe{",
    "days.toml": b"= = =",
}


READ = {
    "latin.bpmn": '<?xml version="1.0" encoding="UTF-8"?><a>é</a>'.encode(),
}
"""What is kept of those that need another encoding; the others stay byte for byte."""


@pytest.mark.parametrize("name", UPLOADS)
def test_any_upload_is_answered_with_a_readable_list(owner: FlaskClient, change: int, name: str) -> None:
    sent = {"upload": (io.BytesIO(UPLOADS[name]), name)}
    assert post(owner, f"/studio/changes/{change}/files", **sent).status_code == 302
    for address in (f"/studio/changes/{change}", f"/studio/changes/{change}/files/{name}"):
        page = owner.get(address)
        assert page.status_code == 200
        assert "系统出现了问题" not in page.get_data(as_text=True)
    kept = owner.get(f"/studio/changes/{change}/files/{name}/content").data
    assert kept == READ.get(name, UPLOADS[name])


@pytest.mark.parametrize("name", ["a.exe", "a.bpmn.exe", ".bpmn", "a b/.form"])
def test_an_upload_of_another_kind_is_refused(owner: FlaskClient, change: int, name: str) -> None:
    answer = post(owner, f"/studio/changes/{change}/files", upload=(io.BytesIO(b"x"), name))
    assert answer.status_code == 422
    assert "文件名" in answer.get_data(as_text=True)


def test_nobody_else_sees_changes(sign_in: SignIn, deployed: Runtime, change: int) -> None:
    other = sign_in("head")
    for address in ("", f"/{change}", f"/{change}/files/{FILE}", f"/{change}/files/{FILE}/content"):
        assert other.get(f"/studio/changes{address}").status_code == 403
    with deployed.reading() as session:
        assert session.scalar(select(RuleChange.title)) == "改流程"
