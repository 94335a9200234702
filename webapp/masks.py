"""Masks in templates: `{{ mobile | masked("phone") }}`; and the eyes of whoever asks, made once a request."""

from collections.abc import Callable, Mapping

from flask import Flask, g
from sqlalchemy.orm import Session

from engine import masking
from webapp.access import actor
from webapp.i18n import language

KINDS: Mapping[str, Callable[[str | None], str]] = {
    "login": masking.masked_login,
    "name": masking.masked_name,
    "phone": masking.masked_phone,
    "email": masking.masked_email,
    "id": masking.masked_id,
    "uscc": masking.masked_uscc,
}


def init_app(app: Flask) -> None:
    """Give every template the filter."""
    app.jinja_env.filters["masked"] = masked


def masked(text: str | None, kind: str = "name") -> str:
    """The text under the mask of its kind. Who must not be named at all is not for this: see `eyes`."""
    return KINDS[kind](text)


def eyes(session: Session) -> masking.Reader:
    """What the person who asks may see of logins, names, variables, history and trail."""
    if "eyes" not in g:
        g.eyes = masking.reader(session, actor(), language())
    found: masking.Reader = g.eyes
    return found
