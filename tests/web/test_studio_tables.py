"""Catalogues and calendars are edited in the browser: by plain forms, by spreadsheets, by a pasted notice."""

import html
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook

from engine import commands
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import project_root
from engine.store import json
from engine.studio.drafts import drafting
from engine.studio.tables.calendar_edit import sheet_of
from tests.web import world
from tests.web.conftest import SignIn, token

PROCESSES = project_root() / "processes"
FILES = {
    path.name: path.read_bytes()
    for path in (*PROCESSES.glob("catalogues/*.json"), *PROCESSES.glob("calendar/*.toml"))
}
KINDS, YEAR = "object_types.2022.json", "2026.toml"
NOTICE = """一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历腊月二十九、周五）至12日（农历正月初七、周五）放假调休，共8天。2月20日（周六）上班。"""


@pytest.fixture
def change(runtime: Runtime) -> int:
    """A change with a catalogue and a calendar in it."""
    commands.deploy(runtime, SYSTEM, FILES)
    number = drafting.begin(runtime, world.actor("owner"), title="新版目录", reason="年度更新")
    for file in (KINDS, YEAR):
        drafting.take_in(runtime, world.actor("owner"), number, file)
    return number


@pytest.fixture
def owner(sign_in: SignIn, change: int) -> FlaskClient:
    return sign_in("owner")


def page(client: FlaskClient, change: int, file: str) -> str:
    answer = client.get(f"/studio/changes/{change}/files/{file}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def send(client: FlaskClient, change: int, address: str, **data: Any) -> Any:
    given = {"csrf_token": token(client.get(f"/studio/changes/{change}")), **data}
    return client.post(f"/studio/changes/{change}/{address}", data=given)


def rows_form(page: str) -> dict[str, str]:
    """What a browser without a script sends of the plain form."""
    found = dict(re.findall(r'name="(r\d+-\w+)" value="([^"]*)"', page))
    for name in ("zh", "en", "confidence"):
        found[name] = re.search(rf'name="{name}" value="([^"]*)"', page)[1]  # type: ignore[index]
    return {**found, "status": "official", "source": "办法第二条", "default": "1", "list": "object_types"}


def drafted(runtime: Runtime, change: int, file: str = KINDS) -> Any:
    with runtime.reading() as session:
        content = drafting.draft(session, change, file).content
    return json.loads(content) if file.endswith(".json") else sheet_of(file, content)


def values(runtime: Runtime, change: int) -> list[str]:
    return [row["value"] for row in drafted(runtime, change)["lists"]["object_types"]]


def test_rows_are_changed_added_moved_and_removed_without_a_script(
    owner: FlaskClient, runtime: Runtime, change: int
) -> None:
    form = rows_form(page(owner, change, KINDS))
    form |= {"r0-label": "场景（新）", "r3-value": "LINE", "r3-label": "示范产线", "do": "down:0"}
    assert send(owner, change, f"files/{KINDS}/rows", revision="1", **form).status_code == 302
    assert values(runtime, change) == ["WORKSHOP", "SCENE", "FACTORY", "LINE"]
    rows = drafted(runtime, change)["lists"]["object_types"]
    assert rows[1] == {
        "value": "SCENE",
        "label": "场景（新）",
        "label_en": "Smart manufacturing scene",
        "short": "场景",
    }
    form = rows_form(page(owner, change, KINDS)) | {"do": "remove:3"}
    send(owner, change, f"files/{KINDS}/rows", revision="2", **form)
    assert values(runtime, change) == ["WORKSHOP", "SCENE", "FACTORY"]
    late = send(owner, change, f"files/{KINDS}/rows", revision="2", **{**form, "r0-label": "晚到的修改"})
    assert late.status_code == 409, "nobody's work is overwritten"
    assert "回到编辑页" in late.get_data(as_text=True)


def test_what_is_wrong_is_named_with_its_row(owner: FlaskClient, runtime: Runtime, change: int) -> None:
    form = rows_form(page(owner, change, KINDS)) | {"r1-value": "SCENE"}
    send(owner, change, f"files/{KINDS}/rows", revision="1", **form)
    shown = page(owner, change, KINDS)
    assert "lists/object_types[2]" in shown
    assert "代码 SCENE 重复" in shown


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client: FlaskClient, change: int, file: str, name: str, content: bytes, **data: Any) -> Any:
    data = {"revision": "1", "list": "object_types", "upload": (io.BytesIO(content), name), **data}
    return send(client, change, f"files/{file}/import", **data)


