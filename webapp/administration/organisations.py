"""The tree of organisations, the search among them, one of them with its people and how it is reached."""

from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy import select

from engine.accounts.administration import finding, tree
from engine.directory import OFFICES, BadPhone, Scribe, set_contact
from engine.errors import NotFound
from engine.store.people import Organisation
from webapp import access
from webapp.access import actor, rule
from webapp.administration.blueprint import blueprint
from webapp.administration.pieces import kind_name, page, place_names, shown_name, typed, unnamed
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.paging import page_of
from webapp.shared import now, reading, runtime


@blueprint.get("/")
@rule("organisation.read")
def home() -> str:
    """The offices as a tree with their people and enterprises; a search leads to the list."""
    access.require("organisation.read")
    text, kind = request.args.get("q", "").strip()[:100], request.args.get("kind", "")
    with reading() as session:
        counts = tree.counts(session)
        if not text and kind not in tree.ORDER:
            return page(
                "organisations", tree=tree.offices(session), counts=counts, q="", kind="", kinds=_kinds()
            )
        found = tree.search(text, kind)
        part = page_of(session, found)
        rows = session.scalars(found.offset(part.offset).limit(part.size)).all()
        parents = place_names(session, {row.parent for row in rows})
        staff = tree.staffed(session)
    return page(
        "organisations",
        rows=rows,
        parents=parents,
        staff=staff,
        counts=counts,
        q=text,
        kind=kind,
        kinds=_kinds(),
        list=part,
    )


def _kinds() -> list[tuple[str, str]]:
    return [(code, kind_name(code)) for code in tree.ORDER]


@blueprint.get("/organisations/<code>")
@rule("organisation.read")
def organisation(code: str) -> str:
    """One organisation: how it is reached, who works there, what lies below. Raises NotFound."""
    return _page(code)


@blueprint.post("/organisations/<code>")
@rule("organisation.change")
def change_organisation(code: str) -> Any:
    """Set telephone and address, which public pages show. Raises UnknownOffice."""
    access.require("organisation.change")
    phone, address = typed("phone", 40), typed("address", 200)
    try:
        with runtime().transaction() as tx:
            set_contact(tx.session, Scribe(actor(), tx.now), code, phone, address)
    except BadPhone as refusal:
        return _page(code, {"phone": refusal.message(language())}), refusal.status
    flash(_("已保存。"))
    return redirect(url_for("administration.organisation", code=code))


def _page(code: str, wrong: dict[str, str] | None = None) -> str:
    access.require("organisation.read")
    sees_people = access.may("account.read")
    with reading() as session:
        row = session.get(Organisation, code)
        if row is None:
            raise NotFound(what_zh="这个单位", what_en="This organisation")
        below = select(Organisation).where(Organisation.parent == code).order_by(Organisation.code)
        part = page_of(session, below)
        children = session.scalars(below.offset(part.offset).limit(part.size)).all()
        wanted = finding.Wanted(organisation=code, whose=finding.EVERYBODY)
        hidden = unnamed(session)
        people = session.scalars(finding.people(wanted, now()).limit(200)).all() if sees_people else []
        grants = finding.grants_of(session, [each.login for each in people])
        here = [(each, [g for g in grants.get(each.login, ()) if g.organisation == code]) for each in people]
        return page(
            "organisation",
            row=row,
            path=tree.path(session, code)[:-1],
            children=children,
            list=part,
            people=[(each, held, *shown_name(each.name, each.login, hidden)) for each, held in here],
            unnamed=hidden,
            sees_people=sees_people,
            may_change=access.may("organisation.change") and row.kind in OFFICES,
            wrong=wrong or {},
            has_errors=bool(wrong),
            given=request.form if wrong else {"phone": row.phone or "", "address": row.address or ""},
        )
