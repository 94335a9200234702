"""What a click in the reviews must pass."""

from collections.abc import Callable

from engine.guards import GuardContext
from engine.programme.applications.operations import require as require_application
from engine.programme.reviews import draw as draws
from engine.programme.reviews import operations as reviews
from engine.programme.reviews import sheets
from engine.programme.reviews.draw_errors import SeedIsAnother
from engine.programme.values import as_int


def formal_is_lawful(context: GuardContext) -> None:
    """One supplement only; reason and article when negative; open flags of article 6 answered (article 8)."""
    reviews.check_formal(
        context.session,
        context.variables["application_no"],
        context.body["result"],
        context.body.get("reason") or "",
        context.body.get("article") or "",
    )
    application = require_application(context.session, context.variables["application_no"])
    reviews.check_flags(application, context.body["result"], context.body.get("flag_reason") or "")


def sheet_is_lawful(context: GuardContext) -> None:
    """Scores within their dimensions (I9), by an expert who holds a seat and has no conflict (I8).

    An expert who asks to be recused gives no scores; a conflict found here is answered by a substitute.
    """
    if context.body.get("declaration") == "RECUSE":
        return
    application = require_application(context.session, context.variables["application_no"])
    reviews.ensure_may_score(context.session, application, context.actor.login)
    sheets.check_scores(context.body)


def leader_may_review(context: GuardContext) -> None:
    """The leader has no conflict of interest with the applicant (I8)."""
    application = require_application(context.session, context.variables["application_no"])
    sheets.ensure_may_lead(context.session, application, context.actor.login)


def visit_is_lawful(context: GuardContext) -> None:
    """At least two people visit."""
    reviews.check_visit([row.get("name") or "" for row in context.body.get("members") or []])


def draw_is_lawful(context: GuardContext) -> None:
    """Every application gets its panel by the rules; the seed is the one that was announced (article 8)."""
    year = as_int(context.variables["cycle_year"])
    row = draws.current(context.session, year)
    if row is None:  # the seed becomes known by this click
        draws.check_pool(context.session, year, context.body["seed"], context.clock.now().date())
        return
    if row.seed != context.body["seed"]:
        raise SeedIsAnother(seed=row.seed)
    draws.check(context.session, row, draws.edits_of(context.body.get("edits")), context.clock.now().date())


GUARDS: dict[str, Callable[[GuardContext], None]] = {
    "reviews.formal_is_lawful": formal_is_lawful,
    "reviews.sheet_is_lawful": sheet_is_lawful,
    "reviews.leader_may_review": leader_may_review,
    "reviews.draw_is_lawful": draw_is_lawful,
    "reviews.visit_is_lawful": visit_is_lawful,
}
