"""/titles/candidates: who may be put forward for national schemes on a day; exceptions have a reason (article 13)."""

from datetime import date
from typing import Any

from flask import Response, render_template, request, url_for

from engine.programme.titles import candidates as pool
from engine.programme.titles.models import TYPE_NAMES, TYPE_NAMES_EN
from engine.programme.titles.operations import name_on
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.names import people_names
from webapp.shared import now, place, reading, runtime
from webapp.titles.blueprint import blueprint
from webapp.titles.common import day_of, done_or, posted, sheet

SHOWN = 500


def _asked() -> tuple[str, date]:
    scheme = request.values.get("scheme", "")
    day = day_of(request.args.get("on", "")) or now().date()
    return scheme if scheme in pool.SCHEMES else "NATIONAL", day


@blueprint.get("/titles/candidates")
@rule("title.oversee")
def candidates() -> str:
    """The pool of a scheme on a day: valid titles, and exceptions with their reasons."""
    access.require("title.oversee")
    return _page()


def _page(refusal: str = "", typed: Any = None) -> str:
    scheme, day = _asked()
    with reading() as session:
        rows = pool.pool(session, scheme, day)
        exceptions = pool.exceptions(session, scheme, day.year)
        return render_template(
            "titles/candidates.html",
            scheme=scheme,
            schemes=pool.SCHEMES,
            day=day,
            rows=[(t, name_on(t, day)) for t in rows[:SHOWN]],
            total=len(rows),
            exceptions=exceptions,
            names=people_names(session, {row.recorded_by for row in exceptions}),
            may_keep=access.may("title.keep"),
            refusal=refusal,
            typed=typed or {},
            has_errors=bool(refusal),
        )


@blueprint.get("/titles/candidates.xlsx")
@rule("title.oversee")
def candidates_xlsx() -> Response:
    """The pool as a spreadsheet, exceptions at the end with their reasons."""
    access.require("title.oversee")
    scheme, day = _asked()
    with reading() as session:
        rows = [
            [
                t.title_no,
                pick(TYPE_NAMES[t.type], TYPE_NAMES_EN[t.type]),
                t.name,
                name_on(t, day).holder,
                name_on(t, day).uscc,
                place(t.city),
                str(t.cycle_year),
                t.document_no,
                "",
            ]
            for t in pool.pool(session, scheme, day)
        ]
        for e in pool.exceptions(session, scheme, day.year):
            rows.append(["", _("例外"), "", e.enterprise, e.uscc, "", "", "", e.reason])
    heads = (pick(*pool.SCHEMES[scheme]), _("截至 %(day)s，%(n)s 项", day=day.isoformat(), n=len(rows)))
    columns = (
        _("称号编号"),
        _("类型"),
        _("项目名称"),
        _("企业名称"),
        _("统一社会信用代码"),
        _("所在市"),
        _("年度"),
        _("公布文件"),
        _("例外理由"),
    )
    return sheet(_("推荐候选"), heads, columns, rows)


@blueprint.post("/titles/candidates")
@rule("title.keep")
def add_exception() -> Any:
    """Put an enterprise without a valid title forward, with a reason."""
    access.require("title.keep")
    scheme, _day = _asked()
    return done_or(
        lambda: pool.except_(
            runtime(),
            actor(),
            scheme,
            uscc=posted("uscc"),
            enterprise=posted("enterprise"),
            reason=posted("reason"),
        ),
        _("已登记例外。"),
        url_for("titles.candidates", scheme=scheme),
        _page,
    )
