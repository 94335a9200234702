"""The timers of all instances: soonest first, those that are late, failed or held."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine.store.instances import ACTIVE, SUSPENDED, Instance
from engine.store.work import Timer
from webapp import access
from webapp.access import may, rule
from webapp.i18n import gettext as _
from webapp.inspector.blueprint import blueprint
from webapp.inspector.elements import called
from webapp.masks import eyes
from webapp.names import process_names
from webapp.paging import page_of
from webapp.shared import now, reading

STATES = ("coming", "late", "failed", "held")


def state_words() -> Mapping[str, str]:
    """The states in the page's language."""
    return {"coming": _("未到期"), "late": _("已到未生效"), "failed": _("多次失败"), "held": _("随实例挂起")}


def of_state(query: "Select[Any]", state: str, at: Any) -> "Select[Any]":
    """Timers of one state; the query has the instance beside them."""
    if state == "held":
        return query.where(Instance.status == SUSPENDED)
    running = query.where(Instance.status == ACTIVE)
    if state == "failed":
        return running.where(Timer.wake.is_(None))
    awake = running.where(Timer.wake.is_not(None))
    return awake.where(Timer.due <= at) if state == "late" else awake.where(Timer.due > at)


@blueprint.get("/timers")
@rule("operation.read")
def timers() -> str:
    """Timers by state and process."""
    access.require("operation.read")
    state, process = request.args.get("state", "coming"), request.args.get("process", "")
    state = state if state in STATES else "coming"
    with reading() as session:
        base = select(Timer, Instance).join(Instance, Instance.id == Timer.instance_id)
        counts = {each: _count(session, base, each) for each in STATES[1:]}
        chosen = of_state(base, state, now())
        if process:
            chosen = chosen.where(Instance.process_id == process)
        page = page_of(session, chosen)
        ordered = chosen.order_by(Timer.due, Timer.id).limit(page.size).offset(page.offset)
        rows = session.execute(ordered).all()
        known = sorted(
            session.scalars(select(Instance.process_id).where(Instance.ended_at.is_(None)).distinct())
        )
        return render_template(
            "inspector/timers.html",
            rows=rows,
            page=page,
            state=state,
            process=process,
            counts=counts,
            words=state_words(),
            processes=known,
            names=process_names(session, {*known, *(row.Instance.process_id for row in rows)}),
            element=lambda row: called(session, row.Instance.definition_id, row.Timer.element_id),
            changes=may("instance.deadline"),
            eyes=eyes(session),
            now=now(),
        )


def _count(session: Session, base: "Select[Any]", state: str) -> int:
    ids = of_state(base, state, now()).with_only_columns(Timer.id)
    return session.scalar(select(func.count()).select_from(ids.subquery())) or 0
