"""Search, filters with counts, following, and an office's own list."""

from datetime import datetime

import pytest
from sqlalchemy import delete, select, update

from engine.clock import BUSINESS_ZONE
from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.inbox.faces import index_tasks
from engine.inbox.models import CaseToken
from engine.inbox.words import initials, sought, tokens
from engine.policy import SYSTEM
from engine.programme.applications.models import Application
from engine.programme.returns.models import ApplicationReturn
from engine.runtime import Runtime
from engine.store.files import FileUse, StoredFile
from engine.store.tasks import Submission, UserTask, UserTaskCandidate
from tests.web import world
from tests.web.conftest import SignIn, token

COMPANIES = (
    ("2024-370102-0001", "泉城示例重工有限公司", "齿轮智能工厂", "FACTORY", "91370100MA3C5X8K9A"),
    ("2024-370102-0002", "黄河示例装备有限公司", "焊装数字化车间", "WORKSHOP", "91370100MA3C5X8K9B"),
    ("2024-370102-0003", "泰山示例材料有限公司", "热处理智能制造场景", "SCENE", "91370100MA3C5X8K9C"),
)


@pytest.fixture
def cases(runtime: Runtime) -> list[int]:
    """Three applications of Jinan, each with a task offered to its city officers."""
    world.deploy_review(runtime)
    with runtime.transaction() as tx:
        for number, company, name, type, uscc in COMPANIES:
            tx.session.add(
                Application(
                    application_no=number,
                    cycle_year=2024,
                    uscc=uscc,
                    enterprise=company,
                    type=type,
                    object_name=name,
                    county="370102",
                    city="370100",
                    industry="35",
                    catalogue="2022",
                    status="DRAFT",
                    opened_at=tx.now,
                    live=True,
                )
            )
    return [world.start_review(runtime, number) for number, *_ in COMPANIES]


def test_words_are_compared_without_width_case_and_signs() -> None:
    assert sought("ＱＣ　(济南)") == ["qc", "济南"]
    assert initials("泉城示例") == "qcsl"
    found = tokens(["泉城示例"], ["2024-370102-0001"])
    assert {"泉城示例", "示例", "qcsl", "sl", "2024-370102-0001", "0001"} <= found


@pytest.mark.parametrize(
    "words",
    [
        "泉城",
        "示例重工",
        "qcslzg",
        "zgyxgs",
        "ＱＣ",
        "91370100ma3c5x8k9a",
        "2024-370102-0001",
        "0001",
        "齿轮 泉城",
    ],
)
def test_a_case_is_found_by_name_initials_code_and_number(
    sign_in: SignIn, cases: list[int], words: str
) -> None:
    page = sign_in("city").get("/inbox/offered", query_string={"q": words}).get_data(as_text=True)
    assert "齿轮智能工厂" in page
    assert "黄河示例装备" not in page
    assert "第 1–1 条，共 1 条" in page


@pytest.mark.parametrize("words", ["别的企业", "%", "_", "'; DROP TABLE case_token; --", "（）", "泉城 黄河"])
def test_words_that_nothing_has_find_nothing_and_harm_nothing(
    sign_in: SignIn, cases: list[int], words: str
) -> None:
    client = sign_in("city")
    page = client.get("/inbox/offered", query_string={"q": words}).get_data(as_text=True)
    assert "没有符合条件的任务" in page
    assert '可领取<span class="count">3</span>' in page


def test_values_of_filters_carry_counts_that_follow_the_other_filters(
    sign_in: SignIn, cases: list[int]
) -> None:
    client = sign_in("city")
    page = client.get("/inbox/offered").get_data(as_text=True)
    assert "智能工厂 (1)" in page
    assert "本周到期 (3)" in page or "第 1–3 条" in page
    narrowed = client.get("/inbox/offered?type=FACTORY").get_data(as_text=True)
    assert "数字化车间 (1)" in narrowed
    assert "共 1 条" in narrowed
    assert "齿轮智能工厂" in narrowed
    assert "焊装数字化车间" not in narrowed


def test_the_order_is_told_and_can_be_turned(sign_in: SignIn, cases: list[int]) -> None:
    client = sign_in("city")
    assert '<th scope="col" aria-sort="ascending"><a class="sort"' in client.get("/inbox/offered").get_data(
        as_text=True
    )
    up = client.get("/inbox/offered?sort=company").get_data(as_text=True)
    down = client.get("/inbox/offered?sort=company&down=1").get_data(as_text=True)
    assert 'aria-sort="descending"' in down
    names = [name for _, name, *_ in sorted(COMPANIES, key=lambda row: row[1].encode())]
    assert up.index(names[0]) < up.index(names[2])
    assert down.index(names[0]) > down.index(names[2])


