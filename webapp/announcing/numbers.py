"""A document number as it is typed: brackets put right, form checked, free or taken."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from engine.errors import Refusal
from engine.programme.documents.operations import require_free
from forms.kinds import KINDS
from webapp import access, shell
from webapp.access import rule
from webapp.announcing.blueprint import blueprint
from webapp.i18n import language
from webapp.shared import reading

LONGEST = 60


@dataclass(frozen=True, slots=True)
class Number:
    """What is said of a number: as it will be kept, and why it cannot be used (empty: it can)."""

    text: str
    problem: str


def judged(typed: str) -> Number | None:
    """The number as it will be kept, and whether it is free; None for nothing typed."""
    text = KINDS["docno"].normalise(typed[:LONGEST])
    if not text:
        return None
    with reading() as session:
        try:
            require_free(session, text)
        except Refusal as refusal:
            return Number(text, refusal.message(language()))
    return Number(text, "")


@blueprint.get("/number")
@rule("announcement.read")
def number() -> Any:
    """Whether a document number can be used, as a piece of the page for scripts; the submission checks it again."""
    access.require("announcement.read")
    shell.leave_out()
    return render_template("announcing/number.html", number=judged(request.args.get("number", "")))
