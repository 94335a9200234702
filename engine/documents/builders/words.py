"""How registers' values are said on paper: days, offices, people, results."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clock import in_business_zone
from engine.documents.errors import NotMadeYet
from engine.documents.kinds import KINDS
from engine.programme.offices import office_name
from engine.programme.titles.models import TYPE_NAMES
from engine.runtime import Runtime
from engine.store.people import Account, Organisation
from engine.store.tasks import Submission, UserTask

DEPARTMENT = "370000"
DEPARTMENT_NAME = "山东省工业和信息化厅"
MEASURE = "《山东省智能制造场景数字化车间智能工厂培育认定办法》（鲁工信装〔2022〕42号）"
THINGS = "智能制造场景、数字化车间和智能工厂"
OPINIONS = {"RECOMMEND": "推荐", "DEFER": "暂缓", "REJECT": "不推荐"}
VISITS = {"TRUE": "属实", "MOSTLY": "基本属实", "FALSE": "不属实"}
MARKS = {"PASS": "合格", "FAIL": "不合格"}


def day(value: date | datetime | str | None) -> str:
    """2024年6月3日, without leading zeros (GB/T 9704-2012); an empty text for none."""
    if not value:
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    on = in_business_zone(value).date() if isinstance(value, datetime) else value
    return f"{on.year}年{on.month}月{on.day}日"


def instant(value: datetime | str | None) -> str:
    """A day with its time; midnight is 24时 of the day before, as deadlines are written."""
    if not value:
        return ""
    at = in_business_zone(datetime.fromisoformat(value) if isinstance(value, str) else value)
    if (at.hour, at.minute) == (0, 0):
        before = date.fromordinal(at.date().toordinal() - 1)
        return f"{day(before)}24时"
    return f"{day(at)}{at.hour}时" + (f"{at.minute}分" if at.minute else "")


def number(value: Decimal | int | float | str | None) -> str:
    """A figure without trailing zeros."""
    if value is None or value == "":
        return ""
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def place(rt: Runtime, code: str | None) -> str:
    """The name of a city, county or zone."""
    found = rt.catalogues.get("regions").find(code) if code else None
    return found.label if found else (code or "")


def office(session: Session, rt: Runtime, code: str) -> str:
    """The name of the office of a place."""
    row = session.scalar(select(Organisation).where(Organisation.code == code))
    return office_name(row)[0] if row is not None else place(rt, code)


def organisation(session: Session, code: str) -> str:
    """The registered name of an organisation, or its code."""
    return session.scalar(select(Organisation.name).where(Organisation.code == code)) or code


def person(session: Session, login: str | None) -> str:
    """The name of an account, or the login."""
    if not login:
        return ""
    return session.scalar(select(Account.name).where(Account.login == login)) or login


def thing(rt: Runtime, row: Any) -> dict[str, str]:
    """What every sheet about an application begins with."""
    return {
        "application_no": row.application_no,
        "enterprise": row.enterprise,
        "uscc": row.uscc,
        "type": TYPE_NAMES.get(row.type, row.type),
        "object": row.object_name,
        "city": place(rt, row.city),
        "county": place(rt, row.county),
        "year": str(row.cycle_year),
    }


def held(row: Any) -> dict[str, str]:
    """What every document about a title says of it."""
    name = TYPE_NAMES.get(row.type, row.type)
    return {
        "title_no": row.title_no,
        "title_name": f"{row.cycle_year}年度山东省{name}",
        "holder": row.holder,
        "uscc": row.uscc,
        "type": name,
        "object": row.name,
        "document_no": row.document_no,
        "granted_on": day(row.granted_on),
    }


def sentence(text: str) -> str:
    """A text with a full stop at its end."""
    text = text.strip()
    return text if not text or text[-1] in "。！？；" else f"{text}。"


NUMERALS = "零一二三四五六七八九十"


def article(text: str) -> str:
    """第五条（一） for the 5(1) of a catalogue; 年度通知 for what only a notice asks."""
    if not text or text == "-":
        return "—"
    if not text[0].isdigit():
        return "年度通知"

    def one(found: re.Match[str]) -> str:
        digits = int(found[1])
        numeral = NUMERALS[digits] if digits <= 10 else f"十{NUMERALS[digits - 10]}"
        return f"第{numeral}条" + "".join(f"（{NUMERALS[int(n)]}）" for n in re.findall(r"\d+", found[2]))

    return re.sub(r"(\d+)((?:\(\d+\))*)", one, text).replace(", ", "、").replace(",", "、")


def counts(types: list[str]) -> dict[str, str]:
    """How many of each type, and altogether."""
    return {
        "total": str(len(types)),
        "scenes": str(types.count("SCENE")),
        "workshops": str(types.count("WORKSHOP")),
        "factories": str(types.count("FACTORY")),
    }


def numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with their number in front."""
    return [{"no": str(n), **row} for n, row in enumerate(rows, start=1)]


def last_answer(
    session: Session, business_key: str, element: str, until: datetime | None = None
) -> Submission | None:
    """The newest submission of one step of a case, if need be up to an instant; or None."""
    query = (
        select(Submission)
        .join(UserTask, UserTask.id == Submission.task_id)
        .where(UserTask.business_key == business_key, Submission.element_id == element)
    )
    if until is not None:
        query = query.where(Submission.at <= until)
    return session.scalar(query.order_by(Submission.id.desc()).limit(1))


def not_yet(kind: str, subject: str) -> NotMadeYet:
    """The refusal of a document whose step is not done."""
    return NotMadeYet(kind=KINDS[kind].zh, kind_en=KINDS[kind].en, subject=subject)
