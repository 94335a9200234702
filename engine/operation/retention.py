"""What is kept how long: one table of rules. What has had its time is removed in small transactions, with one audit
link that tells the numbers.

Nothing of the audit trail, of history, submissions or registers is ever removed: no rule may name an append-only
table. Sign-in attempts stay at least six months (网络安全法 Article 21, 3).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, tuple_
from sqlalchemy.orm import Session

from engine import audit
from engine.clock import Clock, SystemClock
from engine.notifications.models import CalendarLink, Notification
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.accounts import Invitation, OneTimeLink, Throttle
from engine.store.people import LoginAttempt, WebSession
from engine.store.tasks import CANCELED, Draft, UserTask
from engine.store.trials import DONE, FAILED, StudioRun, StudioTrial
from engine.store.work import Outbox

SLICE = 500
"""Rows of one transaction, so that nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of a table that go `days` after they had their use; by the machine's clock or the business clock."""

    name: str
    zh: str
    en: str
    table: Any
    days: Callable[[Settings], int]
    over: Callable[[datetime], ColumnElement[bool]]
    """Which rows had their use before an instant."""
    machine: bool = False


def _days(number: int) -> Callable[[Settings], int]:
    return lambda settings: number


def _withdrawn(before: datetime) -> ColumnElement[bool]:
    """Drafts of tasks that ended without them: those of completed ones went with the task."""
    tasks = select(UserTask.id).where(UserTask.state == CANCELED, UserTask.ended_at < before)
    return Draft.task_id.in_(tasks)


def _unaccepted(before: datetime) -> ColumnElement[bool]:
    return and_(
        Invitation.accepted_at.is_(None),
        or_(Invitation.withdrawn_at < before, Invitation.expires_at < before),
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "sessions", "登录会话（到期后）", "sessions, after their end", WebSession, _days(0),
        lambda before: WebSession.expires_at < before, machine=True,
    ),
    Rule(
        "sign-in attempts", "登录记录", "attempts to sign in", LoginAttempt,
        lambda settings: settings.log_days, lambda before: LoginAttempt.at < before, machine=True,
    ),
    Rule(
        "counts", "频次计数（到期后）", "counts of what is limited, after their end", Throttle, _days(0),
        lambda before: Throttle.ends_at < before, machine=True,
    ),
    Rule(
        "links", "一次性链接（到期后）", "one-time links, after their end", OneTimeLink, _days(30),
        lambda before: OneTimeLink.expires_at < before,
    ),
    Rule(
        "invitations", "未接受的邀请", "invitations that nobody accepted", Invitation, _days(365), _unaccepted
    ),
    Rule(
        "drafts", "任务撤销后留下的草稿", "drafts of tasks that were withdrawn", Draft, _days(365), _withdrawn
    ),
    Rule(
        "messages", "已读的站内消息", "messages that were read", Notification, _days(1095),
        lambda before: Notification.read_at < before,
    ),
    Rule(
        "calendars", "已停用的日历地址", "calendar addresses that were given up", CalendarLink, _days(365),
        lambda before: CalendarLink.revoked_at < before,
    ),
    Rule(
        "effects", "已办结的外发记录", "mails and other effects that were done or refused", Outbox, _days(365),
        lambda before: or_(Outbox.done_at < before, Outbox.refused_at < before),
    ),
    Rule(
        "trials", "规则试运行", "trials of rules", StudioTrial, _days(90),
        lambda before: StudioTrial.moved_at < before,
    ),
    Rule(
        "runs", "场景与回放的结果", "results of scenarios and replays", StudioRun, _days(90),
        lambda before: and_(StudioRun.state.in_((DONE, FAILED)), StudioRun.ended_at < before),
    ),
)  # fmt: skip


def due(rt: Runtime, clock: Clock | None = None) -> dict[str, int]:
    """How many rows have had their time, by rule; changes nothing."""
    with rt.reading() as session:
        return {rule.name: _count(session, rule, _before(rt, rule, clock)) for rule in RULES}


def remove(rt: Runtime, clock: Clock | None = None) -> Mapping[str, int]:
    """Remove what has had its time; how many rows, by rule. One audit link tells the numbers, if there are any."""
    gone = {rule.name: _remove(rt, rule, _before(rt, rule, clock)) for rule in RULES}
    done = {name: number for name, number in gone.items() if number}
    if done:
        with rt.transaction() as tx:
            audit.append(
                tx.session,
                at=tx.now,
                actor=SYSTEM.login,
                action="system.retention",
                object_type="system",
                object_key="*",
                detail=done,
            )
    return gone


def _before(rt: Runtime, rule: Rule, clock: Clock | None) -> datetime:
    now = (clock or SystemClock()).now() if rule.machine else rt.clock.now()
    return now - timedelta(days=rule.days(rt.settings))


def _count(session: Session, rule: Rule, before: datetime) -> int:
    return session.scalar(select(func.count()).select_from(rule.table).where(rule.over(before))) or 0


def _remove(rt: Runtime, rule: Rule, before: datetime) -> int:
    key, gone = tuple(rule.table.__table__.primary_key.columns), 0
    while True:
        some = select(*key).where(rule.over(before)).limit(SLICE)
        with rt.transaction() as tx:
            rows = [tuple(row) for row in tx.session.execute(some)]
            if rows:
                chosen = tuple_(*key).in_(rows)
                tx.session.execute(
                    delete(rule.table).where(chosen).execution_options(synchronize_session=False)
                )
        gone += len(rows)
        if len(rows) < SLICE:
            return gone
