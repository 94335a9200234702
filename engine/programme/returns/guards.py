"""What a click about a return must pass."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.guards import GuardContext
from engine.programme.applications.operations import require as require_application
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.returns import operations as returns
from engine.programme.returns.models import CITY, COUNTY
from engine.programme.reviews.operations import SUPPLEMENT

RETURN = "RETURN"


def county_return(context: GuardContext) -> None:
    """The county returns with named fields, in time and within the count (article 7)."""
    _return(context, COUNTY)


def city_return(context: GuardContext) -> None:
    """The city returns with named fields, in time and within the count (article 7)."""
    _return(context, CITY)


def supplement(context: GuardContext) -> None:
    """The one supplement names its fields (article 8); that it is one stands in `reviews.formal_is_lawful`."""
    if context.body.get("result") == SUPPLEMENT:
        returns.check_items(_items(context.body))


def _return(context: GuardContext, level: str) -> None:
    if context.body.get("result") != RETURN:
        return
    returns.check_items(_items(context.body))
    application = require_application(context.session, context.variables["application_no"])
    cycle = require_cycle(context.session, application.cycle_year)
    returns.ensure_may_return(context.session, application, cycle, level, context.clock.now())


def _items(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = body.get("return_items")
    return [row for row in listed if isinstance(row, Mapping)] if isinstance(listed, list) else []


GUARDS: dict[str, Callable[[GuardContext], None]] = {
    "returns.county_return": county_return,
    "returns.city_return": city_return,
    "returns.supplement": supplement,
}
