"""Guards of revocation (article 11)."""

from collections.abc import Callable

from engine.guards import GuardContext
from engine.programme.documents import operations as documents
from engine.programme.measures.validity import require_act_allowed
from engine.programme.revocations import operations
from engine.programme.titles import operations as titles
from engine.programme.values import as_date


def may_start(context: GuardContext) -> None:
    """The title has not ended and no other case of it is open."""
    operations.require_may_open(context.session, str(context.facts["title_no"]))


def may_verify(context: GuardContext) -> None:
    """Facts after the measure's end need another legal basis (I14), ground 3 its three records (I12)."""
    body = context.body
    if body.get("confirmed") != "YES":
        return
    title = titles.require(context.session, str(context.variables["title_no"]))
    require_act_allowed(
        context.session,
        "title.revoke",
        context.clock.now(),
        measure_code=title.measure_code or None,
        facts_on=as_date(body["facts_on"]),
        other_basis=str(body.get("other_basis") or ""),
    )
    if int(body["ground"]) == operations.FAILED_MONITORING:
        case = operations.require(context.session, str(context.variables["revocation_no"]))
        operations.require_failed_re_evaluation(context.session, case)


def may_decide(context: GuardContext) -> None:
    """Every step of I11 is there, the number is free, 自始 only on ground 1."""
    case = operations.require(context.session, str(context.variables["revocation_no"]))
    operations.require_revocable(context.session, case)
    operations.check_from_the_start(case, bool(context.body.get("from_the_start")))
    documents.require_free(context.session, context.body["document_no"])


GUARDS: dict[str, Callable[[GuardContext], None]] = {
    "revocations.may_start": may_start,
    "revocations.may_verify": may_verify,
    "revocations.may_decide": may_decide,
}
