"""The review of access: every office with who holds what, what stands out, and the confirmation of the auditor."""

import io
from collections.abc import Collection
from typing import Any

from flask import Response, request, url_for

from engine.accounts.administration import reviewing
from engine.accounts.trail import note
from webapp import access, sessions
from webapp.access import actor, rule
from webapp.administration.blueprint import blueprint
from webapp.administration.pieces import done, page, place_names, role_name, shown_name, typed, unnamed
from webapp.dates import instant
from webapp.downloads import as_file
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.names import organisation as named
from webapp.names import people_names
from webapp.paging import part_of
from webapp.shared import reading, runtime
from webapp.spreadsheets import XLSX, add_list, text_workbook


@blueprint.get("/reviews")
@rule("access.review")
def reviews() -> str:
    """Every office: rights, what stands out, who is missing, when it was last confirmed."""
    access.require("access.review")
    only = request.args.get("only", "")
    with reading() as session:
        every = reviewing.offices(session, sessions.CLOCK.now())
        names = people_names(session, {o.reviewed.confirmed_by for o in every if o.reviewed})
    chosen = {
        "out": [o for o in every if o.standing_out],
        "lacks": [o for o in every if o.lacks],
        "unreviewed": [o for o in every if o.reviewed is None],
    }
    rows, part = part_of(chosen.get(only, every))
    return page(
        "reviews",
        rows=rows,
        list=part,
        figures=[
            (_("单位"), len(every), ""),
            (_("有需要留意的"), len(chosen["out"]), "out"),
            (_("缺少经办或负责人"), len(chosen["lacks"]), "lacks"),
            (_("从未复核"), len(chosen["unreviewed"]), "unreviewed"),
        ],
        only=only if only in chosen else "",
        names=names,
    )


@blueprint.get("/reviews/<code>")
@rule("access.review")
def review(code: str) -> str:
    """The rights of one office, to be confirmed. Raises NotFound."""
    access.require("access.review")
    with reading() as session:
        row = reviewing.authority(session, code)
        held = reviewing.holders(session, sessions.CLOCK.now(), code)
        past = reviewing.reviews(session, code)
        who = {name for h in held for name in (h.grant.granted_by, h.grant.approved_by)}
        names = people_names(session, who | {each.confirmed_by for each in past})
        hidden = unnamed(session)
    return page(
        "review",
        row=row,
        held=[(h, *shown_name(h.account.name, h.account.login, hidden)) for h in held],
        unnamed=hidden,
        lacks=reviewing.lacking(row, held),
        seen=reviewing.digest(held),
        past=past,
        names=names,
        may_confirm=access.may("access.confirm"),
        sees_people=access.may("account.read"),
    )


@blueprint.post("/reviews/<code>")
@rule("access.confirm")
def confirm_review(code: str) -> Any:
    """Put on record that these rights are right. Raises NotFound, NotAllowed."""
    access.by_command("access.confirm")
    seen, words = typed("seen", 16), typed("note")
    return done(
        lambda: reviewing.confirm(runtime(), actor(), code, seen, words, sessions.CLOCK.now()),
        _("复核已确认并记录。"),
        url_for("administration.review", code=code),
    )


@blueprint.get("/reviews/export.xlsx")
@rule("access.review")
def reviews_export() -> Response:
    """Every right of an authority with what stands out, and the offices; the export is logged."""
    access.require("access.review")
    with reading() as session:
        held = reviewing.holders(session, sessions.CLOCK.now())
        every = reviewing.offices(session, sessions.CLOCK.now())
        places = place_names(session, {h.grant.organisation for h in held})
        made = _workbook(held, every, places, unnamed(session))
    with runtime().transaction() as tx:
        note(tx.session, actor().login, "access.export", "*", tx.now, {"rights": len(held)})
    return as_file(Response(made, mimetype=XLSX), _("权限复核.xlsx"))


def _workbook(held: Any, every: Any, places: dict[str, str], hidden: Collection[str]) -> bytes:
    out = io.BytesIO()
    with text_workbook(out) as book:
        heads = (
            _("单位"),
            _("单位代码"),
            _("角色"),
            _("姓名"),
            _("账号"),
            _("自何时"),
            _("提出人"),
            _("批准人"),
        )
        rows = [_right(h, places, hidden) for h in held]
        add_list(book, _("权限"), (), (*heads, _("上次登录"), _("需要留意")), rows)
        offices = [
            (
                named(o.row.code, o.row.name),
                o.row.code,
                str(o.rights),
                str(o.standing_out),
                pick("、", ", ").join(role_name(role) for role in o.lacks),
                instant(o.reviewed.confirmed_at) if o.reviewed else "",
            )
            for o in every
        ]
        add_list(
            book,
            _("单位"),
            (),
            (_("单位"), _("单位代码"), _("权限数"), _("需要留意"), _("缺少"), _("最近复核")),
            offices,
        )
    return out.getvalue()


def _right(h: Any, places: dict[str, str], hidden: Collection[str]) -> tuple[str, ...]:
    name, login = shown_name(h.account.name, h.account.login, hidden)
    place = h.grant.organisation
    signed_in = instant(h.account.signed_in_at) if h.account.signed_in_at else ""
    given = (instant(h.grant.granted_at), h.grant.granted_by, h.grant.approved_by or "")
    found = pick("；", "; ").join(pick(zh, en) for zh, en in h.findings)
    return (places.get(place, place), place, role_name(h.grant.role), name, login, *given, signed_in, found)
