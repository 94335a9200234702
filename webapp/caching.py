"""What may be held by caches: public pages for visitors who have not signed in, each with an ETag of its content.

A browser asks again each time and gets 304 while nothing has changed; a shared cache in front may answer for a
minute, which is what a public notice needs on its first morning. Everything else is never stored.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request, session
from flask_login import current_user

View = TypeVar("View", bound=Callable[..., Any])

SHARED = "public, max-age=0, s-maxage=60, must-revalidate"


def cacheable(view: View) -> View:
    """Mark a view whose answer is the same for everybody who has not signed in."""
    view.cacheable = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    """Give answers that may be held their ETag, and answer 304 to whoever has them already."""

    @app.after_request
    def conditional(response: Response) -> Response:
        if not may_be_held(response):
            return response
        response.set_etag(sha256(response.get_data()).hexdigest()[:32], weak=True)
        response.vary.update(("Cookie", "Accept-Encoding"))
        g.held = True
        return response.make_conditional(request)


def may_be_held(response: Response) -> bool:
    """Whether this answer holds nothing of its reader: no account, no message to them, no token of their session."""
    view = current_app.view_functions.get(request.endpoint or "")
    return (
        getattr(view, "cacheable", False)
        and request.method in ("GET", "HEAD")
        and response.status_code == 200
        and not current_user.is_authenticated
        and not session.modified
        and "csrf_token" not in g
        and "_flashes" not in session
    )


def held() -> bool:
    """Whether `conditional` let this answer be held."""
    return bool(g.get("held", False))
