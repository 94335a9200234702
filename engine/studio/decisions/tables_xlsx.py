"""The decision tables of a file as an Excel workbook, and an edited workbook back into the file.

A workbook that was not edited gives the file back byte for byte. What is no decision table (expressions, the drawing,
examples) is not in the workbook and stays as it is. Nothing of a workbook is computed: formulas are refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from xlsxwriter import Workbook

from engine import xml
from engine.dmn.elements import Element
from engine.dmn.table import AGGREGATIONS, HIT_POLICIES
from engine.errors import Refusal
from engine.files.inspection import Objection, office
from engine.studio.tables.table_puts import put
from engine.studio.tables.table_sheets import (
    HEADS,
    KINDS,
    PROPERTIES,
    NoSheet,
    Sheet,
    SheetColumn,
    SheetRule,
    sheet_of,
    tables,
    without_sheets,
)
from engine.workbooks import text_workbook

MOST_BYTES, MOST_UNPACKED = 2 * 1024 * 1024, 40 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, LONGEST = 3000, 60, 8000
_KIND_ROW = 4
_POLICIES = sorted(HIT_POLICIES | {f"COLLECT {each}" for each in AGGREGATIONS})


class WorkbookUnreadable(Refusal):
    """The file is no workbook of these decision tables."""

    zh = "这个工作簿不能读作决策表：{why_zh}。"
    en = "This workbook cannot be read as decision tables: {why_en}."
    remedy_zh = "请先下载本决策的工作簿，在其中修改后再上传（.xlsx，不超过 2 MB）。"
    remedy_en = "Download the workbook of this decision, edit that and upload it again (.xlsx, at most 2 MB)."
    status = 422


class NoTables(Refusal):
    """The file has no decision table; expressions and boxed contexts have no rows and columns to put on a sheet."""

    zh = "“{file}”中没有决策表，不能做成工作簿{what_zh}。"
    en = "{file} has no decision table to put into a workbook{what_en}."
    remedy_zh = "请在编辑器中直接修改。"
    remedy_en = "Edit it in the editor."
    status = 422


def has_tables(file: str, content: bytes) -> bool:
    """Whether there is anything to put into a workbook; a file that cannot be read has nothing."""
    try:
        return any(tables(xml.parse(file, content)))
    except xml.XmlRefused:
        return False


def to_workbook(file: str, content: bytes) -> bytes:
    """The decision tables of a file as XLSX, a sheet each. Raises XmlRefused, NoTables."""
    root = xml.parse(file, content)
    sheets = [sheet_of(*pair) for pair in tables(root)]
    if not sheets:
        raise _no_tables(file, without_sheets(root))
    out = BytesIO()
    with text_workbook(out) as book:
        titles: set[str] = set()
        for sheet in sheets:
            _write(book, sheet, _title(sheet.name, titles))
    return out.getvalue()


def from_workbook(file: str, content: bytes, workbook: bytes) -> bytes:
    """The file with the tables of a workbook put in; the same bytes when they say the same.

    Raises XmlRefused, WorkbookUnreadable.
    """
    read = {sheet.decision: sheet for sheet in _read(workbook)}
    xml.parse(file, content)  # the limits and refusals of everything that comes from outside
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    if not read:
        raise _wrong("其中没有决策表的工作表", "none of its sheets is a decision table")
    found = {decision.get("id", ""): (decision, table) for decision, table in tables(root)}
    others = {each.id: each for each in without_sheets(root)}
    if boxed := [others[id] for id in sorted(read.keys() & others.keys())]:
        raise _wrong(
            f"{'、'.join(f'“{each.name}”是{each.zh}' for each in boxed)}，不是决策表，只能在编辑器中修改",
            f"{', '.join(f'{each.name_en or each.name} is {each.en}' for each in boxed)}, no decision table;"
            " it can only be edited in the editor",
        )
    if strange := sorted(read.keys() - found.keys()):
        raise _wrong(
            f"工作簿中的决策 {'、'.join(strange)} 不在“{file}”中", f"{', '.join(strange)} is not in {file}"
        )
    changed = [_put(*found[id], sheet) for id, sheet in read.items()]
    if not any(changed):
        return content
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def left_out(file: str, content: bytes) -> list[NoSheet]:
    """The decisions that no workbook shows; none of a file that cannot be read."""
    try:
        return without_sheets(xml.parse(file, content))
    except xml.XmlRefused:
        return []


def _no_tables(file: str, found: Sequence[NoSheet]) -> NoTables:
    return NoTables(
        file=file,
        what_zh="：" + "，".join(f"“{each.name}”是{each.zh}" for each in found) if found else "",
        what_en=": " + ", ".join(f"{each.name_en or each.name} is {each.en}" for each in found)
        if found
        else "",
    )


def _put(decision: Element, table: Element, sheet: Sheet) -> bool:
    try:
        return put(decision, table, replace(sheet, name=decision.get("name") or sheet.decision))
    except ValueError as error:  # lxml: characters that XML cannot hold
        raise _wrong("含有不能保存的控制字符", "it has control characters that cannot be kept") from error


def _write(book: Workbook, sheet: Sheet, title: str) -> None:
    page = book.add_worksheet(title)
    head = book.add_format({"bold": True, "bg_color": "#EEF2F6", "text_wrap": True, "valign": "top"})
    grey = book.add_format({"font_color": "#5B6673", "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    for row, (name, value) in enumerate([("decision", sheet.decision), ("policy", sheet.policy)]):
        page.write_string(row, 0, HEADS[name], head)
        page.write_string(row, 1, value, grey if name == "decision" else plain)
    page.write_string(0, 2, sheet.name, plain)
    page.data_validation(1, 1, 1, 1, {"validate": "list", "source": _POLICIES})
    page.write_string(_KIND_ROW - 1, 0, HEADS["kind"], head)
    for n, name in enumerate(PROPERTIES):
        page.write_string(_KIND_ROW + n, 0, HEADS[name], head)
    for column, each in enumerate(sheet.columns, start=1):
        page.write_string(_KIND_ROW - 1, column, KINDS[each.kind], head)
        for n, name in enumerate(PROPERTIES):
            page.write_string(_KIND_ROW + n, column, getattr(each, name), grey if name == "id" else plain)
    first = _KIND_ROW + len(PROPERTIES)
    page.write_string(first, 0, HEADS["rules"], head)
    for row, rule in enumerate(sheet.rules, start=first + 1):
        page.write_string(row, 0, rule.id, grey)
        for column, text in enumerate(rule.cells, start=1):
            page.write_string(row, column, text, plain)
    page.set_column(0, 0, 26)
    page.set_column(1, len(sheet.columns), 24)
    page.freeze_panes(first + 1, 1)


def _title(name: str, taken: set[str]) -> str:
    """A name that a sheet may have: 31 characters, none of `[]:*?/\\`, once."""
    plain = "".join(c for c in name if c not in "[]:*?/\\'").strip()[:27] or "table"
    title, number = plain, 2
    while title.casefold() in taken:
        title, number = f"{plain} {number}", number + 1
    taken.add(title.casefold())
    return title


def _read(workbook: bytes) -> Iterator[Sheet]:
    _inspect(workbook)
    try:
        book = load_workbook(BytesIO(workbook), read_only=True, data_only=False, keep_links=False)
        pages = [
            (page.title, list(page.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 2)))
            for page in book.worksheets[:100]
        ]
    except Exception as error:  # a damaged file may fail anywhere inside the library
        raise _wrong("文件已损坏", "it is damaged") from error
    for title, rows in pages:
        if rows and _texts(title, rows[:1])[0][0] == HEADS["decision"]:
            yield _sheet(title, _texts(title, rows))


def _inspect(workbook: bytes) -> None:
    """Refuse what is no plain workbook: macros, links outside, archives that burst."""
    if len(workbook) > MOST_BYTES:
        raise _wrong("文件超过 2 MB", "it is larger than 2 MB")
    try:
        office.inspect(BytesIO(workbook), len(workbook), workbook[:4096], "xlsx")
    except Objection as objection:
        raise _wrong(objection.zh, objection.en) from objection


def _texts(title: str, rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    if len(rows) > MOST_ROWS:
        raise _wrong(
            f"工作表“{title}”超过 {MOST_ROWS} 行", f"the sheet {title} has more than {MOST_ROWS} rows"
        )
    return [[_text(title, cell) for cell in row] for row in rows]


def _text(title: str, cell: Any) -> str:
    """A cell as FEEL: numbers, dates and ticks that a spreadsheet made of what was typed are written out again."""
    value = cell.value
    if cell.data_type in ("f", "e"):
        what_zh, what_en = ("公式", "a formula") if cell.data_type == "f" else ("错误值", "an error")
        raise _wrong(
            f"工作表“{title}”的 {cell.coordinate} 是{what_zh}，请改为文字",
            f"the cell {cell.coordinate} of {title} is {what_en}; make it a text",
        )
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{Decimal(repr(value)).normalize():f}"
    if isinstance(value, datetime | date | time):
        return _moment(value)
    text = str(value).strip()
    if len(text) > LONGEST:
        raise _wrong(f"{cell.coordinate} 超过 {LONGEST} 字", f"{cell.coordinate} is longer than {LONGEST}")
    return text


def _moment(value: datetime | date | time) -> str:
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) != (0, 0, 0):
        return f'date and time("{value.isoformat(timespec="seconds")}")'
    if isinstance(value, time):
        return f'time("{value.isoformat(timespec="seconds")}")'
    return f'date("{value:%Y-%m-%d}")'


def _sheet(title: str, rows: list[list[str]]) -> Sheet:
    first = _KIND_ROW + len(PROPERTIES)
    heads = [row[0] if row else "" for row in rows[: first + 1]]
    expected = ["decision", "policy", None, "kind", *PROPERTIES, "rules"]
    for row, name in enumerate(expected):
        if name and (row >= len(heads) or heads[row] != HEADS[name]):
            raise _wrong(
                f"工作表“{title}”第 {row + 1} 行应为“{HEADS[name]}”",
                f"row {row + 1} of the sheet {title} should be “{HEADS[name]}”",
            )
    columns = list(_columns(title, rows))
    places = [place for place, _ in columns]
    found = [_rule(row, places) for row in rows[first + 1 :] if any(row)]
    _once(title, [column.id for _, column in columns])
    _once(title, [rule.id for rule in found])
    policy = _at(rows[1], 1).upper()
    if policy not in _POLICIES:
        raise _wrong(f"没有命中策略“{policy}”", f"there is no hit policy {policy}")
    return Sheet(_at(rows[0], 1), title, policy, tuple(column for _, column in columns), tuple(found))


def _columns(title: str, rows: list[list[str]]) -> Iterator[tuple[int, SheetColumn]]:
    kinds = {words: kind for kind, words in KINDS.items()}
    order = list(KINDS)
    last = 0
    for place, words in enumerate(rows[_KIND_ROW - 1]):
        if place == 0 or not words:
            continue
        if words not in kinds:
            raise _wrong(
                f"工作表“{title}”没有“{words}”这种栏", f"{title} has a column of the unknown kind {words}"
            )
        if order.index(kinds[words]) < last:
            raise _wrong(
                "各栏应按条件、结论、注释、说明的次序", "columns must stand in the order of their kinds"
            )
        last = order.index(kinds[words])
        facts = {name: _at(rows[_KIND_ROW + n], place) for n, name in enumerate(PROPERTIES)}
        yield place, SheetColumn(kinds[words], **facts)


def _rule(row: list[str], places: list[int]) -> SheetRule:
    return SheetRule(_at(row, 0), tuple(_at(row, place) for place in places))


def _at(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _once(title: str, ids: Sequence[str]) -> None:
    named = [id for id in ids if id]
    if twice := sorted({id for id in named if named.count(id) > 1}):
        raise _wrong(
            f"工作表“{title}”中编号 {'、'.join(twice)} 出现两次（复制的行或栏请清空编号）",
            f"{', '.join(twice)} stands twice in {title} (empty the id of copied rows and columns)",
        )


def _wrong(zh: str, en: str) -> WorkbookUnreadable:
    return WorkbookUnreadable(why_zh=zh, why_en=en)
