"""Small things that the pages of operations share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import flash, redirect, request, url_for

from engine.errors import NotAllowed, NotFound, Refusal
from engine.masking import Reader
from engine.operating import batches
from engine.operating.acts import Deed
from engine.operating.doing import do
from engine.store import json
from webapp.access import actor
from webapp.inspector.actions import reason_in
from webapp.shared import runtime

LONGEST = 4_000


def done(said: str, address: str) -> Any:
    """Say what was done on the page that comes next."""
    flash(said)
    return redirect(address)


def attempt(act: str, key: int, page: Callable[[int, Refusal], str]) -> tuple[str, int] | None:
    """Do an act for the reason that the form gives; its page again with why it was refused, None when it was done."""
    seen = request.form.get("seen") or None  # the preview's mark: nobody acts on what has moved since
    try:
        do(runtime(), actor(), Deed(act, key, {}, reason_in(request.form)), seen)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return page(key, refusal), refusal.status
    return None


def planned(act: str, keys: Sequence[int], chosen: Mapping[str, Any]) -> Any:
    """Plan a batch of an act, no larger than batches may be, for the reason that the form gives; go to its page."""
    batch = batches.plan(runtime(), actor(), act, keys[: batches.MOST], reason_in(request.form), {}, chosen)
    return redirect(url_for("inspector.batch", batch=batch))


def scrap(eyes: Reader, payload: Any) -> str:
    """A payload as its reader may see it, as text; a long one is cut."""
    text = json.pretty(eyes.payload(payload))
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"
