"""What a click on the opinion list or on the meeting's results must pass."""

from collections.abc import Callable

from engine.guards import GuardContext
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.meetings import operations as meetings
from engine.programme.submissions import content
from engine.programme.values import as_int


def opinions_are_lawful(context: GuardContext) -> None:
    """Every reviewed item and no other, ranked as scored (I10) unless a reason is given."""
    cycle = require_cycle(context.session, as_int(context.variables["cycle_year"]))
    meetings.check_opinions(context.session, cycle, context.body.get("items") or [])


def opinions_still_match(context: GuardContext) -> None:
    """What is signed is what was drafted: nobody left meanwhile. Sending the list back is always possible."""
    if context.body.get("decision") == "AGREE":
        cycle = require_cycle(context.session, as_int(context.variables["cycle_year"]))
        rows = content(context.session, context.variables["opinion_submission"])["items"]
        meetings.check_opinions(context.session, cycle, rows)


def results_are_lawful(context: GuardContext) -> None:
    """A word on every proposed item and on no other."""
    year = as_int(context.variables["cycle_year"])
    pairs = meetings.check_results(context.session, year, context.body.get("items") or [])
    meetings.check_recusals(pairs, context.body.get("recusals") or [])


def results_may_be_signed(context: GuardContext) -> None:
    """What is signed is what was recorded, by somebody who neither applied, checked nor scored (I16)."""
    if context.body.get("decision") == "AGREE":
        year = as_int(context.variables["cycle_year"])
        rows = content(context.session, context.variables["meeting_submission"])["items"]
        for login in context.people:
            meetings.check_results(context.session, year, rows, login)


GUARDS: dict[str, Callable[[GuardContext], None]] = {
    "meetings.opinions_are_lawful": opinions_are_lawful,
    "meetings.opinions_still_match": opinions_still_match,
    "meetings.results_are_lawful": results_are_lawful,
    "meetings.results_may_be_signed": results_may_be_signed,
}
