"""What the diagram of an application does with its register, from opening to the city's word."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.programme.applications import earlier
from engine.programme.applications import operations as applications
from engine.programme.applications import statuses as s
from engine.programme.applications.declarations import declaration
from engine.programme.cycles import operations as cycles
from engine.programme.cycles.parameters import rules
from engine.programme.instances import name_case
from engine.programme.self_evaluation import attachment
from engine.programme.submissions import content
from engine.programme.values import as_int
from engine.verbs import Parameter, VerbContext, Verbs

VERBS = Verbs()
NUMBER = Parameter("application_no", "string", "申报编号", "Application number")
_RESULT = Parameter("result", "string", "结论", "Result")
_OPINION = Parameter("opinion", "string", "意见", "Opinion", required=False)
_INSTANTS = tuple(
    Parameter(f"{who}_deadline", "date and time", zh, en)
    for who, zh, en in (
        ("enterprise", "企业截止时间", "Enterprise deadline"),
        ("county", "县级截止时间", "County deadline"),
        ("city", "市级截止时间", "City deadline"),
    )
)
_DIRECT = Parameter("direct_filing", "boolean", "直接报市", "Filed with the city directly")
CATALOGUES = {"SCENE": "scenes", "WORKSHOP": "workshop_elements", "FACTORY": "factory_elements"}


@VERBS.register(
    "applications.open",
    zh="登记申报",
    en="Enter the application",
    inputs=(
        Parameter("cycle_year", "number", "年度", "Year of the cycle"),
        Parameter("uscc", "string", "统一社会信用代码", "Unified social credit code"),
        Parameter("enterprise", "string", "企业名称", "Enterprise"),
        Parameter("type", "string", "申报类型", "Type"),
        Parameter("object_name", "string", "申报对象名称", "Object"),
        Parameter("county", "string", "所在县（市、区）", "County"),
        Parameter("industry", "string", "行业大类", "Industry division"),
    ),
    outputs=(
        NUMBER,
        Parameter("city", "string", "所在市", "City"),
        *_INSTANTS,
        _DIRECT,
        Parameter("catalogue", "string", "目录版本", "Catalogue edition"),
        Parameter("catalogue_editions", "context", "各目录版本", "Editions by catalogue"),
        Parameter("rules", "context", "本年度规则", "Rules of the cycle"),
    ),
)
def open_application(context: VerbContext, cycle_year: Any, **facts: Any) -> dict[str, Any]:
    """Number the application (I20.

    Its catalogue edition is the cycle's) and hand the cycle's rules to the diagram.
    """
    year = as_int(cycle_year)
    application = applications.open_application(
        context.session, {**facts, "cycle_year": year}, actor=context.actor, at=context.now
    )
    cycle = cycles.require(context.session, year)
    name_case(context, application.application_no)
    return {
        "application_no": application.application_no,
        "city": application.city,
        **cycles.deadlines(cycle),
        "direct_filing": application.county in cycle.direct_filing,
        "catalogue": application.catalogue,
        "catalogue_editions": {
            **{row["id"]: row["edition"] for row in cycle.pinned or []},
            **{id: cycle.catalogues[type] for type, id in CATALOGUES.items()},
        },
        "rules": rules(cycle.parameters, application.type),
    }


@VERBS.register(
    "applications.submit",
    zh="受理提交",
    en="Take the submission in",
    inputs=(
        NUMBER,
        Parameter("form_submission", "number", "申报书编号", "Submission of the form"),
        Parameter(
            "declaration_submission", "number", "法定代表人承诺编号", "The declaration", required=False
        ),
        Parameter("manual", "list", "第六条人工判定事项", "Facts of Article 6 to be decided", required=False),
        Parameter("self_submission", "number", "自我评价编号", "Self-evaluation", required=False),
        Parameter("check", "context", "条件自查结论", "Result of the check", required=False),
        Parameter("score", "context", "参考评分", "Indicative score", required=False),
        Parameter("self_lines", "list", "逐项说明", "The check line by line", required=False),
    ),
    outputs=(*_INSTANTS, _DIRECT),
)
def submit(
    context: VerbContext,
    application_no: str,
    form_submission: Any,
    declaration_submission: Any = None,
    manual: Sequence[Mapping[str, str]] = (),
    self_submission: Any = None,
    **result: Any,
) -> dict[str, Any]:
    """Freeze version 1 before the deadline (I3) and hand over the instants and the way that count now.

    The city may have taken the county's step over since the application was opened (article 7).

    What the self-check leaves to a person (article 6) becomes a flag, which the formal review has to resolve. Raises
    DeclarationMissing, DeclarationUnsound: nothing is submitted without the representative's word. In cases of the
    first release the sealed signature is that word.
    """
    application = applications.require(context.session, application_no)
    for fact in manual:
        applications.raise_flag(
            application, fact["ground"], fact["text"], actor=context.actor, at=context.now
        )
    applications.submit(
        context.session,
        application,
        content(context.session, form_submission)
        | attachment(context.session, self_submission, result)
        | _declared(context, application_no, declaration_submission, form_submission),
        submission_id=as_int(form_submission),
        actor=context.actor,
        at=context.now,
    )
    cycle = cycles.require(context.session, application.cycle_year)
    return {**cycles.deadlines(cycle), "direct_filing": application.county in cycle.direct_filing}


def _declared(context: VerbContext, application_no: str, signature: Any, form: Any) -> dict[str, Any]:
    if signature is None and earlier.signed(context):
        return {}
    return declaration(context.session, application_no, signature, form)


@VERBS.register(
    "applications.lapse",
    zh="逾期失效",
    en="Lapse",
    inputs=(NUMBER,),
    outputs=(Parameter("lapsed", "boolean", "已失效", "Lapsed"), *_INSTANTS),
)
def lapse(context: VerbContext, application_no: str) -> dict[str, Any]:
    """The enterprise deadline came. A supplementary notice may have moved it: then `lapsed` is false."""
    application = applications.require(context.session, application_no)
    cycle = cycles.require(context.session, application.cycle_year)
    lapsed = applications.lapse(application, cycle, actor=context.actor, at=context.now)
    return {"lapsed": lapsed, **cycles.deadlines(cycle)}


@VERBS.register(
    "applications.leave",
    zh="撤回或放弃",
    en="Withdraw or renounce",
    inputs=(NUMBER, Parameter("reason", "string", "原因", "Reason")),
    outputs=(Parameter("left_as", "string", "撤回或放弃", "Withdrawn or renounced"),),
)
def leave(context: VerbContext, application_no: str, reason: str) -> dict[str, Any]:
    """The enterprise goes: 撤回 until the meeting's list is fixed, 放弃认定 afterwards (article 3)."""
    application = applications.require(context.session, application_no)
    left_as = applications.leave(application, reason=reason, actor=context.actor, at=context.now)
    return {"left_as": left_as}


@VERBS.register(
    "applications.record_county",
    zh="登记县级意见",
    en="Record the county's opinion",
    inputs=(NUMBER, _RESULT, _OPINION),
    outputs=(Parameter("county_result", "string", "县级结论", "County's result"), *_INSTANTS),
)
def record_county(
    context: VerbContext, application_no: str, result: str, opinion: str = ""
) -> dict[str, Any]:
    """AGREE, DISAGREE and SILENT all go on to the city; RETURN goes back. EXTENDED.

    The deadline was moved.
    """
    application = applications.require(context.session, application_no)
    cycle = cycles.require(context.session, application.cycle_year)
    deadline = cycle.county_deadline
    if result == "SILENT" and deadline is not None and context.now < deadline:
        return {"county_result": "EXTENDED", **cycles.deadlines(cycle)}
    application.county_result = result
    to = s.RETURNED if result == "RETURN" else s.COUNTY_DONE
    note = "县级逾期未出具意见" if result == "SILENT" else opinion
    applications.change_status(
        application, to, actor=context.actor, basis="第七条", at=context.now, note=note
    )
    return {"county_result": result, **cycles.deadlines(cycle)}


_CITY = {
    "RECOMMEND": s.CITY_AGREED,
    "RETURN": s.RETURNED,
    "REJECT": s.NOT_RECOMMENDED,
    "SILENT": s.NOT_RECOMMENDED,
}


@VERBS.register(
    "applications.record_city",
    zh="登记市级初审",
    en="Record the city's review",
    inputs=(NUMBER, _RESULT, _OPINION),
    outputs=(Parameter("city_result", "string", "市级结论", "City's result"), *_INSTANTS),
)
def record_city(context: VerbContext, application_no: str, result: str, opinion: str = "") -> dict[str, Any]:
    """推荐, 退回补正, 不予推荐; silent until the deadline = not recommended. EXTENDED.

    The deadline was moved.
    """
    application = applications.require(context.session, application_no)
    cycle = cycles.require(context.session, application.cycle_year)
    deadline = cycle.city_deadline
    if result == "SILENT" and deadline is not None and context.now < deadline:
        return {"city_result": "EXTENDED", **cycles.deadlines(cycle)}
    application.city_result = result
    note = "市级截止前未完成初审，视为未推荐" if result == "SILENT" else opinion
    applications.change_status(
        application, _CITY[result], actor=context.actor, basis="第四条、第七条", at=context.now, note=note
    )
    return {"city_result": result, **cycles.deadlines(cycle)}


@VERBS.register(
    "applications.terminate", zh="依据失效终止", en="Terminate: the basis has ended", inputs=(NUMBER,)
)
def terminate(context: VerbContext, application_no: str) -> None:
    """The measure has ended and nothing continues it (article 15)."""
    application = applications.require(context.session, application_no)
    note = "依据文件已失效，没有延续办理的决定"
    applications.change_status(
        application, s.TERMINATED, actor=context.actor, basis="第十五条", at=context.now, note=note
    )


VERBS.merge(earlier.VERBS)
