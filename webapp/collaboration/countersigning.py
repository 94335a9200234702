"""Ask for countersignatures, withdraw a request, countersign."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from engine import commands
from engine.collaboration.countersigns import waiting_for
from engine.collaboration.models import Countersignature, CountersignRequest
from engine.errors import NotAllowed, NotFound, Refusal
from engine.programme.subjects import subjects
from engine.store.instances import Instance
from engine.store.tasks import UserTask
from webapp import access
from webapp.access import actor, rule
from webapp.collaboration.blueprint import blueprint
from webapp.collaboration.saying import given, home, say
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.names import people_names
from webapp.shared import reading, runtime
from webapp.tasks import scopes
from webapp.tasks.materials import earlier


@blueprint.post("/tasks/<int:id>/countersign")
@rule("task.countersign")
def ask(id: int) -> Any:
    """Ask colleagues to countersign a task that one holds."""
    access.by_command("task.countersign")
    to, note = given("to"), given("note")
    return say(id, "ask", lambda: _asked(commands.ask_countersign(runtime(), actor(), id, to, note)))


def _asked(names: list[str]) -> str:
    return _("已请%(names)s会签。会签完成之前不能提交。", names="、".join(names))


@blueprint.post("/countersign/<int:id>/withdraw")
@rule("task.countersign")
def withdraw(id: int) -> Any:
    """Take a request back, with a reason."""
    access.by_command("task.countersign")
    with reading() as session:
        found = session.get(CountersignRequest, id)
    if found is None:
        raise NotFound(what_zh="这项会签", what_en="This request")
    try:
        commands.withdraw_countersign(runtime(), actor(), id, given("reason"))
        flash(_("会签已撤回。"))
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        flash(refusal.message(language()))
    return redirect(home(found.task_id))


@blueprint.get("/countersign")
@rule("countersign.give")
def listing() -> str:
    """What I am asked to countersign."""
    access.asked_for_each("countersign.give")
    with reading() as session:
        rows = waiting_for(session, actor().login)
        names = people_names(session, {request.asked_by for request, _task in rows})
        known = subjects(session, [task.business_key for _request, task in rows])
    return render_template("collaboration/countersigns.html", rows=rows, names=names, subjects=known)


@blueprint.get("/countersign/<int:id>")
@rule("countersign.give")
def show(id: int) -> str:
    """What is to be countersigned, with what was submitted before as far as this person may read it."""
    return _page(id)


@blueprint.post("/countersign/<int:id>")
@rule("countersign.give")
def sign(id: int) -> Any:
    """Countersign. What was typed survives a refusal."""
    access.by_command("countersign.give")
    try:
        result = request.form.get("result", "")
        if result not in ("agree", "disagree"):
            raise NoResult()
        commands.countersign(runtime(), actor(), id, agree=result == "agree", opinion=given("opinion"))
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(id, refusal.message(language())), refusal.status
    flash(_("会签意见已提交，不能再改。"))
    return redirect(url_for("collaboration.listing"))


class NoResult(Refusal):
    """Neither agreed nor disagreed."""

    zh = "请选择同意或不同意。"
    en = "Choose to agree or to disagree."
    status = 422


def _page(id: int, refusal: str = "") -> str:
    with reading() as session:
        found = session.get(CountersignRequest, id)
        if found is None or not access.may("countersign.give", found):
            raise NotFound(what_zh="这项会签", what_en="This request")
        task = session.get_one(UserTask, found.task_id)
        answer = session.query(Countersignature).filter_by(request_id=id).one_or_none()
        names = people_names(session, {found.asked_by})
        variables = scopes.variables(session, task, session.get_one(Instance, task.instance_id))
        return render_template(
            "collaboration/countersign.html",
            request_row=found,
            task=task,
            answer=answer,
            asked_by=names.get(found.asked_by, found.asked_by),
            subject=subjects(session, [task.business_key]).get(task.business_key or ""),
            materials=earlier(session, task, variables),
            refusal=refusal,
            given=request.form,
            has_errors=bool(refusal),
        )
