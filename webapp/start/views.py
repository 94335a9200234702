"""All addresses of starting processes in one place."""

from typing import Any

from flask import Blueprint, render_template

from webapp.access import everyone, may, rule

blueprint = Blueprint("start", __name__, url_prefix="/start")


@blueprint.get("")
@rule("instance.start")
def listing() -> Any:
    """What this person may begin."""
    may("instance.start")
    return render_template("start/list.html", openings=[])


@blueprint.get("/objection")
@everyone("anybody may object (article 8)")
def objection() -> Any:
    """The objection form."""
    return render_template("start/list.html", openings=[])
