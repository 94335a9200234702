"""What diagrams may call of revocation."""

from typing import Any

from engine.programme.declare import day, flag, instant, many, number, submission, text
from engine.programme.instances import name_case
from engine.programme.revocations import operations
from engine.programme.submitted import accepted
from engine.programme.titles import operations as titles
from engine.programme.values import as_date, as_instant
from engine.verbs import VerbContext, Verbs

VERBS = Verbs()
NO = text("revocation_no", "案件编号", "Case number")


@VERBS.register(
    "revocations.begin",
    zh="立案",
    en="Open a case",
    inputs=(
        text("title_no", "称号编号", "Title number"),
        text("source", "线索来源", "Source"),
        text("clue", "线索", "Clue"),
        text("evaluation_no", "监测编号", "Evaluation number", required=False),
    ),
    outputs=(NO,),
)
def begin(
    context: VerbContext, title_no: str, source: str, clue: str, evaluation_no: str | None = None
) -> dict[str, Any]:
    """Open a case on a clue; nothing happens to the title yet."""
    case = operations.begin(
        context.session,
        title_no,
        {"source": source, "clue": clue, "evaluation_no": evaluation_no},
        actor=context.actor,
        at=context.now,
    )
    if context.business_key is None:
        name_case(context, title_no)
    return {"revocation_no": case.revocation_no}


@VERBS.register(
    "revocations.verify",
    zh="登记核实结果",
    en="Record the verification",
    inputs=(NO, submission("submission_id", "核实意见", "Verification")),
    outputs=(
        number("ground", "撤销情形", "Ground"),
        day("facts_on", "事实发生日期", "Date of the facts"),
        day("penalty_on", "处罚日期", "Date of the penalty", required=False),
        many("evidence_kinds", "已有证据", "Evidence at hand"),
        text("legal_basis", "依据", "Basis"),
    ),
)
def verify(context: VerbContext, revocation_no: str, submission_id: Any) -> dict[str, Any]:
    """Keep ground, facts and evidence; facts after the measure's end need another basis (I14)."""
    sent = accepted(context.session, submission_id)
    case = operations.require(context.session, revocation_no)
    operations.verify(context.session, case, sent.data, actor=sent.by, at=context.now)
    return {
        "ground": case.ground,
        "facts_on": case.facts_on.isoformat() if case.facts_on else None,
        "penalty_on": case.penalty_on.isoformat() if case.penalty_on else None,
        "evidence_kinds": sorted({e.kind for e in case.evidence}),
        "legal_basis": case.legal_basis,
    }


@VERBS.register(
    "revocations.drop",
    zh="线索不属实，销案",
    en="Drop the case",
    inputs=(NO, submission("submission_id", "核实意见", "Verification")),
)
def drop(context: VerbContext, revocation_no: str, submission_id: Any) -> None:
    """Close a case whose clue was not confirmed."""
    sent = accepted(context.session, submission_id)
    case = operations.require(context.session, revocation_no)
    operations.drop(
        context.session, case, reason=str(sent.data.get("facts") or ""), actor=sent.by, at=context.now
    )


@VERBS.register(
    "revocations.notify",
    zh="送达拟撤销告知书",
    en="Serve the notice",
    inputs=(
        NO,
        many("required_evidence", "应有证据", "Required evidence"),
        day("notice_on", "送达日期", "Served on"),
        instant("hearing_until", "陈述申辩截止", "End of statement and defence"),
        text("by", "经办人", "By", required=False),
    ),
    outputs=(instant("hearing_until", "陈述申辩截止", "End of statement and defence"),),
)
def notify(
    context: VerbContext,
    revocation_no: str,
    required_evidence: list[str],
    notice_on: Any,
    hearing_until: Any,
    by: str = "",
) -> dict[str, Any]:
    """Serve 拟撤销告知书; the title becomes REVOKING, which is still valid."""
    until = as_instant(hearing_until)
    operations.notify(
        context.session,
        operations.require(context.session, revocation_no),
        required_evidence=required_evidence,
        on=as_date(notice_on),
        hearing_until=until,
        actor=by or context.actor,
        at=context.now,
    )
    return {"hearing_until": until.isoformat()}


@VERBS.register(
    "revocations.close_hearing",
    zh="陈述申辩结束",
    en="Close statement and defence",
    inputs=(NO, submission("submission_id", "陈述申辩", "Statement", required=False)),
)
def close_hearing(context: VerbContext, revocation_no: str, submission_id: Any = None) -> None:
    """Keep the holder's statement, or its silence when the time is over."""
    case = operations.require(context.session, revocation_no)
    sent = None if submission_id is None else accepted(context.session, submission_id)
    statement = str(sent.data["statement"]) if sent else None
    operations.close_hearing(case, statement, actor=sent.by if sent else context.actor, at=context.now)


@VERBS.register(
    "revocations.record_meeting",
    zh="登记法制审核和会议结果",
    en="Record legal review and meeting",
    inputs=(
        NO,
        submission("legal_submission", "法制审核意见", "Legal review"),
        submission("meeting_submission", "厅长办公会结果", "Meeting"),
    ),
    outputs=(text("meeting_decision", "会议决定", "Decision"),),
)
def record_meeting(
    context: VerbContext, revocation_no: str, legal_submission: Any, meeting_submission: Any
) -> dict[str, Any]:
    """Keep the legal opinion and what the director's meeting decided."""
    case = operations.require(context.session, revocation_no)
    legal = accepted(context.session, legal_submission)
    operations.review_legally(case, str(legal.data["opinion"]), actor=legal.by, at=legal.at)
    sent = accepted(context.session, meeting_submission)
    operations.meet(
        case,
        str(sent.data["decision"]),
        minutes_no=str(sent.data["minutes_no"]),
        on=as_date(sent.data["meeting_on"]),
        actor=sent.by,
        at=context.now,
    )
    return {"meeting_decision": case.meeting_decision}


@VERBS.register(
    "revocations.decide",
    zh="作出撤销决定",
    en="Issue the decision",
    inputs=(
        NO,
        text("document_no", "文号", "Document number"),
        day("issued_on", "决定日期", "Date"),
        flag("from_the_start", "自始撤销", "From the start", required=False),
        day("barred_until", "限制期至", "No new application until", required=False),
        text("by", "经办人", "By", required=False),
    ),
    outputs=(text("title_status", "称号状态", "Title status"),),
)
def decide(
    context: VerbContext,
    revocation_no: str,
    document_no: str,
    issued_on: Any,
    from_the_start: bool = False,
    barred_until: Any = None,
    by: str = "",
) -> dict[str, Any]:
    """End the title by 撤销决定 after every step of I11."""
    case = operations.require(context.session, revocation_no)
    operations.decide(
        context.session,
        case,
        document_no=document_no,
        on=as_date(issued_on),
        from_the_start=from_the_start,
        barred_until=None if barred_until is None else as_date(barred_until),
        actor=by or context.actor,
        at=context.now,
    )
    return {"title_status": titles.require(context.session, case.title_no).status}


@VERBS.register("revocations.keep", zh="不予撤销", en="Keep the title", inputs=(NO,))
def keep(context: VerbContext, revocation_no: str) -> None:
    """The meeting decided not to revoke: the title is ACTIVE again."""
    case = operations.require(context.session, revocation_no)
    reason = f"厅长办公会决定不予撤销（{case.meeting_minutes_no}）"
    operations.keep(context.session, case, reason=reason, actor=context.actor, at=context.now)
