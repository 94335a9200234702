"""How many tasks have come to a list since it was shown: one small count, and 304 while it is the same.

Pages ask now and then and say it in a line above the list; the list itself never jumps. Asking keeps no session
alive (`webapp.sessions`).
"""

from datetime import datetime
from hashlib import sha256

from flask import Response, abort, jsonify, request

from engine.clock import in_business_zone
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.inbox import filters, query, sources
from webapp.inbox.asked import known, moment
from webapp.inbox.blueprint import blueprint
from webapp.shared import reading


@blueprint.get("/inbox/news/<tab>")
@rule("task.read")
def news(tab: str) -> Response:
    """How many tasks came since `since` (an instant, ISO 8601) that meet the filters; with an ETag."""
    tab, wished, since = known(tab), filters.read(request.args), _since()
    access.asked_for_each("task.read")
    with reading() as session:
        count = 0 if tab == sources.DONE else query.since(session, actor(), tab, wished, moment(), since)
    answer = jsonify(count=count, text=_("%(n)s 条新待办 – 刷新", n=count) if count else "")
    answer.set_etag(sha256(f"{tab} {since.isoformat()} {count}".encode()).hexdigest()[:32])
    return answer.make_conditional(request)  # type: ignore[no-any-return, unused-ignore]


def _since() -> datetime:
    try:
        return in_business_zone(datetime.fromisoformat(request.args.get("since", "")))
    except ValueError:
        abort(400)
