"""What somebody does with the own account: change the password, reset a forgotten one, change the mail address."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts import letters, links, passwords
from engine.accounts.errors import LinkInvalid, TooManyConfirmations
from engine.accounts.trail import note
from engine.mail import checked
from engine.store.people import Account, Organisation, WebSession

RESET_VALID = timedelta(minutes=30)
EMAIL_VALID = timedelta(hours=48)
RESETS_AN_HOUR = 3
CONFIRMATIONS_AN_HOUR = 5
HOUR = timedelta(hours=1)


def known_of(session: Session, account: Account) -> list[str | None]:
    """What everybody may know of an account's owner, which a password must not consist of."""
    home = session.get(Organisation, account.organisation) if account.organisation else None
    place = [home.name, home.code] if home else []
    return [account.login, account.name, account.mobile, account.email, *place]


def set_password(session: Session, login: str, password: str, *, at: datetime, by: str, how: str) -> None:
    """Give the account a new password, end its reset links, tell its owner. Raises WeakPassword.

    Ending the sessions is the caller's part: it knows which one stays.
    """
    account = _locked(session, login)
    passwords.check(password, known_of(session, account))
    account.password_hash, account.password_changed_at = passwords.hash_password(password), at
    links.revoke(session, links.RESET, login, at=at)
    tell(session, account, ("密码已更改", "the password was changed"), at=at)
    note(session, by, "account.password", login, at, {"how": how})


def ask_reset(session: Session, email: str, *, at: datetime) -> None:
    """Mail a reset link to every active account with this confirmed address; says nothing of whether there is one."""
    wanted = select(Account).where(
        Account.email == email.strip(), Account.email_confirmed_at.is_not(None), Account.active.is_(True)
    )
    for account in session.scalars(wanted):
        if links.issued_since(session, links.RESET, account.login, at - HOUR) < RESETS_AN_HOUR:
            token = links.issue(session, links.RESET, account.login, at=at, valid=RESET_VALID)
            letters.reset(session, email.strip(), account.login, token, at=at)
            note(session, account.login, "account.reset_asked", account.login, at)


def reset(session: Session, token: str, password: str, *, at: datetime) -> str:
    """Replace a forgotten password and end every session; the login. Raises LinkInvalid, WeakPassword."""
    login = links.redeem(session, links.RESET, token, at=at)
    set_password(session, login, password, at=at, by=login, how="reset")
    for row in session.scalars(select(WebSession).where(WebSession.login == login)):
        session.delete(row)
    session.flush()
    return login


def ask_email(session: Session, login: str, email: str, *, at: datetime) -> None:
    """Mail a link to a new address, which counts once it is opened. Raises BadAddress, TooManyConfirmations."""
    email = checked(email)
    _locked(session, login)
    if links.issued_since(session, links.EMAIL, f"{login} ", at - HOUR, begins=True) >= CONFIRMATIONS_AN_HOUR:
        raise TooManyConfirmations(limit=CONFIRMATIONS_AN_HOUR)
    token = links.issue(session, links.EMAIL, f"{login} {email}", at=at, valid=EMAIL_VALID)
    letters.confirm_email(session, email, login, token, at=at)
    note(session, login, "account.email_asked", login, at)


def confirm_email(session: Session, token: str, login: str, *, at: datetime) -> None:
    """Take the new address over and tell the old one. Raises LinkInvalid, also for another person's link."""
    whose, _, email = links.redeem(session, links.EMAIL, token, at=at).partition(" ")
    if whose != login:
        raise LinkInvalid()
    account = _locked(session, login)
    tell(session, account, ("登记邮箱已更改", "the mail address was changed"), at=at)
    account.email, account.email_confirmed_at = email, at
    note(session, login, "account.email", login, at)


def tell(session: Session, account: Account, what: tuple[str, str], *, at: datetime) -> None:
    """Mail the owner what has changed, where the address is confirmed."""
    if account.email and account.email_confirmed_at:
        letters.changed(session, account.email, account.login, what, at=at)


def _locked(session: Session, login: str) -> Account:
    return session.scalars(select(Account).where(Account.login == login).with_for_update()).one()
