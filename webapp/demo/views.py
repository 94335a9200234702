"""All addresses of the demonstration's own page. A real site answers 404: it has no clock to move."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from engine import mail
from engine.clock import BUSINESS_ZONE
from engine.shifted_clock import next_wake
from engine.store.work import Outbox
from webapp.access import everyone
from webapp.demo.looking import read_site
from webapp.i18n import gettext as _
from webapp.paging import page_of
from webapp.shared import now, reading, runtime, settings

blueprint = Blueprint("demo", __name__, url_prefix="/demo")

WHY = "demonstration only, not found otherwise: everybody may let its time pass"
AFTER_EXPIRY = datetime(2026, 1, 2, 9, tzinfo=BUSINESS_ZONE)
MAILS = 20  # on one page
_walking = Lock()  # one walk at a time: two would work for the same people


@blueprint.before_request
def only_in_a_demonstration() -> None:
    """Not found on a real site."""
    if not settings().demo:
        abort(404)


@blueprint.get("")
@everyone(WHY)
def show() -> str:
    """The present instant of the demonstration, and the ways to let time pass."""
    return render_template("demo/clock.html", next=next_wake(runtime()), steps=_steps())


@blueprint.get("/mail")
@everyone(WHY)
def mails() -> str:
    """What would have been mailed, newest first: a demonstration sends nothing."""
    newest = select(Outbox).where(Outbox.kind == mail.KIND).order_by(Outbox.id.desc())
    with reading() as session:
        page = page_of(session, newest, MAILS)
        rows = session.scalars(newest.offset(page.offset).limit(MAILS)).all()
    return render_template("demo/mail.html", rows=rows, page=page)


@blueprint.post("/clock")
@everyone(WHY)
def move() -> Any:
    """Let time pass: the invented people do their work on the way, what a visitor has taken waits for him."""
    from engine.programme import demo  # brings the rehearsal with it, which no other site needs

    to = _steps().get(request.form.get("step", ""))
    if to is None or not _walking.acquire(blocking=False):
        flash(_("演示时钟没有移动：正在前进，或这一步已经过去。请稍候刷新页面再试。"))
        return redirect(url_for("demo.show"))
    try:
        demo.go_on(runtime().settings, to, lambda share, text: None, read_site)
    finally:
        _walking.release()
    flash(_("演示时钟已前进。途中到期的事项已经处理，虚构人员已办理各自的任务。"))
    return redirect(url_for("demo.show"))


def _steps() -> Mapping[str, datetime]:
    """The steps that lie ahead, by name; the next deadline is where the programme itself waits."""
    from engine.programme import demo

    at = now()
    due = next_wake(runtime())
    steps = {
        "day": at + timedelta(days=1),
        "deadline": due or at,
        "fortnight": at + timedelta(days=14),
        "notice": demo.STAGES["notice"],
        "expiry": AFTER_EXPIRY,
    }
    return {name: to for name, to in steps.items() if to > at}
