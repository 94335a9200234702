"""Drafts: autosave, two tabs, an ended session, the deadline; and nobody else ever sees one."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from engine import commands
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.runtime import Runtime
from engine.store.tasks import UserTask
from tests.web import long, world
from tests.web.conftest import SignIn, token
from tests.web.routes import walk
from webapp.tasks.opened import Opened

SECRET = "只有我能看到的内容"
WIDEST = ("owner", "officer")
"""The process owner sees every case of the engine, the department every application of the province."""
COMMON = ("/inbox", "/inbox/offered", "/inbox/done", "/enterprise", "/enterprise/messages")


@pytest.fixture
def task(runtime: Runtime) -> int:
    return long.begin(runtime)


@pytest.fixture
def filler(sign_in: SignIn, task: int) -> FlaskClient:
    return sign_in("filler")


def opened(client: FlaskClient, task: int, slug: str = "basic") -> dict[str, str]:
    """The values that a freshly opened tab carries."""
    return long.own_values(client.get(f"/tasks/{task}/sections/{slug}"))


def autosave(client: FlaskClient, task: int, own: dict[str, str], **answers: str) -> TestResponse:
    """Send what a script would send; the tab goes on with what the answer tells it."""
    own["_serial"] = str(int(own["_serial"]) + 1)
    answer = client.post(f"/tasks/{task}/draft", data={**own, **answers})
    own.update(re.findall(r'id="\w+" name="(_base|_shown)" value="([^"]*)"', answer.get_data(as_text=True)))
    return answer


def kept(runtime: Runtime) -> dict[str, object]:
    return long.drafts(runtime)["filler"]


def test_autosave_keeps_one_section_and_tells_when(filler: FlaskClient, task: int, runtime: Runtime) -> None:
    own = opened(filler, task)
    answer = autosave(filler, task, own, **long.BASIC)
    assert answer.headers["Luzhi-Draft"] == "kept"
    assert "已自动保存 09:00" in answer.get_data(as_text=True)
    autosave(filler, task, opened(filler, task, "intro"), intro="第二个页面")
    assert kept(runtime)["company"] == long.BASIC["company"]
    assert kept(runtime)["intro"] == "第二个页面"


def test_autosave_answers_what_other_answers_change_and_no_typed_field(
    filler: FlaskClient, task: int
) -> None:
    own = opened(filler, task, "money")
    parts = autosave(filler, task, own, investment="10", software="4", exports="yes").get_data(as_text=True)
    assert 'id="w-f-market"' in parts, "it appears"
    assert "6" in parts.split('id="w-f-hardware"')[1]
    assert 'id="w-f-investment"' not in parts
    again = autosave(filler, task, own, investment="10", software="4", exports="yes", market="东盟")
    assert "w-f-" not in again.get_data(as_text=True), "nothing changed"


def test_a_save_on_which_nothing_depends_does_not_look_at_the_form(
    filler: FlaskClient, task: int, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = opened(filler, task)
    autosave(filler, task, own, **long.BASIC)
    monkeypatch.setattr(Opened, "view", lambda *_args, **_more: pytest.fail("the form was looked at"))
    answer = autosave(filler, task, own, **{**long.BASIC, "person": "另一个人"})
    assert (answer.status_code, answer.headers["Luzhi-Draft"]) == (200, "kept")
    assert "已自动保存 09:00" in answer.get_data(as_text=True)
    assert kept(runtime)["person"] == "另一个人"


def test_what_an_overtaken_answer_would_have_drawn_is_drawn_later(filler: FlaskClient, task: int) -> None:
    own = opened(filler, task, "money")
    autosave(filler, task, own, investment="10", software="4", exports="no")
    known = own["_shown"]
    autosave(filler, task, own, investment="10", software="4", exports="yes")
    own["_shown"] = known  # the page drew nothing: somebody went on typing
    parts = autosave(filler, task, own, investment="10", software="4", exports="yes", market="东盟")
    assert 'id="w-f-market"' in parts.get_data(as_text=True)


def test_choices_that_depend_on_another_answer_come_anew(filler: FlaskClient, task: int) -> None:
    own = opened(filler, task)
    autosave(filler, task, own, **long.BASIC)
    parts = autosave(filler, task, own, **{**long.BASIC, "city": "qd"}).get_data(as_text=True)
    assert "崂山区" in parts.split('id="w-f-county"')[1]


def test_two_tabs_with_different_fields_both_win(filler: FlaskClient, task: int, runtime: Runtime) -> None:
    one, two = opened(filler, task), opened(filler, task)
    assert autosave(filler, task, one, **{**long.BASIC, "note": ""}).status_code == 200
    three = opened(filler, task)
    assert autosave(filler, task, one, **{**long.BASIC, "person": "李四"}).status_code == 200
    assert autosave(filler, task, three, **{**long.BASIC, "note": "来自第三页"}).status_code == 200
    assert kept(runtime)["person"] == "李四", "the third tab did not touch it"
    assert kept(runtime)["note"] == "来自第三页"
    assert autosave(filler, task, two, company="", person="", city="", county="", note="").status_code == 200
    assert kept(runtime)["person"] == "李四", "a tab that was never touched changes nothing"


def test_the_same_field_in_two_tabs_is_told_and_nothing_is_overwritten(
    filler: FlaskClient, task: int, runtime: Runtime
) -> None:
    one, two = opened(filler, task), opened(filler, task)
    autosave(filler, task, one, **{**long.BASIC, "note": "第一页写的"})
    answer = autosave(filler, task, two, **{**long.BASIC, "note": "第二页写的", "person": "李四"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "有 2 项在另一个页面中已改成别的内容" in page
    assert page.index("第二页写的") < page.index("第一页写的"), "mine, then theirs"
    assert kept(runtime)["note"] == "第一页写的"
    assert autosave(filler, task, one, **{**long.BASIC, "note": "第一页继续写"}).status_code == 200


def test_without_scripts_the_later_one_chooses_field_by_field(
    filler: FlaskClient, task: int, runtime: Runtime
) -> None:
    address = f"/tasks/{task}/sections/basic"
    one, two = opened(filler, task), opened(filler, task)
    filler.post(address, data={**one, **long.BASIC, "note": "第一页写的", "_action": "save"})
    mine = {**long.BASIC, "note": "第二页写的", "person": "李四", "_action": "continue"}
    answer = filler.post(address, data={**two, **mine})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "<title>错误：两处内容不同" in page
    for words in ("第一页写的", "第二页写的", "张宏", "李四", "保留本页填写的", "保留另一个页面已保存的"):
        assert words in page, words
    assert kept(runtime)["note"] == "第一页写的"
    pairs = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page))
    choice = {"_choose:note": "mine", "_choose:person": "theirs"}
    done = filler.post(address, data={**pairs, **choice})
    assert done.headers["Location"] == f"/tasks/{task}/sections/money"
    assert kept(runtime)["note"] == "第二页写的"
    assert kept(runtime)["person"] == "张宏"


def test_an_answer_that_got_lost_on_its_way_is_no_conflict(
    filler: FlaskClient, task: int, runtime: Runtime
) -> None:
    own = opened(filler, task)
    lost = dict(own, _serial="1")
    filler.post(f"/tasks/{task}/draft", data={**lost, **long.BASIC, "note": "一"})
    again = dict(own, _serial="2")
    answer = filler.post(f"/tasks/{task}/draft", data={**again, **long.BASIC, "note": "一二"})
    assert answer.status_code == 200
    assert kept(runtime)["note"] == "一二"
    late = filler.post(f"/tasks/{task}/draft", data={**lost, **long.BASIC, "note": "一"})
    assert late.status_code == 200
    assert kept(runtime)["note"] == "一二", "a request that was overtaken changes nothing"


def test_when_the_session_has_ended_a_script_is_not_told_that_it_was_kept(
    filler: FlaskClient, task: int, runtime: Runtime
) -> None:
    own = opened(filler, task)
    filler.post("/sign-out", data={"csrf_token": own["csrf_token"]})
    answer = filler.post(f"/tasks/{task}/draft", data={**own, **long.BASIC})
    assert "Luzhi-Draft" not in answer.headers
    assert answer.status_code in (302, 400)
    assert long.drafts(runtime) == {}


def test_after_signing_in_again_the_page_goes_on_with_a_new_token(
    filler: FlaskClient, task: int, runtime: Runtime, sign_in: SignIn
) -> None:
    own = opened(filler, task)
    fresh = sign_in("filler")
    stale = fresh.post(f"/tasks/{task}/draft", data={**own, **long.BASIC})
    assert stale.status_code == 400, "the token belongs to the session that has ended"
    own["csrf_token"] = token(fresh.get(f"/tasks/{task}/sections/basic"))
    assert autosave(fresh, task, own, **long.BASIC).status_code == 200
    assert kept(runtime)["person"] == "张宏"


def test_a_draft_of_a_task_that_was_given_back_is_refused_in_words(
    filler: FlaskClient, task: int, runtime: Runtime
) -> None:
    own = opened(filler, task)
    commands.cancel(runtime, world.SYSTEM, _instance(runtime, task), "test")
    answer = autosave(filler, task, own, **long.BASIC)
    assert answer.status_code == 409
    assert answer.headers["Luzhi-Draft"] == "refused"
    assert "内容仍在本页，可以复制" in answer.get_data(as_text=True)


def test_after_the_deadline_the_page_says_so_and_the_draft_can_be_read(
    filler: FlaskClient, task: int, runtime: Runtime
) -> None:
    long.fill_all(filler, task)
    ready = long.own_values(filler.get(f"/tasks/{task}/check"))
    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.set(datetime(2024, 6, 16, tzinfo=BUSINESS_ZONE))
    for moment in ("before any worker saw it", "after the click that made the deadline act"):
        page = filler.get(f"/tasks/{task}").get_data(as_text=True)
        for words in (
            "期限已过，不能再填写和提交",
            "2024年6月15日 24:00",
            "未提交的申报自动失效",
            "依据：第七条",
            "有疑问请联系所在县（市、区）工业和信息化主管部门",
            "不会提交",
            long.INTRO["intro"],
        ):
            assert words in page, (moment, words)
        assert "<textarea" not in page, moment
        assert filler.get(f"/tasks/{task}/sections/intro").status_code == 302, moment
        assert long.INTRO["intro"] in filler.get(f"/tasks/{task}/print").get_data(as_text=True), moment
        late = filler.post(f"/tasks/{task}", data={**ready, "commit_true": "true", "_action": "submit"})
        assert late.status_code == 409, moment
        assert long.INTRO["intro"] in late.get_data(as_text=True), "the text is there to be copied"
    assert kept(runtime)["intro"] == long.INTRO["intro"]


def test_a_section_sent_after_the_deadline_shows_the_text_to_be_copied(
    filler: FlaskClient, task: int, runtime: Runtime
) -> None:
    own = opened(filler, task)
    commands.cancel(runtime, world.SYSTEM, _instance(runtime, task), "test")
    answer = filler.post(f"/tasks/{task}/sections/basic", data={**own, **long.BASIC, "note": "来不及了"})
    assert answer.status_code == 409
    assert "来不及了" in answer.get_data(as_text=True)


def test_a_colleague_who_takes_over_sees_nothing_of_it(
    filler: FlaskClient, task: int, runtime: Runtime, app: Flask, sign_in: SignIn
) -> None:
    autosave(filler, task, opened(filler, task), **{**long.BASIC, "note": SECRET})
    colleague = sign_in_as_colleague(runtime, sign_in)
    commands.give_back(runtime, world.actor("filler"), task)
    assert SECRET not in shown(colleague, own_addresses(task))
    commands.claim(runtime, long.COLLEAGUE, task)
    assert SECRET not in shown(colleague, [*own_addresses(task), *COMMON])
    assert "已完成 0 个部分" in colleague.get(f"/tasks/{task}").get_data(as_text=True)
    autosave(colleague, task, opened(colleague, task), **{**long.BASIC, "note": "同事自己的"})
    assert long.drafts(runtime)["filler"]["note"] == SECRET
    assert long.drafts(runtime)["colleague"]["note"] == "同事自己的"


def test_nobody_else_sees_a_draft_on_any_page_or_interface(
    filler: FlaskClient, task: int, runtime: Runtime, app: Flask, sign_in: SignIn
) -> None:
    """Those with the widest rights open every page; all others each that reads drafts for anybody at all."""
    autosave(filler, task, opened(filler, task), **{**long.BASIC, "note": SECRET})
    every = addresses(app, task)
    with reading_drafts(runtime) as read:
        own = [*own_addresses(task), *COMMON]
        assert SECRET in shown(filler, own, read), "the draft is there where it may be seen"
        for login in WIDEST:
            assert SECRET not in shown(sign_in(login), every, read), login
        reaching = [address for address in every if address in read.places]
    assert set(own_addresses(task)) - {f"/tasks/{task}/done"} <= set(reaching)
    for login in (*world.PEOPLE, None):
        if login not in ("filler", *WIDEST):
            client = sign_in(login) if login else app.test_client()
            assert SECRET not in shown(client, reaching), login


@pytest.mark.parametrize("address", ["/sections/basic", "/draft", "/sections/money"])
def test_strangers_can_neither_read_nor_write_it(
    sign_in: SignIn, task: int, runtime: Runtime, address: str
) -> None:
    for stranger in ("other_city", "county", "officer", "head"):
        client = sign_in(stranger)
        csrf = token(client.get("/inbox"))
        answer = client.post(f"/tasks/{task}{address}", data={"csrf_token": csrf, **long.BASIC})
        assert answer.status_code in (403, 404), stranger
    assert long.drafts(runtime) == {}


def test_a_script_in_any_answer_is_text_on_every_page(filler: FlaskClient, task: int) -> None:
    answers = {"company": world.HOSTILE, "person": world.HOSTILE, "note": world.HOSTILE}
    one, two = opened(filler, task), opened(filler, task)
    autosave(filler, task, one, **{**long.BASIC, **answers})
    pages = [filler.get(f"/tasks/{task}{end}") for end in ("", "/sections/basic", "/check", "/print")]
    pages.append(autosave(filler, task, two, **{**long.BASIC, "note": world.HOSTILE + "2"}))
    for page in pages:
        assert world.HOSTILE not in page.get_data(as_text=True), page.request.path


def own_addresses(task: int) -> list[str]:
    return [
        f"/tasks/{task}{end}"
        for end in ("", "/sections/basic", "/sections/intro", "/check", "/print", "/done")
    ]


def addresses(app: Flask, task: int) -> list[str]:
    """Every GET route of the site, and the task's own addresses."""
    return sorted(
        {address for _, address in walk(app, "GET")} | {*own_addresses(task), f"/v2/user-tasks/{task}"}
    )


