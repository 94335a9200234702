"""Lists with a name, columns of one's own, the way into a task and back, the next task, what is new."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine import commands
from engine.clock import VirtualClock
from engine.commands import views
from engine.errors import NotFound
from engine.inbox.models import InboxView
from engine.runtime import Runtime
from engine.store.people import WebSession
from engine.store.tasks import UserTask
from tests.web import world
from tests.web.conftest import SignIn, token
from webapp.inbox import columns

SENT = {"decision": "recommend", "uscc": "91370200264574251E", "investment": "100", "confirmed": "true"}


@pytest.fixture
def tasks(runtime: Runtime) -> list[int]:
    """Three tasks offered to the city officers of Jinan."""
    world.deploy_review(runtime)
    return [world.start_review(runtime, f"2024-37010{n}") for n in range(3)]


def post(client: FlaskClient, address: str, **fields: str) -> str:
    answer = client.post(address, data={"csrf_token": token(client.get("/inbox/columns")), **fields})
    assert answer.status_code == 302, address
    return answer.headers["Location"]


def saved(runtime: Runtime, login: str = "city") -> list[InboxView]:
    with runtime.reading() as session:
        mine = select(InboxView).where(InboxView.login == login).order_by(InboxView.name)
        return list(session.scalars(mine))


def headings(page: str) -> list[str]:
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    return [re.sub(r"<[^>]+>|[▲▼\s]", "", cell) for cell in re.findall(r"<th .*?</th>", head, re.DOTALL)]


def test_a_view_keeps_tab_filters_and_order_under_a_name(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    client = sign_in("city")
    address = post(client, "/inbox/offered/views", name="本周", q="370101", sort="received", down="1")
    page = client.get(address).get_data(as_text=True)
    assert "共 1 条" in page
    assert "<title>本周 – 可领取" in page
    [view] = saved(runtime)
    assert (view.tab, view.arguments) == ("offered", {"q": "370101", "sort": "received", "down": "1"})
    assert f"view={view.id}" in address
    narrower = client.get(address + "&due=overdue").get_data(as_text=True)
    assert "更新这个视图" in narrower
    post(client, "/inbox/offered/views", q="370102", view=view.id, replace="1")
    assert saved(runtime)[0].arguments == {"q": "370102"}


def test_the_default_view_opens_first_and_the_rest_is_one_click_away(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    client = sign_in("city")
    post(client, "/inbox/offered/views", name="甲", q="370101", default="1")
    post(client, "/inbox/offered/views", name="乙", q="370102", default="1")
    assert [(view.name, view.is_default) for view in saved(runtime)] == [("乙", True), ("甲", False)]
    first = client.get("/inbox", follow_redirects=True)
    assert "<title>乙 – 可领取" in first.get_data(as_text=True)
    assert 'href="/inbox?view=none"' in first.get_data(as_text=True)
    assert "<title>待办" in client.get("/inbox?view=none").get_data(as_text=True)
    handle = saved(runtime)[0].id
    post(client, f"/inbox/views/{handle}", action="not_default")
    assert client.get("/inbox").status_code == 200


def test_views_are_renamed_and_dropped(sign_in: SignIn, runtime: Runtime, tasks: list[int]) -> None:
    client = sign_in("city")
    post(client, "/inbox/offered/views", name="甲")
    post(client, "/inbox/offered/views", name="乙")
    first, second = (view.id for view in saved(runtime))
    body = {"csrf_token": token(client.get("/inbox/views")), "action": "rename"}
    taken = client.post(f"/inbox/views/{first}", data={**body, "name": "甲"})
    assert taken.status_code == 409
    assert "您已有名为“甲”的视图" in taken.get_data(as_text=True)
    assert client.post(f"/inbox/views/{first}", data={**body, "name": " "}).status_code == 422
    post(client, f"/inbox/views/{first}", action="rename", name="丙")
    post(client, f"/inbox/views/{second}", action="delete")
    assert [view.name for view in saved(runtime)] == ["丙"]


def test_the_view_of_another_person_is_not_there(sign_in: SignIn, runtime: Runtime, tasks: list[int]) -> None:
    handle = commands.save_view(runtime, world.actor("city"), "秘密视图", "offered", {"q": "370101"})
    stranger = sign_in("hostile")
    page = stranger.get(f"/inbox/offered?view={handle}").get_data(as_text=True)
    assert "秘密视图" not in page
    assert stranger.get(f"/inbox/columns?view={handle}").status_code == 404
    body = {"csrf_token": token(stranger.get("/inbox/views")), "name": "我的了", "view": handle}
    for action in ("rename", "default", "not_default", "delete"):
        answer = stranger.post(f"/inbox/views/{handle}", data={**body, "action": action})
        assert answer.status_code == 404, action
    assert stranger.post("/inbox/columns", data=body).status_code == 404
    with pytest.raises(NotFound):
        commands.delete_view(runtime, world.actor("hostile"), handle)
    stranger.post("/inbox/offered/views", data={**body, "replace": "1"})
    [kept] = saved(runtime)
    assert (kept.name, kept.arguments, kept.is_default) == ("秘密视图", {"q": "370101"}, False)
    assert [view.name for view in saved(runtime, "hostile")] == ["我的了"], "a view of one's own instead"


def test_names_and_numbers_of_views_have_limits(
    sign_in: SignIn, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = world.actor("city")
    for name in ("", "  ", "长" * 41):
        with pytest.raises(views.BadViewName):
            commands.save_view(runtime, city, name, "mine", {})
    monkeypatch.setattr(views, "MOST", 1)
    commands.save_view(runtime, city, "一", "mine", {})
    with pytest.raises(views.TooManyViews):
        commands.save_view(runtime, city, "二", "mine", {})
    assert sign_in("city").get("/inbox/views").status_code == 200


def test_columns_and_their_order_are_kept_per_person(sign_in: SignIn, tasks: list[int]) -> None:
    client = sign_in("city")
    assert headings(client.get("/inbox/offered").get_data(as_text=True))[1:3] == ["环节", "对象与企业"]
    chosen = {"show-number": "1", "place-number": "1", "place-step": "2", "show-due": "1", "place-due": "3"}
    post(client, "/inbox/columns", **chosen)
    page = client.get("/inbox/offered").get_data(as_text=True)
    assert headings(page) == ["选择", "编号", "环节", "期限"]
    assert "2024-370101" in page
    other = sign_in("hostile").get("/inbox/offered").get_data(as_text=True)
    assert headings(other)[1:3] == ["环节", "对象与企业"]
    post(client, "/inbox/columns", action="usual")
    assert len(headings(client.get("/inbox/offered").get_data(as_text=True))) == len(columns.USUAL) + 1


def test_a_view_has_columns_of_its_own(sign_in: SignIn, runtime: Runtime, tasks: list[int]) -> None:
    client = sign_in("city")
    address = post(client, "/inbox/offered/views", name="窄")
    handle = saved(runtime)[0].id
    post(client, "/inbox/columns", view=handle, **{"show-year": "1"})
    assert headings(client.get(address).get_data(as_text=True)) == ["选择", "环节", "年度"]
    assert "对象与企业" in headings(client.get("/inbox/offered").get_data(as_text=True))


def test_every_column_can_be_shown(sign_in: SignIn, tasks: list[int]) -> None:
    client = sign_in("city")
    post(client, "/inbox/columns", **{f"show-{name}": "1" for name in columns.COLUMNS})
    page = client.get("/inbox/offered").get_data(as_text=True)
    assert len(headings(page)) == len(columns.COLUMNS) + 1
    row = page.partition(f'data-row="{tasks[0]}"')[2].partition("</tr>")[0]
    assert row.count("<td") == len(columns.COLUMNS) + 1


def opened_from(page: str, task: int) -> str:
    found = re.search(rf'href="(/tasks/{task}\?list=[^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_the_list_is_kept_into_a_task_and_back(sign_in: SignIn, runtime: Runtime, tasks: list[int]) -> None:
    client = sign_in("city")
    listed = client.get("/inbox/offered?step=审核材料&sort=received").get_data(as_text=True)
    address = opened_from(listed, tasks[1])
    back = f"/inbox/offered?step={quote('审核材料')}&amp;sort=received#task-{tasks[1]}"
    page = client.get(address)
    assert back in page.get_data(as_text=True)
    claimed = client.post(address.replace("?", "/claim?"), data={"csrf_token": token(page)})
    assert claimed.headers["Location"] == address, "the way is kept through the claim"
    form = client.get(address)
    wrong = client.post(address, data={"csrf_token": token(form)})
    assert wrong.status_code == 422
    assert back in wrong.get_data(as_text=True), "and through a form with errors"
    sent = client.post(address, data={"csrf_token": token(form), **SENT})
    assert sent.headers["Location"].startswith(f"/tasks/{tasks[1]}/done?list=")
    done = client.get(sent.headers["Location"]).get_data(as_text=True)
    assert "下一项：审核材料" in done
    assert opened_from(done, tasks[2]), "what stands there now, with the list"
    assert f"#task-{tasks[1]}" in done


@pytest.mark.parametrize(
    "text", ["//evil.example", "mine.x.", "all.0.q=1", "offered.99999999.", "mine", "\x00"]
)
def test_a_list_that_is_none_leads_to_the_inbox(sign_in: SignIn, tasks: list[int], text: str) -> None:
    page = sign_in("city").get(f"/tasks/{tasks[0]}", query_string={"list": text})
    assert page.status_code == 200
    assert '<a href="/inbox">待办</a>' in page.get_data(as_text=True)


def test_the_next_task_opens_by_itself_for_who_wants_it(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    for task in tasks[:2]:
        commands.claim(runtime, world.actor("city"), task)
    client = sign_in("city")
    post(client, "/inbox/next", on="1")
    address = opened_from(client.get("/inbox").get_data(as_text=True), tasks[0])
    answer = client.post(address, data={"csrf_token": token(client.get(address)), **SENT})
    assert answer.headers["Location"].startswith(f"/tasks/{tasks[1]}?list=")
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "已提交：审核材料，提交编号" in page
    done = post(client, "/inbox/next", on="0", done=str(tasks[0]))
    assert done == f"/tasks/{tasks[0]}/done"
    address = answer.headers["Location"]
    answer = client.post(address, data={"csrf_token": token(client.get(address)), **SENT})
    assert answer.headers["Location"].startswith(f"/tasks/{tasks[1]}/done")


def news(page: str) -> str:
    found = re.search(r'data-news="([^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_what_came_since_is_counted_with_the_filters_and_cheaply_repeated(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    client = sign_in("city")
    asked = news(client.get("/inbox/offered").get_data(as_text=True))
    filtered = news(client.get("/inbox/offered?q=370109").get_data(as_text=True))
    mine = news(client.get("/inbox").get_data(as_text=True))
    nothing = client.get(asked)
    assert nothing.get_json() == {"count": 0, "text": ""}
    same = client.get(asked, headers={"If-None-Match": nothing.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.advance(timedelta(minutes=1))
    for n in range(5, 8):
        world.start_review(runtime, f"2024-37010{n}")
    answer = client.get(asked, headers={"If-None-Match": nothing.headers["ETag"]})
    assert answer.get_json() == {"count": 3, "text": "3 条新待办 – 刷新"}
    assert client.get(filtered).get_json()["count"] == 0
    assert client.get(mine).get_json()["count"] == 0
    commands.assign(runtime, world.actor("city_head"), tasks[0], "city", "分工")
    assert client.get(mine).get_json()["count"] == 1, "given to me, though it is not new"
    assert sign_in("other_city").get(asked).get_json()["count"] == 0, "nothing of another city"


def test_asking_for_news_keeps_no_session_alive(sign_in: SignIn, runtime: Runtime, tasks: list[int]) -> None:
    client = sign_in("city")
    asked = news(client.get("/inbox/offered").get_data(as_text=True))
    with runtime.transaction() as tx:
        [seen] = tx.session.scalars(select(WebSession.seen_at)).all()
        long_ago = seen - timedelta(minutes=30)
        tx.session.execute(update(WebSession).values(seen_at=long_ago))
    client.get(asked)
    with runtime.reading() as session:
        assert session.scalar(select(WebSession.seen_at)) == long_ago
    client.get("/inbox")
    with runtime.reading() as session:
        assert session.scalar(select(WebSession.seen_at)) != long_ago


def test_bad_questions_about_news(sign_in: SignIn) -> None:
    client = sign_in("city")
    for since in ("", "gestern", "2024-06-03T09:00:00"):
        assert client.get("/inbox/news/mine", query_string={"since": since}).status_code == 400
    good = {"since": "2024-06-03T09:00:00+08:00"}
    assert client.get("/inbox/news/all", query_string=good).status_code == 404, "not this person's tab"
    assert client.get("/inbox/news/done", query_string=good).get_json()["count"] == 0


def test_what_is_only_offered_is_never_the_next_thing_to_do(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    for task in tasks[:2]:
        commands.claim(runtime, world.actor("city"), task)
    with runtime.transaction() as tx:
        withdrawal = tx.session.get_one(UserTask, tasks[1])
        withdrawal.priority, withdrawal.due = 10, None
    client = sign_in("city")
    post(client, "/inbox/next", on="1")
    address = opened_from(client.get("/inbox").get_data(as_text=True), tasks[0])
    answer = client.post(address, data={"csrf_token": token(client.get(address)), **SENT})
    assert f"/tasks/{tasks[1]}" not in answer.headers["Location"]
    done = client.get(f"/tasks/{tasks[0]}/done").get_data(as_text=True)
    assert f'href="/tasks/{tasks[1]}' not in done
