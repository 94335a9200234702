"""`/metrics` for Prometheus: with the token of LUZHI_METRICS_TOKEN, or, without one, from this machine itself.

Whoever may not is told that there is nothing. A request that came through a proxy is never from this machine.
"""

from hmac import compare_digest
from ipaddress import ip_address

from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST

from webapp.access import everyone
from webapp.exposition import exposition
from webapp.shared import runtime, settings

blueprint = Blueprint("metrics", __name__)

FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")


@blueprint.get("/metrics")
@everyone(
    "the monitoring system shows a token, or asks from this machine; nobody else learns that it is there"
)
def figures() -> Response:
    """Counts and durations; no name, no business key, no content."""
    if not _may():
        abort(404)
    return Response(exposition(runtime()), content_type=CONTENT_TYPE_LATEST)


def _may() -> bool:
    token = settings().metrics_token
    if token is None:
        return _from_here()
    given = request.headers.get("Authorization", "")
    return compare_digest(given.encode(), f"Bearer {token.get_secret_value()}".encode())


def _from_here() -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
