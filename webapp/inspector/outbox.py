"""Effects on the world outside: what waits, what failed, what was refused; sent again one by one or all at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound, Refusal
from engine.operating import batches
from engine.store.work import EFFECT, Job, Outbox
from webapp import access
from webapp.access import may, rule
from webapp.i18n import gettext as _
from webapp.inspector.actions import foreseen, told
from webapp.inspector.blueprint import blueprint
from webapp.inspector.common import attempt, done, planned, scrap
from webapp.masks import eyes
from webapp.paging import page_of
from webapp.shared import now, reading

STATES = ("pending", "failed", "refused", "done")
OF_IT = and_(Job.subject == Outbox.id, Job.kind == EFFECT)


@dataclass(frozen=True, slots=True)
class Row:
    """One effect, with the job that does it if there is one left."""

    row: Outbox
    job: Job | None

    @property
    def state(self) -> str:
        """pending, failed, refused or done."""
        if self.row.done_at:
            return "done"
        if self.row.refused_at:
            return "refused"
        return "failed" if self.job is None or self.job.retries <= 0 else "pending"


def state_words() -> Mapping[str, str]:
    """The states in the page's language."""
    return {"pending": _("等待发出"), "failed": _("失败"), "refused": _("被拒收"), "done": _("已发出")}


def of_state(query: "Select[Any]", state: str) -> "Select[Any]":
    """Effects of one state; the query has the job beside the row."""
    undone = (Outbox.done_at.is_(None), Outbox.refused_at.is_(None))
    if state == "pending":
        return query.where(*undone, Job.retries > 0)
    if state == "failed":
        return query.where(*undone, (Job.id.is_(None)) | (Job.retries <= 0))
    if state == "refused":
        return query.where(Outbox.done_at.is_(None), Outbox.refused_at.is_not(None))
    return query.where(Outbox.done_at.is_not(None))


@blueprint.get("/outbox")
@rule("operation.read")
def outbox() -> str:
    """The outbox by state and kind."""
    access.require("operation.read")
    state = request.args.get("state", "failed")
    state, kind = state if state in STATES else "failed", request.args.get("kind", "")
    with reading() as session:
        counts = {each: _count(session, each) for each in STATES[:3]}
        chosen = of_state(select(Outbox, Job).join(Job, OF_IT, isouter=True), state)
        if kind:
            chosen = chosen.where(Outbox.kind == kind)
        page = page_of(session, chosen)
        rows = session.execute(chosen.order_by(Outbox.id.desc()).limit(page.size).offset(page.offset)).all()
        return render_template(
            "inspector/outbox.html",
            rows=[Row(*row) for row in rows],
            page=page,
            state=state,
            kind=kind,
            kinds=sorted(session.scalars(select(Outbox.kind).distinct())),
            counts=counts,
            words=state_words(),
            eyes=eyes(session),
            resends=may("outbox.resend"),
        )


def _count(session: Session, state: str) -> int:
    query = of_state(select(func.count(Outbox.id)).join(Job, OF_IT, isouter=True), state)
    return session.scalar(query) or 0


@blueprint.get("/outbox/<int:outbox>")
@rule("operation.read")
def outbox_row(outbox: int) -> str:
    """One effect. Raises NotFound."""
    access.require("operation.read")
    return _page(outbox)


@blueprint.post("/outbox/<int:outbox>")
@rule("outbox.resend")
def resend_row(outbox: int) -> Any:
    """Let it be tried now. Raises NotFound."""
    access.by_command("outbox.resend")
    return attempt("resend", outbox, _page) or done(
        _("后台随即再发一次。"), url_for("inspector.outbox_row", outbox=outbox)
    )


@blueprint.post("/outbox/resend")
@rule("outbox.resend")
def resend_all() -> Any:
    """Plan a batch that sends again everything of a state and kind. Raises NotAllowed, NoReason, NothingChosen."""
    access.by_command("outbox.resend")
    access.require("outbox.resend")
    state, kind = request.form.get("state", ""), request.form.get("kind", "")
    state = state if state in STATES[:3] else "failed"
    query = of_state(select(Outbox.id).join(Job, OF_IT, isouter=True), state)
    if kind:
        query = query.where(Outbox.kind == kind)
    with reading() as session:
        keys = session.scalars(query.order_by(Outbox.id).limit(batches.MOST)).all()
    return planned("resend", keys, {"state": state, "kind": kind})


def _page(key: int, refusal: Refusal | None = None) -> str:
    with reading() as session:
        row = session.get(Outbox, key)
        if row is None:
            raise NotFound(what_zh="这条外发记录", what_en="This row of the outbox")
        job = session.scalars(select(Job).where(Job.kind == EFFECT, Job.subject == key)).first()
        seen_by = eyes(session)
    found = None
    if may("outbox.resend") and refusal is None:
        found = foreseen("resend", key)
    return render_template(
        "inspector/outbox_row.html",
        item=Row(row, job),
        words=state_words(),
        eyes=seen_by,
        payload=scrap,
        preview=found,
        refusal=refusal,
        told=told,
        now=now(),
    )
