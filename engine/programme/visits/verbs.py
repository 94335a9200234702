"""What the diagram of an application does with site visits."""

from typing import Any

from engine.programme.applications import operations as applications
from engine.programme.declare import flag, many, submission, text
from engine.programme.submissions import content
from engine.programme.submitted import accepted
from engine.programme.values import as_date
from engine.programme.visits import operations as visits
from engine.verbs import VerbContext, Verbs

VERBS = Verbs()
NO = text("application_no", "申报编号", "Application number")


@VERBS.register(
    "visits.order",
    zh="列入考察名单",
    en="Order a site visit",
    inputs=(
        NO,
        many("reasons", "考察理由", "Reasons", required=False),
        flag("before_review", "评审前考察", "Before the expert review", required=False),
    ),
)
def order(context: VerbContext, application_no: str, reasons: Any = None, before_review: Any = False) -> None:
    """Put the item on the list of visits with its reasons (article 8)."""
    application = applications.require(context.session, application_no)
    listed = [str(reason) for reason in reasons or []]
    visits.order(context.session, application, listed, before_review=bool(before_review), at=context.now)


@VERBS.register(
    "visits.plan",
    zh="登记考察安排",
    en="Record who visits",
    inputs=(NO, submission("plan_submission", "考察安排", "Plan")),
)
def plan(context: VerbContext, application_no: str, plan_submission: Any) -> None:
    """Send two people (article 8)."""
    sent = accepted(context.session, plan_submission)
    visits.plan(
        context.session,
        applications.require(context.session, application_no),
        leader=sent.data["leader"],
        second=sent.data["second"],
        planned_on=as_date(sent.data["planned_on"]),
        note=sent.data.get("note") or "",
        actor=sent.by,
        at=context.now,
    )


@VERBS.register(
    "visits.record",
    zh="登记考察结果",
    en="Record the visit",
    inputs=(
        NO,
        submission("visit_submission", "考察记录", "Record of the visit"),
        text("leader", "考察人", "Who recorded it"),
        text("second", "会签人", "Who countersigned"),
    ),
)
def record(
    context: VerbContext, application_no: str, visit_submission: Any, leader: str, second: str
) -> None:
    """Keep the record that both have signed; 不属实 keeps the item from being proposed (article 8)."""
    data = content(context.session, visit_submission)
    visits.record(
        context.session,
        applications.require(context.session, application_no),
        data,
        visited_on=as_date(data["visited_on"]),
        signers=(leader, second),
        at=context.now,
    )
