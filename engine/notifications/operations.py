"""Rules of messages: who is told, once, and what a person does with them."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import mail, sms
from engine.accounts.trail import note
from engine.clock import in_business_zone
from engine.notifications.models import CalendarLink, Notification
from engine.policy import ENTERPRISE_ROLES
from engine.store.people import Account, RoleGrant

STATUS, TASK, REMINDER, OBJECTION, TITLE, ACCOUNT, COLLEAGUE = (
    "STATUS",
    "TASK",
    "REMINDER",
    "OBJECTION",
    "TITLE",
    "ACCOUNT",
    "COLLEAGUE",
)
KINDS: Mapping[str, tuple[str, str]] = {
    STATUS: ("申报进展", "Progress of an application"),
    TASK: ("待办事项", "Something to do"),
    REMINDER: ("期限提醒", "Deadline reminder"),
    OBJECTION: ("异议", "Objection"),
    TITLE: ("称号", "Title"),
    ACCOUNT: ("账号", "Account"),
    COLLEAGUE: ("同事来讯", "From a colleague"),
}
BY_SMS = frozenset({STATUS, TASK, REMINDER, OBJECTION, TITLE})
"""What is told by text message, too, where a gateway is set."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told: `address` is a confirmed mail address, `groups` the roles by which."""

    login: str
    address: str | None = None
    groups: frozenset[str] = field(default=frozenset())
    mobile: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What is told, in Chinese and English. `key` makes it one message, however often it is said."""

    kind: str
    subject: tuple[str, str]
    text: tuple[str, str]
    key: str
    link: str = ""
    business_key: str | None = None
    due: datetime | None = None


def notify(
    session: Session,
    *,
    to: Iterable[str] | str,
    kind: str,
    subject: tuple[str, str],
    text: tuple[str, str],
    link: str = "",
    at: datetime,
    key: str,
    business_key: str | None = None,
    due: datetime | None = None,
) -> None:
    """Tell people (logins), or everybody of an enterprise (its code), something once; mails go out after the commit.

    `subject` and `text`: (Chinese, English). Closed accounts and unknown logins are told nothing.
    """
    KINDS[kind]
    told = members(session, [to]).get(to, []) if isinstance(to, str) else people(session, to)
    message = Message(kind, subject, text, key, link, business_key, due)
    keep(session, [(message, told)], at)


def people(session: Session, logins: Iterable[str]) -> list[Recipient]:
    """Those of these people who have an active account."""
    rows = session.execute(
        select(Account.login, Account.email, Account.email_confirmed_at)
        .where(Account.login.in_(sorted(set(logins))), Account.active)
        .order_by(Account.id)
    )
    return [Recipient(login, email if confirmed else None) for login, email, confirmed in rows]


def members(session: Session, codes: Iterable[str]) -> dict[str, list[Recipient]]:
    """Everybody who acts for these enterprises now, by the enterprise's code; one statement for all of them."""
    rows = session.execute(
        select(
            RoleGrant.organisation,
            RoleGrant.role,
            Account.login,
            Account.email,
            Account.email_confirmed_at,
            Account.mobile,
        )
        .join(Account, Account.login == RoleGrant.login)
        .where(
            RoleGrant.organisation.in_(sorted(set(codes))),
            RoleGrant.role.in_(ENTERPRISE_ROLES),
            RoleGrant.revoked_at.is_(None),
            Account.active,
        )
        .order_by(RoleGrant.id)
    )
    found: dict[str, dict[str, Recipient]] = {}
    for code, role, login, email, confirmed, mobile in rows:
        own = found.setdefault(code, {})
        held = own[login].groups if login in own else frozenset()
        groups = held | {f"{role}@{code}"}
        own[login] = Recipient(login, email if confirmed else None, groups, sms.number(mobile))
    return {code: list(own.values()) for code, own in found.items()}


def keep(
    session: Session,
    told: Sequence[tuple[Message, Sequence[Recipient]]],
    at: datetime,
    *,
    by_sms: bool = False,
) -> None:
    """Write every message for each of its recipients in one statement, and leave mails for confirmed addresses.

    Who has been told under the same key is not told again. `by_sms`: a gateway takes text messages, too.
    """
    rows = [_row(message, person, at) for message, recipients in told for person in recipients]
    if not rows:
        return
    _insert_new(session, rows)
    for message, recipients in told:
        for person in recipients:
            if person.address:
                _mail(session, message, person.login, person.address, at)
            if by_sms and person.mobile and message.kind in BY_SMS:
                _sms(session, message, person.login, person.mobile, at)


