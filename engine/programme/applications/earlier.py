"""What diagrams of the first release call: cases that began under them go on under them to their end.

New diagrams call `returns.ask` and `returns.take`; lint does not know these verbs any more.
"""

from typing import Any

from sqlalchemy import select

from engine.programme.applications import operations as applications
from engine.programme.applications import statuses as s
from engine.programme.declare import submission
from engine.programme.submissions import content
from engine.programme.values import as_int
from engine.store.tasks import Submission
from engine.verbs import Parameter, VerbContext, Verbs

VERBS = Verbs()
_NUMBER = Parameter("application_no", "string", "申报编号", "Application number")
_SIGN = "sign"


def signed(context: VerbContext) -> bool:
    """Whether the case's own step “sign” was submitted with the first release's form.

    That form knew the seal alone; the commitments stood in the application form, as they still do. Cases that began
    later are signed with a declaration, and are not meant.
    """
    found = context.session.scalar(
        select(Submission)
        .where(Submission.instance_id == context.instance_key, Submission.element_id == _SIGN)
        .order_by(Submission.id.desc())
        .limit(1)
    )
    if found is None or "commit_true" in found.data:
        return False
    return bool(found.data.get("decision") == "SUBMIT" and found.data.get("sealed") is True)


@VERBS.register(
    "applications.correct",
    zh="登记补正（首版流程）",
    en="Record the correction (first release)",
    retired=True,
    inputs=(
        _NUMBER,
        Parameter("returned_by", "string", "退回单位", "Who returned it"),
        submission("correction_submission", "补正", "The correction", required=False),
    ),
)
def correct(
    context: VerbContext, application_no: str, returned_by: str, correction_submission: Any = None
) -> None:
    """A corrected file is a new version (I7); without one the old version goes back to who returned it."""
    county = returned_by == "COUNTY"
    reason = "县级退回补正" if county else "市级退回补正"
    _take(context, application_no, correction_submission, reason, s.SUBMITTED if county else s.COUNTY_DONE)


@VERBS.register(
    "applications.supplement",
    zh="登记形式审查补正（首版流程）",
    en="Record the supplement (first release)",
    retired=True,
    inputs=(_NUMBER, submission("supplement_submission", "补正", "The supplement", required=False)),
)
def supplement(context: VerbContext, application_no: str, supplement_submission: Any = None) -> None:
    """What was supplemented is a new version (I7); then the formal review is taken up again (article 8)."""
    _take(context, application_no, supplement_submission, "形式审查补正", s.RECOMMENDED)


def _take(context: VerbContext, application_no: str, submission_id: Any, reason: str, to: str) -> None:
    application = applications.require(context.session, application_no)
    if submission_id is not None:
        before = applications.latest_version(context.session, application_no)
        # the first release's correction form asks for a few fields; the others stay as they were
        merged = {**(before.content if before else {}), **content(context.session, submission_id)}
        applications.add_version(
            context.session,
            application,
            merged,
            submission_id=as_int(submission_id),
            actor=context.actor,
            at=context.now,
            reason=reason,
        )
    basis = "第八条" if to == s.RECOMMENDED else "第七条"
    note = "已补正" if submission_id is not None else "逾期未补正，按原材料办理"
    applications.change_status(application, to, actor=context.actor, basis=basis, at=context.now, note=note)
