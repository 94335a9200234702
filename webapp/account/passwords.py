"""A person's password at sign-in, and the throttle that counts failed sign-ins exactly."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from engine.accounts.passwords import hash_password, verify
from engine.errors import Refusal
from engine.store.people import Account, LoginAttempt
from webapp.settings import WebSettings

__all__ = ["TooManyFailures", "charge", "forgive", "hash_password", "matches"]


class TooManyFailures(Refusal):
    """A login, or an address, has failed too often in a short time."""

    zh = "登录失败次数过多，为保护账号已暂停登录。"
    en = "Too many failed sign-ins; signing in is paused to protect the account."
    remedy_zh = "请在 {minutes} 分钟后再试；忘记密码请在登录页选择“忘记密码”。"
    remedy_en = "Try again in {minutes} minutes; if you forgot the password, choose “Forgot your password?”."
    status = 429


def matches(account: Account | None, password: str) -> bool:
    """Whether it is this active account's password; takes the same time when there is no such account."""
    return verify(account.password_hash if account is not None and account.active else None, password)


def charge(session: Session, settings: WebSettings, login: str, address: str, now: datetime) -> int:
    """Count a try as failed before the password is looked at; its number, for `forgive`. Raises TooManyFailures.

    The account's row is locked first: any number of tries at once are counted one after the other.
    """
    session.execute(select(Account.id).where(Account.login == login).with_for_update())
    since = now - timedelta(minutes=settings.login_minutes)
    limits = (
        (LoginAttempt.login == login, settings.login_failures),
        (LoginAttempt.address == address, settings.address_failures),
    )
    for whose, limit in limits:
        failures = session.scalar(
            select(func.count())
            .select_from(LoginAttempt)
            .where(whose, LoginAttempt.at > since, LoginAttempt.succeeded.is_(False))
        )
        if (failures or 0) >= limit:
            raise TooManyFailures(minutes=settings.login_minutes)
    attempt = LoginAttempt(login=login, address=address, at=now, succeeded=False)
    session.add(attempt)
    session.flush()
    return attempt.id


def forgive(session: Session, attempt: int, *, keep: bool = True) -> None:
    """Mark a counted try as a success; without `keep` forget it, for it was no sign-in."""
    if not keep:
        session.execute(delete(LoginAttempt).where(LoginAttempt.id == attempt))
        return
    session.execute(update(LoginAttempt).where(LoginAttempt.id == attempt).values(succeeded=True))
