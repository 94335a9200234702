"""Small things that the pages of operations share."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request

from engine.masking import Reader
from engine.store import json
from webapp.inspector.actions import MOST_REASON

LONGEST = 4_000


def done(said: str, address: str) -> Any:
    """Say what was done on the page that comes next."""
    flash(said)
    return redirect(address)


def kept(form: Mapping[str, str]) -> str:
    """The reason that a form gives."""
    return form.get("reason", "").strip()[:MOST_REASON]


def seen() -> str | None:
    """The mark of the preview that the page showed, so that nobody acts on what has moved since."""
    return request.form.get("seen") or None


def scrap(eyes: Reader, payload: Any) -> str:
    """A payload as its reader may see it, as text; a long one is cut."""
    text = json.pretty(eyes.payload(payload))
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"
