"""What the start page of an application knows: the open cycles, what an enterprise has filed, what is left.

The rules themselves are `operations.ensure_may_start`; here they are told before anybody types (article 7).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.catalogues import edition_name
from engine.policy import Actor
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.applications.prefill import latest_earlier
from engine.programme.cycles.models import OPEN as CYCLE_OPEN
from engine.programme.cycles.models import Cycle
from engine.programme.cycles.parameters import DEFAULTS
from engine.programme.titles.models import ACTIVE, RECTIFYING, TYPE_NAMES, TYPE_NAMES_EN, Title
from engine.store.people import Organisation

GUIDES = {
    "SCENE": ("智能制造典型场景参考指引", "Guide of typical scenes"),
    "WORKSHOP": ("数字化车间关键要素", "Key elements of a digital workshop"),
    "FACTORY": ("智能工厂关键要素", "Key elements of a smart factory"),
}


def start_facts(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    """The enterprises for which the actor may apply, each with the cycles whose window is open for it."""
    open_cycles = _open_cycles(session, now)
    return {
        "open_cycles": [{"year": cycle.year} for cycle in open_cycles],
        "organisations": [_organisation(session, row, open_cycles) for row in _enterprises(session, actor)],
    }


def _open_cycles(session: Session, now: datetime) -> list[Cycle]:
    rows = session.scalars(
        select(Cycle)
        .where(Cycle.status == CYCLE_OPEN, Cycle.enterprise_deadline > now)
        .order_by(Cycle.year.desc())
    )
    return list(rows)


def _enterprises(session: Session, actor: Actor) -> list[Organisation]:
    codes = {grant.organisation for grant in actor.grants}
    rows = session.scalars(
        select(Organisation)
        .where(Organisation.code.in_(codes), Organisation.kind == "enterprise")
        .order_by(Organisation.code)
    )
    return list(rows)


def _organisation(session: Session, row: Organisation, cycles: list[Cycle]) -> dict[str, Any]:
    county = row.parent or ""
    newest = latest_earlier(session, row.code, cycles[0].year, "") if cycles else None
    return {
        "value": row.code,
        "label": f"{row.code} {row.name}",
        "name": row.name,
        "county": county or None,
        "city": f"{county[:4]}00" if county else None,
        "industry": newest.industry if newest is not None else None,
        "cycles": [_cycle(session, cycle, row.code) for cycle in cycles],
    }


def _cycle(session: Session, cycle: Cycle, uscc: str) -> dict[str, Any]:
    """One open cycle as an enterprise sees it: who may file what, what it has filed, what is left."""
    parameters = {**DEFAULTS, **cycle.parameters}
    used = _used(session, cycle, uscc)
    deadline = cycle.enterprise_deadline
    return {
        "year": cycle.year,
        "deadline": clock.deadline(deadline) if deadline else "",
        "cities": cycle.cities,
        "industries": parameters["industries"],
        "types": [_type(cycle, parameters, kind, used.get(kind, 0)) for kind in TYPE_NAMES],
        "filed": _filed(session, cycle, uscc),
        "taken": _taken(session, cycle, uscc),
    }


def _type(cycle: Cycle, parameters: dict[str, Any], kind: str, used: int) -> dict[str, Any]:
    cap = int(parameters[f"caps.{kind.lower()}"])
    edition = str(cycle.catalogues.get(kind, ""))
    zh, en = GUIDES[kind]
    edition_zh, edition_en = edition_name(edition)
    return {
        "value": kind,
        "label": {"zh": TYPE_NAMES[kind], "en": TYPE_NAMES_EN[kind]},
        "edition": {"zh": f"{zh}（{edition_zh}）", "en": f"{en} ({edition_en})"},
        "cap": cap,
        "used": used,
        "left": max(0, cap - used),
    }


def _used(session: Session, cycle: Cycle, uscc: str) -> dict[str, int]:
    rows = session.execute(
        select(Application.type, func.count(Application.id))
        .where(Application.cycle_year == cycle.year, Application.uscc == uscc, Application.live)
        .group_by(Application.type)
    )
    return {kind: int(count) for kind, count in rows}


def _filed(session: Session, cycle: Cycle, uscc: str) -> list[dict[str, Any]]:
    """Every application of this year, ended ones, too."""
    rows = session.scalars(
        select(Application)
        .where(Application.cycle_year == cycle.year, Application.uscc == uscc)
        .order_by(Application.id)
    )
    return [
        {
            "no": row.application_no,
            "type": {"zh": TYPE_NAMES[row.type], "en": TYPE_NAMES_EN[row.type]},
            "name": row.object_name,
            "status": dict(zip(("zh", "en"), s.NAMES[row.status], strict=True)),
        }
        for row in rows
    ]


def _taken(session: Session, cycle: Cycle, uscc: str) -> list[dict[str, str]]:
    """The objects that cannot be filed: live applications of this year, and titles held."""
    filed = session.execute(
        select(Application.type, Application.object_name).where(
            Application.cycle_year == cycle.year, Application.uscc == uscc, Application.live
        )
    )
    held = session.execute(
        select(Title.type, Title.name).where(Title.uscc == uscc, Title.status.in_((ACTIVE, RECTIFYING)))
    )
    return [{"kind": kind, "name": name} for kind, name in [*filed, *held]]
