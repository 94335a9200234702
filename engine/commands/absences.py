"""Enter an absence with a substitute, or end it early."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, policy
from engine.clock import end_of_day, start_of_day
from engine.commands.refusals import NoReason
from engine.commands.retrying import command
from engine.commands.texts import instant
from engine.errors import NotFound, Refusal
from engine.inbox import absences
from engine.inbox.models import Absence
from engine.policy import Actor
from engine.runtime import Runtime, Transaction
from engine.store.people import Account

LONGEST = 366
"""Days of one absence."""


class BadSpan(Refusal):
    """The days of an absence make no span that is still to come."""

    zh = "外出期间 {first} 至 {last} 不能登记。"
    en = "An absence from {first} to {last} cannot be entered."
    remedy_zh = "开始日期不早于今天，结束日期不早于开始日期，最长 {days} 天。"
    remedy_en = "It starts today or later, does not end before it starts, and lasts {days} days at most."
    status = 422


class NoSubstitute(Refusal):
    """The substitute does not hold a role of the absent person in the same office."""

    zh = "“{substitute}”不能代办：须为本单位担任相同岗位的在岗人员。"
    en = "{substitute} cannot stand in: it must be somebody of the same office with the same role."
    remedy_zh = "请从名单中选择。"
    remedy_en = "Choose from the list."
    basis = "经办与审核分离 two-person rule (I16)"
    status = 422


class Overlaps(Refusal):
    """The person has another absence in these days."""

    zh = "您在 {start} 至 {end} 已登记外出。"
    en = "You have entered an absence from {start} to {end} already."
    remedy_zh = "请先结束原来的登记。"
    remedy_en = "End that one first."


class Chained(Refusal):
    """Somebody who is away cannot stand in, and who stands in cannot be away: nothing is lent on."""

    zh = "{who} 在 {start} 至 {end} 外出并由他人代办，代办不能再转给别人。"
    en = "{who} is away from {start} to {end} and has a substitute; standing in cannot be passed on."
    remedy_zh = "请选择该期间在岗的人员，或调整日期。"
    remedy_en = "Choose somebody who is there in these days, or change the days."


class StandsInMeanwhile(Refusal):
    """Who stands in for somebody cannot be away in these days."""

    zh = "您在 {start} 至 {end} 为 {who} 代办，期间不能再登记外出。"
    en = "You stand in for {who} from {start} to {end} and cannot enter an absence in these days."
    remedy_zh = "请对方先改由他人代办。"
    remedy_en = "Ask them to choose somebody else first."


class WouldCheckThemselves(Refusal):
    """The substitute did the very step that a task of the absent person checks (I16)."""

    zh = "“{substitute}”已办理 {number} 的前一环节，不能代办您手中的“{task}”。"
    en = "{substitute} did the step that {task} of {number} checks, and cannot do it for you."
    remedy_zh = "请选择其他人，或先把这项任务放回待领取。"
    remedy_en = "Choose somebody else, or give this task back first."
    basis = "经办与审核分离 two-person rule (I16)"


class NotForOneself(Refusal):
    """An administrator neither enters an absence by this way for themselves nor becomes the substitute."""

    zh = "不能以管理员身份为自己登记外出，也不能让自己成为代办人。"
    en = "An administrator can be neither the absent person nor the substitute here."
    remedy_zh = "本人外出请在“待办 – 外出代办”登记；由您代办的，请另一名安全管理员登记。"
    remedy_en = (
        "Enter your own absence in your inbox; another security administrator enters one that lends to you."
    )
    basis = "三员分立 separation of the three administrators"
    status = 403


@command
def enter_absence(rt: Runtime, actor: Actor, first: date, last: date, substitute: str, note: str = "") -> int:
    """Let a colleague stand in from `first` to `last`, both days included; the absence's id.

    Today it begins at once. Raises BadSpan, NoSubstitute, Overlaps, Chained, StandsInMeanwhile,
    WouldCheckThemselves, NotAllowed.
    """
    with rt.transaction() as tx:
        policy.require(actor, "absence.own", {"login": actor.login})
        return _enter(tx, actor, actor.login, first, last, substitute, note).id


@command
def enter_absence_for(
    rt: Runtime, actor: Actor, login: str, first: date, last: date, substitute: str, reason: str
) -> int:
    """The same by an administrator for somebody who is away and cannot; both people are told.

    Raises NoReason, NotForOneself and what `enter_absence` raises.
    """
    from engine.accounts.administration.telling import tell

    with rt.transaction() as tx:
        policy.require(actor, "absence.enter")
        if not reason.strip():
            raise NoReason()
        if actor.login in (login, substitute):
            raise NotForOneself()
        row = _enter(tx, actor, login, first, last, substitute, reason)
        row.entered_by = actor.login
        span = (instant(row.starts_at), instant(row.ends_at))
        tell(tx, login, "away", (*span, _name(tx.session, substitute), row.note))
        tell(tx, substitute, "stand_in", (*span, _name(tx.session, login), row.note))
        return row.id


def _enter(
    tx: Transaction, actor: Actor, absent: str, first: date, last: date, substitute: str, note: str
) -> Absence:
    start, end = _span(tx.now, first, last)
    _lock(tx.session, absent, substitute)
    chosen = {c.login: c for c in absences.colleagues(tx.session, absent)}.get(substitute)
    if chosen is None:
        raise NoSubstitute(substitute=substitute)
    _require_free(tx.session, absent, chosen, start, end)
    broken = absences.two_persons_broken(tx.session, absent, substitute)
    if broken is not None:
        raise WouldCheckThemselves(
            substitute=chosen.name, task=broken.name, number=broken.business_key or broken.id
        )
    row = Absence(login=absent, substitute=substitute, starts_at=start, ends_at=end)
    row.note, row.entered_at = note.strip()[:200], tx.now
    tx.session.add(row)
    tx.session.flush()
    facts = {"substitute": substitute, "from": start.isoformat(), "until": end.isoformat()}
    of = {"of": absent, "reason": row.note} if absent != actor.login else {}
    _log(tx, actor, "absence.enter", row.id, {**facts, **of, "lends": [str(g) for g in chosen.grants]})
    return row


@command
def end_absence(rt: Runtime, actor: Actor, absence_id: int) -> None:
    """End one's own absence now, or cancel it before it begins; one that is over stays as it was. Raises NotFound.

    An administrator ends one that an administrator entered.
    """
    with rt.transaction() as tx:
        row = tx.session.get(Absence, absence_id, with_for_update=True)
        if row is None or not _may_end(actor, row):
            raise NotFound(what_zh="这项外出登记", what_en="This absence")
        if row.ended_at is not None or row.ends_at <= tx.now:
            return
        row.ended_at = tx.now
        tx.session.flush()
        _log(tx, actor, "absence.end", row.id, {"substitute": row.substitute, "of": row.login})


def _may_end(actor: Actor, row: Absence) -> bool:
    by_office = row.entered_by is not None and policy.may(actor, "absence.enter")
    return by_office or policy.may(actor, "absence.own", row)


def _span(now: datetime, first: date, last: date) -> tuple[datetime, datetime]:
    today = now.date()
    if not today <= first <= last or last - first >= timedelta(days=LONGEST):
        raise BadSpan(first=first.isoformat(), last=last.isoformat(), days=LONGEST)
    return max(now, start_of_day(first)), end_of_day(last)


def _lock(session: Session, *logins: str) -> None:
    """Two absences of the same people are entered one after the other, so that none is overlooked."""
    rows = select(Account.id).where(Account.login.in_(sorted(logins))).order_by(Account.id)
    session.execute(rows.with_for_update()).all()


def _require_free(
    session: Session, absent: str, chosen: absences.Colleague, start: datetime, end: datetime
) -> None:
    for known in absences.overlapping(session, (absent, chosen.login), start, end):
        span = {"start": instant(known.starts_at), "end": instant(known.ends_at)}
        if known.login == absent:
            raise Overlaps(**span)
        if known.login == chosen.login:
            raise Chained(who=chosen.name, **span)
        if known.substitute == absent:
            raise StandsInMeanwhile(who=_name(session, known.login), **span)


def _name(session: Session, login: str) -> str:
    return session.scalar(select(Account.name).where(Account.login == login)) or login


def _log(tx: Transaction, actor: Actor, action: str, id: int, detail: dict[str, object]) -> None:
    audit.append(
        tx.session,
        at=tx.now,
        actor=actor.login,
        action=action,
        object_type="absence",
        object_key=id,
        detail=detail,
    )
