"""The open data sets: which fields they have, what each means, and their rows. Public fields only (I19).

Titles that have ended are not in the list of titles (I18); they are told in the set of changes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from engine.programme.announcements.models import Publication, PublicNotice
from engine.programme.public.changes import renaming, renamings, revocation, revocations
from engine.programme.public.register import registered
from engine.programme.titles.models import Title
from engine.programme.titles.operations import valid_titles

Row = dict[str, Any]
SCHEMA_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a data set: its name, its kind (text, integer, date) and what it means."""

    name: str
    kind: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """One open data set. `rows` reads them as on a day, in a fixed order."""

    id: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    rows: Callable[[Session, date], Iterator[Row]]


_TITLE_NO = Column("title_no", "text", "称号编号", "Title number")
_TYPE = Column("type", "text", "类型：SCENE 场景、WORKSHOP 车间、FACTORY 工厂", "SCENE, WORKSHOP or FACTORY")
_NAME = Column("name", "text", "场景、车间或工厂的名称", "Name of the scene, workshop or factory")
_CITY = Column("city", "text", "所在市的区划代码（GB/T 2260）", "Code of the city (GB/T 2260)")
_YEAR = Column("cycle_year", "integer", "年度", "Year of the cycle")
_DOCUMENT = Column("document_no", "text", "文号", "Document number")


def _titles(session: Session, day: date) -> Iterator[Row]:
    query = valid_titles(day).options(selectinload(Title.names), selectinload(Title.events))
    for row in session.scalars(query):
        shown = registered(row, day)
        yield {
            "title_no": shown.title_no,
            "type": shown.type,
            "name": shown.name,
            "holder": shown.holder,
            "city": shown.city,
            "cycle_year": shown.cycle_year,
            "state": shown.status,
            "granted_on": shown.granted_on,
            "document_no": shown.document_no,
        }


def _announced(session: Session, day: date) -> Iterator[Row]:
    query = (
        select(PublicNotice)
        .where(PublicNotice.starts_on <= day)
        .options(selectinload(PublicNotice.items))
        .order_by(PublicNotice.starts_on, PublicNotice.id)
    )
    for notice in session.scalars(query):
        for item in sorted(notice.items, key=lambda item: (item.type, item.city, item.enterprise, item.id)):
            yield {
                "notice": notice.title,
                "starts_on": notice.starts_on,
                "ends_on": notice.ends_on,
                "cycle_year": notice.cycle_year,
                "type": item.type,
                "enterprise": item.enterprise,
                "name": item.object_name,
                "city": item.city,
            }


def _published(session: Session, day: date) -> Iterator[Row]:
    query = (
        select(Publication)
        .where(Publication.document_date <= day)
        .options(selectinload(Publication.items))
        .order_by(Publication.document_date, Publication.id)
    )
    for publication in session.scalars(query):
        for item in sorted(publication.items, key=lambda item: item.title_no):
            yield {
                "document_no": publication.document_no,
                "document_date": publication.document_date,
                "cycle_year": publication.cycle_year,
                "title_no": item.title_no,
                "type": item.type,
                "enterprise": item.enterprise,
                "name": item.object_name,
                "city": item.city,
            }


def _changes(session: Session, day: date) -> Iterator[Row]:
    rows: list[Row] = []
    for entry in renamings(session, 10_000):
        for line in renaming(session, entry.id).lines:
            names = {"old_holder": line.old_holder, "new_holder": line.new_holder}
            rows.append(_change("RENAMED", line.title_no, entry.on, entry.number, names))
    for entry in revocations(session, 10_000):
        found = revocation(session, entry.id)
        names = {"old_holder": found.holder, "new_holder": ""}
        rows.append(_change("REVOKED", found.title_no, found.ended_on, entry.number, names))
    shown = [row for row in rows if row["on"] <= day]
    yield from sorted(shown, key=lambda row: (row["on"], row["title_no"], row["change"]))


def _change(change: str, title_no: str, on: date, document_no: str, names: dict[str, str]) -> Row:
    return {"change": change, "title_no": title_no, "on": on, "document_no": document_no, **names}


DATASETS = {
    made.id: made
    for made in (
        Dataset(
            "titles",
            "有效称号",
            "Valid titles",
            (
                _TITLE_NO,
                _TYPE,
                _NAME,
                Column("holder", "text", "企业名称（该日的名称）", "Holder, by the name of that day"),
                _CITY,
                _YEAR,
                Column(
                    "state",
                    "text",
                    "ACTIVE 有效、RECTIFYING 有效（整改中）",
                    "ACTIVE, or RECTIFYING: valid, to be rectified",
                ),
                Column("granted_on", "date", "公布日期，称号自该日起有效", "Valid from this day"),
                _DOCUMENT,
            ),
            _titles,
        ),
        Dataset(
            "announcements",
            "公示名单",
            "Public notices",
            (
                Column("notice", "text", "公示标题", "Title of the public notice"),
                Column("starts_on", "date", "公示首日", "First day"),
                Column("ends_on", "date", "公示末日", "Last day"),
                _YEAR,
                _TYPE,
                Column("enterprise", "text", "企业名称", "Enterprise"),
                _NAME,
                _CITY,
            ),
            _announced,
        ),
        Dataset(
            "results",
            "公布名单",
            "Published lists",
            (
                _DOCUMENT,
                Column("document_date", "date", "文件日期", "Date of the document"),
                _YEAR,
                _TITLE_NO,
                _TYPE,
                Column("enterprise", "text", "企业名称（公布时）", "Enterprise, as published"),
                _NAME,
                _CITY,
            ),
            _published,
        ),
        Dataset(
            "changes",
            "更名和撤销",
            "Renamings and revocations",
            (
                Column("change", "text", "RENAMED 更名、REVOKED 撤销", "RENAMED or REVOKED"),
                _TITLE_NO,
                Column("on", "date", "自该日起", "From this day"),
                _DOCUMENT,
                Column("old_holder", "text", "原企业名称", "Former name of the holder"),
                Column("new_holder", "text", "现企业名称（更名）", "New name of the holder (renamings)"),
            ),
            _changes,
        ),
    )
}
