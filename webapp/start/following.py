"""Start forms follow what is typed into them: the parts that other answers change come back, nothing is kept."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import render_template, request
from markupsafe import Markup

from forms import Form, FormView
from webapp import shell
from webapp.tasks import changes

STAMP = ""
"""A start form has none: every answer that may move something asks about all of it."""
Answers = Mapping[str, Any]


def attributes(form: Form | None, address: str) -> Markup:
    """The attributes of a form whose answers move other parts of it; none for one that stands still."""
    if form is None or not form.moving:
        return Markup()
    moving = " ".join(sorted(form.moving))
    return Markup(' data-follow="{}" data-moving="{}"').format(address, moving)


def shown(view: FormView | None) -> str:
    """What the page shows, as it sends it along."""
    return changes.shown(view, STAMP) if view else ""


def redrawn(form: Form, view: Callable[[Answers], FormView | None]) -> str:
    """The parts that look different for the answers which the request brings. Raises InvalidForm."""
    found = view(form.decode(request.form.items(multi=True)))
    shell.leave_out()
    if found is None:
        return ""
    sections, fields = changes.to_redraw(found, request.form.get(changes.SHOWN, ""))
    return render_template("start/redrawn.html", sections=sections, fields=fields, shown=shown(found))
