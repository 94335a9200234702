"""The list of the trail: search, pages by number, and the same as a spreadsheet."""

from collections.abc import Iterable
from datetime import date
from io import BytesIO

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from engine import audit, masking
from engine.audit import words
from engine.audit.finding import Found, Wanted, find
from engine.commands.refusals import NoReason
from engine.policy import ever
from engine.store.trail import Audit
from webapp import access
from webapp.access import actor, rule
from webapp.auditing.blueprint import blueprint
from webapp.auditing.telling import Line, line
from webapp.dates import instant
from webapp.downloads import as_file
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.masks import eyes
from webapp.names import people_names
from webapp.paging import SIZE
from webapp.shared import now, reading, runtime
from webapp.spreadsheets import XLSX, add_list, text_workbook

MOST = 5000
"""Links of one spreadsheet; a signed export has no limit."""
FIELDS = ("actor", "action", "object_type", "object_key", "case", "first", "last", "text")


@blueprint.get("/")
@rule("audit.read")
def listing() -> str:
    """The links that somebody may see, newest first."""
    wanted = wish()
    with reading() as session:
        found = _found(session, wanted, _number("before"), SIZE)
        lines = told(session, eyes(session), found.links)
    return render_template(
        "auditing/list.html",
        lines=lines,
        wanted=wanted,
        asked={name: request.args.get(name, "") for name in FIELDS},
        next=_next(found),
        first_page="before" not in request.args,
        actions=sorted(words.told(words.ACTIONS, code, language()) for code in words.ACTIONS),
        objects=[(code, words.told(words.OBJECTS, code, language())) for code in words.OBJECTS],
        whole=access.may("audit.export"),
        logs=ever(actor(), "events.export"),
        most=MOST,
    )


@blueprint.post("/list.xlsx")
@rule("audit.read")
def spreadsheet() -> Response:
    """What was found, as a spreadsheet; with a reason, and a link of its own. Raises NoReason."""
    _required()
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise NoReason()
    wanted = wish(request.form)
    with reading() as session:
        found = _found(session, wanted, None, MOST)
        lines = told(session, eyes(session), found.links)
    _note(reason, wanted, len(lines))
    return as_file(Response(_workbook(lines), content_type=XLSX), f"{_('审计记录')}.xlsx")


def _required() -> None:
    """Refuse whoever may read no link at all, before anything else is judged."""
    access.asked_for_each("audit.read")
    if not ever(actor(), "audit.read"):
        access.require("audit.read")


def wish(given: "dict[str, str] | None" = None) -> Wanted:
    """What the address, or a form, asks for; what is no day asks for nothing."""
    values = request.args if given is None else given
    found = {name: values.get(name, "").strip()[:200] for name in FIELDS}
    days = {name: _day(found.pop(name)) for name in ("first", "last")}
    return Wanted(**found, **days)


def told(session: Session, seen_by: masking.Reader, links: Iterable[Audit]) -> list[Line]:
    """The links in words."""
    rows = list(links)
    names = people_names(session, {row.actor for row in rows})
    return [line(seen_by, row, names) for row in rows]


def _found(session: Session, wanted: Wanted, before: int | None, size: int) -> Found:
    _required()
    return find(session, actor(), eyes(session), wanted, before, size)


def _next(found: Found) -> str | None:
    if found.next is None:
        return None
    return url_for("auditing.listing", **{**request.args.to_dict(), "before": found.next})


def _note(reason: str, wanted: Wanted, count: int) -> None:
    asked = {name: str(getattr(wanted, name)) for name in FIELDS if getattr(wanted, name)}
    rt = runtime()
    with rt.transaction() as tx:
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor().login,
            action="audit.list_export",
            object_type="audit",
            object_key="list",
            detail={"reason": reason, "total": count, "what": asked},
        )


def _workbook(lines: list[Line]) -> bytes:
    columns = (
        _("序号"),
        _("时间"),
        _("人员"),
        _("姓名"),
        _("做了什么"),
        _("对象"),
        _("对象编号"),
        _("业务编号"),
        _("内容"),
    )
    out = BytesIO()
    with text_workbook(out) as book:
        book.set_properties({"created": now().replace(tzinfo=None)})
        add_list(book, _("审计记录"), (), columns, map(_cells, lines), width=18)
    return out.getvalue()


def _cells(each: Line) -> tuple[str, ...]:
    said = [f"{fact.label}：{fact.value}" for fact in each.detail]
    said += [f"{change.label}：{change.before} → {change.after}" for change in each.changes]
    row = (str(each.sequence), instant(each.at), each.actor, each.name, each.action)
    return (*row, each.object, each.key, each.case, "；".join(said)[:32_000])


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
