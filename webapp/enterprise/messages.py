"""/enterprise/messages: what a person was told, in the site for good; offices have theirs here, too."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.notifications.models import Notification
from engine.notifications.operations import KINDS, calendar_link, mark_read, of_person, unread
from webapp import access
from webapp.access import actor, rule
from webapp.enterprise.blueprint import blueprint
from webapp.paging import page_of
from webapp.shared import now, reading, writing

SIZE = 20


@blueprint.get("/messages")
@rule("message.read")
def messages() -> str:
    """The person's own messages, newest first; filters and page number stand in the address."""
    kind, only_unread = request.args.get("kind", ""), request.args.get("unread") == "1"
    query = of_person(actor().login, kind=kind if kind in KINDS else "", unread_only=only_unread)
    query = access.visible("message.read", query)
    with reading() as session:
        page = page_of(session, query, SIZE)
        rows = session.scalars(query.offset(page.offset).limit(SIZE)).all()
        return render_template(
            "enterprise/messages.html",
            rows=rows,
            kinds=KINDS,
            kind=kind,
            only_unread=only_unread,
            unread=unread(session, actor().login),
            page=page,
            calendar_since=calendar_link(session, actor().login),
            calendar_address=None,
        )


@blueprint.post("/messages/<int:message_id>/read")
@rule("message.read")
def read_message(message_id: int) -> Response:
    """Mark one message as read, and go where it leads when that was asked for; anybody else's is not found."""
    found = _own(message_id)
    with writing() as session:
        mark_read(session, actor().login, message_id, now())
    going = found.link if request.form.get("go") and found.link else _back()
    return redirect(going)


@blueprint.post("/messages/read")
@rule("message.read")
def read_all() -> Response:
    """Mark all of the person's messages as read."""
    access.asked_for_each("message.read")
    with writing() as session:
        mark_read(session, actor().login, None, now())
    return redirect(url_for("enterprise.messages"))


def _own(message_id: int) -> Notification:
    with reading() as session:
        found = session.get(Notification, message_id)
    if found is None or not access.may("message.read", found):
        abort(404)
    return found


def _back() -> str:
    """The list as it was: its filters come along in the form."""
    kept: dict[str, Any] = {
        name: request.form[name] for name in ("kind", "unread", "page") if request.form.get(name)
    }
    return url_for("enterprise.messages", **kept)
