"""Who stands in for somebody who is away and cannot enter it: with a reason, told to both."""

from datetime import date
from typing import Any

from flask import url_for

from engine.commands.absences import LONGEST, BadSpan, end_absence, enter_absence_for
from engine.inbox.models import Absence
from webapp import access
from webapp.access import actor, rule
from webapp.administration.blueprint import blueprint
from webapp.administration.pieces import done, typed
from webapp.i18n import gettext as _
from webapp.shared import reading, runtime


@blueprint.post("/people/<login>/absences")
@rule("absence.enter")
def enter_absence(login: str) -> Any:
    """Let a colleague stand in for this person. Raises NotAllowed."""
    access.require("absence.enter")
    substitute, reason = typed("substitute", 100), typed("reason", 200)

    def act() -> int:
        first, last = _day(typed("first")), _day(typed("last"))
        return enter_absence_for(runtime(), actor(), login, first, last, substitute, reason)

    back = url_for("administration.person", login=login, _anchor="absences")
    return done(act, _("外出代办已登记，已通知两人。"), back)


@blueprint.post("/people/<login>/absences/<int:id>/end")
@rule("absence.enter")
def end_entered_absence(login: str, id: int) -> Any:
    """End an absence that an administrator entered. Raises NotFound."""
    access.require("absence.enter")
    with reading() as session:
        row = session.get(Absence, id)
        known = row is not None and row.login == login

    def act() -> None:
        end_absence(runtime(), actor(), id if known else -1)

    return done(act, _("代办已结束。"), url_for("administration.person", login=login, _anchor="absences"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadSpan(first=text or "—", last="—", days=LONGEST) from None
