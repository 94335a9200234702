"""What a click in the annual cycle must pass, and the guard of article 15 that every act names."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.clock import start_of_day
from engine.guards import GuardContext
from engine.programme.applications import statuses as s
from engine.programme.cycles import operations as cycles
from engine.programme.cycles.errors import CatalogueChanged, StillOpen
from engine.programme.cycles.notice import facts as notice_facts
from engine.programme.cycles.parameters import merged
from engine.programme.documents.errors import DocumentNumberTaken
from engine.programme.documents.operations import by_number, check_number
from engine.programme.measures.acts import ACTS
from engine.programme.measures.validity import require_cycle_within_validity
from engine.programme.recommendations.models import ACCEPTED, NONE, REFUSED
from engine.programme.recommendations.operations import require as require_recommendation
from engine.programme.recommendations.quotas import check_entered
from engine.programme.reviews.operations import still_open
from engine.programme.submissions import content
from engine.programme.values import as_date, as_instant, as_int


def _year(context: GuardContext) -> int:
    return as_int({**context.variables, **context.body}["cycle_year"])


def may_open(context: GuardContext) -> None:
    """A new cycle: none this year yet (I1), and a measure in force (I2)."""
    cycles.require_none(context.session, _year(context))
    require_cycle_within_validity(context.session, context.clock.now())


def notice_is_lawful(context: GuardContext) -> None:
    """The drafted instants follow one another inside the validity (I2).

    No parameter is looser than the measure; quotas of types are those of their city's total.
    """
    facts = notice_facts(context.body)
    cycles.check_notice(context.session, facts, context.clock.now())
    check_entered(context.body.get("quotas") or [], facts["cities"])
    merged(facts["parameters"])


def may_publish_notice(context: GuardContext) -> None:
    """The number has its form and is free; the document's date lies within the validity (I2)."""
    free_number(context, "notice_no")
    require_cycle_within_validity(context.session, start_of_day(as_date(context.body["notice_date"])))
    _catalogues_are_as_signed(context)


def _catalogues_are_as_signed(context: GuardContext) -> None:
    """What the signed draft pinned is still, byte for byte, what the programme has. Raises CatalogueChanged."""
    draft = content(context.session, context.variables["notice_submission"])
    now = {(row["id"], row["edition"]): row["sha256"] for row in context.body.get("catalogue_hashes") or []}
    for row in draft.get("pinned") or []:
        if now and now.get((row["id"], row["edition"])) != row["sha256"]:
            raise CatalogueChanged(id=row["id"], edition=row["edition"])


def free_number(context: GuardContext, field: str) -> None:
    """A department's document number out of the body, well-formed and not used yet."""
    number = check_number(context.body[field])
    if taken := by_number(context.session, number):
        raise DocumentNumberTaken(number=number, title=taken.title, subject=taken.subject)


def may_extend(context: GuardContext) -> None:
    """A supplementary notice: before the old deadline, later instants only, a free number."""
    cycle = cycles.require(context.session, _year(context))
    free_number(context, "notice_no")
    cycles.check_extension(cycle, context.body, context.clock.now())
    require_cycle_within_validity(
        context.session, context.clock.now(), as_instant(context.body["city_deadline"])
    )


def may_continue(context: GuardContext) -> None:
    """A decision to continue names a free document number."""
    if context.body.get("decision") == "CONTINUE":
        free_number(context, "document_no")


def receipts_complete(context: GuardContext) -> None:
    """Every city of the notice has been decided: accepted, refused, or recorded as without recommendation."""
    cycle = cycles.require(context.session, _year(context))
    undecided = [
        city
        for city in cycle.cities
        if require_recommendation(context.session, cycle.year, city).status not in (ACCEPTED, REFUSED, NONE)
    ]
    _refuse(undecided, "各市推荐材料受理", "city packages to be accepted or refused")


def formal_reviews_complete(context: GuardContext) -> None:
    """No formal review and no supplement is under way (S8 list fixed)."""
    found = still_open(context.session, _year(context), (s.RECOMMENDED, s.SUPPLEMENTING))
    _refuse(found, "形式审查", "formal reviews")


def reviews_complete(context: GuardContext) -> None:
    """No expert review and no ordered visit is under way (S11 waits for S8-S10)."""
    found = still_open(context.session, _year(context), (s.FORMAL_PASSED, s.IN_REVIEW))
    _refuse(found, "专家评审或实地考察", "expert reviews or site visits")


def _refuse(found: list[str], zh: str, en: str) -> None:
    if found:
        raise StillOpen(count=len(found), what_zh=zh, what_en=en, example=found[0])


def _act(act: str) -> Callable[[GuardContext], None]:
    def allowed(context: GuardContext) -> None:
        """I14, asked where the measure's validity is known: see measures.validity.require_act_allowed."""
        known: Mapping[str, Any] = {**context.variables, **context.body}
        year = as_int(known["cycle_year"]) if known.get("cycle_year") is not None else None
        cycles.require_act(context.session, act, year, context.clock.now())

    return allowed


GUARDS: dict[str, Callable[[GuardContext], None]] = {
    "cycles.may_open": may_open,
    "cycles.notice_is_lawful": notice_is_lawful,
    "cycles.may_publish_notice": may_publish_notice,
    "cycles.may_extend": may_extend,
    "cycles.may_continue": may_continue,
    "cycles.receipts_complete": receipts_complete,
    "cycles.formal_reviews_complete": formal_reviews_complete,
    "cycles.reviews_complete": reviews_complete,
    **{f"cycles.act_{act.replace('.', '_')}": _act(act) for act in ACTS},
}