def _row(message: Message, person: Recipient, at: datetime) -> dict[str, Any]:
    (subject_zh, subject_en), (text_zh, text_en) = message.subject, message.text
    return {
        "login": person.login,
        "kind": message.kind,
        "subject_zh": subject_zh,
        "subject_en": subject_en,
        "text_zh": text_zh,
        "text_en": text_en,
        "link": message.link,
        "business_key": message.business_key,
        "due": message.due,
        "key": message.key,
        "created_at": at,
        "read_at": None,
    }


def _insert_new(session: Session, rows: list[dict[str, Any]]) -> None:
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(Notification.__table__).on_conflict_do_nothing(), rows)


def _mail(session: Session, message: Message, login: str, address: str, at: datetime) -> None:
    """Both languages in one mail. Its text ends with the way to the message, which asks for a sign-in."""
    mail.send(
        session,
        to=address,
        subject=f"{message.subject[0]} {message.subject[1]}",
        text=mail.both(*message.text),
        link=message.link,
        at=at,
        key=f"notification:{message.key}:{login}",
    )


def _sms(session: Session, message: Message, login: str, mobile: str, at: datetime) -> None:
    """What it is about, and that the rest is read after signing in: a screen may be seen by others."""
    about = f"{message.subject[0]}。请登录系统查看。"
    sms.send(session, mobile=mobile, text=about, at=at, key=f"notification:{message.key}:{login}:sms")


def unread(session: Session, login: str) -> int:
    """How many messages a person has not read yet."""
    return session.scalar(count_unread(login)) or 0


def count_unread(login: Any) -> Select[int]:
    """How many messages somebody has not read yet, in SQL."""
    found = select(func.count()).where(Notification.login == login, Notification.read_at.is_(None))
    return found.select_from(Notification)


def of_person(login: str, *, kind: str = "", unread_only: bool = False) -> Select[Notification]:
    """A person's messages, newest first."""
    query = select(Notification).where(Notification.login == login)
    if kind:
        query = query.where(Notification.kind == kind)
    if unread_only:
        query = query.where(Notification.read_at.is_(None))
    return query.order_by(Notification.created_at.desc(), Notification.id.desc())


def mark_read(session: Session, login: str, id: int | None, at: datetime) -> None:
    """Mark one of a person's own messages as read, or all of them; anybody else's stay as they are."""
    mine = update(Notification).where(Notification.login == login, Notification.read_at.is_(None))
    session.execute((mine if id is None else mine.where(Notification.id == id)).values(read_at=at))


def new_calendar_link(session: Session, login: str, at: datetime) -> str:
    """A fresh secret address of the person's calendar; the former ones end. The only time it is told."""
    end_calendar_links(session, login, at)
    token = secrets.token_urlsafe(32)
    session.add(CalendarLink(login=login, token_sha256=_hash(token), created_at=at))
    session.flush()
    note(session, login, "account.calendar_opened", login, at)
    return token


def end_calendar_links(session: Session, login: str, at: datetime) -> None:
    """From now on no address opens the person's calendar."""
    ended = session.execute(
        update(CalendarLink)
        .where(CalendarLink.login == login, CalendarLink.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(CalendarLink.id)
    )
    if ended.all():
        note(session, login, "account.calendar_ended", login, at)


def calendar_link(session: Session, login: str) -> datetime | None:
    """Since when the person has a calendar address, or None."""
    since = session.scalar(
        select(CalendarLink.created_at).where(CalendarLink.login == login, CalendarLink.revoked_at.is_(None))
    )
    return None if since is None else in_business_zone(since)


def calendar_owner(session: Session, token: str) -> str | None:
    """Whose calendar a secret address opens, or None."""
    return session.scalar(
        select(CalendarLink.login)
        .join(Account, Account.login == CalendarLink.login)
        .where(CalendarLink.token_sha256 == _hash(token), CalendarLink.revoked_at.is_(None), Account.active)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
