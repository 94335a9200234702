"""The pool's pages: who may see them, entries and spreadsheets with what is wrong, declarations of one's own."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM
from engine.programme.reviews import pool
from engine.programme.reviews.draw import enrol
from engine.programme.reviews.models import Expert
from engine.programme.reviews.pool_models import ExpertEvent, ExpertRelation
from engine.runtime import Runtime
from tests.web.conftest import PASSWORD, SignIn, token
from webapp.account.passwords import hash_password

RELATION = ("账号", "企业", "信用代码", "关系", "比例", "开始", "结束", "说明")
HEADING = ("账号", "姓名", "专业（主专业在前）", "所在单位", "单位信用代码", "单位所在市", "在库")


@pytest.fixture(autouse=True)
def _pool(runtime: Runtime) -> None:
    with runtime.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        for login, role in (("expert-1", "expert"), ("clerk", "supervision")):
            grants = [Grant(role, "370000")]
            add_account(tx.session, scribe, login, login, grants, password_hash=hash_password(PASSWORD))
        enrol(tx.session, "expert-1", "专家甲名", "it", employer="某研究所")
        enrol(tx.session, "expert-2", "专家乙名", "process", employer="某大学")


def post(client: FlaskClient, page: str, address: str, **form: object) -> TestResponse:
    return client.post(address, data={**form, "csrf_token": token(client.get(page))})


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("login", "status"),
    [
        *(("officer", 200), ("head", 200), ("clerk", 200)),
        *(("filler", 403), ("county", 403), ("city", 403), ("owner", 403), ("expert-1", 403)),
    ],
)
def test_the_pool_is_for_the_review_and_supervision_alone(sign_in: SignIn, login: str, status: int) -> None:
    client = sign_in(login)
    for address in ("/experts", "/experts/expert-2", "/experts/export.xlsx"):
        answer = client.get(address)
        assert answer.status_code == status, address
        assert status == 200 or "专家乙名" not in text(answer)


def test_supervision_changes_nothing(sign_in: SignIn) -> None:
    client = sign_in("clerk")
    assert client.get("/experts/new").status_code == 403
    answer = post(client, "/experts", "/experts/expert-2/edit", name="改名", main_field="it")
    assert answer.status_code == 403


def test_an_entry_is_made_and_changed_with_its_history(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("officer")
    wrong = post(client, "/experts/new", "/experts/new", login="e 3", name="", employer_uscc="91")
    assert wrong.status_code == 422
    assert "请填写姓名" in text(wrong)
    taken = post(client, "/experts/new", "/experts/new", login="expert-2", name="某", main_field="it")
    assert taken.status_code == 422
    facts = {
        "login": "expert-3",
        "name": "专家丙",
        "main_field": "it",
        "industries": "34、35",
        "active": "true",
    }
    assert post(client, "/experts/new", "/experts/new", **facts).status_code == 302
    post(client, "/experts/expert-3/edit", "/experts/expert-3/edit", **{**facts, "employer": "新单位"})
    page = text(client.get("/experts/expert-3"))
    assert "新单位" in page
    with runtime.reading() as session:
        events = session.scalars(select(ExpertEvent).where(ExpertEvent.login == "expert-3")).all()
        expert = session.scalars(select(Expert).where(Expert.login == "expert-3")).one()
    assert [event.action for event in events] == ["ADDED", "CHANGED"]
    assert events[1].changes == {"employer": ["", "新单位"]}
    assert expert.industries == ["34", "35"]


def test_filters_find_by_words_field_and_state(sign_in: SignIn) -> None:
    client = sign_in("officer")
    assert "专家乙名" not in text(client.get("/experts?q=甲"))
    assert "专家乙名" in text(client.get("/experts?field=process"))
    assert "专家乙名" not in text(client.get("/experts?state=left"))
    post(client, "/experts/expert-2", "/experts/expert-2/rests", rest_from="2024-06-01", rest_reason="出国")
    assert "专家乙名" in text(client.get("/experts?state=resting"))


def sheet(*rows: Sequence[object], heading: Sequence[str] = HEADING) -> BytesIO:
    return workbook((heading, *rows))


def workbook(*sheets: Sequence[Sequence[object]]) -> BytesIO:
    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        page = book.create_sheet()
        for row in rows:
            page.append(row)
    out = BytesIO()
    book.save(out)
    return BytesIO(out.getvalue())


def take(client: FlaskClient, content: BytesIO) -> TestResponse:
    """Upload and apply."""
    address = upload(client, content).location
    return post(client, address, address + "/apply")


def on_record(runtime: Runtime, login: str) -> list[tuple[object, ...]]:
    with runtime.reading() as session:
        rows = session.scalars(
            select(ExpertRelation).where(ExpertRelation.login == login).order_by(ExpertRelation.id)
        )
        return [(r.enterprise, r.kind, r.share, str(r.starts_on), str(r.ends_on)) for r in rows]


def upload(client: FlaskClient, content: BytesIO, name: str = "专家.xlsx") -> TestResponse:
    page = client.get("/experts/import")
    form = {"file": (content, name), "csrf_token": token(page)}
    return client.post("/experts/import", data=form, content_type="multipart/form-data")


def test_a_spreadsheet_is_shown_first_with_the_errors_of_each_row(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("officer")
    good = ("expert-9", "专家九", "自动化、信息技术", "某厂", "", "济南市", "是")
    answer = upload(client, sheet(good, ("expert-9", "", "玄学", "", "91", "火星", "")))
    page = client.get(answer.location)
    for words in ("账号在表中重复", "请填写姓名", "请选择专业", "请填写设区的市"):
        assert words in text(page)
    refused = client.post(
        answer.location + "/apply", data={"csrf_token": token(client.get("/experts/import"))}
    )
    assert refused.status_code == 409, "nothing is taken in while a row is wrong"
    answer = upload(client, sheet(good))
    assert client.get(answer.location).status_code == 200
    assert post(client, answer.location, answer.location + "/apply").status_code == 302
    assert post(client, "/experts/import", answer.location + "/apply").status_code == 409, "and only once"
    with runtime.reading() as session:
        expert = session.scalars(select(Expert).where(Expert.login == "expert-9")).one()
    assert (expert.fields, expert.employer_city) == (["automation", "it"], "370100")


def test_an_update_is_shown_with_what_it_changes(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("officer")
    rows = [
        ["expert-9", "专家九", "自动化", "某厂", "", "济南市", "是"],
        ["expert-8", "专家八", "工艺", "甲院", "", "", "是"],
    ]
    answer = upload(client, sheet(*rows))
    post(client, answer.location, answer.location + "/apply")
    rows[0][5], rows[0][6] = "青岛", "离库"
    again = text(client.get(upload(client, sheet(*rows)).location))
    for change in ("济南市 → 青岛市", "是 → 否"):
        assert change in again, "what would change is told with what it says now"
    assert "内容没有变化" in again, "a row that says the same says so"
    with runtime.reading() as session:
        assert session.scalars(select(Expert.active).where(Expert.login == "expert-9")).one(), (
            "nothing changed yet"
        )


def test_industries_are_read_as_people_write_them_and_doubtful_words_are_not_guessed(sign_in: SignIn) -> None:
    client = sign_in("officer")
    heading = (*HEADING, "熟悉行业（GB/T 4754 大类）")
    good = ("expert-9", "专家九", "自动化", "某厂", "", "济南市", "是", "C35、36汽车制造业；c37")
    book = sheet(good, ("expert-8", "专家八", "工艺", "甲院", "", "", "也许", "C351"), heading=heading)
    page = text(client.get(upload(client, book).location))
    assert "新增 1 名，更新 0 名，有误 1 行" in page
    for doubtful in ("在库填“是”或“否”", "行业为两位代码"):
        assert doubtful in page


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0 old format"])
def test_what_is_no_spreadsheet_is_refused(sign_in: SignIn, content: bytes) -> None:
    assert upload(sign_in("officer"), BytesIO(content)).status_code == 422


def test_relations_come_in_with_the_experts_they_are_of(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("officer")
    relations = (
        RELATION,
        ("expert-2", "示例重工", "", "任职", "30%", "2022/1/1", date(2023, 6, 30), "兼职工程师"),
        ("expert-9", "某化工", "", "与申报单位人员有亲属关系", "", "", "", ""),
        ("expert-9", "某机床", "", "shareholding", 0, "2021年5月1日", "", ""),
    )
    content = workbook((HEADING, ("expert-9", "专家九", "自动化", "某厂", "", "", "是")), relations)
    address = upload(client, content).location
    page = text(client.get(address))
    assert "新增 1 名，更新 0 名，有误 0 行" in page
    assert "利害关系共 3 行：新增 3 项，已有登记 0 项，有误 0 行" in page
    assert on_record(runtime, "expert-9") == [], "nothing before the second step"
    assert post(client, address, address + "/apply").status_code == 302
    assert on_record(runtime, "expert-2") == [("示例重工", "EMPLOYMENT", 30, "2022-01-01", "2023-06-30")]
    assert on_record(runtime, "expert-9") == [
        ("某化工", "KINSHIP", None, "None", "None"),
        ("某机床", "SHAREHOLDING", 0, "2021-05-01", "None"),
    ]
    with runtime.reading() as session:
        events = session.scalars(select(ExpertEvent).where(ExpertEvent.login == "expert-2")).all()
    assert [(event.action, event.actor) for event in events][-1] == ("RELATED", "officer")


def test_what_is_exported_comes_back_as_it_is(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("officer")
    take(
        client,
        sheet(("expert-2", "示例重工", "", "咨询", "", "2022-01-01", "", "年度顾问"), heading=RELATION),
    )
    exported = client.get("/experts/export.xlsx").data
    page = text(client.get(upload(client, BytesIO(exported)).location))
    assert "新增 0 名，更新 2 名，有误 0 行" in page
    assert "新增 0 项，已有登记 1 项，有误 0 行" in page
    assert page.count("内容没有变化") == 3
    assert take(client, BytesIO(exported)).status_code == 302
    assert len(on_record(runtime, "expert-2")) == 1, "a relation stands once however often it is sent"


def test_a_relation_on_record_gets_its_end_and_is_not_rewritten(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("officer")
    row = ["expert-2", "示例重工", "", "持股", "5", "2022-01-01", "", ""]
    assert take(client, sheet(row, heading=RELATION)).status_code == 302
    row[6] = "2024-06-30"
    address = upload(client, sheet(row, heading=RELATION)).location
    assert "结束：— → 2024-06-30" in text(client.get(address))
    assert post(client, address, address + "/apply").status_code == 302
    assert on_record(runtime, "expert-2") == [("示例重工", "SHAREHOLDING", 5, "2022-01-01", "2024-06-30")]
    row[4], row[6] = "9", ""
    page = text(client.get(upload(client, sheet(row, heading=RELATION)).location))
    assert "这项关系已登记为“5”，不能改写" in page
    assert "这项关系已登记于 2024-06-30 结束" in page


def test_an_end_before_the_declaration_is_named_in_its_row(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("officer")
    row = ["expert-2", "示例重工", "", "咨询", "", "", "", ""]
    take(client, sheet(row, heading=RELATION))
    page = text(client.get(upload(client, sheet([*row[:6], "2023-01-01", ""], heading=RELATION)).location))
    assert "于2024年6月3日申明为存续，结束日期不能早于该日" in page


def test_every_wrong_cell_of_a_relation_is_named(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("officer")
    good = ("expert-2", "某化工", "", "亲属", "", "", "", "")
    wrong = ("nobody", "", "91", "远房", "一半", "去年", "2024-02-31", "x" * 401)
    address = upload(client, sheet(good, good, wrong, heading=RELATION)).location
    page = text(client.get(address))
    for words in (
        "新增 1 项，已有登记 0 项，有误 2 行",
        "同一关系在表中重复",
        "专家库和表中都没有这个账号",
        "请填写企业名称",
        "信用代码",
        "请选择关系种类",
        "比例为 0 至 100 的整数",
        "开始日期写成 2024-06-03 这样",
        "结束日期写成 2024-06-03 这样",
        "不超过 400 字",
    ):
        assert words in page, words
    assert post(client, "/experts/import", address + "/apply").status_code == 409
    assert on_record(runtime, "expert-2") == []


def test_what_has_changed_since_the_preview_is_not_overrun(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("officer")
    row = ["expert-2", "示例重工", "", "咨询", "", "", "2024-07-01", ""]
    address = upload(client, sheet(row, heading=RELATION)).location
    with runtime.transaction() as tx:
        facts = {"enterprise": "示例重工", "kind": "ADVICE", "ends_on": date(2024, 6, 30)}
        pool.relate(tx.session, "expert-2", facts, actor="expert-2", at=tx.now)
    assert post(client, address, address + "/apply").status_code == 422
    assert on_record(runtime, "expert-2") == [("示例重工", "ADVICE", None, "None", "2024-06-30")]


def test_the_import_speaks_english(sign_in: SignIn) -> None:
    client = sign_in("officer")
    client.set_cookie("luzhi_language", "en")
    row = ("nobody", "示例重工", "", "咨询", "", "", "soon", "")
    page = text(client.get(upload(client, sheet(row, heading=RELATION)).location))
    for words in ("Write a day like 2024-06-03", "Neither the pool nor this file has this login"):
        assert words in page
    good = ("expert-9", "专家九", "自动化", "某厂", "", "济南市", "是")
    assert "1 new" in text(client.get(upload(client, sheet(good)).location)), (
        "a file is Chinese in any language"
    )


def test_an_expert_declares_and_ends_but_takes_nothing_away(sign_in: SignIn, runtime: Runtime) -> None:
    client = sign_in("expert-1")
    empty = post(client, "/experts/me", "/experts/me/relations", enterprise="", kind="")
    assert empty.status_code == 422
    form = {"enterprise": "示例重工", "kind": "ADVICE", "starts_on": "2022-01-01"}
    assert post(client, "/experts/me", "/experts/me/relations", **form).status_code == 302
    with runtime.reading() as session:
        key = session.scalars(select(ExpertRelation.id)).one()
    early = post(client, "/experts/me", f"/experts/me/relations/{key}/end", ended_on="2023-01-01")
    assert early.status_code == 422, "it was declared to last: it cannot have ended before"
    assert (
        post(client, "/experts/me", f"/experts/me/relations/{key}/end", ended_on="2024-06-03").status_code
        == 302
    )
    assert "示例重工" in text(client.get("/experts/me")), "the relation stays on record"


def test_nobody_ends_a_relation_of_another(sign_in: SignIn, runtime: Runtime) -> None:
    with runtime.transaction() as tx:
        row = ExpertRelation(
            login="expert-2", enterprise="某企业", kind="ADVICE", declared_by="expert-2", declared_at=tx.now
        )
        tx.session.add(row)
        tx.session.flush()
        key = row.id
    client = sign_in("expert-1")
    assert post(client, "/experts/me", f"/experts/me/relations/{key}/end").status_code == 404
    with runtime.reading() as session:
        assert session.get_one(ExpertRelation, key).ends_on is None


@pytest.mark.parametrize("login", ["city", "filler", "expert-1", "clerk"])
def test_no_one_else_holds_a_draw(sign_in: SignIn, login: str) -> None:
    client = sign_in(login)
    for act in ("announce", "void", "exchange", "release"):
        assert post(client, "/account", f"/experts/draw/2024/{act}", seed="1").status_code in (403, 404)
