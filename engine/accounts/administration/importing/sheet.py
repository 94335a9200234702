"""The layout of a list: one right a row, a person's facts repeated; the same for template, import and export."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from xlsxwriter import Workbook

from engine.accounts.administration.offices import BY_KIND
from engine.errors import Refusal
from engine.masking import masked_email, masked_phone
from engine.policy import ENTERPRISE_ROLES, ROLES
from engine.spreadsheet_in import Rows
from engine.store.people import Account, Organisation, RoleGrant
from engine.workbooks import text_workbook

COLUMNS: Mapping[str, tuple[str, str]] = {
    "login": ("账号", "login"),
    "name": ("姓名", "name"),
    "organisation": ("所属单位代码", "organisation"),
    "email": ("邮箱", "email"),
    "mobile": ("手机", "mobile"),
    "role": ("角色", "role"),
    "place": ("角色单位代码", "role organisation"),
}
KEYS = tuple(COLUMNS)
NEEDED = ("login", "role", "place")
HIDDEN = "*"
"""What a masked cell of an export holds: it says nothing, and is not taken for a new value."""


class WrongColumns(Refusal):
    """The first row does not name the columns of the template."""

    zh = "第一行须为模板的列名，缺少或不认识：{columns}。"
    en = "The first row must name the template's columns; missing or unknown: {columns}."
    remedy_zh = "请下载模板，把内容填到模板里再导入。"
    remedy_en = "Download the template, fill it in and send it again."
    status = 422


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list: its number in the file, and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def lines(rows: Rows) -> list[Line]:
    """The rows under the header; empty ones are left out. Raises WrongColumns."""
    keys = [_key(cell) for cell in rows[0]]
    unknown = [cell for cell, key in zip(rows[0], keys, strict=True) if key is None]
    missing = [COLUMNS[key][0] for key in NEEDED if key not in keys]
    twice = [cell for cell, key in zip(rows[0], keys, strict=True) if key and keys.count(key) > 1]
    if unknown or missing or twice:
        raise WrongColumns(columns="、".join([*missing, *unknown, *dict.fromkeys(twice)]) or "—")
    found = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {key: cell.strip() for key, cell in zip(keys, row, strict=False) if key}
        if any(cells.values()):
            found.append(Line(number, cells))
    return found


def role_of(text: str) -> str | None:
    """The role that a cell names by code, Chinese or English."""
    plain = text.strip().casefold()
    for code, (zh, en) in ROLES.items():
        if plain in (code, zh, en.casefold(), f"{zh} {code}".casefold()):
            return code
    return None


def template() -> bytes:
    """An empty list, with the roles and what they belong to on a second sheet."""
    return _workbook([], help=True)


def export(session: Session, accounts: Sequence[Account]) -> bytes:
    """These people with their rights, in the same layout; addresses and numbers are masked."""
    logins = [account.login for account in accounts]
    rights: dict[str, list[tuple[str, str]]] = {}
    for start in range(0, len(logins), 500):
        held = select(RoleGrant.login, RoleGrant.role, RoleGrant.organisation).where(
            RoleGrant.login.in_(logins[start : start + 500]), RoleGrant.revoked_at.is_(None)
        )
        for login, role, place in session.execute(held.order_by(RoleGrant.id)):
            rights.setdefault(login, []).append((ROLES.get(role, (role, role))[0], place))
    rows: list[tuple[str, ...]] = []
    for account in accounts:
        facts = (account.login, account.name, account.organisation or "")
        reached = (masked_email(account.email), masked_phone(account.mobile))
        rows.extend((*facts, *reached, *right) for right in rights.get(account.login, [("", "")]))
    return _workbook(rows)


def offices(session: Session) -> dict[str, Organisation]:
    """Every organisation that is no enterprise, by code."""
    rows = session.scalars(select(Organisation).where(Organisation.kind != "enterprise"))
    return {row.code: row for row in rows}


def _key(cell: str) -> str | None:
    plain = cell.strip().casefold()
    for key, (zh, en) in COLUMNS.items():
        if plain in (zh, en, key, f"{zh} {en}"):
            return key
    return None


def _workbook(rows: Iterable[Sequence[str]], *, help: bool = False) -> bytes:
    out = io.BytesIO()
    book = text_workbook(out)
    sheet, bold = book.add_worksheet("人员 people"), book.add_format({"bold": True, "bg_color": "#e8eef6"})
    text = book.add_format({"num_format": "@"})
    sheet.set_column(0, len(KEYS) - 1, 20, text)
    for place, (zh, en) in enumerate(COLUMNS.values()):
        sheet.write_string(0, place, f"{zh} {en}", bold)
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell)
    sheet.freeze_panes(1, 0)
    if help:
        _help(book, bold)
    book.close()
    return out.getvalue()


def _help(book: Workbook, bold: object) -> None:
    sheet = book.add_worksheet("说明 help")
    sheet.set_column(0, 3, 24)
    for place, head in enumerate(("角色 role", "代码 code", "English", "单位 organisations")):
        sheet.write_string(0, place, head, bold)
    kinds = {"province": "省厅", "city": "市", "county": "县（市、区）", "zone": "功能区", "agency": "机构"}
    number = 0
    for code, (zh, en) in ROLES.items():
        if code in ENTERPRISE_ROLES:
            continue
        number += 1
        where = "、".join(name for kind, name in kinds.items() if code in BY_KIND[kind])
        for place, cell in enumerate((zh, code, en, where)):
            sheet.write_string(number, place, cell)
