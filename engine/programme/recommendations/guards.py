"""What a click on a city's package must pass."""

from collections.abc import Callable

from engine.guards import GuardContext
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.documents.errors import DocumentNumberTaken
from engine.programme.documents.operations import by_number, check_number
from engine.programme.recommendations import operations as recommendations
from engine.programme.recommendations.errors import NothingSent
from engine.programme.values import as_int


def ranking_is_lawful(context: GuardContext) -> None:
    """Own area, agreed by the own review, ranked 1..n, within the quota (I4)."""
    if context.body.get("decision") != "SUBMIT":
        return
    cycle = require_cycle(context.session, as_int(context.variables["cycle_year"]))
    rows = context.body.get("ranking") or []
    recommendations.check_package(context.session, cycle, context.variables["city"], rows)


def may_sign(context: GuardContext) -> None:
    """The letter's number has its form and is not used yet."""
    if context.body.get("decision") != "SEND":
        return
    number = check_number(context.body["document_no"], context.variables["city"])
    if taken := by_number(context.session, number):
        raise DocumentNumberTaken(number=number, title=taken.title, subject=taken.subject)


def may_accept(context: GuardContext) -> None:
    """Only a package that was sent in time can be accepted (article 8)."""
    year, city = as_int(context.variables["cycle_year"]), context.variables["city"]
    recommendation = recommendations.require(context.session, year, city)
    package = recommendations.current_package(context.session, recommendation)
    if context.body.get("decision") == "ACCEPT" and package is None:
        raise NothingSent()


GUARDS: dict[str, Callable[[GuardContext], None]] = {
    "recommendations.ranking_is_lawful": ranking_is_lawful,
    "recommendations.may_sign": may_sign,
    "recommendations.may_accept": may_accept,
}
