"""Public pages: what they show, and what they must not."""

from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import update

from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.programme.titles.models import Title
from engine.runtime import Runtime
from tests.web import world


def text_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def set_time(runtime: Runtime, *when: int) -> None:
    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.set(datetime(*when, tzinfo=BUSINESS_ZONE))  # type: ignore[misc,arg-type]


def test_without_data_every_list_says_why_it_is_empty(client: FlaskClient) -> None:
    assert "今年的申报通知尚未发布" in text_of(client, "/")
    assert "尚未发布申报通知" in text_of(client, "/notices")
    assert "目前没有公示" in text_of(client, "/announcements")
    assert "尚未公布认定结果" in text_of(client, "/results")
    assert "没有符合条件的称号" in text_of(client, "/register")


def test_home_shows_the_stage_and_the_working_days_left(client: FlaskClient, runtime: Runtime) -> None:
    world.add_measure(runtime)
    world.add_cycle(runtime)
    page = text_of(client, "/")
    assert "2024 年度认定" in page
    assert "距“企业申报”截止" in page
    assert "2024年6月15日 24:00" in page
    assert "还有 8 个工作日" in page  # 4 to 15 June 2024 without the Dragon Boat Festival of 10 June


def test_the_stages_move_with_the_clock(client: FlaskClient, runtime: Runtime) -> None:
    world.add_cycle(runtime)
    for when, stage in (((2024, 6, 16), "县级审核"), ((2024, 6, 21), "市级初审推荐")):
        set_time(runtime, *when)
        assert f"距“{stage}”截止" in text_of(client, "/")
    set_time(runtime, 2024, 7, 1)
    assert "截止</span>" not in text_of(client, "/")


def test_a_notice_is_shown_in_full_with_its_deadlines(client: FlaskClient, runtime: Runtime) -> None:
    world.add_cycle(runtime)
    page = text_of(client, "/notices/1")
    assert "鲁工信装〔2024〕88号" in page
    assert "2024年6月25日 24:00" in page


def test_a_public_notice_lists_names_and_takes_objections_until_its_last_instant(
    client: FlaskClient, runtime: Runtime
) -> None:
    id = world.add_announcement(runtime, ["甲工厂", "乙工厂"])
    page = text_of(client, f"/announcements/{id}")
    assert "甲工厂" in page
    assert "提出异议" in page
    set_time(runtime, 2024, 6, 10)
    page = text_of(client, f"/announcements/{id}")
    assert "公示期已过" in page
    assert "提出异议</a>" not in page


def test_no_public_page_shows_phone_identity_score_or_expert(client: FlaskClient, runtime: Runtime) -> None:
    """I19: the values that public pages are made of have no such field at all."""
    from dataclasses import fields

    from engine.programme import public

    shown = {
        f.name for kind in (public.Item, public.Registered, public.Named, public.Entry) for f in fields(kind)
    }
    assert shown.isdisjoint(
        {"phone", "contact", "uscc", "score", "rank", "expert", "identity", "person", "mobile"}
    )


def test_the_register_finds_former_names_and_checks_a_number(client: FlaskClient, runtime: Runtime) -> None:
    world.add_titles(runtime)
    assert "2023-F-0001" in text_of(client, "/register?q=老字号")
    assert "2023-F-0002" not in text_of(client, "/register?q=老字号")
    page = text_of(client, "/register/2023-f-0001")
    assert "老字号机械厂" in page
    assert "有效" in page
    assert client.get("/register/2023-F-9999").status_code == 404


def test_what_is_only_being_considered_is_not_public_but_rectification_is(
    client: FlaskClient, runtime: Runtime
) -> None:
    world.add_titles(runtime)
    with runtime.transaction() as tx:
        for number, status in (
            ("2023-F-0001", "REVOKING"),
            ("2023-F-0002", "RECTIFYING"),
            ("2023-F-0003", "REVOKED"),
        ):
            tx.session.execute(update(Title).where(Title.title_no == number).values(status=status))
    page = text_of(client, "/register")
    assert page.count('tag-green">有效<') == 1
    assert page.count(">有效（整改中）<") == 1
    assert page.count(">已撤销<") == 1


def test_the_register_pages_through_long_lists(client: FlaskClient, runtime: Runtime) -> None:
    world.add_titles(runtime, 120)
    page = text_of(client, "/register?type=FACTORY&page=3")
    assert "第 101–120 条，共 120 条" in page
    assert "type=FACTORY&amp;page=2" in page
    for odd in ("page=0", "page=x", "page=99999999999", "year=20x4", "page=%F0"):
        assert client.get(f"/register?{odd}").status_code == 200


def test_search_text_with_wildcards_is_just_text(client: FlaskClient, runtime: Runtime) -> None:
    world.add_titles(runtime)
    assert "没有符合条件的称号" in text_of(client, "/register?q=%25")


def test_after_the_last_day_every_page_says_that_the_measure_has_expired(
    client: FlaskClient, runtime: Runtime
) -> None:
    world.add_measure(runtime)
    set_time(runtime, 2025, 12, 31, 23, 59)
    assert "依据文件已到期失效" not in text_of(client, "/")
    set_time(runtime, 2026, 1, 1)
    page = text_of(client, "/")
    assert "依据文件已到期失效" in page
    assert "第十五条" in page
    assert "有效期至 2025年12月31日" in page
    assert "不再受理新的申报；已认定的称号继续有效" in page
    assert "登记后继办法" in text_of(client, "/expired")


def test_stored_script_is_shown_as_text(client: FlaskClient, runtime: Runtime) -> None:
    id = world.add_announcement(runtime, [world.HOSTILE])
    page = text_of(client, f"/announcements/{id}")
    assert "&lt;script&gt;alert" in page
    assert world.HOSTILE not in page
    assert world.HOSTILE not in text_of(client, "/register?q=" + world.HOSTILE)


def test_the_language_switch_remembers_and_comes_back(client: FlaskClient) -> None:
    answer = client.get("/language/en?next=/register")
    assert answer.headers["Location"] == "/register"
    assert "Title check" in text_of(client, "/register")
    client.get("/language/zh")
    assert "称号查询" in text_of(client, "/register")
    assert client.get("/language/fr").status_code == 404
