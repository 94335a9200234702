"""Invitations: an enterprise asks a person by mail to work for it; the person accepts with a link."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.accounts import letters, links, logins, names
from engine.accounts.errors import (
    AlreadyMember,
    LinkInvalid,
    NotForOfficials,
    RoleNotOffered,
    TooManyInvitations,
)
from engine.accounts.members import members
from engine.accounts.trail import note
from engine.directory import Scribe, add_account
from engine.errors import NotFound
from engine.mail import checked
from engine.policy import ENTERPRISE_ROLES, Actor, Grant
from engine.store.accounts import Invitation
from engine.store.people import Organisation

VALID = timedelta(days=7)
DAY = timedelta(days=1)
MOST_OPEN = 30  # invitations of one enterprise that wait for an answer
MOST_A_DAY = 60  # of one enterprise, withdrawn ones too: each was a mail to somebody
LONGEST_NAME = 40


def invite(
    session: Session, actor: Actor, organisation: str, role: str, name: str, email: str, *, at: datetime
) -> Invitation:
    """Ask a person by mail. Raises RoleNotOffered, BadAddress, BadName, AlreadyMember, TooManyInvitations."""
    if role not in ENTERPRISE_ROLES:
        raise RoleNotOffered()
    email, name = checked(email), names.name(name, LONGEST_NAME)
    session.get(
        Organisation, organisation, with_for_update=True
    )  # invitations at once come one after the other
    _require_new(session, organisation, role, email, at)
    row = Invitation(
        organisation=organisation,
        role=role,
        name=name,
        email=email,
        invited_by=actor.login,
        invited_at=at,
        expires_at=at + VALID,
    )
    session.add(row)
    session.flush()
    token = links.issue(session, links.INVITATION, str(row.id), at=at, valid=VALID)
    enterprise = session.get_one(Organisation, organisation).name
    letters.invitation(session, email, row.id, name, enterprise, role, token, at=at)
    note(session, actor.login, "member.invite", organisation, at, {"role": role, "invitation": row.id})
    return row


def open_invitations(session: Session, organisation: str, *, at: datetime) -> list[Invitation]:
    """Invitations that wait for an answer, newest first."""
    rows = select(Invitation).where(*_open(organisation, at)).order_by(Invitation.id.desc())
    return list(session.scalars(rows))


def withdraw(session: Session, actor: Actor, organisation: str, invitation: int, *, at: datetime) -> None:
    """End an open invitation of this organisation and its link. Raises NotFound."""
    row = session.scalar(select(Invitation).where(Invitation.id == invitation, *_open(organisation, at)))
    if row is None:
        raise NotFound(what_zh="这份邀请", what_en="This invitation")
    row.withdrawn_at = at
    links.revoke(session, links.INVITATION, str(row.id), at=at)
    note(session, actor.login, "member.uninvite", organisation, at, {"invitation": row.id})


def withdraw_of(session: Session, actor: Actor, organisation: str, inviter: str, *, at: datetime) -> None:
    """End the open invitations of somebody who invites no longer: they must not bring in others afterwards."""
    for row in open_invitations(session, organisation, at=at):
        if row.invited_by == inviter:
            withdraw(session, actor, organisation, row.id, at=at)


def read(session: Session, token: str, *, at: datetime) -> tuple[Invitation, Organisation]:
    """The invitation that a link opens, and whose it is. Raises LinkInvalid."""
    row = session.get_one(Invitation, int(links.peek(session, links.INVITATION, token, at=at)))
    return row, session.get_one(Organisation, row.organisation)


def accept_as_new(session: Session, token: str, login: str, password_hash: str, *, at: datetime) -> str:
    """Make an account and give it the role; its login. Raises LinkInvalid, LoginTaken."""
    row = _redeem(session, token, at)
    login = logins.normal(login)
    logins.require_free(session, login)
    scribe = Scribe(Actor(login, row.name), at)
    grant = Grant(row.role, row.organisation)
    add_account(session, scribe, login, row.name, [grant], password_hash=password_hash, email=row.email)
    _accepted(session, row, login, at)
    return login


def accept_as(session: Session, token: str, actor: Actor, *, at: datetime) -> None:
    """Give the role to somebody who has an account. Raises LinkInvalid, NotForOfficials."""
    if any(grant.role not in ENTERPRISE_ROLES for grant in actor.grants):
        raise NotForOfficials()
    row = _redeem(session, token, at)
    add_account(session, Scribe(actor, at), actor.login, actor.name, [Grant(row.role, row.organisation)])
    _accepted(session, row, actor.login, at)


def _redeem(session: Session, token: str, at: datetime) -> Invitation:
    row = session.get_one(Invitation, int(links.redeem(session, links.INVITATION, token, at=at)))
    if row.accepted_at is not None or row.withdrawn_at is not None:
        raise LinkInvalid()
    return row


def _accepted(session: Session, row: Invitation, login: str, at: datetime) -> None:
    row.accepted_at, row.accepted_by = at, login
    note(session, login, "member.accept", login, at, {"invitation": row.id, "organisation": row.organisation})


def _open(organisation: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Invitation.organisation == organisation,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > at,
    )


def _require_new(session: Session, organisation: str, role: str, email: str, at: datetime) -> None:
    waiting = open_invitations(session, organisation, at=at)
    if len(waiting) >= MOST_OPEN:
        raise TooManyInvitations(limit=MOST_OPEN)
    lately = select(func.count()).select_from(Invitation).where(Invitation.organisation == organisation)
    if (session.scalar(lately.where(Invitation.invited_at > at - DAY)) or 0) >= MOST_A_DAY:
        raise TooManyInvitations(limit=MOST_A_DAY)
    asked = any(row.role == role and row.email.lower() == email.lower() for row in waiting)
    here = (m for m in members(session, organisation) if m.role == role)
    if asked or any((m.email or "").lower() == email.lower() for m in here):
        raise AlreadyMember(email=email)
