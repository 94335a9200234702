"""What diagrams may call of the register of objections. Who objected never becomes a process variable."""

from typing import Any

from sqlalchemy import select

from engine.programme.declare import day, flag, submission, text
from engine.programme.objections import operations
from engine.programme.objections.models import ANONYMOUS, UPHELD
from engine.programme.submitted import accepted
from engine.programme.titles.models import Title
from engine.programme.values import as_date
from engine.verbs import VerbContext, Verbs

VERBS = Verbs()
NO = text("objection_no", "异议编号", "Objection number")


@VERBS.register(
    "objections.facts",
    zh="读取异议",
    en="Read an objection",
    inputs=(NO,),
    outputs=(
        text("kind", "署名方式", "How it is signed"),
        flag("signed", "是否具名", "Signed or sealed"),
        text("target", "对象", "What it is about"),
        text("application_no", "申报编号", "Application number", required=False),
        text("title_no", "称号编号", "Title number", required=False),
        text("city", "市", "City", required=False),
        flag("late", "是否逾期", "Late"),
        day("received_on", "收到日期", "Received on"),
    ),
)
def facts(context: VerbContext, objection_no: str) -> dict[str, Any]:
    """The small facts of an objection; never the identity."""
    objection = operations.require(context.session, objection_no)
    return {
        "kind": objection.kind,
        "signed": objection.kind != ANONYMOUS,
        "target": objection.application_no or objection.title_no,
        "application_no": objection.application_no,
        "title_no": objection.title_no,
        "city": objection.city,
        "late": objection.late,
        "received_on": objection.received_at.date().isoformat(),
    }


@VERBS.register(
    "objections.record_report",
    zh="登记核查报告",
    en="Record the report",
    inputs=(NO, submission("submission_id", "核查报告", "Report")),
)
def record_report(context: VerbContext, objection_no: str, submission_id: Any) -> None:
    """Keep the report of the verification."""
    sent = accepted(context.session, submission_id)
    objection = operations.require(context.session, objection_no)
    operations.report(objection, str(sent.data["report"]), actor=sent.by, at=context.now)


@VERBS.register(
    "objections.log",
    zh="线索存档",
    en="File a clue",
    inputs=(NO, submission("submission_id", "登记意见", "Assessment")),
)
def log(context: VerbContext, objection_no: str, submission_id: Any) -> None:
    """Close an anonymous clue without an investigation."""
    sent = accepted(context.session, submission_id)
    objection = operations.require(context.session, objection_no)
    operations.log_clue(objection, reasons=str(sent.data["reasons"]), actor=sent.by, at=context.now)


@VERBS.register(
    "objections.decide",
    zh="登记异议结论",
    en="Record the decision",
    inputs=(NO, submission("submission_id", "结论", "Decision")),
)
def decide(context: VerbContext, objection_no: str, submission_id: Any) -> None:
    """Keep 成立/部分成立/不成立 and what follows for the item."""
    sent = accepted(context.session, submission_id)
    operations.decide(
        operations.require(context.session, objection_no),
        outcome=str(sent.data["outcome"]),
        consequence=str(sent.data["consequence"]),
        reasons=str(sent.data["reasons"]),
        actor=sent.by,
        at=context.now,
    )


@VERBS.register(
    "objections.close",
    zh="办结异议",
    en="Close an objection",
    inputs=(
        NO,
        submission("submission_id", "答复", "Reply", required=False),
        day("replied_on", "答复日期", "Replied on", required=False),
    ),
    outputs=(
        text("outcome", "结论", "Outcome"),
        text("consequence", "处理结果", "Consequence"),
        text("title_no", "称号编号", "Title number", required=False),
        flag("to_revocation", "转入撤销核查", "Goes on to revocation"),
    ),
)
def close(
    context: VerbContext, objection_no: str, submission_id: Any = None, replied_on: Any = None
) -> dict[str, Any]:
    """Record the reply, if one was owed, and close.

    An upheld one against a granted title goes on to article 11.
    """
    objection = operations.require(context.session, objection_no)
    if submission_id is not None:
        sent = accepted(context.session, submission_id)
        text = str(sent.data.get("reply") or "") or None
        operations.reply(objection, on=as_date(replied_on), actor=sent.by, at=context.now, text=text)
    operations.close(objection, actor=context.actor, at=context.now)
    title_no = objection.title_no or context.session.scalar(
        select(Title.title_no).where(Title.application_no == objection.application_no)
    )
    return {
        "outcome": objection.outcome,
        "consequence": objection.consequence,
        "title_no": title_no,
        "to_revocation": title_no is not None and objection.outcome == UPHELD,
    }


@VERBS.register(
    "objections.note_overdue", zh="记录异议超期", en="Note that an objection is overdue", inputs=(NO,)
)
def note_overdue(context: VerbContext, objection_no: str) -> None:
    """Put on record that the handling took longer than the parameter allows; the hold stays."""
    objection = operations.require(context.session, objection_no)
    operations.record(objection, "OVERDUE", actor=context.actor, at=context.now, note="超过办理期限")
