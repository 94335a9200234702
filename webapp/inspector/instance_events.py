"""The event log of one instance for tools of process mining: asked for with a reason, noted in the trail."""

from typing import Any

from flask import Response, render_template, request, stream_with_context

from engine import eventlog
from engine.errors import NotFound, Refusal
from engine.eventlog import FORMATS
from webapp import access
from webapp.access import actor, rule
from webapp.downloads import as_file
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.inspector.actions import reason_in
from webapp.inspector.blueprint import blueprint
from webapp.inspector.instance_shown import shown
from webapp.shared import reading, runtime


@blueprint.get("/instances/<int:key>/events")
@rule("events.export")
def instance_events(key: int) -> str:
    """The form. Raises NotFound."""
    access.require("events.export")
    return _page(key)


@blueprint.post("/instances/<int:key>/events")
@rule("events.export")
def take_instance_events(key: int) -> Any:
    """The file, as it is read. Raises NotFound."""
    access.by_command("events.export")
    kind = "csv" if request.form.get("format") == "csv" else "xes"
    try:
        pieces = eventlog.export_one(runtime(), actor(), key, kind, reason_in(request.form))
    except NotFound:
        raise
    except Refusal as refused:
        return _page(key, refused), refused.status
    answer = Response(stream_with_context(pieces), content_type=FORMATS[kind])
    return as_file(answer, f"{_('事件日志')}-{key}.{kind}")


def _page(key: int, refusal: Refusal | None = None) -> str:
    with reading() as session:
        return render_template(
            "inspector/instance_events.html", page=shown(session, key), refusal=refusal, language=language()
        )
