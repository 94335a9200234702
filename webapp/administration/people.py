"""People: found by login, name, pinyin, role and place; one person with rights, sign-ins, sessions and tasks."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from engine.accounts import second_factor
from engine.accounts.administration import closing, finding, granting, requesting
from engine.accounts.administration.importing import sheet
from engine.accounts.administration.offices import in_two_hands
from engine.accounts.trail import note
from engine.errors import NotFound
from engine.inbox import absences
from engine.policy import ENTERPRISE_ROLES, ROLES
from engine.store.people import Account
from webapp import access, sessions
from webapp.access import actor, rule
from webapp.account import agents
from webapp.administration.blueprint import blueprint
from webapp.administration.pieces import office_roles, page, place_names, role_name, shown_name, unnamed
from webapp.downloads import as_file
from webapp.i18n import gettext as _
from webapp.names import people_names
from webapp.paging import page_of
from webapp.shared import cities, now, reading, runtime
from webapp.spreadsheets import XLSX

MOST = 10_000
FAILED_WITHIN = timedelta(days=30)


@blueprint.get("/people")
@rule("account.read")
def people() -> str:
    """The list of people, searched and in pages."""
    access.require("account.read")
    wanted = wish()
    with reading() as session:
        hidden = unnamed(session)
        found = finding.people(wanted, sessions.CLOCK.now(), hidden)
        part = page_of(session, found)
        rows = session.scalars(found.offset(part.offset).limit(part.size)).all()
        grants = finding.grants_of(session, [row.login for row in rows])
        places = place_names(
            session,
            {g.organisation for held in grants.values() for g in held} | {r.organisation for r in rows},
        )
    return page(
        "people",
        rows=[(row, held, *shown_name(row.name, row.login, hidden)) for row, held in _with(rows, grants)],
        unnamed=hidden,
        places=places,
        wanted=wanted,
        list=part,
        roles=[(code, role_name(code)) for code in ROLES],
        cities=cities(),
        whose=_whose(),
        states=_states(),
    )


@blueprint.get("/people/export.xlsx")
@rule("account.manage")
def people_export() -> Response:
    """The people of the search in the layout of imports, ten thousand at most; addresses are masked, and it is logged."""
    access.require("account.manage")
    wanted = wish()
    with reading() as session:
        rows = session.scalars(finding.people(wanted, sessions.CLOCK.now()).limit(MOST)).all()
        made = sheet.export(session, rows)
    with runtime().transaction() as tx:
        detail = {
            "people": len(rows),
            "search": {name: text for name, text in asdict(wanted).items() if text},
        }
        note(tx.session, actor().login, "account.export", "*", tx.now, detail)
    return as_file(Response(made, mimetype=XLSX), _("人员和角色.xlsx"))


def wish() -> finding.Wanted:
    """What the address asks for; unknown values ask for nothing."""
    given = {name: request.args.get(name, "").strip()[:100] for name in ("q", "role", "org", "city")}
    state, whose = request.args.get("state", ""), request.args.get("whose", finding.OFFICIALS)
    return finding.Wanted(
        text=given["q"],
        role=given["role"] if given["role"] in ROLES else "",
        organisation=given["org"],
        city=given["city"],
        state=state if state in finding.STATES else "",
        whose=whose if whose in (finding.ENTERPRISES, finding.EVERYBODY) else finding.OFFICIALS,
    )


def _with(rows: Any, grants: dict[str, Any]) -> list[tuple[Account, Any]]:
    return [(row, grants.get(row.login, [])) for row in rows]


def _whose() -> list[tuple[str, str]]:
    return [
        (finding.OFFICIALS, _("主管部门、机构和专家")),
        (finding.ENTERPRISES, _("企业人员")),
        (finding.EVERYBODY, _("全部")),
    ]


def _states() -> list[tuple[str, str]]:
    words = (_("在用"), _("已停用"), _("从未登录"), _("90 天以上未登录"))
    return list(zip(finding.STATES, words, strict=True))


@blueprint.get("/people/<login>")
@rule("account.read")
def person(login: str) -> str:
    """One person. Raises NotFound, for whom the reader must not know too."""
    access.require("account.read")
    with reading() as session:
        if login in unnamed(session):
            raise NotFound(what_zh="这个账号", what_en="This account")
        return _page(session, granting.found(session, login))


def _page(session: Session, account: Account) -> str:
    login, at = account.login, sessions.CLOCK.now()
    history = finding.history(session, login)
    held = [row for row in history if row.revoked_at is None]
    asked = requesting.of_person(session, login)
    away = absences.of_person(session, login)
    tasks = closing.held(session, login)
    who = {name for row in history for name in (row.granted_by, row.approved_by, row.revoked_by)}
    who |= {name for row in asked for name in (row.asked_by, row.decided_by)} | {account.closed_by}
    who |= {name for row in away for name in (row.login, row.substitute, row.entered_by)}
    codes = {row.organisation for row in (*history, *asked)} | {account.organisation}
    return page(
        "person",
        account=account,
        name=account.name,
        login=login,
        held=held,
        past=[row for row in history if row.revoked_at is not None],
        asked=asked,
        noticed=in_two_hands(row.role for row in held),
        names=people_names(session, who),
        places=place_names(session, codes | {task.organisation for task in tasks}),
        tries=finding.tries(session, login),
        failed=finding.failures(session, login, at - FAILED_WITHIN),
        sessions=[
            (row, agents.in_words(row.agent), sessions.handle(row)) for row in sessions.living(session, login)
        ],
        codes_left=second_factor.codes_left(session, login),
        absences=away,
        colleagues=[c for c in absences.colleagues(session, login) if c.login != actor().login],
        tasks=tasks,
        roles=office_roles(),
        enterprise_roles=ENTERPRISE_ROLES,
        manages=access.may("account.manage") and login != actor().login,
        grants=access.may("grant.manage") and login != actor().login,
        oneself=login == actor().login,
        today=now().date().isoformat(),
        at=now(),
    )