def confirm(client: FlaskClient, change: int, file: str, preview: str) -> Any:
    """Press the button of a preview."""
    text = html.unescape(re.search(r'<textarea name="text"[^>]*>\n(.*?)</textarea>', preview, re.S)[1])  # type: ignore[index]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', preview))
    fields.pop("csrf_token")
    return send(client, change, f"files/{file}/import", text=text, **fields)


def test_a_workbook_goes_out_and_comes_back(owner: FlaskClient, runtime: Runtime, change: int) -> None:
    out = owner.get(f"/studio/changes/{change}/files/{KINDS}/export?list=object_types")
    sheet = load_workbook(io.BytesIO(out.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "代码 Code [value]"
    same = upload(owner, change, KINDS, "a.xlsx", out.data).get_data(as_text=True)
    assert "没有差别" in same
    rows[1][1], rows[2:3] = "改名的场景", []
    preview = upload(owner, change, KINDS, "a.xlsx", workbook(*rows)).get_data(as_text=True)
    assert "<ins>改名的场景</ins>" in preview
    assert "WORKSHOP" in preview
    assert values(runtime, change) == ["SCENE", "WORKSHOP", "FACTORY"], (
        "nothing is saved before it is confirmed"
    )
    assert confirm(owner, change, KINDS, preview).status_code == 302
    assert values(runtime, change) == ["SCENE", "FACTORY"]
    assert drafted(runtime, change)["lists"]["object_types"][0]["label"] == "改名的场景"


def test_merging_keeps_what_the_sheet_does_not_name(
    owner: FlaskClient, runtime: Runtime, change: int
) -> None:
    text = "代码,名称,新列\nFACTORY,智能工厂（新）,x\nLINE,产线,y\n"
    preview = upload(owner, change, KINDS, "a.csv", text.encode("gb18030"), mode="merge").get_data(
        as_text=True
    )
    assert "新列" in preview
    confirm(owner, change, KINDS, preview)
    assert values(runtime, change) == ["SCENE", "WORKSHOP", "FACTORY", "LINE"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsx", workbook(["代码", "名称"], ["=1+1", "甲"]), "A2 是公式"),
        ("a.csv", "代码,名称\n=cmd|' /C calc'!A0,甲".encode(), "A2 是公式"),
        ("a.xlsx", b"PK\x03\x04 and nothing", "工作簿"),
        ("a.xlsx", b"MZ", "工作簿"),
        ("a.exe", b"MZ", ".xlsx"),
        ("a.csv", b"\xff\xfe\x00", "编码"),
        ("a.csv", b"a\x00b", "文本"),
        ("a.csv", b"", "空"),
        ("a.csv", ("代码,名称\n" + "a,b\n" * 10_002).encode(), "10000 行"),
        ("a.csv", ("代码,名称\n" + "," * 70 + "x").encode(), "60 列"),
        ("a.csv", ("代码,名称\na," + "x" * 9000).encode(), "太长"),
        ("a.csv", "甲,乙\n1,2".encode(), "代码"),
        ("a.csv", "代码,名称,代码\n1,2,3".encode(), "两次"),
    ],
)
def test_hostile_sheets_are_refused_in_words(
    owner: FlaskClient, runtime: Runtime, change: int, name: str, content: bytes, says: str
) -> None:
    answer = upload(owner, change, KINDS, name, content)
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert values(runtime, change) == ["SCENE", "WORKSHOP", "FACTORY"]


def test_rows_that_are_wrong_are_named_and_nothing_is_saved(
    owner: FlaskClient, runtime: Runtime, change: int
) -> None:
    text = "代码,名称\nA,甲\nA,乙\n,丙\n"
    preview = upload(owner, change, KINDS, "a.csv", text.encode()).get_data(as_text=True)
    assert "第 3 行：代码 A 重复" in preview
    assert "第 4 行：缺少代码" in preview
    assert "确认导入" not in preview
    again = {"revision": "1", "list": "object_types", "text": text, "confirmed": "1"}
    assert send(owner, change, f"files/{KINDS}/import", **again).status_code == 200
    assert values(runtime, change) == ["SCENE", "WORKSHOP", "FACTORY"]


def test_a_notice_becomes_a_year(owner: FlaskClient, runtime: Runtime, change: int) -> None:
    begun = send(owner, change, "tables", **{"from": YEAR, "name": "2027"})
    assert begun.headers["Location"].endswith("/files/2027.toml")
    shown = page(owner, change, "2027.toml")
    assert "全年 261 个工作日" in shown, "only the names were copied"
    preview = upload(owner, change, "2027.toml", "a.txt", NOTICE.encode(), source="国办发明电〔2026〕7号")
    assert preview.status_code == 200
    assert confirm(owner, change, "2027.toml", preview.get_data(as_text=True)).status_code == 302
    sheet = drafted(runtime, change, "2027.toml")
    assert [(h.zh, h.en, len(h.rest), len(h.work)) for h in sheet.holidays] == [
        ("元旦", "New Year's Day", 3, 0),
        ("春节", "Spring Festival", 8, 1),
    ]
    assert sheet.source == "国办发明电〔2026〕7号"
    wrong = upload(owner, change, "2027.toml", "a.txt", "春节：13月40日放假".encode())
    assert wrong.status_code == 422
    weekday = upload(
        owner, change, "2027.toml", "a.txt", "春节：2月6日放假，2月8日上班".encode(), revision="2"
    )
    assert "2027-02-08 不是周末" in weekday.get_data(as_text=True)


def test_holidays_are_changed_without_a_script(owner: FlaskClient, runtime: Runtime, change: int) -> None:
    sheet = drafted(runtime, change, YEAR)
    form = {"source": sheet.source, "confidence": sheet.confidence}
    for n, h in enumerate(sheet.holidays):
        days = {"rest": " ".join(map(str, h.rest)), "work": " ".join(map(str, h.work))}
        form |= {f"h{n}-{key}": text for key, text in {"zh": h.zh, "en": h.en, **days}.items()}
    form["h3-rest"] = "5月1日、5-2，5.3 2026-05-05"
    assert send(owner, change, f"files/{YEAR}/rows", revision="1", **form).status_code == 302
    assert [d.day for d in drafted(runtime, change, YEAR).holidays[3].rest] == [1, 2, 3, 5]
    shown = page(owner, change, YEAR)
    assert "有日期与现行日历不同" in shown
    moves = owner.get(f"/studio/changes/{change}/files/{YEAR}/moves").get_data(as_text=True)
    assert "2026年5月4日" in moves
    assert "未办结的期限都不受影响" in moves
    form["h3-rest"] = "5月40日"
    assert send(owner, change, f"files/{YEAR}/rows", revision="2", **form).status_code == 422


def test_a_new_edition_copies_the_entries_and_is_no_default(
    owner: FlaskClient, runtime: Runtime, change: int
) -> None:
    made = send(owner, change, "tables", **{"from": KINDS, "name": "2027"})
    assert made.status_code == 302
    data = drafted(runtime, change, "object_types.2027.json")
    assert (data["edition"], data["default"], len(data["lists"]["object_types"])) == ("2027", False, 3)
    for name in ("2027", "../x", "", "2022"):
        assert send(owner, change, "tables", **{"from": KINDS, "name": name}).status_code == 422
    for name in ("2026", "27", "0000", "二〇二七"):
        assert send(owner, change, "tables", **{"from": YEAR, "name": name}).status_code == 422
    assert send(owner, change, "tables", **{"from": "no.json", "name": "1"}).status_code == 422


def test_a_file_that_is_no_table_is_told_and_opens_as_text(
    owner: FlaskClient, runtime: Runtime, change: int
) -> None:
    drafting.save(runtime, world.actor("owner"), change, KINDS, b"[1]", 1)
    shown = page(owner, change, KINDS)
    assert "不能显示为表格" in shown
    assert "plain=1" in shown


def page_of_kind(owner: FlaskClient, kind: str) -> str:
    return owner.get(f"/studio?kind={kind}").get_data(as_text=True)


def test_the_studio_lists_them_with_their_versions(owner: FlaskClient, runtime: Runtime) -> None:
    assert "/studio/catalogue/object_types.2022" in page_of_kind(owner, "catalogue")
    assert "2026年工作日历" in page_of_kind(owner, "calendar")
    changed = FILES[KINDS].replace("智能制造场景".encode(), "智能场景".encode())
    commands.deploy(runtime, SYSTEM, {KINDS: changed}, message="改名")
    difference = owner.get("/studio/catalogue/object_types.2022/changes").get_data(as_text=True)
    assert "<ins>智能场景</ins>" in difference
    assert "目录条目" in difference
    owner.get("/language/en")
    assert owner.get("/studio/catalogue/calendar.2026").status_code == 200


def test_nobody_else_gets_in(sign_in: SignIn, change: int) -> None:
    other = sign_in("head")
    for address in (f"files/{KINDS}", f"files/{KINDS}/export?list=object_types", f"files/{YEAR}/moves"):
        assert other.get(f"/studio/changes/{change}/{address}").status_code == 403
