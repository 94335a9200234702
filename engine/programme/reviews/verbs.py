"""What the diagrams do with the registers of reviews."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.programme.applications import operations as applications
from engine.programme.applications.models import Application
from engine.programme.cycles import operations as cycles
from engine.programme.reviews import draw as draws
from engine.programme.reviews import draw_substitutes as substitutes
from engine.programme.reviews import likeness, sheets
from engine.programme.reviews import operations as reviews
from engine.programme.reviews.errors import ExpertIsRecused
from engine.programme.reviews.results import record_result
from engine.programme.reviews.sampling import is_first_title, is_sampled
from engine.programme.submissions import content
from engine.programme.values import as_date, as_int
from engine.verbs import BpmnError, Parameter, VerbContext, Verbs

VERBS = Verbs()
_NUMBER = Parameter("application_no", "string", "申报编号", "Application number")
_EXPERT = Parameter("expert", "string", "专家账号", "Expert's login")
KEEP = "P30D"


@VERBS.register(
    "reviews.record_formal",
    zh="登记形式审查",
    en="Record the formal review",
    inputs=(
        _NUMBER,
        Parameter("result", "string", "结论", "PASS, SUPPLEMENT or FAIL"),
        Parameter("reason", "string", "理由", "Reason", required=False),
        Parameter("article", "string", "条款", "Article", required=False),
        Parameter("checker", "string", "经办人", "Checker"),
        Parameter("approver", "string", "审核人", "Approver"),
        Parameter("checklist_submission", "number", "审查表编号", "Submission of the checklist"),
        Parameter("flag_reason", "string", "第六条判定理由", "Decision on Article 6", required=False),
    ),
    outputs=(Parameter("formal_result", "string", "形式审查结论", "Result"),),
)
def record_formal(
    context: VerbContext,
    application_no: str,
    result: str,
    checker: str,
    approver: str,
    checklist_submission: Any,
    reason: str = "",
    article: str = "",
    flag_reason: str = "",
) -> dict[str, Any]:
    """Keep a round of the formal review (article 8; checker and approver differ, I16)."""
    application = applications.require(context.session, application_no)
    reviews.record_formal(
        context.session,
        application,
        result,
        reason=reason,
        article=article,
        checker=checker,
        approver=approver,
        submission_id=as_int(checklist_submission),
        flag_reason=flag_reason,
        at=context.now,
    )
    if result == reviews.PASS:
        likeness.record(context.session, application)
    return {"formal_result": result}


@VERBS.register(
    "reviews.draw",
    zh="抽取专家",
    en="Draw the experts",
    inputs=(
        Parameter("cycle_year", "number", "年度", "Year of the cycle"),
        Parameter("seed", "string", "抽取种子", "Seed of the draw"),
        Parameter("witness", "string", "监督人员", "Witness", required=False),
        Parameter("edits", "list", "人工更换", "Exchanges by hand", required=False),
    ),
    outputs=(Parameter("drawn_count", "number", "评审项目数", "Items to review"),),
)
def draw(
    context: VerbContext, cycle_year: Any, seed: str, witness: str = "", edits: Any = None
) -> dict[str, Any]:
    """Draw experts for everything that passed the formal review, and tell each application who they are."""
    year = as_int(cycle_year)
    cycle = cycles.require(context.session, year)
    cycle.draw_seed = seed
    drawn = draws.confirm(
        context.session,
        year,
        seed,
        edits=draws.edits_of(edits),
        witness=witness,
        actor=context.actor,
        at=context.now,
    )
    percent = cycle.parameters["visit.sample_percent"]
    for number, experts in drawn.items():
        application = applications.require(context.session, number)
        facts = {
            "experts": experts,
            "sampled": is_sampled(seed, number, percent),
            "first_time": is_first_title(context.session, application.uscc),
        }
        context.publish("panel.drawn", number, facts, time_to_live=KEEP)
    return {"drawn_count": len(drawn)}


@VERBS.register(
    "reviews.seal_sheet",
    zh="封存评分表",
    en="Seal the score sheet",
    inputs=(
        _NUMBER,
        _EXPERT,
        Parameter("sheet_submission", "number", "评分表编号", "Submission of the sheet"),
    ),
    outputs=(
        Parameter("total", "number", "总分", "Total"),
        Parameter("d2", "number", "建设水平", "Level of construction"),
        Parameter("d3", "number", "实施成效", "Effects"),
        Parameter("visit_asked", "boolean", "建议实地考察", "Visit asked for"),
    ),
)
def seal_sheet(
    context: VerbContext, application_no: str, expert: str, sheet_submission: Any
) -> dict[str, Any]:
    """Seal a sheet (I8, I9). A recusal, declared or found, is the business error RECUSED."""
    sheet = content(context.session, sheet_submission)
    if sheet["declaration"] == "RECUSE":
        raise BpmnError("RECUSED", sheet.get("recusal_reason") or "专家申请回避")
    application = applications.require(context.session, application_no)
    try:
        sealed = sheets.seal_sheet(context.session, application, expert, sheet, at=context.now)
    except ExpertIsRecused as refusal:
        raise BpmnError("RECUSED", refusal.message("zh")) from refusal
    return {"total": sealed.total, "d2": sealed.d2, "d3": sealed.d3, "visit_asked": sealed.visit_asked}


@VERBS.register(
    "reviews.replace",
    zh="抽取替补专家",
    en="Draw a substitute",
    inputs=(_NUMBER, _EXPERT),
    outputs=(_EXPERT,),
)
def replace(context: VerbContext, application_no: str, expert: str) -> dict[str, Any]:
    """An expert leaves; a substitute is drawn by the same rules from a seed that follows from the first (I8)."""
    application = applications.require(context.session, application_no)
    chosen = substitutes.replace(context.session, application, expert, reason="回避", at=context.now)
    return {"expert": chosen}


@VERBS.register(
    "reviews.conclude",
    zh="登记评审结果",
    en="Record the result of the reviews",
    inputs=(
        _NUMBER,
        Parameter("score", "number", "最终得分", "Score"),
        Parameter("d2", "number", "建设水平均分", "Mean of D2"),
        Parameter("d3", "number", "实施成效均分", "Mean of D3"),
        Parameter("visit_submission", "number", "考察记录编号", "Submission of the visit", required=False),
        Parameter("conclusion", "context", "评审汇总", "What the decision table told", required=False),
        Parameter("rules", "context", "本年度规则", "Rules of the cycle", required=False),
        Parameter("leader_submission", "number", "组长意见编号", "Submission of the leader", required=False),
    ),
)
def conclude(
    context: VerbContext,
    application_no: str,
    score: Any,
    d2: Any,
    d3: Any,
    visit_submission: Any = None,
    conclusion: Any = None,
    rules: Any = None,
    leader_submission: Any = None,
) -> None:
    """Write score and site visit into the register; the item waits for the opinion (article 8).

    A diagram of the first release hands no `conclusion`: of those the register keeps the score alone.
    """
    application = applications.require(context.session, application_no)
    if visit_submission is not None and not reviews.visited(context.session, application_no):
        _record_visit(context, application, content(context.session, visit_submission))
    reviews.conclude(
        application,
        score=Decimal(score),
        d2=Decimal(d2),
        d3=Decimal(d3),
        actor=context.actor,
        at=context.now,
    )
    if conclusion is not None:
        record_result(
            context.session,
            application_no,
            conclusion,
            rules or {},
            instance_key=context.instance_key,
            leader_submission=as_int(leader_submission) if leader_submission is not None else None,
            at=context.now,
        )


def _record_visit(context: VerbContext, application: Application, visit: Mapping[str, Any]) -> None:
    """Enter the visit as it was submitted."""
    reviews.record_visit(
        context.session,
        application,
        visited_on=as_date(visit["visited_on"]),
        members=[row["name"] for row in visit["members"]],
        result=visit["visit_result"],
        findings=visit.get("findings") or "",
        actor=context.actor,
        at=context.now,
    )
