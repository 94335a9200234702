"""Logins that people choose."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.errors import LoginTaken
from engine.policy import RESERVED
from engine.store.people import Account

_FORM = re.compile(r"[a-z][a-z0-9._-]{3,39}")


def normal(login: str) -> str:
    """The login as it is kept: without spaces around it, in lower case."""
    return login.strip().lower()


def require_free(session: Session, login: str) -> None:
    """Whether a new account may have this login. Raises LoginTaken."""
    require_formed(login)
    if session.scalar(select(Account.id).where(Account.login == login)) is not None:
        raise LoginTaken(login=login, zh_why="已被使用。", en_why="it is in use.")


def require_formed(login: str) -> None:
    """Whether it is a login at all, and nobody's who is no person. Raises LoginTaken."""
    if _FORM.fullmatch(login) is None or login in RESERVED:
        raise LoginTaken(login=login, zh_why="格式不符。", en_why="it is not well formed.")


def free(session: Session, wanted: str) -> str:
    """`wanted`, or with the first number behind it that makes it free; for accounts that nobody is asked about."""
    base = wanted if _FORM.fullmatch(wanted) and wanted not in RESERVED else f"user-{wanted[-8:]}"
    taken = set(session.scalars(select(Account.login).where(Account.login.startswith(base))))
    number, login = 1, base
    while login in taken:
        number += 1
        login = f"{base}-{number}"
    return login
