"""Names of what the pool speaks of, in the language of the request."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import url_for

from engine.programme.reviews.conflicts import KINDS, RELATIONS, Reason
from engine.programme.reviews.draw_rules import FIELDS, NEED_NAMES
from engine.programme.titles.models import TYPE_NAMES, TYPE_NAMES_EN
from webapp import access
from webapp.experts.blueprint import blueprint
from webapp.i18n import language, pick
from webapp.shared import place, runtime

ACTIONS = {
    "ADDED": ("入库", "Entered"),
    "CHANGED": ("修改", "Changed"),
    "RELATED": ("申明关系", "Relation declared"),
    "ENDED": ("关系结束", "Relation ended"),
    "RESTS": ("暂停", "Rests"),
    "RETURNS": ("恢复", "Returns"),
    "BARRED": ("经办人认定回避", "Barred by an officer"),
    "LIFTED": ("解除认定", "Bar lifted"),
}
COLUMN_NAMES = {
    "name": ("姓名", "Name"),
    "fields": ("专业", "Fields"),
    "industries": ("熟悉行业", "Industries"),
    "title": ("职称职务", "Title"),
    "employer": ("所在单位", "Employer"),
    "employer_uscc": ("单位信用代码", "Employer's code"),
    "employer_city": ("单位所在市", "Employer's city"),
    "employer_group": ("所属集团", "Group of companies"),
    "note": ("备注", "Note"),
    "active": ("在库", "Active"),
    "enterprise": ("企业", "Enterprise"),
    "uscc": ("信用代码", "Code"),
    "kind": ("关系", "Kind"),
    "share": ("比例", "Share"),
    "starts_on": ("开始", "From"),
    "ends_on": ("结束", "To"),
    "rest": ("暂停期间", "Rest"),
}
RELATION_NAMES = {kind: KINDS[kind] for kind in RELATIONS}


@blueprint.app_template_filter("expert_field")
def field_name(code: str) -> str:
    """The name of a field of experts."""
    return pick(*FIELDS.get(code, (code, code)))


@blueprint.app_template_filter("expert_need")
def need_name(code: str) -> str:
    """What a place of a panel asks for."""
    return pick(*NEED_NAMES.get(code, (code, code)))


@blueprint.app_template_filter("conflict_kind")
def kind_name(code: str) -> str:
    """The name of a kind of conflict."""
    return pick(*KINDS.get(code, (code, code)))


@blueprint.app_template_filter("conflict_reasons")
def reason_words(found: Iterable[Reason]) -> str:
    """Reasons in one line."""
    return ("; " if language() == "en" else "；").join(reason.text(language()) for reason in found)


@blueprint.app_template_filter("pool_action")
def action_name(code: str) -> str:
    """What was done to an entry."""
    return pick(*ACTIONS.get(code, (code, code)))


@blueprint.app_template_filter("pool_changes")
def changes(found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The changes of one event: name, before, after."""
    return [
        (pick(*COLUMN_NAMES.get(name, (name, name))), _text(name, pair[0]), _text(name, pair[1]))
        for name, pair in found.items()
    ]


def industry_name(code: str) -> str:
    """The name of a division of GB/T 4754, with its number."""
    item = runtime().catalogues.get("industries").find(code)
    return f"{code} {pick(item.label, item.label_en)}" if item else code


def _text(name: str, value: Any) -> str:
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return pick("是", "yes") if value else pick("否", "no")
    if name == "kind":
        return kind_name(value)
    if name == "employer_city":
        return place(value)
    if isinstance(value, list):
        return "、".join(field_name(str(each)) if name == "fields" else str(each) for each in value)
    return str(value)


@blueprint.app_template_global("may_manage_experts")
def may_manage() -> bool:
    """Whether the person may change the pool; for buttons."""
    return access.may("expert.manage")


@blueprint.app_template_global("end_address")
def end_address(login: str) -> Callable[[int], str]:
    """From a relation of an expert to the address that ends it."""
    return lambda key: url_for("experts.end_relation", login=login, id=key)


@blueprint.app_template_global("own_end_address")
def own_end_address(key: int) -> str:
    """From a relation of mine to the address that ends it."""
    return url_for("experts.end_own_relation", id=key)


@blueprint.app_template_filter("panel_name")
def panel_name(code: str) -> str:
    """The name of a group of panels: a type, with an industry where they are grouped by it."""
    kind, _dash, industry = code.partition("-")
    words = pick(TYPE_NAMES.get(kind, kind), TYPE_NAMES_EN.get(kind, kind))
    return f"{words} · {industry_name(industry)}" if industry else words


@blueprint.app_template_global("locale_zh")
def is_chinese() -> bool:
    """Whether the page is Chinese."""
    return language() != "en"
