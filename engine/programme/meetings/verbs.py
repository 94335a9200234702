"""What the diagram of the annual cycle does with opinions and meetings."""

from typing import Any

from engine.programme.cycles import operations as cycles
from engine.programme.meetings import operations as meetings
from engine.programme.meetings.models import PROPOSE, RETURN
from engine.programme.submissions import content
from engine.programme.values import as_date, as_int
from engine.verbs import Parameter, VerbContext, Verbs

VERBS = Verbs()
_YEAR = Parameter("cycle_year", "number", "年度", "Year of the cycle")
KEEP = "P30D"


@VERBS.register(
    "meetings.collect",
    zh="汇总评审结果",
    en="Collect the reviewed items",
    inputs=(_YEAR,),
    outputs=(Parameter("reviewed", "list", "评审结果", "Reviewed items with scores"),),
)
def collect(context: VerbContext, cycle_year: Any) -> dict[str, Any]:
    """The reviewed items with what the ranking decision needs (article 5(7) included, for ties)."""
    return {
        "reviewed": [
            {
                "application_no": item.application_no,
                "enterprise": item.enterprise,
                "object_name": item.object_name,
                "type": item.type,
                "score": item.score,
                "city_title": item.city_title,
                "d2": item.score_d2,
                "d3": item.score_d3,
                "visit_result": item.visit_result,
            }
            for item in meetings.reviewed(context.session, as_int(cycle_year))
        ]
    }


@VERBS.register(
    "meetings.fix_list",
    zh="确定上会名单",
    en="Fix the meeting's list",
    inputs=(_YEAR, Parameter("opinion_submission", "number", "审核意见编号", "Submission of the opinions")),
    outputs=(
        Parameter("proposed_count", "number", "建议认定数", "Items proposed"),
        Parameter("agenda", "list", "上会名单", "Items on the agenda"),
    ),
)
def fix_list(context: VerbContext, cycle_year: Any, opinion_submission: Any) -> dict[str, Any]:
    """Sign the opinions and tell every application (article 8); from now on leaving is 放弃认定."""
    cycle = cycles.require(context.session, as_int(cycle_year))
    rows = content(context.session, opinion_submission)["items"]
    signed = meetings.sign_opinions(context.session, cycle, rows, actor=context.actor, at=context.now)
    for number, opinion in signed.items():
        context.publish("opinion.recorded", number, {"opinion": opinion}, time_to_live=KEEP)
    agenda = [
        {
            "application_no": item.application_no,
            "enterprise": item.enterprise,
            "object_name": item.object_name,
        }  # no result: the meeting decides every item
        for item in meetings.proposed(context.session, cycle.year)
    ]
    return {"proposed_count": sum(o == PROPOSE for o in signed.values()), "agenda": agenda}


@VERBS.register(
    "meetings.record",
    zh="登记办公会结果",
    en="Record the meeting's results",
    inputs=(_YEAR, Parameter("meeting_submission", "number", "会议结果编号", "Submission of the results")),
    outputs=(
        Parameter("passed_count", "number", "待公示数", "Items passed and not announced yet"),
        Parameter("returned_count", "number", "退回再议数", "Items returned"),
    ),
)
def record(context: VerbContext, cycle_year: Any, meeting_submission: Any) -> dict[str, Any]:
    """Enter 通过/不通过/退回 of every item and tell every application (article 8)."""
    data = content(context.session, meeting_submission)
    results = meetings.record_meeting(
        context.session,
        as_int(cycle_year),
        data["items"],
        minutes_no=data["minutes_no"],
        held_on=as_date(data["held_on"]),
        attendees=data["attendees"],
        attendance=data,
        actor=context.actor,
        at=context.now,
    )
    for number, result in results.items():
        context.publish("meeting.decided", number, {"meeting_result": result}, time_to_live=KEEP)
    passed = meetings.passed(context.session, as_int(cycle_year))
    return {"passed_count": len(passed), "returned_count": list(results.values()).count(RETURN)}
