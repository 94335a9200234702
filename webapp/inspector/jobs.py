"""Work that is left for workers: what waits, is tried again, has spent its tries or is parked; run now, one or all."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import Select, func, select

from engine.errors import NotFound, Refusal
from engine.operating import batches
from engine.store.instances import Instance
from engine.store.messages import Message
from engine.store.work import EFFECT, MATCH, MESSAGE, SIGNAL, VERB, Job
from webapp import access
from webapp.access import may, rule
from webapp.i18n import gettext as _
from webapp.inspector.actions import foreseen, told
from webapp.inspector.blueprint import blueprint
from webapp.inspector.common import attempt, done, planned, scrap
from webapp.inspector.elements import called
from webapp.masks import eyes
from webapp.paging import page_of
from webapp.shared import now, reading

STATES = ("waiting", "again", "failed", "parked", "held")
KINDS = (VERB, MESSAGE, MATCH, SIGNAL, EFFECT)


def state_words() -> Mapping[str, str]:
    """The states in the page's language."""
    return {
        "waiting": _("等待执行"),
        "again": _("失败后将再试"),
        "failed": _("次数用完"),
        "parked": _("搁置"),
        "held": _("正在执行"),
    }


def kind_words() -> Mapping[str, str]:
    """The kinds in the page's language."""
    return {
        VERB: _("服务步骤"),
        MESSAGE: _("一条消息"),
        MATCH: _("消息匹配"),
        SIGNAL: _("信号"),
        EFFECT: _("外发"),
    }


def state_of(job: Job) -> str:
    """waiting, again, failed, parked or held."""
    if job.retries <= 0:
        return "failed"
    if job.lease is not None and job.leased_until is not None and job.leased_until > now():
        return "held"
    if job.wake is None:
        return "parked"
    return "again" if job.error else "waiting"


def of_state(query: "Select[Any]", state: str) -> "Select[Any]":
    """Jobs of one state."""
    held = Job.lease.is_not(None) & (Job.leased_until > now())
    if state == "failed":
        return query.where(Job.retries <= 0)
    if state == "held":
        return query.where(Job.retries > 0, held)
    query = query.where(Job.retries > 0, (Job.lease.is_(None)) | (Job.leased_until <= now()))
    if state == "parked":
        return query.where(Job.wake.is_(None))
    awake = query.where(Job.wake.is_not(None))
    return awake.where(Job.error.is_not(None)) if state == "again" else awake.where(Job.error.is_(None))


@blueprint.get("/jobs")
@rule("operation.read")
def jobs() -> str:
    """Jobs by state and kind."""
    access.require("operation.read")
    state, kind = request.args.get("state", "waiting"), request.args.get("kind", "")
    state = state if state in STATES else "waiting"
    with reading() as session:
        counts = {each: session.scalar(of_state(select(func.count(Job.id)), each)) or 0 for each in STATES}
        chosen = of_state(
            select(Job, Instance).join(Instance, Instance.id == Job.instance_id, isouter=True), state
        )
        if kind in KINDS:
            chosen = chosen.where(Job.kind == kind)
        page = page_of(session, chosen)
        rows = session.execute(chosen.order_by(Job.id.desc()).limit(page.size).offset(page.offset)).all()
        return render_template(
            "inspector/jobs.html",
            rows=rows,
            page=page,
            state=state,
            kind=kind,
            counts=counts,
            words=state_words(),
            kinds=kind_words(),
            element=lambda row: (
                called(session, row.Instance.definition_id, row.Job.element_id) if row.Instance else "—"
            ),
            runs=may("job.run"),
            eyes=eyes(session),
        )


@blueprint.get("/jobs/<int:job>")
@rule("operation.read")
def job(job: int) -> str:
    """One job. Raises NotFound."""
    access.require("operation.read")
    return _page(job)


@blueprint.post("/jobs/<int:job>")
@rule("job.run")
def run_one(job: int) -> Any:
    """Let it be done now. Raises NotFound."""
    access.by_command("job.run")
    return attempt("run", job, _page) or done(_("后台随即执行。"), url_for("inspector.jobs"))


@blueprint.post("/jobs/run")
@rule("job.run")
def run_all() -> Any:
    """Plan a batch that runs everything of a state and kind. Raises NotAllowed, NoReason, NothingChosen."""
    access.by_command("job.run")
    access.require("job.run")
    state, kind = request.form.get("state", ""), request.form.get("kind", "")
    query = of_state(select(Job.id), state if state in STATES else "failed")
    if kind in KINDS:
        query = query.where(Job.kind == kind)
    with reading() as session:
        keys = session.scalars(query.order_by(Job.id).limit(batches.MOST)).all()
    return planned("run", keys, {"state": state, "kind": kind})


def _page(key: int, refusal: Refusal | None = None) -> str:
    with reading() as session:
        row = session.get(Job, key)
        if row is None:
            raise NotFound(what_zh="这项后台工作", what_en="This job")
        instance = session.get(Instance, row.instance_id) if row.instance_id else None
        facts: dict[str, Any] = {
            "row": row,
            "instance": instance,
            "name": called(session, instance.definition_id, row.element_id) if instance else "",
            "message": session.get(Message, row.subject) if row.kind == MESSAGE and row.subject else None,
            "eyes": eyes(session),
        }
    found = None
    if may("job.run") and refusal is None:
        found = foreseen("run", key)
    words = {"words": state_words(), "kinds": kind_words(), "state": state_of(row)}
    return render_template(
        "inspector/job.html", preview=found, refusal=refusal, told=told, payload=scrap, **words, **facts
    )
