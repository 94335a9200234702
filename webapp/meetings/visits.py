"""Site visits: the list of the department, who is sent, and the desks of planning and recording."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.errors import Refusal
from engine.policy import ROLES
from engine.programme.applications.models import Application
from engine.programme.applications.operations import require as require_application
from engine.programme.public import current_cycle
from engine.programme.reviews.blind import JUDGES
from engine.programme.reviews.models import SiteVisit
from engine.programme.visits import operations as register
from engine.programme.visits.models import VisitOrder
from engine.store.people import Account, Organisation, RoleGrant
from engine.store.tasks import CREATED, UserTask
from forms.errors import InvalidForm
from forms.viewmodel import FormView
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import language, pick
from webapp.meetings.blueprint import blueprint
from webapp.names import people_names
from webapp.shared import now, reading, runtime
from webapp.tasks import desks
from webapp.tasks.reading import TaskPage

STATES = ("plan", "visit", "sign", "done")
MOST = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """One ordered visit as the list shows it."""

    order: VisitOrder
    application: Application
    record: SiteVisit | None
    task: UserTask | None

    @property
    def state(self) -> str:
        """plan, visit, sign or done."""
        if self.record is not None:
            return "done"
        element = self.task.element_id if self.task else ""
        return {"plan_visit": "plan", "visit_sign": "sign"}.get(element, "visit")


@blueprint.get("/visits")
@rule("visit.read")
def visit_list() -> str:
    """Who is to be visited in a cycle, why, by whom, and how far that is."""
    access.require("visit.read")
    with reading() as session:
        return _page(session)


def _page(session: Session, problems: Mapping[int, str] | None = None) -> str:
    year = _year(session)
    found = _visits(session, year)
    wanted = request.args.get("state", "")
    shown = [visit for visit in found if not wanted or visit.state == wanted]
    logins = {login for v in found for login in (v.order.leader, v.order.second) if login}
    return render_template(
        "meetings/visits.html",
        year=year,
        visits=shown,
        states=STATES,
        wanted=wanted,
        counts=Counter(visit.state for visit in found),
        people=_people(session) if access.may("visit.plan") else [],
        names=_names(session, logins),
        may_plan=access.may("visit.plan"),
        problems=problems or {},
        today=now().date(),
        has_errors=bool(problems),
    )


def _year(session: Session) -> int:
    asked = request.args.get("year", "")
    if asked.isascii() and asked.isdigit() and len(asked) == 4:
        return int(asked)
    cycle = current_cycle(session)
    return cycle.year if cycle else now().year


def _visits(session: Session, year: int) -> list[Visit]:
    rows = register.listed(session, year)
    numbers = [order.application_no for order, _application, _record in rows]
    elements = ("plan_visit", "site_visit", "visit_sign")
    query = select(UserTask).where(
        UserTask.state == CREATED, UserTask.element_id.in_(elements), UserTask.business_key.in_(numbers)
    )
    tasks = {task.business_key: task for task in session.scalars(query)}
    return [Visit(order, item, record, tasks.get(order.application_no)) for order, item, record in rows]


Groups = list[tuple[str, list[tuple[str, str]]]]


def _names(session: Session, logins: set[str]) -> dict[str, str]:
    """What visitors are called; who may know neither experts nor scores reads that it was one (I19)."""
    names = people_names(session, logins)
    if access.may("score.read"):
        return names
    held = select(RoleGrant.login).where(RoleGrant.login.in_(logins), RoleGrant.role.in_(JUDGES))
    return {**names, **{login: _("专家") for login in session.scalars(held)}}


def _people(session: Session, among: Sequence[Account] | None = None) -> Groups:
    """Who may be sent, by duty: login and name, of an agency its own, of two with one name the account, too."""
    people = {p.login: p for p in (register.visitors(session) if among is None else among)}
    grants = session.execute(
        select(RoleGrant.login, RoleGrant.role, Organisation.name)
        .join(Organisation, Organisation.code == RoleGrant.organisation)
        .where(RoleGrant.login.in_(people), RoleGrant.revoked_at.is_(None))
    ).all()
    duty = {login: (role, office) for login, role, office in grants if role in register.VISITORS}
    groups: Groups = []
    for role in register.VISITORS:
        mine = [p for login, p in people.items() if duty.get(login, ("", ""))[0] == role]
        shared = Counter(p.name for p in mine)
        rows = [
            (p.login, _words(p, duty[p.login][1] if role == "agency" else "", shared[p.name] > 1))
            for p in mine
        ]
        groups += [(pick(*ROLES[role]), rows)] if rows else []
    return groups


def _words(person: Account, office: str, shared: bool) -> str:
    words = f"{person.name}（{office}）" if office else person.name
    return f"{words} {person.login}" if shared else words


@blueprint.post("/visits")
@rule("visit.plan")
def plan_visits() -> Any:
    """Send two people to every application that was ticked: each is a task, completed as by itself."""
    access.require("visit.plan")
    body = {name: request.form.get(name, "") for name in ("leader", "second", "planned_on", "note")}
    problems: dict[int, str] = {}
    done = 0
    for text in request.form.getlist("task")[:MOST]:
        if not (text.isascii() and text.isdigit()):
            continue
        try:
            commands.complete(runtime(), actor(), int(text), {k: v for k, v in body.items() if v})
            done += 1
        except InvalidForm as refusal:
            problems[int(text)] = "；".join(e.zh if language() == "zh" else e.en for e in refusal.errors)
        except Refusal as refusal:
            problems[int(text)] = refusal.message(language())
    if problems or not done:
        with reading() as session:
            return _page(session, problems or {0: _("没有勾选要安排的申报。")}), 422
    flash(_("已安排 %(n)s 项实地考察。", n=done))
    return redirect(url_for("meetings.visit_list", year=request.args.get("year")))


def plan_facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The desk of planning one visit: why it was ordered, and who may go."""
    number = str(page.task.business_key)
    with reading() as session:
        application = require_application(session, number)
        people = [(p, register.unfit(session, application, p.login)) for p in register.visitors(session)]
        return {
            "order": register.find(session, number),
            "application": application,
            "fit": _people(session, [p for p, why in people if why is None]),
            "today": now().date(),
        }


def visit_facts(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The desk of recording one: why it was ordered, who was sent, what the application claims."""
    number = str(page.task.business_key)
    with reading() as session:
        order = register.find(session, number)
        logins = {order.leader, order.second} if order else set()
        return {
            "order": order,
            "application": require_application(session, number),
            "names": (names := people_names(session, logins)),
            "begun": lambda view: _begun(page, data, order, names) or view,
        }


def _begun(
    page: TaskPage, data: Mapping[str, Any], order: VisitOrder | None, names: Mapping[str, str]
) -> FormView | None:
    """The record as it begins: the two who were sent, the day that was planned; None once it is being filled in."""
    if data or order is None or not order.planned_on:
        return None
    sent = [{"name": names.get(login or "", login or "")} for login in (order.leader, order.second)]
    return page.view({"visited_on": order.planned_on.isoformat(), "members": sent})


desks.register("visit_plan", template="meetings/visit_plan.html", facts=plan_facts)
desks.register("visit", template="meetings/visit.html", facts=visit_facts)
