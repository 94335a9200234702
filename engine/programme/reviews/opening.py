"""Before the file is opened an expert declares to have no interest: nothing of it is shown earlier (article 8, I8)."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.policy import Actor
from engine.programme.reviews.models import ExpertSheet
from engine.programme.reviews.pool_models import ExpertDeclaration
from engine.store.tasks import UserTask

SCORING = "expert_sheet"
NONE = "NONE"


def is_open(session: Session, application_no: str, expert: str) -> bool:
    """Whether the expert has declared to have no interest in this application, or has sealed a sheet on it."""
    declared = exists().where(
        ExpertDeclaration.application_no == application_no,
        ExpertDeclaration.expert == expert,
        ExpertDeclaration.kind == NONE,
    )
    sealed = exists().where(ExpertSheet.application_no == application_no, ExpertSheet.expert == expert)
    return bool(session.scalar(select(declared | sealed)))


def keeps_closed(session: Session, actor: Actor, task: UserTask) -> bool:
    """Whether this is a task of scoring that shows nothing of the file to this person yet."""
    if task.element_id != SCORING or task.process_id != "application":
        return False
    return not is_open(session, task.business_key or "", actor.login)
