"""An expert declares to have no interest in an application, and opens its file (article 8, I8)."""

from engine import audit, policy
from engine.commands.refusals import TaskCompleted
from engine.commands.retrying import command
from engine.errors import NotFound
from engine.policy import Actor
from engine.programme.applications.operations import require as require_application
from engine.programme.reviews.opening import NONE, SCORING, is_open
from engine.programme.reviews.operations import ensure_may_score
from engine.programme.reviews.pool_models import ExpertDeclaration
from engine.runtime import Runtime
from engine.store.tasks import CREATED, UserTask


@command
def open_file(rt: Runtime, actor: Actor, task_key: int) -> None:
    """Keep the expert's declaration to have no interest; then the file is shown. A second one changes nothing.

    Raises NotFound, NotAllowed, TaskCompleted, ExpertIsRecused.
    """
    with rt.transaction() as tx:
        task = tx.session.get(UserTask, task_key)
        if task is None or task.element_id != SCORING or not policy.may(actor, "task.read", task):
            raise NotFound(what_zh="这项任务", what_en="This task")
        policy.require(actor, "task.complete", task)
        if task.state != CREATED:
            raise TaskCompleted(task=task.called, by=task.ended_by, at="")
        application = require_application(tx.session, task.business_key or "")
        ensure_may_score(tx.session, application, actor.login)
        if is_open(tx.session, application.application_no, actor.login):
            return
        tx.session.add(
            ExpertDeclaration(
                application_no=application.application_no, expert=actor.login, kind=NONE, signed_at=tx.now
            )
        )
        audit.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="review.declare",
            object_type="application",
            object_key=application.application_no,
            business_key=application.application_no,
            detail={"kind": NONE},
        )
