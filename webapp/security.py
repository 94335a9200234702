"""Response headers of every page. The content security policy is data; exceptions per route are commented here.

Nothing is allowed inline: no script, no style, no event attribute. htmx works under this policy because its
own style element and its eval are switched off (frontend/src/site.js).
"""

from flask import Flask, Response, request

from webapp.caching import SHARED, held

POLICY: dict[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # data: for the check marks and arrows of Tabler's style sheet
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}

FRAMED = ("studio.previewed", "studio.previewed_with")
"""What our own pages may show in a frame: the preview of a form, without any effect."""

EXCEPTIONS: dict[str, dict[str, str]] = {
    "studio.preview": {"frame-src": "'self'"},  # it frames the form as a telephone and a desk show it
    **{framed: {"frame-ancestors": "'self'"} for framed in FRAMED},
    # The editors place what is drawn by style attributes.
    "studio.edit": {"style-src-attr": "'unsafe-inline'"},
}
"""Endpoint -> directives that differ there."""

UPLOADED = frozenset({"files.download", "files.preview"})
FOREIGN = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""The policy of bytes that people uploaded: whatever a browser takes them for, nothing in them runs or loads."""

HEADERS: dict[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

SECRETS = frozenset({"token", "verification"})
"""Parts of an address that open something."""
ORIGIN_ONLY = "strict-origin"
"""Of an address with a secret, only the name of the site goes on, here as elsewhere; CSRF protection asks for that."""

HSTS = "max-age=31536000; includeSubDomains"
ONE_YEAR = "public, max-age=31536000, immutable"


def content_security_policy(endpoint: str | None, status: int = 200) -> str:
    """The policy of one endpoint as a header value; an error page is ours, also in place of a file."""
    if endpoint in UPLOADED and status < 400:
        return FOREIGN
    directives = POLICY | EXCEPTIONS.get(endpoint or "", {})
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def init_app(app: Flask) -> None:
    """Put the headers on every response, error pages included."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = content_security_policy(
            request.endpoint, response.status_code
        )
        for name, value in HEADERS.items():
            response.headers[name] = value
        if request.endpoint in FRAMED:
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        if not SECRETS.isdisjoint(request.view_args or ()):
            response.headers["Referrer-Policy"] = ORIGIN_ONLY
        if app.config["HTTPS"]:
            response.headers["Strict-Transport-Security"] = HSTS
        response.headers["Cache-Control"] = caching(response)
        return response


def caching(response: Response) -> str:
    """Built assets carry their content in their name and never change; other pages may hold what is private."""
    if held():
        return SHARED
    built = request.endpoint == "static" and request.path.startswith("/static/build/")
    return ONE_YEAR if built and response.status_code < 400 else "no-store"
