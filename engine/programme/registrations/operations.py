"""Rules of registration: who is asked, what is confirmed, what is opened. The first person administers the enterprise.

Nothing tells a stranger whether an enterprise or an address is known here: both get the same page, and what differs
is only which mail is written.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.accounts import invitations, letters, links, logins, names
from engine.accounts.errors import LoginTaken
from engine.accounts.members import ADMINISTRATOR, administrators
from engine.accounts.trail import note
from engine.directory import Scribe, add_account, add_organisation
from engine.mail import checked
from engine.policy import PUBLIC, SYSTEM, Actor, Grant
from engine.programme.documents.operations import next_number
from engine.programme.registrations.errors import (
    EnterpriseKnown,
    RegistrationNotReady,
    RegistrationUnknown,
    RegistrationWaits,
)
from engine.programme.registrations.models import ASKED, CONFIRMED, LAPSED, OPENED, REFUSED, Registration
from engine.store.people import Organisation

CONFIRM_WITHIN = timedelta(hours=48)
MOST_A_DAY = 3  # registrations with one address: each was a mail to it
TEXTS = ("uscc", "enterprise", "city", "county", "contact", "mobile", "legal_name")


def ask(session: Session, facts: Mapping[str, Any], *, at: datetime) -> Registration | None:
    """Enter a registration; None for an enterprise with an administrator, who is told by mail instead.

    `facts`: TEXTS, login, email, legal_email. Raises BadAddress, BadName.
    """
    email, legal_email = checked(str(facts["email"])), checked(str(facts["legal_email"]))
    for text in ("enterprise", "contact", "legal_name"):
        names.name(str(facts[text]))
    if _asked_lately(session, email, at) >= MOST_A_DAY:
        return None  # the links of the earlier mails are good; whoever types others' addresses sends them no more
    if known := administrators(session, str(facts["uscc"])):
        enterprise = session.get_one(Organisation, str(facts["uscc"])).name
        for member in known:
            if member.email:  # one mail a day, however often somebody tries
                key = f"registration known {member.login} {at.date().isoformat()}"
                letters.enterprise_is_known(session, member.email, member.login, enterprise, at=at, key=key)
        return None
    row = Registration(
        **{name: str(facts[name]) for name in TEXTS},
        registration_no=f"ZC-{at.year}-{next_number(session, f'registration {at.year}'):04d}",
        login=logins.normal(str(facts["login"])),
        email=email,
        legal_email=legal_email,
        status=ASKED,
        created_at=at,
    )
    session.add(row)
    session.flush()
    return row


def _asked_lately(session: Session, email: str, at: datetime) -> int:
    same = (func.lower(Registration.email) == email.lower(), Registration.created_at > at - timedelta(days=1))
    return session.scalar(select(func.count()).select_from(Registration).where(*same)) or 0


def ask_confirmation(session: Session, no: str, *, at: datetime) -> None:
    """Mail the link that confirms the address; it lives as long as the process waits for it."""
    row = require(session, no)
    token = links.issue(session, links.REGISTRATION, no, at=at, valid=CONFIRM_WITHIN)
    letters.confirm_registration(session, row.email, no, row.enterprise, token, at=at)


def read(session: Session, token: str, *, at: datetime) -> Registration:
    """The registration whose address a link confirms. Raises LinkInvalid."""
    return require(session, links.peek(session, links.REGISTRATION, token, at=at))


def confirm(session: Session, token: str, login: str, password_hash: str, *, at: datetime) -> Registration:
    """Confirm the address, fix the login and keep the password's hash.

    Raises LinkInvalid, LoginTaken, RegistrationWaits.
    """
    row = require(session, links.redeem(session, links.REGISTRATION, token, at=at), lock=True)
    if row.status != ASKED:
        raise _not_ready(row)
    row.login = logins.normal(login)
    logins.require_free(session, row.login)
    _require_alone(session, row)
    row.status, row.confirmed_at, row.password_hash = CONFIRMED, at, password_hash
    session.flush()
    note(session, PUBLIC.login, "registration.confirm", row.registration_no, at)
    return row


def lapse(session: Session, no: str, *, at: datetime) -> None:
    """Nobody confirmed in time: the link ends, the contact is told."""
    row = require(session, no, lock=True)
    row.status, row.decided_at = LAPSED, at
    links.revoke(session, links.REGISTRATION, no, at=at)
    note(session, SYSTEM.login, "registration.lapse", no, at)
    letters.registration_lapsed(session, row.email, no, row.enterprise, at=at)


def check_opening(session: Session, no: str) -> None:
    """Whether accounts may be opened for it now. Raises RegistrationUnknown, RegistrationNotReady, EnterpriseKnown."""
    row = require(session, no)
    if row.status != CONFIRMED:
        raise _not_ready(row)
    if administrators(session, row.uscc):
        raise EnterpriseKnown(enterprise=row.enterprise, uscc=row.uscc)


def open_accounts(session: Session, no: str, *, by: Actor, at: datetime) -> str:
    """Make the enterprise and its first account, who administers and fills in, and invite the legal representative.

    A login that was given away meanwhile gets a number; the mail tells it. Answers the login.
    """
    check_opening(session, no)
    row = require(session, no, lock=True)
    scribe = Scribe(by, at)
    add_organisation(session, scribe, row.uscc, row.enterprise, "enterprise", row.county)
    login = logins.free(session, row.login)
    grants = [Grant(role, row.uscc) for role in (ADMINISTRATOR, "enterprise_filler")]
    first = add_account(
        session,
        scribe,
        login,
        row.contact,
        grants,
        password_hash=row.password_hash,
        email=row.email,
        mobile=row.mobile,
    )
    role = "legal_representative"
    invitations.invite(session, first, row.uscc, role, row.legal_name, row.legal_email, at=at)
    _decide(row, OPENED, by.login, None, at)
    row.login = login
    note(session, by.login, "registration.open", no, at, {"uscc": row.uscc, "login": login})
    letters.registration_decided(session, row.email, no, row.enterprise, login, None, at=at)
    return login


def refuse(session: Session, no: str, reason: str, *, by: str, at: datetime) -> None:
    """Refuse with a reason, which the contact reads. Raises RegistrationNotReady."""
    row = require(session, no, lock=True)
    if row.status != CONFIRMED:
        raise _not_ready(row)
    _decide(row, REFUSED, by, reason, at)
    note(session, by, "registration.refuse", no, at, {"uscc": row.uscc})
    letters.registration_decided(session, row.email, no, row.enterprise, row.login, reason, at=at)


def require(session: Session, no: str, *, lock: bool = False) -> Registration:
    """The registration with this number. Raises RegistrationUnknown."""
    wanted = select(Registration).where(Registration.registration_no == no)
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise RegistrationUnknown(registration_no=no)
    return found


def _decide(row: Registration, status: str, by: str, reason: str | None, at: datetime) -> None:
    row.status, row.decided_by, row.decided_at, row.reason = status, by, at, reason
    row.password_hash = None  # the account has it now, or nobody needs it


def _require_alone(session: Session, row: Registration) -> None:
    others = select(Registration).where(Registration.status == CONFIRMED, Registration.id != row.id)
    if session.scalar(others.where(Registration.uscc == row.uscc)) is not None:
        raise RegistrationWaits()
    if session.scalar(others.where(Registration.login == row.login)) is not None:
        raise LoginTaken(login=row.login, zh_why="已被使用。", en_why="it is in use.")


def _not_ready(row: Registration) -> RegistrationNotReady:
    return RegistrationNotReady(
        registration_no=row.registration_no,
        zh_why="尚未确认邮箱，或已办结。",
        en_why="its address is not confirmed, or it was decided already.",
    )
