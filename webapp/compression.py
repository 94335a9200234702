"""Compressed answers: built files and public pages, never what belongs to one person.

A page of one person that repeats something from its address could be guessed at by its compressed length
(BREACH); so only what everybody gets alike is compressed here.
"""

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

from webapp.caching import held

TYPES = frozenset(
    {
        "text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml", "text/csv",
        "application/json", "application/atom+xml", "application/xml", "text/plain",
    }
)  # fmt: skip
LEAST = 1024
"""Bytes below which compressing gains nothing."""


def init_app(app: Flask) -> None:
    """Compress for whoever accepts gzip."""

    @app.after_request
    def compress(response: Response) -> Response:
        built = request.endpoint == "static" and request.path.startswith("/static/build/")
        if not (built or held()) or response.status_code != 200 or response.mimetype not in TYPES:
            return response
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] <= 0 or "Content-Range" in response.headers:
            return response
        return _compressed(app, response, built=built)


def _compressed(app: Flask, response: Response, *, built: bool) -> Response:
    if built:
        body = _of_file(Path(str(app.static_folder)) / request.path.removeprefix("/static/"))
        response.direct_passthrough = False
        response.close()
    else:
        plain = response.get_data()
        if len(plain) < LEAST:
            return response
        body = gzip.compress(plain, 6, mtime=0)
    response.set_data(body)
    response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=32)
def _of_file(file: Path) -> bytes:
    """A built file, whose name changes with its content, compressed once."""
    return gzip.compress(file.read_bytes(), 9, mtime=0)
