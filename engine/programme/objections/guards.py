"""Guards of the objection's process."""

from collections.abc import Callable

from engine.guards import GuardContext
from engine.programme.objections import operations


def may_decide(context: GuardContext) -> None:
    """What follows for the item must follow from the outcome, and there must be a report (article 8)."""
    objection = operations.require(context.session, str(context.variables["objection_no"]))
    operations.check_decision(objection, str(context.body["outcome"]), str(context.body["consequence"]))


def may_start(context: GuardContext) -> None:
    """The process belongs to a registered objection that is still open."""
    operations.require_open(context.session, str(context.facts["objection_no"]))


GUARDS: dict[str, Callable[[GuardContext], None]] = {
    "objections.may_start": may_start,
    "objections.may_decide": may_decide,
}
