"""What the diagram of an application does with the register of returns."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.programme.applications import operations as applications
from engine.programme.applications.declarations import declaration
from engine.programme.declare import instant, many, number, submission, text
from engine.programme.returns import operations as returns
from engine.programme.submissions import content
from engine.programme.values import as_instant, as_int
from engine.verbs import VerbContext, Verbs

VERBS = Verbs()
_NUMBER = text("application_no", "申报编号", "Application number")
_LEVEL = text("level", "退回单位", "Who returned it: COUNTY, CITY, FORMAL")


@VERBS.register(
    "returns.ask",
    zh="登记退回",
    en="Record the return",
    inputs=(
        _NUMBER,
        _LEVEL,
        many("items", "需补正的栏目", "Fields to be corrected"),
        instant("due", "补正截止", "Due"),
    ),
    outputs=(instant("return_due", "补正截止", "Due"),),
)
def ask(
    context: VerbContext, application_no: str, level: str, items: Sequence[Mapping[str, Any]], due: Any
) -> dict[str, Any]:
    """Enter the return: the named fields are open until the due instant, nothing else is (articles 7, 8)."""
    row = returns.ask(
        context.session,
        applications.require(context.session, application_no),
        level,
        items,
        due=as_instant(due),
        actor=context.actor,
        at=context.now,
    )
    return {"return_due": row.due.isoformat()}


@VERBS.register(
    "returns.take",
    zh="登记补正",
    en="Record the correction",
    inputs=(
        _NUMBER,
        _LEVEL,
        submission("correction_submission", "补正", "The correction", required=False),
        submission("declaration_submission", "法定代表人承诺", "The declaration", required=False),
    ),
    outputs=(number("version", "现行版本", "Version that counts now"),),
)
def take(
    context: VerbContext,
    application_no: str,
    level: str,
    correction_submission: Any = None,
    declaration_submission: Any = None,
) -> dict[str, Any]:
    """A corrected file that was signed again is a new version (I7); else the old one goes back to who returned it."""
    session, answer, id = context.session, None, None
    if correction_submission is not None:
        id = as_int(correction_submission)
        answer = content(session, id) | declaration(session, application_no, declaration_submission, id)
    application = applications.require(session, application_no)
    returns.take(session, application, level, answer, submission_id=id, actor=context.actor, at=context.now)
    return {"version": application.version}
