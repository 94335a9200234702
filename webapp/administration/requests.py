"""Rights: asked for by one security administrator, decided by another, revoked by one."""

from typing import Any

from flask import url_for

from engine.accounts.administration import granting, requesting
from engine.policy import Grant
from webapp import access
from webapp.access import actor, rule
from webapp.administration.blueprint import blueprint
from webapp.administration.pieces import done, page, place_names, typed, unnamed
from webapp.i18n import gettext as _
from webapp.names import people_names
from webapp.paging import page_of
from webapp.shared import reading, runtime


@blueprint.get("/requests")
@rule("account.read")
def requests() -> str:
    """What waits for a second security administrator, and what was decided."""
    access.require("account.read")
    with reading() as session:
        waiting = requesting.waiting(session)
        part = page_of(session, requesting.decided())
        decided = session.scalars(requesting.decided().offset(part.offset).limit(part.size)).all()
        rows = [*(request for request, _account in waiting), *decided]
        administrators = granting.security_administrators(session)
        return page(
            "requests",
            waiting=waiting,
            decided=decided,
            list=part,
            names=people_names(
                session, {who for row in rows for who in (row.login, row.asked_by, row.decided_by)}
            ),
            places=place_names(session, {row.organisation for row in rows}),
            alone=len(administrators) < 2,
            unnamed=unnamed(session),
            decides=access.may("grant.manage"),
            me=actor().login,
        )


@blueprint.post("/people/<login>/requests")
@rule("grant.manage")
def ask_for_right(login: str) -> Any:
    """Ask for a right; somebody else decides. Raises NotFound, NotAllowed."""
    access.by_command("grant.manage")
    grant, reason = Grant(typed("role", 60), typed("organisation", 40)), typed("reason")
    return done(
        lambda: granting.ask(runtime(), actor(), login, grant, reason),
        _("授权申请已提出，须由另一名安全管理员批准后生效。"),
        url_for("administration.person", login=login, _anchor="rights"),
    )


@blueprint.post("/requests/<int:key>/approve")
@rule("grant.manage")
def approve_right(key: int) -> Any:
    """Give the right that somebody else asked for. Raises NotFound, NotAllowed."""
    access.by_command("grant.manage")
    return done(
        lambda: granting.approve(runtime(), actor(), key),
        _("已批准，角色即刻生效，对方须重新登录。"),
        url_for("administration.requests"),
    )


@blueprint.post("/requests/<int:key>/refuse")
@rule("grant.manage")
def refuse_right(key: int) -> Any:
    """Decline a request, or withdraw one's own. Raises NotFound, NotAllowed."""
    access.by_command("grant.manage")
    reason = typed("reason")
    return done(
        lambda: granting.refuse(runtime(), actor(), key, reason),
        _("这项授权申请已办结，没有授权。"),
        url_for("administration.requests"),
    )


@blueprint.post("/grants/<int:key>/revoke")
@rule("grant.manage")
def revoke_right(key: int) -> Any:
    """Take a right away at once. Raises NotFound, NotAllowed."""
    access.by_command("grant.manage")
    reason = typed("reason")
    with reading() as session:
        login = granting.holder(session, key)
    return done(
        lambda: granting.revoke(runtime(), actor(), key, reason),
        _("角色已收回，对方的登录已全部结束。"),
        url_for("administration.person", login=login, _anchor="rights")
        if login
        else url_for("administration.people"),
    )
