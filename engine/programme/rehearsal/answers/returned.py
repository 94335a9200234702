"""A return: what a reviewer opens, and how the enterprise answers exactly that."""

from typing import Any

from sqlalchemy.orm import Session

from engine.programme.applications.operations import latest_version
from engine.programme.rehearsal.answers import answers
from engine.programme.rehearsal.office import Body, Desk, Later, Never
from engine.programme.returns.operations import open_return
from engine.programme.submitted import accepted
from forms import Form
from forms.expressions import Evaluator
from forms.openable import openable

ADDED = "（已补正）"


def items(desk: Desk, reason: str) -> list[dict[str, str]]:
    """The first long text of the application, to be corrected for a reason."""
    runtime = desk.office.runtime
    with runtime.reading() as session:
        data, form = _submitted(session, desk)
        texts = {c.path[0] for c in form.definition.walk() if c.type == "textarea"}
        options = openable(form.definition, data, {}, Evaluator(runtime.clock))
        keys = (option["value"] for option in options if option["value"] in texts)
        return [{"field": next(k for k in keys if data[k]), "reason": reason}]


@answers("application/correct", "application/supplement")
def correction(desk: Desk) -> Body | Later | Never:
    """Every opened text is amended, nothing else is touched; some let the deadline pass."""
    enterprise = desk.enterprise
    if enterprise and enterprise.temper == "supplement_late" and desk.task.element_id == "supplement":
        return Never()
    with desk.office.runtime.reading() as session:
        asked = open_return(session, desk.task.business_key or "")
        data, _ = _submitted(session, desk)
    return {row["field"]: f"{data[row['field']]}{ADDED}" for row in asked.items} if asked else {}


def _submitted(session: Session, desk: Desk) -> tuple[dict[str, Any], Form]:
    """The newest version as it was submitted, with the form that it was submitted with."""
    definitions = desk.office.runtime.definitions
    version = latest_version(session, desk.task.business_key or "")
    sent = accepted(session, version.submission_id if version is not None else None)
    definition = definitions.by_key(session, sent.form_definition_id or 0)
    return dict(sent.data), definitions.form(session, definition)
