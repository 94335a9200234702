"""The second factor: time-based codes of an authenticator (RFC 6238), and recovery codes for when it is lost.

The secret is kept sealed (`engine.accounts.sealing`): a copy of the database makes no codes. Under another key it
is unreadable; then a recovery code lets its owner in, and the second factor is turned off and on again.
A code counts once: the half minute of the last accepted code is kept, and it or an earlier one is refused.
"""

import base64
import secrets
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine.accounts.errors import CodesVoid, SecondFactorState, WrongCode
from engine.accounts.sealing import Box, SealBroken
from engine.accounts.trail import note
from engine.store.accounts import RecoveryCode
from engine.store.people import Account

ISSUER = "鲁智 Luzhi"
STEP_SECONDS = 30
DRIFT = 1  # half minutes that a phone's clock may be off
RECOVERY_CODES = 8
RECOVERY_BYTES = 15  # 120 bits: enough to keep a plain hash (ASVS 6.5.2)


def begin(session: Session, login: str, *, box: Box, at: datetime) -> None:
    """Give the account a new secret, which counts once a code of it has been typed. Raises SecondFactorState."""
    account = _locked(session, login)
    if account.totp_confirmed_at is not None:
        raise SecondFactorState(zh_why="已经启用。", en_why="it is on already.")
    account.totp_secret, account.totp_step = box.seal(pyotp.random_base32(), login), None
    note(session, login, "account.second_factor_begun", login, at)


def waiting(account: Account, box: Box) -> str | None:
    """The secret that waits for its first code, in the letters that one types; None when none waits."""
    return _secret(account, box) if account.totp_confirmed_at is None else None


def address(account: Account, box: Box) -> str:
    """What the QR code says (otpauth://). Raises SecondFactorState when there is no secret that waits."""
    secret = waiting(account, box)
    if secret is None:
        raise SecondFactorState(zh_why="没有等待确认的密钥。", en_why="no secret waits for confirmation.")
    return pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=ISSUER)


def confirm(session: Session, login: str, code: str, *, box: Box, at: datetime) -> list[str]:
    """Turn the second factor on with a first code; the recovery codes, shown this once. Raises WrongCode."""
    account = _locked(session, login)
    if waiting(account, box) is None:
        raise SecondFactorState(zh_why="没有等待确认的密钥。", en_why="no secret waits for confirmation.")
    if not _accept(account, code, box, at):
        raise WrongCode()
    account.totp_confirmed_at = at
    codes = _new_codes(session, login)
    note(session, login, "account.second_factor_on", login, at)
    return codes


def check(session: Session, login: str, code: str, *, box: Box, at: datetime) -> str:
    """Accept a code at sign-in: `totp`, or `recovery` for a recovery code, which is used up.

    Raises WrongCode; CodesVoid where the secret was sealed under another key of the site.
    """
    account = _locked(session, login)
    if account.totp_confirmed_at is None:
        raise SecondFactorState(zh_why="没有启用。", en_why="it is not on.")
    if _accept(account, code, box, at):
        note(session, login, "account.code_used", login, at)
        return "totp"
    if _use_recovery_code(session, login, code, at):
        note(session, login, "account.recovery_code_used", login, at)
        return "recovery"
    raise CodesVoid() if _secret(account, box) is None else WrongCode()


def renew_codes(session: Session, login: str, *, at: datetime) -> list[str]:
    """New recovery codes; the old ones end. Raises SecondFactorState."""
    if _locked(session, login).totp_confirmed_at is None:
        raise SecondFactorState(zh_why="没有启用。", en_why="it is not on.")
    codes = _new_codes(session, login)
    note(session, login, "account.recovery_codes_renewed", login, at)
    return codes


def turn_off(session: Session, login: str, *, by: str, at: datetime) -> None:
    """Forget the secret and the recovery codes."""
    account = _locked(session, login)
    account.totp_secret = account.totp_confirmed_at = account.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.login == login))
    note(session, by, "account.second_factor_off", login, at)


def codes_left(session: Session, login: str) -> int:
    """How many recovery codes are unused."""
    unused = select(RecoveryCode.id).where(RecoveryCode.login == login, RecoveryCode.used_at.is_(None))
    return len(session.scalars(unused).all())


def _locked(session: Session, login: str) -> Account:
    return session.scalars(select(Account).where(Account.login == login).with_for_update()).one()


def _secret(account: Account, box: Box) -> str | None:
    if account.totp_secret is None:
        return None
    try:
        return box.open(account.totp_secret, account.login)
    except SealBroken:
        return None  # sealed under another key: as good as lost


def _accept(account: Account, code: str, box: Box, at: datetime) -> bool:
    """Whether a code fits a half minute that is not used up; that half minute is used up by it."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit() and len(typed) == 6):
        return False
    secret = _secret(account, box)
    if secret is None:
        return False
    totp, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_SECONDS
    for step in range(now - DRIFT, now + DRIFT + 1):
        used = account.totp_step is not None and step <= account.totp_step
        if compare_digest(totp.at(step * STEP_SECONDS), typed) and not used:
            account.totp_step = step
            return True
    return False


def _new_codes(session: Session, login: str) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.login == login))
    raw = [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(login=login, code_sha256=_digest(code)) for code in raw)
    session.flush()
    return ["-".join(code[place : place + 6] for place in range(0, len(code), 6)) for code in raw]


def _use_recovery_code(session: Session, login: str, code: str, at: datetime) -> bool:
    bare = code.replace("-", "").replace(" ", "").upper()
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.login == login,
            RecoveryCode.code_sha256 == _digest(bare),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
        .returning(RecoveryCode.id)
    )
    return used.first() is not None


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
