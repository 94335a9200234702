"""Being away: who stands in, from when to when; ending it early; whom I stand in for."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from engine import commands
from engine.commands.absences import BadSpan
from engine.errors import Refusal
from engine.inbox import absences
from engine.inbox.models import Absence
from engine.policy import ROLES
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import language, pick
from webapp.inbox.blueprint import blueprint
from webapp.names import people_names
from webapp.shared import now, place, reading, runtime

FIELDS = ("first", "last", "substitute", "note")


@blueprint.get("/inbox/absence")
@rule("absence.own")
def absence() -> str:
    """Enter an absence; my absences, and those in which I stand in."""
    return _page({})


@blueprint.post("/inbox/absence")
@rule("absence.own")
def enter_absence() -> Any:
    """Let a colleague stand in. Anything that does not fit is said above the form, which keeps what was typed."""
    given = {name: request.form.get(name, "").strip()[:200] for name in FIELDS}
    try:
        first, last = _day(given["first"]), _day(given["last"])
        if first is None or last is None:
            raise BadSpan(first=given["first"] or "—", last=given["last"] or "—", days=366)
        access.by_command("absence.own")
        commands.enter_absence(runtime(), actor(), first, last, given["substitute"], given["note"])
    except Refusal as refusal:
        return _page(given, refusal.message(language())), refusal.status
    flash(_("外出已登记。期间您手中的任务由代办人办理，到期自动结束。"))
    return redirect(url_for("inbox.absence"))


@blueprint.post("/inbox/absence/<int:id>/end")
@rule("absence.own")
def end_absence(id: int) -> Any:
    """Back early. Raises NotFound for another's."""
    access.by_command("absence.own")
    commands.end_absence(runtime(), actor(), id)
    flash(_("代办已结束。"))
    return redirect(url_for("inbox.absence"))


def _page(given: dict[str, str], refusal: str = "") -> str:
    login, at = actor().login, now()
    access.require("absence.own", {"login": login})
    with reading() as session:
        found = absences.of_person(session, login)
        names = people_names(session, {who for row in found for who in (row.login, row.substitute)})
        colleagues = absences.colleagues(session, login)
    return render_template(
        "inbox/absence.html",
        given=given,
        refusal=refusal,
        has_errors=bool(refusal),
        today=at.date().isoformat(),
        colleagues=[(c.login, c.name, "、".join(map(_duty, c.grants))) for c in colleagues],
        mine=[(row, names[row.substitute], _state(row)) for row in found if row.login == login],
        theirs=[(row, names[row.login], _state(row)) for row in found if row.substitute == login],
    )


def _duty(grant: Any) -> str:
    return f"{place(grant.organisation)} {pick(*ROLES[grant.role])}"


def _state(row: Absence) -> str:
    """`over`, `now` or `later`."""
    if row.ended_at is not None or row.ends_at <= now():
        return "over"
    return "now" if row.starts_at <= now() else "later"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
