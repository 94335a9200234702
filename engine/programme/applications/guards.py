"""What a click on an application must pass."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.guards import GuardContext
from engine.programme.applications import operations as applications
from engine.programme.applications.declarations import fillers
from engine.programme.applications.errors import EnterpriseNameDiffers, NotYourEnterprise
from engine.programme.cycles.operations import require as require_cycle
from engine.programme.reviews.operations import sheets
from engine.programme.revocations.operations import require_not_barred
from engine.programme.values import as_int
from engine.store.people import Organisation


def may_start(context: GuardContext) -> None:
    """Only the enterprise itself applies (article 3); window open (I3), not barred, cap and object free."""
    facts = {**context.variables, **context.body}
    _its_own_people(context, facts)
    require_not_barred(context.session, str(facts["uscc"]), context.clock.now().date())
    facts["cycle_year"] = as_int(facts["cycle_year"])
    applications.ensure_may_start(context.session, facts, context.clock.now())


def _its_own_people(context: GuardContext, facts: Mapping[str, Any]) -> None:
    """The actor holds a role in the enterprise and names it as it is registered. Raises as it says."""
    uscc = str(facts["uscc"])
    if not any(grant.organisation == uscc for grant in context.actor.grants):
        raise NotYourEnterprise(uscc=uscc)
    known = context.session.get(Organisation, uscc)
    if known is not None and facts.get("enterprise") != known.name:
        raise EnterpriseNameDiffers(given=facts.get("enterprise") or "", known=known.name)


def may_submit(context: GuardContext) -> None:
    """Before the enterprise deadline's instant (I3)."""
    application = applications.require(context.session, context.variables["application_no"])
    cycle = require_cycle(context.session, application.cycle_year)
    applications.ensure_before_deadline(cycle, context.clock.now())


def distinct_person(context: GuardContext) -> None:
    """Who applied or scored does not review or approve (I16).

    `luzhi:differentFrom` parts reviewer and approver.
    """
    application = applications.require(context.session, context.variables["application_no"])
    number = application.application_no
    acted = [("专家", sheet.expert) for sheet in sheets(context.session, number)]
    acted += [("填报人", login) for login in fillers(context.session, number)]
    for login in context.people:
        applications.ensure_distinct_person(application, login, acted)


GUARDS: dict[str, Callable[[GuardContext], None]] = {
    "applications.may_start": may_start,
    "applications.may_submit": may_submit,
    "applications.distinct_person": distinct_person,
}
