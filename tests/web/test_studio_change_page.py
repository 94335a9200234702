"""The page of a change: what is in its files, what they replaced, what colleagues say."""

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from engine.errors import NotAllowed, NotFound
from engine.notifications.models import Notification
from engine.runtime import Runtime
from engine.store.studio import RuleChange
from engine.studio.drafts import discussing, drafting
from engine.studio.drafts.approving import hands
from tests.web import world
from tests.web.conftest import SignIn, token

FILE, FORM = "review.bpmn", "web_review.form"


@pytest.fixture
def change(runtime: Runtime) -> int:
    """A change of the first owner with a diagram in it."""
    world.deploy_review(runtime)
    number = drafting.begin(runtime, world.actor("owner"), title="改流程", reason="缩短时限")
    drafting.take_in(runtime, world.actor("owner"), number, FILE)
    return number


@pytest.fixture
def owner(sign_in: SignIn, change: int) -> FlaskClient:
    return sign_in("owner")


def shown(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def post(client: FlaskClient, address: str, **data: object) -> object:
    """Send a form with the token of a page."""
    return client.post(address, data={"csrf_token": token(client.get("/studio/changes")), **data})


def test_files_are_told_by_what_is_in_them(owner: FlaskClient, change: int) -> None:
    page = shown(owner, f"/studio/changes/{change}")
    assert '审核示例<span class="second">review.bpmn</span>' in page
    assert f'<optgroup label="表单"><option value="{FORM}">审核意见 · {FORM}</option></optgroup>' in page
    assert '审核示例<span class="second">review.bpmn</span>' in shown(owner, "/studio/changes")


def test_a_file_that_cannot_be_read_is_told_by_its_name(
    owner: FlaskClient, change: int, runtime: Runtime
) -> None:
    drafting.add(runtime, world.actor("owner"), change, "odd.dmn", b"<x")
    for address in (f"/studio/changes/{change}", "/studio/changes"):
        assert "odd.dmn" in shown(owner, address)


def test_names_change_with_the_draft(owner: FlaskClient, change: int, runtime: Runtime) -> None:
    renamed = (world.FILES / FILE).read_bytes().replace("审核示例".encode(), "新审核".encode())
    drafting.save(runtime, world.actor("owner"), change, FILE, renamed, 1)
    assert '新审核<span class="second">review.bpmn</span>' in shown(owner, f"/studio/changes/{change}")


def test_an_upload_in_the_plain_editor_is_kept_as_the_editors_open_it(
    owner: FlaskClient, change: int
) -> None:
    text = (world.FILES / FILE).read_text(encoding="utf-8").replace("审核示例", "新审核")
    address = f"/studio/changes/{change}/files/{FILE}"
    given = (io.BytesIO(text.replace("UTF-8", "UTF-16").encode("utf-16")), "any.bpmn")
    assert post(owner, address, revision="1", upload=given).status_code == 302
    assert "新审核" in owner.get(address + "/content").data.decode("utf-8")


def test_colleagues_comment_on_a_change_and_are_told(
    owner: FlaskClient, change: int, runtime: Runtime, sign_in: SignIn
) -> None:
    second, page = sign_in("second_owner"), f"/studio/changes/{change}"
    assert post(second, page + "/comments", comment="<b>时限</b>太短 @冯源").status_code == 302
    seen = shown(owner, page)
    assert "&lt;b&gt;时限&lt;/b&gt;太短" in seen
    assert "已提醒：冯源" in seen
    assert "写了评论" in seen
    with runtime.reading() as session:
        wanted = select(Notification.login, Notification.text_zh)
        rows = session.execute(wanted.where(Notification.subject_zh == "规则变更有新评论")).all()
        change_row = session.get_one(RuleChange, change)
        assert world.actor("second_owner").login not in hands(session, change_row), (
            "whoever comments may approve"
        )
    assert [row.login for row in rows] == ["owner"]
    assert "太短" in rows[0].text_zh
    assert post(owner, page + "/comments", comment="同意").status_code == 302
    with runtime.reading() as session:
        told = select(Notification.login).where(Notification.subject_zh == "规则变更有新评论")
        assert sorted(session.scalars(told)) == ["owner", "second_owner"]


@pytest.mark.parametrize("text", ["", "  \n", "长" * 2001])
def test_an_empty_or_endless_comment_is_refused_and_kept_in_the_field(
    owner: FlaskClient, change: int, text: str
) -> None:
    answer = post(owner, f"/studio/changes/{change}/comments", comment=text)
    assert answer.status_code == 422
    assert text.strip() in answer.get_data(as_text=True)
    assert "评论没有内容" in answer.get_data(as_text=True)


def test_only_process_owners_comment(owner: FlaskClient, change: int, runtime: Runtime) -> None:
    with pytest.raises(NotAllowed):
        discussing.comment(runtime, world.actor("city"), change, "x")
    with pytest.raises(NotFound):
        discussing.comment(runtime, world.actor("owner"), 999, "x")


@pytest.mark.parametrize("statement", ["UPDATE rule_comment SET text = 'y'", "DELETE FROM rule_comment"])
def test_what_was_said_cannot_be_changed(change: int, runtime: Runtime, statement: str) -> None:
    discussing.comment(runtime, world.actor("owner"), change, "x")
    with pytest.raises(DBAPIError, match="append-only"), runtime.engine.begin() as connection:
        connection.execute(sql(statement))
