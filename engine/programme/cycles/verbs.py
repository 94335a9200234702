"""What the diagram of the annual cycle does with its register."""

from typing import Any

from sqlalchemy import select

from engine.outbox import DOCUMENTS_DUE
from engine.programme.announcements.models import Notice
from engine.programme.applications import statuses
from engine.programme.applications.models import Application
from engine.programme.cycles import operations as cycles
from engine.programme.cycles.notice import facts as notice_facts
from engine.programme.instances import name_case
from engine.programme.submissions import content
from engine.programme.values import as_date, as_int
from engine.verbs import Parameter, VerbContext, Verbs

VERBS = Verbs()
YEAR = Parameter("cycle_year", "number", "年度", "Year of the cycle")
_INSTANTS = tuple(
    Parameter(f"{who}_deadline", "date and time", zh, en)
    for who, zh, en in (
        ("enterprise", "企业截止时间", "Enterprise deadline"),
        ("county", "县级截止时间", "County deadline"),
        ("city", "市级截止时间", "City deadline"),
    )
)
KEEP = "P30D"
"""How long a message waits for an instance that has not come to its catch event yet."""


@VERBS.register("cycles.open", zh="启动年度认定", en="Open the annual cycle", inputs=(YEAR,))
def open_cycle(context: VerbContext, cycle_year: Any) -> None:
    """Enter the cycle (I1, I2) and name the instance after its year."""
    cycle = cycles.open_cycle(context.session, as_int(cycle_year), actor=context.actor, at=context.now)
    name_case(context, str(cycle.year))


@VERBS.register(
    "cycles.publish",
    zh="发布年度通知",
    en="Publish the annual notice",
    inputs=(
        YEAR,
        Parameter("notice_submission", "number", "通知拟稿编号", "Submission of the notice's draft"),
        Parameter("notice_no", "string", "文号", "Document number"),
        Parameter("notice_date", "date", "成文日期", "Date of the document"),
    ),
    outputs=(
        *_INSTANTS,
        Parameter("pass_line", "number", "合格线", "Pass line"),
        Parameter("public_notice_workdays", "number", "公示工作日数", "Working days of public notice"),
    ),
)
def publish(
    context: VerbContext, cycle_year: Any, notice_submission: Any, notice_no: str, notice_date: Any
) -> dict[str, Any]:
    """Issue the notice, open the window, and let every city's recommendation begin."""
    cycle = cycles.require(context.session, as_int(cycle_year))
    facts = notice_facts(content(context.session, notice_submission))
    facts |= {"notice_no": notice_no, "notice_date": notice_date}
    cycles.publish(context.session, cycle, facts, actor=context.actor, at=context.now)
    _document(context, cycle.year, notice_no)
    instants = cycles.deadlines(cycle)
    for city in cycle.cities:
        variables = {"cycle_year": cycle.year, "city": city, "quota": cycle.quotas.get(city), **instants}
        context.publish("recommendation.open", f"{cycle.year}-{city}", variables, time_to_live=KEEP)
    return {
        **instants,
        "pass_line": cycle.parameters["pass_line"],
        "public_notice_workdays": cycle.parameters["public_notice.workdays"],
    }


@VERBS.register(
    "cycles.extend",
    zh="发布补充通知",
    en="Issue a supplementary notice",
    inputs=(
        YEAR,
        Parameter("supplement_submission", "number", "补充通知编号", "Submission of the supplement"),
    ),
    outputs=_INSTANTS,
)
def extend(context: VerbContext, cycle_year: Any, supplement_submission: Any) -> dict[str, Any]:
    """Move the instants of the window, the same for all.

    Waiting deadlines ask the register when they come.
    """
    cycle = cycles.require(context.session, as_int(cycle_year))
    facts = content(context.session, supplement_submission)
    cycles.extend(context.session, cycle, facts, actor=context.actor, at=context.now)
    _document(context, cycle.year, f"supplement:{supplement_submission}")
    return dict(cycles.deadlines(cycle))


def _document(context: VerbContext, year: int, key: str) -> None:
    """Have the notice made after the commit, once."""
    facts = {"what": "notice", "year": year, "by": context.actor}
    context.outbox(DOCUMENTS_DUE, facts, f"{DOCUMENTS_DUE}:notice:{key}")


@VERBS.register("cycles.freeze", zh="到期冻结", en="Freeze at expiry", inputs=(YEAR,))
def freeze(context: VerbContext, cycle_year: Any) -> None:
    """The measure has ended: the cycle stands still until a decision (article 15)."""
    cycle = cycles.require(context.session, as_int(cycle_year))
    cycles.freeze(cycle, actor=context.actor, at=context.now)


@VERBS.register(
    "cycles.continue",
    zh="登记延续办理决定",
    en="Record the decision to continue",
    inputs=(YEAR, Parameter("continuation_submission", "number", "决定编号", "Submission of the decision")),
)
def continue_cycle(context: VerbContext, cycle_year: Any, continuation_submission: Any) -> None:
    """Let the listed acts go on with the decision as their basis (I14)."""
    decision = content(context.session, continuation_submission)
    cycles.continue_cycle(
        context.session,
        cycles.require(context.session, as_int(cycle_year)),
        document_no=decision["document_no"],
        legal_opinion=decision["legal_opinion"],
        acts=decision["acts"],
        decided_on=as_date(decision["decided_on"]),
        actor=context.actor,
        at=context.now,
    )


@VERBS.register("cycles.terminate", zh="依据失效终止", en="Terminate: the basis has ended", inputs=(YEAR,))
def terminate(context: VerbContext, cycle_year: Any) -> None:
    """End the cycle and tell every application that is still open, and its applicant (article 15)."""
    year = as_int(cycle_year)
    cycle = cycles.require(context.session, year)
    cycles.finish(cycle, terminated=True, actor=context.actor, at=context.now, basis="第十五条")
    open_ones = select(Application).where(
        Application.cycle_year == year, Application.status.not_in(statuses.ENDED)
    )
    for application in context.session.scalars(open_ones.order_by(Application.application_no)):
        key = application.application_no
        context.publish("cycle.terminated", key, {}, time_to_live=KEEP)
        context.outbox(
            "notice.terminated", {"application_no": key, "uscc": application.uscc}, f"terminated-{key}"
        )
    context.publish("cycle.terminated", str(year), {}, time_to_live=KEEP)
    for city in cycle.cities:
        context.publish("cycle.terminated", f"{year}-{city}", {}, time_to_live=KEEP)


@VERBS.register("cycles.close", zh="归档", en="Close and archive", inputs=(YEAR,))
def close(context: VerbContext, cycle_year: Any) -> None:
    """Close the cycle and tell whoever waits for its end."""
    cycle = cycles.require(context.session, as_int(cycle_year))
    cycles.finish(cycle, terminated=False, actor=context.actor, at=context.now, basis="第八条")
    notices = context.session.scalars(select(Notice.notice_no).where(Notice.cycle_year == cycle.year))
    context.broadcast("cycle.closed", {"cycle_year": cycle.year, "notices": len(notices.all())})
