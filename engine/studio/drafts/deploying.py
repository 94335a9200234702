"""An approved change becomes what counts: at once, or at a date, when the worker deploys it and checks once more."""

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine.commands.deployments import Approval, check, enter
from engine.commands.retrying import command
from engine.commands.texts import instant
from engine.errors import Refusal
from engine.notifications.operations import COLLEAGUE, TASK
from engine.policy import SYSTEM, Actor
from engine.runtime import Runtime
from engine.store import studio as states
from engine.store.studio import RuleChange
from engine.studio.drafts import readiness
from engine.studio.drafts.approving import hands, require_approver_stands, require_same, require_state, tell
from engine.studio.drafts.drafting import drafts, open_change, record
from engine.studio.drafts.readiness import Readiness
from engine.studio.drafts.refusals import ContentsChanged, NotLater

log = structlog.get_logger(__name__)


def deploy_change(rt: Runtime, actor: Actor, change_id: int) -> int:
    """Deploy an approved change now; the number of the deployment. All checks are made again.

    Raises NotFound, ChangeClosed, NotInState, ApproverGone, ContentsChanged, NotDeployable, BaseMoved,
    ScenariosFailed.
    """
    with rt.transaction() as tx:  # who is too early is told so, before anything is played
        change = open_change(tx, actor, change_id)
        require_state(change, (states.APPROVED,), "部署", "deployed")
        require_approver_stands(tx.session, change)
    found = readiness.require(rt, change_id)
    return _deploy(rt, actor, change_id, found)


@command
def _deploy(rt: Runtime, actor: Actor, change_id: int, found: Readiness) -> int:
    with rt.reading() as session:
        contents = {file: draft.content for file, draft in drafts(session, change_id).items()}
    checked = check(rt, {file: contents[file] for file in found.differing})
    with rt.transaction() as tx:
        change = open_change(tx, actor, change_id)
        require_state(change, (states.APPROVED,), "部署", "deployed")
        require_approver_stands(tx.session, change)
        require_same(rt, tx, change, found)
        if change.contents != found.contents:
            raise ContentsChanged()
        approval = Approval(change.id, str(change.submitted_by), str(change.approved_by), found.contents)
        message = f"{change.title}：{change.reason}"
        deployed = enter(rt, tx, actor, checked, message, approval)
        change.state, change.deployment_id = states.DEPLOYED, deployed.key
        change.planned_for, change.failure = None, None
        change.closed_by, change.closed_at = actor.login, tx.now
        tx.session.flush()
        people = (hands(tx.session, change) | {str(change.approved_by)}) - {actor.login}
        zh, en = (
            f"“{change.title}”已部署，新案件按新规则办理。",
            f"{change.title} is deployed; new cases follow it.",
        )
        tell(tx, change, people, COLLEAGUE, ("规则变更已部署", "A change of rules was deployed"), (zh, en))
        record(tx, actor, change, "deploy", deployment=deployed.key, contents=found.contents)
        return deployed.key


@command
def plan(rt: Runtime, actor: Actor, change_id: int, at: datetime) -> None:
    """Have an approved change deployed at an instant. Raises NotFound, ChangeClosed, NotInState, NotLater."""
    with rt.transaction() as tx:
        change = open_change(tx, actor, change_id)
        require_state(change, (states.APPROVED,), "定时部署", "planned")
        if at <= tx.now:
            raise NotLater()
        change.planned_for, change.failure = at, None
        record(tx, actor, change, "plan", at=at.isoformat())


@command
def unplan(rt: Runtime, actor: Actor, change_id: int) -> None:
    """Take the date away again; the change stays approved. Raises NotFound, ChangeClosed, NotInState."""
    with rt.transaction() as tx:
        change = open_change(tx, actor, change_id)
        require_state(change, (states.APPROVED,), "取消定时", "unplanned")
        change.planned_for = None
        record(tx, actor, change, "unplan")


def deploy_due(rt: Runtime) -> int:
    """Deploy what is planned for now or before; how many were tried. One that fails keeps why, and people are told."""
    with rt.reading() as session:
        due = session.scalars(
            select(RuleChange.id)
            .where(RuleChange.state == states.APPROVED, RuleChange.planned_for <= rt.clock.now())
            .order_by(RuleChange.planned_for, RuleChange.id)
        ).all()
    for id in due:
        try:
            deploy_change(rt, SYSTEM, id)
        except Refusal as refusal:
            _failed(rt, id, refusal.message("zh"), refusal.message("en"))
        except DBAPIError:  # the database is busy or away: the next tick tries again
            raise
        except Exception:
            log.exception("change.deploy_failed", change=id)
            zh, en = (
                "系统出现了问题，详见服务器日志。",
                "There was a problem with the system; see the server's log.",
            )
            _failed(rt, id, zh, en)
    return len(due)


@command
def _failed(rt: Runtime, change_id: int, zh: str, en: str) -> None:
    """Note why a planned deployment did not take place, and tell everybody who had a hand in it."""
    with rt.transaction() as tx:
        change = tx.session.get_one(RuleChange, change_id, with_for_update=True)
        if change.state != states.APPROVED or change.planned_for is None:
            return  # another worker was first, or somebody saved
        was, change.planned_for = change.planned_for, None
        change.failure = {"zh": zh, "en": en, "at": tx.now.isoformat()}
        people = hands(tx.session, change) | {str(change.approved_by)}
        text = (
            f"“{change.title}”定于{instant(was)}部署，没有成功，现行规则没有改变。{zh}",
            f"{change.title} was to be deployed at {instant(was)} and was not; the rules in force stay. {en}",
        )
        tell(tx, change, people, TASK, ("规则变更没有按时部署", "A change of rules was not deployed"), text)
        record(tx, SYSTEM, change, "deploy_failed", planned_for=was.isoformat(), why=en)
