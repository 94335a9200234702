"""What the pages of administration share: names of roles, kinds and states, masks, answers to what was done."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from flask import flash, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import policy
from engine.accounts.administration.models import RoleRequest
from engine.accounts.administration.offices import BY_KIND
from engine.errors import NotFound, Refusal
from engine.masking.hidden import EXPERT_ROLES
from engine.policy import ENTERPRISE_ROLES, ROLES
from engine.store.people import Organisation
from webapp import masks
from webapp.access import actor
from webapp.i18n import gettext as _
from webapp.i18n import language, pick
from webapp.names import organisation as named


def page(template: str, **facts: Any) -> str:
    """A page of this group."""
    return render_template(
        f"administration/{template}.html",
        role_name=role_name,
        kind_name=kind_name,
        may_manage=policy.ever(actor(), "account.manage"),
        may_see_people=policy.ever(actor(), "account.read"),
        may_review=policy.ever(actor(), "access.review"),
        may_own_rules=policy.ever(actor(), "definition.deploy"),
        **facts,
    )


def role_name(code: str) -> str:
    """A role in words."""
    return pick(*ROLES.get(code, (code, code)))


def kind_name(code: str) -> str:
    """The kind of an organisation in words."""
    words = {
        "province": _("省"),
        "city": _("市"),
        "county": _("县（市、区）"),
        "zone": _("功能区"),
        "agency": _("机构"),
        "enterprise": _("企业"),
    }
    return words.get(code, code)


def office_roles() -> list[tuple[str, str]]:
    """Roles of authorities with their names."""
    return [(code, role_name(code)) for code in ROLES if code not in ENTERPRISE_ROLES]


def roles_of(kind: str) -> list[tuple[str, str]]:
    """The roles that an organisation of a kind can have."""
    return [(code, role_name(code)) for code in BY_KIND.get(kind, ()) if code not in ENTERPRISE_ROLES]


def place_names(session: Session, codes: Iterable[str | None]) -> dict[str, str]:
    """Names of organisations by code, in the page's language where the catalogue has them."""
    wanted = sorted({code for code in codes if code})
    rows = session.execute(select(Organisation.code, Organisation.name).where(Organisation.code.in_(wanted)))
    return {code: named(code, name) for code, name in rows}


def unnamed(session: Session) -> frozenset[str]:
    """Logins that this reader must not learn: of present, former and proposed experts, for who keeps no accounts."""
    hidden = masks.eyes(session).hidden_logins
    if policy.ever(actor(), "account.manage") or policy.ever(actor(), "expert.read"):
        return frozenset()
    asked = select(RoleRequest.login).where(RoleRequest.role.in_(EXPERT_ROLES))
    return (hidden | frozenset(session.scalars(asked))) - {actor().login}


def shown_name(name: str, login: str, hidden: Collection[str]) -> tuple[str, str]:
    """Name and login as this reader may see them."""
    if login in hidden:
        return masks.masked(name), masks.masked(login, "login")
    return name, login


def done(act: Callable[[], Any], said: str | Callable[[Any], str], back: str) -> Any:
    """Do it, say so and go back; a refusal is said there instead. Raises NotFound, NotAllowed."""
    try:
        result = act()
    except NotFound:
        raise
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        flash(refusal.message(language()))
        return redirect(back, 303)
    flash(said(result) if callable(said) else said)
    return redirect(back, 303)


def typed(name: str, most: int = 500) -> str:
    """A field of the form without blanks around it."""
    return request.form.get(name, "").strip()[:most]
