"""The calendar of deadlines: a file at a secret address that a calendar program reads without signing in.

The address is shown once and can be replaced or ended at any time; only its hash is kept.
"""

from datetime import datetime
from urllib.parse import urlsplit

from flask import Response, abort, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from engine.notifications import operations
from engine.notifications.ics import Deadline, calendar
from engine.policy import Actor
from engine.programme.subjects import subjects
from engine.store.tasks import UserTask
from webapp import people
from webapp.access import actor, asked_for_each, everyone, rule
from webapp.enterprise.blueprint import blueprint
from webapp.enterprise.standing import codes_of, open_tasks
from webapp.i18n import gettext as _
from webapp.shared import now, reading, runtime, writing


@blueprint.get("/calendar/<token>.ics")
@everyone("the address itself is the secret: calendar programs cannot sign in")
def calendar_file(token: str) -> Response:
    """The deadlines of the open tasks of the owner's enterprises. Not found once the address has ended."""
    with reading() as session:
        login = operations.calendar_owner(session, token)
        owner = people.load(session, login) if login else None
        if owner is None:
            abort(404)
        content = calendar(_("鲁智期限"), _deadlines(session, owner.actor), now(), _host())
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="luzhi.ics"'
    return answer


@blueprint.post("/calendar")
@rule("message.read")
def new_calendar() -> str:
    """Make a new address, which ends the former, and show it this once."""
    asked_for_each("message.read")
    with writing() as session:
        token = operations.new_calendar_link(session, actor().login, now())
    address = runtime().settings.site_url.rstrip("/") + url_for("enterprise.calendar_file", token=token)
    return render_template("enterprise/calendar.html", address=address)


@blueprint.post("/calendar/end")
@rule("message.read")
def end_calendar() -> AnyResponse:
    """End the address: whoever has it sees nothing any more."""
    asked_for_each("message.read")
    with writing() as session:
        operations.end_calendar_links(session, actor().login, now())
    flash(_("日历地址已作废。"))
    return redirect(url_for("enterprise.messages"))


def _deadlines(session: Session, owner: Actor) -> list[Deadline]:
    tasks = open_tasks(session, codes_of(owner))
    about = subjects(session, [task.business_key for task in tasks])
    return [
        _deadline(task, task.due, about[task.business_key].name if task.business_key in about else "")
        for task in tasks
        if task.due is not None
    ]


def _deadline(task: UserTask, due: datetime, name: str) -> Deadline:
    english = task.properties.get("luzhi:name_en") or task.name
    then = task.properties.get("luzhi:onDeadline", "")
    then_en = task.properties.get("luzhi:onDeadline_en", "")
    return Deadline(
        f"task:{task.id}",
        due,
        f"{task.name} {english}" + (f" · {name}" if name else ""),
        "\n".join(text for text in (task.business_key or "", then, then_en) if text),
        f"{runtime().settings.site_url.rstrip('/')}{url_for('tasks.show', id=task.id)}",
    )


def _host() -> str:
    return urlsplit(runtime().settings.site_url).hostname or "localhost"
