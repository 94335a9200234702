"""The pool as a spreadsheet: written for the office, read back with what is wrong beside each row."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Response, request
from openpyxl import load_workbook
from sqlalchemy import select

from engine.errors import Refusal
from engine.programme.reviews import pool
from engine.programme.reviews.draw_input import fields_of
from engine.programme.reviews.draw_rules import FIELDS
from engine.programme.reviews.models import Expert
from engine.programme.reviews.pool_models import ExpertRelation
from webapp import access
from webapp.access import rule
from webapp.downloads import as_file
from webapp.experts import listing
from webapp.experts.blueprint import blueprint
from webapp.experts.words import RELATION_NAMES
from webapp.i18n import gettext as _
from webapp.shared import cities, now, reading
from webapp.spreadsheets import XLSX, text_workbook

HEADINGS = {
    "login": "账号",
    "name": "姓名",
    "fields": "专业（主专业在前）",
    "industries": "熟悉行业（GB/T 4754 大类）",
    "title": "职称职务",
    "employer": "所在单位",
    "employer_uscc": "单位信用代码",
    "employer_city": "单位所在市",
    "employer_group": "所属集团",
    "active": "在库",
    "note": "备注",
}
RELATION_HEADINGS = ("账号", "企业", "信用代码", "关系", "比例", "开始", "结束", "说明")
MOST_ROWS, MOST_BYTES, MOST_UNPACKED = 3000, 2 * 1024 * 1024, 40 * 1024 * 1024
INDUSTRY = re.compile(r"[Cc]?(\d{2})(?!\d)")
"""A division of GB/T 4754 as people write it: 35, C35, 35 专用设备制造业."""
ACTIVE = {
    **dict.fromkeys(("", "是", "在库", "yes", "true", "1"), True),
    **dict.fromkeys(("否", "离库", "no", "false", "0"), False),
}
_SPLIT = str.maketrans(dict.fromkeys("，,;；/|", "、"))


class SheetUnreadable(Refusal):
    """The file is no spreadsheet that can be read."""

    zh = "这个文件不能作为专家表读取：{why_zh}。"
    en = "This file cannot be read as a list of experts: {why_en}."
    remedy_zh = "请下载模板，按模板的列填写后再上传（.xlsx，不超过 2 MB、3000 行）。"
    remedy_en = (
        "Download the template, fill in its columns and upload it again (.xlsx, at most 2 MB and 3000 rows)."
    )
    status = 422


@dataclass(frozen=True, slots=True)
class Read:
    """One row of the file: its number, what it says, what is wrong by column, whether the login is known."""

    number: int
    facts: dict[str, Any]
    wrong: pool.Wrong
    known: bool

    def kept(self) -> dict[str, Any]:
        """As it waits for the second step."""
        wrong = {name: list(pair) for name, pair in self.wrong.items()}
        return {"number": self.number, "facts": self.facts, "wrong": wrong, "known": self.known}


@blueprint.get("/export.xlsx")
@rule("expert.read")
def export() -> Response:
    """The pool as the list's filters leave it, with its relations on a second sheet."""
    access.require("expert.read")
    wanted = {name: request.args.get(name, "").strip()[:80] for name in ("q", "field", "city", "state")}
    with reading() as session:
        experts = [
            e for e in session.scalars(listing.filtered(wanted)) if wanted["field"] in ("", *fields_of(e))
        ]
        logins = {e.login for e in experts}
        relations = [
            r
            for r in session.scalars(select(ExpertRelation).order_by(ExpertRelation.id))
            if r.login in logins
        ]
        return _workbook(experts, relations, _("专家库") + f"-{now():%Y%m%d}.xlsx")


@blueprint.get("/template.xlsx")
@rule("expert.read")
def template() -> Response:
    """The empty columns, for an import."""
    access.require("expert.read")
    return _workbook([], [], _("专家表模板") + ".xlsx")


def read_rows(content: bytes, known: set[str]) -> list[Read]:
    """The rows of an uploaded spreadsheet, each judged. Raises SheetUnreadable."""
    rows = _cells(content)
    heading = [str(cell or "").strip() for cell in next(rows, ())]
    places = {name: heading.index(words) for name, words in HEADINGS.items() if words in heading}
    if not {"login", "name", "fields"} <= places.keys():
        raise SheetUnreadable(
            why_zh="第一行缺少“账号、姓名、专业”等列名", why_en="the first row lacks the columns' names"
        )
    found: list[Read] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        texts = {name: _text(row, place) for name, place in places.items()}
        if not any(texts.values()):
            continue
        if len(found) >= MOST_ROWS:
            raise SheetUnreadable(why_zh="行数太多", why_en="too many rows")
        facts = _facts(texts)
        wrong = pool.wrong(facts)
        if facts["login"] in seen:
            wrong["login"] = ("账号在表中重复", "the login stands in the file twice")
        seen.add(facts["login"])
        found.append(Read(number, facts, wrong, facts["login"] in known))
    if not found:
        raise SheetUnreadable(why_zh="没有数据行", why_en="there are no rows")
    return found