class Read:
    """Which addresses made the server read the table of drafts."""

    def __init__(self) -> None:
        self.at, self.places = "", set[str]()

    def note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if re.search(r"\b(FROM|JOIN) draft\b", statement):
            self.places.add(self.at)


@contextmanager
def reading_drafts(runtime: Runtime) -> Iterator[Read]:
    read = Read()
    event.listen(runtime.engine, "before_cursor_execute", read.note)
    yield read
    event.remove(runtime.engine, "before_cursor_execute", read.note)


def shown(client: FlaskClient, places: Iterable[str], read: Read | None = None) -> str:
    """The text of these addresses, and of the interface's search."""
    found = []
    for address in places:
        if read:
            read.at = address
        answer = client.get(address)
        assert answer.status_code != 500, address
        found.append(answer.get_data().decode(errors="replace"))
    found.append(client.post("/v2/user-tasks/search", json={}).get_data(as_text=True))
    return "\n".join(found)


def sign_in_as_colleague(runtime: Runtime, sign_in: SignIn) -> FlaskClient:
    from sqlalchemy import update

    from engine.store.people import Account
    from tests.web.conftest import PASSWORD
    from webapp.account.passwords import hash_password

    long.add_colleague(runtime)
    with runtime.transaction() as tx:
        chosen = Account.login == long.COLLEAGUE.login
        tx.session.execute(update(Account).where(chosen).values(password_hash=hash_password(PASSWORD)))
    return sign_in(long.COLLEAGUE.login)


def _instance(runtime: Runtime, task: int) -> int:
    with runtime.reading() as session:
        return session.get_one(UserTask, task).instance_id
