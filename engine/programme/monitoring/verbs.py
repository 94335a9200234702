"""What diagrams may call of monitoring."""

from datetime import date
from typing import Any

from engine.clock import end_of_day
from engine.programme.declare import day, instant, number, submission, text
from engine.programme.instances import name_case
from engine.programme.monitoring import operations
from engine.programme.monitoring.models import FAIL, PASS, Evaluation
from engine.programme.submitted import accepted
from engine.programme.values import as_int
from engine.verbs import VerbContext, Verbs

VERBS = Verbs()
NO = text("evaluation_no", "监测编号", "Evaluation number")
DUE = (
    day("due_on", "整改截止日期", "Last day of the rectification"),
    instant("rectification_due", "整改截止时刻", "End of the rectification"),
)


@VERBS.register(
    "monitoring.begin",
    zh="开始监测评估",
    en="Begin an evaluation",
    inputs=(
        text("title_no", "称号编号", "Title number"),
        number("year", "年度", "Year"),
        text("agency", "监测机构", "Agency"),
    ),
    outputs=(NO,),
)
def begin(context: VerbContext, title_no: str, year: Any, agency: str) -> dict[str, Any]:
    """Open the evaluation of one title in one year."""
    evaluation = operations.begin(
        context.session, title_no, as_int(year), agency, actor=context.actor, at=context.now
    )
    if context.business_key is None:
        name_case(context, evaluation.evaluation_no)
    return {"evaluation_no": evaluation.evaluation_no}


@VERBS.register(
    "monitoring.note",
    zh="记录监测事项",
    en="Put something on record",
    inputs=(NO, text("what", "事项", "What"), text("note", "说明", "Note", required=False)),
)
def note(context: VerbContext, evaluation_no: str, what: str, note: str = "") -> None:
    """Add a line to the evaluation's history, e.g. a reminder or a deadline that passed."""
    evaluation = operations.require(context.session, evaluation_no)
    operations.record(evaluation, what, actor=context.actor, at=context.now, note=note)


@VERBS.register(
    "monitoring.confirm",
    zh="确认评估结果",
    en="Confirm the result",
    inputs=(
        NO,
        submission("report_submission", "企业报送数据", "Holder's figures", required=False),
        submission("proposal_submission", "机构评估建议", "Agency's proposal"),
        submission("confirm_submission", "省厅确认", "Confirmation"),
    ),
    outputs=(text("result", "结果", "Result"),),
)
def confirm(
    context: VerbContext,
    evaluation_no: str,
    proposal_submission: Any,
    confirm_submission: Any,
    report_submission: Any = None,
) -> dict[str, Any]:
    """Take in the holder's figures and the agency's proposal, and the result as the department confirmed
    it.
    """
    evaluation = operations.require(context.session, evaluation_no)
    if report_submission is not None:
        sent = accepted(context.session, report_submission)
        operations.hand_in(evaluation, sent.data, actor=sent.by, at=sent.at)
    _propose(context, evaluation, proposal_submission)
    sent = accepted(context.session, confirm_submission)
    result = str(sent.data["result"])
    operations.confirm(
        evaluation, result, actor=sent.by, at=context.now, note=str(sent.data.get("opinion") or "")
    )
    return {"result": result}


def _propose(context: VerbContext, evaluation: Evaluation, submission_id: Any) -> None:
    sent = accepted(context.session, submission_id)
    score = sent.data.get("score")
    operations.propose(
        evaluation,
        result=str(sent.data["result"]),
        score=None if score is None else as_int(score),
        findings=str(sent.data.get("findings") or ""),
        actor=sent.by,
        at=sent.at,
    )


