"""What the diagram of a city's recommendation does with its register."""

from typing import Any

from engine.programme.applications.models import Application
from engine.programme.cycles import operations as cycles
from engine.programme.instances import name_case
from engine.programme.recommendations import operations as recommendations
from engine.programme.recommendations import table
from engine.programme.recommendations.quotas import quota_of
from engine.programme.recommendations.ranking import proposal
from engine.programme.submissions import content
from engine.programme.values import as_date, as_int
from engine.verbs import Parameter, VerbContext, Verbs

VERBS = Verbs()
_YEAR = Parameter("cycle_year", "number", "年度", "Year of the cycle")
_CITY = Parameter("city", "string", "市", "City")
KEEP = "P30D"


def _row(application: Application, rank: int | None) -> dict[str, Any]:
    return {
        "application_no": application.application_no,
        "enterprise": application.enterprise,
        "object_name": application.object_name,
        "type": application.type,
        "rank": rank,
    }


@VERBS.register(
    "recommendations.collect",
    zh="汇总初审同意推荐的申报",
    en="Collect what the city agreed",
    inputs=(_YEAR, _CITY),
    outputs=(
        Parameter("candidates", "list", "待排序申报", "Applications to rank"),
        Parameter("city_deadline", "date and time", "市级截止时间", "City deadline"),
    ),
)
def collect(context: VerbContext, cycle_year: Any, city: str) -> dict[str, Any]:
    """List what the city's own review agreed (I4), with a first proposal of ranks as far as the quotas go."""
    year = as_int(cycle_year)
    name_case(context, f"{year}-{city}")
    recommendations.require(context.session, year, city)
    cycle = cycles.require(context.session, year)
    proposed = proposal(table.standings(context.session, year, city), quota_of(cycle, city))
    rows = [_row(standing.application, rank) for standing, rank in proposed]
    return {"candidates": rows, "city_deadline": cycles.deadlines(cycle)["city_deadline"]}


@VERBS.register(
    "recommendations.send",
    zh="报送推荐文件",
    en="Send the package",
    inputs=(
        _YEAR,
        _CITY,
        Parameter("ranking_submission", "number", "汇总表编号", "Submission of the ranked list"),
        Parameter("document_no", "string", "推荐文号", "Number of the letter"),
        Parameter("document_date", "date", "成文日期", "Date of the letter"),
        Parameter("sign_submission", "number", "签发编号", "Submission of the signature", required=False),
    ),
    outputs=(
        Parameter("package_version", "number", "版本", "Version"),
        Parameter("recommended_count", "number", "推荐数", "Items recommended"),
    ),
)
def send(
    context: VerbContext,
    cycle_year: Any,
    city: str,
    ranking_submission: Any,
    document_no: str,
    document_date: Any,
    sign_submission: Any = None,
) -> dict[str, Any]:
    """Send one package with its sealed letter; it replaces any earlier one as a whole (article 7, I4).

    Cases of earlier releases were signed without a scan.
    """
    signed = content(context.session, sign_submission) if sign_submission is not None else {}
    ranked = content(context.session, ranking_submission)
    ranking = ranked.get("ranking") or [] if ranked.get("decision") != "NONE" else []
    package = recommendations.send(
        context.session,
        cycles.require(context.session, as_int(cycle_year)),
        city,
        ranking,
        document_no=document_no,
        document_date=as_date(document_date),
        actor=context.actor,
        at=context.now,
        scan_file=next(iter(signed.get("scan") or []), None),
    )
    return {"package_version": package.version, "recommended_count": len(package.items)}


@VERBS.register(
    "recommendations.close",
    zh="市级截止",
    en="Close at the city deadline",
    inputs=(_YEAR, _CITY),
    outputs=(
        Parameter("package_status", "string", "报送情况", "SENT, NONE or EXTENDED"),
        Parameter("city_deadline", "date and time", "市级截止时间", "City deadline"),
    ),
)
def close(context: VerbContext, cycle_year: Any, city: str) -> dict[str, Any]:
    """The deadline came: what was sent counts; nothing sent is recorded as 无推荐.

    A moved deadline goes on.
    """
    cycle = cycles.require(context.session, as_int(cycle_year))
    status = recommendations.close_window(context.session, cycle, city, at=context.now)
    return {"package_status": status, "city_deadline": cycles.deadlines(cycle)["city_deadline"]}


@VERBS.register(
    "recommendations.decide",
    zh="受理市推荐材料",
    en="Accept or refuse the package",
    inputs=(
        _YEAR,
        _CITY,
        Parameter("accepted", "boolean", "受理", "Accepted"),
        Parameter("reason", "string", "理由", "Reason", required=False),
    ),
    outputs=(Parameter("accepted_count", "number", "受理数", "Items accepted"),),
)
def decide(
    context: VerbContext, cycle_year: Any, city: str, accepted: bool, reason: str = ""
) -> dict[str, Any]:
    """受理 or 不予受理 (article 8), and tell every application of the city that its own review had agreed."""
    taken, left = recommendations.decide(
        context.session,
        as_int(cycle_year),
        city,
        accepted=accepted,
        reason=reason,
        actor=context.actor,
        at=context.now,
    )
    for number in taken:
        context.publish("application.recommended", number, {}, time_to_live=KEEP)
    for number in left:
        context.publish("application.not_recommended", number, {}, time_to_live=KEEP)
    return {"accepted_count": len(taken)}
