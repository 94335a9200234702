"""Insert a phrase into an answer on the server, for who has no scripts."""

import re
from collections.abc import Mapping
from typing import Any

from flask import request

from engine.collaboration.phrases import find
from webapp.access import actor
from webapp.shared import reading

_PATH = re.compile(r"\w+")


def phrased(body: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with the chosen phrase appended to the chosen one; as they were when either is none of mine."""
    chosen, into = request.form.get("_phrase", ""), request.form.get("_phrase_into", "")
    before = body.get(into)
    fits = _PATH.fullmatch(into) and (before is None or isinstance(before, str))
    if not fits or not (chosen.isascii() and chosen.isdigit() and len(chosen) < 10):
        return dict(body)
    with reading() as session:
        phrase = find(session, actor(), int(chosen))
    return dict(body) if phrase is None else {**body, into: (before or "") + phrase.text}
