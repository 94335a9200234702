"""The steps of a change by a click: check, submit, approve, send back, withdraw, deploy, plan, go back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for

from engine.clock import BUSINESS_ZONE
from engine.errors import NotAllowed, NotFound, Refusal
from engine.studio.drafts import approving, deploying, drafting, readiness, rebasing, restoring
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.shared import runtime
from webapp.studio.blueprint import blueprint
from webapp.studio.changes_pages import page

ACTION = drafting.ACTION


class NoTime(Refusal):
    """What was entered is no date and time."""

    zh = "请填写部署的日期和时间，例如 2024-06-30 09:00。"
    en = "Enter date and time of the deployment, for example 2024-06-30 09:00."
    status = 422


def _step(change: int, act: Callable[[], object], done: str) -> Any:
    """Do it and say so on the page of the change; a refusal stands on top of that page."""
    try:
        act()
    except (NotFound, NotAllowed):
        raise
    except Refusal as refusal:
        return page(change, refusal.told(language())), refusal.status
    flash(done)
    return redirect(url_for("studio.change", change=change))


@blueprint.post("/changes/<int:change>/check")
@rule(ACTION)
def check(change: int) -> Any:
    """Play all scenarios on the drafts; what comes of it stands on the page."""
    access.require(ACTION)
    return _step(change, lambda: readiness.check(runtime(), change), _("检查完成，结果见下。"))


@blueprint.post("/changes/<int:change>/submit")
@rule(ACTION)
def submit(change: int) -> Any:
    """Hand it in for approval."""
    access.require(ACTION)
    done = _("已提交，并通知了其他流程管理员。")
    return _step(change, lambda: approving.submit(runtime(), actor(), change), done)


@blueprint.post("/changes/<int:change>/approve")
@rule(ACTION)
def approve(change: int) -> Any:
    """Approve the contents that the page showed."""
    access.require(ACTION)
    contents, note = request.form.get("contents", ""), request.form.get("note", "")
    return _step(
        change,
        lambda: approving.approve(runtime(), actor(), change, contents, note),
        _("已批准，可以部署。"),
    )


@blueprint.post("/changes/<int:change>/send-back")
@rule(ACTION)
def send_back(change: int) -> Any:
    """Make it a draft again, saying why."""
    access.require(ACTION)
    note = request.form.get("note", "")
    return _step(change, lambda: approving.send_back(runtime(), actor(), change, note), _("已退回编辑。"))


@blueprint.post("/changes/<int:change>/withdraw")
@rule(ACTION)
def withdraw(change: int) -> Any:
    """Close it without deploying."""
    access.require(ACTION)
    note = request.form.get("note", "")
    return _step(change, lambda: approving.withdraw(runtime(), actor(), change, note), _("已撤回。"))


@blueprint.post("/changes/<int:change>/deploy")
@rule(ACTION)
def deploy(change: int) -> Any:
    """Deploy it at once."""
    access.require(ACTION)
    done = _("已部署，新案件按新规则办理。")
    return _step(change, lambda: deploying.deploy_change(runtime(), actor(), change), done)


@blueprint.post("/changes/<int:change>/plan")
@rule(ACTION)
def plan(change: int) -> Any:
    """Have it deployed at a date, or (with an empty one) not."""
    access.require(ACTION)
    text = request.form.get("at", "").strip()
    if not text:
        return _step(
            change, lambda: deploying.unplan(runtime(), actor(), change), _("已取消定时，仍可立即部署。")
        )
    return _step(change, lambda: deploying.plan(runtime(), actor(), change, _at(text)), _("已定时。"))


def _at(text: str) -> datetime:
    """Date and time as entered, in the business time zone. Raises NoTime."""
    try:
        found = datetime.fromisoformat(text.replace("：", ":"))
    except ValueError:
        raise NoTime() from None
    if found.tzinfo is not None:
        raise NoTime()
    return found.replace(tzinfo=BUSINESS_ZONE)


@blueprint.post("/changes/<int:change>/files/<file>/leave-out")
@rule(ACTION)
def leave_out(change: int, file: str) -> Any:
    """Take a file out of the change again."""
    access.require(ACTION)
    done = _("已移出文件 %(file)s，保存过的内容仍保留。", file=file)
    return _step(change, lambda: drafting.leave_out(runtime(), actor(), change, file), done)


@blueprint.post("/changes/<int:change>/files/<file>/rebase")
@rule(ACTION)
def rebase(change: int, file: str) -> Any:
    """Take over what is deployed now, or keep the draft, having seen both."""
    access.require(ACTION)
    theirs, seen = request.form.get("keep") == "theirs", request.form.get("seen", "")
    done = _("已采用现行内容。") if theirs else _("已确认以现行版本为基础，保留您的内容。")
    act = lambda: rebasing.rebase(runtime(), actor(), change, file, seen, theirs=theirs)  # noqa: E731
    return _step(change, act, done)


@blueprint.post("/deployments/<int:id>/roll-back")
@rule(ACTION)
def roll_back(id: int) -> Any:
    """Begin a change with the content from before a deployment, and submit it."""
    access.require(ACTION)
    return _back(lambda: restoring.roll_back(runtime(), actor(), id))


@blueprint.post("/<string:what>/<string:definition_id>/<int:version>/restore")
@rule(ACTION)
def restore(what: str, definition_id: str, version: int) -> Any:
    """Begin a change with the content of an older version, and submit it."""
    access.require(ACTION)
    return _back(lambda: restoring.restore(runtime(), actor(), what, definition_id, version))


def _back(begin: Callable[[], int]) -> Any:
    """What cannot be submitted stays a draft and says why."""
    number = begin()
    done = _("已按旧内容新建变更并提交，请另一位流程管理员批准后部署。")
    return _step(number, lambda: approving.submit(runtime(), actor(), number), done)