def _cells(content: bytes) -> Iterator[tuple[Any, ...]]:
    if len(content) > MOST_BYTES:
        raise SheetUnreadable(why_zh="文件超过 2 MB", why_en="the file is larger than 2 MB")
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise SheetUnreadable(why_zh="展开后过大", why_en="it is too large when unpacked")
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except SheetUnreadable:
        raise
    except Exception as error:  # a damaged file may fail anywhere inside the library
        raise SheetUnreadable(
            why_zh="不是 xlsx 文件或已损坏", why_en="it is no xlsx file, or is damaged"
        ) from error
    sheet = book.worksheets[0] if book.worksheets else None
    if sheet is None:
        raise SheetUnreadable(why_zh="没有工作表", why_en="it has no sheet")
    yield from sheet.iter_rows(max_col=len(HEADINGS) + 9, max_row=MOST_ROWS + 100, values_only=True)


def _text(row: tuple[Any, ...], place: int) -> str:
    value = row[place] if place < len(row) else None
    return "" if value is None else str(value).strip()[:1200]


def _facts(texts: dict[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = {name: texts[name] for name in ("login", *pool.TEXTS) if name in texts}
    facts["fields"] = [_field(word) for word in _words(texts.get("fields", ""))]
    if "industries" in texts:
        facts["industries"] = [
            found.group(1) if (found := INDUSTRY.match(word)) else word
            for word in _words(texts["industries"])
        ]
    if "employer_uscc" in texts:
        facts["employer_uscc"] = texts["employer_uscc"].upper().replace(" ", "")
    if "employer_city" in texts:
        facts["employer_city"] = _city(texts["employer_city"])
    if "active" in texts:
        facts["active"] = ACTIVE.get(texts["active"].casefold(), texts["active"])
    return facts


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.translate(_SPLIT).replace(" ", "、").split("、") if word.strip()]


def _field(word: str) -> str:
    """The code of a field by its name in either language; what is unknown stays as it was written."""
    plain = word.casefold()
    names = {name.casefold(): code for code, pair in FIELDS.items() for name in (code, *pair)}
    return names.get(plain, word)


def _city(text: str) -> str:
    for code, name in cities():
        if text in (code, name, name.removesuffix("市")):
            return code
    return text


def _workbook(experts: list[Expert], relations: list[ExpertRelation], name: str) -> Response:
    out = BytesIO()
    book = text_workbook(out)
    bold = book.add_format({"bold": True, "bg_color": "#EEF2F6"})
    sheet = book.add_worksheet("专家")
    names = dict(cities())
    for column, words in enumerate(HEADINGS.values()):
        sheet.write_string(0, column, words, bold)
    for line, expert in enumerate(experts, start=1):
        for column, value in enumerate(_cells_of(expert, names)):
            sheet.write_string(line, column, value)
    sheet.set_column(0, len(HEADINGS), 18)
    sheet.freeze_panes(1, 2)
    second = book.add_worksheet("利害关系")
    for column, words in enumerate(RELATION_HEADINGS):
        second.write_string(0, column, words, bold)
    for line, relation in enumerate(relations, start=1):
        for column, value in enumerate(_relation_cells(relation)):
            second.write_string(line, column, value)
    second.set_column(0, len(RELATION_HEADINGS), 18)
    book.close()
    return as_file(Response(out.getvalue(), mimetype=XLSX), name)


def _cells_of(expert: Expert, names: dict[str, str]) -> list[str]:
    return [
        expert.login,
        expert.name,
        "、".join(FIELDS[code][0] if code in FIELDS else code for code in fields_of(expert)),
        "、".join(expert.industries or ()),
        expert.title,
        expert.employer,
        expert.employer_uscc or "",
        names.get(expert.employer_city or "", expert.employer_city or ""),
        expert.employer_group,
        "是" if expert.active else "否",
        expert.note,
    ]


def _relation_cells(relation: ExpertRelation) -> list[str]:
    return [
        relation.login,
        relation.enterprise,
        relation.uscc or "",
        RELATION_NAMES[relation.kind][0],
        "" if relation.share is None else f"{relation.share}%",
        relation.starts_on.isoformat() if relation.starts_on else "",
        relation.ends_on.isoformat() if relation.ends_on else "",
        relation.note,
    ]
