"""What diagrams may call of the register of measures."""

from typing import Any

from sqlalchemy import select

from engine.programme.declare import instant, number, submission, text
from engine.programme.instances import name_case
from engine.programme.measures import operations
from engine.programme.submitted import accepted
from engine.programme.values import as_int
from engine.store.instances import Instance
from engine.verbs import VerbContext, Verbs

VERBS = Verbs()
CODE = text("measure_code", "登记号", "Normative document number")


@VERBS.register(
    "measures.register",
    zh="登记依据文件",
    en="Register a measure",
    inputs=(submission("submission_id", "登记表", "Registration"),),
    outputs=(
        CODE,
        text("measure_name", "名称", "Name"),
        instant("in_force_at", "施行时刻", "In force from"),
        instant("expires_at", "失效时刻", "Expiry"),
    ),
)
def register(context: VerbContext, submission_id: Any) -> dict[str, Any]:
    """Enter the measure that was submitted, with its document number and its own dates."""
    sent = accepted(context.session, submission_id)
    measure = operations.register(context.session, sent.data, actor=sent.by, at=context.now)
    if context.business_key is None:
        name_case(context, measure.code)
    return {
        "measure_code": measure.code,
        "measure_name": measure.name,
        "in_force_at": measure.in_force_from.isoformat(),
        "expires_at": measure.expires_at.isoformat(),
    }


@VERBS.register("measures.take_effect", zh="依据文件施行", en="The measure takes effect", inputs=(CODE,))
def take_effect(context: VerbContext, measure_code: str) -> None:
    """Mark the first day of validity."""
    operations.take_effect(context.session, measure_code, actor=context.actor, at=context.now)


@VERBS.register(
    "measures.record_evaluation",
    zh="记录续期评估意见",
    en="Record an evaluation for renewal",
    inputs=(
        CODE,
        number("months", "届满前月数", "Months before expiry"),
        submission("submission_id", "评估意见", "Evaluation"),
    ),
)
def record_evaluation(context: VerbContext, measure_code: str, months: Any, submission_id: Any) -> None:
    """Keep what was concluded at a reminder."""
    sent = accepted(context.session, submission_id)
    operations.record_evaluation(
        context.session,
        measure_code,
        months=as_int(months),
        conclusion=str(sent.data["conclusion"]),
        note=str(sent.data.get("opinion") or ""),
        actor=sent.by,
        at=context.now,
    )


@VERBS.register(
    "measures.expire",
    zh="依据文件失效，列出到期清单",
    en="The measure expires; list what is open",
    inputs=(CODE,),
    outputs=(number("open_count", "未办结件数", "Open cases"),),
)
def expire(context: VerbContext, measure_code: str) -> dict[str, Any]:
    """Mark the end of validity and list every running case but this process itself (step S20)."""
    running = select(Instance.process_id, Instance.business_key, Instance.id).where(
        Instance.status.in_(("ACTIVE", "SUSPENDED")),
        Instance.id != context.instance_key,
        Instance.parent_id.is_(None),
        Instance.process_id != context.process_id,
    )
    rows = [(process, key or "", instance) for process, key, instance in context.session.execute(running)]
    return {
        "open_count": operations.expire(
            context.session, measure_code, rows, actor=context.actor, at=context.now
        )
    }


@VERBS.register(
    "measures.close_list",
    zh="到期清单处置完毕",
    en="The list of open cases is dealt with",
    inputs=(CODE, submission("submission_id", "处置意见", "Disposition")),
)
def close_list(context: VerbContext, measure_code: str, submission_id: Any) -> None:
    """Keep how the list of open cases was dealt with."""
    sent = accepted(context.session, submission_id)
    measure = operations.require(context.session, measure_code)
    note = f"{sent.data.get('successor_plan') or ''} {sent.data.get('disposition') or ''}"
    operations.record(measure, "LIST_CLOSED", actor=sent.by, at=context.now, note=note)