def test_only_a_head_and_supervision_have_the_list_of_all(
    sign_in: SignIn, runtime: Runtime, cases: list[int]
) -> None:
    assert sign_in("city").get("/inbox/all").status_code == 404
    page = sign_in("city_head").get("/inbox/all").get_data(as_text=True)
    assert "第 1–3 条，共 3 条" in page
    assert "没有未办结的任务" in sign_in("head").get("/inbox/all").get_data(as_text=True)
    with runtime.transaction() as tx:
        grants = [Grant("supervision", "370000")]
        add_account(tx.session, Scribe(SYSTEM, tx.now), "watcher", "督查", grants)
        known = tx.session.scalars(select(world.models.people.Account)).first()
        assert known is not None
        tx.session.execute(
            update(world.models.people.Account)
            .where(world.models.people.Account.login == "watcher")
            .values(password_hash=known.password_hash)
        )
    assert "共 3 条" in sign_in("watcher").get("/inbox/all").get_data(as_text=True)


def test_following_lists_a_case_and_stops_again(sign_in: SignIn, cases: list[int]) -> None:
    client = sign_in("city")
    page = client.get(f"/tasks/{cases[0]}")
    assert "关注" in page.get_data(as_text=True)
    client.post(f"/inbox/follow/{cases[0]}", data={"csrf_token": token(page), "on": "1"})
    followed = client.get("/inbox/followed").get_data(as_text=True)
    assert "齿轮智能工厂" in followed
    assert "第 1–1 条，共 1 条" in followed
    assert "取消关注" in client.get(f"/tasks/{cases[0]}").get_data(as_text=True)
    client.post(f"/inbox/follow/{cases[0]}", data={"csrf_token": token(page), "on": "0"})
    assert "您没有关注的事项" in client.get("/inbox/followed").get_data(as_text=True)


def test_a_stranger_can_neither_follow_nor_see_a_followed_case(sign_in: SignIn, cases: list[int]) -> None:
    client = sign_in("other_city")
    page = client.get("/inbox")
    answer = client.post(
        f"/inbox/follow/{cases[0]}", data={"csrf_token": token(client.get("/account")), "on": "1"}
    )
    assert answer.status_code == 404
    assert page.status_code == 200
    assert "齿轮" not in client.get("/inbox/followed").get_data(as_text=True)


def test_groups_head_the_list_by_when_things_are_due(
    sign_in: SignIn, runtime: Runtime, cases: list[int]
) -> None:
    client = sign_in("city")
    assert ">本周</th>" in client.get("/inbox/offered").get_data(as_text=True)
    runtime.clock.set(datetime(2024, 6, 8, 9, tzinfo=BUSINESS_ZONE))  # type: ignore[attr-defined]
    page = client.get("/inbox/offered").get_data(as_text=True)
    assert ">已超期</th>" in page
    assert "超期 2 个工作日" in page


def test_a_row_says_what_is_attached_and_how_often_the_case_came_back(
    sign_in: SignIn, runtime: Runtime, cases: list[int]
) -> None:
    with runtime.transaction() as tx:
        task = tx.session.get_one(UserTask, cases[0])
        sent = Submission(
            instance_id=task.instance_id, element_id="before", by="city", at=tx.now, data={}, sha256=""
        )
        file = StoredFile(
            id="scan", sha256="0" * 64, name="扫描件.pdf", kind="pdf", media_type="application/pdf", size=1,
            purpose="case", by="city", begun_at=tx.now, at=tx.now,
        )  # fmt: skip
        tx.session.add_all([sent, file])
        tx.session.flush()
        tx.session.add(FileUse(file_id=file.id, subject="case", submission_id=sent.id, at=tx.now))
        tx.session.add_all(
            ApplicationReturn(
                application_no=str(task.business_key), number=number, level="COUNTY", items=[],
                asked_by="county", asked_at=tx.now, due=tx.now, version_before=1,
            )
            for number in (1, 2)
        )  # fmt: skip
    page = sign_in("city").get("/inbox/offered").get_data(as_text=True)
    rows = {id: page[page.index(f'data-row="{id}"') :].partition("</tr>")[0] for id in cases}
    assert "有附件" in rows[cases[0]]
    assert 'class="clip"' in rows[cases[0]]
    assert "退回 2 次" in rows[cases[0]]
    for id in cases[1:]:
        assert "有附件" not in rows[id]
        assert "退回" not in rows[id]


def test_what_an_older_release_opened_is_filled_in(runtime: Runtime, cases: list[int]) -> None:
    from engine.inbox.models import CaseFace

    with runtime.transaction() as tx:
        for table in (CaseFace, CaseToken):
            tx.session.execute(delete(table))
        tx.session.execute(update(UserTask).values(company="", city="", type="", year=""))
        tx.session.execute(update(UserTaskCandidate).values(company="", created_at=None, business_key=None))
    with runtime.transaction() as tx:
        assert index_tasks(tx.session) == 3
    with runtime.reading() as session:
        rows = session.scalars(select(UserTaskCandidate)).all()
        assert {row.company for row in rows} == {company for _, company, *_ in COMPANIES}
        assert all(row.created_at and row.business_key for row in rows)
