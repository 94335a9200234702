"""/titles: the register for those who look after titles: search, every state, as on a day, also as a spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, render_template, request
from sqlalchemy import Select
from sqlalchemy.orm import Session, selectinload

from engine.programme import public
from engine.programme.measures.validity import EXPIRED_REMARK, by_code
from engine.programme.public.register import matching
from engine.programme.titles.history import status_on, stood
from engine.programme.titles.models import (
    RECTIFYING,
    REVOKED,
    REVOKING,
    STATUS_NAMES,
    SURRENDERED,
    TERMINATED,
    TYPE_NAMES,
    TYPE_NAMES_EN,
    Title,
)
from engine.programme.titles.operations import name_on
from webapp import access
from webapp.access import rule
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.paging import page_of
from webapp.shared import cities, now, place, reading
from webapp.titles.blueprint import blueprint
from webapp.titles.common import day_of, sheet

SHOWN = ("valid", "renamed", "rectifying", "revoking", "revoked", "ended", "surrendered")
BY_STATUS = {
    "rectifying": RECTIFYING,
    "revoking": REVOKING,
    "revoked": REVOKED,
    "ended": TERMINATED,
    "surrendered": SURRENDERED,
}
MOST = 20_000
"""Rows of a spreadsheet."""


@dataclass(frozen=True, slots=True)
class Row:
    """One title as on the day that was asked for."""

    title: Title
    holder: str
    uscc: str
    status: str
    renamed: bool
    remark: str


def state_names() -> dict[str, str]:
    """The states of the filter in words."""
    return {
        "valid": _("有效"),
        "renamed": _("已更名"),
        **{state: pick(*STATUS_NAMES[status]) for state, status in BY_STATUS.items()},
    }


@blueprint.get("/titles")
@rule("title.list")
def titles() -> str:
    """The titles that this person looks after or holds. Raises NotAllowed for people of none."""
    _ask()
    search, state = _search()
    with reading() as session:
        query = _query(search, state)
        page = page_of(session, query)
        rows = _rows(session, query.limit(page.size).offset(page.offset), search.on)
        return render_template(
            "titles/list.html",
            rows=rows,
            page=page,
            search=search,
            state=state,
            states=state_names(),
            wrong_day=bool(request.args.get("on", "").strip()) and search.on is None,
            years=public.register_years(session),
            cities=cities(),
            oversees=access.may("title.oversee"),
        )


@blueprint.get("/titles.xlsx")
@rule("title.list")
def titles_xlsx() -> Response:
    """The same list as a spreadsheet. Raises NotAllowed."""
    _ask()
    search, state = _search()
    with reading() as session:
        rows = _rows(session, _query(search, state).limit(MOST), search.on)
    told = (search.on or now().date()).isoformat()
    heads = (_("称号登记簿"), _("截至 %(day)s，%(n)s 项", day=told, n=len(rows)))
    return sheet(_("称号登记簿"), heads, _columns(), map(_cells, rows))


def _ask() -> None:
    """Refuse who has no titles to look after; which ones they see is asked of every row."""
    from engine import policy

    if not policy.ever(access.actor(), "title.list"):
        access.require("title.list")


def _search() -> tuple[public.Search, str]:
    state = request.args.get("state", "")
    year = request.args.get("year", "")
    search = public.Search(
        text=" ".join(request.args.get("q", "").split())[:100],
        type=request.args.get("type", "")[:12],
        city=request.args.get("city", "")[:6],
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        on=day_of(request.args.get("on", "")),
        state=state if state in ("valid", "renamed") else "",
    )
    return search, state if state in SHOWN else ""


def _query(search: public.Search, state: str) -> Select[tuple[Title]]:
    query = access.visible("title.list", matching(search, search.on or now().date()))
    if state in BY_STATUS:
        wanted = BY_STATUS[state]
        query = query.where(stood(wanted, search.on) if search.on else Title.status == wanted)
    found: Select[tuple[Title]] = query.order_by(Title.cycle_year.desc(), Title.title_no)
    return found


def _rows(session: Session, query: Select[tuple[Title]], on: date | None) -> list[Row]:
    found: Sequence[Title] = session.scalars(
        query.options(selectinload(Title.names), selectinload(Title.events))
    ).all()
    ended: dict[str, str] = {}
    for code in {title.measure_code for title in found}:
        measure = by_code(session, code)
        ended[code] = pick(*EXPIRED_REMARK) if measure and now() >= measure.expires_at else ""
    rows = []
    for title in found:
        name = name_on(title, on or now().date())
        status = status_on(title, on) if on is not None else title.status
        renamed = sum(name.since <= (on or date.max) for name in title.names) > 1
        rows.append(Row(title, name.holder, name.uscc, status, renamed, ended[title.measure_code]))
    return rows


def _columns() -> list[str]:
    return [
        _("称号编号"),
        _("类型"),
        _("项目名称"),
        _("企业名称"),
        _("统一社会信用代码"),
        _("所在市"),
        _("所在县（市、区）"),
        _("年度"),
        _("公布文件"),
        _("公布日期"),
        _("状态"),
        _("失效日期"),
        _("备注"),
    ]


def _cells(row: Row) -> list[str]:
    t = row.title
    return [
        t.title_no,
        pick(TYPE_NAMES[t.type], TYPE_NAMES_EN[t.type]),
        t.name,
        row.holder,
        row.uscc,
        place(t.city),
        place(t.county),
        str(t.cycle_year),
        t.document_no,
        t.granted_on.isoformat(),
        pick(*STATUS_NAMES[row.status]),
        t.ended_on.isoformat() if t.ended_on else "",
        row.remark,
    ]
