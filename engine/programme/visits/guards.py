"""What a click on a site visit must pass."""

from collections.abc import Callable

from engine.guards import GuardContext
from engine.programme.applications.operations import require as require_application
from engine.programme.visits import operations as visits


def plan_is_lawful(context: GuardContext) -> None:
    """Two different people, neither with an interest (article 8)."""
    application = require_application(context.session, context.variables["application_no"])
    visits.check_plan(context.session, application, context.body["leader"], context.body["second"])


def record_is_lawful(context: GuardContext) -> None:
    """At least two people visited, and every photograph has its caption."""
    visits.check_record(context.body)


GUARDS: dict[str, Callable[[GuardContext], None]] = {
    "visits.plan_is_lawful": plan_is_lawful,
    "visits.record_is_lawful": record_is_lawful,
}
