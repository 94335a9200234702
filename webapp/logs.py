"""One line for every request, and a number that its answer, its log lines and a problem's page share.

The number is the proxy's `X-Request-Id` where a proxy stands in front (LUZHI_PROXIES), else one of ours; it goes back
with the answer. Addresses are not logged: they may hold what opens something. The endpoint is.
"""

import re
import secrets
from time import perf_counter

import structlog
from flask import Flask, Response, g, request

from engine import logs, meters
from webapp.shared import runtime, settings

log = structlog.get_logger(__name__)

HEADER = "X-Request-Id"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
QUIET = frozenset({"static", "health.live", "health.ready", "metrics.figures"})
"""Machines ask these every few seconds: they are counted, not logged."""


def number() -> str:
    """The number of this request."""
    if "request_number" not in g:
        g.request_number = _given() or secrets.token_hex(6)
    return str(g.request_number)


def _given() -> str | None:
    given = request.headers.get(HEADER, "")
    return given if settings().proxies and _GIVEN.fullmatch(given) else None


def knows(account: int) -> None:
    """Who asks is known now: the number of the account stands in every line from here on."""
    logs.bind(actor=account)


def init_app(app: Flask) -> None:
    """Bind the number before anything else happens; log and count when the answer is there."""

    @app.before_request
    def begin() -> None:
        logs.forget()
        logs.bind(request_id=number(), endpoint=request.endpoint)
        g.begun = perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = number()
        seconds = perf_counter() - g.get("begun", perf_counter())
        endpoint = request.endpoint or "none"
        counted = meters.meters()
        counted.requests.labels(endpoint, response.status_code).inc()
        counted.request_seconds.labels(endpoint).observe(seconds)
        counted.connections.set(_connections())
        if endpoint not in QUIET:
            ms = round(seconds * 1000)
            log.info("request", method=request.method, status=response.status_code, ms=ms)
        return response


def _connections() -> int:
    """Connections of this process that are in use; 0 for a pool that does not count."""
    count = getattr(runtime().engine.pool, "checkedout", None)
    return int(count()) if count is not None else 0
