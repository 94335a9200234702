"""Spreadsheets, notices and cells: what is read, what is refused, and files that come back unchanged."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from engine.catalogues import CatalogueInvalid
from engine.settings import project_root
from engine.spreadsheet_in import MAX_BYTES, MAX_UNPACKED, SheetUnreadable, rows_of, text_rows
from engine.studio.tables import calendar_edit, table_edit
from engine.studio.tables.calendar_edit import DaysWrong, calendar_text, holidays_of, sheet_of, typed_days
from engine.studio.tables.table_edit import FLAG, JSON, LINES, NUMBER, CellWrong, Column
from engine.workdays import CalendarInvalid

PROCESSES = project_root() / "processes"
NOTICE_2026 = """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"""


@pytest.mark.parametrize("path", sorted(PROCESSES.glob("calendar/*.toml")), ids=lambda path: path.name)
def test_a_calendar_comes_back_byte_for_byte(path) -> None:  # type: ignore[no-untyped-def]
    assert calendar_text(sheet_of(path.name, path.read_bytes())) == path.read_bytes()


@pytest.mark.parametrize("path", sorted(PROCESSES.glob("catalogues/*.json")), ids=lambda path: path.name)
def test_a_catalogue_says_the_same_after_every_cell_was_read(path) -> None:  # type: ignore[no-untyped-def]
    data = table_edit.data_of(path.name, path.read_bytes())
    assert table_edit.data_of(path.name, table_edit.catalogue_text(data)) == data
    for rows in data["lists"].values():
        known = table_edit.columns(rows)
        again = [table_edit.entry(row, {c: table_edit.cell(c, row) for c in known}) for row in rows]
        assert again == rows
        assert [list(row) for row in again] == [list(row) for row in rows], "facts keep their order"


def test_the_notice_of_a_year_is_the_years_file() -> None:
    shipped = sheet_of("2026.toml", (PROCESSES / "calendar" / "2026.toml").read_bytes())
    assert holidays_of(NOTICE_2026, 2026) == shipped.holidays


def test_other_ways_of_writing_days() -> None:
    text = "日期,类型,节日\n2027-01-01,放假,元旦\n2027/2/20\t上班\t春节\n国庆节、中秋节:10月1日至8日放假"
    new_year, spring, both = holidays_of(text, 2027)
    assert (new_year.rest, spring.work) == ((date(2027, 1, 1),), (date(2027, 2, 20),))
    assert (both.en, len(both.rest)) == ("National Day and Mid-autumn Festival", 8)
    assert typed_days("5月1日、5-2，2027.5.3\n 5/4;", 2027) == tuple(date(2027, 5, n) for n in (1, 2, 3, 4))
    assert calendar_edit.english("泉城节") == "泉城节"


@pytest.mark.parametrize(
    "text",
    ["春节放假", "春节：放假",
     "春节：2月30日放假", "2027-02-06,加班,春节", "2027-02-06,放假", "春节：9日至1日放假", "x" * 5000],
)  # fmt: skip
def test_a_line_that_says_no_days_is_named(text: str) -> None:
    with pytest.raises(DaysWrong) as refused:
        holidays_of(f"元旦：1月1日放假\n{text}", 2027)
    assert refused.value.facts["line"] == 2
    assert len(refused.value.message("zh")) < 300


@pytest.mark.parametrize("text", ["5-40", "1-2-3-4", "x", "99999999999999999999-1", "1"])
def test_a_day_that_is_none_is_named(text: str) -> None:
    with pytest.raises(DaysWrong):
        typed_days(text, 2027)


@pytest.mark.parametrize(
    "content", [b"\xff", b"year = 1\nholiday = 7", b"year = 1\n[[holiday]]\nzh = 'x'", b"[["]
)
def test_a_file_that_is_no_calendar_is_named(content: bytes) -> None:
    with pytest.raises(CalendarInvalid):
        sheet_of("2027.toml", content)


@pytest.mark.parametrize(
    "content", [b"\xff", b"[]", b'{"lists": []}', b'{"lists": {"a": 1}}', b'{"lists": {"a": [1]}}']
)
def test_a_file_that_is_no_catalogue_is_named(content: bytes) -> None:
    with pytest.raises(CatalogueInvalid):
        table_edit.data_of("a.1.json", content)


def test_cells_are_what_their_columns_stand_for() -> None:
    assert table_edit.value(Column("n", NUMBER), "0.50") == Decimal("0.50")
    assert table_edit.value(Column("n", NUMBER), "7") == 7
    assert [table_edit.value(Column("f", FLAG), text) for text in ("是", "No", "")] == [True, False, None]
    assert table_edit.value(Column("l", LINES), "甲\r\n\n乙 ") == ["甲", "乙"]
    assert table_edit.value(Column("j", JSON), '{"SCENE": 10}') == {"SCENE": 10}
    for kind, text in ((NUMBER, "1e999"), (NUMBER, "=1"), (FLAG, "maybe"), (JSON, "{")):
        with pytest.raises(CellWrong):
            table_edit.value(Column("x", kind), text)


def bomb() -> bytes:
    """A workbook that is small until it is unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (MAX_UNPACKED + 1))
    return out.getvalue()


def entities() -> bytes:
    """A workbook whose sheet declares entities."""
    from openpyxl import Workbook

    plain, out = io.BytesIO(), io.BytesIO()
    Workbook().save(plain)
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            if name.endswith("sheet1.xml"):
                text = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + text
            after.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"x" * (MAX_BYTES + 1)),
        ("a.xlsx", bomb()),
        ("a.xlsx", entities()),
        ("a.xlsx", b"PK\x03\x04"),
        ("a.xlsx", b"PK\x05\x06" + b"\0" * 18),
        ("a.csv", b'"' + b"x" * 200_000),
        ("a.csv", b"a,b\n@SUM(A1),x"),
        ("a.csv", b"a\x07,b"),
        ("a.csv", b" \n\n"),
        ("a.pdf", b"%PDF"),
        ("a.csv", b"\xff\xff\xff"),
    ],
)
def test_what_is_no_plain_sheet_is_refused_in_both_languages(name: str, content: bytes) -> None:
    with pytest.raises(SheetUnreadable) as refused:
        rows_of(name, content)
    assert refused.value.message("zh") != refused.value.message("en")
    assert "root:" not in refused.value.message("en")


def test_text_of_spreadsheets_is_read_as_it_is_copied() -> None:
    assert text_rows("代码\t名称\nA\t甲,乙\n\t\n") == [["代码", "名称"], ["A", "甲,乙"]]
    assert text_rows('代码,名称\r\nA,"甲\n乙"\r\n') == [["代码", "名称"], ["A", "甲\n乙"]]
    assert rows_of("a.csv", "代码,名称".encode("gb18030")) == [["代码", "名称"]]
