"""The pool as a workbook, experts and their relations: written for the office, and the empty template."""

from collections.abc import Sequence
from io import BytesIO

from flask import Response, request
from sqlalchemy import select

from engine.catalogues import Item
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
from webapp.shared import now, reading, runtime
from webapp.spreadsheets import XLSX, add_list, text_workbook

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
RELATION_HEADINGS = {
    "login": "账号",
    "enterprise": "企业",
    "uscc": "信用代码",
    "kind": "关系",
    "share": "比例",
    "starts_on": "开始",
    "ends_on": "结束",
    "note": "说明",
}
MOST_ROWS = 3000


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


def _workbook(experts: list[Expert], relations: list[ExpertRelation], name: str) -> Response:
    out, names = BytesIO(), {item.value: item.label for item in city_items()}
    with text_workbook(out) as book:
        add_list(book, "专家", (), [*HEADINGS.values()], (_cells_of(expert, names) for expert in experts))
        rows = (_relation_cells(relation) for relation in relations)
        add_list(book, "利害关系", (), [*RELATION_HEADINGS.values()], rows)
        kinds = [zh for zh, _en in RELATION_NAMES.values()]
        place = [*RELATION_HEADINGS].index("kind")
        book.get_worksheet_by_name("利害关系").data_validation(
            1, place, MOST_ROWS, place, {"validate": "list", "source": kinds, "error_type": "warning"}
        )
    return as_file(Response(out.getvalue(), mimetype=XLSX), name)


def city_items() -> Sequence[Item]:
    """The cities with their names in both languages: a file is Chinese whoever reads or writes it."""
    return runtime().catalogues.get("regions").lists["cities"]


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
