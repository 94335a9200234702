"""The inbox: tabs, filters, pages, claims; every list through the policy table."""

from datetime import datetime

import pytest
from sqlalchemy import event

from engine import commands
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.runtime import Runtime
from tests.web import world
from tests.web.conftest import SignIn, token


@pytest.fixture
def tasks(runtime: Runtime) -> list[int]:
    """Three tasks offered to the city officers of Jinan."""
    world.deploy_review(runtime)
    return [world.start_review(runtime, f"2024-37010{n}") for n in range(3)]


def test_a_task_is_offered_to_the_group_and_to_nobody_else(sign_in: SignIn, tasks: list[int]) -> None:
    assert "审核材料" in sign_in("city").get("/inbox/offered").get_data(as_text=True)
    for stranger in ("other_city", "county", "filler", "officer", "city_head"):
        page = sign_in(stranger).get("/inbox/offered").get_data(as_text=True)
        assert "审核材料" not in page, stranger
        assert "没有可领取的任务" in page


def test_claiming_moves_the_task_to_mine_and_counts_follow(sign_in: SignIn, tasks: list[int]) -> None:
    client = sign_in("city")
    page = client.get("/inbox/offered")
    assert '可领取<span class="count">3</span>' in page.get_data(as_text=True)
    answer = client.post(f"/tasks/{tasks[0]}/claim", data={"csrf_token": token(page)})
    assert answer.headers["Location"] == f"/tasks/{tasks[0]}"
    mine = client.get("/inbox").get_data(as_text=True)
    assert '待办<span class="count">1</span>' in mine
    assert '可领取<span class="count">2</span>' in mine
    assert "2 天后" in mine
    assert "2024年6月5日 24:00" in mine


def test_a_colleague_no_longer_finds_a_claimed_task_among_the_offered(
    sign_in: SignIn, runtime: Runtime, tasks: list[int]
) -> None:
    commands.claim(runtime, world.actor("city"), tasks[0])
    page = sign_in("hostile").get("/inbox/offered").get_data(as_text=True)
    assert '可领取<span class="count">2</span>' in page


def test_overdue_is_said_in_words(sign_in: SignIn, runtime: Runtime, tasks: list[int]) -> None:
    commands.claim(runtime, world.actor("city"), tasks[0])
    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.set(datetime(2024, 6, 8, 9, tzinfo=BUSINESS_ZONE))
    page = sign_in("city").get("/inbox").get_data(as_text=True)
    assert "已超期 3 天" in page
    assert 'class="is-overdue"' in page


def test_filters_stand_in_the_address_and_narrow_the_list(sign_in: SignIn, tasks: list[int]) -> None:
    client = sign_in("city")
    assert "第 1–3 条，共 3 条" in client.get("/inbox/offered?step=审核材料&due=week").get_data(as_text=True)
    for filters in ("step=别的环节", "process=none", "due=overdue"):
        page = client.get(f"/inbox/offered?{filters}").get_data(as_text=True)
        assert "没有符合条件的任务" in page, filters
        assert "清除" in page


def test_long_lists_come_in_pages_of_fifty(sign_in: SignIn, runtime: Runtime) -> None:
    world.deploy_review(runtime)
    for number in range(53):
        world.start_review(runtime, f"2024-{number:06d}")
    client = sign_in("city")
    assert "第 1–50 条，共 53 条" in client.get("/inbox/offered").get_data(as_text=True)
    second = client.get("/inbox/offered?page=2").get_data(as_text=True)
    assert "第 51–53 条，共 53 条" in second
    assert second.count("<tr data-row") + second.count('<tr class="is-overdue" data-row') == 3


def test_an_empty_tab_says_why(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("county")
    assert "您没有待办任务" in client.get("/inbox").get_data(as_text=True)
    assert "本单位目前也没有可领取的任务" in client.get("/inbox").get_data(as_text=True)
    world.deploy_review(runtime)
    world.start_review(runtime, "2024-370100")
    assert "查看可领取的 1 项任务" in sign_in("city").get("/inbox").get_data(as_text=True)
    assert "您还没有办结过任务" in client.get("/inbox/done").get_data(as_text=True)
    assert client.get("/inbox/everything").status_code == 404


def test_a_page_costs_the_same_number_of_queries_however_long_the_list(
    sign_in: SignIn, runtime: Runtime
) -> None:
    world.deploy_review(runtime)
    client = sign_in("city")
    statements: list[str] = []
    event.listen(runtime.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    def cost() -> int:
        statements.clear()
        client.get("/inbox/offered")
        return len(statements)

    world.start_review(runtime, "2024-1")
    cost()  # reads what is deployed
    few = cost()
    for number in range(20):
        world.start_review(runtime, f"2024-{number + 10}")
    assert cost() == few <= 23
