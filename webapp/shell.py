"""What the frame of every page shows: navigation, the person, the legal basis, the time of a demonstration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from flask_login import current_user
from jinja2 import pass_context
from jinja2.runtime import Context

from engine import policy
from engine.policy import CITY, COUNTY, ENTERPRISE_ROLES, Actor
from engine.programme import public
from engine.programme.titles.models import STATUS_NAMES, TYPE_NAMES, TYPE_NAMES_EN
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.names import article, basis_words, key_words, office, task_documentation, task_name, visit_reason
from webapp.shared import now, place, reading, settings

ONE_LINE = 10
"""Entries that a line of the navigation has room for, in both languages at 1280 pixels."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the navigation."""

    label: str
    url: str
    current: bool
    count: int | None = None
    key: str = ""
    gap: bool = False


def init_app(app: Flask) -> None:
    """Give every template the frame's facts and the names of types, states and places."""
    app.context_processor(_frame)
    app.jinja_env.globals["here"] = _here
    filters: dict[str, Callable[..., str]] = {
        "article": article,
        "basis_words": basis_words,
        "key_words": key_words,
        "office_name": office,
        "place": place,
        "task_name": task_name,
        "visit_reason": visit_reason,
        "task_documentation": task_documentation,
        "type_name": lambda code: pick(TYPE_NAMES.get(code, code), TYPE_NAMES_EN.get(code, code)),
        "title_status": lambda code: pick(*STATUS_NAMES.get(code, (code, code))),
    }
    app.jinja_env.filters.update({name: _when_rendered(filter) for name, filter in filters.items()})


def _when_rendered(filter: Callable[..., str]) -> Callable[..., str]:
    """The same, asked for every page: Jinja works a filter of a constant out once, in the language of that moment."""

    @pass_context
    def asked(_context: Context, *arguments: Any) -> str:
        return filter(*arguments)

    return asked


def leave_out() -> None:
    """Answer with a piece of a page: nothing of the frame is needed."""
    g.piece_of_page = True


def _frame() -> dict[str, Any]:
    at = now()
    if g.get("piece_of_page"):
        return {"now": at}
    with reading() as session:
        basis = public.basis(session, at)
    signed_in = current_user.is_authenticated
    return {
        "now": at,
        "basis": basis,
        "demo": settings().demo,
        "session_seconds": settings().session_idle_minutes * 60,
        "person": current_user._get_current_object() if signed_in else None,
        "unread": current_user.unread if signed_in else 0,
        **_navigation(signed_in),
    }


def _navigation(signed_in: bool) -> dict[str, list[Link]]:
    """The entries; what is public moves behind one entry where all together need a second line."""
    own = [_home(), *(_own() if signed_in else [])]
    public_ones = _public()
    if len(own) + len(public_ones) > ONE_LINE:
        return {"navigation": own, "public_navigation": public_ones}
    return {"navigation": [*own, *public_ones], "public_navigation": []}


def _own() -> list[Link]:
    """What somebody who has signed in may work on."""
    mine = [("inbox", "inbox.listing", _("待办"), "g i"), ("start", "start.listing", _("发起办理"), "")]
    if for_experts(current_user.actor):
        mine.append(("scoring", "scoring.listing", _("评分"), ""))
        mine.append(("experts", "experts.me", _("回避申明"), ""))
    if policy.ever(current_user.actor, "cycle.read"):
        mine.append(("department", "department.listing", _("年度情况"), ""))
    if policy.ever(current_user.actor, "document.produce"):
        mine.append(("documents", "documents.listing", _("文书"), ""))
    if policy.ever(current_user.actor, "expert.read"):
        mine.append(("experts", "experts.listing", _("专家库"), ""))
    if policy.ever(current_user.actor, "visit.read"):
        mine.append(("meetings", "meetings.visit_list", _("实地考察"), ""))
        mine.append(("announcing", "announcing.objection_list", _("异议办理"), ""))
    if policy.ever(current_user.actor, "title.list"):
        mine.append(("titles", "titles.titles", _("称号管理"), ""))
    if policy.ever(current_user.actor, "definition.deploy"):
        mine.append(("studio", "studio.listing", _("规则工作室"), ""))
    if for_operations(current_user.actor):
        mine.append(("inspector", "inspector.overview", _("运行监控"), ""))
    if policy.ever(current_user.actor, "organisation.read"):
        mine.append(("administration", "administration.home", _("组织与账号"), ""))
    if policy.ever(current_user.actor, "audit.read"):
        mine.append(("auditing", "auditing.listing", _("审计"), ""))
    if for_enterprise(current_user.actor):
        mine.insert(0, ("enterprise", "enterprise.home", _("我的申报"), ""))
    if for_area(current_user.actor):
        mine.append(("recommending", "recommending.overview", _("辖区申报"), ""))
    return [_link(*entry) for entry in mine]


def _public() -> list[Link]:
    """What everybody may read."""
    open_to_all = [
        ("guide_page", "public.guide_page", _("办事指南"), ""),
        ("notices", "public.notices", _("申报通知"), ""),
        ("announcements", "public.announcements", _("公示"), ""),
        ("publications", "public.publications", _("认定结果"), ""),
        ("register", "public.register", _("称号查询"), ""),
    ]
    return [_link(*entry) for entry in open_to_all]


def _home() -> Link:
    return _link("home", "public.home", _("首页"), "")


def for_enterprise(actor: Actor) -> bool:
    """Whether somebody acts or looks on for an enterprise: then its pages come first."""
    return any(grant.role in ENTERPRISE_ROLES for grant in actor.grants)


def for_experts(actor: Actor) -> bool:
    """Whether somebody scores, or leads a group of experts."""
    return any(grant.role in ("expert", "expert_leader") for grant in actor.grants)


def for_area(actor: Actor) -> bool:
    """Whether somebody works for a county or a city: then the applications of the area are theirs."""
    return any(grant.role in (*COUNTY, *CITY) for grant in actor.grants)


def for_operations(actor: Actor) -> bool:
    """Whether somebody keeps the machinery going; others who may look at it come from their own pages."""
    return any(grant.role in ("sysadmin", "process_owner") for grant in actor.grants)


def _link(group: str, endpoint: str, label: str, key: str) -> Link:
    return Link(label, url_for(endpoint), _group() == group, key=key)


def _group() -> str:
    """Which entry the page belongs to: the blueprint, or for public pages the first part of the view's name."""
    blueprint, _dot, view = (request.endpoint or "").partition(".")
    if blueprint == "tasks":
        return "inbox"
    if blueprint == "enterprise" and view.endswith(("messages", "calendar")):
        return "messages"
    if blueprint == "scoring" and current_user.is_authenticated and not for_experts(current_user.actor):
        return "department"  # the score table of a year is reached from the year
    if blueprint != "announcing" and view.startswith(("objection", "submit_objection")):
        return "announcements"
    singular = {"notice": "notices", "announcement": "announcements", "publication": "publications"}
    return singular.get(view, "register" if view == "title" else view) if blueprint == "public" else blueprint


def _here() -> str:
    """The address of this page, for coming back; the home page for answers to a POST."""
    return request.full_path.rstrip("?") if request.method == "GET" else url_for("public.home")
