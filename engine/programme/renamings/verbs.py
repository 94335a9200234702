"""What diagrams may call of the register of renamings."""

from typing import Any

from engine.programme.declare import day, flag, submission, text
from engine.programme.renamings import operations
from engine.programme.renamings.models import COMPLEX, Renaming
from engine.programme.submitted import accepted
from engine.programme.values import as_date
from engine.verbs import VerbContext, Verbs

VERBS = Verbs()
NO = text("renaming_no", "更名编号", "Renaming number")
OPINIONS = (
    submission("city_submission", "市局意见", "City opinion", required=False),
    submission("department_submission", "省厅审核意见", "Department review", required=False),
    submission("approval_submission", "分管厅领导意见", "Deputy director's approval", required=False),
    submission("meeting_submission", "厅长办公会结果", "Meeting result", required=False),
)


@VERBS.register(
    "renamings.register",
    zh="登记更名申请",
    en="Register an application for renaming",
    inputs=(
        text("title_no", "称号编号", "Title number"),
        submission("submission_id", "更名申请", "Application"),
        text("renaming_no", "更名编号", "Renaming number", required=False),
    ),
    outputs=(
        NO,
        text("new_holder", "新名称", "New name"),
        flag("complex", "是否重大调整", "Complex change"),
        text("label", "办理名目", "Label"),
    ),
)
def register(
    context: VerbContext, title_no: str, submission_id: Any, renaming_no: str | None = None
) -> dict[str, Any]:
    """Enter what the holder asks for.

    After a return by the city (renaming_no given) take in the corrections.
    """
    sent = accepted(context.session, submission_id)
    if renaming_no:
        renaming = operations.require(context.session, renaming_no)
        operations.amend(renaming, sent.data, actor=sent.by, at=context.now)
    else:
        renaming = operations.register(context.session, title_no, sent.data, actor=sent.by, at=context.now)
    return {
        "renaming_no": renaming.renaming_no,
        "new_holder": renaming.new_holder,
        "complex": renaming.kind == COMPLEX,
        "label": renaming.label,
    }


@VERBS.register(
    "renamings.note_overdue",
    zh="记录更名超期",
    en="Note that a renaming is overdue",
    inputs=(NO, text("step", "环节", "Step")),
)
def note_overdue(context: VerbContext, renaming_no: str, step: str) -> None:
    """Put on record that an office kept silent beyond its time; the step is never skipped."""
    renaming = operations.require(context.session, renaming_no)
    operations.record(renaming, "OVERDUE", actor=context.actor, at=context.now, note=f"{step}超期未办")


@VERBS.register(
    "renamings.agree",
    zh="同意更名并登记名称",
    en="Agree to the renaming",
    inputs=(
        NO,
        *OPINIONS,
        text("document_no", "文号", "Document number"),
        day("issued_on", "发文日期", "Issued on"),
        text("by", "办理人", "Who entered it", required=False),
    ),
)
def agree(
    context: VerbContext, renaming_no: str, document_no: str, issued_on: Any, by: str = "", **opinions: Any
) -> None:
    """Issue the consent: the new name enters the title's chain, the old one stays searchable (I13)."""
    renaming = operations.require(context.session, renaming_no)
    _take_in(context, renaming, opinions)
    operations.agree(
        context.session,
        renaming,
        document_no=document_no,
        on=as_date(issued_on),
        actor=by or context.actor,
        at=context.now,
    )


@VERBS.register(
    "renamings.refuse",
    zh="不同意更名",
    en="Refuse the renaming",
    inputs=(NO, *OPINIONS),
)
def refuse(context: VerbContext, renaming_no: str, **opinions: Any) -> None:
    """Close without consent, with the reason that the refusing office gave."""
    renaming = operations.require(context.session, renaming_no)
    reason = _take_in(context, renaming, opinions)
    operations.refuse(context.session, renaming, reason=reason, actor=context.actor, at=context.now)


@VERBS.register(
    "renamings.lapse",
    zh="更名申请失效",
    en="The application lapses",
    inputs=(text("renaming_no", "更名编号", "Renaming number", required=False),),
)
def lapse(context: VerbContext, renaming_no: str | None = None) -> None:
    """The holder let the time pass: an application already registered ends, the name stays."""
    if renaming_no is None:
        return
    renaming = operations.require(context.session, renaming_no)
    operations.withdraw(
        context.session, renaming, reason="逾期未提交或未补正", actor=context.actor, at=context.now
    )


def _take_in(context: VerbContext, renaming: Renaming, opinions: dict[str, Any]) -> str:
    """Keep the offices' opinions with the time and person of each; returns the last one's text."""
    last = ""
    for step in ("city_submission", "department_submission", "approval_submission", "meeting_submission"):
        if opinions.get(step) is None:
            continue
        sent = accepted(context.session, opinions[step])
        last = str(sent.data.get("opinion") or "")
        if step == "city_submission":
            renaming.city_opinion = f"{sent.data['decision']}：{last}"
        elif step == "department_submission":
            renaming.department_opinion = f"{sent.data['decision']}：{last}"
        elif step == "meeting_submission":
            renaming.meeting_minutes_no = str(sent.data["minutes_no"])
        note = f"{sent.data['decision']}：{last}"
        operations.record(renaming, step.split("_", 1)[0].upper(), actor=sent.by, at=sent.at, note=note)
    return last
