"""Guards of monitoring (articles 10 and 11(3))."""

from collections.abc import Callable

from engine.guards import GuardContext
from engine.programme.monitoring import operations
from engine.programme.monitoring.errors import OtherAgency
from engine.programme.values import as_int


def may_begin(context: GuardContext) -> None:
    """The title is valid, not yet evaluated this year, the agency entrusted, the measure in force.

    An agency begins in its own name only.
    """
    v = context.facts
    mine = {grant.organisation for grant in context.actor.grants if grant.role == "agency"}
    if mine and str(v["agency"]) not in mine:
        raise OtherAgency(agency=str(v["agency"]))
    operations.require_evaluable(
        context.session, str(v["title_no"]), as_int(v["year"]), str(v["agency"]), context.clock.now()
    )


def may_propose(context: GuardContext) -> None:
    """A holder who handed nothing in after reminders cannot be proposed as passed (a decision of this
    project).
    """
    operations.check_proposal(
        str(context.variables["evaluation_no"]),
        str(context.body["result"]),
        handed_in=context.variables.get("report_submission") is not None,
    )


def may_extend(context: GuardContext) -> None:
    """An extension is granted once, within the parameter's days, before the deadline (article 11(3))."""
    if context.body.get("decision") != "AGREE":
        return
    evaluation = operations.require(context.session, str(context.variables["evaluation_no"]))
    limit = as_int(context.variables["parameters"]["extension_days"])
    operations.check_extension(
        operations.rectification_of(evaluation), as_int(context.body["days"]), limit, context.clock.now()
    )


GUARDS: dict[str, Callable[[GuardContext], None]] = {
    "monitoring.may_begin": may_begin,
    "monitoring.may_propose": may_propose,
    "monitoring.may_extend": may_extend,
}