@VERBS.register(
    "monitoring.order_rectification",
    zh="下达整改通知",
    en="Order the rectification",
    inputs=(
        NO,
        submission("submission_id", "整改通知", "Notice"),
        number("rectification_days", "整改天数", "Days for the rectification"),
    ),
    outputs=DUE,
)
def order_rectification(
    context: VerbContext, evaluation_no: str, submission_id: Any, rectification_days: Any
) -> dict[str, Any]:
    """Serve the notice and set the last day; the title becomes RECTIFYING."""
    sent = accepted(context.session, submission_id)
    rectification = operations.require_rectification(
        context.session,
        operations.require(context.session, evaluation_no),
        notice=str(sent.data["problems"]),
        days=as_int(rectification_days),
        actor=sent.by,
        at=context.now,
    )
    return _due(rectification.due_on)


def _due(day: date) -> dict[str, Any]:
    return {"due_on": day.isoformat(), "rectification_due": end_of_day(day).isoformat()}


@VERBS.register(
    "monitoring.extend",
    zh="登记延期决定",
    en="Record the decision on an extension",
    inputs=(
        NO,
        submission("submission_id", "延期意见", "Decision on the extension"),
        number("extension_days", "最长延长天数", "Most days of extension"),
    ),
    outputs=DUE,
)
def extend(
    context: VerbContext, evaluation_no: str, submission_id: Any, extension_days: Any
) -> dict[str, Any]:
    """Move the last day, once; a refusal is put on record and moves nothing."""
    sent = accepted(context.session, submission_id)
    evaluation = operations.require(context.session, evaluation_no)
    opinion = str(sent.data.get("opinion") or "")
    if sent.data["decision"] != "AGREE":
        operations.record(evaluation, "EXTENSION_REFUSED", actor=sent.by, at=context.now, note=opinion)
        return _due(operations.rectification_of(evaluation).due_on)
    new = operations.extend(
        evaluation,
        days=as_int(sent.data["days"]),
        limit=as_int(extension_days),
        reason=opinion,
        actor=sent.by,
        at=context.now,
    )
    return _due(new)


@VERBS.register(
    "monitoring.conclude",
    zh="确认复评结果",
    en="Confirm the re-evaluation",
    inputs=(
        NO,
        submission("report_submission", "整改报告", "Rectification report", required=False),
        submission("proposal_submission", "复评意见", "Re-evaluation"),
        submission("confirm_submission", "省厅确认", "Confirmation"),
    ),
    outputs=(text("result", "结果", "Result"),),
)
def conclude(
    context: VerbContext,
    evaluation_no: str,
    proposal_submission: Any,
    confirm_submission: Any,
    report_submission: Any = None,
) -> dict[str, Any]:
    """Take in the rectification report and the re-evaluation, and the result as the department confirmed
    it.
    """
    evaluation = operations.require(context.session, evaluation_no)
    if report_submission is not None:
        sent = accepted(context.session, report_submission)
        operations.report_rectified(evaluation, str(sent.data["report"]), actor=sent.by, at=sent.at)
    sent = accepted(context.session, proposal_submission)
    operations.re_evaluate(
        evaluation,
        result=str(sent.data["result"]),
        findings=str(sent.data.get("findings") or ""),
        actor=sent.by,
        at=sent.at,
    )
    sent = accepted(context.session, confirm_submission)
    result = PASS if sent.data["result"] == PASS else FAIL
    operations.conclude(context.session, evaluation, result, actor=sent.by, at=context.now)
    return {"result": result}


@VERBS.register(
    "monitoring.end_after_expiry",
    zh="依据失效，监测收尾",
    en="End monitoring after expiry",
    inputs=(NO, submission("submission_id", "收尾报告", "Report", required=False)),
)
def end_after_expiry(context: VerbContext, evaluation_no: str, submission_id: Any = None) -> None:
    """End an evaluation undecided, or a rectification with a report to the department (article 15)."""
    evaluation = operations.require(context.session, evaluation_no)
    sent = None if submission_id is None else accepted(context.session, submission_id)
    operations.end_after_expiry(
        context.session,
        evaluation,
        note=str(sent.data.get("report") or "") if sent else "监测评估终止",
        actor=sent.by if sent else context.actor,
        at=context.now,
    )
