"""What a worker answers over HTTP: /health/live for orchestrators, /metrics for monitoring. Nothing else."""

from collections.abc import Callable, Iterable
from hmac import compare_digest
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CONTENT_TYPE_LATEST

from engine.operation.workers import Heartbeat
from engine.runtime import Runtime
from webapp.exposition import exposition

Start = Callable[[str, list[tuple[str, str]]], Any]
JSON, PLAIN = "application/json", "text/plain; charset=utf-8"


class _Quiet(WSGIRequestHandler):
    """Writes no line for every look."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


class Door:
    """The application: whether this worker's ticks come to an end, and its figures."""

    def __init__(self, rt: Runtime, heart: Heartbeat, token: str | None) -> None:
        self._rt, self._heart, self._token = rt, heart, token

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if path == "/health/live":
            living = self._heart.works()
            return _answer(start, "200 OK" if living else "503 Service Unavailable", JSON, _live(living))
        if path == "/metrics" and self._may(environ):
            return _answer(start, "200 OK", CONTENT_TYPE_LATEST, exposition(self._rt))
        return _answer(start, "404 Not Found", PLAIN, b"")

    def _may(self, environ: dict[str, Any]) -> bool:
        if self._token is None:
            return str(environ.get("REMOTE_ADDR", "")) in ("127.0.0.1", "::1")
        given = str(environ.get("HTTP_AUTHORIZATION", ""))
        return compare_digest(given.encode(), f"Bearer {self._token}".encode())


def _live(living: bool) -> bytes:
    return b'{"live": "ok"}' if living else b'{"live": "stuck"}'


def _answer(start: Start, status: str, kind: str, body: bytes) -> list[bytes]:
    start(status, [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")])
    return [body]


def listen(address: str, door: Door) -> WSGIServer:
    """Answer at `host:port` from now on, beside the worker's own work. Raises OSError when the port is taken."""
    host, _, port = address.rpartition(":")
    server = make_server(host.strip("[]"), int(port), door, handler_class=_Quiet)  # type: ignore[arg-type]
    Thread(target=server.serve_forever, name="worker-port", daemon=True).start()
    return server
