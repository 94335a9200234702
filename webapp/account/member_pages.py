"""The people of an enterprise: who works for it in which role, invitations out and in."""

from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_login import current_user
from sqlalchemy import select

from engine.accounts import invitations
from engine.accounts.errors import AlreadyMember, LoginTaken, RoleNotOffered, WeakPassword
from engine.accounts.members import ADMINISTRATOR, members, withdraw
from engine.accounts.names import BadName
from engine.accounts.passwords import check, hash_password
from engine.commands.retrying import command
from engine.mail import BadAddress
from engine.policy import ENTERPRISE_ROLES, ROLES
from engine.store.people import Organisation
from webapp import access, sessions
from webapp.access import actor, everyone, rule
from webapp.account.pages import Errors, missing, new_password, page, refused
from webapp.account.views import blueprint
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.limits import ONE_TIME_LINKS, limiter
from webapp.shared import now, reading, runtime


@blueprint.get("/account/members", endpoint="members")
@rule("member.read")
def show_members() -> str:
    """Everybody of one's enterprise, and the open invitations."""
    return _members_page(_place("member.read"))


@blueprint.post("/account/members")
@rule("member.manage")
def invite_member() -> Any:
    """Invite somebody by mail. Raises NotAllowed, TooManyInvitations."""
    place = _place("member.manage")
    errors = missing({"name": _("姓名"), "email": _("邮箱"), "role": _("角色")})
    if not errors:
        name, email, role = (request.form[key].strip() for key in ("name", "email", "role"))
        try:
            with runtime().transaction() as tx:
                invitations.invite(tx.session, actor(), place, role, name, email, at=tx.now)
            flash(_("邀请已发往 %(email)s，7 日内有效。", email=email))
            return redirect(url_for("account.members", of=place))
        except (BadAddress, AlreadyMember) as refusal:
            errors = refused("email", refusal)
        except BadName as refusal:
            errors = refused("name", refusal)
        except RoleNotOffered as refusal:
            errors = refused("role", refusal)
    return _members_page(place, errors), 422


@blueprint.post("/account/members/<int:key>/withdraw")
@rule("member.manage")
def withdraw_member(key: int) -> Any:
    """Take a role away; the person has to sign in again. Raises NotAllowed, NotFound, LastAdministrator."""
    place = _place("member.manage")
    with runtime().transaction() as tx:
        lost = withdraw(tx.session, actor(), place, key, at=tx.now)
        if lost.role == ADMINISTRATOR:
            invitations.withdraw_of(tx.session, actor(), place, lost.login, at=tx.now)
        if lost.login != actor().login:
            sessions.end_all(tx.session, lost.login)
    if lost.login == actor().login:
        sessions.rotate()
    role = pick(*ROLES[lost.role])
    flash(_("已收回%(name)s的角色：%(role)s。", name=lost.name, role=role))
    still = access.may("member.read", {"organisation": place}) and not _lost_all(place)
    return redirect(url_for("account.members", of=place) if still else url_for("account.home"))


@blueprint.post("/account/invitations/<int:key>/withdraw")
@rule("member.manage")
def withdraw_invitation(key: int) -> Any:
    """End an open invitation. Raises NotAllowed, NotFound."""
    place = _place("member.manage")
    with runtime().transaction() as tx:
        invitations.withdraw(tx.session, actor(), place, key, at=tx.now)
    flash(_("邀请已撤回，其中的链接不再有效。"))
    return redirect(url_for("account.members", of=place))


@blueprint.get("/account/invitation/<token>")
@everyone("opened by the link of a mail, which is the proof")
@limiter.limit(ONE_TIME_LINKS)
def invitation(token: str) -> str:
    """An invitation: accept it with a new account, or with the one signed in. Raises LinkInvalid."""
    return _invitation_page(token, "")


@blueprint.post("/account/invitation/<token>")
@everyone("opened by the link of a mail, which is the proof")
@limiter.limit(ONE_TIME_LINKS)
def accept_invitation(token: str) -> Any:
    """Accept with a new account. Raises LinkInvalid."""
    login = request.form.get("login", "")
    password, errors = new_password()
    errors = errors or _weak(token, login, password)
    if not errors:
        try:
            _accept_as_new(token, login, hash_password(password))
            session.clear()
            flash(_("账号已开通，请登录。"))
            return redirect(url_for("account.sign_in"))
        except LoginTaken as refusal:
            errors = refused("login", refusal)
    return _invitation_page(token, login, errors), 422


@blueprint.post("/account/invitation/<token>/join")
@rule("account.own")
@limiter.limit(ONE_TIME_LINKS)
def join(token: str) -> Any:
    """Accept with the account signed in, which goes on under a new token. Raises LinkInvalid, NotForOfficials."""
    access.require("account.own", {"login": actor().login})
    with runtime().transaction() as tx:
        invitations.accept_as(tx.session, token, actor(), at=tx.now)
    sessions.rotate()
    flash(_("已接受邀请。"))
    return redirect(url_for("account.home"))


@command
def _accept_as_new(token: str, login: str, password_hash: str) -> None:
    with runtime().transaction() as tx:
        invitations.accept_as_new(tx.session, token, login, password_hash, at=tx.now)


def _place(action: str) -> str:
    """The enterprise that is meant: the one that was named, else the first that one may manage or see."""
    wanted = request.values.get("of", "")
    mine = [grant.organisation for grant in actor().grants]
    allowed = [code for code in mine if access.may(action, {"organisation": code})]
    place = wanted or next(iter(allowed), "")
    access.require(action, {"organisation": place} if place in mine else None)
    return place


def _lost_all(place: str) -> bool:
    """Whether the person who acts has no role left by which members may be seen."""
    with reading() as database:
        held = {m.role for m in members(database, place) if m.login == actor().login}
    return not held & {"enterprise_admin", "legal_representative"}


def _members_page(place: str, errors: Errors | None = None) -> str:
    with reading() as database:
        people = members(database, place)
        waiting = invitations.open_invitations(database, place, at=now())
        organisation = database.scalars(select(Organisation).where(Organisation.code == place)).one()
    roles = [(role, pick(*ROLES[role])) for role in ENTERPRISE_ROLES]
    return page(
        "members",
        errors or (),
        place=organisation,
        people=[m for m in people if m.role in ENTERPRISE_ROLES],
        waiting=waiting,
        roles=roles,
        role_names=dict(roles),
        manages=access.may("member.manage", {"organisation": place}),
        typed=request.form if errors else {},
    )


def _invitation_page(token: str, login: str, errors: Errors | None = None) -> str:
    with reading() as database:
        row, organisation = invitations.read(database, token, at=now())
    role = pick(*ROLES[row.role])
    signed_in = current_user if current_user.is_authenticated else None
    return page(
        "invitation",
        errors or (),
        row=row,
        place=organisation,
        role=role,
        token=token,
        login=login,
        me=signed_in,
    )


def _weak(token: str, login: str, password: str) -> Errors:
    with reading() as database:
        row, place = invitations.read(database, token, at=now())
    try:
        check(password, [login, row.name, row.email, place.name, place.code])
    except WeakPassword as refusal:
        return refused("password_new", refusal)
    return []
