"""Event logs of processes, for tools of process mining."""

from datetime import timedelta
from typing import Any

from flask import Response, render_template, request, stream_with_context

from engine import eventlog
from engine.clock import in_business_zone
from engine.errors import Refusal
from engine.eventlog import FORMATS, Period
from engine.store.definitions import PROCESS
from webapp import access
from webapp.access import actor, rule
from webapp.auditing.blueprint import blueprint
from webapp.auditing.chain import days
from webapp.downloads import as_file
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.names import process_names
from webapp.shared import now, reading, runtime


@blueprint.get("/events")
@rule("events.export")
def events() -> str:
    """The form."""
    access.require("events.export")
    return _page()


@blueprint.post("/events")
@rule("events.export")
def take_events() -> Any:
    """The file, as it is read."""
    access.require("events.export")  # before what the form says is judged
    form = request.form
    kind = "csv" if form.get("format") == "csv" else "xes"
    process = form.get("process", "")
    try:
        first, last = days(form)
        pieces = eventlog.export(
            runtime(), actor(), process, Period(first, last), kind, form.get("reason", "")
        )
    except Refusal as refused:
        return _page(refused.message(language())), refused.status
    answer = Response(stream_with_context(pieces), content_type=FORMATS[kind])
    return as_file(answer, f"{_('事件日志')}-{process}-{first}-{last}.{kind}")


def _page(error: str = "") -> str:
    today = in_business_zone(now()).date()
    with reading() as session:
        runtime().definitions.refresh(session)
        names = process_names(session, sorted(runtime().definitions.ids(PROCESS)))
    return render_template(
        "auditing/events.html",
        processes=names.items(),
        error=error,
        first=today - timedelta(days=365),
        today=today,
        whole=access.may("audit.export"),
    )
